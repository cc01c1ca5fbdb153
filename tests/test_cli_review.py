"""The commands `zicha review`: out to people, back into the store, and into the next run."""

from __future__ import annotations

import getpass
import json
import re
import unicodedata
from pathlib import Path

import pytest
import typer
from made_reports import STATEMENT, fake_analyze, made_finding, made_report
from openpyxl import load_workbook
from typer.testing import CliRunner

from pipeline import cli_review
from pipeline.export import write_csv
from pipeline.review import read
from pipeline.review.rows import tabled_reports
from pipeline.shell import ChineseGroup
from pipeline.taxonomy import builtin

COMMANDS = ("export", "import", "list")
OWN = 'version = "3"\nother = "QT"\n[[category]]\ncode = "QT"\nname = "其他"\n'


def run(*args: object):
    app = typer.Typer(cls=ChineseGroup, add_completion=False, rich_markup_mode=None)
    app.callback()(lambda: None)
    cli_review.register(app)
    return CliRunner().invoke(app, ["review", *map(str, args)])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two reports with one finding each (ZF03), a stand-in for `analyze`, and an own current folder."""
    reports = tmp_path / "报告"
    (reports / "二季度").mkdir(parents=True)
    for name in ("甲局.docx", "二季度/乙镇.doc"):
        (reports / name).write_text("ok", encoding="utf-8")
    monkeypatch.setattr("pipeline.batch.analyze", fake_analyze)
    monkeypatch.chdir(tmp_path)
    return reports


def fill(path: Path, number: int = 2, **answers: object) -> None:
    book = load_workbook(path)
    sheet = book["问题复核"]
    headings = [item.value for item in sheet[1]]
    for heading, value in answers.items():
        sheet.cell(number, headings.index(heading) + 1).value = value
    book.save(path)


def cells(path: Path, heading: str) -> list[object]:
    sheet = load_workbook(path)["问题复核"]
    column = [item.value for item in sheet[1]].index(heading)
    return [line[column] for line in sheet.iter_rows(min_row=2, values_only=True)]


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line)


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_help_is_chinese_and_ends_in_an_example(command: tuple[str, ...]) -> None:
    result = run(*command, "--help")
    lines = [line.strip() for line in result.stdout.splitlines() if line.strip()]
    assert result.exit_code == 0
    assert lines[-1].startswith(f"示例：zicha review {' '.join(command)}".strip())
    assert not re.search(r"Usage|Options|Arguments|Commands|Show this|required|default", result.stdout)
    assert max(map(_width, result.stdout.splitlines())) <= 80


def test_group_without_a_command_shows_its_help() -> None:
    result = run()
    assert result.exit_code == 2
    assert all(f"\n  {name} " in result.output for name in COMMANDS)


@pytest.mark.parametrize("form", [".xlsx", ".XLSX"])
def test_workbook_round_trip_reaches_the_next_export(folder: Path, form: str) -> None:
    out = Path(f"复核{form}")
    exported = run("export", out, folder / "甲局.docx")
    assert (exported.exit_code, exported.stderr) == (0, "")
    assert exported.stdout == f"已写入 {out}：报告 1 份，问题 1 条（需复核 1 条）。\n"
    fill(out, 改为子类="JF03", 复核人="张三")
    stored = run("import", out)
    assert (stored.exit_code, stored.stderr) == (0, "")
    assert stored.stdout == "已存入更正 1 条（此前已存 0 条），未改动 0 条，有疑问 0 条。\n"
    again = run("import", out)
    assert again.stdout == "已存入更正 0 条（此前已存 1 条），未改动 0 条，有疑问 0 条。\n"
    second = run("export", "二次.xlsx", folder / "甲局.docx", "--store", "zicha-reviews.sqlite")
    assert "改动 1 条问题" in second.stdout and "（需复核 0 条）" in second.stdout
    assert cells(Path("二次.xlsx"), "建议子类") == ["JF03 支出报销与会计基础"]


@pytest.mark.parametrize("name", ["任务.json", "任务.jsonl"])
def test_annotation_round_trip_reaches_the_store(folder: Path, name: str) -> None:
    assert run("export", name, folder / "甲局.docx").exit_code == 0
    text = Path(name).read_text(encoding="utf-8")
    assert STATEMENT in text
    data = json.loads(text)
    if name.endswith(".json"):
        result = data[0]["predictions"][0]["result"]
        result[0]["value"]["labels"] = ["NK05"]
        data[0]["annotations"] = [{"completed_by": "zhang@example.cn", "result": result}]
        data[0]["predictions"] = []
    else:
        data["label"] = [[*data["label"][0][:2], "NK05"]]
    Path(name).write_text(json.dumps(data), encoding="utf-8")
    stored = run("import", name, "--store", "更正.sqlite", "--who", "李四")
    assert (stored.exit_code, stored.stderr) == (0, "")
    (correction,) = read(Path("更正.sqlite"))
    who = "zhang@example.cn" if name.endswith(".json") else "李四"
    assert (correction.old, correction.new, correction.who) == ("ZF03", "NK05", who)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", correction.at)


def test_label_studio_gets_its_configuration(folder: Path) -> None:
    result = run("export", "任务.json", folder)
    assert result.stdout.startswith("已写入 任务.json、任务.xml：报告 2 份")
    assert 'alias="NK06"' in Path("任务.xml").read_text(encoding="utf-8")
    assert len(json.loads(Path("任务.json").read_text(encoding="utf-8"))) == 2
    Path("任务.json").unlink()
    refused = run("export", "任务.json", folder)
    assert refused.exit_code == 2 and refused.stderr.startswith("任务.xml：文件已存在")
    assert not Path("任务.json").exists()


def test_login_name_stands_in_for_the_reviewer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "wangwu")
    run("export", "复核.xlsx", folder / "甲局.docx")
    fill(Path("复核.xlsx"), 不是问题="是")
    assert run("import", "复核.xlsx").exit_code == 0
    assert [item.who for item in read(Path("zicha-reviews.sqlite"))] == [getpass.getuser()] == ["wangwu"]


def test_faults_are_told_one_by_one_and_the_rest_is_stored(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    findings = (
        made_finding(),
        made_finding(finding_id="abc123-f002", start=0, end=5, text="一、存在问", confidence=0.95),
    )
    monkeypatch.setattr("pipeline.batch.analyze", lambda path, **_: made_report(findings=findings))
    run("export", "复核.xlsx", folder / "甲局.docx")
    fill(Path("复核.xlsx"), 改为子类="CG\x7f01")
    fill(Path("复核.xlsx"), number=3, 改为状态="已整改")
    result = run("import", "复核.xlsx")
    assert result.exit_code == 1
    assert result.stdout == "已存入更正 1 条（此前已存 0 条），未改动 0 条，有疑问 1 条。\n"
    assert result.stderr.startswith("第2行：改为子类“CG 01”不在分类体系中") and result.stderr.count("\n") == 1


def test_nothing_to_store_makes_no_store(folder: Path) -> None:
    run("export", "复核.xlsx", folder)
    assert run("import", "复核.xlsx").stdout == "已存入更正 0 条（此前已存 0 条），未改动 2 条，有疑问 0 条。\n"
    assert not Path("zicha-reviews.sqlite").exists()


def test_list_shows_what_was_stored(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = made_finding(text=STATEMENT + "\n" + "问题" * 20)
    monkeypatch.setattr("pipeline.batch.analyze", lambda path, **_: made_report(findings=(long,)))
    run("export", "复核.xlsx", folder / "甲局.docx")
    fill(Path("复核.xlsx"), 改为子类="JF03", 改为状态="已整改", 复核人="张三")
    run("import", "复核.xlsx")
    lines = run("list").stdout.splitlines()
    shown = f"{STATEMENT} {'问题' * 20}"[:29] + "…"
    at = read(Path("zicha-reviews.sqlite"))[0].at
    assert lines == [
        f"{at}  张三  甲局.docx  ZF03→JF03  {shown}",
        f"{at}  张三  甲局.docx  未整改→已整改  {shown}",
    ]
    data = json.loads(run("list", "--json").stdout)
    assert [(item["field"], item["old"], item["new"]) for item in data] == [
        ("subcategory", "ZF03", "JF03"),
        ("status", "open", "rectified"),
    ]


def test_tables_are_read_instead_of_the_reports(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_csv([made_report()], "台账")
    run("export", "直接.xlsx", folder / "甲局.docx")
    monkeypatch.delattr("pipeline.batch.analyze")
    assert run("export", "复核.xlsx", "台账").exit_code == 0
    one, other = (
        list(load_workbook(path)["问题复核"].iter_rows(values_only=True)) for path in ("复核.xlsx", "直接.xlsx")
    )
    assert one == other


def test_tables_take_the_corrections_in_the_store(folder: Path) -> None:
    write_csv([made_report()], "台账")
    run("export", "复核.xlsx", "台账")
    fill(Path("复核.xlsx"), 不是问题="√")
    run("import", "复核.xlsx")
    result = run("export", "复核.xlsx", "台账", "--store", "zicha-reviews.sqlite", "--force")
    assert (result.exit_code, result.stderr) == (0, "")
    assert cells(Path("复核.xlsx"), "问题表述") == []


def test_tables_of_another_taxonomy_are_refused(folder: Path) -> None:
    Path("分类.toml").write_text(OWN, encoding="utf-8")
    write_csv([made_report()], "台账")
    result = run("export", "复核.xlsx", "台账", "--taxonomy", "分类.toml")
    assert result.exit_code == 1
    assert f"按分类体系 {builtin().version}（{builtin().digest}）写出，现在用的是 3（" in result.stderr
    assert not Path("复核.xlsx").exists()


@pytest.mark.parametrize("text", ["=走访少", "'=走访少", "'走访少", "走访少，\r\n台账不全", "走访“少”;差"])
def test_tables_give_back_the_findings_as_they_were(tmp_path: Path, text: str) -> None:
    finding = made_finding(text=text, start=3, end=3 + len(text), heading="-不实", cause=None, amount_yuan=0.5)
    report = made_report(findings=(finding,))
    write_csv([report], tmp_path / "台账")
    (found,) = tabled_reports(tmp_path / "台账", builtin())
    expected = made_finding(**{name: getattr(finding, name) for name in ("start", "end", "heading", "amount_yuan")})
    assert found.document.report_id == "abc123"
    assert found.outline.unit == "甲局"
    (row,) = found.findings
    assert row.text == text
    for name in ("heading", "secondary", "cues", "quantity_ids", "confidence", "needs_review", "amount_yuan", "cause"):
        assert getattr(row, name) == getattr(expected, name)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("report_id,text\na,b\n", "缺少列 source_file、"),
        (
            "report_id,source_file,finding_id,text,start,end,core_start,core_end\na,b,c,走访少,x,3,0,3\n",
            "第2行的内容不对",
        ),
        (
            "report_id,source_file,finding_id,text,start,end,core_start,core_end\na,b,c,走访少,,3,0,3\n",
            "第2行的内容不对",
        ),
    ],
)
def test_table_that_is_none_is_said(folder: Path, content: str, message: str) -> None:
    Path("台账").mkdir()
    Path("台账/findings.csv").write_text(content, encoding="utf-8-sig")
    result = run("export", "复核.xlsx", "台账")
    assert result.exit_code == 1
    assert result.stderr.startswith("findings.csv：") and message in result.stderr


def test_table_in_another_encoding_is_said(folder: Path) -> None:
    Path("台账").mkdir()
    Path("台账/findings.csv").write_text("report_id\n甲\n", encoding="gb18030")
    assert "不是 UTF-8 编码的 CSV 表格" in run("export", "复核.xlsx", "台账").stderr


def test_files_that_fail_are_told_and_the_rest_is_exported(folder: Path) -> None:
    (folder / "坏.docx").write_text("damaged", encoding="utf-8")
    result = run("export", "复核.xlsx", folder)
    assert (result.exit_code, result.stderr) == (1, "坏.docx：文件已损坏。请重新保存后重试。\n")
    assert len(cells(Path("复核.xlsx"), "问题表述")) == 2


def test_nothing_is_written_where_every_file_fails(folder: Path) -> None:
    result = run("export", "复核.xlsx", "没有.docx")
    assert (result.exit_code, result.stdout) == (1, "")
    assert not Path("复核.xlsx").exists()


def test_export_does_not_read_what_it_wrote(folder: Path) -> None:
    for _ in range(2):
        result = run("export", folder / "复核.xlsx", folder, "--force")
    assert "报告 2 份" in result.stdout and result.exit_code == 0


def test_existing_file_is_kept_unless_forced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("复核.xlsx").write_text("填好的", encoding="utf-8")
    monkeypatch.delattr("pipeline.batch.analyze")
    result = run("export", "复核.xlsx", folder)
    assert result.exit_code == 2 and "--force" in result.stderr
    assert Path("复核.xlsx").read_text(encoding="utf-8") == "填好的"


def _fake_analysis(path: Path, *, taxonomy: Path | None = None, **_: object):
    assert taxonomy == Path("分类.toml")
    return made_report()


def test_own_taxonomy_is_asked_for_where_the_workbook_has_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("分类.toml").write_text(OWN, encoding="utf-8")
    monkeypatch.setattr("pipeline.batch.analyze", _fake_analysis)
    assert run("export", "复核.xlsx", folder, "--taxonomy", "分类.toml").exit_code == 0
    refused = run("import", "复核.xlsx")
    assert refused.exit_code == 1
    assert "按分类体系 3（" in refused.stderr and builtin().digest in refused.stderr
    fill(Path("复核.xlsx"), 改为类别="其他", 复核人="张三")
    assert run("import", "复核.xlsx", "--taxonomy", "分类.toml").exit_code == 0
    assert [item.new for item in read(Path("zicha-reviews.sqlite"))] == ["QT"]


def test_corrections_that_do_not_fit_are_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("export", "复核.xlsx", folder / "甲局.docx")
    fill(Path("复核.xlsx"), 改为子类="JF03")
    run("import", "复核.xlsx")
    other = made_report(findings=(made_finding(text="台账不全。"),))
    monkeypatch.setattr("pipeline.batch.analyze", lambda path, **_: other)
    result = run("export", "二次.xlsx", folder / "甲局.docx", "--store", "zicha-reviews.sqlite")
    assert result.exit_code == 0 and "改动 0 条问题" in result.stdout
    assert result.stderr == "甲局.docx：有 1 条人工更正未采用：在本报告中找不到所更正的问题表述。\n"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["export", "复核.csv", "报告"], "复核.csv：扩展名应为 .xlsx、.json、.jsonl 之一"),
        (["export", "复核.xlsx", "空"], "没有找到可以分析的文件"),
        (["export", "任务.json", "台账"], "台账：表格中没有报告全文，写不出 .json"),
        (["import"], "缺少参数 FILE"),
        (["import", "复核.csv"], "扩展名应为"),
        (["inport", "x"], "没有命令 inport，可用的有：export、import、list。"),
        (["list", "--jsonl"], "没有选项 --jsonl"),
    ],
)
def test_wrong_usage_is_said_in_chinese(folder: Path, args: list[str], message: str) -> None:
    Path("空").mkdir()
    write_csv([made_report()], "台账")
    result = run(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["import", "没有.xlsx"], "没有.xlsx：找不到该文件"),
        (["import", "坏.json"], "坏.json：不是合格的 JSON"),
        (["import", "坏.jsonl"], "坏.jsonl 第2行：不是合格的 JSON"),
        (["list"], "zicha-reviews.sqlite：没有这个更正库文件"),
        (["export", "复核.xlsx", "报告", "--store", "没有.sqlite"], "没有.sqlite：没有这个更正库文件"),
        (["export", "复核.xlsx", "报告", "--taxonomy", "没有.toml"], "没有.toml：文件打不开"),
    ],
)
def test_file_that_cannot_be_used_is_said(folder: Path, args: list[str], message: str) -> None:
    Path("坏.json").write_text("[" * 100_000, encoding="utf-8")
    Path("坏.jsonl").write_text('{"text": "a"}\n{"text"\n', encoding="utf-8")
    result = run(*args)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(message) and result.stderr.count("\n") == 1


def test_export_without_a_path_takes_the_current_folder(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    done = run("export", tmp_path / "复核.xlsx")
    assert done.exit_code == 0, done.stderr
    assert "已写入" in done.stdout
    assert (tmp_path / "复核.xlsx").is_file()
