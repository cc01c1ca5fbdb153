"""What a column of the six tables is called where it has one type: the types of `tables.to_frames` in SQL."""

from __future__ import annotations

from pipeline.tables import TABLES, dtype_of

# `value` is a number, or a date as text: in a column of one type it is text.
_SQL_TYPES = {"Int64": "BIGINT", "Float64": "DOUBLE", "boolean": "BOOLEAN", "object": "VARCHAR", "string": "VARCHAR"}


def sql_types(table_name: str) -> dict[str, str]:
    """Return the columns of a table with their types: BIGINT, DOUBLE, BOOLEAN or VARCHAR.

    Example: `sql_types("quantities")["start"]` -> "BIGINT". Raises KeyError for a name not in `TABLES`.
    """
    return {column: _SQL_TYPES[dtype_of(column)] for column in TABLES[table_name]}
