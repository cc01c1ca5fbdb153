"""PDF: characters to lines, lines to paragraphs, tables, running heads, pages, limits."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pdf_maker import LEFT, PdfPage, make_pdf

from pipeline.errors import DamagedFileError, ReadError, UnsupportedFormatError
from pipeline.reading import read
from pipeline.reading.page_furniture import Dropped
from pipeline.reading.page_paragraphs import PageStart
from pipeline.reading.pdf import PagedDocument, read_pdf, read_pdf_pages
from pipeline.records import TablePlace

ROOT = Path(__file__).parents[1]

# 26 characters of 16 points fill a line between the margins of the maker's page.
FULL = "今年以来党委专题研究四次并与各站所签订责任书带头讲纪律"
SHORT = "课两次坚持上会研究。"


def paged(*pages: PdfPage) -> PagedDocument:
    return read_pdf_pages(make_pdf(*pages), "报告.pdf", report_id="x", ocr=False)


def lines(*pages: PdfPage) -> list[str]:
    return paged(*pages).document.text.split("\n")


def test_full_line_is_as_long_as_the_tests_think() -> None:
    assert len(FULL) == 27


def test_read_pdf_joins_the_lines_of_a_paragraph() -> None:
    found = paged(PdfPage().lines("　　" + FULL[:25], FULL[:26] + "，", SHORT, "　　" + FULL[:24] + "。", "　　第二段"))
    assert found.document.text.split("\n") == [FULL[:25] + FULL[:26] + "，" + SHORT, FULL[:24] + "。", "第二段"]
    assert found.document.format == "pdf" and found.document.warnings == ()
    for block in found.document.blocks:
        assert found.document.text[block.start : block.end].strip()


@pytest.mark.parametrize(
    ("second", "joined"),
    [
        ("学习不够深入", True),
        ("　　学习不够深入", False),
        ("二、学习不够深入", False),
        ("（二）学习不够深入", False),
    ],
)
def test_read_pdf_begins_a_paragraph_at_indents_and_numbers(second: str, joined: bool) -> None:
    page = PdfPage().lines("一、" + FULL[:23] + "。", second, "　　" + FULL[:25], FULL[:26])
    assert (len(lines(page)) == 2) == joined


def test_read_pdf_does_not_join_after_a_short_line() -> None:
    page = PdfPage().lines("一、主要做法", "抓学习。", FULL[:26], FULL[:26], "完。")
    assert lines(page) == ["一、主要做法", "抓学习。", FULL[:26] * 2 + "完。"]


def test_read_pdf_takes_short_lines_for_paragraphs_where_no_line_is_full() -> None:
    assert lines(PdfPage().lines("一、基本情况", "二、存在问题", "三、下步打算")) == [
        "一、基本情况",
        "二、存在问题",
        "三、下步打算",
    ]


def test_read_pdf_begins_a_paragraph_after_a_wide_gap() -> None:
    page = PdfPage().lines(FULL[:26], FULL[:25] + "。", top=740).lines(FULL[:26], SHORT, top=640)
    assert lines(page) == [FULL[:26] + FULL[:25] + "。", FULL[:26] + SHORT]


def test_read_pdf_joins_the_lines_of_a_title() -> None:
    page = PdfPage().text(100, 760, "清河市水务局关于开展作风建设专项自", size=22, font=1)
    page.text(232, 725, "查情况的报告", size=22, font=1).lines(FULL[:26], FULL[:26], SHORT, top=680)
    found = paged(page).document
    assert found.text.split("\n")[0] == "清河市水务局关于开展作风建设专项自查情况的报告"
    assert (found.blocks[0].font, found.blocks[0].size) == ("黑体", 22.0)
    assert (found.blocks[1].font, found.blocks[1].size, found.blocks[1].bold) == ("仿宋", 16.0, False)


def test_read_pdf_finds_an_emphasised_opening() -> None:
    page = PdfPage().lines(FULL[:26], FULL[:26], top=700)
    page.text(LEFT, 760, "一是学习不够。", font=2).text(LEFT + 7 * 16, 760, "有的没有学。")
    found = paged(page).document
    assert found.text[: found.blocks[0].lead_end] == "一是学习不够。"


def test_read_pdf_puts_quotation_marks_where_they_are_seen() -> None:
    page = PdfPage().text(LEFT, 700, "整治").text(LEFT + 48, 700, "小金库").text(LEFT + 112, 700, "问题")
    page.text(LEFT + 32, 700, "“", font=1).text(LEFT + 96, 700, "”", font=1)
    assert lines(page) == ["整治“小金库”问题"]


def without_shape(*pages: PdfPage) -> bytes:
    """Return a file in which a blank stands for “3”: a character that no system has a shape for in these fonts."""
    return make_pdf(*pages).replace(b"<0000> <ffff> <0000>", b"<0020> <0020> <0033>")


@pytest.mark.parametrize(("matrix", "right", "up"), [("1 0 0 1", 16, 0), ("0 1 -1 0", 0, 16)])
def test_read_pdf_reads_a_lone_character_without_a_shape(matrix: str, right: int, up: int) -> None:
    page = PdfPage()
    for place, (char, font) in enumerate((("共", 0), (" ", 1), ("次", 0))):
        page.text(300 + place * right, 300 + place * up, char, matrix=matrix, font=font)
    found = read_pdf(without_shape(page), "a.pdf", report_id="")
    assert (found.text, found.warnings) == ("共3次", ())


def test_read_pdf_takes_nothing_but_the_text_from_what_has_no_shape() -> None:
    page = PdfPage().text(LEFT, 700, " ").text(LEFT, 600, " ", font=2).text(LEFT, 500, " ", size=0)
    found = read_pdf(without_shape(page), "a.pdf", report_id="")
    assert [(found.text[block.start : block.end], block.bold) for block in found.blocks] == [("3", False), ("3", True)]


def test_read_pdf_leaves_out_a_blank_that_stands_alone() -> None:
    page = PdfPage().text(LEFT, 700, "共").text(LEFT + 16, 700, " ").text(LEFT + 20, 700, "12次")
    assert lines(page) == ["共12次"]


WITHOUT_FONTS = """
import sys
from ctypes import POINTER, c_char, c_char_p, cast, create_string_buffer
import pypdfium2.raw as raw
from pipeline.reading.pdf import read_pdf
folder = create_string_buffer(sys.argv[1].encode())
paths = (POINTER(c_char) * 2)(cast(folder, POINTER(c_char)), None)
raw.FPDF_DestroyLibrary()
raw.FPDF_InitLibraryWithConfig(raw.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=paths))
sys.stdout.buffer.write(read_pdf(sys.stdin.buffer.read(), "a.pdf", report_id="").text.encode())
"""


def test_read_pdf_reads_the_same_on_a_system_without_fonts(tmp_path: Path) -> None:
    text, page = "查处“小金库”3个，A类1项。", PdfPage()
    for place, char in enumerate(text):
        page.text(LEFT + 16 * place, 700, char, font=place % 3)
    command = [sys.executable, "-c", WITHOUT_FONTS, str(tmp_path)]
    done = subprocess.run(command, input=make_pdf(page), capture_output=True, check=True, cwd=ROOT)
    assert lines(page) == [done.stdout.decode()] == [text]


@pytest.mark.parametrize(("gap", "text"), [(0, "共12次"), (4, "共12次"), (14, "共 12次"), (200, "共 12次")])
def test_read_pdf_makes_blanks_of_wide_gaps_only(gap: float, text: str) -> None:
    assert lines(PdfPage().text(LEFT, 700, "共").text(LEFT + 16 + gap, 700, "12次")) == [text]


def test_read_pdf_reads_what_is_printed_twice_once() -> None:
    assert lines(PdfPage().text(LEFT, 700, "标题题", font=1).text(LEFT + 0.4, 700, "标题题", font=1)) == ["标题题"]


def test_read_pdf_leaves_out_slanted_watermarks() -> None:
    page = PdfPage().lines("存在的问题").text(200, 400, "内部资料", matrix="0.7 0.7 -0.7 0.7")
    assert lines(page) == ["存在的问题"]


@pytest.mark.parametrize("rotate", [0, 90])
def test_read_pdf_reads_pages_that_lie_on_their_side(rotate: int) -> None:
    page = (
        PdfPage(rotate=rotate)
        .text(300, 100, "一、问题", matrix="0 1 -1 0")
        .text(330, 100, "二、措施", matrix="0 1 -1 0")
    )
    assert lines(page) == ["一、问题", "二、措施"]


def report_pages(count: int) -> list[PdfPage]:
    pages = []
    for number in range(1, count + 1):
        page = PdfPage().text(200, 800, "清河市水务局自查报告", size=9).text(270, 30, f"— {number} —", size=12)
        pages.append(page.lines("　　" + FULL[:24], *[FULL[:26]] * 3, FULL[:25]))
    return pages


def test_read_pdf_drops_running_heads_and_page_numbers_and_joins_across_pages() -> None:
    found = paged(*report_pages(3))
    paragraph = FULL[:24] + FULL[:26] * 3 + FULL[:25]
    assert found.document.text == "\n".join([paragraph] * 3)
    assert found.paged.pages == tuple(PageStart(page, (page - 1) * (len(paragraph) + 1)) for page in (1, 2, 3))
    assert found.paged.dropped[:2] == (
        Dropped(0, "清河市水务局自查报告", "header"),
        Dropped(0, "— 1 —", "page number"),
    )


def test_read_pdf_keeps_the_page_where_a_paragraph_goes_on() -> None:
    first = PdfPage().lines("　　" + FULL[:24], *[FULL[:26]] * 3)
    second = PdfPage().lines(SHORT, "　　" + FULL[:24], FULL[:26])
    found = paged(first, second)
    assert found.document.text.startswith(FULL[:24] + FULL[:26] * 3 + SHORT + "\n")
    assert found.paged.pages == (PageStart(1, 0), PageStart(2, 24 + 3 * 26))


@pytest.mark.parametrize("text", ["第3页 共12页", "3", "- 3 -", "3/12", "iv", "第三页"])
def test_read_pdf_takes_page_numbers_in_many_forms(text: str) -> None:
    assert lines(PdfPage().lines("正文。").text(280, 30, text, size=10)) == ["正文。"]


@pytest.mark.parametrize("text", ["2024年3月", "3人", "附件3"])
def test_read_pdf_keeps_other_last_lines(text: str) -> None:
    assert lines(PdfPage().lines("正文。").text(280, 30, text, size=10)) == ["正文。", text]


def test_read_pdf_keeps_a_number_inside_the_page() -> None:
    assert lines(PdfPage().lines("数量", "3", "正文。")) == ["数量", "3", "正文。"]


def ledger(top: float, *rows: tuple[str, str, str]) -> PdfPage:
    page, xs = PdfPage(), (90.0, 130.0, 320.0, 500.0)
    page.grid(xs, tuple(top - 40.0 * place for place in range(len(rows) + 1)))
    for number, cells in enumerate(rows):
        for x, cell in zip(xs, cells, strict=False):
            for place, line in enumerate(cell.split("\n")):
                page.text(x + 4, top - 18 - 40 * number - 14 * place, line, size=12)
    return page


def test_read_pdf_reads_ruled_tables_as_cells() -> None:
    page = ledger(700, ("序号", "问题", "整改措施"), ("1", "台账更新不\n及时", "每月核对一次"))
    found = paged(page.text(90, 740, "问题整改台账")).document
    cells = [(found.text[block.start : block.end], block.table) for block in found.blocks]
    assert cells == [
        ("问题整改台账", None),
        ("序号", TablePlace(0, 0, 0)),
        ("问题", TablePlace(0, 0, 1)),
        ("整改措施", TablePlace(0, 0, 2)),
        ("1", TablePlace(0, 1, 0)),
        ("台账更新不及时", TablePlace(0, 1, 1)),
        ("每月核对一次", TablePlace(0, 1, 2)),
    ]


def test_read_pdf_goes_on_with_a_table_on_the_next_page() -> None:
    first = ledger(780, ("序号", "问题", "整改措施"), ("1", "甲", "乙"))
    second = ledger(780, ("2", "丙", "丁"))
    found = paged(first, second).document
    assert found.blocks[-1].table == TablePlace(0, 2, 2)
    apart = paged(first.lines("说明。", top=400), ledger(780, ("2", "丙", "丁"))).document
    assert apart.blocks[-1].table == TablePlace(1, 0, 2)


def test_read_pdf_finds_merged_cells() -> None:
    page = PdfPage().line(90, 700, 500, 700).line(90, 660, 500, 660).line(290, 620, 500, 620).line(90, 580, 500, 580)
    page.line(90, 700, 90, 580).line(290, 660, 290, 580).line(500, 700, 500, 580)
    page.text(200, 680, "全宽").text(100, 620, "左").text(300, 640, "右上").text(300, 600, "右下")
    found = paged(page).document
    assert [block.table for block in found.blocks] == [
        TablePlace(0, 0, 0, 1, 2),
        TablePlace(0, 1, 0, 2, 1),
        TablePlace(0, 1, 1),
        TablePlace(0, 2, 1),
    ]


def test_read_pdf_takes_a_frame_and_an_underline_for_no_table() -> None:
    page = PdfPage().grid((80.0, 510.0), (400.0, 720.0)).line(90, 640, 200, 640).lines("提示", "正文。", top=680)
    assert {block.kind for block in paged(page).document.blocks} == {"paragraph"}


def test_read_pdf_refuses_a_scan_and_says_what_to_do() -> None:
    scan = PdfPage()
    scan.parts.append("0 0 500 800 re f")
    with pytest.raises(UnsupportedFormatError, match=r"报告.pdf：PDF 没有文字层.*共 1 页.*zicha\[ocr\]"):
        paged(scan)


def test_read_pdf_names_the_pages_without_text() -> None:
    scan = PdfPage()
    scan.parts.append("0 0 500 800 re f")
    found = paged(PdfPage().lines("正文第一页。"), scan).document
    assert found.text == "正文第一页。"
    assert len(found.warnings) == 1 and found.warnings[0].startswith("第 2 页没有文字层，未读入")


def test_read_pdf_says_that_a_file_is_empty() -> None:
    assert paged(PdfPage()).document.warnings == ("文件中没有文字",)


@pytest.mark.parametrize(
    ("limits", "message"),
    [({"most_pages": 1}, "页数过多（2 页，上限 1 页）"), ({"seconds": -1.0}, "读取超过 -1 秒")],
)
def test_read_pdf_keeps_limits(limits: dict[str, float], message: str) -> None:
    with pytest.raises(ReadError, match=message):
        read_pdf(make_pdf(PdfPage().lines("甲"), PdfPage().lines("乙")), "a.pdf", report_id="", **limits)


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.7\n" + b"\x00" * 500, make_pdf(PdfPage())[:300]])
def test_read_pdf_refuses_broken_files(data: bytes) -> None:
    with pytest.raises(DamagedFileError, match="a.pdf：PDF 文件损坏"):
        read_pdf(data, "a.pdf", report_id="")


def test_read_takes_a_pdf_for_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "报告.doc"
    path.write_bytes(make_pdf(PdfPage().lines("存在的问题")))
    found = read(path)
    assert (found.format, found.text) == ("pdf", "存在的问题")
    assert found.warnings == ("扩展名为 .doc，内容是“PDF 文件”，已按内容读取",)


def test_read_pdf_reads_a_budget(shared: Path) -> None:
    found = read(shared / "reports" / "pdf" / "ycyy_yusuan_2023.pdf")
    assert found.warnings == ()
    assert sum(block.kind == "cell" for block in found.blocks) > 500
    assert "\n- 2 -" not in found.text
    longest = max(found.blocks, key=lambda block: block.end - block.start if block.kind == "paragraph" else 0)
    assert longest.end - longest.start > 400


def test_read_pdf_says_that_a_real_scan_has_no_text_layer(shared: Path) -> None:
    data = (shared / "reports" / "pdf" / "zj_fujian_0.pdf").read_bytes()
    with pytest.raises(UnsupportedFormatError, match="PDF 没有文字层"):
        read_pdf(data, "a.pdf", report_id="", ocr=False)


def test_read_pdf_notes_the_page_that_each_block_begins_on() -> None:
    found = paged(PdfPage().lines("一、基本情况"), PdfPage().lines("二、存在问题"))
    assert [block.page for block in found.document.blocks] == [1, 2]
