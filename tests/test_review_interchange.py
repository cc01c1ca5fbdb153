"""Label Studio and doccano: what they are given, and what comes back from them."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from made_reports import made_finding, made_report

from pipeline.errors import ReadError
from pipeline.records import Document, Report, failed_report
from pipeline.review import (
    Imported,
    apply,
    from_doccano,
    from_label_studio,
    label_config,
    to_doccano,
    to_label_studio,
)
from pipeline.taxonomy import builtin

AT = "2026-11-24T10:00:00+08:00"
# An emoji and a rare surname, two UTF-16 units each, stand before the statements.
OPENING = "一、存在问题😀𠮷某某\n"
FIRST, SECOND = "联系群众不够，全年只走访3户。", "往来款长期未清理。"
TEXT = f"{OPENING}{FIRST}\n{SECOND}\n二、下一步打算"


def place(statement: str) -> tuple[int, int]:
    start = TEXT.index(statement)
    return start, start + len(statement)


def finding(statement: str, number: int, **changes: Any):
    start, end = place(statement)
    fields = {"finding_id": f"abc123-f00{number}", "text": statement, "start": start, "end": end, "core_start": start}
    return made_finding(**{**fields, "core_end": end, "confidence": number / 4, **changes})


def report(**changes: Any) -> Report:
    findings = (finding(FIRST, 1), finding(SECOND, 2, category="NK", subcategory="NK06", status="rectified"))
    document = Document("abc123", "甲局.docx", "docx", TEXT, ())
    return replace(made_report(), document=document, findings=findings, quantities=(), remedies=(), **changes)


def annotated(task: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a task as Label Studio exports it after somebody pressed Submit without changing anything."""
    task = copy.deepcopy(task or to_label_studio([report()], builtin())[0])
    result = copy.deepcopy(task["predictions"][0]["result"])
    task["annotations"] = [{"id": 7, "completed_by": {"id": 3, "email": "zhang@example.cn"}, "result": result}]
    return {"id": 1, **task}


def regions(task: dict[str, Any], finding_id: str) -> list[dict[str, Any]]:
    """Return the label and the status of a span in the annotation."""
    return [part for part in task["annotations"][0]["result"] if part["id"] == finding_id]


def drop(task: dict[str, Any], finding_id: str) -> None:
    parts = task["annotations"][0]["result"]
    task["annotations"][0]["result"] = [part for part in parts if part["id"] != finding_id]


def mark(task: dict[str, Any], start: int, end: int, *labels: str, **changes: Any) -> None:
    """Add a span as the browser does, its numbers as they are."""
    value = {"start": start, "end": end, "text": TEXT[start:end], "labels": list(labels), **changes}
    part = {"id": f"new{start}", "from_name": "subcategory", "to_name": "text", "type": "labels", "value": value}
    task["annotations"][0]["result"].append(part)


def imported(*tasks: dict[str, Any], who: str | None = "李四") -> Imported:
    return from_label_studio(json.loads(json.dumps(tasks)), who, AT, builtin())


def units(text: str) -> int:
    """Return the length of a text as a browser counts it."""
    return len(text.encode("utf-16-le")) // 2


def test_task_holds_the_text_and_the_findings() -> None:
    (task,) = to_label_studio([report(), failed_report("坏.docx", "已加密")], builtin())
    assert task["data"] == {"text": TEXT}
    assert (task["meta"]["report_id"], task["meta"]["source_file"]) == ("abc123", "甲局.docx")
    assert task["meta"]["taxonomy"] == builtin().digest
    (prediction,) = task["predictions"]
    assert prediction["score"] == 0.25
    label, status = (part for part in prediction["result"] if part["id"] == "abc123-f002")
    start, end = place(SECOND)
    where = {"start": start, "end": end, "text": SECOND}
    assert (label["type"], label["value"], label["score"]) == ("labels", {**where, "labels": ["NK06"]}, 0.5)
    assert (status["type"], status["value"]) == ("choices", {**where, "choices": ["rectified"]})
    for part in prediction["result"]:
        assert TEXT[part["value"]["start"] : part["value"]["end"]] == part["value"]["text"]


def test_label_config_names_every_code_that_tasks_use() -> None:
    view = ElementTree.fromstring(label_config(builtin()))
    labels, choices, text = list(view)
    assert [label.attrib["alias"] for label in labels] == [row.code for row in builtin().leaves]
    assert labels[0].attrib["value"] == "ZZ01 理论武装与学习贯彻"
    assert [choice.attrib["alias"] for choice in choices] == ["open", "rectified"]
    assert choices.attrib["perRegion"] == "true"
    (task,) = to_label_studio([report()], builtin())
    assert text.attrib["value"].removeprefix("$") in task["data"]
    names = {labels.attrib["name"]: "labels", choices.attrib["name"]: "choices"}
    for part in task["predictions"][0]["result"]:
        assert names[part["from_name"]] == part["type"]
        assert part["to_name"] == text.attrib["name"] == labels.attrib["toName"] == choices.attrib["toName"]


def test_label_config_is_xml_whatever_names_hold() -> None:
    row = replace(builtin().leaves[0], name_zh='学习<"&\x0b>')
    odd = replace(builtin(), categories={row.code: replace(row, level="1", parent="")})
    assert ElementTree.fromstring(label_config(odd))[0][0].attrib["value"] == 'ZZ01 学习<"& >'


def test_finding_without_category_is_proposed_as_other() -> None:
    bare = replace(report(), findings=(finding(FIRST, 1, category=None, subcategory=None),))
    (task,) = to_label_studio([bare], builtin())
    assert task["predictions"][0]["result"][0]["value"]["labels"] == ["QT00"]


def test_submitted_without_a_change_is_unchanged() -> None:
    assert imported(annotated()) == Imported(unchanged=2)


def test_not_annotated_counts_nowhere() -> None:
    skipped = annotated()
    skipped["annotations"][0]["was_cancelled"] = True
    (task,) = to_label_studio([report()], builtin())
    assert imported(task, {**task, "annotations": []}, skipped) == Imported()


def test_round_trip_gives_the_edited_findings() -> None:
    task = annotated()
    label, status = regions(task, "abc123-f001")
    label["value"]["labels"], status["value"]["choices"] = ["NK05"], ["rectified"]
    drop(task, "abc123-f002")
    found = imported(task)
    assert (found.faults, found.unchanged) == ((), 0)
    changed, number = apply(report(), found.corrections, builtin())
    assert number == 2
    (kept,) = changed.findings
    assert (kept.text, kept.category, kept.subcategory, kept.status) == (FIRST, "NK", "NK05", "rectified")
    assert [(item.start, item.end, item.reason) for item in changed.refusals] == [(*place(SECOND), "reviewed")]


def test_correction_carries_its_origin() -> None:
    task = annotated()
    regions(task, "abc123-f001")[0]["value"]["labels"] = ["NK05 资产管理"]
    (found,) = imported(task).corrections
    assert (found.field, found.old, found.new) == ("subcategory", "ZF03", "NK05")
    assert (found.report_id, found.source_file, found.finding_id) == ("abc123", "甲局.docx", "abc123-f001")
    assert (found.start, found.end, found.text) == (*place(FIRST), FIRST)
    assert (found.who, found.at, found.taxonomy) == ("zhang@example.cn", AT, builtin().digest)


@pytest.mark.parametrize(
    ("given", "who"), [("wang@example.cn", "wang@example.cn"), (5, "5"), ({"id": 6}, "6"), (None, "李四")]
)
def test_annotator_is_named(given: object, who: str) -> None:
    task = annotated()
    task["annotations"][0]["completed_by"] = given
    drop(task, "abc123-f001")
    assert [item.who for item in imported(task).corrections] == [who]


def test_nobody_is_a_fault_where_something_changed() -> None:
    task = annotated()
    del task["annotations"][0]["completed_by"]
    drop(task, "abc123-f001")
    found = imported(task, who=None)
    assert (found.corrections, found.unchanged) == ((), 1)
    assert "--who" in found.faults[0]


def test_spans_in_browser_units_are_converted() -> None:
    task = annotated()
    for part in task["annotations"][0]["result"]:
        value = part["value"]
        value["start"], value["end"] = units(TEXT[: value["start"]]), units(TEXT[: value["end"]])
        assert TEXT[value["start"] : value["end"]] != value["text"]
    regions(task, "abc123-f002")[0]["value"]["labels"] = ["JF03"]
    found = imported(task)
    assert (found.faults, found.unchanged) == ((), 1)
    assert [(item.start, item.end, item.text, item.new) for item in found.corrections] == [
        (*place(SECOND), SECOND, "JF03")
    ]


@pytest.mark.parametrize("start", [-3, 3, 7, 10_000, "0"])
def test_span_that_fits_in_no_way_is_a_fault(start: object) -> None:
    task = annotated()
    for part in regions(task, "abc123-f001"):
        part["value"]["start"] = start
    found = imported(task)
    assert (found.corrections, found.unchanged) == ((), 1)
    assert len(found.faults) == 1 and "对不上原文" in found.faults[0] and FIRST in found.faults[0]


def test_nothing_counts_as_removed_while_a_span_cannot_be_placed() -> None:
    task = annotated()
    drop(task, "abc123-f001")
    mark(task, 3, 6, "NK05", text="没有这句话")
    found = imported(task)
    assert (found.corrections, found.unchanged) == ((), 1)
    misfit, kept = found.faults
    assert misfit == "甲局.docx：标注 start=3、end=6“没有这句话” 对不上原文，未采用。"
    assert FIRST in kept and kept.endswith("无法确认，未采用。")


def test_added_spans_are_one_fault_that_names_them() -> None:
    task = annotated()
    mark(task, *place("二、下一步打算"), "ZF01")
    mark(task, 0, 6, "ZF01")
    found = imported(task)
    assert (found.corrections, found.unchanged) == ((), 2)
    start, end = place("二、下一步打算")
    assert found.faults == (
        f"甲局.docx：新增的 2 处标注暂不能采用：第1–6字“一、存在问题”、第{start + 1}–{end}字“二、下一步打算”。",
    )


def test_moved_span_is_neither_added_nor_removed() -> None:
    task = annotated()
    start, end = place(FIRST)
    drop(task, "abc123-f001")
    mark(task, start + 2, end, "ZF03")
    found = imported(task)
    assert (found.corrections, found.unchanged) == ((), 1)
    (fault,) = found.faults
    assert f"改动了起止位置（现为第{start + 3}–{end}字）" in fault


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["ZF03", "NK05"], "有 2 个标签（ZF03、NK05），应只有一个"),
        ([], "没有标签"),
        (["CG01"], "标签“CG01”不在分类体系中"),
    ],
)
def test_label_that_is_not_clear_is_a_fault(labels: list[str], message: str) -> None:
    task = annotated()
    regions(task, "abc123-f001")[0]["value"]["labels"] = labels
    found = imported(task)
    assert (found.corrections, found.unchanged) == ((), 1)
    (fault,) = found.faults
    assert fault.startswith(f"甲局.docx 第{place(FIRST)[0] + 1}–{place(FIRST)[1]}字“{FIRST}”：") and message in fault


def test_second_label_on_the_same_span_is_a_fault() -> None:
    task = annotated()
    mark(task, *place(FIRST), "NK05")
    assert "有 2 个标签（ZF03、NK05）" in imported(task).faults[0]


def test_two_labels_under_one_id_are_a_fault() -> None:
    task = annotated()
    label = copy.deepcopy(regions(task, "abc123-f001")[0])
    label["value"]["labels"] = ["NK05"]
    task["annotations"][0]["result"].append(label)
    assert "有 2 个标签（ZF03、NK05）" in imported(task).faults[0]


def test_unknown_status_is_a_fault() -> None:
    task = annotated()
    regions(task, "abc123-f001")[1]["value"]["choices"] = ["整改中"]
    assert "状态“整改中”不认识" in imported(task).faults[0]


def test_second_annotation_is_said_and_left_out() -> None:
    task = annotated()
    task["annotations"].append({"completed_by": 9, "result": []})
    found = imported(task)
    assert (found.corrections, found.unchanged) == ((), 2)
    assert found.faults == ("甲局.docx：有 2 份标注，只采用了第一份。",)


@pytest.mark.parametrize("predictions", [[], [12], [{"model_version": "其他模型", "result": []}]])
def test_export_without_our_predictions_falls_back_to_the_metadata(predictions: list[object]) -> None:
    task = annotated()
    task["predictions"] = predictions
    regions(task, "abc123-f001")[0]["value"]["labels"] = ["NK05"]
    found = imported(task)
    assert ([item.new for item in found.corrections], found.faults, found.unchanged) == (["NK05"], (), 1)


def test_predictions_are_enough_where_the_metadata_has_no_proposals() -> None:
    task = annotated()
    del task["meta"]["proposed"]
    assert imported(task) == Imported(unchanged=2)


def _changed_meta(task: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**task, "meta": {**task["meta"], **changes}}


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda task: _changed_meta(task, taxonomy="000000000000"), "按另一版分类体系（000000000000）导出"),
        (lambda task: _changed_meta(task, report_id=None), "缺少元数据 report_id"),
        (lambda task: {**task, "data": {"text": TEXT.replace("\n", "")}}, "正文与导出时不同"),
        (lambda task: {**task, "meta": {"report_id": "abc123"}, "predictions": []}, "看不出导出时的建议"),
        (lambda task: {**task, "annotations": [{"result": [{"type": "labels"}]}]}, "结构不对"),
    ],
)
def test_task_that_cannot_be_read_costs_no_other(damage: Any, message: str) -> None:
    found = imported(damage(annotated()), annotated())
    assert (found.corrections, found.unchanged) == ((), 2)
    assert len(found.faults) == 1 and message in found.faults[0]


@pytest.mark.parametrize("data", [{}, [1], [{"text": TEXT, "label": []}], None])
def test_data_that_is_no_export_of_label_studio_is_refused(data: object) -> None:
    with pytest.raises(ReadError, match="任务.json：不是 Label Studio 的 JSON 导出"):
        from_label_studio(data, "李四", AT, builtin(), name="任务.json")


def doccano_row() -> dict[str, Any]:
    (row,) = to_doccano([report()], builtin())
    return json.loads(json.dumps(row))


def from_rows(*rows: object, who: str | None = "李四") -> Imported:
    return from_doccano(rows, who, AT, builtin())


def test_doccano_row_holds_the_text_and_the_findings() -> None:
    (row,) = to_doccano([report(), failed_report("坏.docx", "已加密")])
    assert (row["id"], row["text"]) == ("abc123", TEXT)
    assert row["label"] == [[*place(FIRST), "ZF03"], [*place(SECOND), "NK06"]]
    assert row["meta"]["proposed"] == row["label"]
    assert (row["meta"]["report_id"], row["meta"]["source_file"]) == ("abc123", "甲局.docx")


def test_doccano_round_trip_gives_the_edited_findings() -> None:
    row = doccano_row()
    row["label"] = [[*place(FIRST), "NK05"]]
    found = from_rows(row)
    assert (found.faults, found.unchanged) == ((), 0)
    changed, number = apply(report(), found.corrections, builtin())
    assert number == 2
    assert [(item.text, item.subcategory, item.status) for item in changed.findings] == [(FIRST, "NK05", "open")]
    assert [(item.start, item.end) for item in changed.refusals] == [place(SECOND)]


def _as_entities(row: dict[str, Any]) -> dict[str, Any]:
    named = [{"id": 1, "label": code, "start_offset": start, "end_offset": end} for start, end, code in row["label"]]
    return {"id": 9, "text": row["text"], "entities": named, "relations": [], "meta": row["meta"]}


@pytest.mark.parametrize(
    "shape",
    [
        lambda row: row,
        lambda row: {"id": 9, "data": row["text"], "label": row["label"], "meta": {"id": 1, "meta": row["meta"]}},
        lambda row: {"id": 9, "text": row["text"], "labels": row["label"], **row["meta"]},
        _as_entities,
    ],
    ids=["as exported", "nested metadata", "flat metadata", "entities"],
)
def test_doccano_versions_are_all_read(shape: Any) -> None:
    row = doccano_row()
    row["label"][1][2] = "JF03"
    found = from_rows(shape(row))
    assert [(item.old, item.new, item.who) for item in found.corrections] == [("NK06", "JF03", "李四")]
    assert (found.faults, found.unchanged) == ((), 1)


@pytest.mark.parametrize(
    ("change", "unchanged", "message"),
    [
        (lambda row: row["label"].append([0, 6, "ZF01"]), 2, "新增的 1 处标注暂不能采用：第1–6字“一、存在问题”"),
        (lambda row: row["label"].append([*row["label"][0][:2], "NK05"]), 1, "有 2 个标签（ZF03、NK05）"),
        (lambda row: row["label"][0].__setitem__(1, 10_000), 1, "对不上原文"),
        (lambda row: row["label"][0].__setitem__(2, "CG01"), 1, "标签“CG01”不在分类体系中"),
        (lambda row: row["meta"].pop("proposed"), 0, "甲局.docx：标注数据的结构不对"),
        (lambda row: row["meta"].update(taxonomy="0"), 0, "按另一版分类体系（0）导出"),
        (lambda row: row.update(text=TEXT.strip("一")), 0, "正文与导出时不同"),
        (lambda row: row.pop("label"), 0, "没有标签（label）"),
        (lambda row: row.pop("meta"), 0, "第1行：缺少元数据 report_id"),
    ],
)
def test_doccano_fault_is_said(change: Any, unchanged: int, message: str) -> None:
    row = doccano_row()
    change(row)
    found = from_rows(row)
    assert (found.corrections, found.unchanged) == ((), unchanged)
    assert any(message in fault for fault in found.faults)


@pytest.mark.parametrize("row", [[], 1, {"label": []}, {"text": 3}])
def test_data_that_is_no_export_of_doccano_is_refused(row: object) -> None:
    with pytest.raises(ReadError, match="不是 doccano 序列标注的 JSONL 导出"):
        from_rows(doccano_row(), row)
