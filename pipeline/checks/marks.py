"""Marks and leftovers: doubled punctuation, unpaired quotes and brackets, placeholders, deleted names, misspellings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pipeline.places import SectionIndex, clip, overlap, where
from pipeline.records import Block, Check, Document, Quantity, Span
from pipeline.resources import read_table

_DOUBLED = re.compile(r"(?<![，,、；;：。！？…])(?:[，,、；;：。][，,、；：。]|。\.|[，、；：]{2,})(?![，、；：。…])")
_BEFORE_ETC = re.compile(r"、等(?=[\u4e00-\u9fff，。；])(?!级|候|待|于|次|价|额|同|效|比|量|离|闲)")
_DELETED = re.compile(
    r"(?:印发|制定|出台|下发|修订|转发|制订|发布|观看|传达|学习|签订|开展|组织|建立)了等[\u4e00-\u9fff]{0,6}?(?:文件|制度|办法|规定|方案|通知|细则|片|影片|活动|精神|内容|台账|机制)"
    r"|(?:^|(?<=[，。；：\n]))(?:印发|制定|出台|下发|转发|观看|传达)等[\u4e00-\u9fff]{0,6}?(?:文件|制度|办法|规定|方案|通知|细则|片|影片|精神)"
)
_PAIRS = {"“": "”", "‘": "’", "（": "）", "(": "）", "《": "》", "【": "】", "〔": "〕", "「": "」", "『": "』"}
_CLOSERS = {"”": "”", "’": "’", "）": "）", ")": "）", "》": "》", "】": "】", "〕": "〕", "」": "」", "』": "』"}
_LIST_NUMBER = re.compile(r"(?:^|[\s；;。：:，,])[\d一二三四五六七八九十a-zA-Z]{1,3}$")
_NEAR = 3


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What a template or a redaction leaves, e.g. XX单位."""

    pattern: str
    what: str


@dataclass(frozen=True, slots=True)
class Typo:
    """A set phrase written wrongly."""

    wrong: str
    right: str


@dataclass(frozen=True, slots=True)
class _Mark:
    """A quotation mark or bracket without its partner, and the number of its paragraph."""

    place: int
    char: str
    closing: bool
    paragraph: int


@cache
def _placeholders() -> tuple[tuple[re.Pattern[str], str], ...]:
    rows = read_table("lexicon/check_placeholders.tsv", Placeholder)
    return tuple((re.compile(row.pattern, re.MULTILINE), row.what) for row in rows)


def check_punctuation(document: Document, index: SectionIndex) -> Iterator[Check]:
    """Yield punctuation that cannot stand together, e.g. "、，", and a 、 before 等."""
    for match in _DOUBLED.finditer(document.text):
        yield _mark_check(document, index, Span(match.start(), match.end()), "标点疑似重复或误用")
    for match in _BEFORE_ETC.finditer(document.text):
        yield _mark_check(document, index, Span(match.start(), match.end()), "“等”前的顿号疑似多余，或其前有内容缺失")


def _mark_check(document: Document, index: SectionIndex, span: Span, said: str) -> Check:
    start, end = max(0, span.start - 8), min(len(document.text), span.end + 6)
    around = clip(document.text[start:end].replace("\n", " "), limit=30)
    message = f"{where(document, index, span.start)}“{around}”：{said}，建议核对。"
    return Check("punctuation", "info", message, span.start, span.end)


def check_pairs(document: Document, index: SectionIndex) -> Iterator[Check]:
    """Yield quotation marks and brackets without a partner in their paragraph or one of the next three.

    A closing bracket after a list number (1) is a number; half-width and full-width brackets may be mixed; a text with
    ten or more lone marks of one kind has them by habit or by damage, and only the first is named.
    """
    alone: list[_Mark] = []
    for number, block in enumerate(document.blocks):
        alone.extend(_lone_marks(document.text, block, number))
    left = _without_far_pairs(alone)
    for char in sorted({mark.char for mark in left}):
        marks = [mark for mark in left if mark.char == char]
        for mark in marks if len(marks) < 10 else marks[:1]:
            said = "疑似缺少与之配对的" + ("前一半" if mark.closing else "后一半")
            around = clip(document.text[max(0, mark.place - 6) : mark.place + 14].replace("\n", " "), limit=30)
            message = f"{where(document, index, mark.place)}“{around}”：其中的 {mark.char} {said}，建议核对。"
            yield Check("unpaired", "info", message, mark.place, mark.place + 1)


def _lone_marks(text: str, block: Block, number: int) -> Iterator[_Mark]:
    waiting: list[_Mark] = []
    for place in range(block.start, block.end):
        char = text[place]
        if char in _PAIRS:
            waiting.append(_Mark(place, char, False, number))
        elif char in _CLOSERS:
            partner = next((mark for mark in reversed(waiting) if _PAIRS[mark.char] == _CLOSERS[char]), None)
            if partner is not None:
                waiting.remove(partner)
            elif char not in "）)" or not _LIST_NUMBER.search(text[max(block.start, place - 4) : place]):
                yield _Mark(place, char, True, number)
    yield from waiting


def _without_far_pairs(marks: list[_Mark]) -> list[_Mark]:
    """Drop marks that find their partner a few paragraphs on: a quotation that runs over paragraphs or broken lines."""
    left: list[_Mark] = []
    for mark in sorted(marks, key=lambda row: row.place):
        partner = next((row for row in reversed(left) if not row.closing and mark.closing and _match(row, mark)), None)
        if partner is not None:
            left.remove(partner)
        else:
            left.append(mark)
    return left


def _match(opening: _Mark, closing: _Mark) -> bool:
    near = closing.paragraph - opening.paragraph <= _NEAR
    return near and _PAIRS[opening.char] == _CLOSERS[closing.char]


def check_placeholders(document: Document, index: SectionIndex, quantities: tuple[Quantity, ...]) -> Iterator[Check]:
    """Yield what a template or redaction left, each wording once with the number of its places: XX单位 (3处)."""
    masked = tuple(Span(row.start, row.end) for row in quantities if row.masked)
    seen: dict[tuple[str, str], list[Span]] = {}
    taken: list[Span] = []
    for pattern, what in _placeholders():
        for match in pattern.finditer(document.text):
            span = Span(match.start(), match.end())
            if match.group() and not any(overlap(span, other) for other in (*masked, *taken)):
                taken.append(span)
                seen.setdefault((what, " ".join(match.group().split())), []).append(span)
    for (what, wording), spans in seen.items():
        first, count = spans[0], len(spans)
        around = clip(document.text[max(0, first.start - 6) : first.end + 8].replace("\n", " "), limit=30)
        more = f"（共{count}处“{wording}”）" if count > 1 else ""
        message = f"{where(document, index, first.start)}“{around}”：疑似{what}{more}，建议核对。"
        yield Check("placeholder", "info", message, first.start, first.end)


def check_blanks(document: Document, index: SectionIndex) -> Iterator[Check]:
    """Yield places where a name seems to have been deleted before 等, e.g. 印发了等文件."""
    for match in _DELETED.finditer(document.text):
        message = f"{where(document, index, match.start())}“{clip(match.group())}”：“等”前疑似缺少名称，建议补全。"
        yield Check("blank", "warning", message, match.start(), match.end())


def check_typos(document: Document, index: SectionIndex) -> Iterator[Check]:
    """Yield set phrases that are written wrongly, e.g. 再接再励."""
    for row in read_table("lexicon/check_typos.tsv", Typo):
        for match in re.finditer(re.escape(row.wrong), document.text):
            message = f"{where(document, index, match.start())}“{row.wrong}”：疑似应为“{row.right}”，建议核对。"
            yield Check("typo", "info", message, match.start(), match.end())
