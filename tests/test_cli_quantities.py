"""Single texts: `quantities_of` for notebooks, and the command `zicha quantities` that writes JSON Lines."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.cli_quantities import entries
from pipeline.export.json_values import json_value
from pipeline.quantities import extract, quantities_of
from pipeline.quantities.single import document_of
from pipeline.tables import TABLES

LINES = ("组织谈话提醒12次，往来款挂账3年以上", "", "涉及2.83万元，占比12.5%，谈话*次")
ROWS = [(1, "12次"), (1, "3年以上"), (3, "2.83万元"), (3, "12.5%"), (3, "*次")]
COMMAND = [sys.executable, "-m", "pipeline.cli", "quantities"]


def zicha(*args: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *args], input=data, capture_output=True)


def rows_of(output: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.decode("utf-8").splitlines()]


def read(*args: str, lines: tuple[str, ...] = LINES) -> list[dict[str, Any]]:
    """Call the command in this process, which is faster than to start another."""
    done = CliRunner().invoke(app, ["quantities", *args], input="\n".join(lines).encode())
    assert (done.exit_code, done.stderr) == (0, "")
    return rows_of(done.stdout_bytes)


def test_quantities_of_gives_offsets_into_the_text() -> None:
    text = "  往来款挂账 3 年以上，涉及2.83万元"
    found = quantities_of(text)
    assert [text[row.start : row.end] for row in found] == ["3 年以上", "2.83万元"]
    assert [(row.kind, row.value, row.unit, row.bound) for row in found] == [
        ("duration", 3.0, "年", ">="),
        ("money", 28300.0, "元", "="),
    ]


def test_quantities_of_is_what_extract_finds_without_a_report() -> None:
    text = "\n".join(LINES)
    assert quantities_of(text) == extract(document_of(text), (), ())
    assert quantities_of("") == quantities_of(" \n") == ()


@pytest.mark.parametrize(("date", "start"), [(None, None), ("2024-06-30", "2024-01-01"), ("2023", "2023-01-01")])
def test_quantities_of_counts_from_the_report_date(date: str | None, start: str | None) -> None:
    (found,) = quantities_of("今年以来工作平稳", report_date=date)
    assert (found.raw, found.period_start) == ("今年以来", start)


@pytest.mark.parametrize("date", ["", "2024-6-30", "2024-02-30", "2024-06-30 ", "２０２４", "今天"])
def test_quantities_of_refuses_what_is_no_date(date: str) -> None:
    with pytest.raises(ValueError, match="no ISO date|day|month"):
        quantities_of("今年以来", report_date=date)


def test_half_a_character_is_no_obstacle() -> None:
    (found,) = quantities_of("\ud800谈话12次")
    assert (found.raw, found.start) == ("12次", 3)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (12.0, "12"),
        (5.3e12, "5300000000000"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (12.5, "12.5"),
        (float("inf"), "null"),
        (float("nan"), "null"),
        (None, "null"),
        (True, "true"),
        (3, "3"),
        ("2024", '"2024"'),
        ("", '""'),
    ],
)
def test_a_cell_in_json(value: str | int | float | bool | None, written: str) -> None:
    assert json.dumps(json_value(value)) == written


def test_entries_are_the_columns_of_the_table_behind_the_line() -> None:
    (entry,) = entries(["", "谈话提醒12次"], source_file="甲.txt")
    assert list(entry) == ["line", *TABLES["quantities"]]
    assert [entry[name] for name in ("line", "source_file", "raw", "value", "unit", "item", "role")] == [
        *(2, "甲.txt", "12次", 12, "次", "谈话提醒", "achievement")
    ]
    assert (entry["finding_id"], entry["section_path"]) == (None, "")


def test_entries_of_a_line_come_before_the_next_line_is_asked_for() -> None:
    asked = []

    def lines() -> Iterator[str]:
        for line in LINES:
            asked.append(line)
            yield line

    assert next(entries(lines()))["raw"] == "12次"
    assert asked == [LINES[0]]


def test_equal_lines_have_equal_ids_and_others_have_others() -> None:
    first, again, other = entries(["谈话12次", "谈话12次", "谈话13次"])
    assert first["quantity_id"] == again["quantity_id"] != other["quantity_id"]
    assert first["quantity_id"] == f"{first['report_id']}-q001"


def test_command_reads_standard_input_and_counts_blank_lines() -> None:
    done = zicha(data="\n".join(LINES).encode())
    assert (done.returncode, done.stderr) == (0, b"")
    rows = rows_of(done.stdout)
    assert [(row["line"], row["raw"]) for row in rows] == ROWS
    assert all(LINES[row["line"] - 1][row["start"] : row["end"]] == row["raw"] for row in rows)
    assert {row["source_file"] for row in rows} == {"-"}


def test_command_writes_chinese_and_whole_numbers_as_they_are() -> None:
    text = zicha(data="\n".join(LINES).encode()).stdout.decode("utf-8")
    assert '"raw": "12次"' in text and '"value": 12,' in text
    assert '"value": 12.5,' in text and '"masked": true' in text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_command_reads_a_file_in_the_usual_encodings(tmp_path: Path, encoding: str, end: str) -> None:
    path = tmp_path / "句子.txt"
    path.write_bytes(end.join([*LINES, ""]).encode(encoding))
    rows = read(str(path))
    assert [(row["line"], row["raw"]) for row in rows] == ROWS
    assert {row["source_file"] for row in rows} == {"句子.txt"}


def test_command_reads_over_a_broken_byte() -> None:
    data = ("工作平稳有序。" * 20).encode() + b"\xe4\xb8\n" + "谈话12次".encode()
    done = zicha(data=data)
    assert [(row["line"], row["raw"]) for row in rows_of(done.stdout)] == [(2, "12次")]


@pytest.mark.parametrize(
    ("kinds", "raws"),
    [
        ("money", ["2.83万元"]),
        ("money,count", ["12次", "2.83万元"]),
        ("Money， percent", ["2.83万元", "12.5%"]),
        ("masked、duration", ["3年以上", "*次"]),
        ("frequency", []),
    ],
)
def test_kind_keeps_only_these(kinds: str, raws: list[str]) -> None:
    assert [row["raw"] for row in read("--kind", kinds)] == raws


def test_kind_does_not_change_the_ids() -> None:
    whole = {row["quantity_id"] for row in read() if row["kind"] == "money"}
    assert {row["quantity_id"] for row in read("--kind", "money")} == whole


def test_date_gives_stretches_their_dates() -> None:
    lines = ("今年以来谈话12次",)
    dated, undated = read("--date", "2024-06-30", lines=lines)[0], read(lines=lines)[0]
    assert (dated["raw"], dated["period_start"], dated["period_end"]) == ("今年以来", "2024-01-01", "2024-06-30")
    assert (undated["period_start"], undated["period_end"]) == (None, None)


@pytest.mark.parametrize(
    ("args", "message", "code"),
    [
        (("没有.txt",), "没有.txt：文件打不开", 1),
        ((".",), "文件打不开", 1),
        (("--kind", "钱"), "--kind 应为 count、money、", 2),
        (("--kind", "money,"), "不能是 空的", 2),
        (("--date", "2024年6月"), "--date 应写成 2024-06-30、2024-06 或 2024", 2),
        (("--date", "2023-02-29"), "不能是 2023-02-29", 2),
    ],
)
def test_command_says_what_is_wrong(args: tuple[str, ...], message: str, code: int) -> None:
    done = zicha(*args, data="谈话12次".encode())
    assert (done.returncode, done.stdout) == (code, b"")
    assert message in done.stderr.decode("utf-8")


def test_command_refuses_what_is_no_text() -> None:
    done = zicha(data=bytes(range(256)) * 20)
    assert done.returncode == 1
    assert "不是文本文件，或编码无法识别" in done.stderr.decode("utf-8")


@pytest.mark.parametrize("data", [b"", b"\n\n", "工作平稳\n".encode()])
def test_command_of_nothing_writes_nothing(data: bytes) -> None:
    done = zicha(data=data)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_command_ends_quietly_where_nobody_reads_on(tmp_path: Path) -> None:
    path = tmp_path / "长.txt"
    path.write_text("谈话提醒12次\n" * 3000, encoding="utf-8")
    with subprocess.Popen([*COMMAND, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        assert json.loads(process.stdout.readline())["raw"] == "12次"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0
