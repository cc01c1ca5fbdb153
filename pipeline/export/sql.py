"""The six tables in SQLite or PostgreSQL: rows by file, written again without doubling when a file is read again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.export.json_lines import MIXED, mixed_text
from pipeline.export.json_values import json_value
from pipeline.export.sql_address import engine_of, in_chinese, read_address
from pipeline.export.sql_schema import FILES, KEYS, bring_up_to_date, schema
from pipeline.tables import TABLES, Row, Value

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

_Item = TypeVar("_Item")
_Record = dict[str, Value]
_Key = tuple[Value, ...]

# SQLite takes 32,766 values in a statement, older ones 999.
_FILES_AT_ONCE = 500
_ROWS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class FileRows:
    """What one file gave.

    source_file: its name in the tables. fingerprint: content and versions; equal ones have equal rows.
    rows: by table name, as `tables.rows` gives them; a table that is missing has no rows.
    """

    source_file: str
    fingerprint: str
    rows: Mapping[str, Sequence[Row]]


class SqlStore:
    """The tables in one database, e.g. SqlStore("sqlite:///台账.sqlite") or SqlStore("postgresql://用户@主机/台账").

    Opening makes the tables that are absent and adds columns that an earlier version lacked. A row is known by its
    own id and source_file. A failed report has report_id ''; checks are numbered in check_no, from 1.
    Raises OutputError for an address that cannot be used, other kinds of databases, tables of the same names that
    are somebody else's, and whatever the server refuses; its messages show neither password nor report text.
    Limits: for use by one process at a time; files that are gone are not removed.
    """

    def __init__(self, url: str) -> None:
        self._address = read_address(url)
        self._engine = engine_of(self._address)
        self._tables = schema().tables
        try:
            with in_chinese(self._address), self._engine.begin() as connection:
                bring_up_to_date(connection, self._tables[FILES].metadata)
        except BaseException:
            self.close()
            raise

    def known(self) -> dict[str, str]:
        """Return the fingerprints of the files whose rows are there: {"甲局.docx": "3f2a…"}."""
        from sqlalchemy import select

        files = self._tables[FILES]
        with in_chinese(self._address), self._engine.connect() as connection:
            found = connection.execute(select(files.c.source_file, files.c.fingerprint))
            return {str(source_file): str(fingerprint) for source_file, fingerprint in found}

    def write(self, files: Sequence[FileRows]) -> None:
        """Write the rows of files in one transaction: all of them are there afterwards, or none where it raises.

        Writing the same again changes nothing. Where a file was there with another fingerprint, rows that it no
        longer has are removed. Characters that databases refuse are left out (NUL) or become "?" (half a surrogate
        pair). Raises OutputError.
        """
        # Of a file that is given twice the last version counts, as if they had come one after the other.
        latest = {_clean(file.source_file): file for file in files}
        with in_chinese(self._address), self._engine.begin() as connection:
            changed = self._changed(connection, latest)
            for name in TABLES:
                records = {source_file: _records(name, file) for source_file, file in latest.items()}
                self._remove_stale(connection, name, {source: records[source] for source in changed})
                self._upsert(connection, name, [record for lines in records.values() for record in lines])
            self._upsert(connection, FILES, [_file_record(*item) for item in latest.items()])

    def close(self) -> None:
        """Close the connection."""
        self._engine.dispose()

    def _changed(self, connection: Connection, latest: Mapping[str, FileRows]) -> list[str]:
        """Return the files that are there with another fingerprint."""
        from sqlalchemy import select

        files = self._tables[FILES]
        changed = []
        for names in _batches(list(latest), _FILES_AT_ONCE):
            chosen = select(files.c.source_file, files.c.fingerprint).where(files.c.source_file.in_(names))
            for source_file, fingerprint in connection.execute(chosen):
                if fingerprint != _clean(latest[source_file].fingerprint):
                    changed.append(source_file)
        return changed

    def _remove_stale(self, connection: Connection, name: str, records: Mapping[str, Sequence[_Record]]) -> None:
        """Remove the rows of these files that are not among their records; the others are left for the upsert."""
        from sqlalchemy import and_, bindparam, delete

        kept = {_key(name, record) for lines in records.values() for record in lines}
        present = self._keys(connection, name, list(records))
        # Names of their own: a column's name is taken in the statement.
        stale = [
            {f"old_{column}": cell for column, cell in key.items()} for key in present if _key(name, key) not in kept
        ]
        table = self._tables[name]
        removal = delete(table).where(and_(*(table.c[column] == bindparam(f"old_{column}") for column in KEYS[name])))
        for batch in _batches(stale, _ROWS_AT_ONCE):
            connection.execute(removal, batch)

    def _keys(self, connection: Connection, name: str, source_files: Sequence[str]) -> list[_Record]:
        from sqlalchemy import select

        table = self._tables[name]
        columns = [table.c[column] for column in KEYS[name]]
        found: list[_Record] = []
        for names in _batches(source_files, _FILES_AT_ONCE):
            rows = connection.execute(select(*columns).where(table.c.source_file.in_(names)))
            found.extend(dict(row) for row in rows.mappings())
        return found

    def _upsert(self, connection: Connection, name: str, records: Sequence[_Record]) -> None:
        statement = _upsert_statement(self._tables[name], connection.dialect.name)
        for batch in _batches(records, _ROWS_AT_ONCE):
            connection.execute(statement, batch)


def _upsert_statement(table: Table, dialect: str) -> Any:
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]

    statement = insert(table)
    key = KEYS[table.name]
    changes = {column.name: statement.excluded[column.name] for column in table.columns if column.name not in key}
    return statement.on_conflict_do_update(index_elements=list(key), set_=changes)


def _records(name: str, file: FileRows) -> list[_Record]:
    """Return the rows of a table as the database takes them, by column."""
    columns = TABLES[name]
    records: list[_Record] = []
    for number, row in enumerate(file.rows.get(name, ()), start=1):
        record: _Record = {column: _cell(column, cell) for column, cell in zip(columns, row, strict=True)}
        # A part of a key cannot be unknown: a file that could not be read has no id.
        record["report_id"] = record["report_id"] or ""
        records.append({**record, "check_no": number} if name == "checks" else record)
    return records


def _file_record(source_file: str, file: FileRows) -> _Record:
    report_id = next((_cell("report_id", row[0]) for row in file.rows.get("reports", ())), None)
    return {"source_file": source_file, "fingerprint": _clean(file.fingerprint), "report_id": report_id or ""}


def _key(name: str, record: Mapping[str, Value]) -> _Key:
    return tuple(record[column] for column in KEYS[name])


def _cell(column: str, value: Value) -> Value:
    if column in MIXED:
        value = mixed_text(value)
    if isinstance(value, str):
        return _clean(value)
    # The numbers are those of the CSV files; NaN and infinity are unknown.
    known = json_value(value)
    return float(known) if isinstance(value, float) and known is not None else known


def _clean(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", errors="replace").decode("utf-8")


def _batches(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
