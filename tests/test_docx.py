"""Documents of Word: what a reader sees, once and in order."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from docx_cases import check_blocks, document, lines, list_style
from docx_maker import (
    box,
    cell,
    field,
    level,
    lists,
    para,
    run,
    table,
)

from pipeline.reading import read
from pipeline.reading.docx import read_docx
from pipeline.reading.docx_fields import equation_text
from pipeline.reading.symbols import symbol
from pipeline.records import TablePlace


@pytest.mark.parametrize(
    ("marked", "shown"),
    [
        ("支出{del:3.50}{ins:2.83}万元", "支出2.83万元"),
        ("{from:后段}前段{to:后段}", "前段后段"),
        ("办事{hide:内部批注}大厅", "办事大厅"),
        ("共{sdt:8}次", "共8次"),
        ("见{link:附件}", "见附件"),
        ("{smart:5月8日}召开", "5月8日召开"),
        ("第{code:PAGE|3}页", "第3页"),
        ("第{simple:3}页", "第3页"),
        ("索引{code:XE 词条}词", "索引词"),
        (r"第{code:eq \o\ac(○,5)}项", "第⑤项"),
        ("约{ruby:谈|tán}话", "约谈话"),
        ("单位：{tab:}局", "单位：\t局"),
        ("上{br:}下{cr:}末", "上\n下\n末"),
        ("上{page:}下", "上\n下"),
        ("A{hyphen:}B{soft:}C", "A-BC"),
        ("{sym:Wingdings|F0FE}是{sym:Wingdings|00A8}否", "☑是□否"),
        ("{math:a+b}元", "a+b元"),
        ("正文{note:9}。", "正文。"),
        ("\u2003\u2003一、　概况 ", "\u2003\u2003一、　概况 "),
        ("㈠①１％", "㈠①１％"),
    ],
)
def test_read_docx_takes_what_is_visible_in_a_paragraph(marked: str, shown: str) -> None:
    found = document(para(marked))
    check_blocks(found)
    assert found.text == shown


def test_read_docx_drops_runs_that_a_character_style_hides() -> None:
    ghost = run("看不见", '<w:rStyle w:val="ghost"/>')
    found = document(f"<w:p>{run('看得见')}{ghost}</w:p>")
    assert found.text == "看得见"
    assert found.warnings == ("文中有隐藏文字，未读入",)


def test_read_docx_keeps_runs_that_are_switched_visible() -> None:
    visible = run("看得见", '<w:vanish w:val="0"/>')
    assert document(f"<w:p>{visible}</w:p>").text == "看得见"


def test_read_docx_turns_line_feeds_inside_a_run_into_blanks() -> None:
    assert document("<w:p><w:r><w:t>上\n下</w:t></w:r></w:p>").text == "上 下"


def test_read_docx_numbers_headings_as_word_does() -> None:
    found = document(
        para("基本情况", lst=(1, 0)),
        para("抓责任", lst=(1, 1)),
        para("正文。"),
        para("突出问题", lst=(1, 0)),
        para("学习不够", lst=(1, 1)),
        para("", lst=(1, 1)),
        para("内控不严", lst=(1, 1)),
        para("往来款挂账", lst=(1, 2)),
        para("2.83万元未清", lst=(1, 2)),
        para("不编号", lst=(0, 0)),
        para("总则", lst=(2, 0)),
        para("范围", lst=(2, 1)),
    )
    check_blocks(found)
    assert lines(found) == [
        *("一、基本情况", "（一）抓责任", "正文。", "二、突出问题", "（一）学习不够", "（三）内控不严"),
        *("1.往来款挂账", "2. 2.83万元未清", "不编号", "1 总则", "1.1 范围"),
    ]
    assert [block.number for block in found.blocks] == [
        *("一、", "（一）", None, "二、", "（一）", "（三）", "1.", "2.", None, "1", "1.1"),
    ]


def test_read_docx_takes_numbers_and_outline_from_styles() -> None:
    found = document(
        para("概况", style="1"),
        para("问题", style="1x"),
        para("附则", style="off"),
        para("细目", style="3"),
        para("文", style="?"),
    )
    assert lines(found) == ["一、概况", "二、问题", "附则", "细目", "文"]
    assert [block.outline for block in found.blocks] == [0, 0, None, 2, None]
    assert [block.style for block in found.blocks] == ["heading 1", "公文一级", "无编号", "标题 3", "Normal"]
    assert [block.centred for block in found.blocks] == [True, True, True, False, False]


def test_read_docx_takes_the_list_level_that_names_the_style() -> None:
    linked = level(0, "decimal", "%1.", more='<w:pStyle w:val="h1"/>') + level(
        1, "decimal", "%1.%2", more='<w:pStyle w:val="h2"/>'
    )
    found = document(
        para("甲", style="h1"),
        para("乙", style="h2"),
        numbering=lists({5: linked}),
        styles=list_style("h1", 5, level="") + list_style("h2", 5, level=""),
    )
    assert lines(found) == ["1.甲", "1.1 乙"]


def test_read_docx_counts_a_heading_with_another_list_in_the_list_of_its_style() -> None:
    chapters = level(0, "decimal", "%1.", more='<w:pStyle w:val="h1"/>') + level(
        1, "decimal", "%1.%2", more='<w:pStyle w:val="h2"/>'
    )
    found = document(
        para("甲", style="h1", lst=(6, 0)),
        para("乙", style="h1", lst=(6, 0)),
        para("前言", style="h1", lst=(0, 0)),
        para("丙", style="h2"),
        numbering=lists({5: chapters, 6: level(0, "chineseCounting", "第%1章")}),
        styles=list_style("h1", 5, level="0") + list_style("h2", 5, level="1"),
    )
    assert lines(found) == ["第一章甲", "第二章乙", "前言", "2.1 丙"]


def test_read_docx_joins_paragraphs_whose_end_was_deleted() -> None:
    mark = '<w:del w:id="1" w:author="a"/>'
    found = document(
        para("前半{del:删}，", mark=mark, lst=(1, 0)),
        para("后半。", lst=(1, 1)),
        para("{del:整段}", mark=mark, lst=(1, 0)),
        para("次条", lst=(1, 1)),
        para("表前", mark='<w:moveFrom w:id="1" w:author="a"/>'),
        table([cell("格")]),
        para("末", mark=mark),
    )
    check_blocks(found)
    assert lines(found) == ["（一）前半，后半。", "（二）次条", "表前", "格", "末"]


def test_read_docx_does_not_count_paragraphs_that_are_hidden_altogether() -> None:
    hidden = "<w:vanish/>"
    found = document(para("甲", lst=(1, 0)), para("{hide:乙}", lst=(1, 0), mark=hidden), para("丙", lst=(1, 0)))
    assert lines(found) == ["一、甲", "二、丙"]


@pytest.mark.parametrize("mark", ["box", "vml"])
def test_read_docx_takes_text_boxes_once_after_their_paragraph(mark: str) -> None:
    found = document(para(f"锚点{{{mark}:框内}}之后"), para("下段"))
    assert lines(found) == ["锚点之后", "框内", "下段"]
    assert [block.kind for block in found.blocks] == ["paragraph", "textbox", "paragraph"]


def test_read_docx_takes_the_fallback_where_the_choice_is_not_understood() -> None:
    choice = f'<mc:Choice Requires="x">{run("新")}</mc:Choice><mc:Fallback>{run("旧")}</mc:Fallback>'
    alternate = f"<mc:AlternateContent>{choice}</mc:AlternateContent>"
    assert document(f"<w:p>{alternate}</w:p>").text == "旧"


def test_read_docx_takes_word_art_and_tables_in_text_boxes() -> None:
    found = document(para("{art:某某局文件}"), f"<w:p>{box(table([cell('框中表')]))}</w:p>")
    assert [(block.kind, line) for block, line in zip(found.blocks, lines(found), strict=True)] == [
        ("textbox", "某某局文件"),
        ("cell", "框中表"),
    ]


def test_read_docx_gives_each_cell_paragraph_its_place() -> None:
    found = document(
        table(
            [cell("类别", more='<w:vMerge w:val="restart"/>'), cell("内容", more='<w:gridSpan w:val="2"/>')],
            [cell("", more="<w:vMerge/>"), cell("数量", "单位"), cell(table([cell("内表")]), "尾")],
        ),
        table([cell("次表")]),
    )
    check_blocks(found)
    assert lines(found) == ["类别", "内容", "数量", "单位", "内表", "尾", "次表"]
    assert {block.kind for block in found.blocks} == {"cell"}
    assert [block.table for block in found.blocks] == [
        TablePlace(0, 0, 0, rows=2),
        TablePlace(0, 0, 1, columns=2),
        TablePlace(0, 1, 1),
        TablePlace(0, 1, 1),
        TablePlace(1, 0, 0),
        TablePlace(0, 1, 2),
        TablePlace(2, 0, 0),
    ]


def test_read_docx_walks_content_controls_and_tracked_rows_of_tables() -> None:
    deleted = '<w:tr><w:trPr><w:del w:id="1" w:author="a"/></w:trPr>' + cell("删行") + "</w:tr>"
    shifted = '<w:tr><w:trPr><w:gridBefore w:val="2"/></w:trPr>' + cell("右") + "</w:tr>"
    inner = f"<w:tr>{cell('控件行')}<w:sdt><w:sdtContent>{cell('控件格')}</w:sdtContent></w:sdt></w:tr>"
    control = f"<w:sdt><w:sdtContent>{inner}</w:sdtContent></w:sdt>"
    found = document(f"<w:tbl>{deleted}{control}{shifted}</w:tbl>")
    assert list(zip(lines(found), [block.table for block in found.blocks], strict=True)) == [
        ("控件行", TablePlace(0, 0, 0)),
        ("控件格", TablePlace(0, 0, 1)),
        ("右", TablePlace(0, 1, 2)),
    ]


def test_read_docx_reports_text_that_merged_cells_cover() -> None:
    rows = ([cell("上", more='<w:vMerge w:val="restart"/>')], [cell("被遮住", more="<w:vMerge/>")])
    found = document(table(*rows))
    assert (found.text, found.warnings) == ("上", ("表格中被合并单元格遮盖的文字未读入",))


def test_read_docx_reads_block_content_controls_and_custom_xml() -> None:
    inner = f"<w:sdt><w:sdtPr/><w:sdtContent>{para('控件段')}</w:sdtContent></w:sdt>"
    assert lines(document(f"<w:customXml>{inner}</w:customXml>", para("后"))) == ["控件段", "后"]


def test_read_docx_puts_referred_notes_after_the_body() -> None:
    separator = f'<w:footnote w:id="-1" w:type="separator">{para("----")}</w:footnote>'
    notes = {
        "footnotes": separator + "".join(f'<w:footnote w:id="{key}">{para(text)}</w:footnote>' for key, text in NOTES),
        "endnotes": f'<w:endnote w:id="1">{para("尾注文")}</w:endnote>',
    }
    found = document(para("甲{note:2}乙{end:1}"), para("丙{note:1}丁{del:x}"), notes=notes)
    check_blocks(found)
    assert lines(found) == ["甲乙", "丙丁", "脚注二", "脚注一", "尾注文"]
    assert [block.kind for block in found.blocks][2:] == ["footnote", "footnote", "endnote"]


NOTES = (("1", "脚注一"), ("2", "脚注二"), ("3", "没有引用"))


def test_read_docx_follows_fields_over_paragraphs() -> None:
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    code = "<w:r><w:instrText>TOC \\o</w:instrText></w:r>"
    first = f"<w:p>{begin}{code}{separate}{run('一、概况')}{field('PAGEREF _1', '1')}</w:p>"
    assert lines(document(first, f"<w:p>{run('二、问题')}{end}</w:p>", para("正文"))) == [
        "一、概况1",
        "二、问题",
        "正文",
    ]


def test_read_docx_hides_results_inside_a_code() -> None:
    inner = field("PAGE", "1")
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    assert document(f"<w:p>{run('前')}{begin}{inner}{end}{run('后')}</w:p>").text == "前后"


def test_read_docx_keeps_the_text_behind_a_field_that_never_ends() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    found = document(f"<w:p>{run('前')}{begin}</w:p>", para("后"))
    assert lines(found) == ["前", "后"]
    assert found.warnings == ("文中的域代码不完整，相关段落请核对",)


def test_read_docx_reads_old_form_fields() -> None:
    data = '<w:ffData><w:checkBox><w:default w:val="0"/>{}</w:checkBox></w:ffData>'
    tick = f'<w:r><w:fldChar w:fldCharType="begin">{data.format("<w:checked/>")}</w:fldChar></w:r>'
    blank = f'<w:r><w:fldChar w:fldCharType="begin">{data.format("")}</w:fldChar></w:r>'
    entries = '<w:listEntry w:val="甲"/><w:listEntry w:val="乙"/>'
    choices = f'<w:ffData><w:ddList><w:result w:val="1"/>{entries}</w:ddList></w:ffData>'
    chosen = f'<w:r><w:fldChar w:fldCharType="begin">{choices}</w:fldChar></w:r>'
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    found = document(f"<w:p>{tick}{end}{run('是')}{blank}{end}{run('否')}{chosen}{end}</w:p>")
    assert found.text == "☑是☐否乙"


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        (r"eq \o\ac(○,5)", "⑤"),
        (r"eq \o\ac(○,21)", "21"),
        (r"EQ \o\ac(□,密)", "密"),
        (r"EQ \* jc2 \* hps10 \o\ad(\s\up 9(tán),谈)", "谈"),
        (r"EQ \F(1,2)", "1/2"),
        (r"EQ \x(急)", "急"),
        ("EQ", ""),
    ],
)
def test_equation_text_is_what_the_field_draws(code: str, shown: str) -> None:
    assert equation_text(code) == shown


@pytest.mark.parametrize(
    ("code", "font", "shown"),
    [
        (0xF0FE, "Wingdings", "☑"),
        (0x52, "Wingdings 2", "☑"),
        (0xF0B3, "Symbol", "≥"),
        (0xF061, "Symbol", "α"),
        (0xF02B, "Symbol", "+"),
        (0xF0FF, "Wingdings 3", "•"),
        (0x2611, "MS Gothic", "☑"),
        (0xD800, None, ""),
    ],
)
def test_symbol_is_the_character_that_looks_alike(code: int, font: str | None, shown: str) -> None:
    assert symbol(code, font) == shown


def test_read_docx_replaces_private_characters_of_symbol_fonts_only() -> None:
    wingdings = run("\uf0fe是", '<w:rFonts w:ascii="Wingdings"/>')
    assert document(f"<w:p>{wingdings}{run(chr(0xE123) + chr(0xF0FE))}</w:p>").text == "☑是\ue123\uf0fe"


def test_read_docx_of_no_text_says_so() -> None:
    found = document(para(""), para("　"))
    assert (found.text, found.blocks, found.warnings) == ("", (), ("文档中没有文字",))
    pictures = document("<w:p><w:r><w:drawing/></w:r></w:p>")
    assert "OCR" in pictures.warnings[0]


@pytest.mark.parametrize(
    ("body", "warning"),
    [
        ('<w:altChunk r:id="x" xmlns:r="urn:r"/>', "altChunk"),
        ("<w:p><w:r><w:object/></w:r></w:p>", "嵌入对象"),
        (
            '<w:p><w:r><w:drawing><a:graphicData uri="http://x/chart"/></w:drawing></w:r></w:p>',
            "图表",
        ),
    ],
)
def test_read_docx_says_what_it_did_not_read(body: str, warning: str) -> None:
    found = document(para("正文"), body)
    assert found.text == "正文"
    assert len(found.warnings) == 1 and warning in found.warnings[0]


def reference_lines(path: Path | io.BytesIO) -> list[str]:
    """Return the texts that python-docx gives, body paragraphs and the paragraphs of each table cell once."""
    import docx
    from docx.table import Table

    texts: list[str] = []
    for item in docx.Document(path if isinstance(path, io.BytesIO) else str(path)).iter_inner_content():
        if isinstance(item, Table):
            cells = {id(found._tc): found for row in item.rows for found in row.cells}
            texts += [paragraph.text for found in cells.values() for paragraph in found.paragraphs]
        else:
            texts.append(item.text)
    return [text for text in texts if text.strip()]


def test_read_docx_agrees_with_python_docx_on_what_python_docx_writes() -> None:
    import docx

    made = docx.Document()
    made.add_heading("自查报告", level=1)
    made.add_paragraph("　　一、基本情况").add_run("（加粗）").bold = True
    made.add_paragraph("制表\t换行\n末")
    grid = made.add_table(rows=3, cols=3)
    for row in range(3):
        for column in range(3):
            grid.cell(row, column).text = f"{row}行{column}列"
    grid.cell(0, 0).merge(grid.cell(1, 1))
    buffer = io.BytesIO()
    made.save(buffer)
    found = read_docx(buffer.getvalue(), "t.docx", report_id="")
    check_blocks(found)
    assert lines(found) == reference_lines(io.BytesIO(buffer.getvalue()))
    assert found.blocks[0].outline == 0
    assert [block.table for block in found.blocks if block.table][0] == TablePlace(0, 0, 0, rows=2, columns=2)


def test_read_agrees_with_python_docx_on_real_reports(shared: Path) -> None:
    reports = sorted((shared / "reports" / "docx").glob("*.docx"))
    assert len(reports) == 10
    for path in reports:
        found = read(path)
        check_blocks(found)
        assert lines(found) == reference_lines(path)
        assert found.warnings == ()


def test_read_numbers_the_traps_as_word_shows_them(shared: Path) -> None:
    found = read(shared / "reports" / "word" / "made_traps.docx")
    check_blocks(found)
    assert [block.number for block in found.blocks if block.number] == [
        "一、",
        "（一）",
        "二、",
        "（一）",
        "（二）",
        "1.",
    ]
    assert found.text.count("2.83万元") == 1 and "3.50" not in found.text
    assert [block.kind for block in found.blocks].count("textbox") == 1
    assert {block.table.table for block in found.blocks if block.table} == {0, 1}


def test_read_numbers_headings_as_the_table_of_contents_says(shared: Path) -> None:
    # Word wrote the table of contents, with the numbers that it shows
    found = read(shared / "reports" / "word" / "xuqiu_guige_numbered.docx")
    contents = [
        tuple(found.text[block.start : block.end].split("\t")[:2])
        for block in found.blocks
        if block.style is not None and block.style.startswith("toc ")
    ]
    headings = [
        (block.number, found.text[block.start + len(block.number or "") : block.end].strip())
        for block in found.blocks
        if block.outline in (0, 1, 2)
    ]
    assert len(contents) > 50
    assert headings == contents


def test_read_takes_the_text_boxes_of_red_heads_once(shared: Path) -> None:
    for path in sorted((shared / "reports" / "word").glob("hongtou_*.docx")):
        found = read(path)
        check_blocks(found)
        boxes = [found.text[block.start : block.end] for block in found.blocks if block.kind == "textbox"]
        assert boxes and len(boxes) == len(set(boxes))


def test_read_reads_every_real_document_the_same_twice(shared: Path) -> None:
    for path in sorted((shared / "reports" / "word").glob("*")):
        if re.search(r"is_doc\.docx$|(?<!is_docx)\.doc$", path.name):
            continue
        found = read(path)
        check_blocks(found)
        assert found.blocks and found == replace(read(path))
