"""Problem statements: taken, refused, and what is said of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from marked_documents import Spanned, assert_spans, document_of, marked_document

from pipeline import findings, structure
from pipeline.records import Finding, Refusal

REPORTS = sorted((Path(__file__).parent.parent / "corpus" / "reports").glob("*.txt"))
PROBLEMS = "一、存在的问题\n{}\n二、下一步打算\n逐项抓好落实。"
PRACTICE = "一、主要做法\n{}\n二、存在的问题\n台账更新不及时。"
PLAN = "一、存在的问题\n台账更新不及时。\n二、下一步打算\n{}"
AFTER = "二、今年打算\n抓好落实。"
RECTIFY = "一、整改落实情况\n{}\n二、下一步打算\n逐项抓好落实。"


def _find(text: str) -> tuple[tuple[Finding, ...], tuple[Refusal, ...]]:
    document = document_of(text)
    found, refused = findings.find(document, structure.split(document))
    assert_spans(document, found)
    for finding in found:
        assert document.text[finding.start : finding.end] == finding.text
        assert finding.start <= finding.core_start < finding.core_end <= finding.end
        assert finding.cues
    return found, refused


def _in(frame: str, statement: str) -> tuple[Finding, ...]:
    text = frame.format(statement)
    start = text.index(statement)
    return tuple(row for row in _find(text)[0] if start <= row.start < start + len(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "护林员巡山记录写得太简单。",
        "水费收缴率仍偏低。",
        "窗口轮岗尚未安排。",
        "巡堤责任还需压实到村组。",
        "重建设轻管护的老毛病没有改掉。",
        "有的股室把调研当成走过场。",
        "2023年采购的12台水泵由使用人自己验收。",
        "一名会计同时管着三枚印章。",
        "个别学员认为培训与自己关系不大。",
        "票据附件不全，涉及金额3.6万元。",
        "虽然办法已经印发，但基层知晓的不多。",
        "此外，档案室漏雨一年多没人修。",
        "公务加油卡的余额与台账对不上。",
        "施工垫款已经形成长期挂账。",
    ],
)
def test_statement_in_a_problem_section_is_found(statement: str) -> None:
    assert [row.text for row in _in(PROBLEMS, statement)] == [statement]


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("主要表现在以下三个方面：", "lead_in"),
        ("对照上级要求，还存在一些不足，主要有以下几点。", "lead_in"),
        ("自查未发现公车私用的情况。", "zero"),
        ("下一步，将重点解决巡山不到位的问题。", "plan"),
        ("究其原因，是平时督促不够。", "cause"),
        ("出现上述问题的主要原因是学习不够经常。", "cause"),
        ("各股室必须严肃纪律，不得敷衍应付。", "requirement"),
        ("对上述问题，我们将认真整改，决不走过场。", "plan"),
        ("虽然起步阶段进度缓慢，但目前总体平稳，群众给予好评。", "achievement"),
    ],
)
def test_statement_in_a_problem_section_is_refused_with_its_reason(statement: str, reason: str) -> None:
    text = PROBLEMS.format(statement)
    found, refused = _find(text)
    assert statement not in [row.text for row in found]
    assert (text.index(statement), reason) in [(row.start, row.reason) for row in refused]


@pytest.mark.parametrize(
    "statement",
    [
        "针对巡山不到位的问题，建立了打卡制度。",
        "查处违规取水问题12起，处理责任人9名。",
        "坚决防止水质监测流于形式。",
        "全年未发生超标准接待的情况。",
        "解决了山区群众饮水不便的难题。",
        "重复投诉件同比下降31%。",
    ],
)
def test_achievement_with_problem_words_is_no_finding(statement: str) -> None:
    assert _in(PRACTICE, statement) == ()


def test_achievement_that_turns_to_what_is_still_wrong_is_a_finding() -> None:
    statement = "管网改造基本完成，但仍存在验收资料缺失的问题。"
    (finding,) = _in(PRACTICE, statement)
    assert finding.text == statement


@pytest.mark.parametrize(
    "statement", ["进一步加强巡山力量。", "针对台账更新不及时，每月核对一次。", "着力破解管护人手不足的难题。"]
)
def test_plan_is_no_finding(statement: str) -> None:
    assert _in(PLAN, statement) == ()


def test_enumeration_in_one_paragraph_gives_one_finding_an_item() -> None:
    found = _in(PROBLEMS, "一是巡查次数不够；二是记录不全；三是隐患上报不及时。")
    assert [row.text for row in found] == ["一是巡查次数不够；", "二是记录不全；", "三是隐患上报不及时。"]


def test_lead_in_and_first_problem_in_one_sentence_keep_the_problem() -> None:
    document_text = (
        "一、工作回顾\n全年完成投资3亿元。同时，我们也清醒地看到，还存在不少短板：管网老化较为突出；抢修力量不足。\n"
        "二、今年打算\n改造管网20公里。"
    )
    found, _ = _find(document_text)
    assert [row.text for row in found] == ["管网老化较为突出；", "抢修力量不足。"]


def test_passage_of_problems_ends_with_its_closing_sentence() -> None:
    text = "一、工作回顾\n我们也清醒认识到存在的问题。水价改革推进缓慢。对此，我们将认真解决。全年收入稳定。\n" + AFTER
    found, _ = _find(text)
    assert [row.text for row in found] == ["水价改革推进缓慢。"]


def test_core_is_what_follows_the_contrast_without_cause_and_consequence() -> None:
    (finding,) = _in(PROBLEMS, "虽然装了监控，但是受经费限制，夜间巡查力量不足，导致盗采时有发生。")
    document = PROBLEMS.format("虽然装了监控，但是受经费限制，夜间巡查力量不足，导致盗采时有发生。")
    assert document[finding.core_start : finding.core_end] == "夜间巡查力量不足"
    assert finding.cause == "受经费限制"
    assert finding.consequence == "导致盗采时有发生"


@pytest.mark.parametrize(
    ("statement", "scope", "hedge", "nature"),
    [
        ("个别窗口服务有待改进。", "个别", 1, "不足"),
        ("少数村干部责任心不强。", "少数", 2, "不足"),
        ("一些制度流于形式。", "部分", 4, "弱化"),
        ("违规发放补贴2万元。", None, 5, "违规"),
        ("没有建立巡查台账。", None, 4, "缺失"),
    ],
)
def test_finding_tells_scope_bluntness_and_nature(statement: str, scope: str | None, hedge: int, nature: str) -> None:
    (finding,) = _in(PROBLEMS, statement)
    assert (finding.scope, finding.hedge, finding.nature) == (scope, hedge, nature)


@pytest.mark.parametrize(
    ("statement", "finder"),
    [
        ("经审计指出才补办手续。", "audit"),
        ("巡察组指出，支部学习不经常。", "inspection"),
        ("群众多次反映路灯不亮。", "public"),
        ("因进度滞后被县里通报。", "notice"),
        ("学习不经常。", "self"),
    ],
)
def test_finding_tells_who_found_it(statement: str, finder: str) -> None:
    (finding,) = _in(PROBLEMS, statement)
    assert finding.found_by == finder


def test_rectified_fact_in_a_problem_section_keeps_its_status() -> None:
    (done,) = _in(PROBLEMS, "多收水费1.2万元，目前已全部退还。")
    (still,) = _in(PROBLEMS, "多收水费1.2万元，仍有0.3万元没有退还。")
    assert (done.status, still.status) == ("rectified", "open")


@pytest.mark.parametrize(
    ("body", "status"),
    [("修订办法2项，全部落实到位。", "rectified"), ("因资金缺口较大，目前尚未完成整改。", "open")],
)
def test_quoted_problem_in_a_rectification_heading_is_a_finding(body: str, status: str) -> None:
    text = f"一、整改落实情况\n（一）关于“巡山记录不完整”问题的整改\n{body}\n二、下一步打算\n抓好落实。"
    found, _ = _find(text)
    quoted = [row for row in found if "巡山记录不完整" in row.text]
    assert [(row.status, text[row.core_start : row.core_end]) for row in quoted] == [(status, "巡山记录不完整")]


def test_problem_named_in_rectification_text_is_a_finding() -> None:
    (finding,) = _in(RECTIFY, "关于库房钥匙一人保管的问题，已增设双锁。")
    assert finding.status == "rectified"


@pytest.mark.parametrize(
    ("answer", "status"),
    [("有关站所已补齐手续。", "rectified"), ("水务局责成其退款，其中2户尚未退还。", "open")],
)
def test_problem_that_the_next_sentence_answers_is_a_finding(answer: str, status: str) -> None:
    first, *_ = _in(RECTIFY, f"3个站所重复报销油料费1.4万元。{answer}")
    assert (first.text, first.status) == ("3个站所重复报销油料费1.4万元。", status)


def test_remedy_that_the_next_sentence_calls_done_is_no_finding() -> None:
    assert _in(RECTIFY, "对4名护林员重新划分片区，巡山改为两人一组。已完成。") == ()


def test_paragraph_that_opens_with_a_cause_goes_on_with_causes() -> None:
    (finding,) = _in(PROBLEMS, "巡堤记录断了两个月。\n说白了，是心存侥幸。站长对汛情心里没数，排班随意。")
    assert finding.text == "巡堤记录断了两个月。"


def test_what_is_left_over_among_achievements_is_a_finding() -> None:
    (finding,) = _in(PRACTICE, "清理欠款12笔，尚有3笔因账目不清未收回。")
    assert finding.text == "清理欠款12笔，尚有3笔因账目不清未收回。"
    assert finding.confidence == 0.6


def test_remedy_in_a_rectification_section_is_no_finding() -> None:
    assert _in(RECTIFY, "已增设双锁，并每月抽查一次。") == ()


def test_heading_is_a_finding_only_where_its_body_states_none() -> None:
    with_body, _ = _find(
        "一、存在的问题\n（一）巡查不够经常。上半年只去了两次。\n（二）记录不全。\n二、下一步打算\n抓好落实。"
    )
    assert [row.text for row in with_body] == ["上半年只去了两次。", "记录不全"]


def test_statement_keeps_the_heading_that_it_stands_under() -> None:
    (finding,) = _find("一、存在的问题\n（一）巡查不够经常。上半年只去了两次。\n二、打算\n抓好落实。")[0]
    assert (finding.heading, finding.section_path) == ("巡查不够经常", "一>（一）")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("问题：巡查记录不全。\n整改措施：补齐记录，不再拖延。", ["巡查记录不全。"]),
        ("存在问题：\n巡查记录不全。\n原因分析：平时督促不够。", ["巡查记录不全。"]),
    ],
)
def test_label_sets_the_role_of_what_follows(lines: str, expected: list[str]) -> None:
    found, _ = _find(f"一、自查情况\n{lines}\n二、其他\n无。")
    assert [row.text for row in found] == expected


def test_other_units_case_is_no_finding_but_the_own_gap_is() -> None:
    text = (
        "一、反面典型案例剖析\n某县水利局原局长违规插手工程，被开除党籍。对照自身，我局招标代理选择仍不规范。\n" + AFTER
    )
    assert [row.text for row in _find(text)[0]] == ["对照自身，我局招标代理选择仍不规范。"]


def test_news_item_has_no_finding() -> None:
    text = "县委召开巡察反馈会\n本报讯（记者 某某）会议强调，要直面问题，对整改不力的严肃问责，坚决防止走过场。"
    assert _find(text)[0] == ()


def test_stray_blanks_inside_words_change_nothing() -> None:
    (finding,) = _in(PROBLEMS, "巡山次 数不 够多,记录也 不全。")
    assert finding.text == "巡山次 数不 够多,记录也 不全。"
    assert finding.confidence > 0.9


def test_signature_is_no_statement() -> None:
    text = "一、下一步打算\n抓好落实。\n二、存在的问题\n记录不全。\n某县林业局\n2024年3月5日"
    assert [row.text for row in _find(text)[0]] == ["记录不全。"]


def test_ids_are_made_of_the_file_and_the_order() -> None:
    found, _ = _find(PROBLEMS.format("记录不全。巡查不够。"))
    assert [row.finding_id[-5:] for row in found] == ["-f001", "-f002"]
    assert len({row.finding_id[:12] for row in found}) == 1


def test_statements_of_the_annotated_reports_are_found() -> None:
    wanted = hit = taken = right = 0
    for path in REPORTS:
        document, marked = marked_document(path.read_text(encoding="utf-8").rstrip("\n"))
        found, _ = findings.find(document, structure.split(document))
        assert_spans(document, found)
        headings = [(heading.start, heading.end) for heading in marked.headings]
        bodies = [mark for mark in marked.problems if not any(a <= mark.start < b for a, b in headings)]
        wanted += sum(bool(mark.codes) for mark in bodies)
        hit += sum(bool(mark.codes) and any(_meet(row, mark) for row in found) for mark in bodies)
        taken += len(found)
        right += sum(any(_meet(row, mark) for mark in marked.problems) for row in found)
    assert hit >= 0.85 * wanted
    assert right >= 0.9 * taken


def _meet(row: Spanned, mark: Spanned) -> bool:
    return row.start < mark.end and mark.start < row.end


def test_news_of_an_inspection_has_no_finding(shared: Path) -> None:
    text = (shared / "reports" / "text" / "xuncha_nankai_round1.txt").read_text(encoding="utf-8")
    assert _find(text)[0] == ()
