"""The reports that benchmarks are run on: distinct, the same each time, and such as the analysis has work with."""

from __future__ import annotations

import io
import re
import statistics
from itertools import combinations
from pathlib import Path

import docx
import pytest
from benchmarks.make_reports import PER_FOLDER, docx_bytes, main, report_lines, write_reports
from benchmarks.report_material import material, template

import pipeline

_COUNT = 300


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return ["\n".join(report_lines(index)) for index in range(_COUNT)]


def sentences(text: str) -> set[str]:
    return {piece for piece in re.split(r"[。；\n]", text) if piece}


def test_reports_are_all_different(texts: list[str]) -> None:
    assert len(set(texts)) == _COUNT


def test_no_two_reports_share_most_of_their_sentences(texts: list[str]) -> None:
    pieces = [sentences(text) for text in texts]
    assert max(len(a & b) / min(len(a), len(b)) for a, b in combinations(pieces, 2)) < 0.6


def test_reports_have_units_of_their_own(texts: list[str]) -> None:
    assert len({text.splitlines()[-2] for text in texts}) > 0.95 * _COUNT


def test_lengths_are_those_of_the_samples_and_do_not_drift(texts: list[str]) -> None:
    lengths = [len(text) for text in texts]
    assert min(lengths) > 900 and max(lengths) < 2600
    halves = statistics.mean(lengths[: _COUNT // 2]), statistics.mean(lengths[_COUNT // 2 :])
    assert min(halves) > 1400 and max(halves) < 1.1 * min(halves)


def test_report_depends_on_seed_and_number_alone() -> None:
    assert report_lines(7, seed=3) == report_lines(7, seed=3)
    assert report_lines(7, seed=3) != report_lines(7, seed=4)


def test_write_reports_gives_the_same_bytes_for_the_same_seed(tmp_path: Path) -> None:
    sizes = [write_reports(tmp_path / name, count, seed=5) for name, count in (("a", 3), ("b", 6))]
    first = sorted((tmp_path / "a").rglob("*.docx"))
    assert len(first) == 3 and 0 < sizes[0] < sizes[1]
    for path in first:
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()


def test_write_reports_fills_folders_of_a_thousand(tmp_path: Path) -> None:
    write_reports(tmp_path, PER_FOLDER + 1, form="txt")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["000", "001"]
    assert [path.name for path in (tmp_path / "001").iterdir()] == [f"report-{PER_FOLDER:06d}.txt"]


def test_python_docx_reads_the_same_paragraphs() -> None:
    lines = report_lines(11)
    opened = docx.Document(io.BytesIO(docx_bytes(lines)))
    assert [paragraph.text for paragraph in opened.paragraphs] == lines


@pytest.mark.parametrize("form", ["docx", "txt"])
def test_analysis_finds_what_reports_consist_of(tmp_path: Path, form: str) -> None:
    write_reports(tmp_path, 6, form=form)
    reports = [pipeline.analyze(path) for path in sorted(tmp_path.rglob(f"*.{form}"))]
    for report in reports:
        assert report.status == "ok" and report.outline.date is not None
        assert len(report.outline.sections) >= 3 and len(report.findings) >= 3 and report.quantities
    assert any(report.remedies for report in reports)


@pytest.mark.parametrize(
    ("sentence", "words", "numbers"),
    [
        ("走访3户、27人次", ("走访", "户、", "人次"), ("3", "27")),
        ("2021年12月6日占35%", ("2021年12月6日占35%",), ()),
        ("支出2.83万元", ("支出", "万元"), ("2.83",)),
        ("手册还是2019版，热线12345", ("手册还是2019版，热线", ""), ("12345",)),
    ],
)
def test_template_leaves_dates_and_rates_alone(sentence: str, words: tuple[str, ...], numbers: tuple[str, ...]) -> None:
    assert (template(sentence).words, template(sentence).numbers) == (words, numbers)


def test_material_has_sentences_and_headings_for_every_layout() -> None:
    stuff = material()
    for role in {role for layout in stuff.parts["layouts"] for role in layout}:
        assert stuff.headings[1, role] and stuff.parts["weights"][role] > 0
        assert all(stuff.sentences[kind] for kind in stuff.parts["roles_of"][role])


def test_command_line_says_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path), "2", "--form", "txt"]) == 0
    assert capsys.readouterr().out.startswith("2 reports, ")
