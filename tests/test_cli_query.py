"""`zicha query`: the same answers from every kind of output, and nothing but reading."""

from __future__ import annotations

import csv
import io
import os
import shutil
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import typer
from made_reports import made_finding, made_report
from typer.testing import CliRunner

from pipeline import cli_query
from pipeline.export.formats import format_of
from pipeline.export.sql import FileRows, SqlStore
from pipeline.query import names_near, opened
from pipeline.records import failed_report
from pipeline.shell import ChineseGroup
from pipeline.tables import TABLES, rows

app = typer.Typer(cls=ChineseGroup, add_completion=False, rich_markup_mode=None)
KINDS = ("csv", "jsonl", "parquet", "duckdb", "sqlite")
# sqlite answers true as 1, and knows no DESCRIBE.
DUCKDB_KINDS = KINDS[:-1]
WILD = '=1+1，\n"走过场"\x1b[31m \' 少'


@app.callback()
def _group() -> None:
    """A group, so that the command has a name."""


cli_query.register(app)


def reports():
    wild = made_finding(text=WILD, finding_id="b-f001", category="NK", amount_yuan=None)
    return [
        made_report("甲局.docx"),
        failed_report("坏.docx", "坏"),
        made_report("乙.docx", report_id="b", findings=(wild,)),
    ]


def tables_of(report):
    return {name: list(rows([report], name)) for name in TABLES}


def make(kind, folder):
    """Write the reports as an output of that kind and return what `zicha query` gets."""
    if kind == "sqlite":
        with closing(SqlStore(f"sqlite:///{folder / 'x.db'}")) as store:
            store.write([FileRows(report.document.source_file, "1", tables_of(report)) for report in reports()])
        return folder / "x.db"
    format_ = format_of(kind)
    target = folder / "x.duckdb" if kind == "duckdb" else folder
    encoded = [format_.encode(tables_of(report)) for report in reports()]
    format_.publish(lambda name: (one[name] for one in encoded), target)
    return target


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    """Give a function that makes an output of a kind in a folder; later ones of the kind are copies of the first."""
    outputs: dict[str, Path] = {}

    def copy_of(kind: str, folder: Path) -> Path:
        if kind not in outputs:
            outputs[kind] = make(kind, tmp_path_factory.mktemp(kind))
        source = outputs[kind]
        if source.is_dir():
            return Path(shutil.copytree(source, folder, dirs_exist_ok=True))
        return Path(shutil.copy(source, folder))

    return copy_of


@pytest.fixture(params=KINDS)
def out(request, tmp_path, made_once):
    return made_once(request.param, tmp_path)


@pytest.fixture(params=DUCKDB_KINDS)
def duck(request, tmp_path, made_once):
    return made_once(request.param, tmp_path)


@pytest.fixture
def folder(tmp_path, made_once):
    return made_once("csv", tmp_path)


def query(*arguments):
    return CliRunner().invoke(app, ["query", *map(str, arguments)])


def as_csv(out, sql):
    result = query(out, sql, "--csv")
    assert result.exit_code == 0, result.output
    return list(csv.reader(io.StringIO(result.stdout)))


def test_query_counts(out):
    sql = "select category, count(*) as n from findings group by category order by category"
    assert as_csv(out, sql) == [["category", "n"], ["NK", "1"], ["ZF", "1"]]


def test_query_has_numbers_where_numbers_stand(out):
    sql = "select sum(start) as s, max(amount_yuan) as a, max(confidence) as c from findings"
    assert as_csv(out, sql)[1] == ["20", "5300000000000", "0.875"]


def test_query_tells_unknown_from_empty(out):
    assert as_csv(out, "select source_file from reports where genre is null") == [["source_file"], ["坏.docx"]]


def test_query_keeps_text_with_line_ends_and_quotes(out):
    found = as_csv(out, "select text from findings where category = 'NK'")
    # In the file of CSV the text bears an apostrophe already.
    assert found[1] == [f"'{WILD}"]


def test_query_answers_true_and_false(duck):
    assert as_csv(duck, "select needs_review, typeof(needs_review) as t from findings limit 1")[1] == [
        "true",
        "BOOLEAN",
    ]


def test_query_describes_the_tables(duck):
    described = as_csv(duck, "describe quantities")
    assert [row[0] for row in described[1:]] == list(TABLES["quantities"])
    assert [row[0] for row in as_csv(duck, "show tables")[1:]] == sorted(TABLES)
    assert as_csv(duck, "pivot findings on category using count(*) group by unit")[0] == ["unit", "NK", "ZF"]


def test_query_without_sql_lists_tables_columns_and_rows(out):
    result = query(out)
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[:2] == ["reports（3 行）", f"  {' '.join(TABLES['reports'])}"]
    assert [line.partition("（")[0] for line in lines[::2]][:6] == list(TABLES)


def test_query_prints_aligned_columns_into_a_pipe(out):
    result = query(out, "select category_name, start, text from findings order by category desc")
    assert result.stdout.splitlines() == [
        "category_name  start  text",
        "作风           10     联系群众不够，全年只走访3户。",
        f"内控           10     {result.stdout.splitlines()[2].partition('10     ')[2]}",
    ]
    assert "\x1b" not in result.stdout


def test_query_prints_every_row_into_a_pipe(duck):
    result = query(duck, "select range as n from range(2500)")
    assert len(result.stdout.splitlines()) == 2501


def test_query_writes_a_file_for_excel(folder, tmp_path):
    target = tmp_path / "结果" / "x.csv"
    result = query(folder, "select text, amount_yuan from findings order by category", "-o", target)
    assert result.exit_code == 0 and f"2 行已写入 {target}" in result.stdout
    assert target.read_bytes().startswith(b"\xef\xbb\xbftext,amount_yuan\r\n")
    again = query(folder, "select 1", "-o", target)
    assert again.exit_code == 2 and "--force" in again.stderr
    assert query(folder, "select 1 as a", "-o", target, "--force").exit_code == 0
    assert target.read_text("utf-8-sig").split() == ["a", "1"]
    assert [path.name for path in target.parent.iterdir()] == ["x.csv"]


def test_query_that_fails_midway_leaves_no_file(folder, tmp_path):
    sql = "select cast(case when range < 500000 then '1' else 'a' end as int) as n from range(600000)"
    result = query(folder, sql, "-o", tmp_path / "x" / "x.csv")
    assert result.exit_code == 2 and "Conversion Error" in result.stderr
    assert list((tmp_path / "x").iterdir()) == []


def test_query_makes_text_harmless_in_csv(folder):
    assert as_csv(folder, "select '=1+1' as a, -3 as b, 1e30::double as c, null as d")[1] == [
        "'=1+1",
        "-3",
        "1000000000000000019884624838656",
        "",
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "drop table findings",
        "drop view findings",
        "delete from findings",
        "update findings set text = ''",
        "insert into findings (text) values ('')",
        "create table x (a int)",
        "attach 'x.db' as x",
        "pragma table_info(findings)",
        "select 1; drop table findings",
        "with a as (select 1) insert into findings (start) select * from a",
        "",
    ],
)
def test_query_refuses_to_change_anything(out, sql):
    before = {path: path.read_bytes() for path in out.parent.rglob("*") if path.is_file()}
    result = query(out, sql)
    assert result.exit_code == 2 and result.stdout == ""
    assert {path: path.read_bytes() for path in out.parent.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    "sql",
    [
        "copy (select 1) to 'X' (use_tmp_file false)",
        "explain analyze copy (select 1) to 'X' (use_tmp_file false)",
        "export database 'X'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "call pragma_version()",
        "checkpoint",
        "select * from read_text('Y')",
        "select * from read_csv('Y')",
        "select * from 'Y'",
        "select * from glob('*')",
    ],
)
def test_query_opens_no_other_file(duck, tmp_path, sql):
    secret = tmp_path / "秘密.csv"
    secret.write_text("不可外传", encoding="utf-8")
    target = duck / "findings.csv" if duck.is_dir() else duck
    before = target.read_bytes() if target.exists() else None
    result = query(duck, sql.replace("X", str(target)).replace("Y", str(secret)))
    assert result.exit_code == 2 and "不可外传" not in result.output and "秘密" not in result.stdout
    assert (target.read_bytes() if target.exists() else None) == before


def test_query_opens_no_connection(duck, monkeypatch):
    with closing(socket.socket()) as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.3)
        for source in ("http://127.0.0.1:{}/x.csv", "s3://127.0.0.1:{}/x.parquet", "https://127.0.0.1:{}/x.json"):
            result = query(duck, f"from '{source.format(server.getsockname()[1])}'")
            assert result.exit_code == 2
        with pytest.raises(TimeoutError):
            server.accept()


def test_query_explains_errors_with_names_near(out):
    result = query(out, "select catgory from findings")
    assert result.exit_code == 2 and result.stdout == ""
    assert "SQL 没有执行：" in result.stderr and "catgory" in result.stderr
    assert "findings.category" in result.stderr and "可用的表：reports、sections" in result.stderr
    result = query(out, "select * from finding")
    assert result.exit_code == 2 and "相近的名称：findings" in result.stderr


def test_names_near_leaves_strings_of_the_statement_alone():
    tables = {"findings": ("category", "text")}
    assert names_near("select category from findings where text = '甲' limit 10", tables).startswith("可用的表")
    assert names_near("select txet from findings", tables).startswith("相近的名称：findings.text。\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["没有", "select 1"], "打不开，或者不存在"),
        (["笔记.txt", "select 1"], "既不是 DuckDB 文件，也不是 SQLite 文件"),
        (["空", "select 1"], "没有 reports.csv 等表格"),
        (["空", "--csv"], "只与 SQL 一起使用"),
        (["空", "select 1", "--csv", "-o", "x.csv"], "只能用一个"),
        (["空", "select 1", "--force"], "--force 只与 -o"),
        (["空", "select 1", "-o", "空"], "这是文件夹"),
    ],
)
def test_query_explains_wrong_usage(tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    Path("空").mkdir()
    Path("笔记.txt").write_text("笔记" * 20, encoding="utf-8")
    result = query(*arguments)
    assert result.exit_code == 2 and message in result.stderr


@pytest.mark.parametrize("name", ["findings.parquet", "findings.csv"])
def test_query_explains_a_damaged_folder(tmp_path, name):
    (tmp_path / name).write_bytes(b"PAR1 not at all")
    result = query(tmp_path, "select start from findings")
    assert result.exit_code == 2 and result.stderr != "" and "程序内部错误" not in result.stderr


def test_query_explains_a_damaged_database(tmp_path):
    (tmp_path / "x.db").write_bytes(b"SQLite format 3\x00" + b"x" * 200)
    (tmp_path / "x.duckdb").write_bytes(b"\0" * 8 + b"DUCK" + b"x" * 200)
    for name in ("x.db", "x.duckdb"):
        result = query(tmp_path / name, "select 1")
        assert result.exit_code == 2 and name in result.stderr


def test_query_prefers_parquet_and_takes_what_is_there(tmp_path):
    make("csv", tmp_path)
    make("parquet", tmp_path)
    (tmp_path / "findings.csv").unlink()
    with opened(tmp_path) as database:
        assert database.count("findings") == 2
    (tmp_path / "checks.parquet").unlink()
    with opened(tmp_path) as database:
        assert tuple(database.tables) == tuple(name for name in TABLES if name != "checks")


def test_query_reads_tables_of_an_earlier_version(tmp_path):
    (tmp_path / "reports.csv").write_bytes("\ufeffreport_id,source_file,chars\r\n012,甲.docx,40\r\n".encode())
    assert as_csv(tmp_path, "select report_id, chars + 1 as c from reports")[1] == ["012", "41"]


def test_query_in_a_folder_with_any_name(tmp_path):
    folder = tmp_path / "局'台账[1] *"
    make("csv", folder)
    assert as_csv(folder, "select count(*) as n from findings")[1] == ["2"]


def test_query_says_what_to_install(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    result = query(folder, "select 1")
    assert result.exit_code == 2 and "pip install 'zicha[store]'" in result.stderr


def test_query_of_sqlite_needs_no_duckdb(tmp_path, monkeypatch):
    out = make("sqlite", tmp_path)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert as_csv(out, "select count(*) from findings")[1] == ["2"]


def on_terminal(*arguments, columns=100):
    """Run the command with a pseudo-terminal as stdout and return what it shows."""
    import pty

    leader, follower = pty.openpty()
    code = "import sys; from test_cli_query import app; sys.argv[1:] = ['query', *sys.argv[1:]]; app()"
    here = Path(__file__).parent
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(here), str(here.parent)]), "COLUMNS": str(columns)}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    with subprocess.Popen(command, stdout=follower, stderr=subprocess.PIPE, env={**env, "TERM": "dumb"}) as process:
        os.close(follower)
        shown = b""
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
        told = process.stderr.read()
    os.close(leader)
    return shown.decode(), told.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_query_on_a_terminal_is_a_table_of_the_first_rows(folder):
    shown, told = on_terminal(folder, "select range as 序号, '[red]' as b from range(300)")
    assert "序号" in shown and "[red]" in shown and "─" in shown and " 199 " in shown and " 200 " not in shown
    assert "只显示前 200 行" in told


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_query_of_many_columns_on_a_terminal_is_a_line_a_cell(folder):
    shown, _ = on_terminal(folder, "select * from findings where category = 'NK'")
    assert "第1行" in shown and "  category：NK\r\n" in shown and "\x1b[31m" not in shown
