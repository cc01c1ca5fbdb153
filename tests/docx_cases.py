"""What the tests of the .docx reader share: a list, styles, and a document made of paragraphs."""

from __future__ import annotations

from docx_maker import level, lists, make_docx

from pipeline.reading.docx import read_docx
from pipeline.records import Document

LISTS = lists(
    {
        1: level(0, "chineseCountingThousand", "%1、")
        + level(1, "chineseCounting", "（%2）")
        + level(2, "decimal", "%3."),
        2: level(0, "decimal", "%1", more='<w:suff w:val="space"/>') + level(1, "decimal", "%1.%2"),
    }
)
HEADINGS = """
<w:docDefaults><w:rPrDefault><w:rPr>
  <w:rFonts w:eastAsia="宋体"/><w:sz w:val="21"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/>
  <w:pPr><w:jc w:val="center"/><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr>
  <w:rPr><w:b/><w:rFonts w:eastAsia="黑体"/><w:sz w:val="32"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="1x"><w:name w:val="公文一级"/><w:basedOn w:val="1"/></w:style>
<w:style w:type="paragraph" w:styleId="3"><w:name w:val="标题 3"/><w:basedOn w:val="a"/></w:style>
<w:style w:type="paragraph" w:styleId="loop"><w:name w:val="循环"/><w:basedOn w:val="loop2"/></w:style>
<w:style w:type="paragraph" w:styleId="loop2"><w:name w:val="循环2"/><w:basedOn w:val="loop"/>
  <w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="off"><w:name w:val="无编号"/><w:basedOn w:val="1"/>
  <w:pPr><w:numPr><w:numId w:val="0"/></w:numPr><w:outlineLvl w:val="9"/></w:pPr></w:style>
<w:style w:type="character" w:styleId="strong"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="character" w:styleId="ghost"><w:name w:val="Ghost"/><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="theme"><w:name w:val="主题"/>
  <w:rPr><w:rFonts w:eastAsiaTheme="minorEastAsia" w:eastAsia="楷体"/></w:rPr></w:style>
"""


def document(
    *body: str, numbering: str = LISTS, styles: str = HEADINGS, notes: dict[str, str] | None = None
) -> Document:
    data = make_docx(*body, numbering=numbering, styles=styles, notes=notes)
    return read_docx(data, "t.docx", report_id="0" * 12)


def lines(found: Document) -> list[str]:
    return [found.text[block.start : block.end] for block in found.blocks]


def check_blocks(found: Document) -> None:
    """Blocks cover the text in order, one line end apart; numbers and leads are inside."""
    place = 0
    for block in found.blocks:
        assert block.start == place < block.end
        shown = found.text[block.start : block.end]
        assert shown.strip() and shown.startswith(block.number or "")
        assert block.lead_end is None or block.start < block.lead_end < block.end
        place = block.end + 1
    assert place == len(found.text) + bool(found.blocks)


def list_style(name: str, list_id: int, *, level: str) -> str:
    place = f'<w:ilvl w:val="{level}"/>' if level else ""
    numbers = f'<w:pPr><w:numPr>{place}<w:numId w:val="{list_id}"/></w:numPr></w:pPr>'
    return f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/>{numbers}</w:style>'
