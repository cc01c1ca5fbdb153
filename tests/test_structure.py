"""Headings, levels, roles and genre."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from marked_documents import assert_spans, document_of, marked_document

from pipeline.reading import read
from pipeline.records import Block, Document
from pipeline.structure import split
from pipeline.structure.numbers import read_number
from pipeline.structure.roles import role_words, states_defect

REPORTS = sorted((Path(__file__).parent.parent / "corpus" / "reports").glob("*.txt"))
BODY = "今年以来，各科室按照年初分工推进各项任务，台账每月核对一次，进度在办公会上通报，群众来访有专人接待。"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("第二部分 问题", "chapter", 2),
        ("十二、问题", "cn", 12),
        ("三 、问题", "cn", 3),
        ("（ 二 ）问题", "cn_paren", 2),
        ("(十一)问题", "cn_paren", 11),
        ("㈢问题", "cn_paren", 3),
        ("1．问题", "decimal", 1),
        ("２、问题", "decimal", 2),
        ("3、2022年的问题", "decimal", 3),
        ("1.2 问题", "decimal2", 2),
        ("1.2.3问题", "decimal3", 3),
        ("（4）问题", "paren", 4),
        ("⑸问题", "paren", 5),
        ("6）问题", "half_paren", 6),
        ("⑦问题", "circled", 7),
        ("问题3：印章", "label", 3),
    ],
)
def test_number_is_read_with_kind_and_value(text: str, kind: str, value: int) -> None:
    number = read_number(text, 0, len(text))
    assert number is not None
    assert (number.kind, number.value) == (kind, value)


@pytest.mark.parametrize(
    "text", ["2.83万元已收回", "3.5亿元", "2024年以来", "12个村", "一方面抓学习", "08.12前完成", "41、问题"]
)
def test_number_is_not_read_from_a_value(text: str) -> None:
    assert read_number(text, 0, len(text)) is None


def test_headings_of_the_annotated_reports_are_found_with_their_levels_and_roles() -> None:
    wanted = found = extra = levels = roles = 0
    for path in REPORTS:
        document, marked = marked_document(path.read_text(encoding="utf-8").rstrip("\n"))
        sections = {section.start: section for section in split(document).sections}
        assert_spans(document, list(sections.values()))
        pairs = [(heading, sections[heading.start]) for heading in marked.headings if heading.start in sections]
        wanted += len(marked.headings)
        found += len(pairs)
        extra += len(sections) - len(pairs)
        levels += sum(heading.level == section.level for heading, section in pairs)
        roles += sum(bool(set(heading.roles) & set(section.roles)) for heading, section in pairs)
    assert found >= 0.95 * wanted
    assert extra <= 0.03 * wanted
    assert levels >= 0.95 * found
    assert roles >= 0.8 * found


def test_section_holds_its_children_and_ends_before_its_sibling() -> None:
    document = document_of(f"一、问题\n（一）学习不深。{BODY}\n（二）作风不实。{BODY}\n二、打算\n{BODY}")
    top, first, second, plan = split(document).sections
    assert [section.path for section in (top, first, second, plan)] == ["一", "一>（一）", "一>（二）", "二"]
    assert top.end == second.end < plan.start
    assert first.parent_id == second.parent_id == top.section_id
    assert document.text[first.start : first.heading_end] == "（一）学习不深"


@pytest.mark.parametrize(
    "line",
    [
        "1.有的干部下村次数少，对户情不熟悉。",
        "1.购置打印机3台，单价2400元；",
        "责任单位：办公室",
        "附件：1.清单",
    ],
)
def test_list_item_or_label_is_no_heading_below_a_heading(line: str) -> None:
    document = document_of(f"一、情况\n{line}\n{BODY}")
    assert "1." not in [section.number for section in split(document).sections]


def test_items_of_a_list_are_no_headings_but_titles_with_bodies_are() -> None:
    items = document_of("一、资产\n1.电脑3台，放在二楼。\n2.打印机1台，已经报废。\n3.空调两台，正在使用。\n")
    titles = document_of(f"一、资产\n1.登记不及时。{BODY}\n2.处置不规范。{BODY}\n")
    assert [section.number for section in split(items).sections] == ["一、"]
    assert [section.number for section in split(titles).sections] == ["一、", "1.", "2."]


def test_levels_follow_the_nesting_that_the_report_has() -> None:
    document = document_of(
        f"1.总体\n（一）部署\n{BODY}\n（二）落实\n{BODY}\n2.问题\n（一）学习\n{BODY}\n（二）作风\n{BODY}\n3.打算\n{BODY}"
    )
    assert [section.level for section in split(document).sections] == [1, 2, 2, 1, 2, 2, 1]


def test_headings_without_numbers_are_read_from_their_shape() -> None:
    document = document_of(
        f"某校自查报告\n县教育局：\n{BODY}\n自查工作开展情况\n{BODY}\n查出的问题\n{BODY}\n今后打算\n{BODY}\n某校"
    )
    sections = split(document).sections
    assert [section.title for section in sections] == ["自查工作开展情况", "查出的问题", "今后打算"]
    assert [section.roles for section in sections] == [("OVERVIEW", "PRACTICE"), ("PROBLEM",), ("PLAN",)]


def test_headings_inside_a_paragraph_are_found_where_their_numbers_count_on() -> None:
    document = document_of(f"现将情况报告如下。一、基本情况。{BODY}二、存在问题。台账不全。三、下步打算。{BODY}")
    single = document_of(f"现将情况报告如下。{BODY}其中（一）类事项3件。{BODY}")
    assert [section.title for section in split(document).sections] == ["基本情况", "存在问题", "下步打算"]
    assert split(single).sections == ()


def test_look_makes_a_heading_only_where_body_text_looks_otherwise() -> None:
    text = f"某局总结\n{BODY}\n着力抓学习\n{BODY}"
    plain = document_of(text)
    blocks = tuple(replace(block, bold=text[block.start : block.end] == "着力抓学习") for block in plain.blocks)
    all_bold = tuple(replace(block, bold=True) for block in plain.blocks)
    numbered = _with_number(plain)
    assert [s.title for s in split(replace(plain, blocks=blocks)).sections] == ["着力抓学习"]
    assert "着力抓学习" not in [
        s.title for s in split(replace(numbered, blocks=(*all_bold, numbered.blocks[-1]))).sections
    ]


def _with_number(document: Document) -> Document:
    """Return the document with a numbered line at its end, so that shape alone makes no headings."""
    text = document.text + "\n一、附记"
    return replace(document, text=text, blocks=(*document.blocks, Block(len(document.text) + 1, len(text))))


@pytest.mark.parametrize(
    ("title", "roles"),
    [
        ("存在的突出问题和原因剖析", ("PROBLEM", "CAUSE")),
        ("存在的问题及下一步打算", ("PROBLEM", "PLAN")),
        ("自查发现的主要问题", ("PROBLEM",)),
        ("尚未解决的问题", ("PROBLEM",)),
        ("对照案例查摆自身差距", ("PROBLEM",)),
        ("反面典型案例剖析情况", ("OTHER",)),
        ("查摆情况", ("PROBLEM",)),
        ("翻出来的毛病", ("PROBLEM",)),
        ("未完成整改的问题及原因", ("PROBLEM", "CAUSE")),
        ("欠账出在哪里", ()),
        ("症结出在哪里", ("CAUSE",)),
        ("为啥年年如此", ("CAUSE",)),
        ("账是怎么查的", ("PRACTICE",)),
        ("今年做了哪些工作", ("PRACTICE",)),
        ("水文站概况", ("OVERVIEW",)),
        ("整改工作最新进展", ("RECTIFY",)),
        ("想请区里拉一把的", ("REQUEST",)),
        ("产生问题的主要原因", ("CAUSE",)),
        ("下一步整改措施", ("PLAN",)),
        ("巡察反馈问题整改落实情况", ("RECTIFY",)),
        ("关于“学习不深入”问题的整改", ("RECTIFY",)),
        ("审计建议", ("PLAN", "REQUEST")),
        ("需要上级协调解决的事项", ("REQUEST",)),
        ("附件1", ("APPENDIX",)),
    ],
)
def test_role_is_read_from_the_wording(title: str, roles: tuple[str, ...]) -> None:
    assert role_words(title) == roles


@pytest.mark.parametrize(
    "title", ["坚持问题导向，抓实整改", "聚焦突出问题开展监督", "着力解决群众急难愁盼问题", "强化问题意识"]
)
def test_role_is_not_problem_where_problems_are_dealt_with(title: str) -> None:
    assert "PROBLEM" not in role_words(title)


def test_role_of_a_plan_reaches_children_that_speak_of_problems() -> None:
    document = document_of(f"一、下一步打算\n（一）存在问题整改\n{BODY}\n（二）主要做法\n{BODY}")
    assert {section.roles for section in split(document).sections} == {("PLAN",)}


def test_role_of_a_silent_heading_comes_from_its_content_and_its_neighbours() -> None:
    done = "全年办理提案42件，走访群众310户，培训护林员2批次。新建蓄水池6口，改造管网12公里，群众满意率达96%。"
    faults = "会议记录不全，签到表由一人代签。水表更新滞后，有的村三年没有换过。印章无专人保管，外借没有登记。"
    plans = "进一步健全巡查制度，压实管护责任。加强人员培训，每季度开展一次抽查。坚决防止责任虚化，年底前完成整改。"
    document = document_of(f"一、这一年\n{done}\n二、几点反思\n{faults}\n三、往后\n{plans}")
    assert [section.roles for section in split(document).sections] == [("PRACTICE",), ("PROBLEM",), ("PLAN",)]


@pytest.mark.parametrize(
    ("title", "stated"),
    [("深入基层不够", True), ("内控水平仍需进一步提升", True), ("防止学习流于形式", False), ("抓好学习", False)],
)
def test_heading_states_a_defect(title: str, stated: bool) -> None:
    assert states_defect(title) is stated


@pytest.mark.parametrize(
    ("name", "genre"),
    [
        ("a-township-self-report", "self-report"),
        ("b-enterprise-rectification", "rectification"),
        ("c-college-feedback", "feedback"),
        ("d-bureau-audit-summary", "audit"),
        ("e-hospital-comparison", "comparison"),
        ("f-news-inspection-meeting", "news"),
    ],
)
def test_genre_is_found(name: str, genre: str) -> None:
    path = next(path for path in REPORTS if path.stem == name)
    document, _ = marked_document(path.read_text(encoding="utf-8").rstrip("\n"))
    outline = split(document)
    assert outline.genre == genre
    assert outline.genre_confidence is not None and 0.3 < outline.genre_confidence <= 1


def test_provincial_reports_have_their_problems_outside_problem_sections(shared: Path) -> None:
    for path in sorted((shared / "reports" / "docx").glob("*.docx")):
        outline = split(read(path))
        assert outline.genre == "work-report"
        assert len(outline.sections) >= 10
