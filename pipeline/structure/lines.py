"""What the finding of headings shares: the record, and where a line begins and ends."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.records import Block, Document
from pipeline.structure.numbers import HeadingNumber, read_number

PLAIN_LIMIT = 40
TOP_LIMIT = 60
SHORT = 20
OUTERMOST = ("chapter", "formal", "cn", "stem")
OUTER = (*OUTERMOST, "cn_paren")
_TRAILING = "。：:．. \t\u3000；;，,"
# An item of a list that opens like this is a statement, not a title.
STATEMENT = re.compile(
    r"^(?:有的|有些|部分|个别|少数|一些|极个别|多数|例如|比如|如[，,：:]|截至|虽然|尽管|由于|因为|对此|目前[，,]|经查|经审计|"
    r"\d{2,4}\s*年|[一二三四五六七八九]是|第[一二三四五六七八九][，,])"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as found: `kind` is the number's kind, or names the look of a heading without a number."""

    start: int
    number_end: int
    title_end: int
    kind: str
    value: int
    run_in: bool
    block: int


def first_char(document: Document, block: Block) -> int:
    place = block.start
    while place < block.end and document.text[place].isspace():
        place += 1
    return place


def number_of(document: Document, block: Block) -> HeadingNumber | None:
    return read_number(document.text, first_char(document, block), block.end)


def trim(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] in _TRAILING:
        end -= 1
    return end


def skip(text: str, start: int, end: int) -> int:
    while start < end and text[start] in _TRAILING + "\n":
        start += 1
    return start
