"""Tables made by python-docx, for tests of ledgers."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline import reading
from pipeline.records import Document

Merge = tuple[tuple[int, int], tuple[int, int]]


def table_document(
    *tables: list[list[str]], merges: tuple[Merge, ...] = (), before: tuple[str, ...] = (), between: str = ""
) -> Document:
    """Return the document of a .docx with these tables; merges (first and last cell) are those of the first table.

    before: the paragraphs above. between: a paragraph above each further table. A line end in a cell is a paragraph's.
    """
    import docx

    file = docx.Document()
    for line in before:
        file.add_paragraph(line)
    for place, rows in enumerate(tables):
        if place and between:
            file.add_paragraph(between)
        elif place:
            file.add_paragraph("")
        table = file.add_table(len(rows), len(rows[0]))
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                _fill(table.cell(r, c), text)
        for first, last in () if place else merges:
            _merge(table, first, last)
    return _read(file)


def _fill(cell, text: str) -> None:
    cell.text, *more = text.split("\n")
    for line in more:
        cell.add_paragraph(line)


def _merge(table, first: tuple[int, int], last: tuple[int, int]) -> None:
    merged = table.cell(*first).merge(table.cell(*last))
    while len(merged.paragraphs) > 1 and not merged.paragraphs[-1].text:
        last_paragraph = merged.paragraphs[-1]._p
        last_paragraph.getparent().remove(last_paragraph)


def _read(file) -> Document:
    stream = BytesIO()
    file.save(stream)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.docx"
        path.write_bytes(stream.getvalue())
        return reading.read(path)
