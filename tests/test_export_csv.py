"""The CSV files: what a spreadsheet makes of them, and what is left when a run stops halfway."""

from __future__ import annotations

import csv
import errno
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from made_reports import made_finding, made_report

from pipeline.errors import OutputError
from pipeline.export import write_csv
from pipeline.export.csv_files import cell_text
from pipeline.records import failed_report
from pipeline.tables import TABLES, to_frames
from pipeline.taxonomy import builtin


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_write_csv_writes_six_tables(tmp_path):
    paths = write_csv(iter([made_report(), failed_report("坏.docx", "坏")]), tmp_path / "新" / "台账")
    assert [path.name for path in paths] == [f"{name}.csv" for name in TABLES]
    assert sorted(path.name for path in paths[0].parent.iterdir()) == sorted(path.name for path in paths)
    for path, columns in zip(paths, TABLES.values(), strict=True):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf" + ",".join(columns).encode() + b"\r\n")
    assert [row["status"] for row in read(paths[0])] == ["ok", "failed"]
    assert [len(read(path)) for path in paths] == [2, 2, 1, 2, 1, 1]


def test_write_csv_is_deterministic(tmp_path):
    first, second = (write_csv([made_report()], tmp_path / name) for name in ("a", "b"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_write_csv_keeps_line_ends_within_cells(tmp_path):
    text = '走访少，\n且"走过场"，\r\n效果差'
    write_csv([made_report(findings=(made_finding(text=text),))], tmp_path)
    (row,) = read(tmp_path / "findings.csv")
    assert row["text"] == text
    assert (
        (tmp_path / "findings.csv").read_bytes().endswith(f",true,{builtin().version},{builtin().digest}\r\n".encode())
    )


def test_write_csv_of_no_report_has_headers_only(tmp_path):
    assert [read(path) for path in write_csv([], tmp_path)] == [[]] * 6


def test_write_csv_survives_what_utf8_cannot_hold(tmp_path):
    write_csv([made_report(name="\udcbc\udcd7.txt")], tmp_path)
    assert read(tmp_path / "reports.csv")[0]["source_file"] == "??.txt"


def test_write_csv_agrees_with_pandas(tmp_path):
    import pandas

    report = made_report()
    write_csv([report], tmp_path)
    for name, frame in to_frames([report]).items():
        back = pandas.read_csv(tmp_path / f"{name}.csv", encoding="utf-8-sig", dtype=frame.dtypes.to_dict())
        if name != "quantities":  # its values are text when they come from a file
            pandas.testing.assert_frame_equal(back, frame)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-3.5, "-3.5"),
        (-0.0, "0"),
        (28300.0, "28300"),
        (5.3e12, "5300000000000"),
        (1e22, "10000000000000000000000"),
        (1e-7, "0.0000001"),
        (0.875, "0.875"),
        (0.1 + 0.2, "0.3"),
        (float("nan"), ""),
        ("2021-12-31", "2021-12-31"),
    ],
)
def test_cell_text_of_values(value, shown):
    assert cell_text(value) == shown


@pytest.mark.parametrize("start", list("=+-@\t\r\n＝＋－＠"))
def test_cell_text_disarms_formulas(start):
    assert cell_text(f"{start}SUM(A1)") == f"'{start}SUM(A1)"


@pytest.mark.parametrize("text", ["=", "-", "<=", ">=", "——走访少", "（-3）", "1-2", "甲@乙", " =1", ""])
def test_cell_text_leaves_harmless_text(text):
    assert cell_text(text) == text


def test_write_csv_disarms_text_but_not_numbers(tmp_path):
    finding = made_finding(text="=HYPERLINK(1)", amount_yuan=-3.5)
    write_csv([made_report(findings=(finding,))], tmp_path)
    (row,) = read(tmp_path / "findings.csv")
    assert (row["text"], row["amount_yuan"]) == ("'=HYPERLINK(1)", "-3.5")
    assert read(tmp_path / "quantities.csv")[0]["bound"] == "="


def test_write_csv_refuses_a_folder_with_content(tmp_path):
    (tmp_path / "旧.txt").write_text("旧", encoding="utf-8")
    with pytest.raises(OutputError, match="不是空的.*--force"):
        write_csv([made_report()], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["旧.txt"]


def test_write_csv_refuses_before_the_first_report_is_taken(tmp_path):
    (tmp_path / "旧.txt").write_text("旧", encoding="utf-8")
    reports = iter([made_report()])
    with pytest.raises(OutputError, match="不是空的"):
        write_csv(reports, tmp_path)
    assert next(reports, None) is not None


def test_write_csv_force_replaces_tables_and_keeps_the_rest(tmp_path):
    (tmp_path / "旧.txt").write_text("旧", encoding="utf-8")
    (tmp_path / "findings.csv").write_text("旧表", encoding="utf-8")
    write_csv([made_report()], tmp_path, force=True)
    assert (tmp_path / "旧.txt").read_text(encoding="utf-8") == "旧"
    assert len(read(tmp_path / "findings.csv")) == 1


@pytest.mark.parametrize("below", ["", "里面"])
def test_write_csv_refuses_a_file_as_folder(tmp_path, below):
    (tmp_path / "台账").write_text("我是文件", encoding="utf-8")
    with pytest.raises(OutputError, match="文件"):
        write_csv([made_report()], tmp_path / "台账" / below)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PermissionError(errno.EACCES, "no"), "没有写入权限"),
        (OSError(errno.ENOSPC, "full"), "磁盘空间不足"),
        (OSError(errno.EIO, "io"), f"系统错误号 {errno.EIO}"),
    ],
)
def test_write_csv_explains_the_disk(tmp_path, monkeypatch, error, message):
    def refuse(self, target):
        raise error

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputError, match=message):
        write_csv([made_report()], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_write_csv_shows_tables_only_when_all_is_written(tmp_path):
    def reports():
        yield made_report("甲.docx")
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f".{name}.csv.part" for name in TABLES)
        yield made_report("乙.docx")

    write_csv(reports(), tmp_path)
    assert [row["source_file"] for row in read(tmp_path / "findings.csv")] == ["甲.docx", "乙.docx"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError("of the reports, not of the folder")])
def test_write_csv_cleans_up_when_the_reports_stop(tmp_path, error):
    def reports():
        yield made_report()
        raise error

    with pytest.raises(type(error)):
        write_csv(reports(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_write_csv_killed_leaves_no_table_and_can_be_run_again(tmp_path):
    code = (
        "import os, sys; from made_reports import made_report; from pipeline.export import write_csv\n"
        "def reports():\n    yield made_report()\n    os._exit(9)\n"
        "write_csv(reports(), sys.argv[1])"
    )
    here = str(Path(__file__).parent)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([here, str(Path(here).parent)])}
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=env, check=False).returncode == 9
    assert list(tmp_path.iterdir()) != [] and list(tmp_path.glob("*.csv")) == []
    write_csv([replace(made_report(), elapsed_ms=5)], tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{name}.csv" for name in TABLES)
