"""The kinds of files: what is in them, that they appear whole, and what is refused."""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import replace

import duckdb
import openpyxl
import pytest
from made_reports import made_finding, made_report

from pipeline.errors import OutputError
from pipeline.export import workbook, write_csv
from pipeline.export.column_types import sql_types
from pipeline.export.duckdb_files import check_database
from pipeline.export.formats import FORMATS, format_of
from pipeline.records import failed_report
from pipeline.shell import UsageError
from pipeline.tables import TABLES, rows, to_frames

FOLDERS = ("csv", "jsonl", "parquet", "xlsx")


def tables_of(report):
    return {name: list(rows([report], name)) for name in TABLES}


def publish(name, reports, target):
    """Encode each report by itself, as the workers do, and write the files."""
    format_ = format_of(name)
    encoded = [format_.encode(tables_of(report)) for report in reports]
    return format_.publish(lambda table: (one[table] for one in encoded), target)


def some_reports():
    wild = made_finding(text='=1+1，\n"走过场"\r\n次', amount_yuan=0.1 + 0.2, confidence=float("nan"))
    return [
        made_report("甲局.docx"),
        failed_report("坏.docx", "坏"),
        made_report("\udcbc乙.docx", report_id="b", findings=(wild,)),
    ]


def target_of(name, folder):
    return folder / "台账.duckdb" if name == "duckdb" else folder


def test_csv_is_what_write_csv_writes(tmp_path):
    published = publish("csv", some_reports(), tmp_path / "甲" / "乙")
    written = write_csv(some_reports(), tmp_path / "丙")
    assert [path.read_bytes() for path in published] == [path.read_bytes() for path in written]
    assert [path.name for path in published] == [f"{name}.csv" for name in TABLES]


def test_jsonl_has_every_column_in_order_and_null_for_unknown(tmp_path):
    paths = publish("jsonl", some_reports(), tmp_path)
    assert [path.name for path in paths] == [f"{name}.jsonl" for name in TABLES]
    for path, (name, columns) in zip(paths, TABLES.items(), strict=True):
        lines = path.read_text(encoding="utf-8").split("\n")
        assert lines.pop() == ""
        found = [json.loads(line) for line in lines]
        assert [tuple(entry) for entry in found] == [columns] * sum(len(tables_of(r)[name]) for r in some_reports())
    findings = [json.loads(line) for line in (tmp_path / "findings.jsonl").read_text("utf-8").splitlines()]
    assert findings[0]["amount_yuan"] == 5300000000000 and findings[0]["cause"] is None
    assert findings[1]["text"] == '=1+1，\n"走过场"\r\n次' and findings[1]["source_file"] == "?乙.docx"
    assert findings[1]["amount_yuan"] == 0.3 and findings[1]["confidence"] is None
    assert "走访" in (tmp_path / "findings.jsonl").read_text("utf-8")  # not \u8d70


def test_jsonl_of_values_keeps_numbers_and_dates(tmp_path):
    publish("jsonl", [made_report()], tmp_path)
    lines = (tmp_path / "quantities.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["value"] for line in lines] == [3, "2021-12-31"]


@pytest.mark.parametrize("name", ["parquet", "duckdb"])
def test_typed_files_hold_the_rows_in_order_with_their_types(tmp_path, name):
    reports = [made_report(f"{number}.docx", report_id=f"r{number}") for number in range(50)]
    paths = publish(name, reports, target_of(name, tmp_path))
    database = duckdb.connect(":memory:" if name == "parquet" else str(paths[0]))
    with database:
        for table in TABLES:
            source = f"'{tmp_path / table}.parquet'" if name == "parquet" else table
            types = {column: kind for column, kind, *_ in database.execute(f"DESCRIBE FROM {source}").fetchall()}
            assert types == sql_types(table)
            found = database.execute(f"SELECT source_file FROM {source}").fetchall()
            assert [cell for (cell,) in found] == [row[1] for report in reports for row in rows([report], table)]


def test_typed_files_have_the_cells_of_the_data_frames(tmp_path):
    reports = some_reports()[:2]
    publish("parquet", reports, tmp_path)
    frames = to_frames(reports)
    for table in TABLES:
        cells = [tuple(row) for row in frames[table].astype(object).where(frames[table].notna(), None).to_numpy()]
        if table == "quantities":  # a number is text there, since a date stands in the same column
            cells = [tuple("3" if cell == 3.0 and type(cell) is float else cell for cell in row) for row in cells]
        assert duckdb.sql(f"FROM '{tmp_path / table}.parquet'").fetchall() == cells


def test_typed_files_show_values_as_csv_does(tmp_path):
    report = made_report()
    values = (1e-7, 5.3e12, 0.1 + 0.2, "2021", None, float("inf"))
    quantities = tuple(replace(report.quantities[0], value=value) for value in values)
    publish("parquet", [replace(report, quantities=quantities)], tmp_path)
    found = duckdb.sql(f"SELECT value FROM '{tmp_path / 'quantities.parquet'}'").fetchall()
    assert [cell for (cell,) in found] == ["0.0000001", "5300000000000", "0.3", "2021", None, None]


@pytest.mark.parametrize("name", ["parquet", "duckdb"])
def test_typed_files_of_no_report_have_their_columns(tmp_path, name):
    paths = publish(name, [], target_of(name, tmp_path))
    with duckdb.connect(":memory:" if name == "parquet" else str(paths[0])) as database:
        source = f"'{tmp_path / 'checks.parquet'}'" if name == "parquet" else "checks"
        assert database.execute(f"SELECT count(*) FROM {source}").fetchall() == [(0,)]
        assert tuple(column[0] for column in database.execute(f"FROM {source}").description) == TABLES["checks"]


@pytest.mark.parametrize("name", ["parquet", "duckdb"])
def test_typed_files_in_a_folder_with_any_name(tmp_path, name):
    folder = tmp_path / "局'台账[1] *"
    assert all(path.is_file() for path in publish(name, [made_report()], target_of(name, folder)))


def test_parquet_takes_a_line_longer_than_duckdb_expects(tmp_path):
    report = made_report(findings=(made_finding(text="长" * 12_000_000),))
    publish("parquet", [made_report(), report], tmp_path)
    found = duckdb.sql(f"SELECT length(text) FROM '{tmp_path / 'findings.parquet'}'").fetchall()
    assert found[1:] == [(12_000_000,)]


@pytest.mark.parametrize("name", FORMATS)
def test_publish_replaces_older_files_and_keeps_others(tmp_path, name):
    (tmp_path / "笔记.txt").write_text("我的", encoding="utf-8")
    target = target_of(name, tmp_path)
    publish(name, [made_report(), made_report("乙.docx")], target)
    paths = publish(name, [made_report()], target)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["笔记.txt", *(path.name for path in paths)])


@pytest.mark.parametrize("name", FORMATS)
def test_publish_that_stops_leaves_the_older_files(tmp_path, name):
    def chunks(table):
        if table == "quantities":
            raise KeyboardInterrupt
        yield from ()

    target = target_of(name, tmp_path)
    before = {path: path.read_bytes() for path in publish(name, [made_report()], target)}
    with pytest.raises(KeyboardInterrupt):
        format_of(name).publish(chunks, target)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("name", FOLDERS)
def test_publish_refuses_a_file_as_folder(tmp_path, name):
    (tmp_path / "台账").write_text("我是文件", encoding="utf-8")
    with pytest.raises(OutputError, match="这是一个文件"):
        publish(name, [made_report()], tmp_path / "台账")


def test_duckdb_refuses_what_is_no_database(tmp_path):
    (tmp_path / "x.duckdb").write_text("不是数据库，是一份很长的笔记", encoding="utf-8")
    with pytest.raises(OutputError, match="不是 DuckDB 文件"):
        publish("duckdb", [made_report()], tmp_path / "x.duckdb")
    assert (tmp_path / "x.duckdb").read_text("utf-8").startswith("不是数据库")
    with pytest.raises(OutputError, match="文件夹"):
        format_of("duckdb").check(tmp_path)


def test_duckdb_refuses_a_database_with_other_tables(tmp_path):
    path = tmp_path / "x.duckdb"
    with duckdb.connect(str(path)) as database:
        database.execute("CREATE TABLE 人员 AS SELECT 1 AS a")
    with pytest.raises(OutputError, match="别的表（人员）"):
        publish("duckdb", [made_report()], path)
    with duckdb.connect(str(path)) as database:
        assert database.execute("FROM 人员").fetchall() == [(1,)]


def test_check_database_accepts_an_absent_an_empty_and_our_own_file(tmp_path):
    path = tmp_path / "x.duckdb"
    check_database(path)
    path.touch()
    check_database(path)
    publish("duckdb", [made_report()], path)
    check_database(path)


@pytest.mark.parametrize("name", ["parquet", "duckdb"])
def test_missing_duckdb_is_said_before_the_run(tmp_path, monkeypatch, name):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(OutputError, match=r"pip install 'zicha\[store\]'"):
        format_of(name).check(tmp_path / "x.duckdb")
    with pytest.raises(OutputError, match=r"pip install 'zicha\[store\]'"):
        publish(name, [made_report()], target_of(name, tmp_path))


def test_format_of_an_unknown_name_lists_the_others():
    with pytest.raises(UsageError, match="没有输出格式 ods，可用的有：csv、jsonl、parquet、xlsx、duckdb"):
        format_of("ods")


def sheets(path):
    book = openpyxl.load_workbook(path)
    return {sheet.title: sheet for sheet in book.worksheets}


def test_workbook_has_a_sheet_a_table_with_a_fixed_bold_heading(tmp_path):
    (path,) = publish("xlsx", some_reports(), tmp_path)
    assert path == tmp_path / "zicha.xlsx"
    found = sheets(path)
    assert tuple(found) == tuple(TABLES)
    for name, sheet in found.items():
        assert tuple(cell.value for cell in sheet[1]) == TABLES[name]
        assert all(cell.font.bold for cell in sheet[1]) and sheet.freeze_panes == "A2"
    assert [row[1].value for row in found["reports"].iter_rows(min_row=2)] == ["甲局.docx", "坏.docx", "?乙.docx"]
    row = dict(zip(TABLES["findings"], (cell.value for cell in found["findings"][2]), strict=True))
    assert row["start"] == 10 and row["needs_review"] is True and row["cause"] is None and row["confidence"] == 0.875


@pytest.mark.parametrize("text", ["=1+1", "+1", "-2", "@甲", "#N/A", "＝1", "=", "http://甲"])
def test_workbook_runs_no_text(tmp_path, text):
    (path,) = publish("xlsx", [made_report(findings=(made_finding(text=text),))], tmp_path)
    cell = sheets(path)["findings"].cell(2, TABLES["findings"].index("text") + 1)
    assert cell.data_type == "s" and cell.value == text


def test_workbook_leaves_out_what_excel_refuses_and_cuts_long_cells(tmp_path):
    texts = ("走\x00访\x1b少\ufffe", "长" * 32_767, "长" * 32_768)
    (path,) = publish("xlsx", [made_report(findings=tuple(made_finding(text=text) for text in texts))], tmp_path)
    place = TABLES["findings"].index("text")
    found = [row[place].value for row in sheets(path)["findings"].iter_rows(min_row=2)]
    assert found == ["走访少", "长" * 32_767, "长" * 32_766 + "…"]


@pytest.mark.parametrize(("most", "expected"), [(3, {"quantities": 2}), (2, {"quantities": 1, "quantities_2": 1})])
def test_workbook_goes_on_in_a_second_sheet(tmp_path, monkeypatch, most, expected):
    monkeypatch.setattr(workbook, "_MOST_ROWS", most)
    (path,) = publish("xlsx", [made_report()], tmp_path)
    found = {title: sheet.max_row - 1 for title, sheet in sheets(path).items() if title.startswith("quantities")}
    assert found == expected


def test_workbook_that_stops_leaves_no_temporary_files(tmp_path, monkeypatch):
    def chunks(table):
        yield b"not JSON" if table == "findings" else b""

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "临时"))
    (tmp_path / "临时").mkdir()
    with pytest.raises(json.JSONDecodeError):
        format_of("xlsx").publish(chunks, tmp_path / "台账")
    assert list((tmp_path / "临时").iterdir()) == [] and list((tmp_path / "台账").iterdir()) == []


def test_workbook_takes_chunks_that_end_within_a_line(tmp_path):
    format_ = format_of("xlsx")
    encoded = format_.encode(tables_of(made_report()))
    format_.publish(lambda name: (encoded[name][at : at + 7] for at in range(0, len(encoded[name]), 7)), tmp_path)
    assert sheets(tmp_path / "zicha.xlsx")["quantities"].max_row == 3
