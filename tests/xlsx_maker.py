"""Small .xlsx files for tests, written by hand: sheets as rows of cells, with what a test wants to vary."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def text_cell(place: str, text: str) -> str:
    """Return a cell with its text inside."""
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def number_cell(place: str, value: object, style: int = 0) -> str:
    """Return a cell with a number in one of the book's formats."""
    return f'<c r="{place}" s="{style}"><v>{value}</v></c>'


def sheet(*rows: str, before: str = "", after: str = "") -> str:
    """Return a worksheet part."""
    return f'<worksheet xmlns="{_MAIN}">{before}<sheetData>{"".join(rows)}</sheetData>{after}</worksheet>'


def row(number: int, *cells: str, hidden: bool = False) -> str:
    """Return a row; it counts from 1 as in the sheet."""
    mark = ' hidden="1"' if hidden else ""
    return f'<row r="{number}"{mark}>{"".join(cells)}</row>'


def make_xlsx(
    *sheets: str,
    states: tuple[str, ...] = (),
    strings: tuple[str, ...] = (),
    formats: tuple[str, ...] = (),
    date1904: bool = False,
) -> bytes:
    """Return a workbook. strings: contents of shared string items; formats: codes of the styles 1, 2 …"""
    names = [f"xl/worksheets/sheet{number}.xml" for number in range(1, len(sheets) + 1)]
    entries = "".join(
        f'<sheet name="表{number}" sheetId="{number}" r:id="s{number}"'
        + (f' state="{states[number - 1]}"' if number <= len(states) and states[number - 1] else "")
        + "/>"
        for number in range(1, len(sheets) + 1)
    )
    relations = [(f"s{number}", "worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)]
    relations += [("t", "sharedStrings", "sharedStrings.xml"), ("f", "styles", "styles.xml")]
    codes = "".join(
        f'<numFmt numFmtId="{163 + place}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
        for place, code in enumerate(formats, start=1)
    )
    styles = "".join(f'<xf numFmtId="{163 + place}"/>' for place in range(1, len(formats) + 1))
    parts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": _relations([("b", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">'
        f'<workbookPr date1904="{int(date1904)}"/><sheets>{entries}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(relations),
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{"".join(f"<si>{text}</si>" for text in strings)}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts>{codes}</numFmts>'
        f'<cellXfs><xf numFmtId="0"/>{styles}</cellXfs></styleSheet>',
        **dict(zip(names, sheets, strict=True)),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _relations(rows: list[tuple[str, str, str]]) -> str:
    entries = "".join(
        f'<Relationship Id="{key}" Type="{_RELATIONS}/{kind}" Target="{target}"/>' for key, kind, target in rows
    )
    return f'<Relationships xmlns="{_PACKAGE}">{entries}</Relationships>'
