"""Ruled lines of a page → tables: a grid from the lines, cells merged where a line between them is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.reading.page_lines import Glyph, PageCell, PageTable, lines_of

_THIN = 3.0
_SHORT = 5.0
_NEAR = 3.0
# Of one table, and of a page: more is a drawing.
_MOST_LINES = 200
_MOST_EDGES = 1000


@dataclass(frozen=True, slots=True)
class Edge:
    """A ruled line: at y from x to x where it is level, at x from y to y where it is upright."""

    level: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class _Grid:
    """A table's lines: the places of upright and of level ones, and the edges themselves."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    edges: tuple[Edge, ...]


def edges_of(points: Sequence[tuple[float, float]], *, stroked: bool) -> list[Edge]:
    """Return the edges of one outline: of a thin box its length, of a drawn frame its level and upright sides."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    if height <= _THIN and width > _SHORT:
        return [Edge(True, (min(ys) + max(ys)) / 2, min(xs), max(xs))]
    if width <= _THIN and height > _SHORT:
        return [Edge(False, (min(xs) + max(xs)) / 2, min(ys), max(ys))]
    if not stroked or width <= _THIN:
        return []
    sides = (edges_of(pair, stroked=False) for pair in zip(points, points[1:], strict=False))
    return [edge for side in sides for edge in side]


def split_tables(
    glyphs: Sequence[Glyph], edges: Sequence[Edge], page: int
) -> tuple[tuple[PageTable, ...], list[Glyph]]:
    """Return the tables of a page with their text, and the characters outside of them.

    A table has at least two columns and text in at least two cells: a frame around a notice, the line under a red head
    and an underlined blank are none.
    """
    rest = list(glyphs)
    tables = []
    for grid in _grids(edges):
        inside = [glyph for glyph in rest if _within(glyph, grid)]
        table = _table(grid, inside, page)
        if sum(bool(cell.lines) for cell in table.cells) > 1 and len(_columns(table)) > 1:
            tables.append(table)
            taken = set(map(id, inside))
            rest = [glyph for glyph in rest if id(glyph) not in taken]
    return tuple(sorted(tables, key=lambda table: table.top)), rest


def _columns(table: PageTable) -> set[int]:
    return {cell.column for cell in table.cells if cell.lines}


def _middle(glyph: Glyph) -> tuple[float, float]:
    return (glyph.left + glyph.right) / 2, glyph.base - 0.35 * glyph.size


def _within(glyph: Glyph, grid: _Grid) -> bool:
    x, y = _middle(glyph)
    return grid.xs[0] <= x <= grid.xs[-1] and grid.ys[0] <= y <= grid.ys[-1]


def _grids(edges: Sequence[Edge]) -> list[_Grid]:
    """Return the groups of lines that touch each other and make at least two columns."""
    if len(edges) < 4:
        return []
    joined = _connected(_merged(edges))
    grids = []
    for group in joined:
        xs = _places(edge.at for edge in group if not edge.level)
        ys = _places(edge.at for edge in group if edge.level)
        if len(xs) > 2 and len(ys) > 1 and len(xs) + len(ys) < _MOST_LINES:
            grids.append(_Grid(xs, ys, tuple(group)))
    return grids


def _merged(edges: Sequence[Edge]) -> list[Edge]:
    """Join the pieces of lines: borders are drawn cell by cell."""
    merged: list[Edge] = []
    for edge in sorted(edges, key=lambda edge: (edge.level, round(edge.at / _NEAR), edge.start)):
        last = merged[-1] if merged else None
        if last and last.level == edge.level and abs(last.at - edge.at) < _NEAR and edge.start <= last.end + _NEAR:
            merged[-1] = Edge(last.level, last.at, last.start, max(last.end, edge.end))
        else:
            merged.append(edge)
    return merged


def _touch(one: Edge, other: Edge) -> bool:
    if one.level == other.level:
        return False
    return one.start - _NEAR <= other.at <= one.end + _NEAR and other.start - _NEAR <= one.at <= other.end + _NEAR


def _connected(edges: Sequence[Edge]) -> list[list[Edge]]:
    left = list(edges)[:_MOST_EDGES]
    groups = []
    while left:
        group, new = [], [left.pop()]
        while new:
            edge = new.pop()
            group.append(edge)
            touching = [other for other in left if _touch(edge, other)]
            left = [other for other in left if not _touch(edge, other)]
            new += touching
        groups.append(group)
    return groups


def _places(values: Iterable[float]) -> tuple[float, ...]:
    """Return places in order, those that are nearly the same once."""
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > _NEAR:
            places.append(value)
    return tuple(places)


def _table(grid: _Grid, glyphs: Sequence[Glyph], page: int) -> PageTable:
    boxes = _boxes(grid)
    owner = {place: index for index, box in enumerate(boxes) for place in _covered(box)}
    texts: list[list[Glyph]] = [[] for _ in boxes]
    for glyph in glyphs:
        x, y = _middle(glyph)
        texts[owner[_slot(grid.ys, y), _slot(grid.xs, x)]].append(glyph)
    cells = [PageCell(*box, lines_of(text, page)) for box, text in zip(boxes, texts, strict=True)]
    return PageTable(page, grid.ys[0], grid.ys[-1], grid.xs, len(grid.ys) - 1, tuple(cells))


def _slot(places: Sequence[float], value: float) -> int:
    return max(sum(place <= value for place in places[:-1]) - 1, 0)


def _covered(box: tuple[int, int, int, int]) -> Iterable[tuple[int, int]]:
    row, column, rows, columns = box
    return ((row + down, column + across) for down in range(rows) for across in range(columns))


def _boxes(grid: _Grid) -> list[tuple[int, int, int, int]]:
    """Return (row, column, rows, columns) of each cell: from its upper left corner as far as no line stops it."""
    taken: set[tuple[int, int]] = set()
    boxes = []
    for row in range(len(grid.ys) - 1):
        for column in range(len(grid.xs) - 1):
            if (row, column) in taken:
                continue
            columns = rows = 1
            while column + columns < len(grid.xs) - 1 and _open_right(grid, row, column + columns, taken):
                columns += 1
            while row + rows < len(grid.ys) - 1 and _open_below(grid, row + rows, column, columns):
                rows += 1
            box = (row, column, rows, columns)
            taken.update(_covered(box))
            boxes.append(box)
    return boxes


def _open_right(grid: _Grid, row: int, column: int, taken: set[tuple[int, int]]) -> bool:
    middle = (grid.ys[row] + grid.ys[row + 1]) / 2
    return (row, column) not in taken and not _is_drawn(grid, False, grid.xs[column], middle)


def _open_below(grid: _Grid, row: int, column: int, columns: int) -> bool:
    middles = [(grid.xs[place] + grid.xs[place + 1]) / 2 for place in range(column, column + columns)]
    return not any(_is_drawn(grid, True, grid.ys[row], middle) for middle in middles)


def _is_drawn(grid: _Grid, level: bool, at: float, along: float) -> bool:
    return any(
        edge.level == level and abs(edge.at - at) <= _NEAR and edge.start - 1 <= along <= edge.end + 1
        for edge in grid.edges
    )
