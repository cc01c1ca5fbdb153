"""The six tables as JSON Lines: one object a row, every column in its order, null for what is unknown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from pipeline.export.csv_files import plain_text
from pipeline.export.json_values import json_value
from pipeline.export.output_files import all_or_none, write_chunks
from pipeline.tables import TABLES, Row, Value

# A value is a number, or a date as text: where a column has one type, it is text.
MIXED = frozenset(("value", "value_max"))

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def encode_jsonl(tables: Mapping[str, Sequence[Row]]) -> dict[str, bytes]:
    """Return the lines of each table as they stand in its file.

    Example: a row of "quantities" -> '{"report_id":"abc","source_file":"甲局.docx",…,"value":12,…}\\n' in UTF-8.
    Numbers are those of the CSV files; what UTF-8 cannot hold becomes "?".
    """
    return {name: _lines(TABLES[name], lines) for name, lines in tables.items()}


def encode_typed(tables: Mapping[str, Sequence[Row]]) -> dict[str, bytes]:
    """Return what `encode_jsonl` does with the columns `value` and `value_max` as text: 12.0 -> "12".

    For files in which a column has one type; the text is that of the CSV files.
    """
    return {name: _typed_lines(name, lines) for name, lines in tables.items()}


def publish_jsonl(chunks: Callable[[str], Iterable[bytes]], folder: Path) -> list[Path]:
    """Write reports.jsonl, sections.jsonl, … from chunks that `encode_jsonl` made and return their six paths.

    Raises OutputError where the folder cannot be written to.
    """
    targets = [folder / f"{name}.jsonl" for name in TABLES]
    with all_or_none(targets) as parts:
        for name, part in zip(TABLES, parts, strict=True):
            write_chunks(part, b"", chunks(name))
    return targets


def mixed_text(value: Value) -> str | None:
    """Return a cell of the columns `MIXED` as text, None where it is unknown: 28300.0 -> "28300"."""
    return plain_text(value) or None


def _typed_lines(name: str, lines: Sequence[Row]) -> bytes:
    columns = TABLES[name]
    places = [place for place, column in enumerate(columns) if column in MIXED]
    return _lines(columns, (_with_text(row, places) for row in lines) if places else lines)


def _with_text(row: Row, places: Sequence[int]) -> Row:
    cells = list(row)
    for place in places:
        cells[place] = mixed_text(cells[place])
    return tuple(cells)


def _lines(columns: Sequence[str], lines: Iterable[Row]) -> bytes:
    text = "".join(_line(columns, row) for row in lines)
    return text.encode("utf-8", errors="replace")


def _line(columns: Sequence[str], row: Row) -> str:
    cells = [json_value(cell) if isinstance(cell, float) else cell for cell in row]
    return _encode(dict(zip(columns, cells, strict=True))) + "\n"
