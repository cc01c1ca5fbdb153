"""Hostile files: each is refused with an error of its own or read, within the limits of time and memory."""

from __future__ import annotations

import io
import os
import socket
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from docx_maker import make_docx, para
from hostile_files import CORPUS, Hostile, written

from pipeline.audit import audit
from pipeline.errors import DamagedFileError, ReadError, UnsupportedFormatError
from pipeline.guard import Worker
from pipeline.limits import LIMITS
from pipeline.reading import read
from pipeline.records import Document

_LIMITS = replace(LIMITS, seconds=60.0, memory_bytes=3 << 30)


def _marked(hostile: Hostile) -> object:
    return pytest.param(hostile, id=hostile.name, marks=[pytest.mark.slow] if hostile.slow else [])


@pytest.fixture(scope="module")
def worker():
    with Worker(read, limits=_LIMITS) as worker:
        yield worker


@pytest.mark.parametrize("hostile", [_marked(hostile) for hostile in CORPUS])
def test_read_survives(hostile: Hostile, tmp_path: Path, worker: Worker[Path, Document]) -> None:
    path = tmp_path / hostile.name
    path.write_bytes(hostile.make())
    if hostile.expect == "refuse":
        with pytest.raises(ReadError, match=hostile.word) as caught:
            worker.call(path, file=hostile.name)
        assert str(caught.value).startswith(f"{hostile.name}：")
    else:
        assert hostile.word in worker.call(path, file=hostile.name).text
    assert [item.name for item in tmp_path.iterdir()] == [hostile.name]


@pytest.mark.parametrize("name", ["many-symbols.docx", "open-fields.docx", "nested-boxes.docx", "wild-spans.docx"])
def test_audit_survives(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(next(hostile for hostile in CORPUS if hostile.name == name).make())
    with Worker(audit, limits=_LIMITS) as auditor:
        assert auditor.call(path, file=name).kept > 0


def test_read_opens_no_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for name in ("external-parts.docx", "external-entity.docx"):
        hostile = next(item for item in CORPUS if item.name == name)
        path = tmp_path / name
        path.write_bytes(hostile.make())
        try:
            assert hostile.word in read(path).text
        except ReadError as error:
            assert hostile.expect == "refuse" and hostile.word in str(error)


def test_written_makes_every_file_under_its_own_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len({hostile.name for hostile in CORPUS}) == len(CORPUS)
    few = tuple(replace_make(hostile) for hostile in CORPUS[:3])
    monkeypatch.setattr("hostile_files.CORPUS", few)
    assert [path.name for _, path in written(tmp_path)] == [hostile.name for hostile in few]


def replace_make(hostile: Hostile) -> Hostile:
    return replace(hostile, make=lambda: b"x")


def test_the_lying_size_really_lies() -> None:
    hostile = next(item for item in CORPUS if item.name == "lying-size.docx")
    with zipfile.ZipFile(io.BytesIO(hostile.make())) as archive, pytest.raises(zipfile.BadZipFile):
        archive.read("word/styles.xml")


def _sleep(seconds: float) -> str:
    time.sleep(seconds)
    return "awake"


def _die(_: int) -> None:
    os._exit(3)


def _eat(size: int) -> int:
    return len(b"x" * size)


def _fail(kind: str) -> None:
    if kind == "read":
        raise UnsupportedFormatError("甲.exe", "不支持", "请另存")
    raise ValueError(kind)


class _OddError(Exception):
    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def _fail_oddly(_: int) -> None:
    raise _OddError("a", "b")


def test_worker_stops_a_call_that_takes_too_long_and_goes_on() -> None:
    with Worker(_sleep, limits=replace(LIMITS, seconds=5.0)) as worker:
        assert worker.call(0.0, file="快.docx") == "awake"
        worker._limits = replace(LIMITS, seconds=0.2)
        with pytest.raises(DamagedFileError, match=r"慢.docx：处理超过 0.2 秒"):
            worker.call(60.0, file="慢.docx")
        worker._limits = replace(LIMITS, seconds=5.0)
        assert worker.call(0.0, file="快.docx") == "awake"


def test_worker_survives_the_death_of_its_process() -> None:
    with Worker(_die) as worker:
        for _ in range(2):
            with pytest.raises(DamagedFileError, match="意外中止"):
                worker.call(1, file="死.docx")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit of address space")
def test_worker_holds_memory() -> None:
    with Worker(_eat, limits=replace(LIMITS, memory_bytes=1 << 30)) as worker:
        with pytest.raises(DamagedFileError, match="内存不足"):
            worker.call(2 << 30, file="大.docx")
        assert worker.call(10, file="小.docx") == 10


def test_worker_hands_errors_over() -> None:
    with Worker(_fail) as worker:
        with pytest.raises(UnsupportedFormatError, match=r"^甲.exe：不支持。请另存。$"):
            worker.call("read", file="甲.exe")
        with pytest.raises(ValueError, match="other"):
            worker.call("other", file="乙.docx")
    with Worker(_fail_oddly) as odd, pytest.raises(RuntimeError, match="_OddError: ab"):
        odd.call(1, file="丙.docx")


def test_worker_reads_a_document(tmp_path: Path) -> None:
    path = tmp_path / "甲.docx"
    path.write_bytes(make_docx(para("甲")))
    with Worker(read) as worker:
        assert worker.call(path, file="甲.docx") == read(path)
