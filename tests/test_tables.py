"""Rows and frames: the columns that DESIGN fixes, one row a record, unknown as None or NA."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from made_reports import STATEMENT, TEXT, made_finding, made_report

from pipeline.records import Outline, failed_report
from pipeline.tables import TABLES, rows, to_frames
from pipeline.taxonomy import taxonomy_version
from pipeline.version import __version__


def cells(report, table):
    """The rows of a table as dicts by column; strict, so that a converter cannot drop or add a cell."""
    return [dict(zip(TABLES[table], row, strict=True)) for row in rows([report], table)]


def test_tables_are_the_six_in_order():
    assert list(TABLES) == ["reports", "sections", "findings", "quantities", "remedies", "checks"]


@pytest.mark.parametrize(
    ("table", "count", "first", "last"),
    [
        ("reports", 21, "report_id", "taxonomy_hash"),
        ("sections", 10, "report_id", "end"),
        ("findings", 34, "report_id", "taxonomy_hash"),
        ("quantities", 24, "report_id", "change"),
        ("remedies", 12, "report_id", "finding_ids"),
        ("checks", 10, "report_id", "other_file"),
    ],
)
def test_table_columns(table, count, first, last):
    columns = TABLES[table]
    assert (len(columns), columns[0], columns[-1]) == (count, first, last)
    assert len(set(columns)) == len(columns)


def test_report_row_counts_what_the_report_holds():
    (row,) = cells(made_report(), "reports")
    assert (row["chars"], row["sections"], row["findings"], row["quantities"], row["remedies"]) == (
        len(TEXT),
        2,
        1,
        2,
        1,
    )
    assert (row["genre"], row["unit"], row["status"], row["error"]) == ("self-report", "甲局", "ok", None)
    assert row["warnings"] == "有未接受的修订;有文本框"
    assert (row["version"], row["taxonomy_version"]) == (__version__, taxonomy_version())
    assert row["text_quality"] is None and row["doc_number"] is None


def test_section_row_joins_roles_with_plus():
    first, second = cells(made_report(), "sections")
    assert (first["role"], second["role"]) == ("PROBLEM+CAUSE", "PLAN")
    assert (first["number"], first["title"], first["level"]) == ("一、", "存在问题及原因", 1)
    assert TEXT[second["start"] :].startswith("二、整改措施")


def test_finding_row_names_codes_and_joins_lists():
    (row,) = cells(made_report(), "findings")
    assert TEXT[row["start"] : row["end"]] == row["text"] == STATEMENT
    assert (row["category_name"], row["subcategory_name"]) == ("作风", "联系群众与调查研究")
    assert (row["secondary"], row["cues"]) == ("ZF04;JD03", "degree:不够;only:只")
    assert (row["quantity_ids"], row["remedy_ids"], row["remedy_link"]) == ("abc123-q001", "abc123-r001", "direct")
    assert row["unit"] == "甲局" and row["needs_review"] is True and row["hedge"] == 2


def test_finding_row_leaves_the_unknown_empty():
    bare = made_finding(
        category=None, subcategory=None, secondary=(), cues=(), quantity_ids=(), section_path="", hedge=None
    )
    (row,) = cells(made_report(findings=(bare,)), "findings")
    empty = (
        "category",
        "category_name",
        "subcategory_name",
        "secondary",
        "cues",
        "quantity_ids",
        "section_path",
        "hedge",
    )
    assert [row[column] for column in empty] == [None] * len(empty)


def test_quantity_row_keeps_numbers_and_dates_apart():
    count, date = cells(made_report(), "quantities")
    assert (count["value"], count["unit"], count["bound"]) == (3.0, "户", "=")
    assert (date["value"], date["unit"], date["masked"]) == ("2021-12-31", None, False)


def test_remedy_and_check_rows():
    (remedy,) = cells(made_report(), "remedies")
    (check,) = cells(made_report(), "checks")
    assert (remedy["text"], remedy["state"], remedy["finding_ids"]) == ("每月走访一次。", "planned", "f1;f2")
    assert (check["check"], check["other_start"], check["other_file"]) == ("masked", None, "乙局.docx")


def test_failed_report_has_one_row_and_no_counts():
    failed = failed_report("坏.docx", "坏.docx：文件已损坏。请重新保存。")
    (row,) = cells(failed, "reports")
    assert (row["source_file"], row["status"], row["error"]) == (
        "坏.docx",
        "failed",
        "坏.docx：文件已损坏。请重新保存。",
    )
    assert [row[c] for c in ("report_id", "genre", "chars", "findings", "remedies")] == [None] * 5
    assert row["version"] == __version__


def test_failed_report_shows_nothing_of_what_was_read():
    halfway = replace(made_report(), status="failed", error="处理中断")
    assert [list(rows([halfway], table)) for table in TABLES if table != "reports"] == [[]] * 5


def test_rows_follow_the_reports_and_come_one_by_one():
    given = iter([made_report("乙.docx"), made_report("甲.docx")])
    lines = rows(given, "findings")
    assert next(lines)[1] == "乙.docx"
    assert next(given).document.source_file == "甲.docx"  # not yet taken


def test_rows_unknown_table_is_an_error():
    with pytest.raises(KeyError, match="nothing"):
        next(rows([made_report()], "nothing"))


def test_to_frames_types():
    frames = to_frames(iter([made_report(), failed_report("坏.docx", "坏")]))
    assert {name: tuple(frame.columns) for name, frame in frames.items()} == TABLES
    findings, reports, quantities = frames["findings"], frames["reports"], frames["quantities"]
    assert findings[["text", "start", "amount_yuan", "needs_review"]].dtypes.astype(str).tolist() == [
        *("string", "Int64", "Float64", "boolean")
    ]
    assert findings["amount_yuan"][0] == 5.3e12
    assert reports["chars"].isna().tolist() == [False, True]
    assert reports["error"].isna().tolist() == [True, False]
    assert quantities["value"].tolist() == [3.0, "2021-12-31"]
    assert quantities["value_max"].isna().all()


def test_to_frames_of_nothing_keeps_columns_and_types():
    frames = to_frames([])
    assert {name: len(frame) for name, frame in frames.items()} == dict.fromkeys(TABLES, 0)
    assert str(frames["sections"]["level"].dtype) == "Int64"
    assert str(frames["checks"]["message"].dtype) == "string"


def test_report_to_frames_is_the_same():
    report = made_report()
    assert report.to_frames()["findings"].equals(to_frames([report])["findings"])


def test_outline_without_title_is_na():
    frame = to_frames([replace(made_report(), outline=Outline((), "other"))])["reports"]
    assert frame[["title", "unit", "date"]].isna().all(axis=None)


def test_tables_do_not_load_pandas():
    code = "import sys, pipeline.tables, pipeline.export; sys.exit('pandas' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
