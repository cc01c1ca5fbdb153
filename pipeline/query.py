"""Questions in SQL about the tables of a run, read-only: DuckDB over the files of a folder, or a database file.

Only what is asked about may be opened: no other file, no extension, no network connection.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipeline.errors import OutputError
from pipeline.export.column_types import sql_types
from pipeline.export.duckdb_files import OFFLINE, check_duckdb, quoted, read_lines_sql
from pipeline.shell import UsageError
from pipeline.tables import TABLES

_KINDS = ("parquet", "csv", "jsonl")
_LONGEST_LINE = 16 * 1024 * 1024
_ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Result:
    """The names of the columns, and the rows as they come."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Database:
    """An open database: `execute` runs one statement that reads, `error` is what its engine raises.

    tables: the columns by table name.
    """

    execute: Callable[[str], Any]
    error: type[Exception]
    tables: dict[str, tuple[str, ...]]

    def ask(self, sql: str) -> Result:
        """Return what a statement gives, e.g. "SELECT count(*) FROM findings".

        Raises UsageError with the words of the engine and the names that may have been meant, on asking or while
        the rows are taken, and for every statement that would do more than read.
        """
        with self._in_chinese(sql):
            cursor = self.execute(sql)
        if cursor.description is None:
            raise UsageError("SQL 是空的，或者不是查询。请写一句 SELECT。")
        return Result(tuple(column[0] for column in cursor.description), self._rows(cursor, sql))

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        return int(next(self.ask(f"SELECT count(*) FROM {_name(table)}").rows)[0])

    def _rows(self, cursor: Any, sql: str) -> Iterator[tuple[Any, ...]]:
        while True:
            with self._in_chinese(sql):
                taken = cursor.fetchmany(_ROWS_AT_ONCE)
            if not taken:
                return
            yield from taken

    @contextmanager
    def _in_chinese(self, sql: str) -> Iterator[None]:
        try:
            yield
        except self.error as error:
            if type(error).__name__ == "InterruptException":
                raise KeyboardInterrupt from error
            raise UsageError(f"SQL 没有执行：{str(error).strip()}\n{names_near(sql, self.tables)}") from error


def names_near(sql: str, tables: dict[str, tuple[str, ...]]) -> str:
    """Return two lines of help: names of tables and columns that resemble unknown words of the statement; the tables.

    Example: "select catgory from findings" -> "相近的名称：findings.category、…" and "可用的表：reports、sections、…".
    """
    columns = {column.lower(): f"{table}.{column}" for table, names in tables.items() for column in names}
    known = {**columns, **{table.lower(): table for table in tables}}
    near: dict[str, None] = {}
    for word in _words(sql):
        if word not in known:
            near.update(dict.fromkeys(known[match] for match in get_close_matches(word, known, n=3, cutoff=0.75)))
    found = f"相近的名称：{'、'.join(near)}。\n" if near else ""
    return f"{found}可用的表：{'、'.join(tables)}；各表的列见 zicha query OUT（不写 SQL）。"


def _words(sql: str) -> list[str]:
    spaced = "".join(letter if letter.isalnum() or letter == "_" else " " for letter in sql.lower())
    return [word for word in spaced.split() if not word.isdigit()]


def opened(path: Path) -> AbstractContextManager[Database]:
    """Return the tables of a run, to be used in a `with`: a folder that it wrote, a DuckDB or an SQLite file.

    In a folder the Parquet files are taken, else CSV, else JSON Lines. Raises UsageError where path is none of
    these, OutputError where DuckDB is needed and not installed.
    """
    if path.is_dir():
        return _folder(path)
    head = _head(path)
    if head.startswith(b"SQLite format 3\x00"):
        return _sqlite_file(path)
    if head[8:12] == b"DUCK":
        return _duckdb_file(path)
    raise UsageError(f"{path}：既不是 DuckDB 文件，也不是 SQLite 文件。请给出 zicha analyze 写出的文件夹或数据库文件。")


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(16)
    except OSError as error:
        raise UsageError(f"{path}：打不开，或者不存在。请给出 zicha analyze 写出的文件夹或数据库文件。") from error


@contextmanager
def _folder(folder: Path) -> Iterator[Database]:
    files = _files_of(folder)
    check_duckdb()
    import duckdb

    with TemporaryDirectory() as scratch, closing(duckdb.connect(config=dict(OFFLINE))) as connection:
        try:
            for name, file in files.items():
                connection.execute(f"CREATE VIEW {name} AS SELECT * FROM {_reader(name, file)}")
            _lock(connection, list(files.values()), scratch)
            yield _database_of(connection)
        except duckdb.Error as error:
            raise UsageError(f"{folder}：其中的表格读不出来。请检查是否完整。（{error}）") from error


def _files_of(folder: Path) -> dict[str, Path]:
    """Return the files of the tables by name, all of one kind."""
    for kind in _KINDS:
        found = {name: (folder / f"{name}.{kind}").absolute() for name in TABLES}
        present = {name: file for name, file in found.items() if file.is_file()}
        if present:
            return present
    raise UsageError(f"{folder}：其中没有 reports.csv 等表格。请给出 zicha analyze -o 写出的文件夹。")


def _reader(name: str, file: Path) -> str:
    if file.suffix == ".parquet":
        return f"read_parquet({quoted(file)})"
    return read_lines_sql(file, name) if file.suffix == ".jsonl" else _csv_reader(name, file)


def _csv_reader(name: str, file: Path) -> str:
    # Everything is said: guessing would take 012 for a number, and an earlier version wrote fewer columns.
    types = sql_types(name)
    with file.open(encoding="utf-8-sig", newline="") as text:
        header = next(csv.reader(text), [])
    columns = ", ".join(f"{quoted(column)}: {quoted(types.get(column, 'VARCHAR'))}" for column in header)
    style = "auto_detect=false, header=true, delim=',', quote='\"', escape='\"', nullstr=''"
    return f"read_csv({quoted(file)}, {style}, max_line_size={_LONGEST_LINE}, columns={{{columns}}})"


def _lock(connection: Any, files: list[Path], scratch: str) -> None:
    # Large sorts go to scratch: DuckDB would put them beside the file that is read, or into the working folder.
    allowed = ", ".join(quoted(file) for file in files)
    for setting in (
        f"temp_directory={quoted(scratch)}",
        f"allowed_paths=[{allowed}]",
        "enable_external_access=false",
        "lock_configuration=true",
    ):
        connection.execute(f"SET {setting}")


@contextmanager
def _duckdb_file(path: Path) -> Iterator[Database]:
    check_duckdb()
    import duckdb

    try:
        connection = duckdb.connect(str(path), read_only=True, config=dict(OFFLINE))
    except duckdb.Error as error:
        raise OutputError(f"{path}：打不开。请关闭正在使用它的程序后重试。（{error}）") from error
    with TemporaryDirectory() as scratch, closing(connection):
        _lock(connection, [], scratch)
        yield _database_of(connection)


def _database_of(connection: Any) -> Database:
    import duckdb

    def execute(sql: str) -> Any:
        _check_reading(connection.extract_statements(sql))
        return connection.execute(sql)

    names = connection.execute("SELECT table_name FROM information_schema.tables").fetchall()
    return Database(execute, duckdb.Error, _columns(connection.execute, [name for (name,) in names]))


def _check_reading(statements: list[Any]) -> None:
    """Raise UsageError unless there is one statement, and it reads. DESCRIBE, SHOW and SUMMARIZE count as SELECT.

    The locked connection alone is not enough: COPY … TO may write into the files that may be read.
    """
    kinds = [statement.type.name for statement in statements]
    # PIVOT becomes several statements.
    pivot = kinds == ["MULTI"] and statements[0].query.lstrip().lower().startswith("pivot")
    if kinds != ["SELECT"] and not pivot:
        raise UsageError("一次只能写一句查询：SELECT、WITH、FROM、PIVOT、DESCRIBE、SHOW 或 SUMMARIZE；不能改动数据。")


def _columns(execute: Callable[[str], Any], names: list[str]) -> dict[str, tuple[str, ...]]:
    """Return the columns of the tables: the six first, in their usual order."""
    order = {name: place for place, name in enumerate(TABLES)}
    described = {}
    for name in sorted(names, key=lambda name: (order.get(name, len(order)), name)):
        found = execute(f"SELECT * FROM {_name(name)} LIMIT 0").description
        described[name] = tuple(column[0] for column in found)
    return described


def _name(table: str) -> str:
    return '"' + table.replace('"', '""') + '"'


@contextmanager
def _sqlite_file(path: Path) -> Iterator[Database]:
    import sqlite3

    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
            tables = _columns(connection.execute, [name for (name,) in names])
        except sqlite3.Error as error:
            raise OutputError(f"{path}：读不出来，文件可能已损坏或正被占用。（{error}）") from error
        connection.set_authorizer(_reading_only)
        yield Database(connection.execute, sqlite3.Error, tables)


def _reading_only(action: int, *_: object) -> int:
    """Allow SQLite what a query does; ATTACH, PRAGMA and all changes are refused."""
    import sqlite3

    reading = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
    return sqlite3.SQLITE_OK if action in reading else sqlite3.SQLITE_DENY
