"""Web pages and Markdown: text without the site around it, headings, lists, tables, encodings, limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import DamagedFileError, ReadError
from pipeline.reading import read
from pipeline.reading.html import read_html, read_mht
from pipeline.reading.markdown import read_markdown
from pipeline.records import Document, TablePlace

BODY = "".join(
    f"<p>{'　' * 2}（{number}）台账更新不及时。抽查的{number}个站点中，有的记录停在上季度，值班人员说不清原因。</p>"
    for number in "一二三四五六"
)
SITE = f"""<!DOCTYPE html><html><head><title>关于自查情况的报告_清河市水务局</title><style>p{{color:red}}</style></head>
<body><div class="top"><a href="/">首页</a> <a href="/a">政务公开</a></div>
<nav><ul><li>领导信息，机构职能，规划计划，人事任免，财政预决算，应急管理，重大项目。</li></ul></nav>
<div>您现在的位置：<a href="/">首页</a> &gt; <a href="/b">通知公告</a></div>
<div id="main"><h1>关于自查情况的报告</h1><div class="tool">【字体：大 中 小】</div>
<div class="text"><p><b>一、存在的问题</b></p>{BODY}<script>document.write("脚本。")</script>
<p style="display:none">藏起来的一段，读者看不到。</p></div><p>【打印本页】【关闭窗口】</p></div>
<div class="foot"><p>版权所有：清河市水务局　某ICP备00000000号</p></div></body></html>"""


def document(source: str | bytes) -> Document:
    data = source.encode() if isinstance(source, str) else source
    return read_html(data, "网页.html", report_id="x")


def lines(source: str) -> list[str]:
    return document(f"<html><body>{source}</body></html>").text.split("\n")


def test_read_html_takes_the_text_out_of_the_site() -> None:
    found = document(SITE).text.split("\n")
    assert found[0] == "关于自查情况的报告"
    assert found[1] == "一、存在的问题"
    assert len(found) == 8 and found[7].startswith("（六）台账更新不及时。")


def test_read_html_keeps_everything_that_an_office_program_saved() -> None:
    page = '<html><head><meta name="Generator" content="Microsoft Word 15"><title>x</title></head><body>'
    found = document(f"{page}<div><p>标题</p></div><div>{BODY}</div><p>清河市水务局</p></body></html>").text.split("\n")
    assert (found[0], found[-1], len(found)) == ("标题", "清河市水务局", 8)


def test_read_html_gives_headings_their_level() -> None:
    found = document("<body><h1>总结</h1><h3>（一）<span>做法</span></h3><p>正文。</p></body>")
    assert [block.outline for block in found.blocks] == [0, 2, None]


def test_read_html_keeps_bold_openings_and_centring() -> None:
    found = document(
        '<body><p align="center">标题</p><p><b>一是学习不够。</b>有的支部没有学。</p><p><b>全粗</b></p></body>'
    )
    title, opening, bold = found.blocks
    assert title.centred and not opening.centred
    assert found.text[opening.start : opening.lead_end] == "一是学习不够。"
    assert bold.bold and bold.lead_end is None and not opening.bold


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>学习\n   不够</p>", ["学习不够"]),
        ("<p>a\n b</p>", ["a b"]),
        ("<p>问题<br><br>　　原因</p>", ["问题", "原因"]),
        ("<p>甲&nbsp;&nbsp;乙&lt;丙&gt;</p>", ["甲\xa0\xa0乙<丙>"]),
        ("<p>留<del>删</del><ins>增</ins></p>", ["留增"]),
        ("<p>显<span style='visibility: hidden'>藏</span><span hidden>藏</span></p>", ["显"]),
        ("<div>甲<p>乙</div>丙", ["甲", "乙", "丙"]),
        ("<pre>甲\n乙</pre>", ["甲", "乙"]),
        ("<ol><li>甲<li>乙</ol>", ["1. 甲", "2. 乙"]),
        ("<ol start=3 type=a><li>甲</ol>", ["c. 甲"]),
        ("<ol style='list-style-type:cjk-ideographic'><li>甲<li value=5>乙</ol>", ["一、甲", "五、乙"]),
        ("<ol style='list-style:none'><li>一、甲</ol>", ["一、甲"]),
        ("<ul><li>甲<ol><li>乙</ol><li>丙</ul>", ["甲", "1. 乙", "丙"]),
        ("<select><option>选项</select><button>提交</button><p>甲</p>", ["甲"]),
        ("<noscript>请启用脚本</noscript><iframe src='http://x.invalid/'>框</iframe><p>甲</p>", ["甲"]),
        ("<p>浏览次数：35次</p><p>甲</p>", ["甲"]),
        ("<p>浏览次数：35次，比上月下降。</p>", ["浏览次数：35次，比上月下降。"]),
        ("<p><a href=x>相关链接</a></p><p>见<a href=y>附件</a>。</p>", ["见附件。"]),
        ("<p><a href=x>附件：问题清单.docx</a></p>", ["附件：问题清单.docx"]),
    ],
)
def test_read_html_shows_what_a_browser_shows(source: str, expected: list[str]) -> None:
    assert lines(source) == expected


def test_read_html_gives_cells_of_data_tables_their_places() -> None:
    table = (
        "<table><tr><th rowspan=2>问题<th colspan=2>整改</tr><tr><td>措施<td>时限</tr>"
        "<tr><td><p>甲</p><p>乙</p><td>丙<td>丁</tr></table>"
    )
    found = document(f"<body><p>前</p>{table}<p>后</p></body>")
    places = [(found.text[block.start : block.end], block.table) for block in found.blocks]
    assert places == [
        ("前", None),
        ("问题", TablePlace(0, 0, 0, 2, 1)),
        ("整改", TablePlace(0, 0, 1, 1, 2)),
        ("措施", TablePlace(0, 1, 1)),
        ("时限", TablePlace(0, 1, 2)),
        ("甲", TablePlace(0, 2, 0)),
        ("乙", TablePlace(0, 2, 0)),
        ("丙", TablePlace(0, 2, 1)),
        ("丁", TablePlace(0, 2, 2)),
        ("后", None),
    ]


@pytest.mark.parametrize("span", ["999999999", "-1", "0", "x"])
def test_read_html_takes_unreasonable_spans_for_one(span: str) -> None:
    found = document(f"<body><table><tr><td colspan={span}>甲<td>乙<tr><td>丙<td>丁</table></body>")
    assert [block.table.column for block in found.blocks if block.table] == [0, 1, 0, 1]


def test_read_html_takes_a_table_that_arranges_the_page_for_none() -> None:
    inner = "<table><tr><td>问题<td>措施<tr><td>甲<td>乙</table>"
    found = document(f"<body><table><tr><td>栏目<td>{BODY}{inner}</table></body>")
    assert {block.table.table for block in found.blocks if block.table} == {0}
    assert [block.kind for block in found.blocks].count("cell") == 4


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="gb2312">', "gb18030"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=utf-8">', "utf-8"),
        ('<meta charset="utf-8">', "gb18030"),
        ("", "gb18030"),
        ("", "utf-8-sig"),
        ('<meta charset="utf-16">', "utf-16"),
        ('<meta charset="nonsense">', "utf-8"),
        ('<meta charset="big5">', "big5hkscs"),
    ],
)
def test_read_html_finds_the_encoding(head: str, encoding: str) -> None:
    text = "存在的問題和不足" if encoding == "big5hkscs" else "朱镕基同志指出存在的问题和不足，㈠措施落实不够"
    page = f"<html><head>{head}</head><body><p>{text}</p></body></html>"
    assert document(page.encode(encoding)).text == text


def test_read_html_says_that_a_page_is_empty() -> None:
    assert document("<html><body><script>1</script></body></html>").warnings == ("网页中没有文字",)


def test_read_html_refuses_what_is_too_large_or_too_deep() -> None:
    with pytest.raises(ReadError, match="网页.html：网页过大"):
        read_html(b"<html>" * 10, "网页.html", report_id="", most_bytes=20)
    with pytest.raises(DamagedFileError, match="嵌套过深"):
        document("<html><body>" + "<div>" * 100_000 + "甲")


@pytest.mark.parametrize("source", ["<p>甲" + "\n" * 2_000_000 + "乙", "<p>甲</p><p>" + "首页 > " * 30_000])
def test_read_html_is_quick_with_what_patterns_could_choke_on(source: str) -> None:
    assert lines(source)[0][0] == "甲"


def test_read_html_reads_a_deep_page_that_is_still_reasonable() -> None:
    assert lines("<div>" * 700 + "甲" + "</div>" * 700) == ["甲"]


def test_read_mht_reads_the_page_of_a_saved_site(tmp_path: Path) -> None:
    page = "<html><body><p>存在问题</p></body></html>"
    head = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: "
    mht = f'{head}text/html; charset="gbk"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{page}\r\n--b--\r\n'.encode("gbk")
    path = tmp_path / "网页.mht"
    path.write_bytes(mht)
    found = read(path)
    assert (found.format, found.text, found.warnings) == ("mht", "存在问题", ())
    with pytest.raises(DamagedFileError, match="没有正文"):
        read_mht(f"{head}text/plain\r\n\r\n甲\r\n--b--\r\n".encode(), "a.mht", report_id="")


def test_read_takes_a_web_page_for_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "报告.doc"
    path.write_text("<html><body><p>存在问题</p></body></html>", encoding="utf-8")
    found = read(path)
    assert (found.format, found.text) == ("html", "存在问题")
    assert found.warnings == ("扩展名为 .doc，内容是“网页（HTML）”，已按内容读取",)


def markdown(source: str) -> Document:
    return read_markdown(source.encode(), "a.md", report_id="x")


def test_read_markdown_gives_headings_and_bold_openings() -> None:
    found = markdown("# 自查报告\n\n## 二、问题 ##\n\n**一是学习不够。**有的没有学。\n**全粗**\n#不是标题\n")
    assert found.text == "自查报告\n二、问题\n一是学习不够。有的没有学。\n全粗\n#不是标题"
    assert [block.outline for block in found.blocks] == [0, 1, None, None, None]
    assert found.text[found.blocks[2].start : found.blocks[2].lead_end] == "一是学习不够。"
    assert found.blocks[3].bold and found.blocks[3].lead_end is None


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("- 甲\n* 乙\n1. 丙", "- 甲\n* 乙\n1. 丙"),
        ("见[附件](http://x.invalid/a)和![图](b.png)", "见附件和图"),
        ("> 引用`代码`", "引用代码"),
        ("甲\n---\n乙", "甲\n乙"),
        ("谈话*次，约谈*人", "谈话*次，约谈*人"),
        ("（*强调*）和\\*星", "（强调）和*星"),
        ("```\n甲\n```", "甲"),
        ("a_b_c 和 __粗__", "a_b_c 和 粗"),
    ],
)
def test_read_markdown_leaves_the_marks_out(source: str, text: str) -> None:
    assert markdown(source).text == text


@pytest.mark.parametrize("source", ["[" * 100_000, "**a " * 50_000])
def test_read_markdown_leaves_endless_lines_as_they_are(source: str) -> None:
    assert markdown(source).text == source.rstrip()


def test_read_markdown_gives_cells_their_places() -> None:
    found = markdown("| 问题 | 措施 |\n|---|:--:|\n| 甲 | 乙<br>丙 |\n\n后 | 来")
    places = [(found.text[block.start : block.end], block.table) for block in found.blocks]
    assert places == [
        ("问题", TablePlace(0, 0, 0)),
        ("措施", TablePlace(0, 0, 1)),
        ("甲", TablePlace(0, 1, 0)),
        ("乙", TablePlace(0, 1, 1)),
        ("丙", TablePlace(0, 1, 1)),
        ("后 | 来", None),
    ]


def test_read_takes_text_for_markdown_by_its_name(tmp_path: Path) -> None:
    for name, expected in (("a.md", "问题"), ("a.txt", "# 问题")):
        path = tmp_path / name
        path.write_text("# 问题", encoding="utf-8")
        assert read(path).text == expected
