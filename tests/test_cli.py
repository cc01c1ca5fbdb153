"""The command line: help in Chinese with examples, exit codes, what goes to stdout and what to stderr."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from made_reports import TEXT, fake_analyze, made_finding, made_report
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.cli_analyze import Target
from pipeline.console import Tally, progress_bar, shorten
from pipeline.reading import read
from pipeline.records import failed_report
from pipeline.tables import TABLES
from pipeline.taxonomy import categories
from pipeline.version import __version__

HERE = Path(__file__).parent
COMMANDS = ("analyze", "text", "classify", "quantities", "query", "taxonomy", "train", "explain", "evaluate", "audit")


def here(args):
    """Return the arguments so that a stand-in for `analyze` is used: the time limit would start another process."""
    shown = [str(arg) for arg in args]
    return [*shown, "--seconds", "0"] if shown[:1] == ["analyze"] and "-o" in shown[:-1] else shown


def run(*args):
    return CliRunner().invoke(app, here(args))


def zicha(*args, code="", cwd=None, **options):
    """Run the command in a process of its own, with a stand-in for `analyze`; code runs before."""
    script = f"import pipeline.batch, made_reports\npipeline.batch.analyze = made_reports.fake_analyze\n{code}\n"
    script += "from pipeline.cli import main\nmain()"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)]), **options.pop("env", {})}
    command = [sys.executable, "-c", script, *here(args)]
    return subprocess.Popen(
        command, env=env, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, **options
    )


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Two reports that can be read, and a stand-in for `analyze`."""
    reports = tmp_path / "报告"
    (reports / "二季度").mkdir(parents=True)
    for name in ("甲局.docx", "二季度/乙镇.doc"):
        (reports / name).write_text("ok", encoding="utf-8")
    monkeypatch.setattr("pipeline.batch.analyze", fake_analyze)
    return reports


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_help_is_chinese_and_ends_in_an_example(command):
    result = run(*command, "--help")
    lines = [line.strip() for line in result.stdout.splitlines() if line.strip()]
    assert result.exit_code == 0
    assert re.match(rf"示例：zicha {' '.join(command)}", lines[-1])
    assert not re.search(r"Usage|Options|Arguments|Commands|Show this|required|default", result.stdout)


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_help_fits_a_terminal_of_80_columns(command):
    def width(line):
        return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line)

    assert max(map(width, run(*command, "--help").stdout.splitlines())) <= 80


def test_every_command_is_known_to_these_tests():
    assert {command.name for command in app.registered_commands} == set(COMMANDS)
    assert all(command.epilog.startswith("示例：zicha ") for command in app.registered_commands)
    assert all(f"\n  {name} " in run("--help").stdout for name in COMMANDS)


def test_version():
    result = run("--version")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"zicha {__version__}（分类体系 ")


def test_taxonomy_lists_every_code_with_name_and_definition():
    lines = run("taxonomy").stdout.splitlines()
    for line, category in zip(lines, categories().values(), strict=True):
        assert line.strip() == f"{category.code}  {category.name_zh}：{category.definition}"
        assert line.startswith("  ") is (category.level == "2")


def test_text_is_the_document_byte_for_byte(tmp_path):
    (tmp_path / "甲局.txt").write_bytes(TEXT.replace("\n", "\r\n").encode("gb18030"))
    result = run("text", tmp_path / "甲局.txt")
    assert result.exit_code == 0
    assert result.stdout_bytes == read(tmp_path / "甲局.txt").text.encode()
    assert "联系群众不够" in result.stdout and not result.stdout.endswith("\n")


def test_analyze_writes_tables_and_says_what_it_found(folder, tmp_path):
    result = run("analyze", folder, "-o", tmp_path / "台账")
    assert (result.exit_code, result.stderr) == (0, "")
    assert {path.name for path in (tmp_path / "台账").iterdir()} == {".zicha", *(f"{name}.csv" for name in TABLES)}
    shown = dict(re.findall(r"^ +(\S+) +(\d+) *$", result.stdout.replace("　", ""), re.MULTILINE))
    assert shown == {
        **{"报告": "2", "其中未能读取": "0", "问题表述": "2", "作风": "2", "需要人工复核": "2"},
        **{"计量": "4", "整改措施": "2", "核对提示": "2"},
    }


def test_analyze_source_files_are_relative_to_the_folder(folder, tmp_path):
    run("analyze", folder, "-o", tmp_path / "台账")
    table = (tmp_path / "台账" / "reports.csv").read_text(encoding="utf-8-sig")
    assert [line.split(",")[1] for line in table.splitlines()[1:]] == ["二季度/乙镇.doc", "甲局.docx"]


def test_analyze_without_out_shows_the_findings(folder):
    result = run("analyze", folder)
    assert (result.exit_code, result.stderr) == (0, "")
    for word in ("序号", "所在章节", "类别", "问题表述", "状态", "置信度", "需复核", "待整改", "0.88", "联系群众不够"):
        assert word in result.stdout
    assert result.stdout.index("二季度/乙镇.doc") < result.stdout.index("甲局.docx")
    assert "问题表述 1 条（需复核 1 条），计量 2 个，整改措施 1 条，核对提示 1 条。" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("合计：报告 2 份（未能读取 0 份），问题表述 2 条")


def test_analyze_shows_report_text_as_it_is(folder, monkeypatch):
    text = "[red]走访少[/red]，:smile:效果\x1b[2J差\n台账不全"
    report = made_report(findings=(made_finding(text=text, category=None, subcategory=None, status="rectified"),))
    monkeypatch.setattr("pipeline.batch.analyze", lambda path, **_: report)
    shown = run("analyze", folder / "甲局.docx").stdout
    assert "[red]走访少[/red]，:smile:效果 [2J差 台账不全" in shown
    assert "未归类" in shown and "称已整改" in shown


@pytest.mark.parametrize("out", [[], ["-o", "台账"]])
def test_analyze_failed_files_are_told_on_stderr(folder, monkeypatch, tmp_path, out):
    monkeypatch.chdir(tmp_path)
    (folder / "坏.docx").write_text("damaged", encoding="utf-8")
    (folder / "错.docx").write_text("bug", encoding="utf-8")
    result = run("analyze", folder, "没有.docx", *out)
    assert result.exit_code == 1
    damaged, bug, missing = sorted(result.stderr.splitlines(), key=lambda line: "坏错没".index(line[0]))
    assert damaged == "坏.docx：文件已损坏。请重新保存后重试。"
    assert bug.startswith("错.docx：程序内部错误（KeyError") and "正文" not in bug
    assert missing.startswith("没有.docx：找不到该文件或文件夹。")
    assert ("联系群众不够" if out == [] else "作风") in result.stdout


def test_analyze_refuses_a_full_folder_unless_forced(folder, tmp_path):
    out = tmp_path / "台账"
    assert run("analyze", folder, "-o", out).exit_code == 0
    before = (out / "findings.csv").read_bytes()
    refused = run("analyze", folder / "甲局.docx", "-o", out)
    assert refused.exit_code == 2 and "不是空的" in refused.stderr and "--force" in refused.stderr
    assert (out / "findings.csv").read_bytes() == before
    assert run("analyze", folder / "甲局.docx", "-o", out, "--force").exit_code == 0
    assert (out / "findings.csv").read_bytes() != before


def test_analyze_does_not_read_its_own_tables(folder):
    for _ in range(2):
        result = run("analyze", folder, "-o", folder / "台账", "--force")
    assert result.exit_code == 0
    assert re.search(r"报告 +2 ", result.stdout)


def test_analyze_empty_folder_is_wrong_usage_and_makes_no_folder(tmp_path):
    (tmp_path / "空").mkdir()
    (tmp_path / "空" / "~$甲局.docx").write_text("x", encoding="utf-8")
    result = run("analyze", tmp_path / "空", "-o", tmp_path / "台账")
    assert result.exit_code == 2 and "没有找到可以分析的文件" in result.stderr
    assert not (tmp_path / "台账").exists()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "用法：zicha"),
        (["analyze"], "缺少参数 PATH。用法见：zicha analyze --help"),
        (["text"], "缺少参数 FILE"),
        (["text", "."], "这是文件夹"),
        (["text", "a.docx", "b.docx"], "命令写法不对"),
        (
            ["analyse", "x"],
            "没有命令 analyse，可用的有：analyze、text、classify、quantities、query、taxonomy、train、explain、"
            "evaluate、audit、review。",
        ),
        (["analyze", "x", "--colour"], "没有选项 --colour"),
        (["analyze", "x", "--jobs", "两"], "--jobs 的值不对"),
        (["analyze", "x", "--jobs", "-2"], "--jobs 应为正整数"),
        (["analyze", "x", "-o"], "选项 -o 的写法不对"),
        (["analyze", "x", "--force"], "--force 只与 -o OUT 或 --to 一起使用"),
    ],
)
def test_wrong_usage_is_said_in_chinese(args, message):
    result = run(*args)
    assert result.exit_code == 2
    assert message in result.stderr and result.stdout == ""
    assert not re.search(r"Error|Invalid|Missing|Try|Traceback", result.stderr)


@pytest.mark.parametrize("name", ["空.docx", "没有.docx"])
def test_text_of_a_bad_file_fails(tmp_path, name):
    (tmp_path / "空.docx").touch()
    result = run("text", tmp_path / name)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"{name}：") and result.stderr.endswith("。\n")


def test_unexpected_error_is_one_line_without_its_message(folder, monkeypatch):
    def fail(*args, **options):
        raise LookupError("正文里的一句话")

    monkeypatch.setattr("pipeline.cli_analyze.analyze_files", fail)
    result = run("analyze", folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "程序内部错误（LookupError）。请把这一行告诉开发者。\n"


def test_interrupt_is_130_with_a_short_word(folder, monkeypatch, tmp_path):
    def interrupted(path, **options):
        if "乙镇" not in str(path):
            raise KeyboardInterrupt
        return made_report()

    monkeypatch.setattr("pipeline.batch.analyze", interrupted)
    monkeypatch.setattr("pipeline.run.runner._FILES", 1)
    result = run("analyze", folder, "-o", tmp_path / "台账")
    assert (result.exit_code, result.stderr) == (130, "已完成 1 份并保存；加 --resume 可从这里接着做。\n已中断。\n")
    assert [path.name for path in (tmp_path / "台账").iterdir()] == [".zicha"]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to a group there")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_interrupt_from_the_keyboard(folder, jobs):
    # A shell that runs the tests in the background lets its children ignore the interrupt key.
    code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    code += "import pipeline.cli, pipeline.cli_analyze as c\n"
    code += "c.analyze_file = made_reports.slow_work"
    with zicha("analyze", folder, "--jobs", jobs, code=code) as process:
        while len(list(folder.rglob("*.started"))) < int(jobs):
            assert process.poll() is None
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out.decode(), err.decode()) == (130, "", "已中断。\n")


def test_pipe_gets_no_progress_bar_and_no_colour(folder, tmp_path):
    with zicha("analyze", folder, "-o", tmp_path / "台账") as process:
        out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, b"")
    assert "六张表已写入" in out.decode("utf-8") and b"\x1b" not in out


@pytest.mark.parametrize("limit", ["bytes=1", "pages", "pages=many", "pages=-1", "seconds=3"])
def test_limit_that_is_none_is_wrong_usage(folder, limit):
    wrong = run("analyze", folder / "甲局.docx", "--limit", limit)
    assert wrong.exit_code == 2
    assert wrong.stderr.startswith(f"--limit {limit} 不对") and "file_bytes" in wrong.stderr


@pytest.mark.parametrize("args", [["taxonomy"], ["analyze", "报告"]])
def test_closed_pipe_is_quiet(folder, args):
    with zicha(*args, cwd=folder.parent) as process:
        process.stdout.close()
        err = process.stderr.read()
    assert (process.returncode, err) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_full_disk_behind_stdout_is_said():
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        script = "from pipeline.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", script, "taxonomy"],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=HERE.parent,
            check=False,
        )
    assert done.returncode == 1
    assert "输出写不出去" in done.stderr.decode() and "Traceback" not in done.stderr.decode()


def test_output_is_utf8_whatever_the_console_says(folder):
    with zicha("analyze", folder / "甲局.docx", "没有.docx", env={"PYTHONIOENCODING": "ascii:strict"}) as process:
        out, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "联系群众不够" in out.decode("utf-8") and "找不到" in err.decode("utf-8")


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nfrom pipeline.cli import main\nsys.argv = ['zicha', '--help']\ntry:\n    main()\n"
        "except SystemExit:\n    heavy = {'pandas', 'numpy', 'rich', 'joblib', 'jieba', 'rjieba', 'spacy', 'sklearn'}\n"
        "    sys.stderr.write(','.join(sorted(heavy & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=HERE.parent, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_progress_bar_only_on_a_terminal(monkeypatch):
    with progress_bar(3) as progress:
        assert progress is None
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with progress_bar(3, wanted=False) as progress:
        assert progress is None
    with progress_bar(3) as progress:
        progress(3, 3)


def test_tally_counts_failures_apart():
    tally = Tally()
    passed = list(tally.watch([made_report(), failed_report("坏.docx", "已加密")]))
    assert [report.status for report in passed] == ["ok", "failed"]
    assert (tally.reports, tally.findings, tally.to_review) == (2, 1, 1)
    assert tally.failure_lines() == ["坏.docx：已加密"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("短句。", "短句。"), ("两\n行", "两 行"), ("问" * 100, "问" * 100), ("问" * 101, "问" * 99 + "…")],
)
def test_shorten(text, shown):
    assert shorten(text) == shown


def test_warnings_of_a_document_are_shown(folder, monkeypatch):
    document = replace(made_report().document, warnings=("文件中有未接受的修订",))
    monkeypatch.setattr("pipeline.batch.analyze", lambda path, **_: replace(made_report(), document=document))
    assert "提示：文件中有未接受的修订" in run("analyze", folder / "甲局.docx").stdout


@pytest.mark.parametrize(
    ("to", "shown"),
    [
        ("duckdb:台账.duckdb", "台账.duckdb"),
        ("sqlite:///台账.db", "台账.db"),
        ("postgresql://甲:secret@host/base", "host"),
        ("postgresql://host/base?user=a&password=secret", "host"),
    ],
)
def test_the_address_of_a_database_is_shown_without_its_password(to, shown):
    told = Target(None, to, "csv", force=False, resume=False).shown()
    assert shown in told and "secret" not in told
