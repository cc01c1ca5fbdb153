"""Reports on other file systems, through fsspec: what an address stands for, and how what it holds is fetched."""

from __future__ import annotations

import pytest
from made_reports import fake_analyze

from pipeline import analyze_many
from pipeline.files import find_files
from pipeline.remote import fetched, is_address

fsspec = pytest.importorskip("fsspec")


@pytest.fixture
def address():
    """A folder in memory with three reports, a hidden file, and Word's lock file."""
    system = fsspec.filesystem("memory")
    for name in ("甲局.txt", "二季度/乙镇.txt", "damaged.txt", ".hidden.txt", "二季度/~$乙镇.txt"):
        system.pipe(f"/报告/{name}", b"damaged" if "damaged" in name else b"ok")
    yield "memory://报告"
    system.rm("/报告", recursive=True)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("s3://报告/2026", True),
        ("smb://host/share/a.docx", True),
        ("memory://报告", True),
        ("zip://a.docx::s3://b/c.zip", True),
        ("C:\\报告\\甲局.docx", False),
        ("C:/报告", False),
        ("/报告/甲局.docx", False),
        ("报告：甲局.docx", False),
        ("a//b", False),
    ],
)
def test_is_address(path, expected):
    assert is_address(path) is expected


def test_a_remote_folder_stands_for_the_files_below_it(address):
    found = find_files([address])
    assert [source.name for source in found] == ["damaged.txt", "二季度/乙镇.txt", "甲局.txt"]
    assert [source.url for source in found][-1] == "memory:///报告/甲局.txt"


def test_a_remote_file_stands_for_itself(address):
    (source,) = find_files([f"{address}/甲局.txt"])
    assert (source.name, source.error) == ("甲局.txt", None)


def test_analyze_many_fetches_what_it_reads(address, tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.batch.analyze", fake_analyze)
    (tmp_path / "丙.txt").write_text("ok", encoding="utf-8")
    reports = list(analyze_many([address, str(tmp_path)]))
    assert [(report.document.source_file, report.status) for report in reports] == [
        ("丙.txt", "ok"),
        ("damaged.txt", "failed"),
        ("二季度/乙镇.txt", "ok"),
        ("甲局.txt", "ok"),
    ]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("memory://没有/甲局.docx", "找不到该文件或文件夹"),
        ("nosuch://报告/甲局.docx", "程序不认识这种地址，或缺少对应的文件系统支持"),
    ],
)
def test_an_address_that_leads_nowhere_fails_alone(path, reason, address):
    broken, *others = sorted(find_files([path, address]), key=lambda source: source.error is None)
    assert broken.name == "甲局.docx" and reason in broken.error
    assert [source.error for source in others] == [None] * 3


def test_what_vanished_before_it_was_fetched_fails_alone(address, tmp_path):
    (source,) = find_files([f"{address}/甲局.txt"])
    fsspec.filesystem("memory").rm("/报告/甲局.txt")
    assert "找不到该文件" in fetched(source, tmp_path).error
