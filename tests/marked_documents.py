"""Documents out of plain or marked-up text, and the invariant that every stage must keep."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Protocol

from pipeline.marked import MarkedReport, parse_marked
from pipeline.records import Block, Document


class Spanned(Protocol):
    """A record with a place in the text."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


def document_of(text: str) -> Document:
    """Return a document with one block for each line that is not blank."""
    blocks, place = [], 0
    for line in text.split("\n"):
        if line.strip():
            blocks.append(Block(place, place + len(line)))
        place += len(line) + 1
    report_id = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Document(report_id=report_id, source_file="made.txt", format="txt", text=text, blocks=tuple(blocks))


def marked_document(source: str) -> tuple[Document, MarkedReport]:
    """Return the document of a marked-up text with its annotations."""
    marked = parse_marked(source)
    return document_of(marked.text), marked


def assert_spans(document: Document, rows: Sequence[Spanned]) -> None:
    """Check that the rows are sorted, not empty, and inside the text."""
    assert [(row.start, row.end) for row in rows] == sorted((row.start, row.end) for row in rows)
    assert all(0 <= row.start < row.end <= len(document.text) for row in rows)
