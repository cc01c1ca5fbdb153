"""The tables of a report as grids: which cell stands where, what stands in a row, merged cells included."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass

from pipeline.records import Block, Document, Span, TablePlace


@dataclass(frozen=True, slots=True)
class Cell:
    """The paragraphs of one table cell; text is theirs, one a line. Cells without text are not among the cells."""

    place: TablePlace
    spans: tuple[Span, ...]
    text: str

    @property
    def start(self) -> int:
        """Where its first paragraph begins."""
        return self.spans[0].start

    @property
    def end(self) -> int:
        """Where its last paragraph ends."""
        return self.spans[-1].end

    @property
    def bare(self) -> str:
        """The text without any white space, as names of columns are compared: "责任 单位" -> "责任单位"."""
        return "".join(self.text.split())


@dataclass(frozen=True, slots=True)
class Grid:
    """One table. rows: by row, the cells that begin there or reach down into it, in column order.

    columns: where any cell begins. follows: the table that ends directly before this one, None after other text.
    """

    table: int
    cells: tuple[Cell, ...]
    rows: dict[int, tuple[Cell, ...]]
    columns: tuple[int, ...]
    follows: int | None = None

    def starting(self, row: int) -> tuple[Cell, ...]:
        """Return the cells that begin in a row."""
        return tuple(cell for cell in self.rows[row] if cell.place.row == row)

    def covered(self, cell: Cell) -> tuple[int, ...]:
        """Return the columns that a cell stands in; a merged cell stands in several."""
        first = bisect_left(self.columns, cell.place.column)
        return self.columns[first : bisect_left(self.columns, cell.place.column + cell.place.columns)]


def read_grids(document: Document) -> tuple[Grid, ...]:
    """Return the tables of a report in text order.

    A cell merged over three rows stands in each of these rows. Limit: a table inside a cell is one of its own.
    """
    tables: dict[int, dict[tuple[int, int], list[Block]]] = {}
    follows: dict[int, int | None] = {}
    before: int | None = None
    for block in document.blocks:
        if block.table is not None:
            follows.setdefault(block.table.table, before)
            grid = tables.setdefault(block.table.table, {})
            grid.setdefault((block.table.row, block.table.column), []).append(block)
        before = None if block.table is None else block.table.table
    return tuple(_grid(document, number, blocks, follows[number]) for number, blocks in tables.items())


def _grid(document: Document, table: int, blocks: dict[tuple[int, int], list[Block]], follows: int | None) -> Grid:
    cells = tuple(_cell(document, blocks[place]) for place in sorted(blocks))
    starts = sorted({cell.place.row for cell in cells})
    rows: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        first = bisect_left(starts, cell.place.row)
        for row in starts[first : bisect_left(starts, cell.place.row + cell.place.rows)]:
            rows[row].append(cell)
    return Grid(
        table=table,
        cells=cells,
        rows={row: tuple(sorted(rows[row], key=lambda cell: cell.place.column)) for row in starts},
        columns=tuple(sorted({cell.place.column for cell in cells})),
        follows=follows,
    )


def _cell(document: Document, blocks: list[Block]) -> Cell:
    spans = tuple(sorted((Span(block.start, block.end) for block in blocks), key=lambda span: span.start))
    place = blocks[0].table
    assert place is not None
    return Cell(place, spans, "\n".join(span.of(document.text) for span in spans))
