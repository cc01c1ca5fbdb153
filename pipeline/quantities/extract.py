"""From a report to its quantities: readers claim their spans in turn, so that no character is read twice."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import accumulate
from typing import Generic, TypeVar

from pipeline.quantities.bare import bare_people, bare_sums
from pipeline.quantities.changes import direction_of
from pipeline.quantities.dates import Point, dates, read_iso
from pipeline.quantities.flat import Flat, claim, flatten, without_long_runs
from pipeline.quantities.frequency import frequencies
from pipeline.quantities.grammar import Amount, amounts, halves
from pipeline.quantities.items import items_of
from pipeline.quantities.lists import linked
from pipeline.quantities.money import coins, spoken
from pipeline.quantities.ordinals import ordinals
from pipeline.quantities.periods import explained, fixed, recent
from pipeline.quantities.protect import protect
from pipeline.quantities.redacted import left_over, redacted
from pipeline.quantities.relations import relate
from pipeline.quantities.roles import role_of
from pipeline.quantities.shares import shares
from pipeline.quantities.table_units import LedgerPlace, amounts_of_cells, finding_of, ledger_places, names_with_unit
from pipeline.quantities.telling import Telling
from pipeline.quantities.unknown import unknown
from pipeline.quantities.years import with_years
from pipeline.records import Document, Finding, Quantity, Role, Section, Span

SpanT = TypeVar("SpanT", Section, Finding, LedgerPlace, Amount, Span)
Reader = Callable[[str], Iterable[Amount]]
_CONTEXT = 40
_SENTENCE_END = re.compile(r"[。！？\n]")
_SENTENCE = 90


def extract(
    document: Document,
    sections: Sequence[Section],
    findings: Sequence[Finding],
    *,
    report_date: str | None = None,
) -> tuple[Quantity, ...]:
    """Return the quantities of a report in text order, with ids from `-q001` on.

    "往来款挂账3年以上，涉及2.83万元" -> 3年以上 (duration, 3 年, >=) and 2.83万元 (money, 28300 元).
    Set phrases (三会一课), list and document numbers, and names in quotation marks are no quantities.
    sections give section_path and role, findings give finding_id; both may be empty.
    report_date: ISO, as exact as known (2024, 2024-06, 2024-06-30); it gives 近三年, 今年以来 and 今年6月底 their
    dates, without it they have none. ValueError where it is no such date.
    Limits: a bare number without a unit is not read, unless a table names it.
    """
    flat = flatten(document.text)
    today = None if report_date is None else read_iso(report_date)
    in_sections, in_findings, in_cells = Cover(sections), Cover(findings), Cover(ledger_places(document))
    ordered = sorted(findings, key=lambda row: row.start)
    telling = Telling(document.text, sections, findings)
    read = _read(document, flat, today)
    starts = [flat.places[amount.start] for amount, _ in read]
    homes = [in_sections.at(start) for start in starts]
    telling.look_at(zip(starts, homes, strict=True))
    quantities = []
    for number, (amount, item) in enumerate(read, start=1):
        start, section = starts[number - 1], homes[number - 1]
        finding, cell = in_findings.at(start), in_cells.at(start)
        if finding is None and cell is not None:
            finding = finding_of(cell, ordered)
        roles, faulty = telling.at(start, section) if cell is None else ((cell.role,), False)
        quantity = _quantity(
            document.text, flat, amount, item, roles, finding, faulty=faulty,
            quantity_id=f"{document.report_id}-q{number:03d}", section_path=section.path if section else "",
        )  # fmt: skip
        quantities.append(quantity)
    return relate(document.text, quantities, flat=flat)


def _read(document: Document, flat: Flat, today: Point | None) -> list[tuple[Amount, str | None]]:
    """Return the amounts of a report with what they count; in tables, bare numbers under a unit are among them."""
    cells = amounts_of_cells(document, flat, partial(read_amounts, today=today))
    taken, names = Cover([cell.amount for cell in cells]), Cover(names_with_unit(document))
    found = [
        amount
        for amount in read_amounts(flat.text, today)
        if taken.at(amount.start) is None
        and taken.at(amount.end - 1) is None
        and not (amount.masked and names.at(flat.places[amount.start]))
    ]
    read = [*zip(found, items_of(flat.text, found), strict=True), *((cell.amount, cell.item) for cell in cells)]
    return sorted(read, key=lambda row: row[0].start)


def _quantity(
    text: str,
    flat: Flat,
    amount: Amount,
    item: str | None,
    roles: tuple[Role, ...],
    finding: Finding | None,
    *,
    faulty: bool,
    quantity_id: str,
    section_path: str,
) -> Quantity:
    """Return the record of an amount; faulty: its section tells faults."""
    span = flat.span(amount.start, amount.end)
    sentence = _around(flat, amount)
    return Quantity(
        quantity_id=quantity_id,
        section_path=section_path,
        start=span.start,
        end=span.end,
        raw=span.of(text),
        kind=amount.kind,
        value=amount.value,
        value_max=amount.value_max,
        unit=amount.unit,
        bound=amount.bound,
        approximate=amount.approximate,
        masked=amount.masked,
        item=_verbatim(text, flat, item, amount),
        role=role_of(
            amount,
            before=sentence[0],
            after=sentence[1],
            item=item,
            roles=roles,
            in_finding=finding is not None or faulty,
        ),
        period_start=amount.period_start,
        period_end=amount.period_end,
        note=amount.note
        or ("decrease" if direction_of(sentence[0][-_CONTEXT:], amount.kind, amount.unit) == "decrease" else None),
        finding_id=finding.finding_id if finding else None,
    )


def read_amounts(flat_text: str, today: Point | None = None) -> list[Amount]:
    """Return the amounts of flat text in order; each reader sees only what no reader before it has claimed.

    today: the date of the report. Named stretches are read before set phrases (十九大) are taken away.
    """
    text = without_long_runs(flat_text)
    found = list(_not_overlapping(fixed(text, today)))
    text = protect(claim(text, ((amount.start, amount.end) for amount in found)))
    taken = bytearray(len(text))
    _take(taken, found)
    for reader in _readers(today):
        # 每月…3次 may reach across what counts nothing (三会一课), but not across what has been read before.
        new = list(_not_overlapping(row for row in reader(text) if not any(taken[row.start : row.end])))
        found += new
        _take(taken, new)
        text = claim(text, ((amount.start, amount.end) for amount in new))
    return with_years(flat_text, explained(flat_text, linked(flat_text, found)), today)


def _readers(today: Point | None) -> tuple[Reader, ...]:
    return (
        redacted,
        partial(recent, today=today),
        frequencies,
        partial(dates, today=today),
        shares,
        ordinals,
        halves,
        coins,
        spoken,
        amounts,
        bare_people,
        bare_sums,
        unknown,
        left_over,
    )


def _take(taken: bytearray, found: Iterable[Amount]) -> None:
    for amount in found:
        taken[amount.start : amount.end] = b"\1" * (amount.end - amount.start)


def _not_overlapping(found: Iterable[Amount]) -> Iterator[Amount]:
    end = 0
    for amount in sorted(found, key=lambda amount: (amount.start, -amount.end)):
        if amount.start >= end:
            end = amount.end
            yield amount


def _around(flat: Flat, amount: Amount) -> tuple[str, str]:
    """Return what stands before and after an amount in its sentence."""
    before = flat.text[max(0, amount.start - _SENTENCE) : amount.start]
    after = flat.text[amount.end : amount.end + _SENTENCE]
    return _SENTENCE_END.split(before)[-1], _SENTENCE_END.split(after, maxsplit=1)[0]


# Far enough for the head of a long table; to the beginning of the text it would cost the square of its length.
_ITEM_REACH = 20_000


def _verbatim(text: str, flat: Flat, item: str | None, amount: Amount) -> str | None:
    """Return the item as the report writes it, blanks inside included, looked for nearest to the amount.

    The name of a column over two lines is not found so; it stays as it was read.
    """
    if item is None:
        return None
    after = flat.text.find(item, amount.end, amount.end + _CONTEXT * 2)
    place = after if after == amount.end else flat.text.rfind(item, max(0, amount.start - _ITEM_REACH), amount.start)
    place = after if place < 0 else place
    return item if place < 0 else flat.span(place, place + len(item)).of(text)


class Cover(Generic[SpanT]):
    """Finds the innermost of sections or findings at an offset; they are sorted once."""

    def __init__(self, spans: Iterable[SpanT]) -> None:
        self.spans: list[SpanT] = sorted(spans, key=lambda span: (span.start, -span.end))
        self.starts: list[int] = [span.start for span in self.spans]
        # The furthest end up to each span: the search backwards stops where nothing can cover the offset any more.
        self.reach: list[int] = list(accumulate((span.end for span in self.spans), max))

    def at(self, offset: int) -> SpanT | None:
        """Return the span that begins last among those that cover offset, None where there is none."""
        place = bisect_right(self.starts, offset) - 1
        while place >= 0 and self.reach[place] > offset:
            if self.spans[place].end > offset:
                return self.spans[place]
            place -= 1
        return None
