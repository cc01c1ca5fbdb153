"""The six tables as Parquet files, or as one DuckDB database. DuckDB does the work; it opens no network connection.

Rows go through a file of JSON Lines in the output folder, so that memory stays flat whatever their number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import OutputError
from pipeline.export.column_types import sql_types
from pipeline.export.output_files import all_or_none, explained, part_of, remove, write_chunks
from pipeline.tables import TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Chunks = Callable[[str], Iterable[bytes]]

# DuckDB's own limit for one object; a longer one makes it reserve more.
_LONGEST_LINE = 16 * 1024 * 1024
_MEMORY = "1GB"
# Each thread reserves twice the longest line: with sixty of them the memory would be used up before the first row.
_THREADS = 4
_MAGIC = slice(8, 12)

# Neither of them may be fetched from the network: what is needed (json, parquet) is part of the library.
OFFLINE: dict[str, Any] = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


def check_duckdb() -> None:
    """Raise OutputError, which says what to install, where DuckDB is not installed."""
    try:
        import duckdb  # noqa: F401
    except ImportError as error:
        message = "没有安装 duckdb，不能读写 Parquet 和 DuckDB 文件。请运行 pip install 'zicha[store]'。"
        raise OutputError(message) from error


def check_database(path: Path) -> None:
    """Raise OutputError where the file cannot become a database of the six tables.

    It may be absent, empty, or one that holds nothing but these tables: those are replaced when the new ones are
    written. Anything else is somebody's work and stays. Raises OutputError, too, where DuckDB is not installed.
    """
    check_duckdb()
    if path.is_dir():
        raise OutputError(f"{path}：这是一个文件夹，不能写成 DuckDB 文件。请写出文件名，如 台账.duckdb。")
    if not path.exists() or path.stat().st_size == 0:
        return
    with explained(path.parent), path.open("rb") as file:
        if file.read(_MAGIC.stop)[_MAGIC] != b"DUCK":
            raise OutputError(f"{path}：这不是 DuckDB 文件，没有覆盖。请换一个文件名。")
    others = sorted(_tables_in(path) - set(TABLES))
    if others:
        raise OutputError(f"{path}：其中还有别的表（{'、'.join(others)}），没有覆盖。请换一个文件名。")


def publish_parquet(chunks: Chunks, folder: Path) -> list[Path]:
    """Write reports.parquet, sections.parquet, … from chunks of `encode_typed` and return their six paths.

    The rows keep their order. Whole numbers are BIGINT, other numbers DOUBLE, flags BOOLEAN, the rest VARCHAR.
    Raises OutputError where DuckDB is not installed or the folder cannot be written to.
    """
    check_duckdb()
    targets = [folder / f"{name}.parquet" for name in TABLES]
    with all_or_none(targets) as parts, _scratch(folder) as database:
        for name, part in zip(TABLES, parts, strict=True):
            with _lines_on_disk(chunks, name, folder) as source:
                _run(database, f"COPY (SELECT * FROM {source}) TO {quoted(part)} (FORMAT parquet, COMPRESSION zstd)")
    return targets


def publish_duckdb(chunks: Chunks, path: Path) -> list[Path]:
    """Write a database of the six tables from chunks of `encode_typed` and return its path.

    path is the file, e.g. 台账.duckdb; an older one is replaced when the new one is whole.
    Raises OutputError where `check_database` does, or the folder cannot be written to.
    """
    check_database(path)
    with all_or_none([path]) as (part,):
        remove([part, _log_of(part)])
        try:
            with _connection(part, path.parent) as database:
                for name in TABLES:
                    with _lines_on_disk(chunks, name, path.parent) as source:
                        _run(database, f"CREATE TABLE {name} AS SELECT * FROM {source}")
        finally:
            remove([_log_of(part)])
    return [path]


def quoted(text: str | Path) -> str:
    """Return text as a literal of SQL: 甲'乙 -> '甲''乙'."""
    return "'" + str(text).replace("'", "''") + "'"


def read_lines_sql(path: Path, table_name: str, longest: int = _LONGEST_LINE) -> str:
    """Return the SQL that reads a file of JSON Lines as the table of that name, every column with its type."""
    columns = ", ".join(f'"{column}": {quoted(kind)}' for column, kind in sql_types(table_name).items())
    options = f"format='newline_delimited', maximum_object_size={longest}, columns={{{columns}}}"
    return f"read_json({quoted(path)}, {options})"


@contextmanager
def _lines_on_disk(chunks: Chunks, name: str, folder: Path) -> Iterator[str]:
    """Give the SQL that reads the rows of a table, from a file that is removed afterwards."""
    path = part_of(folder / f"{name}.jsonl")
    lengths = [_LONGEST_LINE]
    try:
        write_chunks(path, b"", _measured(chunks(name), lengths))
        yield read_lines_sql(path, name, max(lengths))
    finally:
        remove([path])


def _measured(chunks: Iterable[bytes], lengths: list[int]) -> Iterator[bytes]:
    """Pass the chunks on, and note the lines that are longer than DuckDB expects."""
    for chunk in chunks:
        if len(chunk) > _LONGEST_LINE:
            lengths.append(max(map(len, chunk.split(b"\n"))) + 2)
        yield chunk


@contextmanager
def _scratch(folder: Path) -> Iterator[DuckDBPyConnection]:
    with _connection(":memory:", folder) as database:
        yield database


@contextmanager
def _connection(path: str | Path, folder: Path) -> Iterator[DuckDBPyConnection]:
    import duckdb

    settings = OFFLINE | {"memory_limit": _MEMORY, "threads": _THREADS, "temp_directory": str(folder / ".duckdb.part")}
    with _in_chinese(folder):
        database = duckdb.connect(str(path), config=settings)
    try:
        yield database
    finally:
        database.close()


def _run(database: DuckDBPyConnection, statement: str) -> None:
    import duckdb

    try:
        database.execute(statement)
    except duckdb.Error as error:
        raise OutputError(f"DuckDB 写入失败。请检查磁盘空间和路径后重试。（{_first_line(error)}）") from error


@contextmanager
def _in_chinese(folder: Path) -> Iterator[None]:
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise OutputError(
            f"{folder}：DuckDB 打不开文件。请关闭正在使用它的程序后重试。（{_first_line(error)}）"
        ) from error


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "")


def _tables_in(path: Path) -> set[str]:
    import duckdb

    with _in_chinese(path):
        database = duckdb.connect(str(path), read_only=True, config=OFFLINE)
        try:
            names = database.execute("SELECT table_name FROM information_schema.tables").fetchall()
        finally:
            database.close()
    return {str(name) for (name,) in names}


def _log_of(database: Path) -> Path:
    return database.with_name(f"{database.name}.wal")
