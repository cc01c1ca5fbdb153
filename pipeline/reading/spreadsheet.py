"""A .xlsx as a Document: each cell that shows something as a block, with its place; a sheet is a table.

Read by a walk of our own over the package: values as Excel shows them, merged cells once, hidden sheets, rows and
columns left out (a warning says so). Formulas are never computed: the stored result is read. Charts, comments and
pictures are not read.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from pipeline.errors import DamagedFileError, ReadError
from pipeline.limits import LIMITS, Limits
from pipeline.reading.cell_values import format_code, shown_number
from pipeline.reading.docx_package import Package, open_package
from pipeline.records import Block, Document, TablePlace

MOST_CELLS = 200_000
MOST_SHEETS = 200
_MOST_MERGES_OF_A_ROW = 500
_LONGEST_FORMAT = 255
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_R_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_REPAIR = "请用 Excel、WPS 打开修复后另存为 .xlsx 再试"
_REFERENCE = re.compile(r"^\$?([A-Z]{1,3})\$?(\d{1,7})$")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A visible sheet: its name and the name of its part."""

    name: str
    part: str


@dataclass(frozen=True, slots=True)
class _Book:
    """What cells refer to: shared strings, the format of each style, how dates count, and the opened package."""

    package: Package
    strings: tuple[str, ...]
    formats: tuple[str, ...]
    from_1904: bool


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass(slots=True)
class _Hidden:
    """What was left out, by sheet."""

    rows: int = 0
    columns: int = 0
    covered: int = 0
    sheets: list[str] = field(default_factory=list)


def read_xlsx(
    data: bytes, file: str, *, report_id: str, most_cells: int = MOST_CELLS, limits: Limits = LIMITS
) -> Document:
    """Return the document in the bytes of a .xlsx: blocks of kind "cell", `table.table` is the number of the sheet.

    Rows and columns count from 0 as in the sheet ("B3" -> row 2, column 1); lines of one cell are blocks of one place.
    Example: 0.186 with the format 0.0% -> "18.6%"; 45000 as a date -> "2023/3/15".
    Raises DamagedFileError (broken) or ReadError (more than `most_cells` cells, sheets too large).
    """
    try:
        return _read(open_package(data, file, limits=limits), file, report_id, most_cells)
    except DamagedFileError as error:
        raise DamagedFileError(file, error.problem, _REPAIR) from error


def _read(package: Package, file: str, report_id: str, most_cells: int) -> Document:
    book_root = _part(package, package.main)
    if book_root is None:
        raise DamagedFileError(file, "缺少工作簿部件", _REPAIR)
    book = _book(package, book_root)
    hidden = _Hidden()
    texts: list[str] = []
    blocks: list[Block] = []
    place = 0
    for number, sheet in enumerate(_sheets(package, book_root, hidden, file)):
        for cell in _cells(book, sheet, hidden):
            if len(blocks) >= most_cells:
                raise ReadError(file, f"单元格过多（超过 {most_cells} 个）", "请拆分后重试")
            where = TablePlace(number, cell.row, cell.column, cell.rows, cell.columns)
            for line in filter(None, (line.strip() for line in cell.text.splitlines())):
                texts.append(line)
                blocks.append(Block(place, place + len(line), "cell", table=where))
                place += len(line) + 1
    return Document(report_id, file, "xlsx", "\n".join(texts), tuple(blocks), tuple(_warnings(hidden, blocks)))


def _warnings(hidden: _Hidden, blocks: list[Block]) -> Iterator[str]:
    if hidden.sheets:
        yield f"有隐藏的工作表未读入：{'、'.join(hidden.sheets)}"
    if hidden.rows:
        yield f"有隐藏或被筛选掉的行未读入（{hidden.rows} 行）"
    if hidden.columns:
        yield f"有隐藏的列未读入（{hidden.columns} 列）"
    if hidden.covered:
        yield f"被合并单元格遮盖的内容未读入（{hidden.covered} 处）"
    if not blocks:
        yield "工作簿中没有文字"


def _tag(node: etree._Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _children(node: etree._Element | None, name: str) -> Iterator[etree._Element]:
    return iter(()) if node is None else (child for child in node if _tag(child) == name)


def _child(node: etree._Element | None, name: str) -> etree._Element | None:
    return next(_children(node, name), None)


def _is_true(value: str | None) -> bool:
    return value in ("1", "true", "on")


def _whole(value: str | None, otherwise: int = 0) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else otherwise


def _book(package: Package, root: etree._Element) -> _Book:
    strings = _part(package, package.parts.get("sharedstrings", ""))
    properties = _child(root, "workbookPr")
    return _Book(
        package,
        tuple(_rich_text(item) for item in _children(strings, "si")),
        _formats(_part(package, package.parts.get("styles", ""))),
        properties is not None and _is_true(properties.get("date1904")),
    )


def _rich_text(item: etree._Element) -> str:
    """Return the text of a string item or inline string: its runs, without phonetic guides."""
    parts = []
    for child in item:
        if _tag(child) == "t":
            parts.append(child.text or "")
        elif _tag(child) == "r":
            parts += [node.text or "" for node in _children(child, "t")]
    return _ESCAPED.sub(_unescaped, "".join(parts))


def _unescaped(match: re.Match[str]) -> str:
    """Return the character of an escape such as _x000D_; line ends become "\\n", other control characters nothing."""
    char = chr(int(match[1], 16))
    return "\n" if char in "\r\n" else char if char.isprintable() else ""


def _formats(styles: etree._Element | None) -> tuple[str, ...]:
    own = {
        _whole(node.get("numFmtId")): (node.get("formatCode") or "General")[:_LONGEST_FORMAT]
        for node in _children(_child(styles, "numFmts"), "numFmt")
    }
    return tuple(format_code(_whole(node.get("numFmtId")), own) for node in _children(_child(styles, "cellXfs"), "xf"))


def _sheets(package: Package, root: etree._Element, hidden: _Hidden, file: str) -> list[_Sheet]:
    folder, name = posixpath.split(package.main)
    relations = _part(package, f"{folder}/_rels/{name}.rels".lstrip("/"))
    targets = {
        node.get("Id"): _part_name(folder, node.get("Target") or "")
        for node in (() if relations is None else relations)
        if node.get("TargetMode") != "External"
    }
    sheets = []
    for node in _children(_child(root, "sheets"), "sheet"):
        shown = node.get("name") or ""
        part = targets.get(node.get(_R) or node.get(_R_STRICT))
        if node.get("state") in ("hidden", "veryHidden"):
            hidden.sheets.append(shown)
        elif part is not None:
            sheets.append(_Sheet(shown, part))
    if len(sheets) > MOST_SHEETS:
        raise ReadError(file, f"工作表过多（{len(sheets)} 个）", "请拆分后重试")
    return sheets


def _part(package: Package, name: str) -> etree._Element | None:
    """Return the root of a part by its name, which the package only asks by kind."""
    return replace(package, parts={"wanted": name}).part("wanted")


def _part_name(folder: str, target: str) -> str:
    joined = target if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath(joined.replace("\\", "/")).lstrip("/").lower()


def _cells(book: _Book, sheet: _Sheet, hidden: _Hidden) -> Iterator[_Cell]:
    """Yield the cells of a sheet that show text, in reading order."""
    root = _part(book.package, sheet.part)
    if root is None or _tag(root) != "worksheet":
        return
    merges = _merges(root)
    covers = _Covers(merges)
    gone = _hidden_columns(root)
    seen_gone = set()
    for row, node in _rows(root):
        for column, cell in _row_cells(node):
            text = _shown(cell, book)
            if not text.strip():
                continue
            if _is_true(node.get("hidden")):
                hidden.rows += 1
                break
            if any(first <= column <= last for first, last in gone):
                seen_gone.add(column)
            elif covers.hide(row, column):
                hidden.covered += 1
            else:
                yield _Cell(text, row, column, *merges.get((row, column), (1, 1)))
    hidden.columns += len(seen_gone)


def _rows(root: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    """Yield rows with their numbers from 0; a row without a number follows the one before."""
    number = -1
    for node in _children(_child(root, "sheetData"), "row"):
        number = _whole(node.get("r"), number + 2) - 1
        yield number, node


def _row_cells(node: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    column = -1
    for cell in _children(node, "c"):
        place = _place(cell.get("r") or "")
        column = column + 1 if place is None else place[1]
        yield column, cell


def _place(reference: str) -> tuple[int, int] | None:
    """Return row and column of a reference, from 0: "B3" -> (2, 1)."""
    match = _REFERENCE.match(reference.upper())
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def _merges(root: etree._Element) -> dict[tuple[int, int], tuple[int, int]]:
    """Return rows and columns of merged cells by the place of their upper left corner."""
    merges = {}
    for node in _children(_child(root, "mergeCells"), "mergeCell"):
        first, _, last = (node.get("ref") or "").partition(":")
        start, end = _place(first), _place(last)
        if start and end and end[0] >= start[0] and end[1] >= start[1]:
            merges[start] = end[0] - start[0] + 1, end[1] - start[1] + 1
    return merges


class _Covers:
    """Answers which cells lie under merged ones, for rows from top to bottom."""

    def __init__(self, merges: dict[tuple[int, int], tuple[int, int]]) -> None:
        self._left = sorted(
            ((top, left, rows, columns) for (top, left), (rows, columns) in merges.items()), reverse=True
        )
        self._open: list[tuple[int, int, int, int]] = []
        self._row = -1

    def hide(self, row: int, column: int) -> bool:
        """Say whether a cell is covered and not the upper left corner of the merged one."""
        if row != self._row:
            self._row = row
            while self._left and self._left[-1][0] <= row:
                self._open.append(self._left.pop())
            self._open = [one for one in self._open if one[0] + one[2] > row][:_MOST_MERGES_OF_A_ROW]
        return any(
            left <= column < left + columns and (top, left) != (row, column) for top, left, _, columns in self._open
        )


def _hidden_columns(root: etree._Element) -> list[tuple[int, int]]:
    return [
        (_whole(node.get("min"), 1) - 1, _whole(node.get("max"), 1) - 1)
        for node in _children(_child(root, "cols"), "col")
        if _is_true(node.get("hidden"))
    ]


def _shown(cell: etree._Element, book: _Book) -> str:
    """Return what a cell shows."""
    kind = cell.get("t") or "n"
    if kind == "inlineStr":
        inline = _child(cell, "is")
        return "" if inline is None else _rich_text(inline)
    stored = _child(cell, "v")
    value = "" if stored is None else (stored.text or "").strip("\n\r\t ")
    if kind == "s":
        index = _whole(value, -1)
        return book.strings[index] if 0 <= index < len(book.strings) else ""
    if kind == "b":
        return {"1": "TRUE", "0": "FALSE"}.get(value, "")
    if kind != "n" or not value:
        return _ESCAPED.sub(_unescaped, value)
    return _number(value, _whole(cell.get("s")), book)


def _number(value: str, style: int, book: _Book) -> str:
    try:
        number = float(value)
    except ValueError:
        return value
    code = book.formats[style] if style < len(book.formats) else "General"
    return shown_number(number, code, from_1904=book.from_1904)
