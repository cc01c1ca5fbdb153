"""Findings → a workbook in which people correct them.

The layout is in `columns`; `workbook_import` reads it back. Drop-downs offer codes, but typing is never refused:
what was typed is checked on import, where a message can say what is wrong.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import OutputError
from pipeline.review import columns
from pipeline.review.codes import STATUS_NAMES, entry, main_categories
from pipeline.review.columns import CODES, COLUMNS, GUIDE, HEADINGS, SHEET, Cell, Column, certainty, row_cells
from pipeline.review.files import check_target, write_bytes
from pipeline.review.records import printable
from pipeline.taxonomy import Category, Taxonomy

_MOST_ROWS = 1_048_575
_STYLES = {"evidence": "原文", "answer": "填写", "hidden": "原文"}
_HEADING_STYLE = "表头"
_GUIDE_LINES = (
    "怎样填写",
    "1. 每行是程序找出的一条问题表述，只是建议；最没有把握的排在前面。",
    "2. 左边各列（来源文件至判据）是依据，请勿改动；改动过的行导入时不采用。",
    "3. 归类不对：在“改为子类”中选择或填写，只写类目码也可以。先选“改为类别”，子类的下拉项就只剩该类的。",
    "   只填“改为类别”不够（该类别没有子类或只有一个子类时除外）。",
    "4. 状态不对：在“改为状态”中选 未整改 或 已整改。",
    "5. 根本不是问题：在“不是问题”中选 是（也可填 √、1、y）；该行其他“改为”各列请留空。",
    "6. 改动过的行请填“复核人”；“备注”随改动一并保存。没有改动的行，备注不保存。",
    "7. 没有意见的行留空即可。可以筛选、调整列宽；请勿删列、改表头或改工作表名。",
    "8. 填好后保存为 .xlsx，运行：zicha review import 文件名.xlsx",
)


def export_workbook(
    rows: Iterable[Mapping[str, object]], path: Path, taxonomy: Taxonomy, *, force: bool = False
) -> int:
    """Write rows of findings.csv as a workbook for review and return their number.

    Those that need review stand first, then the least certain. Evidence is locked (without a password); the columns
    for corrections have drop-downs. Raises OutputError where path exists (without force) or cannot be written.
    Limit: all rows are held in memory, a workbook has at most 1,048,575 of them.
    """
    check_target(path, force=force)
    lines = [row_cells(row, taxonomy) for row in sorted(rows, key=certainty)]
    if len(lines) > _MOST_ROWS:
        raise OutputError(f"{path}：问题有 {len(lines)} 条，超过工作表的行数上限 {_MOST_ROWS}。请把报告分批导出。")
    book = _book()
    _fill_sheet(book.active, lines, taxonomy)
    _fill_guide(book.create_sheet(GUIDE), taxonomy)
    _fill_codes(book.create_sheet(CODES), taxonomy)
    content = io.BytesIO()
    book.save(content)
    write_bytes(path, content.getvalue(), force=force)
    return len(lines)


def _book() -> Any:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side

    book = Workbook()
    wrapped = Alignment(wrap_text=True, vertical="top")
    line = Side(style="thin", color="BFBFBF")
    border = Border(left=line, right=line, top=line, bottom=line)
    grey, yellow = (PatternFill("solid", fgColor=colour) for colour in ("D9E1F2", "FFF9E5"))
    for style in (
        NamedStyle(_HEADING_STYLE, font=Font(bold=True), fill=grey, alignment=wrapped, border=border),
        NamedStyle("原文", alignment=wrapped, border=border),
        NamedStyle("填写", fill=yellow, alignment=wrapped, border=border, protection=Protection(locked=False)),
    ):
        book.add_named_style(style)
    return book


def _fill_sheet(sheet: Any, lines: list[dict[str, Cell]], taxonomy: Taxonomy) -> None:
    sheet.title = SHEET
    for place, column in enumerate(COLUMNS, start=1):
        _put(sheet, 1, place, column.heading, _HEADING_STYLE)
        _lay_out(sheet, place, column)
        for number, cells in enumerate(lines, start=2):
            _put(sheet, number, place, cells.get(column.heading, ""), _STYLES[column.kind])
    last = max(2, len(lines) + 1)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{_letter('备注')}{last}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    _protect(sheet)
    _add_drop_downs(sheet, last, taxonomy)


def _lay_out(sheet: Any, place: int, column: Column) -> None:
    from openpyxl.utils import get_column_letter

    dimension = sheet.column_dimensions[get_column_letter(place)]
    dimension.width = column.width
    dimension.hidden = column.kind == "hidden"


def _put(sheet: Any, row: int, column: int, value: Cell, style: str) -> None:
    """Write a cell; text stays text, also "=1+1" and "#N/A", which openpyxl would take for a formula and an error."""
    cell = sheet.cell(row, column)
    cell.style = style
    if value == "":
        return
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        # So that it stays text when a person opens the cell and leaves it again.
        cell.quotePrefix = value[0] in "=+-@＝＋－＠"


def _protect(sheet: Any) -> None:
    sheet.protection.sheet = True
    # False is what a person may do.
    for action in ("autoFilter", "sort", "formatColumns", "formatRows"):
        setattr(sheet.protection, action, False)


def _add_drop_downs(sheet: Any, last: int, taxonomy: Taxonomy) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    formulas = {
        "改为类别": f"'{CODES}'!$A$2:$A${len(main_categories(taxonomy)) + 1}",
        "改为子类": _leaf_formula(len(taxonomy.leaves)),
        "改为状态": f'"{",".join(STATUS_NAMES.values())}"',
        "不是问题": '"是"',
    }
    for heading, formula in formulas.items():
        validation = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=False)
        validation.add(f"{_letter(heading)}2:{_letter(heading)}{last}")
        sheet.add_data_validation(validation)


def _leaf_formula(leaves: int) -> str:
    """Return the range of the subcategories of the category in the same row, of all where none is chosen.

    Column B of the sheet of codes holds the subcategories, column C the category of each, one category after the other.
    """
    chosen, parents = f"${_letter('改为类别')}2", f"'{CODES}'!$C$2:$C${leaves + 1}"
    first = f"IFERROR(MATCH({chosen},{parents},0),1)"
    number = f"IF(COUNTIF({parents},{chosen})=0,{leaves},COUNTIF({parents},{chosen}))"
    return f"OFFSET('{CODES}'!$B$1,{first},0,{number},1)"


def _letter(heading: str) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(HEADINGS.index(heading) + 1))


def _fill_guide(sheet: Any, taxonomy: Taxonomy) -> None:
    version = f"分类体系：{taxonomy.title or '（未命名）'} {taxonomy.version}（{taxonomy.digest}）"
    sheet.column_dimensions["A"].width = 100
    for number, line in enumerate((*_GUIDE_LINES, "", version, ""), start=1):
        _put(sheet, number, 1, printable(line), _HEADING_STYLE if number == 1 else "原文")
    for row in taxonomy.leaves:
        _put(sheet, sheet.max_row + 1, 1, _described(row), "原文")
    _protect(sheet)


def _described(row: Category) -> str:
    return printable(f"{entry(row)}：{row.definition}" if row.definition else entry(row))


def _fill_codes(sheet: Any, taxonomy: Taxonomy) -> None:
    places = {"A": "类别", "B": "子类", "C": "子类所属类别", "E": "分类体系", "F": "版本", "G": "摘要"}
    mains = main_categories(taxonomy)
    order = {row.code: place for place, row in enumerate(mains)}
    # Subcategories that the program adds to an office's taxonomy stand at its end.
    leaves = sorted(taxonomy.leaves, key=lambda row: order[taxonomy.category_of(row.code)])
    lists = {
        "A": [entry(row) for row in mains],
        "B": [entry(row) for row in leaves],
        "C": [entry(taxonomy.categories[taxonomy.category_of(row.code)]) for row in leaves],
    }
    for number, (letter, heading) in enumerate(places.items()):
        _put(sheet, 1, "ABCDEFG".index(letter) + 1, heading, _HEADING_STYLE)
        for place, value in enumerate(lists.get(letter, ()), start=2):
            _put(sheet, place, number + 1, value, "原文")
    for name, coordinate in columns.TAXONOMY_CELLS.items():
        cell = sheet[coordinate]
        _put(sheet, cell.row, cell.column, printable(getattr(taxonomy, name)), "原文")
    sheet.sheet_state = "hidden"
    _protect(sheet)
