"""A classified report is not read: 密级 where GB/T 9704-2012 puts it stops the file unless that is allowed.

The standard (7.2.2) puts 密级和保密期限 into the upper left corner of page one, above the red head: "机密★1年".
Only 绝密, 机密 and 秘密 are such marks (Law on Guarding State Secrets); 内部 is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.errors import ClassifiedError
from pipeline.records import Document, Span

_HEAD_LINES = 15
_LONGEST = 40
_LEVEL = r"(?P<level>绝\s*密|机\s*密|秘\s*密)"
_TERM = (
    r"(?:[0-9０-９一二三四五六七八九十]{1,3}\s*(?:年|个?月|天|日)|长期|解密前"
    r"|[0-9]{4}\s*年\s*[0-9]{1,2}\s*月\s*[0-9]{1,2}\s*日(?:前)?)"
)
# A copy number may stand before the mark, the urgency after it, each on the same line.
_BEFORE = r"^(?:[0-9０-９]{1,8}\s+)?[（(【\[]?\s*(?:密\s*级\s*[：:]?\s*)?"
_AFTER = r"[）)】\]]?\s*(?:(?:特\s*急|加\s*急|平\s*急|急\s*件)|[^\S\n]+.{0,20})?$"
_STARRED = re.compile(rf"{_BEFORE}{_LEVEL}\s*(?:级\s*)?[★☆*＊]\s*{_TERM}?\s*{_AFTER}")
_BARE = re.compile(rf"{_BEFORE}{_LEVEL}\s*(?:{_TERM})?\s*[）)】\]]?\s*(?:特\s*急|加\s*急|平\s*急|急\s*件)?$")
_LIFTED = re.compile(r"已?解密|样张|示例")
_SENTENCE = re.compile(r"[。；;！!？?]")
_HEADING = re.compile(r"^(?:[一二三四五六七八九十]{1,3}[、．.]|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.、．])")
_ADDRESSEE = re.compile(r"[：:]$")


@dataclass(frozen=True, slots=True)
class ClassifiedMark:
    """A 密级 mark: its level ("机密"), and where its line stands in the text."""

    level: str
    span: Span


def find_mark(document: Document) -> ClassifiedMark | None:
    """Return the 密级 mark in the head of page one, None where there is none.

    Example: a first line "机密★1年" -> ClassifiedMark("机密", Span(0, 5)); 保守国家秘密 in a sentence -> None.
    A line with ★ counts in the first 15 lines; a bare 秘密 only before the body begins (a sentence, a heading, an
    addressee). Limits: a mark in the page header, in a picture or stamp is not seen.
    """
    in_body = False
    for span in _head_lines(document):
        line = span.of(document.text).strip()
        if len(line) <= _LONGEST and not _LIFTED.search(line):
            match = _STARRED.match(line) or (None if in_body else _BARE.match(line))
            if match is not None:
                return ClassifiedMark(re.sub(r"\s", "", match["level"]), span)
        in_body = in_body or bool(_SENTENCE.search(line) or _HEADING.match(line) or _ADDRESSEE.search(line))
    return None


def check_classified(document: Document, *, allowed: bool = False) -> Document:
    """Return a document that may be analysed: one without a 密级 mark, or any with a warning where it is allowed.

    Example: check_classified(document with "秘密★") raises; with allowed=True its warnings name the mark.
    Raises ClassifiedError, whose message names the mark and nothing else of the text.
    """
    mark = find_mark(document)
    if mark is None:
        return document
    if not allowed:
        raise ClassifiedError(
            document.source_file,
            f"首页标有密级“{mark.level}”，已停止处理",
            "涉密文件只能在涉密计算机上处理；如确已解密或只是式样，请加 --allow-classified",
        )
    return replace(document, warnings=(*document.warnings, f"首页标有密级“{mark.level}”，已按要求继续处理"))


def _head_lines(document: Document) -> Iterator[Span]:
    """Yield the first lines that are not empty, blocks split at their line breaks."""
    left = _HEAD_LINES
    stretches = [(block.start, block.end) for block in document.blocks[:_HEAD_LINES]]
    if not document.blocks:
        stretches = [(0, min(len(document.text), 4000))]
    for start, end in stretches:
        for line in document.text[start:end].split("\n"):
            if line.strip():
                yield Span(start, start + len(line))
                left -= 1
                if not left:
                    return
            start += len(line) + 1
