"""A run over many reports: what is finished is kept, --resume reads only what changed, a killer fails alone."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from made_reports import fake_analyze

from pipeline.batch import Options
from pipeline.errors import DamagedFileError, OutputError
from pipeline.files import find_files
from pipeline.run.outputs import output_for
from pipeline.run.parallel import Place
from pipeline.run.runner import batches_of, run, version_of
from pipeline.tables import TABLES
from pipeline.taxonomy import builtin


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Six reports, one of them damaged, and a stand-in for `analyze` that notes what it reads."""
    reports = tmp_path / "报告"
    reports.mkdir()
    for name in "abcdef":
        (reports / f"{name}.txt").write_text("damaged" if name == "c" else "ok", encoding="utf-8")
    read: list[str] = []

    def noting(path: Path, **options: object) -> object:
        read.append(str(options["name"]))
        return replace(fake_analyze(path, **options), elapsed_ms=0)  # type: ignore[arg-type]

    monkeypatch.setattr("pipeline.batch.analyze", noting)
    monkeypatch.setattr("pipeline.run.runner._FILES", 2)
    monkeypatch.setattr("pipeline.run.work._milliseconds_since", lambda started: 0)
    return reports, read


def go(folder: Path, out: Path, *, options: Options = Options(), resume=False, force=False, watch=lambda done: None):  # noqa: B008
    with closing(output_for(out, None, "csv", resume=resume, force=force)) as output:
        return run(find_files([folder]), output, options, place=Place(), watch=watch)


def tables(out: Path) -> dict[str, bytes]:
    return {name: (out / f"{name}.csv").read_bytes() for name in TABLES}


def change_store(out: Path, statement: str) -> None:
    with closing(sqlite3.connect(out / ".zicha" / "run.sqlite")) as base, base:
        base.execute(statement)


def names(out: Path) -> list[str]:
    with (out / "reports.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row["source_file"] for row in csv.DictReader(file)]


def stopped_after(count: int):
    """Return a watcher that interrupts the run when so many files are finished."""
    seen: list[str] = []

    def watch(done):
        seen.append(done.name)
        if len(seen) == count:
            raise KeyboardInterrupt

    return watch


def test_rows_are_in_the_order_of_the_files(folder, tmp_path):
    paths = go(folder[0], tmp_path / "台账")
    assert [path.name for path in paths] == [f"{name}.csv" for name in TABLES]
    assert names(tmp_path / "台账") == [f"{name}.txt" for name in "abcdef"]


def test_a_run_that_was_stopped_goes_on_where_it_was(folder, tmp_path):
    reports, read = folder
    go(reports, tmp_path / "whole")
    read.clear()
    with pytest.raises(KeyboardInterrupt):
        go(reports, tmp_path / "台账", watch=stopped_after(3))
    assert not list((tmp_path / "台账").glob("*.csv"))
    # The batch of c and d was kept before anybody was told of it.
    assert read == ["a.txt", "b.txt", "c.txt", "d.txt"]
    read.clear()
    go(reports, tmp_path / "台账", resume=True)
    assert read == ["e.txt", "f.txt"]
    assert tables(tmp_path / "台账") == tables(tmp_path / "whole")


def test_resume_reads_only_what_changed(folder, tmp_path):
    reports, read = folder
    out = tmp_path / "台账"
    go(reports, out)
    read.clear()
    go(reports, out, resume=True)
    assert read == []
    (reports / "b.txt").write_text("ok ", encoding="utf-8")
    (reports / "0.txt").write_text("ok", encoding="utf-8")
    (reports / "f.txt").unlink()
    go(reports, out, resume=True)
    assert read == ["0.txt", "b.txt"]
    assert names(out) == [f"{name}.txt" for name in "0abcde"]


def test_resume_reads_everything_again_when_what_decides_changed(folder, tmp_path):
    reports, read = folder
    go(reports, tmp_path / "台账")
    read.clear()
    go(reports, tmp_path / "台账", options=Options(allow_classified=True), resume=True)
    assert len(read) == 6


def test_the_version_depends_on_taxonomy_and_model(tmp_path, monkeypatch):
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    versions = [version_of(Options(), "csv"), version_of(Options(model=tmp_path), "csv")]
    (tmp_path / "config.json").write_text("{ }", encoding="utf-8")
    versions.append(version_of(Options(model=tmp_path), "csv"))
    other = replace(builtin(), digest="another")
    monkeypatch.setattr("pipeline.run.runner.taxonomy_of", lambda path: other)
    versions.append(version_of(Options(), "csv"))
    assert len(set(versions)) == 4


def test_the_version_depends_on_program_encoding_and_corrections(tmp_path, monkeypatch):
    plain = version_of(Options(), "csv")
    assert plain == version_of(Options(), "csv")
    reviews = tmp_path / "reviews.jsonl"
    reviews.write_text("{}", encoding="utf-8")
    others = [version_of(Options(), "jsonl"), version_of(Options(reviews=reviews), "csv")]
    reviews.write_text("{} ", encoding="utf-8")
    others.append(version_of(Options(reviews=reviews), "csv"))
    monkeypatch.setattr("pipeline.run.runner.__version__", "9.9")
    others.append(version_of(Options(), "csv"))
    assert len({plain, *others}) == 5


def test_a_file_that_could_not_be_opened_is_tried_again(folder, tmp_path):
    reports, read = folder
    (reports / "g.txt").symlink_to(reports / "later.txt")
    go(reports, tmp_path / "台账")
    (reports / "later.txt").write_text("ok", encoding="utf-8")
    read.clear()
    go(reports, tmp_path / "台账", resume=True)
    # A link and what it leads to are one file, known by the name that comes first.
    assert read == ["g.txt"]


def test_an_unfinished_run_is_not_thrown_away(folder, tmp_path):
    reports, _ = folder
    out = tmp_path / "台账"
    with pytest.raises(KeyboardInterrupt):
        go(reports, out, watch=stopped_after(2))
    with pytest.raises(OutputError, match="上次运行没有做完（已完成 2 份）。加 --resume 接着做"):
        go(reports, out)
    go(reports, out, force=True)
    assert len(names(out)) == 6


def test_a_finished_folder_is_refused_with_the_ways_out(folder, tmp_path):
    go(folder[0], tmp_path / "台账")
    with pytest.raises(OutputError, match="不是空的.*--resume.*--force"):
        go(folder[0], tmp_path / "台账")


def test_resume_in_another_format_is_refused(folder, tmp_path):
    go(folder[0], tmp_path / "台账")
    with pytest.raises(OutputError, match="上次运行写的是 csv，这次要的是 jsonl"):
        output_for(tmp_path / "台账", None, "jsonl", resume=True, force=False)


def test_a_file_that_kills_its_process_is_tried_once_more_when_the_others_are_done(folder, tmp_path, monkeypatch):
    reports, _ = folder
    calls: list[str] = []

    def guarded(function, argument, context, *, limits, file):
        calls.append(file)
        if file == "b.txt" or (file == "d.txt" and calls.count("d.txt") == 1):
            raise DamagedFileError(file, "处理时进程意外中止", "请拆分后重试")
        return function(argument, context)

    monkeypatch.setattr("pipeline.run.work.guarded", guarded)
    go(reports, tmp_path / "台账", options=Options(guarded=True))
    assert calls == [f"{name}.txt" for name in ("a", "b", "c", "d", "e", "f", "b", "d")]
    with (tmp_path / "台账" / "reports.csv").open(encoding="utf-8-sig", newline="") as file:
        failed = {row["source_file"]: row["error"] for row in csv.DictReader(file) if row["status"] == "failed"}
    assert list(failed) == ["b.txt", "c.txt"]
    assert failed["b.txt"] == "b.txt：处理时进程意外中止。请拆分后重试。"


def test_a_store_of_another_version_is_refused(folder, tmp_path):
    go(folder[0], tmp_path / "台账")
    change_store(tmp_path / "台账", "update settings set value = '999' where name = 'format'")
    with pytest.raises(OutputError, match="由另一版本的程序写成"):
        go(folder[0], tmp_path / "台账", resume=True)


def test_a_damaged_store_is_named_with_the_ways_out(folder, tmp_path):
    out = tmp_path / "台账"
    go(folder[0], out)
    (out / ".zicha" / "run.sqlite").write_bytes(b"no store" * 1000)
    with pytest.raises(OutputError, match=r"run\.sqlite：读写失败（.*）。.*已损坏时加 --force 重新开始"):
        go(folder[0], out, resume=True)
    go(folder[0], out, force=True)
    assert len(names(out)) == 6


def test_rows_that_are_damaged_inside_a_store_are_no_traceback(folder, tmp_path):
    go(folder[0], tmp_path / "台账")
    change_store(tmp_path / "台账", "update rows_findings set data = x'00'")
    with pytest.raises(OutputError, match="读写失败"):
        go(folder[0], tmp_path / "台账", resume=True)


@pytest.mark.parametrize("way", [{}, {"resume": True}, {"force": True}])
def test_two_runs_into_one_folder_at_once_are_refused(folder, tmp_path, way):
    out = tmp_path / "台账"
    with closing(output_for(out, None, "csv", resume=False, force=False)) as output:
        run(find_files([folder[0]])[:2], output, Options(), place=Place())
        with pytest.raises(OutputError, match="另一个 zicha 正在写这里，没有写入任何内容"):
            go(folder[0], out, **way)
    go(folder[0], out, resume=True)
    assert len(names(out)) == 6


def test_a_file_that_takes_its_worker_along_is_not_tried_again_by_resume(folder, tmp_path, monkeypatch):
    reports, read = folder

    def lose_some(batches, work, lost, *, place):
        for batch in batches:
            yield [lost(source) if source.name == "b.txt" else work((source,))[0] for source in batch]

    with monkeypatch.context() as patched:
        patched.setattr("pipeline.run.runner.completed", lose_some)
        go(reports, tmp_path / "台账")
    read.clear()
    go(reports, tmp_path / "台账", resume=True)
    assert read == []
    (reports / "b.txt").write_text("mended", encoding="utf-8")
    go(reports, tmp_path / "台账", resume=True)
    assert read == ["b.txt"]


def test_resume_reads_failed_files_again_where_a_program_has_been_installed(folder, tmp_path, monkeypatch):
    reports, read = folder
    monkeypatch.setattr("pipeline.run.work.tools_here", lambda: ())
    go(reports, tmp_path / "台账")
    read.clear()
    go(reports, tmp_path / "台账", resume=True)
    assert read == []
    monkeypatch.setattr("pipeline.run.work.tools_here", lambda: ("LibreOffice",))
    go(reports, tmp_path / "台账", resume=True)
    assert read == ["c.txt"]


def test_batches_are_small_where_there_is_little_and_never_mix_the_order(tmp_path):
    for number in range(70):
        (tmp_path / f"{number:02}.txt").write_text("x", encoding="utf-8")
    sources = find_files([tmp_path])
    assert [len(batch) for batch in batches_of(sources, 1)] == [32, 32, 6]
    assert [len(batch) for batch in batches_of(sources[:6], 2)] == [2, 2, 2]
    assert [source for batch in batches_of(sources, 2) for source in batch] == list(sources)


def test_a_large_file_is_a_batch_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.run.runner._BYTES", 10)
    for name, size in (("a", 4), ("b", 4), ("c", 40), ("d", 4)):
        (tmp_path / f"{name}.txt").write_text("x" * size, encoding="utf-8")
    assert [len(batch) for batch in batches_of(find_files([tmp_path]), 1)] == [2, 1, 1]


def test_same_bytes_on_two_cores(tmp_path):
    made = tmp_path / "报告"
    made.mkdir()
    for number in range(12):
        (made / f"{number}.txt").write_text(f"一、存在问题\n联系群众不够，只走访{number}户。\n" * 3, encoding="utf-8")
    found = []
    for jobs in (1, 2):
        out = tmp_path / f"台账{jobs}"
        with closing(output_for(out, None, "csv", resume=False, force=False)) as output:
            run(find_files([made]), output, Options(), place=Place(jobs))
        found.append({name: without_times(out / f"{name}.csv") for name in TABLES})
    assert found[0] == found[1]
    assert len(found[0]["findings"]) > 12


def without_times(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{key: value for key, value in row.items() if key != "elapsed_ms"} for row in csv.DictReader(file)]
