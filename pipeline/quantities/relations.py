"""What a quantity belongs to: who did it, which total it is a part of, what it is compared with, and when it held."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.changing import changer
from pipeline.quantities.actors import actors_of
from pipeline.quantities.changes import Difference, differences
from pipeline.quantities.flat import Flat, flatten
from pipeline.quantities.holding import Stretch, stretches
from pipeline.quantities.parts import parts_of
from pipeline.quantities.placed import Placed, placed
from pipeline.records import Quantity

_Range = tuple[int, int]
_with_relations = changer(Quantity, "actor", "part_of", "compared_with", "change", "period_start", "period_end")


def relate(text: str, quantities: Sequence[Quantity], *, flat: Flat | None = None) -> tuple[Quantity, ...]:
    """Return the quantities of a text, which stand in its order, with what they belong to.

    "2023年，区纪委监委立案12件，同比增长20%，其中科级3件" -> actor 区纪委监委 for all three; 20% compared_with 同比,
    change increase; 3件 part_of the id of 12件; the values hold from 2023-01-01 to 2023-12-31. flat: the text as
    `flatten` gives it, where it is at hand. Every value is judged by its own sentence, periods also by the opening
    of the paragraph; what is not certain stays None.
    """
    flat = flatten(text) if flat is None else flat
    rows = placed(flat, quantities)
    changes, actors = differences(flat.text, rows), actors_of(flat.text, rows)
    parts, times = parts_of(flat.text, rows, changes), stretches(flat.text, rows)
    actors = [_shared(rows, at, actors, parts) for at in range(len(rows))]
    told = zip(rows, changes, actors, parts, times, strict=True)
    return tuple(_related(text, flat, rows, *relations) for relations in told)


def _shared(
    rows: Sequence[Placed], at: int, actors: Sequence[_Range | None], parts: Sequence[int | None]
) -> _Range | None:
    """Return the actor of a quantity, or of the total that it is a part of in its sentence."""
    total = parts[at]
    if actors[at] is not None or total is None or rows[total].sentence != rows[at].sentence:
        return actors[at]
    return actors[total]


def _related(
    text: str,
    flat: Flat,
    rows: Sequence[Placed],
    row: Placed,
    change: Difference,
    actor: _Range | None,
    part: int | None,
    time: Stretch,
) -> Quantity:
    def verbatim(place: _Range | None) -> str | None:
        return None if place is None else flat.span(*place).of(text)

    if actor is None and part is None and change == Difference() and time == Stretch():
        return row.row
    return _with_relations(
        row.row,
        verbatim(actor),
        None if part is None else rows[part].row.quantity_id,
        verbatim(change.against),
        change.change,
        row.row.period_start or time.start,
        row.row.period_end or time.end,
    )
