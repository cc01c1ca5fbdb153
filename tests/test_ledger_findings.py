"""Findings from ledgers: row by row, with what the columns say; none from other tables."""

from __future__ import annotations

import pytest
from ledger_maker import table_document

from pipeline import findings, structure
from pipeline.records import Document, Finding

HEAD = ["序号", "问题来源", "存在问题", "原因分析", "整改措施", "整改进展", "是否销号"]


def found(document: Document) -> list[Finding]:
    rows, _ = findings.find(document, structure.split(document))
    for row in rows:
        assert document.text[row.start : row.end] == row.text
        assert row.start <= row.core_start < row.core_end <= row.end
    return list(rows)


def texts(document: Document) -> list[str]:
    return [row.text for row in found(document)]


def ledger(*rows: list[str]) -> Document:
    return table_document([HEAD, *rows], before=("整改台账",))


def test_a_problem_cell_holds_several_statements():
    document = ledger(["1", "", "采购未比价。合同未签订；台账不完整。", "", "修订办法", "", ""])
    assert texts(document) == ["采购未比价。", "合同未签订；", "台账不完整。"]


def test_columns_say_cause_and_who_found_it():
    document = ledger(
        ["1", "审计", "采购未比价", "经办人不熟悉制度", "修订办法", "", ""],
        ["2", "自查", "合同未签订", "", "补签合同", "", ""],
        ["3", "群众来信", "窗口排队时间过长", "", "增加窗口", "", ""],
    )
    assert [(row.cause, row.found_by) for row in found(document)] == [
        ("经办人不熟悉制度", "audit"),
        (None, "self"),
        (None, "public"),
    ]


@pytest.mark.parametrize(
    ("progress", "signed_off", "status"),
    [
        ("已完成", "是", "rectified"),
        ("已销号", "", "rectified"),
        ("已完成整改，款项全部收回", "", "rectified"),
        ("已完成", "否", "open"),
        ("正在推进", "", "open"),
        ("基本完成", "", "open"),
        ("已完成，仍有2万元未收回", "", "open"),
        ("", "", "open"),
    ],
)
def test_status_comes_from_the_columns(progress, signed_off, status):
    (finding,) = found(ledger(["1", "", "欠款未收回", "", "催收欠款", progress, signed_off]))
    assert finding.status == status


def test_a_problem_over_several_rows_is_open_until_every_row_is_done():
    rows = [HEAD, ["1", "", "采购未比价", "", "修订办法", "已完成", ""], ["", "", "", "", "组织培训", "正在推进", ""]]
    (finding,) = found(table_document(rows, merges=(((1, 0), (2, 0)), ((1, 2), (2, 2)))))
    assert (finding.text, finding.status) == ("采购未比价", "open")


def test_a_cell_that_reads_like_no_problem_is_for_a_person_to_look_at():
    (finding,) = found(ledger(["1", "", "窗口人员配备", "", "增加窗口", "", ""]))
    assert finding.needs_review
    assert finding.cues == ("column:problem",)


@pytest.mark.parametrize("cell", ["无", "", "——", "未发现此类问题", "（简要填写问题）"])
def test_an_empty_cell_gives_no_finding(cell):
    assert texts(ledger(["1", "", "采购未比价", "", "修订办法", "", ""], ["2", "", cell, "", "", "", ""])) == [
        "采购未比价"
    ]


def test_a_row_above_heads_the_findings_below():
    (finding,) = found(ledger(["一、采购管理方面"] + [""] * 6, ["1", "", "采购未比价", "", "修订办法", "", ""]))
    assert finding.heading == "一、采购管理方面"


def test_measures_and_heads_of_a_ledger_give_no_finding():
    rows = ledger(["1", "", "采购未比价", "", "针对监管不到位，完善采购监管不严的漏洞", "仍有制度不健全", ""])
    assert texts(rows) == ["采购未比价"]


@pytest.mark.parametrize(
    "rows",
    [
        [
            ["单位", "发现问题数（个）", "整改率（%）"],
            ["未按规定时限办结的股室", "12", "75"],
            ["账实不符的单位", "3", "60"],
        ],
        [["姓名", "职务", "备注"], ["张某", "科长", "未参加考核"], ["李某", "科员", "无"]],
        [["指标", "目标值", "完成值"], ["未达标监测点位数量", "3", "5"]],
    ],
)
def test_figures_and_persons_give_no_finding(rows):
    assert texts(table_document(rows, before=("二、存在的问题", "（一）基本数据"))) == []


def test_a_table_that_only_lays_out_a_text_is_read():
    text = "有的干部深入基层不够，走访浮于表面。"
    assert texts(table_document([[text]], before=("二、存在的问题",))) == [text]


def test_a_table_without_head_is_read_cell_by_cell():
    rows = [["1", "整体情况说明"], ["2", "理论学习不够深入，制度执行不严格"]]
    assert texts(table_document(rows, before=("二、存在的问题",))) == ["理论学习不够深入，制度执行不严格"]
