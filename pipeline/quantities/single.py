"""The quantities of a text without its report, for notebooks and for `zicha quantities`."""

from __future__ import annotations

import hashlib
import re

from pipeline.quantities.extract import extract
from pipeline.records import Block, Document, Quantity

_HALF_CHARACTER = re.compile(r"[\ud800-\udfff]")


def document_of(text: str, *, source_file: str = "-") -> Document:
    """Return text as a document of one block; its id is made from the content, so equal texts have equal ids."""
    # Half of a surrogate pair (a text from a notebook may hold one) has no bytes; the offsets must stay.
    whole = _HALF_CHARACTER.sub("\ufffd", text)
    blocks = (Block(0, len(whole)),) if whole.strip() else ()
    return Document(hashlib.sha256(whole.encode()).hexdigest()[:12], source_file, "txt", whole, blocks)


def quantities_of(text: str, *, report_date: str | None = None) -> tuple[Quantity, ...]:
    """Return the counted and measured values of a text in order; start and end are offsets into it.

    Example: `quantities_of("往来款挂账3年以上，涉及2.83万元")[1]` has raw "2.83万元", kind "money", value 28300.0 and
    unit "元"; the first has raw "3年以上", value 3.0 and bound ">=".
    report_date: as for `extract`; with "2024-06-30", 今年以来 begins at 2024-01-01. ValueError where it is no date.
    Limits: headings, the role of the section and table heads, which tell a plan from an achievement and give bare
    numbers their unit in a report, are not there.
    """
    return extract(document_of(text), (), (), report_date=report_date)
