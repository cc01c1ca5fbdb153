"""Ledgers: which tables are read row by row, what their columns hold, and what their cells say about the state."""

from __future__ import annotations

import pytest
from ledger_maker import table_document

from pipeline.ledger_names import role_of_name, state_told
from pipeline.ledgers import Ledger, read_ledgers
from pipeline.records import Document

HEAD = ["序号", "存在问题", "整改措施", "责任单位", "整改时限", "完成情况"]
ROW = ["1", "仓库账实不符", "逐件盘点物资", "财务科", "2024年5月底前", "已完成"]


def only(document: Document) -> Ledger:
    (ledger,) = read_ledgers(document)
    for span in ledger.spans:
        assert span.of(document.text).strip()
    return ledger


def rows_of(ledger: Ledger) -> list[dict[str, str]]:
    return [{role: cell.text for role, cell in row.fields} for row in ledger.rows]


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("发现的问题", "problem"),
        ("存在的主要问题及原因", "problem"),
        ("问题表述", "problem"),
        ("问题的具体内容", "detail"),
        ("原 因\n分 析", "cause"),
        ("整改措施（含分解）", "step"),
        ("整改措施完成情况", "progress"),
        ("整改进展", "progress"),
        ("是否销号", "status"),
        ("责任部门/单位", "owner"),
        ("整改第一责任人", "owner"),
        ("预计完成时间", "deadline"),
        ("整改时限", "deadline"),
        ("问题金额(万元)", "amount"),
        ("整改金额", "recovered"),
        ("问题类别", "category"),
        ("发现问题数", None),
        ("问题个数", None),
        ("问题线索", None),
        ("防控措施", None),
        ("检查时间", "other"),
        ("时间", None),
        ("姓名", None),
        ("", None),
    ],
)
def test_role_of_name(name, role):
    assert role_of_name(name) == role


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("已完成", "done"),
        ("已销号", "done"),
        ("是", "done"),
        ("已完成整改，修订办法1项", "done"),
        ("立行立改，已完成", "done"),
        ("100%", "done"),
        ("基本完成", "ongoing"),
        ("正在推进", "ongoing"),
        ("长期坚持", "ongoing"),
        ("80%", "ongoing"),
        ("未完成", "open"),
        ("否", "open"),
        ("尚未销号", "open"),
        ("不同意销号", "open"),
        ("修订办法1项", None),
        ("完成采购3次", None),
        ("", None),
    ],
)
def test_state_told(text, state):
    assert state_told(text) == state


def test_read_ledgers_reads_each_row_with_its_columns():
    ledger = only(table_document([HEAD, ROW]))
    assert [column.role for column in ledger.columns] == [
        "number",
        "problem",
        "step",
        "owner",
        "deadline",
        "progress",
    ]
    assert rows_of(ledger) == [dict(zip([c.role for c in ledger.columns], ROW, strict=True))]


def test_read_ledgers_reads_a_title_row_and_three_levels_of_names():
    rows = [
        ["整改台账"] + [""] * 5,
        ["序号", "问题情况", "", "整改情况", "", ""],
        ["", "具体内容", "金额（万元）", "措施", "责任", ""],
        ["", "", "", "", "单位", "时限"],
        ["1", "往来款长期挂账", "2.83", "清理往来款", "财务科", "6月底"],
    ]
    merges = (
        ((0, 0), (0, 5)), ((1, 0), (3, 0)), ((1, 1), (1, 2)), ((2, 1), (3, 1)), ((2, 2), (3, 2)), ((1, 3), (1, 5)),
        ((2, 3), (3, 3)), ((2, 4), (2, 5)),
    )  # fmt: skip
    ledger = only(table_document(rows, merges=merges))
    names = [(column.name, column.role) for column in ledger.columns]
    assert names[1:5] == [
        ("问题情况>具体内容", "detail"),
        ("问题情况>金额（万元）", "amount"),
        ("整改情况>措施", "step"),
        ("整改情况>责任>单位", "owner"),
    ]
    assert rows_of(ledger) == [
        {"number": "1", "detail": "往来款长期挂账", "amount": "2.83", "step": "清理往来款", "owner": "财务科",
         "deadline": "6月底"},
    ]  # fmt: skip


def test_by_problem_gives_a_merged_cell_once_with_all_its_rows():
    second = ["", "", "修订物资办法", "办公室", "6月底", "否"]
    merged = table_document([HEAD, ROW, second], merges=(((1, 0), (2, 0)), ((1, 1), (2, 1))))
    ((cell, rows),) = only(merged).by_problem()
    assert cell.text == "仓库账实不符"
    assert [row.all("step")[0].text for row in rows] == ["逐件盘点物资", "修订物资办法"]


def test_a_row_without_number_and_problem_goes_on_with_the_problem_above():
    ledger = only(table_document([HEAD, ROW, ["", "", "修订物资办法", "同上", "6月底", ""]]))
    assert rows_of(ledger)[1] == {
        "number": "1", "problem": "仓库账实不符", "step": "修订物资办法", "owner": "财务科", "deadline": "6月底",
    }  # fmt: skip


def test_a_total_states_no_problem_and_a_repeated_head_is_no_row():
    ledger = only(table_document([HEAD, ROW, HEAD, ["", "合计", "", "", "", "1项"]]))
    assert [row.problem and row.problem.text for row in ledger.rows] == ["仓库账实不符", None]


def test_a_row_of_one_cell_heads_the_rows_below():
    rows = [HEAD, ["一、资产管理方面"] + [""] * 5, ROW, ["二、党建方面"] + [""] * 5, ["2", "台账记录不全", *ROW[2:]]]
    for merges in ((), (((1, 0), (1, 5)), ((3, 0), (3, 5)))):
        ledger = only(table_document(rows, merges=merges))
        assert [row.heading and row.heading.text for row in ledger.rows] == ["一、资产管理方面", "二、党建方面"]


def test_the_full_statement_comes_before_its_title():
    head = ["序号", "发现的问题", "问题的具体内容", "整改措施"]
    (row,) = only(table_document([head, ["1", "采购不规范", "食堂采购未比价", "修订办法"]])).rows
    assert row.problem and row.problem.text == "食堂采购未比价"
    assert row.heading and row.heading.text == "采购不规范"


def test_a_form_has_its_names_left_of_the_values():
    rows = [["问题名称", "往来款长期挂账", "问题类别", "经费"], ["原因分析", "交接不清", "责任人", "会计"],
            ["整改措施", "逐笔核对", "完成时限", "2024年6月"]]  # fmt: skip
    assert rows_of(only(table_document(rows))) == [
        {"problem": "往来款长期挂账", "category": "经费", "cause": "交接不清", "owner": "会计", "step": "逐笔核对",
         "deadline": "2024年6月"},
    ]  # fmt: skip


def test_a_table_goes_on_after_a_page_but_not_after_other_text():
    rest = [["2", "台账记录不全", "补齐台账", "办公室", "6月底", ""]]
    assert [len(ledger.rows) for ledger in read_ledgers(table_document([HEAD, ROW], rest))] == [1, 1]
    assert len(read_ledgers(table_document([HEAD, ROW], rest, between="另有如下情况"))) == 1


@pytest.mark.parametrize(
    "rows",
    [
        [["1", "仓库账实不符", "逐件盘点物资", "财务科"]],
        [["单位", "发现问题", "已整改"], ["甲局", "12", "10"]],
        [["单位", "发现问题数（个）", "整改率（%）"], ["甲局某某股室", "12", "75"]],
        [["姓名", "部门", "负责人"], ["张某某", "办公室", "李某某"]],
        [["问题", "解答"], ["如何申请补助资金", "登录网站办理"]],
        [["岗位", "风险点", "防控措施", "责任人"], ["出纳", "挪用公款的风险", "定期轮岗交流", "会计"]],
    ],
)
def test_other_tables_are_no_ledgers(rows):
    assert read_ledgers(table_document(rows)) == ()
