"""Workbooks: values as Excel shows them, places of cells, what is hidden, limits."""

from __future__ import annotations

from pathlib import Path

import pytest
from xlsx_maker import make_xlsx, number_cell, row, sheet, text_cell

from pipeline.errors import DamagedFileError, ReadError
from pipeline.reading import read
from pipeline.reading.cell_values import format_code, shown_number
from pipeline.reading.spreadsheet import read_xlsx
from pipeline.records import Document, TablePlace


def document(data: bytes) -> Document:
    return read_xlsx(data, "台账.xlsx", report_id="x")


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.186, "0.0%", "18.6%"),
        (28300.5, "#,##0.00", "28,300.50"),
        (1234567, '#,##0,"千元"', "1,235千元"),
        (5, "000", "005"),
        (0, "#", ""),
        (0, '0;-0;"无"', "无"),
        (-3.5, "0.0_);(0.0)", "(3.5)"),
        (-1234.5, "#,##0.00;[Red]-#,##0.00", "-1,234.50"),
        (7, '[>=5]"高";"低"', "高"),
        (3, '[>=5]"高";"低"', "低"),
        (12345, "0.00E+00", "1.23E+04"),
        (3, 'General"个"', "3个"),
        (12.3, "[$¥-804]#,##0.00", "¥12.30"),
        (1.005, "0.00", "1.01"),
        (0.1 + 0.2, "General", "0.3"),
        (110101199001011234, "General", "1.10101E+17"),
        (12, "@", "12"),
        (45000, 'yyyy"年"m"月"d"日"', "2023年3月15日"),
        (45000, '[DBNum1][$-804]yyyy"年"m"月"d"日"', "二〇二三年三月十五日"),
        (45000.5, "yyyy/m/d h:mm", "2023/3/15 12:00"),
        (45000.75, '上午/下午h"时"mm"分"', "下午6时00分"),
        (45000, "[$-804]aaaa", "星期三"),
        (1.5, "[h]:mm:ss", "36:00:00"),
        (59, "yyyy-mm-dd", "1900-02-28"),
        (61, "yyyy-mm-dd", "1900-03-01"),
        (-1, "yyyy-mm-dd", "-1"),
        (9e9, "yyyy-mm-dd", "9000000000"),
        (float("inf"), "General", "inf"),
    ],
)
def test_shown_number_is_what_excel_shows(value: float, code: str, shown: str) -> None:
    assert shown_number(value, code) == shown


def test_shown_number_counts_from_1904_where_the_book_does() -> None:
    assert shown_number(43538, "yyyy-mm-dd", from_1904=True) == "2023-03-15"


@pytest.mark.parametrize(
    ("number", "own", "code"), [(10, {}, "0.00%"), (170, {170: "0.0"}, "0.0"), (999, {}, "General")]
)
def test_format_code_knows_built_in_and_own_formats(number: int, own: dict[int, str], code: str) -> None:
    assert format_code(number, own) == code


def test_read_xlsx_gives_each_cell_its_place() -> None:
    data = make_xlsx(
        sheet(
            row(1, text_cell("A1", "问题整改台账")),
            row(2, text_cell("A2", "问题"), text_cell("C2", "金额（万元）")),
            row(3, text_cell("A3", "往来款长期未清理"), number_cell("C3", 2.83)),
            after='<mergeCells><mergeCell ref="A1:C1"/></mergeCells>',
        )
    )
    found = document(data)
    assert found.text == "问题整改台账\n问题\n金额（万元）\n往来款长期未清理\n2.83"
    assert [block.table for block in found.blocks] == [
        TablePlace(0, 0, 0, 1, 3),
        TablePlace(0, 1, 0),
        TablePlace(0, 1, 2),
        TablePlace(0, 2, 0),
        TablePlace(0, 2, 2),
    ]
    assert {block.kind for block in found.blocks} == {"cell"}
    assert [found.text[block.start : block.end] for block in found.blocks] == found.text.split("\n")
    assert found.warnings == ()


def test_read_xlsx_reads_shared_strings_without_phonetic_guides() -> None:
    strings = ("<t>甲</t>", "<r><t>乙</t></r><r><t>丙</t></r><rPh><t>yi</t></rPh>", "<t>一_x000D_二</t>")
    cells = "".join(f'<c t="s"><v>{index}</v></c>' for index in (0, 1, 2, 9))
    found = document(make_xlsx(sheet(f"<row>{cells}</row>"), strings=strings))
    assert found.text == "甲\n乙丙\n一\n二"
    assert [block.table.column for block in found.blocks if block.table] == [0, 1, 2, 2]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c t="str"><f>A1&amp;"局"</f><v>水务局</v></c>', "水务局"),
        ("<c><f>SUM(A1:A3)</f><v>12</v></c>", "12"),
        ('<c s="1"><v>45000</v></c>', "2023年3月"),
        ('<c s="77"><v>45000</v></c>', "45000"),
        ("<c><v>甲</v></c>", "甲"),
        ("<c><f>NOW()</f></c>", ""),
    ],
)
def test_read_xlsx_reads_stored_results(cell: str, text: str) -> None:
    assert document(make_xlsx(sheet(f"<row>{cell}</row>"), formats=('yyyy"年"m"月"',))).text == text


def test_read_xlsx_leaves_out_what_is_hidden_and_says_so() -> None:
    first = sheet(
        row(1, text_cell("A1", "甲"), text_cell("B1", "藏列")),
        row(2, text_cell("A2", "藏行"), hidden=True),
        row(3, text_cell("A3", "乙"), text_cell("D3", "盖")),
        before='<cols><col min="2" max="2" hidden="1"/></cols>',
        after='<mergeCells><mergeCell ref="C3:D3"/></mergeCells>',
    )
    found = document(make_xlsx(first, sheet(row(1, text_cell("A1", "藏表"))), states=("", "hidden")))
    assert found.text == "甲\n乙"
    assert [warning.split("（")[0] for warning in found.warnings] == [
        "有隐藏的工作表未读入：表2",
        "有隐藏或被筛选掉的行未读入",
        "有隐藏的列未读入",
        "被合并单元格遮盖的内容未读入",
    ]


def test_read_xlsx_numbers_sheets_as_tables() -> None:
    found = document(make_xlsx(sheet(row(1, text_cell("A1", "甲"))), sheet(row(5, text_cell("B5", "乙")))))
    assert [block.table for block in found.blocks] == [TablePlace(0, 0, 0), TablePlace(1, 4, 1)]


def test_read_xlsx_does_not_build_huge_merged_areas() -> None:
    merged = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    found = document(make_xlsx(sheet(row(1, text_cell("A1", "甲")), after=merged)))
    assert found.blocks[0].table == TablePlace(0, 0, 0, 1048576, 16384)


def test_read_xlsx_refuses_too_many_cells() -> None:
    data = make_xlsx(sheet(row(1, text_cell("A1", "甲"), text_cell("B1", "乙"))))
    with pytest.raises(ReadError, match=r"台账.xlsx：单元格过多（超过 1 个）"):
        read_xlsx(data, "台账.xlsx", report_id="", most_cells=1)


@pytest.mark.parametrize("part", ["<worksheet", '<!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>'])
def test_read_xlsx_refuses_broken_sheets_and_entities(part: str) -> None:
    with pytest.raises(DamagedFileError, match=r"台账.xlsx：内部文件 .*另存为 .xlsx"):
        document(make_xlsx(part))


def test_read_xlsx_says_that_a_book_is_empty() -> None:
    assert document(make_xlsx(sheet())).warnings == ("工作簿中没有文字",)


def test_read_takes_a_workbook_for_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "台账.docx"
    path.write_bytes(make_xlsx(sheet(row(1, text_cell("A1", "甲")))))
    found = read(path)
    assert (found.format, found.text) == ("xlsx", "甲")
    assert found.warnings == ("扩展名为 .docx，内容是“Excel 工作簿（.xlsx）”，已按内容读取",)
