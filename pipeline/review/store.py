"""Corrections in a small SQLite file. It only grows: nothing in it is ever changed or deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, fields
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import OutputError, ResourceError
from pipeline.review.records import Correction, Key, printable

if TYPE_CHECKING:
    import sqlite3

SCHEMA = 1
_COLUMNS = tuple(field.name for field in fields(Correction))
_NAMES = ", ".join(f'"{name}"' for name in _COLUMNS)
_WAIT_SECONDS = 10.0
_CREATE = (
    "CREATE TABLE corrections (id INTEGER PRIMARY KEY AUTOINCREMENT, "
    + ", ".join(f'"{name}" {"INTEGER" if name in ("start", "end") else "TEXT"} NOT NULL' for name in _COLUMNS)
    + ")",
    "CREATE TRIGGER no_update BEFORE UPDATE ON corrections BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER no_delete BEFORE DELETE ON corrections BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    f"PRAGMA user_version = {SCHEMA}",
)


def add(path: Path, corrections: Iterable[Correction]) -> int:
    """Append the corrections that say something new and return their number; the file is made where there is none.

    A correction whose new value is already the latest for its key is left out, so a workbook can be imported twice.
    All are stored or none. Raises ResourceError for a file that is not such a store, OutputError where it cannot be
    written to.
    """
    with _explained(path), _opened(path, "rwc") as connection, _transaction(connection):
        if not _has_table(path, connection):
            for statement in _CREATE:
                connection.execute(statement)
        fresh = list(_news(_rows(connection), corrections))
        marks = ", ".join("?" * len(_COLUMNS))
        connection.executemany(f"INSERT INTO corrections ({_NAMES}) VALUES ({marks})", map(_stored, fresh))
        return len(fresh)


def read(path: Path) -> tuple[Correction, ...]:
    """Return all corrections in the order in which they were stored; the file is not changed.

    Raises ResourceError for a file that is missing or not such a store.
    """
    if not path.is_file():
        raise ResourceError(f"{path}：没有这个更正库文件。请检查路径，或先用 zicha review import 导入复核结果。")
    with _explained(path), _opened(path, "ro") as connection:
        return tuple(_rows(connection)) if _has_table(path, connection) else ()


def latest(corrections: Iterable[Correction]) -> dict[Key, Correction]:
    """Return the last correction of each key, the one that was made last at the end."""
    found: dict[Key, Correction] = {}
    for correction in corrections:
        found.pop(correction.key, None)
        found[correction.key] = correction
    return found


def _news(stored: Sequence[Correction], corrections: Iterable[Correction]) -> Iterator[Correction]:
    known = {key: correction.new for key, correction in latest(stored).items()}
    for correction in corrections:
        if known.get(correction.key) != correction.new:
            known[correction.key] = correction.new
            yield correction


def _stored(correction: Correction) -> tuple[str | int, ...]:
    # SQLite refuses halves of surrogate pairs, which a text may have from a damaged file.
    return tuple(printable(value) if isinstance(value, str) else value for value in astuple(correction))


def _rows(connection: sqlite3.Connection) -> list[Correction]:
    return [Correction(*row) for row in connection.execute(f"SELECT {_NAMES} FROM corrections ORDER BY id")]


def _has_table(path: Path, connection: sqlite3.Connection) -> bool:
    """Return whether the table is there, False for an empty file; ResourceError for a file of another program."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if version == 0 and not tables:
        return False
    if "corrections" not in tables or version < 1:
        raise ResourceError(f"{path}：这是其他程序的数据库，不是复核更正库。请换一个文件名，没有写入任何内容。")
    if version != SCHEMA:
        advice = "请升级 zicha，或换一个更正库文件" if version > SCHEMA else "请换一个更正库文件"
        raise ResourceError(f"{path}：更正库的格式版本是 {version}，本程序只认 {SCHEMA}。{advice}。")
    return True


@contextmanager
def _opened(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    import sqlite3

    # isolation_level None: transactions begin and end where this module says so, the table's creation included.
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    with closing(sqlite3.connect(uri, uri=True, timeout=_WAIT_SECONDS, isolation_level=None)) as connection:
        yield connection


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        # After some errors SQLite has rolled back already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what SQLite says into a message that says what to do."""
    import sqlite3

    try:
        yield
    except sqlite3.OperationalError as error:
        raise OutputError(f"{path}：{_reason(error)}。") from error
    except sqlite3.DatabaseError as error:
        raise ResourceError(f"{path}：不是复核更正库，或文件已损坏。请检查路径，或换一个文件名。") from error


def _reason(error: sqlite3.OperationalError) -> str:
    # By the result code: the wording changes from version to version.
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return "更正库正被其他程序使用。请关闭该程序后重试"
    if name.startswith("SQLITE_FULL"):
        return "磁盘空间不足。请清理磁盘，或换一个位置"
    return "更正库打不开或写不进去。请检查文件夹是否存在、是否有写入权限"
