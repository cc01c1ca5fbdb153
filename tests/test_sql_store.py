"""The tables in SQLite and in a real PostgreSQL server: written twice, written anew, and what is refused."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from itertools import count

import pytest
from made_reports import made_finding, made_report
from postgres_server import postgres_url  # noqa: F401
from sqlalchemy import create_engine, text

from pipeline.errors import OutputError
from pipeline.export.sql import FileRows, SqlStore
from pipeline.export.sql_schema import FILES
from pipeline.records import failed_report
from pipeline.tables import TABLES, rows

_numbers = count()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The address of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / '台账.sqlite'}"
    server = request.getfixturevalue("postgres_url")
    name = f"test_{next(_numbers)}"
    execute(server, f"CREATE DATABASE {name}")
    return server.replace("/postgres?", f"/{name}?")


def execute(url, statement):
    """Run a statement past the store and return what it gives."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        result = connection.execute(text(statement))
        found = [tuple(row) for row in result] if result.returns_rows else []
    engine.dispose()
    return found


def contents(url):
    """Everything that the database holds."""
    return {name: sorted(map(repr, execute(url, f"SELECT * FROM {name}"))) for name in (*TABLES, FILES)}


def file_rows(report, fingerprint="1"):
    return FileRows(report.document.source_file, fingerprint, {name: list(rows([report], name)) for name in TABLES})


def write(url, *files):
    with closing(SqlStore(url)) as store:
        store.write(files)


def test_write_puts_rows_into_six_tables(url):
    write(url, file_rows(made_report()), file_rows(failed_report("坏.docx", "坏")))
    assert execute(url, "SELECT report_id, source_file, status FROM reports ORDER BY status") == [
        ("", "坏.docx", "failed"),
        ("abc123", "甲局.docx", "ok"),
    ]
    assert execute(url, "SELECT start, amount_yuan, needs_review, cause FROM findings") == [(10, 5.3e12, True, None)]
    assert execute(url, "SELECT value FROM quantities ORDER BY quantity_id") == [("3",), ("2021-12-31",)]
    assert execute(url, "SELECT check_no FROM checks") == [(1,)]
    assert {name: len(lines) for name, lines in contents(url).items()} == {
        "reports": 2, "sections": 2, "findings": 1, "quantities": 2, "remedies": 1, "checks": 1, FILES: 2,
    }  # fmt: skip


def test_known_gives_the_fingerprints_of_earlier_runs(url):
    with closing(SqlStore(url)) as store:
        assert store.known() == {}
    write(url, file_rows(made_report(), "甲1"), file_rows(failed_report("坏.docx", "坏"), "坏1"))
    with closing(SqlStore(url)) as store:
        assert store.known() == {"甲局.docx": "甲1", "坏.docx": "坏1"}
    assert sorted(execute(url, f"SELECT report_id FROM {FILES}")) == [("",), ("abc123",)]


def test_writing_the_same_again_changes_nothing(url):
    files = [file_rows(made_report()), file_rows(failed_report("坏.docx", "坏"))]
    write(url, *files)
    before = contents(url)
    write(url, *files)
    write(url, files[0], files[0])
    assert contents(url) == before


def test_a_changed_file_leaves_what_a_fresh_run_leaves(url, tmp_path):
    first = made_report(findings=(made_finding(), made_finding(finding_id="abc123-f002")))
    other = made_report("乙.docx")
    write(url, file_rows(first), file_rows(other))
    write(url, file_rows(made_report(report_id="def456"), "2"))
    fresh = f"sqlite:///{tmp_path / 'fresh.sqlite'}"
    write(fresh, file_rows(made_report(report_id="def456"), "2"), file_rows(other))
    assert execute(url, "SELECT finding_id FROM findings ORDER BY 1") == [("abc123-f001",), ("def456-f001",)]
    if url.startswith("sqlite"):
        assert contents(url) == contents(fresh)
    assert {name: len(lines) for name, lines in contents(url).items()} == {
        name: len(lines) for name, lines in contents(fresh).items()
    }


def test_a_row_that_remains_is_updated_in_place(url):
    write(url, file_rows(made_report()))
    execute(url, "ALTER TABLE findings ADD COLUMN remark TEXT")
    execute(url, "UPDATE findings SET remark = '已核'")
    write(url, file_rows(made_report(findings=(made_finding(text="走访太少。"),)), "2"))
    assert execute(url, "SELECT text, remark FROM findings") == [("走访太少。", "已核")]


def test_a_file_that_failed_and_is_repaired_has_one_row(url):
    write(url, file_rows(failed_report("甲局.docx", "坏")))
    write(url, file_rows(made_report("甲局.docx"), "2"))
    assert execute(url, "SELECT report_id, status FROM reports") == [("abc123", "ok")]


def test_files_of_equal_content_stand_side_by_side(url):
    write(url, file_rows(made_report("甲.docx")), file_rows(made_report("抄件/甲.docx")))
    assert sorted(execute(url, "SELECT source_file FROM findings")) == [("抄件/甲.docx",), ("甲.docx",)]


def test_checks_are_numbered_within_a_report(url):
    report = made_report()
    twice = replace(report, checks=report.checks * 2)
    write(url, file_rows(twice))
    assert execute(url, "SELECT check_no FROM checks ORDER BY 1") == [(1,), (2,)]
    write(url, file_rows(report, "2"))
    assert execute(url, "SELECT check_no FROM checks") == [(1,)]


def test_write_cleans_text_that_databases_refuse(url):
    finding = made_finding(text="走\x00访\udc80少", confidence=float("inf"), amount_yuan=0.1 + 0.2)
    write(url, file_rows(made_report("\udc80\x00.docx", findings=(finding,))))
    assert execute(url, "SELECT source_file, text, confidence, amount_yuan FROM findings") == [
        ("?.docx", "走访?少", None, 0.3)
    ]


def test_write_is_one_transaction(url):
    write(url, file_rows(made_report()))
    before = contents(url)
    torn = file_rows(made_report(report_id="def456"), "2")
    bad = replace(torn, source_file="乙.docx", rows={**torn.rows, "checks": [("short",)]})
    with pytest.raises(ValueError, match="shorter"):
        write(url, torn, bad)
    assert contents(url) == before


def test_write_many_rows_and_files(url):
    findings = tuple(made_finding(finding_id=f"abc123-f{number:05d}") for number in range(4500))
    files = [file_rows(made_report(f"{number}.docx")) for number in range(1100)]
    write(url, file_rows(made_report("长.docx", findings=findings)), *files)
    write(url, file_rows(made_report("长.docx"), "2"), *(replace(file, fingerprint="2") for file in files))
    assert execute(url, "SELECT count(*) FROM findings") == [(1101,)]
    assert execute(url, f"SELECT DISTINCT fingerprint FROM {FILES}") == [("2",)]


def test_opening_adds_columns_that_an_earlier_version_lacked(url):
    write(url, file_rows(made_report()))
    for column in ("taxonomy_hash", "genre_confidence"):
        execute(url, f"ALTER TABLE reports DROP COLUMN {column}")
    write(url, file_rows(made_report("乙.docx")))
    found = execute(url, "SELECT source_file, taxonomy_hash IS NULL FROM reports ORDER BY 2")
    assert [(name, bool(unknown)) for name, unknown in found] == [("乙.docx", False), ("甲局.docx", True)]


def test_opening_refuses_a_table_of_somebody_else(url):
    execute(url, "CREATE TABLE reports (id INTEGER PRIMARY KEY, title TEXT)")
    with pytest.raises(OutputError, match="另一张名为 reports 的表"):
        SqlStore(url)
    assert execute(url, "SELECT * FROM reports") == []


def test_sqlite_file_that_is_none(tmp_path):
    (tmp_path / "x.sqlite").write_text("不是数据库" * 100, encoding="utf-8")
    with pytest.raises(OutputError, match="不是 SQLite 数据库文件"):
        SqlStore(f"sqlite:///{tmp_path / 'x.sqlite'}")
    with pytest.raises(OutputError, match="上级文件夹可能不存在"):
        SqlStore(f"sqlite:///{tmp_path / '没有' / 'x.sqlite'}")


def test_sqlite_keeps_one_file(tmp_path):
    write(f"sqlite:///{tmp_path / 'x.sqlite'}", file_rows(made_report()))
    assert [path.name for path in tmp_path.iterdir()] == ["x.sqlite"]
    with closing(sqlite3.connect(tmp_path / "x.sqlite")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchall() == [("delete",)]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://u:s3cret@h/d", "不支持 mysql"),
        ("postgresql+psycopg2://u:s3cret@h/d", "不支持 postgresql"),
        ("sqlite://", "没有文件名"),
        ("sqlite:///:memory:", "没有文件名"),
        ("u:s3cret@h/d", "写法不对"),
        ("postgresql://u:s3cret@h:端口/d", "写法不对"),
        ("postgresql://u:s3cret@127.0.0.1:1/d", r"postgresql://127\.0\.0\.1:1/d：主机没有应答"),
        ("postgresql://u:a@s3cret@127.0.0.1:1/d", "postgresql://"),
        ("postgresql://u@127.0.0.1:1/d?password=s3cret", "主机没有应答"),
        ("postgresql://u:s3cret@no-such-host.invalid/d", "找不到这台主机"),
    ],
)
def test_addresses_that_cannot_be_used_never_show_the_password(url, message):
    with pytest.raises(OutputError, match=message) as caught:
        SqlStore(url)
    assert "s3cret" not in str(caught.value)


def test_a_server_that_refuses_is_explained(postgres_url):  # noqa: F811
    with pytest.raises(OutputError, match="用户、数据库或表不存在") as caught:
        SqlStore(postgres_url.replace("/postgres?", "/没有?").replace("postgres@", "postgres:s3cret@"))
    assert "s3cret" not in str(caught.value)


def test_messages_hold_no_text_of_reports(url):
    write(url, file_rows(made_report()))
    with closing(SqlStore(url)) as store:
        execute(url, "DROP TABLE findings")
        with pytest.raises(OutputError) as caught:
            store.write([file_rows(made_report("乙.docx"))])
    chain = [caught.value, caught.value.__cause__]
    assert not any("联系群众" in str(error) for error in chain)


@pytest.mark.parametrize("library", ["sqlalchemy", "psycopg"])
def test_missing_library_is_said(monkeypatch, library):
    for name in [name for name in sys.modules if name.partition(".")[0] == library]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(OutputError, match=r"pip install 'zicha\[sql\]'"):
        SqlStore("postgresql://u@127.0.0.1:1/d")
