"""Explaining a report: every sentence is there, with what became of it and why, in colour and in a pipe."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from pipeline import cli_explain
from pipeline.analyze import analyze
from pipeline.cli_explain import statements
from pipeline.evaluate.names import GENRE_NAMES, REASON_NAMES, ROLE_NAMES, reason_name, role_names
from pipeline.records import Genre, Report, Role
from pipeline.resources import corpus_path
from pipeline.shell import ChineseGroup

TEXT = """某局关于作风建设情况的自查报告
一、主要做法
全年组织学习12次，建立台账3本。
二、存在的问题
虽然印发了办法，但是走访群众不够经常。下一步将防止走访不到位。
三、下一步打算
坚持每月走访一次。
"""
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def run(*args: object, colour: bool = False):
    app = typer.Typer(cls=ChineseGroup, add_completion=False, rich_markup_mode=None)
    app.callback()(lambda: None)
    cli_explain.register(app)
    environment = {"FORCE_COLOR": "1", "TERM": "xterm-256color", "NO_COLOR": None} if colour else {"FORCE_COLOR": None}
    return CliRunner().invoke(app, ["explain", *map(str, args)], env=environment)


@pytest.fixture
def report_file(tmp_path: Path) -> Path:
    path = tmp_path / "甲局.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_command_shows_each_sentence_with_its_reason(report_file: Path) -> None:
    result = run(report_file)
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[0] == "甲局.txt（自查报告）：认作问题 1 处，像问题而未认作 1 处，其他 3 句。"
    assert "■ 一、主要做法　〔工作成效〕" in lines
    assert "· 全年组织学习12次，建立台账3本。　〔工作成效〕" in lines
    taken = lines.index("✓ 虽然印发了办法，但是走访群众不够经常。")
    assert re.match(r"    作风·\S+（ZF\d\d）　置信度 0\.\d\d　待整改$", lines[taken + 1])
    assert lines[taken + 2].startswith("    线索：not-enough:不够")
    assert lines[taken + 3] == "    核心：走访群众不够经常"
    refused = lines.index("✗ 下一步将防止走访不到位。")
    assert lines[refused + 1].startswith("    未认作问题：打算或措施（plan）　线索：")
    assert "· 坚持每月走访一次。　〔下步打算〕" in lines


def test_command_has_colour_on_a_terminal_alone(report_file: Path) -> None:
    coloured, plain = run(report_file, colour=True).stdout, run(report_file).stdout
    assert "\x1b" not in plain
    assert ESCAPE.sub("", coloured) == plain
    taken = next(line for line in coloured.splitlines() if "✓" in line)
    underlined = "".join(re.findall(r"\x1b\[4;32m([^\x1b]*)", taken))
    assert "\x1b[32m" in taken and underlined == "走访群众不够经常"


def test_command_json_says_the_same(report_file: Path) -> None:
    content = json.loads(run(report_file, "--json").stdout)
    assert (content["source_file"], content["genre"]) == ("甲局.txt", "self-report")
    rows = content["statements"]
    assert all(TEXT[row["start"] : row["end"]] == row["text"] for row in rows)
    (taken,) = (row for row in rows if row["decision"] == "taken")
    assert TEXT[taken["core_start"] : taken["core_end"]] == "走访群众不够经常"
    assert taken["category"] == "ZF" and 0 < taken["confidence"] <= 1 and taken["cues"]
    (refused,) = (row for row in rows if row["decision"] == "refused")
    assert (refused["reason"], refused["roles"]) == ("plan", ["PROBLEM"])
    assert [row["level"] for row in rows if row["decision"] == "heading"] == [1, 1, 1]


def test_text_is_shown_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("一、存在的问题\n[red]走访[/red]不够，:smile:\x1b[2J台账不全。", encoding="utf-8")
    assert "✓ [red]走访[/red]不够，:smile: [2J台账不全。" in run(tmp_path / "a.txt").stdout


def assert_complete(report: Report) -> None:
    """Check that every finding, refusal and heading is there once, and every word of the text is in some statement."""
    rows = list(statements(report))
    assert [row.finding for row in rows if row.finding] == sorted(report.findings, key=lambda f: (f.start, -f.end))
    assert sum(row.refusal is not None for row in rows) == len(report.refusals)
    assert [row.section for row in rows if row.section] == list(report.sections)
    assert [row.start for row in rows] == sorted(row.start for row in rows)
    covered = {place for row in rows for place in range(row.start, row.end)}
    text = report.document.text
    assert not [place for place, char in enumerate(text) if char.isalnum() and place not in covered]


@pytest.mark.parametrize("path", sorted(corpus_path("samples").glob("*.docx")), ids=lambda path: path.stem)
def test_statements_cover_the_whole_report(path: Path) -> None:
    assert_complete(analyze(path))


def test_statements_of_an_empty_report_are_none(report_file: Path) -> None:
    report_file.write_text("。", encoding="utf-8")
    assert list(statements(analyze(report_file))) == []


@pytest.mark.slow
def test_statements_cover_the_real_documents(shared: Path) -> None:
    for path in sorted((shared / "reports" / "docx").glob("*.docx"))[:3]:
        assert_complete(analyze(path))


def test_every_code_has_a_name_for_people() -> None:
    from typing import get_args

    table = corpus_path("lexicon/blockers.tsv").read_text(encoding="utf-8").splitlines()
    reasons = {line.split("\t")[1] for line in table if not line.startswith("#")} - {"reason"}
    assert reasons <= set(REASON_NAMES)
    assert set(ROLE_NAMES) == set(get_args(Role))
    assert set(GENRE_NAMES) == set(get_args(Genre))
    assert (reason_name("plan"), reason_name("unheard-of")) == ("打算或措施", "unheard-of")
    assert role_names(("PROBLEM", "CAUSE")) == "存在问题、原因分析"


@pytest.mark.parametrize(
    ("name", "code", "message"), [("", 2, "这是文件夹"), ("none.docx", 1, "none.docx：文件不存在")]
)
def test_command_says_in_chinese_what_is_wrong(tmp_path: Path, name: str, code: int, message: str) -> None:
    result = run(tmp_path / name)
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr


def test_command_help_is_chinese_and_ends_in_an_example() -> None:
    text = run("--help").stdout
    assert text.strip().splitlines()[-1].strip() == "示例：zicha explain 甲局.docx"
    assert not re.search(r"Usage|Options|Arguments|Show this|required|default", text)
