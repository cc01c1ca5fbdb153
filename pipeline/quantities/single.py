"""The quantities of a text without its report, for notebooks and for `zicha quantities`."""

from __future__ import annotations

import hashlib

from pipeline.quantities.extract import extract
from pipeline.records import Block, Document, Quantity


def document_of(text: str, *, source_file: str = "-") -> Document:
    """Return text as a document of one block; its id is made from the content, so equal texts have equal ids."""
    # A text from a notebook may hold half of a surrogate pair; it has an id like any other.
    content = text.encode("utf-8", errors="surrogatepass")
    blocks = (Block(0, len(text)),) if text.strip() else ()
    return Document(hashlib.sha256(content).hexdigest()[:12], source_file, "txt", text, blocks)


def quantities_of(text: str, *, report_date: str | None = None) -> tuple[Quantity, ...]:
    """Return the counted and measured values of a text in order; start and end are offsets into it.

    Example: `quantities_of("往来款挂账3年以上，涉及2.83万元")[1]` has raw "2.83万元", kind "money", value 28300.0 and
    unit "元"; the first has raw "3年以上", value 3.0 and bound ">=".
    report_date: as for `extract`; with "2024-06-30", 今年以来 begins at 2024-01-01. ValueError where it is no date.
    Limits: headings, the role of the section and table heads, which tell a plan from an achievement and give bare
    numbers their unit in a report, are not there.
    """
    return extract(document_of(text), (), (), report_date=report_date)
