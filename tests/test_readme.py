"""What the README shows is what the program does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pipeline

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_readme_is_short_enough_to_read() -> None:
    assert README.count("\n") <= 150


def test_transcript_is_what_the_command_prints(tmp_path: Path) -> None:
    block = re.search(r"```console\n\$ zicha (?P<command>[^\n]+)\n(?P<output>.*?)\n```", README, re.DOTALL)
    assert block is not None
    arguments = [part if part != "out" else str(tmp_path / "out") for part in block["command"].split()]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env=environment,
        check=True,
    )
    printed = [line.rstrip() for line in done.stdout.replace(str(tmp_path / "out"), "out").strip().split("\n")]
    assert without_times(printed) == without_times(block["output"].strip().split("\n"))


def without_times(lines: list[str]) -> list[str]:
    """Return the lines without what a clock says: "用时 0.8 秒，新分析 1 份，每秒 1.2 份。" -> "用时 ，新分析 1 份。"."""  # noqa: E501
    return [re.sub(r"(?<=^用时 )[\d.]+ 秒|，每秒 [\d.]+ 份", "", line.strip()) for line in lines]


def test_table_of_findings_is_what_the_analysis_gives() -> None:
    report = pipeline.analyze(ROOT / "corpus" / "samples" / "county-work-summary.docx")
    rows = [line.strip("| ").split(" | ") for line in README.split("\n") if line.startswith("| …-f")]
    assert len(rows) == 3
    for row, finding in zip(rows, report.findings[:3], strict=True):
        told = [finding.section_path, finding.subcategory, finding.text, str(finding.start), str(finding.end)]
        assert row[0] == "…" + finding.finding_id[-5:]
        assert row[1:6] == told
        assert row[6] == str(finding.confidence)
        assert row[7].removesuffix(" …") == finding.cues[0]


def test_files_of_the_tour_exist() -> None:
    named = re.findall(r"`((?:pipeline|corpus|models|notebooks)/[\w./-]*)`", README)
    assert len(named) > 8
    assert [name for name in named if not (ROOT / name).exists()] == []
