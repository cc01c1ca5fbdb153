"""Which blocks open with a heading, and where the heading ends."""

from __future__ import annotations

import re

from pipeline.records import Block, Document
from pipeline.structure.lines import OUTERMOST, TOP_LIMIT, Heading, number_of
from pipeline.structure.numbered import numbered_heading, without_attachment_names, without_list_items
from pipeline.structure.unnumbered import (
    body_looks,
    label_heading,
    names_role,
    plain_heading,
    recurring_labels,
    title_lines,
    with_lone_lines_raised,
)

__all__ = ["Heading", "find_headings"]

_CONTENTS_LINE = re.compile(r"(?:[…·.．]{3,}|\t)\s*\d{1,3}$")


def find_headings(document: Document) -> list[Heading]:
    """Return the headings of a document in text order, run-in ones (（一）标题。正文…) included.

    Cells, notes and lines of a table of contents are never headings, nor is an enumeration inside a paragraph (一是…).
    """
    paragraphs = [(index, block) for index, block in enumerate(document.blocks) if _may_head(document, block)]
    numbered = {index: number for index, block in paragraphs if (number := number_of(document, block)) is not None}
    bodies = body_looks(document)
    first_body = _first_body(document)
    lines = title_lines(document, first_body)
    if any(number.kind in OUTERMOST for number in numbered.values()):
        lines = {index for index in lines if names_role(document, document.blocks[index])}
    labels = recurring_labels(document)
    found = []
    for index, block in paragraphs:
        number = numbered.get(index)
        if number is not None:
            heading = numbered_heading(document, index, block, number)
        elif index in labels:
            heading = label_heading(document, index, block)
        elif index > first_body or block.outline is not None:
            heading = plain_heading(document, index, block, bodies, index in lines)
        else:
            heading = None
        if heading is not None:
            found.append(heading)
    kept = without_list_items(document, without_attachment_names(document, found), numbered)
    return with_lone_lines_raised(kept)


def _may_head(document: Document, block: Block) -> bool:
    if block.kind != "paragraph" or (block.style or "").lower().startswith(("toc", "目录")):
        return False
    return _CONTENTS_LINE.search(document.text, block.start, block.end) is None


def _first_body(document: Document) -> int:
    """Return the index of the first block that reads like body text; what stands before it is title and addressee."""
    for index, block in enumerate(document.blocks):
        line = document.text[block.start : block.end].strip()
        if len(line) >= TOP_LIMIT or (line.endswith("。") and len(line) > 12) or number_of(document, block) is not None:
            return index
    return len(document.blocks)
