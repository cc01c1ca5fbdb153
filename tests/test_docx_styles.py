"""How paragraphs look: styles, direct properties, emphasised openings."""

from __future__ import annotations

import pytest
from docx_cases import document
from docx_maker import para, run

from pipeline.records import Block


def looks(block: Block) -> tuple[bool, str | None, float | None]:
    return block.bold, block.font, block.size


def test_read_docx_tells_how_a_paragraph_looks() -> None:
    strong, not_bold = '<w:rStyle w:val="strong"/>', '<w:b w:val="false"/>'
    found = document(
        para("大标题", style="1"),
        para("{b:一、加粗}（）"),
        para("正文{b:加粗}"),
        f"<w:p>{run('字符样式', strong)}</w:p>",
        f'<w:p><w:pPr><w:pStyle w:val="1"/></w:pPr>{run("样式抵消", strong)}</w:p>',
        f'<w:p><w:pPr><w:pStyle w:val="1"/></w:pPr>{run("直接取消", not_bold)}</w:p>',
        para("循环样式", style="loop"),
        para("主题字体", style="theme"),
        para("短{kai:楷体占多数的一段}"),
    )
    assert [looks(block) for block in found.blocks] == [
        (True, "黑体", 16.0),
        (True, "宋体", 10.5),
        (False, "宋体", 10.5),
        (True, "宋体", 10.5),
        (False, "黑体", 16.0),
        (False, "黑体", 16.0),
        (True, "宋体", 10.5),
        (False, None, 10.5),
        (False, "楷体_GB2312", 10.5),
    ]


@pytest.mark.parametrize(
    ("marked", "lead"),
    [
        ("{b:一是学习不深入。}理论学习少。", "一是学习不深入。"),
        ("　　{b:一是}{b:学习不深入。}理论学习少。", "　　一是学习不深入。"),
        ("{kai:（一）压力传导不够。}部署多。", "（一）压力传导不够。"),
        ("{hei:一、概况}{kai:楷体正文}", "一、概况"),
        ("全文不加粗", None),
        ("{b:全文加粗}", None),
        ("{b:全文加粗}。", None),
        ("前文{b:加粗}", None),
        ("{kai:全文楷体}", None),
        ("{b:强调}正文{b:再强调}", "强调"),
    ],
)
def test_read_docx_finds_an_emphasised_opening(marked: str, lead: str | None) -> None:
    block = document(para(marked)).blocks[0]
    text = document(para(marked)).text
    assert (None if block.lead_end is None else text[block.start : block.lead_end]) == lead


def test_read_docx_counts_the_number_into_the_opening() -> None:
    found = document(para("首段"), para("{b:学习不深入。}理论少。", lst=(1, 1)))
    block = found.blocks[1]
    assert found.text[block.start : block.lead_end] == "（一）学习不深入。"
