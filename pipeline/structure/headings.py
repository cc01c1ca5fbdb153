"""Which blocks open with a heading, and where the heading ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.records import Block, Document
from pipeline.structure.lines import OUTERMOST, TOP_LIMIT, Heading, number_of
from pipeline.structure.numbered import numbered_heading, without_attachment_names, without_list_items
from pipeline.structure.numbers import HeadingNumber, read_number
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

_INSIDE = re.compile(
    r"[。；：！？]\s*(?=(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)])(?!项|条|款|点))"
)
_CONTENTS_LINE = re.compile(r"(?:[…·.．]{3,}|\t)\s*\d{1,3}$")


def find_headings(document: Document) -> list[Heading]:
    """Return the headings of a document in text order, run-in ones (（一）标题。正文…) included.

    Cells, notes and lines of a table of contents are never headings, nor is an enumeration inside a paragraph (一是…).
    """
    document = replace(document, blocks=tuple(_divided(document)))
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


def _divided(document: Document) -> Iterator[Block]:
    """Yield the blocks, those divided in which headings stand inside the paragraph, as crawled text has them.

    "…如下。一、基本情况。…。二、存在问题。…" is divided before 一、 and 二、, which count on; a lone （一） is not.
    """
    for block in document.blocks:
        inner: list[int] = []
        if block.kind == "paragraph":
            inner = [match.end() for match in _INSIDE.finditer(document.text, block.start + 1, block.end)]
        if not inner:
            yield block
            continue
        starts = [block.start, *inner]
        numbers = [read_number(document.text, start, block.end) for start in starts]
        cuts = [start for at, start in enumerate(starts) if at and _counts_on(numbers, at)]
        for start, end in zip([block.start, *cuts], [*cuts, block.end], strict=True):
            lead = block.lead_end if block.lead_end is not None and start < block.lead_end <= end else None
            yield replace(block, start=start, end=end, lead_end=lead) if cuts else block


def _counts_on(numbers: Sequence[HeadingNumber | None], at: int) -> bool:
    """Return whether a number follows, or is followed by, its neighbour of the same kind in the same paragraph."""
    number = numbers[at]
    if number is None:
        return False
    around = [other for other in numbers if other is not None and other.kind == number.kind]
    return any(abs(other.value - number.value) == 1 for other in around)


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
