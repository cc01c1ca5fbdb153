"""The six tables in a database, and the list of the files whose rows they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.errors import OutputError
from pipeline.export.column_types import sql_types
from pipeline.tables import TABLES

if TYPE_CHECKING:
    from sqlalchemy import Connection, MetaData, Table

FILES = "zicha_files"

# Ids come from the content of a file, so two files of equal content have equal ids: source_file keeps them apart.
# It stands first, since rows are looked up by file.
KEYS: dict[str, tuple[str, ...]] = {
    "reports": ("source_file", "report_id"),
    "sections": ("source_file", "section_id"),
    "findings": ("source_file", "finding_id"),
    "quantities": ("source_file", "quantity_id"),
    "remedies": ("source_file", "remedy_id"),
    "checks": ("source_file", "report_id", "check_no"),
    FILES: ("source_file",),
}
_COLUMNS_OF_FILES = {"source_file": "VARCHAR", "fingerprint": "VARCHAR", "report_id": "VARCHAR"}


def columns_of(name: str) -> dict[str, str]:
    """Return the columns of a table of the database with their types, as `sql_types` does.

    Checks have no id of their own: their last column, check_no, is the place within the report, from 1.
    """
    if name == FILES:
        return _COLUMNS_OF_FILES
    return {**sql_types(name), "check_no": "BIGINT"} if name == "checks" else sql_types(name)


def schema() -> MetaData:
    """Return the description of the seven tables, for SQLite and PostgreSQL alike."""
    from sqlalchemy import BigInteger, Boolean, Column, Double, MetaData, PrimaryKeyConstraint, Table, Text

    types = {"BIGINT": BigInteger, "DOUBLE": Double, "BOOLEAN": Boolean, "VARCHAR": Text}
    described = MetaData()
    for name in (*TABLES, FILES):
        columns: list[Column[Any]] = [
            Column(column, types[kind](), nullable=column not in KEYS[name])
            for column, kind in columns_of(name).items()
        ]
        Table(name, described, *columns, PrimaryKeyConstraint(*KEYS[name]))
    return described


def bring_up_to_date(connection: Connection, described: MetaData) -> None:
    """Make the tables that are absent, and add the columns that tables of an earlier version lack, at their end.

    Nothing is removed; columns of others stay. Raises OutputError where a table of one of these names is not ours,
    that is, has another primary key.
    """
    from sqlalchemy import inspect

    inspector = inspect(connection)
    present = set(inspector.get_table_names())
    for table in described.tables.values():
        if table.name in present:
            _check_key(table, inspector.get_pk_constraint(table.name)["constrained_columns"])
            _add_columns(connection, table, {column["name"] for column in inspector.get_columns(table.name)})
    described.create_all(connection)


def _check_key(table: Table, key: list[str]) -> None:
    if set(key) != set(KEYS[table.name]):
        raise OutputError(f"数据库中已有另一张名为 {table.name} 的表，不是本程序所建，没有改动。请换一个数据库。")


def _add_columns(connection: Connection, table: Table, present: set[str]) -> None:
    from sqlalchemy import text

    preparer = connection.dialect.identifier_preparer
    for column in table.columns:
        if column.name not in present:
            kind = column.type.compile(connection.dialect)
            added = f"{preparer.quote(column.name)} {kind}"
            connection.execute(text(f"ALTER TABLE {preparer.format_table(table)} ADD COLUMN {added}"))
