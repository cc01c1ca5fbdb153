"""Files that LibreOffice converts: without it a clear message, with it the same report as from Word."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from docx_maker import make_docx, para
from test_detect import compound

from pipeline.analyze import analyze
from pipeline.errors import DamagedFileError, UnsupportedFormatError
from pipeline.reading import detect, office, read
from pipeline.records import Report

ROOT = Path(__file__).parent.parent
RTF = r"{\rtf1\ansi\ansicpg936 {\b \'d2\'bb\'a1\'a2\'ce\'ca\'cc\'e2}\par \'d1\'a7\'cf\'b0\'b2\'bb\'b9\'bb\'a1\'a3\par}"
SAMPLES = sorted(path.stem for path in (ROOT / "corpus" / "samples").glob("*.docx"))
# The sample with tracked changes: a PDF shows what was deleted, and LibreOffice writes it into a page unmarked.
TRACKED = "college-feedback"

needs_office = pytest.mark.skipif(office.find_soffice() is None, reason="LibreOffice is not installed")


@pytest.fixture
def without_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "find_soffice", lambda: None)


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("kind", "target"),
    [(detect.DOC, "docx"), (detect.RTF, "docx"), (detect.ODT, "docx"), (detect.XLS, "xlsx"), (detect.PDF, None)],
)
def test_target_of_says_what_a_kind_becomes(kind: detect.Kind, target: str | None) -> None:
    assert office.target_of(kind) == target


@pytest.mark.usefixtures("without_office")
@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("总结.doc", compound("WordDocument"), "Word 97-2003 文档.*需要 LibreOffice.*apt install.*另存为 .docx"),
        ("总结.rtf", RTF.encode(), "RTF 文档.*需要 LibreOffice"),
        ("台账.xls", compound("Workbook"), "Excel 97-2003.*需要 LibreOffice.*另存为 .xlsx"),
    ],
)
def test_read_says_what_to_install_where_libreoffice_is_absent(
    tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    with pytest.raises(UnsupportedFormatError, match=f"^{name}：.*{message}"):
        read(write(tmp_path, name, data))


@pytest.mark.usefixtures("without_office")
def test_convert_many_leaves_other_files_alone(tmp_path: Path) -> None:
    rtf = write(tmp_path, "甲.rtf", RTF.encode())
    word = write(tmp_path, "乙.doc", make_docx(para("甲")))
    found = office.convert_many([rtf, word, tmp_path / "没有.doc", rtf], tmp_path / "out")
    assert list(found) == [rtf]
    assert found[rtf].path is None and isinstance(found[rtf].error, UnsupportedFormatError)


def test_find_soffice_takes_the_program_that_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = write(tmp_path, "soffice", b"#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("ZICHA_SOFFICE", str(program))
    assert office.find_soffice() == str(program)
    monkeypatch.setenv("ZICHA_SOFFICE", str(tmp_path / "no"))
    assert office.find_soffice() is None


def stand_in(folder: Path, script: str) -> str:
    """Return a program that is called like LibreOffice: $out is the folder, the last argument the file."""
    head = '#!/bin/sh\nwhile [ $# -gt 1 ]; do [ "$1" = --outdir ] && out="$2"; shift; done\n'
    program = write(folder, "soffice", (head + script).encode())
    program.chmod(0o755)
    return str(program)


def test_read_ends_libreoffice_and_what_it_started_when_the_time_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = tmp_path / "pid"
    monkeypatch.setenv("ZICHA_SOFFICE", stand_in(tmp_path, f"sleep 60 &\necho $! > {pid}\nwait\n"))
    with pytest.raises(DamagedFileError, match="甲.rtf：LibreOffice 未能转换"):
        office.read_office(RTF.encode(), "甲.rtf", report_id="", kind=detect.RTF, seconds=1.0)
    state = Path("/proc", pid.read_text().strip(), "stat")
    assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"


def test_convert_many_tries_the_others_alone_when_one_stops_the_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # fails on the second file, and so on the call for both
    script = 'case "$1" in *0001.rtf) exit 1;; esac\nbase=$(basename "$1" .rtf)\ncp "$1" "$out/$base.docx"\n'
    monkeypatch.setenv("ZICHA_SOFFICE", stand_in(tmp_path, script))
    good, bad = write(tmp_path, "甲.rtf", RTF.encode()), write(tmp_path, "乙.rtf", RTF.encode() + b" ")
    found = office.convert_many([good, bad], tmp_path / "out")
    assert found[good].path is not None and found[good].error is None
    assert found[bad].path is None and str(found[bad].error).startswith("乙.rtf：LibreOffice 未能转换")


def test_read_uses_what_was_converted_before(tmp_path: Path) -> None:
    converted = write(tmp_path, "0000.docx", make_docx(para("存在问题")))
    found = read(write(tmp_path, "甲.doc", compound("WordDocument")), converted=converted)
    assert (found.format, found.text, found.source_file) == ("doc", "存在问题", "甲.doc")


@needs_office
@pytest.mark.slow
def test_read_converts_what_the_content_says(tmp_path: Path) -> None:
    found = read(write(tmp_path, "总结.docx", RTF.encode()))
    assert (found.format, found.text) == ("rtf", "一、问题\n学习不够。")
    assert found.blocks[0].bold
    assert found.warnings == ("扩展名为 .docx，内容是“RTF 文档”，已按内容读取",)


@needs_office
@pytest.mark.slow
def test_convert_many_takes_awkward_names_in_one_call(tmp_path: Path) -> None:
    names = ["-help.rtf", "甲 乙.rtf", "a'b\"c.rtf"]
    found = office.convert_many([write(tmp_path, name, RTF.encode()) for name in names], tmp_path / "out")
    assert [one.path is not None for one in found.values()] == [True] * 3


@needs_office
@pytest.mark.slow
def test_read_refuses_what_libreoffice_cannot_read(tmp_path: Path) -> None:
    with pytest.raises(DamagedFileError, match="坏.doc：LibreOffice 未能转换.*另存为 .docx"):
        read(write(tmp_path, "坏.doc", compound("WordDocument")))


@needs_office
@pytest.mark.slow
def test_read_reads_real_documents_of_word_97(shared: Path) -> None:
    word = shared / "reports" / "word"
    for name in ("zhongbiao_MISNAMED_is_doc.docx", "fazhi_gongzuo_zongjie_2021.doc", "xinxi_weibao_xuqiu.doc"):
        found = read(word / name)
        assert found.format == "doc" and len(found.text) > 200
        assert all(found.text[block.start : block.end].strip() for block in found.blocks)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Write all samples in another format, once, and return the folder."""
    made: dict[str, Path] = {}
    program = office.find_soffice()
    sources = [str(ROOT / "corpus" / "samples" / f"{name}.docx") for name in SAMPLES]

    def write_all(suffix: str) -> Path:
        if suffix not in made:
            folder = tmp_path_factory.mktemp(suffix)
            profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
            command = [str(program), profile, "--headless", "--convert-to", suffix, "--outdir", str(folder), *sources]
            subprocess.run(command, capture_output=True, check=True, timeout=180)
            made[suffix] = folder
        return made[suffix]

    return write_all


def said(report: Report) -> tuple[list[str], list[tuple[object, ...]]]:
    """Return what findings and quantities say, without their places."""
    values = [(one.raw, one.kind, one.value, one.value_max, one.unit, one.role) for one in report.quantities]
    return [finding.text for finding in report.findings], values


def as_page(source: Path, folder: Path) -> Path:
    """Write a report as the site of an office shows it."""
    document = read(source)
    rows = []
    for block in document.blocks:
        text = document.text[block.start : block.end].replace("&", "&amp;").replace("<", "&lt;")
        tag = "p" if block.outline is None else f"h{block.outline + 2}"
        rows.append(f"<{tag}>　　{text}</{tag}>")
    menu = "".join(f'<li><a href="/{number}">栏目{number}</a></li>' for number in range(8))
    page = (
        f"<html><head><meta charset='gbk'></head><body><div><ul>{menu}</ul></div><div><div>{''.join(rows)}</div></div>"
    )
    path = folder / f"{source.stem}.html"
    path.write_bytes(f"{page}<div>版权所有：某市人民政府</div></body></html>".encode("gb18030"))
    return path


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["doc", "rtf", "odt", "pdf"])
@pytest.mark.parametrize("name", SAMPLES)
def test_every_format_gives_the_same_findings_and_quantities(
    name: str, suffix: str, written: Callable[[str], Path]
) -> None:
    if name == TRACKED and suffix == "pdf":
        pytest.skip("a PDF shows deleted text")
    source = ROOT / "corpus" / "samples" / f"{name}.docx"
    found = analyze(written(suffix) / f"{name}.{suffix}")
    assert found.document.format == suffix and found.document.warnings == ()
    assert said(found) == said(analyze(source))


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLES)
def test_pages_and_text_give_the_same_findings_and_quantities(name: str, tmp_path: Path) -> None:
    source = ROOT / "corpus" / "samples" / f"{name}.docx"
    expected = said(analyze(source))
    assert said(analyze(as_page(source, tmp_path))) == expected
    assert said(analyze(source.with_suffix(".txt"))) == expected
