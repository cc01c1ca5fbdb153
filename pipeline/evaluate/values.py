"""Quantities against gold: found where half of the shorter span is shared, then value, unit, kind, bound and item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.evaluate.faults import Fault
from pipeline.evaluate.gold_records import GoldQuantity, GoldReport
from pipeline.evaluate.locate import Locator, meet, shared
from pipeline.export.csv_files import cell_text
from pipeline.records import Quantity, Report, Span

_SHARED_PART = 0.5
_RELATIVE_ERROR = 1e-6
_DATED = ("date", "period")


@dataclass(frozen=True, slots=True)
class QuantityCounts:
    """Values found, false and missed; of those found that the report does not mask, what is right.

    items: those with an item in the gold; item: with a like one found. masks: masked ones found; masked: known as such.
    missed_masks, missed_items, false_masks, false_items: the same kinds among what was missed and what is false.
    """

    tp: int
    fp: int
    fn: int
    value: int
    unit: int
    kind: int
    item: int
    items: int
    bound: int
    masked: int
    masks: int
    missed_masks: int
    missed_items: int
    false_masks: int
    false_items: int


@dataclass(frozen=True, slots=True)
class _Found:
    place: Span
    quantity: Quantity


def score_quantities(gold: GoldReport, report: Report, locator: Locator) -> tuple[QuantityCounts, tuple[Fault, ...]]:
    """Return the counts of a report's quantities and what is wrong with them; see `GoldQuantity.counted`."""
    wanted = [row for row in gold.quantities or () if row.counted]
    pairs, free = _paired(wanted, _located(gold, report, locator))
    matched = [(row, found.quantity) for row, found in pairs if found is not None]
    missed = [row for row, found in pairs if found is None]
    return _count(matched, missed, free), (
        *(
            Fault(gold.name, "quantities", "missed", row.place.start, row.place.of(gold.text), row.kind)
            for row in missed
        ),
        *(
            Fault(gold.name, "quantities", "false", row.place.start, row.quantity.raw, got=row.quantity.kind)
            for row in free
        ),
        *(fault for row, quantity in matched for fault in _wrong(gold, row, quantity)),
    )


def _located(gold: GoldReport, report: Report, locator: Locator) -> list[_Found]:
    """Return the quantities that stand in the annotated stretch and meet no row of the gold that is not counted."""
    skipped = [row.place for row in gold.quantities or () if not row.counted]
    found = []
    for quantity in report.quantities:
        place = locator.find(quantity.raw, near=quantity.start)
        if place is None or any(shared(place, other) for other in skipped):
            continue
        if gold.measured is None or gold.measured.start <= place.start < gold.measured.end:
            found.append(_Found(place, quantity))
    return found


def _paired(
    wanted: Sequence[GoldQuantity], found: Sequence[_Found]
) -> tuple[list[tuple[GoldQuantity, _Found | None]], list[_Found]]:
    """Give each gold value the free one that shares most with it; return what is left over, too."""
    free = list(found)
    pairs: list[tuple[GoldQuantity, _Found | None]] = []
    for row in wanted:
        place = row.place
        near = [other for other in free if meet(other.place, place, part=_SHARED_PART)]
        best = max(near, key=lambda other: shared(other.place, place), default=None)
        if best is not None:
            free.remove(best)
        pairs.append((row, best))
    return pairs, free


def _count(
    matched: Sequence[tuple[GoldQuantity, Quantity]], missed: Sequence[GoldQuantity], free: Sequence[_Found]
) -> QuantityCounts:
    open_values = [(row, quantity) for row, quantity in matched if row.kind != "masked"]
    masks = [quantity for row, quantity in matched if row.kind == "masked"]
    with_item = [(row, quantity) for row, quantity in open_values if row.item]
    return QuantityCounts(
        tp=len(matched),
        fp=len(free),
        fn=len(missed),
        value=sum(_same_value(row, quantity) for row, quantity in open_values),
        unit=sum(row.unit == quantity.unit.strip() for row, quantity in open_values),
        kind=sum(row.kind == quantity.kind for row, quantity in open_values),
        item=sum(_alike(row.item, quantity.item or "") for row, quantity in with_item),
        items=len(with_item),
        bound=sum(row.bound == quantity.bound for row, quantity in open_values),
        masked=sum(quantity.masked for quantity in masks),
        masks=len(masks),
        missed_masks=sum(row.kind == "masked" for row in missed),
        missed_items=sum(bool(row.item) and row.kind != "masked" for row in missed),
        false_masks=sum(row.quantity.masked for row in free),
        false_items=sum(bool(row.quantity.item) for row in free),
    )


def _same_value(row: GoldQuantity, quantity: Quantity) -> bool:
    """Compare as the tables show values; a gold value that is empty agrees with any, --05-08 with any year."""
    value = cell_text(quantity.value).removeprefix("'")
    if not row.value:
        return True
    if row.value.startswith("--") and value[:4].isdigit():
        return row.value[1:] == value[4:]
    if row.kind in _DATED:
        return row.value in (value, quantity.period_start or "", quantity.period_end or "")
    wanted, given = _number(row.value), _number(value)
    if wanted is None:
        return True
    return given is not None and abs(wanted - given) <= _RELATIVE_ERROR * max(1.0, abs(wanted))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _alike(wanted: str, item: str) -> bool:
    """Return whether one item contains the other and is at most twice as long: "党支部" and "基层党支部"."""
    if not item or (wanted not in item and item not in wanted):
        return False
    return max(len(wanted), len(item)) <= 2 * min(len(wanted), len(item))


def _wrong(gold: GoldReport, row: GoldQuantity, quantity: Quantity) -> list[Fault]:
    """Return what differs in a value that was found: of a masked one whether it is masked, else each attribute."""
    place, text = row.place.start, row.place.of(gold.text)
    compared: list[tuple[str, bool, str, str]]
    if row.kind == "masked":
        compared = [("masked", quantity.masked, "masked", quantity.kind)]
    else:
        compared = [
            ("value", _same_value(row, quantity), row.value, cell_text(quantity.value)),
            ("kind", row.kind == quantity.kind, row.kind, quantity.kind),
            ("unit", row.unit == quantity.unit.strip(), row.unit, quantity.unit),
            ("bound", row.bound == quantity.bound, row.bound, quantity.bound),
            ("item", not row.item or _alike(row.item, quantity.item or ""), row.item, quantity.item or ""),
        ]
    return [Fault(gold.name, stage, "wrong", place, text, want, got) for stage, same, want, got in compared if not same]
