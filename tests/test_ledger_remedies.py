"""Remedies from ledgers: steps with owner, deadline and state from their columns, linked row by row."""

from __future__ import annotations

import pytest
from ledger_maker import Merge, table_document

from pipeline import findings, remedies, structure
from pipeline.records import Document, Finding, Remedy
from pipeline.remedies.tables import cell_date

HEAD = ["序号", "存在问题", "整改措施", "责任领导", "责任科室", "完成时限", "整改进展"]


def read(document: Document) -> tuple[tuple[Finding, ...], tuple[Remedy, ...]]:
    outline = structure.split(document)
    problems, _ = findings.find(document, outline)
    steps = remedies.find(document, outline.sections, problems)
    for row in steps:
        assert document.text[row.start : row.end] == row.text
    return remedies.link(document, outline.sections, problems, steps)


def steps_of(*rows: list[str], merges: tuple[Merge, ...] = ()) -> tuple[Remedy, ...]:
    return read(table_document([HEAD, *rows], merges=merges))[1]


def test_a_cell_is_divided_into_steps_with_the_facts_of_its_row():
    steps = steps_of(["1", "采购未比价", "修订采购办法；组织培训2次。", "王某", "财务科", "2024.6.30", ""])
    assert [(row.text, row.owner, row.deadline) for row in steps] == [
        ("修订采购办法；", "王某；财务科", "2024-06-30"),
        ("组织培训2次。", "王某；财务科", "2024-06-30"),
    ]


@pytest.mark.parametrize(
    ("progress", "state"),
    [
        ("已完成", "done"),
        ("正在推进", "ongoing"),
        ("基本完成", "ongoing"),
        ("未完成", "planned"),
        ("", "planned"),
        ("办法已于3月印发", "done"),
    ],
)
def test_state_comes_from_the_progress_column(progress, state):
    assert steps_of(["1", "采购未比价", "修订采购办法", "", "", "", progress])[0].state == state


def test_progress_that_tells_what_was_done_is_a_step_of_its_own():
    steps = steps_of(["1", "采购未比价", "修订采购办法", "", "", "", "已印发采购办法，开展培训2次"])
    assert [(row.text, row.state) for row in steps] == [
        ("修订采购办法", "done"),
        ("已印发采购办法，开展培训2次", "done"),
    ]


def test_links_go_by_row_and_by_merged_cells():
    rows = [
        HEAD,
        ["1", "采购未比价", "修订办法", "", "", "", ""],
        ["", "", "组织培训", "", "", "", ""],
        ["2", "合同未签订", "补签合同", "", "", "", ""],
        ["3", "台账不完整", "", "", "", "", ""],
    ]
    problems, steps = read(table_document(rows, merges=(((1, 0), (2, 0)), ((1, 1), (2, 1)))))
    texts = {row.remedy_id: row.text for row in steps}
    assert [(row.text, row.remedy_link, [texts[name] for name in row.remedy_ids]) for row in problems[:2]] == [
        ("采购未比价", "direct", ["修订办法", "组织培训"]),
        ("合同未签订", "direct", ["补签合同"]),
    ]
    assert problems[2].remedy_link == "none"


def test_a_measure_over_several_problems_answers_each():
    rows = [HEAD, ["1", "采购未比价", "修订办法", "", "", "", ""], ["2", "合同未签订", "", "", "", "", ""]]
    problems, (step,) = read(table_document(rows, merges=(((1, 2), (2, 2)),)))
    assert step.finding_ids == tuple(row.finding_id for row in problems)
    assert len(problems) == 2


def test_a_table_of_figures_has_no_steps():
    rows = [["项目", "完成情况", "责任单位"], ["新建道路", "12", "交通局"]]
    assert read(table_document(rows))[1] == ()


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("2024.6.30", "2024-06-30"),
        ("2024/6/30", "2024-06-30"),
        ("2024-06-30 00:00:00", "2024-06-30"),
        ("20240630", "2024-06-30"),
        ("2024.06", "2024-06"),
        ("2024年6月底前", "2024-06-30"),
        ("2024年3月1日至2024年9月30日", "2024-09-30"),
        ("6月底", "6月底"),
        ("长期坚持", "长期坚持"),
        ("2024.13", "2024.13"),
    ],
)
def test_cell_date(text, deadline):
    assert cell_date(text) == deadline
