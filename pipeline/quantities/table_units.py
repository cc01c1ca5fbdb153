"""Figures in tables: a bare number takes its unit and its item from the name of its column or row (金额（万元）)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.grids import Cell, Grid, read_grids
from pipeline.ledger_names import ColumnRole
from pipeline.ledgers import read_ledgers
from pipeline.quantities.context_words import words_of
from pipeline.quantities.flat import Flat, flatten
from pipeline.quantities.grammar import Amount
from pipeline.records import Document, Finding, Role, Span

Reader = Callable[[str], list[Amount]]

_HEAD_ROWS, _MOST_NAMES = 6, 8
_NAME_LIMIT = 40
_ITEM_LIMIT = 24
_CAPTION_REACH = 1000
_UNIT = re.compile(
    r"[（(【\[]\s*(?:单位\s*[:：]\s*)?(?P<in>[^（()）【】\[\]\d]{1,8})\s*[)）】\]]"
    r"|[/／](?P<after>[^/／\d]{1,4})$|[:：]\s*(?P<colon>万元|亿元|元|千元|%)$|(?<!\d)(?P<end>[%％])$"
)
_UNIT_ALONE = re.compile(r"^(?:单位[:：])?(?:万|亿|千|百万)?元$|^[%％]$")
_TABLE_UNIT = re.compile(r"(?:金额|计量|货币)?单位\s*[:：]\s*(?P<unit>(?:人民币)?(?:百?万|亿|千)?元)\s*(?:[)）]\s*)?$")
_MONEY_NAME = re.compile(
    r"金额|资金|收入|支出|经费|预算|决算|结余|余额|投资|款|费用?$|补助|补贴|成本|利润|资产|负债|税|合计|总计|小计"
)
_FIGURE = re.compile(
    r"^(?:约|近|超过|不足)?[-－−]?(?:\d[\d,，]*(?:\.\d+)?(?:[-—~～至]\d+(?:\.\d+)?)?|[*＊×XxＸ]{1,4})(?:余|多|以上|左右)?$"
)
_NUMERAL = re.compile(r"^[\d.,，%％\s*＊—\-/]*$")
_MARKS = re.compile(r"^[\d一二三四五六七八九十]{1,2}[.．、]|^其中[：:]?|[:：*★]+$")
_DIGIT = re.compile(r"\d")
_KINDS = ("count", "money", "percent", "ratio", "duration", "frequency", "physical", "masked")
_GENERAL = frozenset(
    (
        "金额",
        "数量",
        "数额",
        "数值",
        "合计",
        "小计",
        "总计",
        "人数",
        "次数",
        "比例",
        "占比",
        "完成率",
        "总数",
        "本期",
        "资金",
    )
)
# What a value says by the column of a ledger that it stands in.
_COLUMN_ROLES: dict[ColumnRole, Role] = {
    "problem": "PROBLEM", "detail": "PROBLEM", "amount": "PROBLEM", "cause": "CAUSE",
    "step": "PLAN", "deadline": "PLAN", "progress": "RECTIFY", "status": "RECTIFY", "recovered": "RECTIFY",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CellAmount:
    """An amount read from a cell (offsets are those of the flat text) and the words that say what it measures."""

    amount: Amount
    item: str | None


@dataclass(frozen=True, slots=True)
class LedgerPlace:
    """A cell of a ledger: the role that its column gives a value, and the problem cells of its rows."""

    start: int
    end: int
    role: Role
    problems: tuple[Cell, ...]


def amounts_of_cells(document: Document, flat: Flat, read: Reader) -> list[CellAmount]:
    """Return the bare numbers of tables as amounts, in text order, where a name above or left of them has a unit.

    "金额（万元）" above "2.83" -> 28300 元 with item "金额"; "单位：万元" above a table counts for columns of money.
    read: reads the amounts of a text; a name whose bracket is no unit (（含税）) gives none.
    """
    found: list[CellAmount] = []
    ledgers = {ledger.table for ledger in read_ledgers(document)}
    for grid in read_grids(document):
        caption = _caption(document, grid)
        for cell, above in _figures(grid):
            units = _units_over(grid, cell, above, caption)
            amounts = ((name, _read(cell, unit, flat, read)) for name, unit in units)
            name, amount = next(((name, amount) for name, amount in amounts if amount is not None), ("", None))
            if amount is not None:
                item = _item(grid, cell, name, from_row=grid.table not in ledgers)
                found.append(CellAmount(amount, item))
    return sorted(found, key=lambda row: row.amount.start)


def _figures(grid: Grid) -> Iterator[tuple[Cell, list[Cell]]]:
    """Yield the cells that hold a bare number, each with the names above it, the nearest first."""
    names: dict[int, list[Cell]] = {}
    for place, row in enumerate(grid.rows):
        for cell in grid.starting(row):
            if _FIGURE.match(cell.bare) and not _is_code(grid, cell):
                yield cell, list(dict.fromkeys(name for column in grid.covered(cell) for name in names.get(column, ())))
            elif _is_name(cell) and (place < _HEAD_ROWS or _UNIT.search(cell.bare)):
                for column in grid.covered(cell):
                    names[column] = [cell, *names.get(column, ())][:_MOST_NAMES]


# The codes of the budget's classification of accounts (类, 款, 项 with three, five and seven digits) and of units.
_CODE = re.compile(r"[1-9]\d{2,6}")


def _is_code(grid: Grid, cell: Cell) -> bool:
    """Tell whether a number is the code of the name right of it, where sums have decimals: 30201 | 办公费 | 12.00."""
    if not _CODE.fullmatch(cell.bare):
        return False
    right = [other for other in grid.rows[cell.place.row] if other.place.column > cell.place.column]
    figures = [other.bare for other in right[1:] if _FIGURE.match(other.bare)]
    return bool(figures) and _is_name(right[0]) and "." in figures[0]


def _units_over(grid: Grid, cell: Cell, above: list[Cell], caption: str | None) -> Iterator[tuple[str, str]]:
    """Yield names with their units: the nearest above, those that the caption is about, the nearest left."""
    yield from _with_units(grid, above)
    for name in above:
        if caption is not None and _MONEY_NAME.search(name.bare):
            yield name.bare, caption
    yield from _with_units(grid, _names_left(grid, cell))


def _with_units(grid: Grid, names: list[Cell]) -> Iterator[tuple[str, str]]:
    """Yield the names that carry a unit.

    That is the lower name where the unit stands over several columns, the upper one where it has a cell of its own.
    """
    for place, cell in enumerate(names):
        match = _UNIT.search(cell.bare)
        if match is not None:
            lower = names[place - 1] if place and len(grid.covered(cell)) > 1 else cell
            directly = lower.place.row == cell.place.row + cell.place.rows
            yield (lower if directly else cell).bare, next(unit for unit in match.groups() if unit)
        elif _UNIT_ALONE.match(cell.bare):
            upper = names[place + 1] if place + 1 < len(names) else cell
            yield upper.bare, re.split("[:：]", cell.bare)[-1]


def _names_left(grid: Grid, cell: Cell) -> list[Cell]:
    left = [other for other in grid.rows[cell.place.row] if other.place.column < cell.place.column]
    return [other for other in reversed(left) if _is_name(other)]


def _is_name(cell: Cell) -> bool:
    return len(cell.bare) <= _NAME_LIMIT and not _NUMERAL.match(cell.text)


def _read(cell: Cell, unit: str, flat: Flat, read: Reader) -> Amount | None:
    """Return the amount of a cell whose unit is known; None where number and unit together are no amount."""
    written = flatten(cell.bare).text
    found = read(written + unit)
    if len(found) != 1 or found[0].end - found[0].start < len(written + unit) or found[0].kind not in _KINDS:
        return None
    start, end = bisect_left(flat.places, cell.start), bisect_left(flat.places, cell.end)
    return replace(found[0], start=start, end=end, note=found[0].note or "unit in table head") if start < end else None


def _bare(name: str) -> str:
    return _MARKS.sub("", _UNIT.sub("", name))


def _item(grid: Grid, cell: Cell, name: str, *, from_row: bool) -> str | None:
    """Return what a figure measures: the name with the unit; for a general one (金额) the name of the row, if asked."""
    own = _bare(name)
    if own in _GENERAL or own in words_of("generic") or _UNIT_ALONE.match(own):
        names = [_bare(other.bare) for other in reversed(_names_left(grid, cell))] if from_row else []
        row = next((text for text in names if 1 < len(text) <= _ITEM_LIMIT and text not in _GENERAL), None)
        own = row or ("" if _UNIT_ALONE.match(own) else own)
    return own if 1 < len(own) <= _ITEM_LIMIT else None


def _caption(document: Document, grid: Grid) -> str | None:
    """Return the unit of money that stands above a table or in a row of its own at its top (单位：万元)."""
    first = grid.cells[0].start
    above = document.text[max(0, first - _CAPTION_REACH) : first].rstrip().rpartition("\n")[2]
    tops = [cell.text for cell in grid.cells if cell.place.row <= grid.cells[0].place.row + 1]
    found = (_TABLE_UNIT.search(text) for text in (*tops, above))
    return next((match["unit"] for match in found if match), None)


def names_with_unit(document: Document) -> list[Span]:
    """Return the places of cells that name a column with its unit (占比%): no number is missing there."""
    cells = (cell for grid in read_grids(document) for cell in grid.cells if _is_name(cell))
    spans = [Span(cell.start, cell.end) for cell in cells if _UNIT.search(cell.bare) and not _DIGIT.search(cell.bare)]
    return sorted(spans, key=lambda span: span.start)


def ledger_places(document: Document) -> list[LedgerPlace]:
    """Return the cells of ledgers whose column says what its values are (措施 are plans), in text order."""
    places: dict[Cell, tuple[Role, dict[Cell, None]]] = {}
    for ledger in read_ledgers(document):
        for row in ledger.rows:
            for role, cell in row.fields:
                if role in _COLUMN_ROLES:
                    _, problems = places.setdefault(cell, (_COLUMN_ROLES[role], {}))
                    problems.update({} if row.problem is None else {row.problem: None})
    found = [LedgerPlace(cell.start, cell.end, role, tuple(problems)) for cell, (role, problems) in places.items()]
    return sorted(found, key=lambda place: place.start)


def finding_of(place: LedgerPlace, findings: Sequence[Finding]) -> Finding | None:
    """Return the finding of the row that a value stands in, None where it is none's or several's.

    findings: in text order.
    """
    if len(place.problems) != 1 or place.role != "PROBLEM":
        return None
    cell = place.problems[0]
    first = bisect_left(findings, cell.start, key=lambda row: row.start)
    inside = findings[first : bisect_left(findings, cell.end, key=lambda row: row.start)]
    return inside[0] if len(inside) == 1 else None
