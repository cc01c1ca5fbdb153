"""kill -9 at random moments, resumed each time, and a Dask worker killed in the middle: the tables are the same."""

from __future__ import annotations

import csv
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from benchmarks.make_reports import write_reports

from pipeline.tables import TABLES

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")]

REPORTS = 160
KILLS = 20


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generated reports, and three files that cannot be read."""
    folder = tmp_path_factory.mktemp("报告")
    write_reports(folder, REPORTS, seed=7)
    for name, content in {"坏.docx": b"PK\x03\x04", "空.docx": b"", "程序.docx": b"MZ\x90\x00"}.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def undisturbed(reports: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[list[str]]], float]:
    """The tables of a run that nothing happened to, and how long it took."""
    out = tmp_path_factory.mktemp("whole") / "台账"
    started = time.monotonic()
    assert start(reports, out).wait(timeout=600) == 1
    return tables(out), time.monotonic() - started


def start(reports: Path, out: Path, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pipeline.cli", "analyze", str(reports), "-o", str(out), "--resume", "--quiet"]
    options = options or ("--jobs", "2")
    return subprocess.Popen([*command, *options], stderr=subprocess.DEVNULL, start_new_session=True)


def tables(out: Path) -> dict[str, list[list[str]]]:
    """Return the six tables without the one column that a clock decides about."""
    found = {}
    for name, columns in TABLES.items():
        with (out / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        place = columns.index("elapsed_ms") if "elapsed_ms" in columns else None
        found[name] = [[cell for at, cell in enumerate(row) if at != place] for row in rows]
    return found


def test_killed_at_20_random_moments_and_resumed(reports, undisturbed, tmp_path):
    whole, seconds = undisturbed
    chance = random.Random(20261124)
    out = tmp_path / "台账"
    kills = 0
    for turn in range(KILLS):
        process = start(reports, out)
        try:
            process.wait(timeout=chance.uniform(0.1, 1.1 * seconds))
        except subprocess.TimeoutExpired:
            kills += 1
            # By turns the program alone, and the whole group at once, as when the power goes.
            (os.killpg if turn % 2 else os.kill)(process.pid, signal.SIGKILL)
            process.wait(timeout=30)
            assert not list(out.glob("*.csv")) or tables(out) == whole
        if process.returncode == 1:
            # It came to its end: begin again, so that all twenty kills hit a run at work.
            assert tables(out) == whole
            out = tmp_path / f"台账{turn}"
    assert start(reports, out).wait(timeout=600) == 1
    assert tables(out) == whole
    assert kills >= KILLS // 2


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")
def test_workers_of_a_killed_run_do_not_stay(reports, tmp_path):
    process = start(reports, tmp_path / "台账")
    at_work(process, tmp_path / "台账")
    below = descendants(process.pid)
    assert len(below) >= 4
    process.kill()
    process.wait(timeout=30)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and any(Path(f"/proc/{pid}").exists() for pid in below):
        time.sleep(0.1)
    assert [pid for pid in below if Path(f"/proc/{pid}").exists()] == []


def test_dask_worker_killed_in_the_middle(reports, undisturbed, tmp_path):
    pytest.importorskip("distributed")
    whole, _ = undisturbed
    out = tmp_path / "台账"
    process = start(reports, out, "--jobs", "2", "--dask", "local")
    at_work(process, out)
    victims = [pid for pid in children(process.pid) if b"spawn_main" in command_of(pid)]
    assert len(victims) == 2
    os.kill(victims[0], signal.SIGKILL)
    assert process.wait(timeout=600) == 1
    assert tables(out) == whole


def at_work(process: subprocess.Popen[bytes], out: Path) -> None:
    """Wait until the first batches are kept and most are not."""
    deadline = time.monotonic() + 120
    store = out / ".zicha" / "run.sqlite"
    while time.monotonic() < deadline and process.poll() is None:
        if 0 < kept_in(store) < REPORTS // 2:
            return
        time.sleep(0.05)
    raise AssertionError("no batch was kept while the run was at work")


def kept_in(store: Path) -> int:
    if not store.exists():
        return 0
    base = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    try:
        return int(base.execute("select count(*) from files").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        base.close()


def children(parent: int) -> list[int]:
    """Return the processes that parent started."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                stat = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(stat[1]) == parent:
                found.append(int(folder.name))
    return found


def descendants(parent: int) -> list[int]:
    """Return the processes below parent, however deep."""
    return [pid for child in children(parent) for pid in (child, *descendants(child))]


def command_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()
