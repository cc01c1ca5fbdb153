"""The six tables as one Excel workbook, written row by row, so memory stays flat.

Slow: about 3,000 rows a second, so it is for hundreds of reports, not for a hundred thousand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any

from pipeline.export.output_files import all_or_none, explained
from pipeline.tables import TABLES, Value

NAME = "zicha.xlsx"

# Limits of Excel; the first row holds the names of the columns.
_MOST_ROWS = 1_048_576
_LONGEST_CELL = 32_767
# XML 1.0 has no place for these, and Excel calls a workbook with one of them damaged.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What openpyxl would take for a formula or an error ("=1+1", "#N/A"), or Excel when a person opens the cell.
_DANGEROUS_STARTS = "=+-@#＝＋－＠"


def publish_workbook(chunks: Callable[[str], Iterable[bytes]], folder: Path) -> list[Path]:
    """Write zicha.xlsx with a sheet a table from chunks that `encode_jsonl` made and return its path.

    Text is text, also "=1+1". A table with more rows than a sheet holds (1,048,575) goes on in a second one,
    quantities_2; a cell of more than 32,767 characters is cut and ends in "…"; control characters are left out.
    Raises OutputError where the folder cannot be written to.
    """
    from openpyxl import Workbook

    target = folder / NAME
    with all_or_none([target]) as (part,):
        book = Workbook(write_only=True)
        try:
            for name in TABLES:
                _fill(book, name, _rows(chunks(name)))
            with explained(folder):
                book.save(part)
        except BaseException:
            _abandon(book)
            raise
    return [target]


def _abandon(book: Any) -> None:
    """Remove the temporary files of a workbook that is not saved: each sheet has one."""
    for sheet in book.worksheets:
        with suppress(Exception):
            sheet.close()
            sheet._writer.cleanup()


def _fill(book: Any, name: str, rows: Iterator[list[Value]]) -> None:
    """Write a table into as many sheets as it needs, one at least."""
    number = 1
    first = next(rows, None)
    while first is not None or number == 1:
        sheet = _sheet(book, name if number == 1 else f"{name}_{number}", TABLES[name])
        # The first row is taken by hand, to know that there is one before a sheet is made for it.
        taken = chain([] if first is None else [first], islice(rows, _MOST_ROWS - 2))
        with explained(Path(NAME)):
            for row in taken:
                sheet.append([_cell(sheet, value) for value in row])
        first = next(rows, None)
        number += 1


def _sheet(book: Any, title: str, columns: tuple[str, ...]) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    sheet = book.create_sheet(title)
    # Before the first row: openpyxl writes it into the head of the sheet.
    sheet.freeze_panes = "A2"
    heading = []
    for column in columns:
        cell = WriteOnlyCell(sheet, column)
        cell.font = Font(bold=True)
        heading.append(cell)
    sheet.append(heading)
    return sheet


def _cell(sheet: Any, value: Value) -> Any:
    if not isinstance(value, str):
        return value
    text = _fitting(value)
    return _text_cell(sheet, text) if text and text[0] in _DANGEROUS_STARTS else text


def _fitting(text: str) -> str:
    legal = _ILLEGAL.sub("", text)
    return legal if len(legal) <= _LONGEST_CELL else legal[: _LONGEST_CELL - 1] + "…"


def _text_cell(sheet: Any, text: str) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    # So that it stays text when a person opens the cell and leaves it again; a sign alone is none.
    cell.quotePrefix = len(text) > 1
    return cell


def _rows(chunks: Iterable[bytes]) -> Iterator[list[Value]]:
    for line in _whole_lines(chunks):
        yield list(json.loads(line).values())


def _whole_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    # A chunk read from a file by size may end within a line.
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    if rest:
        yield rest
