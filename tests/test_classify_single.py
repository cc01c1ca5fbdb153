"""Single sentences without a report: problem or not, category, reasons, and the command that reads them."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.classify.single import classify_sentences

PROBLEMS = (
    "往来款挂账3年以上未清理",
    "同一枚公章和网银U盾在出纳抽屉里一锁就是七个月",
    "谈话提醒多是点到为止，红脸出汗的少",
)
OTHERS = (
    "坚决防止以会议落实会议、照本宣科等现象反弹",
    "全年查处虚报冒领、优亲厚友问题7起，处分9人",
    "重点查看是否存在超标准接待、公车私用等情况",
    "经自查，未发现违规发放津补贴的情况",
)


@pytest.mark.parametrize("text", PROBLEMS)
def test_a_problem_is_told_from_its_wording_alone(text: str) -> None:
    (judged,) = classify_sentences([text])
    assert judged.is_problem
    assert judged.problem_probability is not None and judged.problem_probability > 0.5


@pytest.mark.parametrize("text", OTHERS)
def test_words_of_blame_alone_make_no_problem(text: str) -> None:
    (judged,) = classify_sentences([text])
    assert judged.is_problem is False


@pytest.mark.parametrize(("role", "is_problem"), [("PROBLEM", True), ("PLAN", False)])
def test_a_known_role_decides(role: str, is_problem: bool) -> None:
    (judged,) = classify_sentences([OTHERS[0]], role=role)  # type: ignore[arg-type]
    assert (judged.is_problem, judged.problem_probability) == (is_problem, float(is_problem))
    assert judged.category is not None


def test_judged_names_category_and_reasons() -> None:
    (judged,) = classify_sentences([PROBLEMS[0]])
    assert (judged.category, judged.subcategory) == ("NK", "NK06")
    assert judged.confidence is not None and 0.5 < judged.confidence <= 1
    kinds = [cue.split(":")[0] for cue in judged.cues]
    assert "NK06" in kinds
    assert kinds[-2:] == ["model", "next"]
    assert "cue" in kinds


def test_a_blank_line_stays_a_row_of_its_own() -> None:
    rows = list(classify_sentences(["", "  ", PROBLEMS[0]]))
    assert [row.is_problem for row in rows] == [None, None, True]
    assert rows[0].category is None and rows[0].cues == ()


def test_a_sentence_of_unknown_characters_asks_a_person() -> None:
    (judged,) = classify_sentences(["§§§ 123"])
    assert judged.subcategory == "QT00"


def zicha(*args: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "pipeline.cli", "classify", *args], input=data, capture_output=True)


def rows_of(output: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(output.decode("utf-8"))))


def test_classify_reads_standard_input_and_writes_a_row_a_line() -> None:
    done = zicha(data="\n".join([*PROBLEMS, "", OTHERS[0]]).encode())
    assert done.returncode == 0, done.stderr.decode()
    rows = rows_of(done.stdout)
    assert list(rows[0]) == (
        ["text", "is_problem", "problem_probability", "category", "subcategory", "secondary", "confidence", "cues"]
    )
    assert [row["text"] for row in rows] == [*PROBLEMS, "", OTHERS[0]]
    assert [row["is_problem"] for row in rows] == ["true", "true", "true", "", "false"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_classify_reads_a_file_in_the_usual_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "句子.txt"
    path.write_bytes("\r\n".join([*PROBLEMS, ""]).encode(encoding))
    done = zicha(str(path), "--role", "problem")
    assert [row["text"] for row in rows_of(done.stdout)] == list(PROBLEMS)


def test_classify_keeps_commas_quotes_and_formulas_as_text() -> None:
    text = '="甲","乙",账目不清'
    (row,) = rows_of(zicha(data=text.encode()).stdout)
    assert row["text"] == f"'{text}"


@pytest.mark.parametrize(
    ("args", "message"),
    [(("没有.txt",), "文件打不开"), (("--role", "BAD"), "--role 应为"), (("--model", "没有"), "config.json 缺失")],
)
def test_classify_says_what_is_wrong(args: tuple[str, ...], message: str) -> None:
    done = zicha(*args)
    assert done.returncode in (1, 2)
    assert message in done.stderr.decode("utf-8")
    assert done.stdout == b""


def test_classify_of_nothing_is_a_table_without_rows() -> None:
    assert rows_of(zicha().stdout) == []
