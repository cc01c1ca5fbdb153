"""The command `zicha query`: questions in SQL to the tables of a run, answered by DuckDB or SQLite on this machine."""

from __future__ import annotations

import csv
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.errors import OutputError
from pipeline.export.duckdb_files import OFFLINE, check_duckdb, quoted, read_lines_sql
from pipeline.shell import ChineseCommand, UsageError, plain
from pipeline.tables import TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_EXAMPLE = '示例：zicha query 台账 "select category_name, count(*) from findings group by all"'
_KINDS = ("parquet", "csv", "jsonl")
_SQLITE = b"SQLite format 3\0"
# On a screen nobody reads more; --csv gives all.
_SHOWN = 1000
_BATCH = 1000


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("query", cls=ChineseCommand, epilog=_EXAMPLE)(query_command)


@dataclass(frozen=True, slots=True)
class Answer:
    """The columns of an answer, and its rows as they come."""

    columns: tuple[str, ...]
    rows: Iterator[Sequence[Any]]


def query_command(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="zicha analyze 写出的文件夹、.duckdb 或 SQLite 文件。")],
    sql: Annotated[
        str | None, typer.Argument(metavar="SQL", show_default=False, help="要问的 SQL；不写时列出各表的列。")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV，不限行数。")] = False,
) -> None:
    """用 SQL 查询分析结果（DuckDB，只读，不联网）。

    \b
    六张表：reports、sections、findings、quantities、
    remedies、checks。value 列有数也有日期，求和时写
    try_cast(value as double)。
    """
    with _opened(out) as ask:
        answer = ask(sql) if sql is not None else _columns()
        if as_csv:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(answer.columns)
            writer.writerows(answer.rows)
        else:
            _print(answer)


@contextmanager
def _opened(out: Path) -> Iterator[Any]:
    """Give the function that answers questions to the tables in out; UsageError where there are none."""
    if not out.exists():
        raise UsageError(f"{out}：找不到。请给出 zicha analyze 用 -o 写出的文件夹，或 --to 写出的数据库文件。")
    if out.is_file() and _is_sqlite(out):
        with closing(sqlite3.connect(f"{out.resolve().as_uri()}?mode=ro", uri=True)) as base:
            yield lambda sql: _asked_sqlite(base, sql)
        return
    check_duckdb()
    with closing(_duckdb(out)) as database:
        yield lambda sql: _asked_duckdb(database, sql)


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


def _duckdb(out: Path) -> DuckDBPyConnection:
    import duckdb

    try:
        if out.is_file():
            database = duckdb.connect(str(out), read_only=True, config={**OFFLINE})
            database.execute("SET enable_external_access = false")
        else:
            database = duckdb.connect(":memory:", config={**OFFLINE})
            _load_views(database, out)
        # From here on a question can reach the files of the tables and nothing else.
        database.execute("SET lock_configuration = true")
    except duckdb.Error as error:
        raise OutputError(f"{out}：打不开（{_first_line(error)}）。请确认这是 zicha analyze 写出的结果。") from error
    return database


def _load_views(database: DuckDBPyConnection, folder: Path) -> None:
    found = [(name, kind) for name in TABLES for kind in _KINDS if (folder / f"{name}.{kind}").is_file()]
    sources = {name: folder / f"{name}.{kind}" for name, kind in reversed(found)}
    if not sources:
        raise UsageError(f"{folder}：其中没有 zicha analyze 写出的表（.parquet、.csv 或 .jsonl）。请检查文件夹。")
    allowed = ", ".join(quoted(path.resolve()) for path in sources.values())
    database.execute(f"SET allowed_paths = [{allowed}]")
    database.execute("SET enable_external_access = false")
    for name, path in sources.items():
        database.execute(f"CREATE VIEW {name} AS SELECT * FROM {_reader(name, path.resolve())}")


def _reader(name: str, path: Path) -> str:
    if path.suffix == ".parquet":
        return f"read_parquet({quoted(path)})"
    if path.suffix == ".jsonl":
        return read_lines_sql(path, name)
    from pipeline.export.column_types import sql_types

    types = ", ".join(f'"{column}": {quoted(kind)}' for column, kind in sql_types(name).items())
    return f"read_csv({quoted(path)}, header=true, delim=',', quote='\"', escape='\"', columns={{{types}}})"


def _asked_duckdb(database: DuckDBPyConnection, sql: str) -> Answer:
    import duckdb

    try:
        kinds = [statement.type for statement in duckdb.extract_statements(sql)]
        if len(kinds) != 1:
            raise UsageError("一次只问一句 SQL。")
        cursor = database.execute(sql)
    except duckdb.Error as error:
        raise UsageError(_refused(error)) from error
    columns = tuple(str(column[0]) for column in cursor.description or ())
    return Answer(columns, _batches(cursor))


def _asked_sqlite(base: sqlite3.Connection, sql: str) -> Answer:
    try:
        cursor = base.execute(sql)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise UsageError(_refused(error)) from error
    return Answer(tuple(column[0] for column in cursor.description or ()), iter(cursor))


def _batches(cursor: DuckDBPyConnection) -> Iterator[Sequence[Any]]:
    while rows := cursor.fetchmany(_BATCH):
        yield from rows


def _refused(error: Exception) -> str:
    return f"SQL 有误：{_first_line(error)}。表名和列名见 zicha query OUT（不写 SQL）。"


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "").rstrip("。.")


def _columns() -> Answer:
    """Return the tables and their columns as an answer."""
    from pipeline.export.column_types import sql_types

    told = [(name, column, kind.lower()) for name in TABLES for column, kind in sql_types(name).items()]
    return Answer(("表", "列", "类型"), iter(told))


def _print(answer: Answer) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows = list(islice(answer.rows, _SHOWN + 1))
    table = Table(box=box.SIMPLE_HEAD)
    for column in answer.columns:
        table.add_column(Text(column))
    for row in rows[:_SHOWN]:
        table.add_row(*(Text(shown(cell)) for cell in row))
    # A pipe has no width: nothing is cut there.
    width = (
        None if sys.stdout.isatty() else max(80, 2 * max((sum(map(len, map(shown, row))) for row in rows), default=0))
    )
    Console(highlight=False, width=width).print(table)
    if len(rows) > _SHOWN:
        typer.echo(f"只显示前 {_SHOWN} 行；要全部请加 --csv。")


def shown(cell: Any) -> str:
    """Return a cell for people: None -> "", 12.0 -> "12", True -> "是"."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return f"{cell:g}" if isinstance(cell, float) and cell == int(cell) else plain(str(cell))
