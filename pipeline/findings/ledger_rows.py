"""Problems in tables: each problem cell of a ledger is read once, with what its row says about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.cues import signal
from pipeline.findings.describe import found_by, status_of
from pipeline.findings.units import Unit, label_of, next_mode, pieces
from pipeline.grids import Cell, Grid, read_grids
from pipeline.ledger_names import state_told
from pipeline.ledgers import Ledger, Row, facts_of, read_ledgers
from pipeline.places import SectionIndex, index_sections
from pipeline.records import Document, Finding, FindingStatus, FoundBy, Genre, Outline, Role, Section
from pipeline.squeeze import squeeze

COLUMN_CUE = "column:problem"
# What the column alone says for a cell that does not read like a problem.
COLUMN_CONFIDENCE = 0.5
_LEAST_HAN = 4
_PROSE = 20
_STATEMENT = 8
_FIGURES = 0.25
_FIGURE = re.compile(r"^[-+−]?[\d.,，]+[%％]?$")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HINT = re.compile(r"^\s*[（(][^（）()]*[）)]\s*$")


@dataclass(frozen=True, slots=True)
class LedgerProblem:
    """A problem cell with its statements, its section, and the rows that it stands in."""

    cell: Cell
    units: tuple[Unit, ...]
    section: Section | None
    rows: tuple[Row, ...]

    @property
    def says_something(self) -> bool:
        """Whether the cell states anything at all: four characters that are no hint in brackets how to fill it in."""
        return len(_HAN.findall(self.cell.text)) >= _LEAST_HAN and not _HINT.match(self.cell.text)


def ledger_problems(document: Document, outline: Outline, ledgers: Sequence[Ledger]) -> Iterator[LedgerProblem]:
    """Yield the problem cells of ledgers, each once, wherever in the report the table stands."""
    index = index_sections(outline.sections)
    for ledger in ledgers:
        for cell, rows in ledger.by_problem():
            yield LedgerProblem(cell, tuple(_units(document, cell, index)), index.innermost(cell.start), rows)


def _units(document: Document, cell: Cell, index: SectionIndex) -> Iterator[Unit]:
    """Yield the statements of a problem cell; what stands under a label (原因：…) has the role of the label."""
    standing: Role | None = None
    for paragraph in cell.spans:
        label, body = label_of(document, paragraph)
        if label is not None:
            standing = label
        mode: str | None = None
        for piece, view in pieces(document.text, body):
            roles: tuple[Role, ...] = (standing or "PROBLEM",)
            yield Unit(piece.start, piece.end, view, roles, index.innermost(piece.start), mode=mode)
            mode = next_mode(view.text, mode)


def whole_cell(document: Document, problem: LedgerProblem) -> Unit:
    """Return all that a problem cell says as one statement."""
    cell, section = problem.cell, problem.section
    return Unit(cell.start, cell.end, squeeze(document.text, cell.start, cell.end), ("PROBLEM",), section)


def with_row(finding: Finding, problem: LedgerProblem, genre: Genre) -> Finding:
    """Return a finding with what the columns of its rows say: cause, status, heading, who found it.

    A finding counts as rectified only where every row of its problem says so (已完成, 已销号).
    """
    rows = problem.rows
    heading = next((row.heading for row in rows if row.heading is not None), None)
    source = facts_of(cell for row in rows for cell in row.all("source"))
    return replace(
        finding,
        heading=finding.heading if heading is None else facts_of([heading]),
        cause=facts_of(cell for row in rows for cell in row.all("cause")) or finding.cause,
        status=_status(rows) or finding.status,
        found_by=finding.found_by if source is None else _found_by(source, genre),
        cues=(*finding.cues, COLUMN_CUE),
    )


def _found_by(source: str, genre: Genre) -> FoundBy:
    """Return who found the problem by a source column, whose bare noun (审计) is read as a sentence."""
    return "self" if "自查" in source else found_by(f"经{source}反映发现", genre)


def _status(rows: Sequence[Row]) -> FindingStatus | None:
    """Return what progress and status columns say about a problem, None where they say nothing."""
    told = [state for row in rows for state in _states(row)]
    if not told:
        return None
    every_row = all(any(True for _ in _states(row)) for row in rows)
    return "rectified" if every_row and set(told) == {"rectified"} else "open"


def _states(row: Row) -> Iterator[FindingStatus]:
    for cell in row.all("progress", "status"):
        view = squeeze(cell.text, 0, len(cell.text)).text
        state = state_told(cell.text)
        if state == "done":
            yield "open" if signal("not-put-right").search(view) else "rectified"
        else:
            yield "open" if state is not None else status_of(view)


def passed_over(document: Document) -> tuple[tuple[Ledger, ...], frozenset[int]]:
    """Return the ledgers, and where the paragraphs of tables begin that are no running text.

    These are all cells of ledgers, and in other tables the head, figures and short entries; a table that only lays out
    a text stays to be read.
    """
    ledgers = read_ledgers(document)
    starts = {span.start for ledger in ledgers for span in ledger.spans}
    tables = {ledger.table for ledger in ledgers}
    for grid in read_grids(document):
        if grid.table not in tables:
            figures = _holds_figures(grid)
            skipped = (cell for cell in grid.cells if not _is_text(grid, cell, figures=figures))
            starts.update(span.start for cell in skipped for span in cell.spans)
    return ledgers, frozenset(starts)


def _is_text(grid: Grid, cell: Cell, *, figures: bool) -> bool:
    """Tell whether a cell outside ledgers holds a statement: prose, or a shorter one outside a head and figures."""
    if len(grid.columns) == 1 or "。" in cell.text or len(cell.bare) >= _PROSE:
        return True
    return len(cell.bare) >= _STATEMENT and cell.place.row > grid.cells[0].place.row and not figures


def _holds_figures(grid: Grid) -> bool:
    top = grid.cells[0].place.row
    inner = [cell for cell in grid.cells if cell.place.column > grid.columns[0] and cell.place.row > top]
    return sum(_FIGURE.match(cell.bare) is not None for cell in inner) > _FIGURES * len(inner)
