"""Figures in tables: unit and item from the names of columns and rows."""

from __future__ import annotations

import pytest
from ledger_maker import table_document

from pipeline import findings, quantities, structure
from pipeline.records import Document, Quantity


def read(document: Document) -> list[Quantity]:
    outline = structure.split(document)
    problems, _ = findings.find(document, outline)
    rows = quantities.extract(document, outline.sections, problems)
    for row in rows:
        assert document.text[row.start : row.end] == row.raw
    return list(rows)


def values(*rows: list[str], before: tuple[str, ...] = ()) -> list[tuple[str, str, object, str, str | None]]:
    return [(q.raw, q.kind, q.value, q.unit, q.item) for q in read(table_document(list(rows), before=before))]


@pytest.mark.parametrize(
    ("name", "cell", "kind", "value", "unit", "item"),
    [
        ("违规金额（万元）", "2.83", "money", 28300.0, "元", "违规金额"),
        ("违规金额(单位：元)", "1,200", "money", 1200.0, "元", "违规金额"),
        ("违规金额/万元", "3", "money", 30000.0, "元", "违规金额"),
        ("整改率（%）", "87.5", "percent", 87.5, "%", "整改率"),
        ("整改率%", "87.5", "percent", 87.5, "%", "整改率"),
        ("发现问题数（个）", "12", "count", 12.0, "个", "发现问题数"),
        ("培训人次（人次）", "*", "masked", None, "人次", "培训人次"),
        ("闲置面积（平方米）", "约300", "physical", 300.0, "平方米", "闲置面积"),
    ],
)
def test_the_unit_of_a_name_counts_for_its_column(name, cell, kind, value, unit, item):
    assert values(["单位", name], ["甲局", cell]) == [(cell, kind, value, unit, item)]


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("违规金额（含税）", "2.83"),
        ("数量", "12"),
        ("违规金额（万元）", "无"),
        ("编号（见附件）", "12"),
        ("选题质量20%", "7"),
    ],
)
def test_a_number_without_unit_is_not_read(name, cell):
    assert [row for row in values(["单位", name], ["甲局", cell]) if row[0] == cell] == []


def test_a_cell_with_a_unit_of_its_own_keeps_it():
    assert values(["单位", "违规金额（万元）"], ["甲局", "300元"])[0][:4] == ("300元", "money", 300.0, "元")


def test_a_general_name_takes_its_item_from_the_row():
    assert values(["项目", "金额（万元）"], ["往来款", "2.83"]) == [("2.83", "money", 28300.0, "元", "往来款")]


def test_the_unit_above_a_table_counts_for_money_only():
    rows = (["项目", "预算金额", "户数"], ["甲项目", "12.5", "30"])
    assert values(*rows, before=("单位：万元",)) == [("12.5", "money", 125000.0, "元", "预算金额")]
    assert values(*rows, before=("单位：张某",)) == []


def test_a_unit_over_several_columns_counts_for_each_by_its_own_name():
    rows = [["单位", "资金（万元）", ""], ["", "应收", "已收"], ["甲局", "5", "3"]]
    document = table_document(rows, merges=(((0, 1), (0, 2)), ((0, 0), (1, 0))))
    assert [(q.raw, q.value, q.item) for q in read(document)] == [("5", 50000.0, "应收"), ("3", 30000.0, "已收")]


def test_a_name_left_of_a_number_counts_in_a_form():
    assert values(["办公面积（平方米）", "120"], ["备注", "无"]) == [("120", "physical", 120.0, "平方米", "办公面积")]


def test_columns_of_a_ledger_give_the_role_and_the_finding():
    head = ["序号", "存在问题", "问题金额（万元）", "整改金额（万元）", "整改措施", "整改进展"]
    row = ["1", "欠款未收回", "2.83", "1", "开展核查2次", "约谈3人"]
    first, second, third, fourth = read(table_document([head, row]))
    assert (first.value, first.role, first.finding_id is not None) == (28300.0, "problem", True)
    assert (second.value, second.role, second.finding_id) == (10000.0, "achievement", None)
    assert (third.raw, third.role, fourth.raw, fourth.role) == ("2次", "plan", "3人", "achievement")


def test_the_code_before_a_name_is_no_sum_where_sums_have_decimals():
    head = ["科目", "名称", "合计"]
    rows = values(head, ["30201", "办公费", "12.00"], ["302", "商品和服务支出", "45.10"], before=("单位：万元",))
    assert [raw for raw, *_ in rows] == ["12.00", "45.10"]


def test_a_whole_sum_before_a_text_is_a_sum():
    rows = values(["金额（万元）", "整改情况"], ["320", "已追回"], before=())
    assert [(raw, value) for raw, _, value, *_ in rows] == [("320", 3200000.0)]
