"""Many reports: order, failures that stay with their file, and the same result on one core or two."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from made_reports import fake_analyze, fake_work

from pipeline import analyze_many
from pipeline.batch import analyze_file, analyze_files
from pipeline.export import write_csv
from pipeline.files import find_files


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of five reports, two of which go wrong, and a stand-in for `analyze`."""
    for name, content in {"c": "ok", "a": "ok", "e": "damaged", "b/d": "bug", "f": "ok"}.items():
        (tmp_path / f"{name}.txt").parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.txt").write_text(content, encoding="utf-8")
    monkeypatch.setattr("pipeline.batch.analyze", fake_analyze)
    return tmp_path


def test_analyze_many_yields_every_file_in_order(folder):
    reports = list(analyze_many([folder]))
    assert [report.document.source_file for report in reports] == ["a.txt", "b/d.txt", "c.txt", "e.txt", "f.txt"]
    assert [report.status for report in reports] == ["ok", "failed", "ok", "failed", "ok"]


@pytest.mark.parametrize("as_given", [str, lambda path: path])
def test_analyze_many_takes_a_single_path(folder, as_given):
    assert len(list(analyze_many(as_given(folder)))) == 5


def test_analyze_many_missing_path_is_a_failed_report(folder):
    first, second = analyze_many([folder / "a.txt", folder / "没有.docx"])
    assert (first.status, second.status) == ("ok", "failed")
    assert "找不到" in second.error and second.document.source_file == "没有.docx"


def test_analyze_many_failures_say_why(folder):
    errors = {report.document.source_file: report.error for report in analyze_many(folder)}
    assert errors["e.txt"] == "e.txt：文件已损坏。请重新保存后重试。"
    assert errors["b/d.txt"].startswith("b/d.txt：程序内部错误（KeyError，made_reports.py 第")
    assert "正文" not in errors["b/d.txt"]


def test_analyze_file_that_vanishes_is_a_failed_report(folder):
    (source,) = find_files([folder / "a.txt"])
    (folder / "a.txt").unlink()
    report = analyze_file(source)
    assert report.status == "failed" and report.error.startswith("a.txt：找不到该文件")


def test_analyze_file_measures_its_time(folder, monkeypatch):
    ticks = iter([10.0, 10.25])
    monkeypatch.setattr("pipeline.batch.time.perf_counter", lambda: next(ticks))
    assert analyze_file(find_files([folder / "a.txt"])[0]).elapsed_ms == 250


def test_analyze_many_progress_counts_each_report(folder):
    seen = []
    list(analyze_many([folder], progress=lambda done, total: seen.append((done, total))))
    assert seen == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


def test_analyze_many_is_lazy(folder):
    reports = analyze_many([folder])
    (folder / "f.txt").write_text("damaged", encoding="utf-8")
    assert [report.status for report in reports][-1] == "failed"


def test_analyze_many_of_nothing(tmp_path):
    assert list(analyze_many([tmp_path], jobs=0)) == []


def test_analyze_many_refuses_senseless_jobs(folder):
    with pytest.raises(ValueError, match="jobs 应为正整数"):
        analyze_many([folder], jobs=-2)


@pytest.fixture
def many(tmp_path):
    for number in range(24):
        content = "bad" if number % 7 == 3 else "ok"
        (tmp_path / f"{number:02}.txt").write_text(content, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("jobs", [2, 0, -1])
def test_analyze_files_same_tables_on_more_cores(many, tmp_path_factory, jobs):
    sources = find_files([many])
    one, two = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two")
    first = write_csv(analyze_files(sources, work=fake_work), one)
    second = write_csv(analyze_files(sources, work=fake_work, jobs=jobs), two)
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_analyze_files_worker_that_dies_fails_its_own_file_only(many):
    for number in (5, 6, 20):
        (many / f"{number:02}.txt").write_text("die", encoding="utf-8")
    seen = []
    sources = find_files([many])
    reports = list(analyze_files(sources, jobs=2, work=fake_work, progress=lambda done, _: seen.append(done)))
    assert [report.document.source_file for report in reports] == [source.name for source in sources]
    died = [report.document.source_file for report in reports if "意外终止" in (report.error or "")]
    assert died == ["05.txt", "06.txt", "20.txt"]
    assert seen == list(range(1, 25))


def test_analyze_files_may_be_left_early(many):
    reports = analyze_files(find_files([many]), jobs=2, work=fake_work)
    assert next(reports).document.source_file == "00.txt"
    time.sleep(0.5)  # so that results wait unused, which joblib warns of
    reports.close()
    assert list(reports) == []
    gc.collect()


def test_analyze_files_leaves_the_interrupt_key_as_it_was(many):
    before = signal.getsignal(signal.SIGINT)
    list(analyze_files(find_files([many])[:4], jobs=2, work=fake_work))
    assert signal.getsignal(signal.SIGINT) is before


def test_analyze_files_works_outside_the_main_thread(many):
    found = []
    thread = threading.Thread(
        target=lambda: found.extend(analyze_files(find_files([many])[:4], jobs=2, work=fake_work))
    )
    thread.start()
    thread.join(timeout=60)
    assert [report.document.source_file for report in found] == ["00.txt", "01.txt", "02.txt", "03.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="no semaphores of this kind there")
@pytest.mark.parametrize(("quiet", "warned"), [("pipeline.run.parallel._quiet_tracker()", False), ("pass", True)])
def test_the_tracker_of_worker_processes_does_not_warn_after_an_interrupt(quiet: str, warned: bool) -> None:
    # What an interrupt may leave behind: a semaphore that the tracker knows and nobody has removed.
    code = f"import pipeline.run.parallel\n{quiet}\n"
    code += "from joblib.externals.loky.backend import resource_tracker as tracker\n"
    code += "tracker.ensure_running()\ntracker.register('/loky-left-over', 'semlock')"
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True, env=plain
    )
    assert ("resource_tracker" in result.stderr) is warned
