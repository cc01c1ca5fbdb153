"""Old office files of a batch are converted in one call, and everything else is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.conversions import converted_sources
from pipeline.files import SourceFile
from pipeline.reading import office

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _source(folder: Path, name: str, content: bytes) -> SourceFile:
    path = folder / name
    path.write_bytes(content)
    return SourceFile(path, name)


def test_files_that_need_libreoffice_are_converted_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[list[str]] = []

    def convert(paths: list[Path], out: Path) -> dict[Path, office.Converted]:
        calls.append([path.name for path in paths])
        return {path: office.Converted(out / f"{path.stem}.docx") for path in paths}

    monkeypatch.setattr(office, "convert_many", convert)
    sources = [
        _source(tmp_path, "a.doc", OLE),
        _source(tmp_path, "b.txt", "正文".encode()),
        _source(tmp_path, "c.rtf", b"{\\rtf1 x}"),
        SourceFile(tmp_path / "d.doc", "d.doc", "找不到"),
    ]
    made = [source.converted for source in converted_sources(sources, tmp_path / "out")]
    assert calls == [["a.doc", "c.rtf"]]
    assert [path and path.name for path in made] == ["a.docx", None, "c.docx", None]


def test_a_batch_without_old_files_calls_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "convert_many", lambda *_: pytest.fail("LibreOffice was called"))
    sources = [_source(tmp_path, "a.docx", b"PK\x03\x04"), _source(tmp_path, "b.txt", b"x")]
    assert list(converted_sources(sources, tmp_path / "out")) == sources
