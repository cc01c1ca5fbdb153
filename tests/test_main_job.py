"""The whole way: a folder of reports to six tables, the same each time, offline."""

from __future__ import annotations

import csv
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from build_samples import SOURCES, build

import pipeline
from pipeline.records import Report

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "corpus" / "samples"
TABLES = ("reports", "sections", "findings", "quantities", "remedies", "checks")


def _zicha(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipeline.cli", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", cwd=cwd, env=environment, check=False
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{key: value for key, value in row.items() if key != "elapsed_ms"} for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run") / "out"
    done = _zicha("analyze", SAMPLES, "-o", out)
    assert done.returncode == 0, done.stderr
    return out


def test_analyze_writes_six_tables_with_rows(tables: Path) -> None:
    assert sorted(path.stem for path in tables.glob("*.csv")) == sorted(TABLES)
    assert all(_rows(tables / f"{name}.csv") for name in TABLES)
    assert len(_rows(tables / "reports.csv")) == 2 * len(SOURCES)


def test_offsets_of_every_row_give_its_text(tables: Path) -> None:
    texts = {path.name: pipeline.analyze(path).document.text for path in SAMPLES.iterdir()}
    for name, quote in (("findings", "text"), ("quantities", "raw"), ("remedies", "text")):
        for row in _rows(tables / f"{name}.csv"):
            text = texts[row["source_file"]][int(row["start"]) : int(row["end"])]
            assert text == row[quote] or "'" + text == row[quote]


@pytest.mark.parametrize(
    ("option", "problem"), [("--limit=file_bytes=9", "文件过大"), ("--seconds=0.001", "处理超过 0.001 秒")]
)
def test_file_beyond_a_limit_fails_alone(option: str, problem: str) -> None:
    done = _zicha("analyze", SAMPLES / "township-self-report.txt", option)
    assert done.returncode == 1
    assert done.stderr.startswith(f"township-self-report.txt：{problem}")


def test_two_runs_and_two_jobs_give_the_same_tables(tables: Path, tmp_path: Path) -> None:
    again, parallel = tmp_path / "again", tmp_path / "parallel"
    assert _zicha("analyze", SAMPLES, "-o", again).returncode == 0
    assert _zicha("analyze", SAMPLES, "-o", parallel, "--jobs", "2").returncode == 0
    for name in TABLES:
        assert _rows(tables / f"{name}.csv") == _rows(again / f"{name}.csv") == _rows(parallel / f"{name}.csv")
        if name != "reports":
            assert (tables / f"{name}.csv").read_bytes() == (again / f"{name}.csv").read_bytes()


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_word_and_text_of_a_sample_give_the_same_findings(name: str) -> None:
    word, text = (pipeline.analyze(SAMPLES / f"{name}.{ending}") for ending in ("docx", "txt"))
    assert word.document.text.strip() == text.document.text.strip()
    assert _told(word) == _told(text)


def _told(report: Report) -> list[tuple[str, str | None]]:
    return [(finding.text, finding.subcategory) for finding in report.findings]


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_sample_is_what_its_source_says(name: str, tmp_path: Path) -> None:
    build(name, tmp_path)
    assert (tmp_path / f"{name}.txt").read_bytes() == (SAMPLES / f"{name}.txt").read_bytes()
    built, kept = pipeline.analyze(tmp_path / f"{name}.docx"), pipeline.analyze(SAMPLES / f"{name}.docx")
    assert built.document.text == kept.document.text


def test_bad_files_are_rows_and_the_rest_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    shutil.copy(SAMPLES / "county-work-summary.docx", folder / "好.docx")
    (folder / "空.docx").write_bytes(b"")
    (folder / "截断.docx").write_bytes((SAMPLES / "county-work-summary.docx").read_bytes()[:5000])
    (folder / "程序.docx").write_bytes(b"MZ\x90\x00" + b"\x00" * 200)
    (folder / "~$好.docx").write_bytes(b"lock")
    done = _zicha("analyze", folder, "-o", tmp_path / "out")
    rows = {row["source_file"]: row for row in _rows(tmp_path / "out" / "reports.csv")}
    assert done.returncode == 1
    assert {name: row["status"] for name, row in rows.items()} == {
        "好.docx": "ok",
        "空.docx": "failed",
        "截断.docx": "failed",
        "程序.docx": "failed",
    }
    assert all("请" in row["error"] for row in rows.values() if row["status"] == "failed")
    assert _rows(tmp_path / "out" / "findings.csv")


def test_wrong_usage_and_a_used_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "旧.csv").write_text("旧", encoding="utf-8")
    assert _zicha("analyze").returncode == 2
    assert _zicha("analyze", SAMPLES, "-o", tmp_path / "out").returncode == 2
    assert _zicha("analyze", SAMPLES / "county-work-summary.txt", "-o", tmp_path / "out", "--force").returncode == 0


def test_text_prints_the_text_that_offsets_point_into() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "text", str(SAMPLES / "township-self-report.docx")],
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode("utf-8") == pipeline.analyze(SAMPLES / "township-self-report.docx").document.text


def test_analysis_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    for name in ("connect", "connect_ex", "bind", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse, raising=False)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    report = pipeline.analyze(SAMPLES / "college-feedback.docx")
    assert report.to_frames()["findings"].shape[0] == len(report.findings) > 0


def test_gold_of_the_real_documents_is_met(shared: Path, tmp_path: Path) -> None:
    wrong = {}
    for text in sorted((shared / "reports" / "text").glob("*.txt")):
        out = tmp_path / text.stem
        assert _zicha("analyze", text, "-o", out).returncode == 0
        command = [
            sys.executable,
            "-B",
            shared / "eval" / "score.py",
            text,
            shared / "reports" / "gold" / text.stem,
            out,
        ]
        scores = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        wrong[text.stem] = {stage: (count["fp"], count["fn"]) for stage, count in scores.items()}
    totals = {
        stage: tuple(map(sum, zip(*(found[stage] for found in wrong.values() if stage in found), strict=True)))
        for stage in ("problems", "sections", "quantities")
    }
    assert wrong["xuncha_nankai_round1"]["problems"] == (0, 0)
    assert sum(totals["problems"]) <= 4
    assert sum(totals["sections"]) <= 2
    assert sum(totals["quantities"]) <= 6
