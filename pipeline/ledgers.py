"""Problem lists and rectification ledgers (问题清单, 责任清单, 整改台账, 销号表): tables that are read row by row.

The names of columns are those of corpus/lexicon/ledger_columns.tsv. A table of figures or of persons is no ledger.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.grids import Cell, Grid, read_grids
from pipeline.ledger_names import NAME_LIMIT, ColumnRole, role_of_name
from pipeline.records import Document, Span

_TOP_ROWS = 6
_MOST_HEAD_ROWS = 4
_GROUP_LIMIT = 60
_LEAST_HAN = 4
_BLANK = re.compile(r"^[\s/\\—–－_\-…．.]*$|^(?:无|暂无|/|空)$")
_DITTO = frozenset(("同上", "同前", "〃", "″", '"', "”"))
_NUMERAL = re.compile(r"^[（(]?[\d.,一二三四五六七八九十]+[)）.、%％]?$")
_FRAME = re.compile(r"(?:情况|清单|部分|信息)$")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_TOTALS = frozenset(("合计", "总计", "小计", "共计", "总数"))
# What says about a problem in its own right; a number, a unit and a remark stand in every list.
_PLAIN_ROLES = frozenset(("number", "unit", "remark", "other", "source"))
_FOLLOW_UP = frozenset(("step", "progress", "status", "owner", "deadline"))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a ledger: its name, those of upper levels before it ("整改情况>时限"), and what it holds."""

    column: int
    name: str
    role: ColumnRole | None


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a ledger: its filled cells with what each holds, and the row above that heads it (一、党建方面)."""

    number: int
    fields: tuple[tuple[ColumnRole, Cell], ...]
    group: Cell | None = None

    def all(self, *roles: ColumnRole) -> tuple[Cell, ...]:
        """Return the cells that hold one of these roles, in column order."""
        return tuple(dict.fromkeys(cell for role, cell in self.fields if role in roles))

    @property
    def problem(self) -> Cell | None:
        """The cell that states the problem: the full statement where the ledger has both it and a short title."""
        return next(iter(self.all("detail") or self.all("problem")), None)

    @property
    def heading(self) -> Cell | None:
        """The cell that heads the problem: its short title, else its category, else the row above it."""
        titles = self.all("problem") if self.all("detail") else ()
        return next(iter(titles or self.all("category")), self.group)


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger with its columns and rows; spans are the paragraphs of all its cells, head included, in text order."""

    table: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    spans: tuple[Span, ...]

    def by_problem(self) -> Iterator[tuple[Cell, tuple[Row, ...]]]:
        """Yield each problem cell once, with all rows that it stands in (merged over several steps, it has several)."""
        groups: dict[Cell, list[Row]] = {}
        for row in self.rows:
            if row.problem is not None:
                groups.setdefault(row.problem, []).append(row)
        yield from ((cell, tuple(rows)) for cell, rows in groups.items())


def read_ledgers(document: Document) -> tuple[Ledger, ...]:
    """Return the ledgers of a report in text order.

    序号|问题|整改措施|责任单位 with "1|账实不符|盘点资产|财务科" -> one row whose problem is the cell "账实不符".
    Read are heads of several levels, merged cells (also in a head), 同上, group rows, tables that go on after a page
    without a head, and forms with the name left of its value. Limit: a table without any head is no ledger.
    """
    found: list[Ledger] = []
    if not any(block.table is not None for block in document.blocks):
        return ()
    for grid in read_grids(document):
        ledger = _form(grid)
        head = None if ledger is not None else _head(grid) or _continued(grid, found)
        ledger = _ledger(grid, *head) if head is not None else ledger
        if ledger is not None:
            found.append(ledger)
    return tuple(found)


def _head(grid: Grid) -> tuple[int, tuple[Column, ...]] | None:
    """Return the first row below the head and the columns that it names, None where no row reads like a ledger's."""
    for top in list(grid.rows)[:_TOP_ROWS]:
        bottom = _bottom(grid, top)
        columns = _columns(grid, top, bottom)
        if _is_ledger(grid, bottom, columns):
            return bottom, columns
    return None


def _bottom(grid: Grid, top: int) -> int:
    """Return the row below a head that begins in row top: it reaches as far as its merged cells, and a level further
    below a cell that heads several columns."""
    bottom = top + 1
    for _ in range(_MOST_HEAD_ROWS):
        head = [cell for row in range(top, bottom) if row in grid.rows for cell in grid.starting(row)]
        reach = max(cell.place.row + cell.place.rows for cell in head)
        if bottom < reach <= top + _MOST_HEAD_ROWS:
            bottom = reach
        elif _is_second_level(grid, bottom):
            bottom += 1
        else:
            break
    return bottom


def _is_second_level(grid: Grid, row: int) -> bool:
    """Tell whether a row names columns below names that head several columns."""
    if row not in grid.rows or row - 1 not in grid.rows:
        return False
    wide = [cell for cell in grid.starting(row - 1) if len(grid.covered(cell)) > 1]
    cells = grid.starting(row)
    if not wide or any(len(cell.bare) > NAME_LIMIT or _NUMERAL.match(cell.bare) for cell in cells):
        return False
    return any(
        role_of_name(cell.text) or role_of_name(over.text + cell.text)
        for cell in cells
        for over in wide
        if set(grid.covered(cell)) <= set(grid.covered(over))
    )


def _columns(grid: Grid, top: int, bottom: int) -> tuple[Column, ...]:
    """Return the columns that the rows from top to bottom name, one for each place where a cell begins."""
    names: dict[int, list[str]] = {column: [] for column in grid.columns}
    for row in range(top, bottom):
        for cell in grid.starting(row) if row in grid.rows else ():
            covered = grid.covered(cell)
            if len(covered) < max(len(grid.columns), 2):
                for column in covered:
                    names[column].append(cell.bare)
    return _with_detail(
        tuple(Column(column, ">".join(levels), _role(levels)) for column, levels in names.items() if levels)
    )


def _with_detail(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return the columns with the second of two that state problems (问题名称|问题描述) as the full statement."""
    problems = [place for place, column in enumerate(columns) if column.role == "problem"]
    if any(column.role == "detail" for column in columns) or len(problems) < 2:
        return columns
    first, last = problems[0], problems[1]
    between = {column.role for column in columns[first:last]}
    if columns[first].name == columns[last].name or between & {"cause", *_FOLLOW_UP}:
        return columns
    return (*columns[:last], replace(columns[last], role="detail"), *columns[last + 1 :])


def _role(levels: Sequence[str]) -> ColumnRole | None:
    """Return the role by the lowest name, or by the upper and the lowest together: 责任>单位, 问题情况>内容."""
    *upper, lowest = levels
    own = role_of_name(lowest)
    if not upper or own not in (None, "unit", "category", "amount", "other"):
        return own
    joined = role_of_name(upper[-1] + lowest) or role_of_name(_FRAME.sub("", upper[-1]) + lowest)
    return joined or own


def _is_ledger(grid: Grid, bottom: int, columns: tuple[Column, ...]) -> bool:
    """Tell whether a head is a ledger's: it names problems or steps, something about them, and words stand below."""
    roles = {column.role for column in columns if column.role is not None}
    telling = roles - _PLAIN_ROLES
    subject = telling & {"problem", "detail", "step"}
    if not subject or len(roles) < 2:
        return False
    only_listed = telling == {"problem"} and all(column.role is not None for column in columns)
    named = any(column.role == "problem" and column.name not in ("问题", "不足") for column in columns)
    if len(telling) < 2 and not (only_listed or named):
        return False
    wanted = {column.column for column in columns if column.role in subject}
    return any(
        cell.place.row >= bottom and wanted & set(grid.covered(cell)) and len(_HAN.findall(cell.text)) >= _LEAST_HAN
        for cell in grid.cells
    )


def _continued(grid: Grid, found: list[Ledger]) -> tuple[int, tuple[Column, ...]] | None:
    """Return the columns of the ledger directly before a table that goes on with it, as after a page break.

    It has no column of its own, a statement in the column of problems, and a numeral where the numbers stand.
    """
    if not found or grid.follows != found[-1].table:
        return None
    columns = found[-1].columns
    first = {column: cell for cell in grid.starting(min(grid.rows)) for column in grid.covered(cell)}
    cells = {column.role: first[column.column] for column in columns if column.column in first}
    subject = cells.get("detail") or cells.get("problem")
    fits = set(grid.columns) <= {column.column for column in columns} and 2 * len(grid.columns) > len(columns)
    if not fits or subject is None or len(_HAN.findall(subject.text)) < _LEAST_HAN or role_of_name(subject.text):
        return None
    number = cells.get("number")
    return (min(grid.rows), columns) if number is None or _NUMERAL.match(number.bare) else None


def _ledger(grid: Grid, bottom: int, columns: tuple[Column, ...]) -> Ledger:
    rows: list[Row] = []
    group: Cell | None = None
    above: dict[int, Cell] = {}
    names = {column.name.rpartition(">")[2] for column in columns}
    roles = {column.column: column.role for column in columns}
    for number in (row for row in grid.rows if row >= bottom):
        starting = [cell for cell in grid.starting(number) if not _BLANK.match(cell.text)]
        if not starting or _repeats_head(starting, names):
            continue
        if _heads_rows(grid, starting, roles):
            group, above = starting[0], {}
            continue
        filled = _filled(grid, number, bottom, above, roles)
        rows.append(Row(number, _fields(filled, roles), group))
        above = filled
    return Ledger(grid.table, columns, tuple(rows), _spans(grid))


def _spans(grid: Grid) -> tuple[Span, ...]:
    return tuple(sorted((span for cell in grid.cells for span in cell.spans), key=lambda span: span.start))


def _repeats_head(cells: Sequence[Cell], names: set[str]) -> bool:
    """Tell whether a row is the head again, as at the top of a page."""
    return len(cells) > 1 and all(cell.bare in names for cell in cells)


def _heads_rows(grid: Grid, starting: Sequence[Cell], roles: dict[int, ColumnRole | None]) -> bool:
    """Tell whether the only cell of a row heads the rows below (一、党建方面) and is no record."""
    if len(starting) != 1:
        return False
    cell = starting[0]
    covered = grid.covered(cell)
    if len(covered) > 1:
        return 2 * len(covered) > len(grid.columns) or "problem" not in {roles.get(column) for column in covered}
    plain = roles.get(covered[0]) in (None, "number", "category", "remark")
    return plain and len(cell.bare) <= _GROUP_LIMIT and not _NUMERAL.match(cell.bare)


def _filled(
    grid: Grid, number: int, bottom: int, above: dict[int, Cell], roles: dict[int, ColumnRole | None]
) -> dict[int, Cell]:
    """Return the cell of each column in a row: merged ones too, and what 同上 stands for.

    A row without number and problem belongs to the problem of the row above.
    """
    cells = [cell for cell in grid.rows[number] if cell.place.row >= bottom]
    filled = {column: cell for cell in cells for column in grid.covered(cell) if not _BLANK.match(cell.text)}
    filled = {column: above.get(column, cell) if cell.bare in _DITTO else cell for column, cell in filled.items()}
    held = {roles.get(column) for column in filled}
    if not held & {"number", "problem", "detail"} and held & _FOLLOW_UP:
        kept = {c: cell for c, cell in above.items() if roles.get(c) not in (*_FOLLOW_UP, "amount", "recovered")}
        filled = kept | filled
    return filled


def _fields(filled: dict[int, Cell], roles: dict[int, ColumnRole | None]) -> tuple[tuple[ColumnRole, Cell], ...]:
    fields: dict[tuple[ColumnRole, Cell], None] = {}
    for column in sorted(filled):
        role, cell = roles.get(column), filled[column]
        if role is not None and not (role in ("problem", "detail") and cell.bare in _TOTALS):
            fields[role, cell] = None
    return tuple(fields)


def _form(grid: Grid) -> Ledger | None:
    """Return a form (问题|…, 整改措施|…, each name left of its value) as a ledger of one row for each problem in it."""
    pairs = [(name, cell) for number in grid.rows for name, cell in _pairs(grid.starting(number))]
    roles = [role_of_name(name.text) for name, _ in pairs]
    in_form = 2 * len({name.place.row for name, _ in pairs}) > len(grid.rows) > 1
    if not in_form or not {"problem", "detail"} & set(roles) or len(set(roles) & {"cause", *_FOLLOW_UP}) < 2:
        return None
    records: list[list[tuple[ColumnRole, Cell]]] = [[]]
    for role, (_, cell) in zip(roles, pairs, strict=True):
        if role is None or _BLANK.match(cell.text):
            continue
        known = {other for other, _ in records[-1]}
        if role == "problem" and "problem" in known:
            if known & {"cause", *_FOLLOW_UP}:
                records.append([])
            else:
                role = "detail"
        records[-1].append((role, cell))
    rows = tuple(Row(min(cell.place.row for _, cell in fields), tuple(fields)) for fields in records if fields)
    columns = tuple(Column(cell.place.column, name.bare, role) for role, (name, cell) in zip(roles, pairs, strict=True))
    return Ledger(grid.table, columns, rows, _spans(grid))


def _pairs(cells: Sequence[Cell]) -> Iterator[tuple[Cell, Cell]]:
    """Yield each name of a form with the value to its right."""
    for name, value in zip(cells, cells[1:], strict=False):
        if role_of_name(name.text) is not None and role_of_name(value.text) is None:
            yield name, value


def facts_of(cells: Iterable[Cell]) -> str | None:
    """Return what cells say on one line, each once, joined by ；; None where they say nothing."""
    texts = dict.fromkeys(" ".join(cell.text.split()) for cell in cells)
    return "；".join(texts) or None
