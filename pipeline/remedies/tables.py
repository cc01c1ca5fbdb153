"""Remedies in tables: the columns of a rectification ledger (问题 | 整改措施 | 责任单位 | 完成时限 | 完成情况)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.grids import Cell
from pipeline.ledger_names import state_told
from pipeline.ledgers import Ledger, Row, facts_of
from pipeline.places import SectionIndex
from pipeline.records import Document, Remedy, RemedyState, Span
from pipeline.remedies.facts import deadline_of, exact_date, owner_of, state_of
from pipeline.remedies.pieces import items_of
from pipeline.remedies.words import find_cue, is_step
from pipeline.sentences import split_sentences

_STATES: dict[str, RemedyState] = {"done": "done", "ongoing": "ongoing", "open": "planned"}
_DATE = re.compile(r"(?<!\d)(?P<year>20\d{2})[-./](?P<month>\d{1,2})(?:[-./](?P<day>\d{1,2}))?(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(?P<year>20\d{2})(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)")
_RANGE = re.compile(r"\s*(?:至|到|—+|–|~|～|--)\s*")
_CLOCK = re.compile(r"\s+\d{1,2}:\d{2}(?::\d{2})?\s*$")


@dataclass(frozen=True, slots=True)
class StepCell:
    """A cell with steps, and the rows that it stands in; progress: it tells what was done, next to the measures."""

    cell: Cell
    rows: tuple[Row, ...]
    progress: bool


def step_cells(ledger: Ledger) -> Iterator[StepCell]:
    """Yield the cells that hold steps: those of measures, and those of progress."""
    cells: dict[Cell, tuple[bool, list[Row]]] = {}
    planned = any(row.all("step") for row in ledger.rows)
    for row in ledger.rows:
        for role in ("step", "progress"):
            for cell in row.all(role):
                cells.setdefault(cell, (planned and role == "progress", []))[1].append(row)
    yield from (StepCell(cell, tuple(rows), progress) for cell, (progress, rows) in cells.items())


def find_in_tables(document: Document, ledgers: Sequence[Ledger], index: SectionIndex) -> Iterator[Remedy]:
    """Yield the steps in the cells of measures and progress, with owner, deadline and state from their rows.

    A cell is divided as running text is; one without any verb of doing is one step as a whole. A progress cell that
    only names a state (已完成) is no step: it gives the state of the measures in its row.
    """
    for ledger in ledgers:
        for step in step_cells(ledger):
            for span in _pieces(document.text, step):
                yield _remedy(document.text, span, step, index)


def _pieces(text: str, step: StepCell) -> list[Span]:
    pieces = [
        item
        for paragraph in step.cell.spans
        for sentence in split_sentences(text, start=paragraph.start, end=paragraph.end, stops="；;")
        for item in items_of(text, sentence)
    ]
    steps = [piece for piece in pieces if is_step(piece.of(text)) and state_told(piece.of(text)) is None]
    if steps or step.progress or state_told(step.cell.text) is not None:
        return steps
    return [Span(step.cell.start, step.cell.end)]


def _remedy(text: str, span: Span, step: StepCell, index: SectionIndex) -> Remedy:
    section = index.innermost(span.start)
    words = span.of(text)
    state = _state(words, step)
    owner = facts_of(cell for row in step.rows for cell in row.all("owner"))
    deadline = facts_of(cell for row in step.rows for cell in row.all("deadline"))
    return Remedy(
        remedy_id="",
        start=span.start,
        end=span.end,
        text=words,
        state=state,
        section_path=section.path if section else "",
        owner=owner or owner_of(words),
        deadline=deadline_of(words, state=state) if deadline is None else cell_date(deadline),
    )


def _state(words: str, step: StepCell) -> RemedyState:
    """Return the state of a step: what its progress column says, else its status column, else its own words.

    Of several rows the least finished decides. Not signed off (否) leaves a step in any state, so its words decide.
    """
    if step.progress:
        return state_of(words, ("RECTIFY",))
    told = [state for row in step.rows for state in _told(row, step.cell)]
    for state in ("planned", "ongoing", "done"):
        if state in told:
            return state
    in_plan = any(cell == step.cell for row in step.rows for cell in row.all("step"))
    return state_of(words, ("PLAN",) if in_plan else ("RECTIFY",))


def _told(row: Row, own: Cell) -> Iterator[RemedyState]:
    for cell in row.all("progress"):
        state = state_told(cell.text)
        if state is not None:
            yield _STATES[state]
            return
        if cell != own and find_cue("done", cell.text):
            yield "ongoing" if find_cue("ongoing", cell.text) else "done"
            return
    told = [state_told(cell.text) for cell in row.all("status")]
    yield from (_STATES[state] for state in told if state is not None and state != "open")


def cell_date(text: str) -> str:
    """Return the deadline in a cell, ISO where it is exact, e.g. "2024.6.30" -> "2024-06-30", "6月底" -> "6月底".

    Of a stretch (2024年3月1日至2024年6月30日) the end counts.
    """
    last = _RANGE.split(_CLOCK.sub("", text))[-1].rstrip("前。 ")
    match = _DATE.search(last) or _COMPACT.fullmatch(last)
    if match is not None:
        year, month, day = match["year"], int(match["month"]), match["day"]
        last = f"{year}年{month}月" + (f"{int(day)}日" if day else "")
    exact = exact_date(last)
    if exact != last:
        return exact
    return exact_date(text)


def ledger_spans(ledgers: Sequence[Ledger]) -> tuple[Span, ...]:
    """Return the places of all paragraphs of ledgers, in text order: their text is no running text."""
    spans = (span for ledger in ledgers for span in ledger.spans)
    return tuple(sorted(spans, key=lambda span: span.start))


def is_covered(cells: tuple[Span, ...], offset: int) -> bool:
    """Tell whether an offset stands in one of these places, which are in text order."""
    place = bisect_right(cells, offset, key=lambda row: row.start) - 1
    return place >= 0 and offset < cells[place].end


def row_pairs(
    ledgers: Sequence[Ledger], findings: Sequence[int], remedies: Sequence[int]
) -> Iterator[tuple[list[int], list[int]]]:
    """Yield, for each row of a ledger, which findings and which remedies stand in it, given where each begins."""
    places = [sorted((start, place) for place, start in enumerate(starts)) for starts in (findings, remedies)]
    for ledger in ledgers:
        for row in ledger.rows:
            problem = [] if row.problem is None else [row.problem]
            yield _inside(problem, places[0]), _inside(row.all("step", "progress"), places[1])


def _inside(cells: Iterable[Cell], starts: Sequence[tuple[int, int]]) -> list[int]:
    return [
        place
        for cell in cells
        for _, place in starts[bisect_left(starts, (cell.start, -1)) : bisect_left(starts, (cell.end, -1))]
    ]
