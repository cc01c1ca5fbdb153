"""Remedies: which sentences are steps, what they say of themselves, and which problem each answers."""

from __future__ import annotations

import pytest
from marked_reports import Marked

from pipeline import remedies
from pipeline.covering import attach_quantities
from pipeline.records import Block, Document, TablePlace
from pipeline.remedies.facts import deadline_of, exact_date, owner_of, state_of


def found(marked: str) -> list[str]:
    report = Marked(marked)
    rows = remedies.find(report.document, report.sections, report.findings)
    for row in rows:
        assert report.text[row.start : row.end] == row.text
    assert [row.start for row in rows] == sorted(row.start for row in rows)
    return [row.text for row in rows]


def linked(marked: str) -> list[tuple[str, list[str]]]:
    """Return, for each finding, its link and the texts of the remedies that answer it."""
    report = Marked(marked)
    steps = remedies.find(report.document, report.sections, report.findings)
    findings, steps = remedies.link(report.document, report.sections, report.findings, steps)
    texts = {row.remedy_id: row.text for row in steps}
    for finding in findings:
        for step in steps:
            assert (step.remedy_id in finding.remedy_ids) == (finding.finding_id in step.finding_ids)
    return [(row.remedy_link, [texts[name] for name in row.remedy_ids]) for row in findings]


def test_find_takes_sentences_and_items_of_a_plan_but_no_heading():
    head = "# 1 PLAN 三、|下一步措施\n（引言）\n# 2 PLAN （一）|健全采购制度。\n"
    assert found(head + "修订采购办法；组织两期培训。建立供应商名录。") == [
        "修订采购办法；",
        "组织两期培训。",
        "建立供应商名录。",
    ]


def test_find_splits_ordinal_items_without_their_lead_in():
    assert found("# 1 PLAN 三、|整改措施\n重点抓好两项工作：一是清理往来款，二是开展资产盘点。") == [
        "一是清理往来款，",
        "二是开展资产盘点。",
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "针对上述问题，下一步将从以下几个方面抓好整改。",
        "凝心聚力，真抓实干，奋力谱写发展新篇章。",
        "切实提高政治站位，牢固树立底线意识。",
        "巡察反馈的18个问题，已完成整改15个，完成率83.3%。",
        "特此报告。",
        "制度是管根本的关键。",
    ],
)
def test_find_leaves_out_what_is_no_step(sentence):
    assert found(f"# 1 PLAN 三、|下一步打算\n{sentence}\n每月开展一次抽查。") == ["每月开展一次抽查。"]


def test_find_leaves_out_the_general_opening_before_subsections_only():
    opening = "针对自查中存在的不足，我所将强化整改力度。"
    inside = f"# 1 PLAN 三、|整改打算\n{opening}\n# 2 PLAN （一）|抓培训\n举办业务培训班。"
    assert found(inside) == ["举办业务培训班。"]
    assert found(f"# 1 PLAN 三、|整改打算\n{opening}") == [opening]


def test_find_ignores_steps_of_practice_and_problem_sections():
    assert found("# 1 PRACTICE 一、|主要做法\n制定了考勤办法。\n# 1 PROBLEM 二、|问题\n[[考勤办法执行不严。]]") == []


def test_find_takes_the_repair_clause_of_a_problem_statement():
    assert found("# 1 PROBLEM 二、|问题\n[[食堂备用金长期未核销，目前已全部收回。]]") == ["目前已全部收回。"]
    assert found("# 1 PROBLEM 二、|问题\n[[已报废车辆仍未清理。]]") == []
    partly = "# 1 PROBLEM 二、|问题\n[[多付的租金已追回3万元，但仍有1万元未到账。]]"
    assert found(partly) == ["多付的租金已追回3万元"]
    assert found("# 1 PROBLEM 二、|问题\n[[我所已制定内控手册，但执行不严。]]") == []


def test_find_takes_what_follows_a_label_and_attaches_owner_and_deadline():
    report = Marked(
        "# 1 PROBLEM 一、|问题及整改\n问题：[[合同台账不全。]]\n整改措施：补录合同台账；安排专人登记。\n"
        "责任单位：综合科\n完成时限：2025年3月底前\n问题：[[公章外带未登记。]]\n整改情况：已完成。"
    )
    rows = remedies.find(report.document, report.sections, report.findings)
    assert [row.text for row in rows] == ["补录合同台账；", "安排专人登记。", "已完成。"]
    assert [row.owner for row in rows] == ["综合科", "综合科", None]
    assert [row.deadline for row in rows] == ["2025-03-31", "2025-03-31", None]
    assert [row.state for row in rows] == ["planned", "planned", "done"]


def test_find_numbers_remedies_and_names_the_innermost_section():
    report = Marked("# 1 PLAN 三、|措施\n# 2 PLAN （二）|抓制度\n修订差旅办法。开展专项检查。")
    rows = remedies.find(report.document, report.sections, ())
    assert [row.remedy_id for row in rows] == ["abc-r001", "abc-r002"]
    assert {row.section_path for row in rows} == {"三>（二）"}


def test_find_takes_the_next_steps_of_a_text_without_headings():
    assert found("我所开展了自查。[[部分凭证附件不全。]]下一步，我所将逐笔补齐附件。") == [
        "下一步，我所将逐笔补齐附件。"
    ]


def test_find_follows_a_lead_through_its_paragraph_and_numbered_lines():
    text = "存在问题：[[部分凭证附件不全。]]\n下一步，我所将做好以下工作：一是补齐附件；二是开展抽查。"
    assert found(text + "\n1.建立台账。\n今年成绩较好，开展活动。") == [
        "一是补齐附件；",
        "二是开展抽查。",
        "1.建立台账。",
    ]


def test_find_skips_a_quoted_problem_that_is_no_heading():
    assert found("# 1 RECTIFY 二、|整改\n2.关于“附件不全”问题的整改。\n已补齐附件。") == ["已补齐附件。"]


def test_find_reads_the_ledger_columns_of_a_table():
    rows = [["问题", "整改措施", "责任科室", "整改时限"], ["账实不符", "重新盘点资产", "财务科", "2025年5月底前"]]
    text, blocks = "", []
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            blocks.append(Block(len(text), len(text) + len(cell), kind="cell", table=TablePlace(0, r, c)))
            text += cell + "\n"
    (remedy,) = remedies.find(Document("t", "t.docx", "docx", text, tuple(blocks)), (), ())
    assert (remedy.text, remedy.owner, remedy.deadline) == ("重新盘点资产", "财务科", "2025-05-31")


@pytest.mark.parametrize(
    ("text", "roles", "state"),
    [
        ("修订采购管理办法。", ("PLAN",), "planned"),
        ("下一步将修订采购管理办法。", ("RECTIFY",), "planned"),
        ("已修订采购管理办法。", ("RECTIFY",), "done"),
        ("采购管理办法已修订，下一步将组织培训。", ("RECTIFY",), "done"),
        ("正在修订采购管理办法。", ("PLAN",), "ongoing"),
        ("已启动办法修订工作。", ("RECTIFY",), "ongoing"),
        ("持续推进制度清理。", ("RECTIFY",), "ongoing"),
        ("持续推进制度清理。", ("PLAN",), "planned"),
        ("召开专题会议2次，约谈3人。", ("RECTIFY",), "done"),
        ("召开专题会议2次，约谈3人。", ("PLAN",), "planned"),
        ("明确每月召开例会1次。", ("RECTIFY",), "planned"),
        ("对库存物资全面清查，共清查物资40件。", ("RECTIFY",), "done"),
        ("违规款项全部清退到位。", ("RECTIFY",), "done"),
        ("对已整改的问题，开展回头看。", ("PLAN",), "planned"),
    ],
)
def test_state_of(text, roles, state):
    assert state_of(text, roles) == state


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("修订办法（责任单位：财务科；完成时限：6月底前）。", "财务科"),
        ("牵头领导：李明；责任科室：人事科", "李明；人事科"),
        ("由办公室牵头，每月开展抽查。", "办公室"),
        ("财务科牵头清理往来款。", "财务科"),
        ("压实责任，由此推动工作落实。", None),
        ("进一步明确责任人和责任单位。", None),
    ],
)
def test_owner_of(text, owner):
    assert owner_of(text) == owner


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("2024年6月底前完成清理。", "2024-06-30"),
        ("2024年2月28日前报送。", "2024-02-28"),
        ("2025年底前全部整改到位。", "2025-12-31"),
        ("2025年第三季度末前完成。", "2025-09-30"),
        ("年底前完成清理。", "年底前"),
        ("6月底前完成清理。", "6月底前"),
        ("一个月内补齐附件。", "一个月内"),
        ("完成时限：立行立改", "立行立改"),
        ("整改时限：长期坚持。", "长期坚持"),
        ("完成时限：2024年6月", "2024-06"),
        ("目前正在清理，会前印发材料。", None),
        ("三年前的账目一并清理。", None),
        ("坚持立行立改的作风。", None),
    ],
)
def test_deadline_of(text, deadline):
    assert deadline_of(text) == deadline


def test_deadline_of_a_done_step_comes_from_a_label_only():
    assert deadline_of("已于2024年6月底前完成。", state="done") is None
    assert deadline_of("已完成（完成时限：2024年6月底前）", state="done") == "2024-06-30"


def test_exact_date_keeps_an_impossible_day_as_written():
    assert exact_date("2024年2月30日前") == "2024年2月30日前"


def test_link_joins_what_stands_under_a_quoted_problem():
    report = (
        "# 1 RECTIFY 二、|整改情况\n# 2 RECTIFY （一）|关于“[[会议记录不完整]]”问题的整改\n已补齐会议记录12份。\n"
        "# 2 RECTIFY （二）|关于“[[固定资产未盘点]]”问题的整改\n组织开展全面清点，已更新卡片。"
    )
    assert linked(report) == [("direct", ["已补齐会议记录12份。"]), ("direct", ["组织开展全面清点，已更新卡片。"])]


def test_link_joins_the_label_after_its_problem():
    report = (
        "# 1 PROBLEM 一、|问题\n问题：[[合同未归档。]]\n整改：已补归档。\n问题：[[公车未登记。]]\n整改：已建立派车单。"
    )
    assert linked(report) == [("direct", ["已补归档。"]), ("direct", ["已建立派车单。"])]


def test_link_joins_rare_shared_words_and_leaves_the_rest_unanswered():
    report = (
        "# 1 PROBLEM 一、|问题\n[[部分备用金长期挂账未清理。]][[群众来访登记不规范。]][[食堂用餐环境较差。]]\n"
        "# 1 PLAN 二、|措施\n逐笔清理往来款，年底前完成核销。提高政治站位，久久为功。对信访来访事项逐件登记。"
    )
    assert [row[0] for row in linked(report)] == ["direct", "direct", "none"]


def test_link_is_weak_where_only_a_wide_area_is_shared():
    report = (
        "# 1 PROBLEM 一、|问题\n[[监督方式较为单一。]][[车库照明损坏。]]\n# 1 PLAN 二、|措施\n加强日常监督。印发通知。"
    )
    assert linked(report) == [("weak", ["加强日常监督。"]), ("none", [])]


def test_link_follows_a_remedy_that_names_its_problem():
    report = (
        "# 1 PROBLEM 一、|问题\n[[值班交接记录缺失。]][[绿化养护不及时。]]\n"
        "# 1 PLAN 二、|措施\n针对值班交接记录缺失的问题，指定专人每日检查。"
    )
    assert [row[0] for row in linked(report)] == ["direct", "none"]


def test_link_pairs_equal_numbers_where_the_words_agree():
    report = (
        "# 1 PROBLEM 一、|问题\n[[一是调研走访不多。]][[二是档案归集迟缓。]][[三是年轻人才偏少。]]\n"
        "# 1 PLAN 二、|措施\n# 2 PLAN （一）|深入走访\n每月走访企业。\n# 2 PLAN （二）|规范档案\n限期归集材料。\n"
        "# 2 PLAN （三）|引育人才\n开展年轻人才招聘。"
    )
    assert [row[0] for row in linked(report)] == ["direct", "direct", "direct"]


def test_link_lets_a_summary_answer_all_problems_before_it():
    report = "# 1 PROBLEM 一、|问题\n[[票据粘贴不规范。]][[门禁未关闭。]]上述问题均已整改到位。"
    assert [row[0] for row in linked(report)] == ["direct", "direct"]


def test_attach_quantities_by_cover():
    report = Marked("# 1 PLAN 二、|措施\n举办培训{2期;count;2;期;培训;plan}。清理旧账。")
    steps = remedies.find(report.document, report.sections, ())
    _, rows = attach_quantities((), steps, report.quantities)
    assert [row.quantity_ids for row in rows] == [("abc-q001",), ()]


@pytest.mark.parametrize(
    ("marked", "amount"),
    [
        ("[[往来款{2.5万元;money;25000;元;;problem}未清理。]]", 25000.0),
        ("[[多报差旅费{1万元;money;10000;元;;problem}、会议费{2万元;money;20000;元;;problem}。]]", 30000.0),
        ("[[多报3笔共{3万元;money;30000;元;;problem}，其中食宿{1万元;money;10000;元;;problem}。]]", 30000.0),
        ("[[未清理{XX万元;masked;;;;problem}。]]", None),
        ("[[虽然追回{5万元;money;50000;元;;achievement}，但仍不规范。]]", None),
    ],
)
def test_attach_quantities_names_the_money_of_a_problem(marked, amount):
    report = Marked(marked)
    (finding,), _ = attach_quantities(report.findings, (), report.quantities)
    assert finding.amount_yuan == amount
    assert finding.quantity_ids == tuple(row.quantity_id for row in report.quantities)


def test_functions_keep_an_empty_report_empty():
    report = Marked("本文没有内容。")
    assert remedies.find(report.document, (), ()) == ()
    assert remedies.link(report.document, (), (), ()) == ((), ())
