"""The six tables as CSV files for Excel, R and pandas: UTF-8 with BOM, lines end with CR LF (RFC 4180).

A text cell that a spreadsheet would run as a formula gets an apostrophe in front; the offsets beside it still point
to the statement without the apostrophe.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import OutputError
from pipeline.export.output_files import all_or_none, explained, is_occupied, make_folder, write_chunks
from pipeline.records import Report
from pipeline.tables import TABLES, Row, Value, rows

# After OWASP, "CSV Injection"; the full-width forms are read as the half-width ones by Chinese spreadsheets.
_FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"
_BOM = b"\xef\xbb\xbf"


def write_csv(reports: Iterable[Report], folder: str | Path, *, force: bool = False) -> list[Path]:
    """Write reports.csv, sections.csv, … into folder and return their six paths in the order of `TABLES`.

    Rows are written as the reports arrive, under temporary names; the tables appear when all is written, so a run
    that is killed leaves none by halves. With force the six tables are replaced, other files stay.
    Raises OutputError where folder is a file, is not empty (without force), or cannot be written to.
    """
    target = Path(folder)
    targets = [_table_file(target, name) for name in TABLES]
    make_folder(target)
    if not force and is_occupied(target, targets=targets):
        raise OutputError(
            f"{target}：输出文件夹不是空的，没有写入任何内容。"
            "请换一个空文件夹，或加 --force（程序中用 force=True）覆盖其中的同名表格。"
        )
    with all_or_none(targets) as parts:
        _write_parts(reports, dict(zip(TABLES, parts, strict=True)), target)
    return targets


def encode_csv(tables: Mapping[str, Sequence[Row]]) -> dict[str, bytes]:
    """Return the lines of each table as they stand in its file, without header and BOM.

    Example: {"checks": [("abc", "甲局.docx", …, None)]} -> {"checks": "abc,甲局.docx,…,\\r\\n" in UTF-8}.
    What UTF-8 cannot hold (half a surrogate pair in the name of a file) becomes "?".
    """
    return {name: _lines(lines) for name, lines in tables.items()}


def publish_csv(chunks: Callable[[str], Iterable[bytes]], folder: Path) -> list[Path]:
    """Write the six files from chunks that `encode_csv` made and return their paths in the order of `TABLES`.

    chunks(name) gives those of one table. The files replace older ones when all are written.
    Raises OutputError where the folder cannot be written to.
    """
    targets = [_table_file(folder, name) for name in TABLES]
    with all_or_none(targets) as parts:
        for name, part in zip(TABLES, parts, strict=True):
            write_chunks(part, _head(name), chunks(name))
    return targets


def _table_file(folder: Path, name: str) -> Path:
    return folder / f"{name}.csv"


def _head(name: str) -> bytes:
    return _BOM + _lines([TABLES[name]])


def _lines(lines: Iterable[Row]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([cell_text(value) for value in row] for row in lines)
    return text.getvalue().encode("utf-8", errors="replace")


def _write_parts(reports: Iterable[Report], parts: dict[str, Path], folder: Path) -> None:
    files: dict[str, BinaryIO] = {}
    try:
        with explained(folder):
            for name, part in parts.items():
                files[name] = part.open("wb")
                files[name].write(_head(name))
        # Only the writing is explained as a matter of the folder: the reports may come from anywhere.
        for report in reports:
            with explained(folder):
                for name, file in files.items():
                    file.write(_lines(rows([report], name)))
        with explained(folder):
            for file in files.values():
                file.close()
    finally:
        for file in files.values():
            with suppress(OSError):
                file.close()


def cell_text(value: Value) -> str:
    """Return a cell as CSV shows it, e.g. 5.3e12 -> "5300000000000", True -> "true", None -> "".

    Numbers never stand in exponent form. Text that a spreadsheet would run is made harmless: "=1+1" -> "'=1+1".
    """
    return _harmless(value) if isinstance(value, str) else plain_text(value)


def plain_text(value: Value) -> str:
    """Return a cell as text, as `cell_text` does, but leave text as it is: "=1+1" -> "=1+1"."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _number(value)


def _number(value: float) -> str:
    if not math.isfinite(value):
        return ""
    if value == int(value):
        return str(int(value))
    # A double holds 15 decimal digits for certain; the rest is noise of binary arithmetic (0.1 + 0.2).
    return format(Decimal(format(value, ".15g")).normalize(), "f")


def _harmless(text: str) -> str:
    # A sign alone is no formula, and the column `bound` is "=" in most rows.
    return f"'{text}" if len(text) > 1 and text[0] in _FORMULA_STARTS else text
