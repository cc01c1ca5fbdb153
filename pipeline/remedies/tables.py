"""Remedies in tables: the columns of a rectification ledger (问题 | 整改措施 | 责任单位 | 完成时限)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.places import SectionIndex
from pipeline.records import Block, Document, Remedy, Span
from pipeline.remedies.facts import exact_date, state_of

_HEADS = {
    "step": re.compile(r"整改措施|整改(落实|进展|完成)?情况|改进措施|整改结果|整改成效|工作措施|^措施$"),
    "owner": re.compile(r"责任(单位|部门|科室|处室|领导|人)|牵头(单位|部门|领导)"),
    "deadline": re.compile(r"(完成|整改|预计)?(时限|期限|完成时间)"),
    "problem": re.compile(r"问题|不足|表现"),
}
_EMPTY = re.compile(r"^[\s/\-—无]*$")
_HEAD_LIMIT = 16


@dataclass(frozen=True, slots=True)
class Cell:
    """The paragraphs of one table cell as one stretch of text."""

    row: int
    column: int
    start: int
    end: int
    text: str


def cells_of(document: Document) -> dict[int, tuple[Cell, ...]]:
    """Return the cells of each table of a report by the table's number, in text order."""
    tables: dict[int, dict[tuple[int, int], list[Block]]] = {}
    for block in document.blocks:
        if block.table is not None:
            grid = tables.setdefault(block.table.table, {})
            grid.setdefault((block.table.row, block.table.column), []).append(block)
    return {
        number: tuple(_cell(document, place, blocks) for place, blocks in sorted(grid.items()))
        for number, grid in tables.items()
    }


def _cell(document: Document, place: tuple[int, int], blocks: list[Block]) -> Cell:
    start, end = min(row.start for row in blocks), max(row.end for row in blocks)
    return Cell(place[0], place[1], start, end, document.text[start:end])


def columns_of(cells: tuple[Cell, ...]) -> tuple[int, dict[int, str]]:
    """Return the row of the head and what its columns hold: {2: "step", 3: "owner"}; (-1, {}) where there is no head.

    Only a table that has a column of steps is a ledger.
    """
    for row in sorted({cell.row for cell in cells})[:4]:
        kinds = {
            cell.column: kind
            for cell in cells
            if cell.row == row and len(cell.text) <= _HEAD_LIMIT
            for kind in (_kind_of("".join(cell.text.split())),)
            if kind
        }
        if "step" in kinds.values() and len(kinds) > 1:
            return row, kinds
    return -1, {}


def _kind_of(head: str) -> str | None:
    return next((kind for kind, pattern in _HEADS.items() if pattern.search(head)), None)


def find_in_tables(document: Document, index: SectionIndex) -> Iterator[Remedy]:
    """Yield one remedy for each filled cell of a column of steps, with the owner and deadline of its row."""
    for cells in cells_of(document).values():
        head, kinds = columns_of(cells)
        for cell in cells:
            if cell.row > head and kinds.get(cell.column) == "step" and not _EMPTY.match(cell.text):
                yield _remedy(cell, {kinds.get(row.column): row for row in cells if row.row == cell.row}, index)


def ledger_spans(document: Document) -> tuple[Span, ...]:
    """Return the places of all cells of rectification ledgers, in text order: their text is no running text."""
    tables = (cells for cells in cells_of(document).values() if columns_of(cells)[1])
    return tuple(sorted((Span(cell.start, cell.end) for cells in tables for cell in cells), key=lambda row: row.start))


def _remedy(cell: Cell, row: dict[str | None, Cell], index: SectionIndex) -> Remedy:
    section = index.innermost(cell.start)
    owner, deadline = _filled(row.get("owner")), _filled(row.get("deadline"))
    return Remedy(
        remedy_id="",
        start=cell.start,
        end=cell.end,
        text=cell.text,
        state=state_of(cell.text, section.roles if section else ()),
        section_path=section.path if section else "",
        owner=owner,
        deadline=None if deadline is None else exact_date(deadline),
    )


def _filled(cell: Cell | None) -> str | None:
    return None if cell is None or _EMPTY.match(cell.text) else " ".join(cell.text.split())
