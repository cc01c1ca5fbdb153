"""What people corrected shows in later runs of the same reports, and teaches a model of their own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline import analyze, analyze_many
from pipeline.classify.features import clean
from pipeline.classify.own import classifier_for
from pipeline.cli import app
from pipeline.cli_review import STORE
from pipeline.errors import ResourceError
from pipeline.records import Finding
from pipeline.resources import corpus_path
from pipeline.review import Correction, add
from pipeline.taxonomy import builtin
from pipeline.train.own import OwnExample, reviewed_examples

REPORT = corpus_path("samples/township-self-report.txt")
AT = "2026-11-24T09:00:00+08:00"


@pytest.fixture(scope="module")
def findings() -> tuple[Finding, ...]:
    return analyze(REPORT).findings


def correction(finding: Finding, **changes: str) -> Correction:
    report_id = finding.finding_id.split("-")[0]
    made = Correction(
        report_id=report_id,
        start=finding.start,
        end=finding.end,
        text=finding.text,
        field="subcategory",
        old=finding.subcategory or "",
        new="QT00",
        who="张三",
        at=AT,
        source_file=REPORT.name,
        finding_id=finding.finding_id,
        taxonomy=builtin().digest,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path, findings: tuple[Finding, ...]) -> Path:
    """Return a store that gives the first finding another category and says that the second is no problem."""
    path = tmp_path / STORE
    add(path, [correction(findings[0]), correction(findings[1], field="is_problem", old="yes", new="no")])
    return path


def test_a_later_run_has_the_corrections(store: Path, findings: tuple[Finding, ...]) -> None:
    (report,) = analyze_many(REPORT, reviews=store)
    assert len(report.findings) == len(findings) - 1
    first = report.findings[0]
    assert (first.category, first.subcategory, first.needs_review, first.confidence) == ("QT", "QT00", False, 1.0)
    assert any(cue.startswith("review:张三 2026-11-24") for cue in first.cues)
    assert [row.reason for row in report.refusals if row.start == findings[1].start] == ["reviewed"]


def test_several_processes_have_them_too(store: Path, findings: tuple[Finding, ...], tmp_path: Path) -> None:
    (tmp_path / "另一份.txt").write_text("二、存在问题\n走访群众不够深入。\n", encoding="utf-8")
    reports = list(analyze_many([REPORT, tmp_path / "另一份.txt"], reviews=store, jobs=2))
    assert sorted(len(report.findings) for report in reports) == [1, len(findings) - 1]


def test_the_command_takes_the_store_of_the_current_folder_and_says_so(
    store: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(store.parent)
    done = CliRunner().invoke(app, ["analyze", str(REPORT), "-o", "台账", "--seconds", "0"])
    assert done.exit_code == 0
    assert f"采用 {STORE} 中的人工更正" in done.stderr
    assert "review:张三 2026-11-24" in Path("台账/findings.csv").read_text(encoding="utf-8-sig")


def test_a_store_that_cannot_be_used_is_said_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="没有这个更正库"):
        list(analyze_many(REPORT, reviews=tmp_path / "没有.sqlite"))


def test_reviewed_statements_become_examples_unless_they_are_no_problem(
    store: Path, findings: tuple[Finding, ...]
) -> None:
    add(store, [correction(findings[1], new="NK06"), correction(findings[2], new="XX99")])
    assert reviewed_examples(store, builtin()) == (OwnExample("QT00", findings[0].text),)


@pytest.mark.slow
def test_train_with_reviews_writes_a_model_that_analyze_takes(
    store: Path, tmp_path: Path, findings: tuple[Finding, ...]
) -> None:
    done = CliRunner().invoke(app, ["train", "--with-reviews", str(store), "-o", str(tmp_path / "模型")])
    assert done.exit_code == 0, done.stderr
    assert "学习了 1 条例句" in done.stdout
    (report,) = analyze_many(REPORT, model=tmp_path / "模型")
    assert len(report.findings) == len(findings)
    before, after = (
        made.score(clean(findings[0].text)).probabilities[made.codes.index("QT00")]
        for made in (classifier_for(), classifier_for(None, tmp_path / "模型"))
    )
    assert after > 2 * before


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--examples", "没有.tsv"], "须用 -o DIR"),
        (["--examples", "没有.tsv", "-o", "模型"], "文件打不开"),
        (["--taxonomy", "没有.toml", "-o", "模型"], "文件打不开"),
        (["--with-reviews", "没有.sqlite", "-o", "模型"], "没有这个更正库"),
    ],
)
def test_train_says_what_is_wrong(
    args: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["train", *args])
    assert done.exit_code in (1, 2)
    assert message in done.stderr
    assert not (tmp_path / "模型").exists()
