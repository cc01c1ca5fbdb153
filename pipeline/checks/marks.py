"""Marks and leftovers: doubled punctuation, unpaired quotes and brackets, placeholders, deleted names, misspellings."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from pipeline.literals import needed_strings
from pipeline.places import SectionIndex, clip, where
from pipeline.records import Block, Check, Document, Quantity, Span
from pipeline.resources import read_table

_DOUBLED = re.compile(r"(?<![，,、；;：。！？…])(?:[，,、；;：。][，,、；：。]|。\.|[，、；：]{2,})(?![，、；：。…])")
_MARKS_TOGETHER = re.compile("[，,、；;：。][，,、；：。.]")
_VERB_BEFORE_ETC = re.compile("[了发定台看达]等")
_BEFORE_ETC = re.compile(r"、等(?=[\u4e00-\u9fff，。；])(?!级|候|待|于|次|价|额|同|效|比|量|离|闲)")
_DELETED = re.compile(
    r"(?:印发|制定|出台|下发|修订|转发|制订|发布|观看|传达|学习|签订|开展|组织|建立)了等[\u4e00-\u9fff]{0,6}?(?:文件|制度|办法|规定|方案|通知|细则|片|影片|活动|精神|内容|台账|机制)"
    r"|(?:^|(?<=[，。；：\n]))(?:印发|制定|出台|下发|转发|观看|传达)等[\u4e00-\u9fff]{0,6}?(?:文件|制度|办法|规定|方案|通知|细则|片|影片|精神)"
)
_PAIRS = {"“": "”", "‘": "’", "（": "）", "(": "）", "《": "》", "【": "】", "〔": "〕", "「": "」", "『": "』"}
_CLOSERS = {"”": "”", "’": "’", "）": "）", ")": "）", "》": "》", "】": "】", "〕": "〕", "」": "」", "』": "』"}
_LIST_NUMBER = re.compile(r"(?:^|[\s；;。：:，,])[\d一二三四五六七八九十a-zA-Z]{1,3}$")
_MARK = re.compile(f"[{''.join(map(re.escape, (*_PAIRS, *_CLOSERS)))}]")
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


class _Taken:
    """Places that are taken, apart from each other and in order, so that a new one is held against its neighbours."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._ends: list[int] = []
        self._starts: list[int] = []
        for span in sorted(spans, key=lambda row: row.start):
            if not self.add(span):
                self._ends[-1] = max(self._ends[-1], span.end)

    def add(self, span: Span) -> bool:
        """Take a place that shares no character with a taken one; tell whether it was free."""
        number = bisect_right(self._ends, span.start)
        if number < len(self._starts) and self._starts[number] < span.end:
            return False
        self._starts.insert(number, span.start)
        self._ends.insert(number, span.end)
        return True


@cache
def _placeholders() -> tuple[tuple[re.Pattern[str], str, frozenset[str]], ...]:
    """Return the patterns, what each finds, and what a text must hold for it to find any ("" is in every text)."""
    rows = read_table("lexicon/check_placeholders.tsv", Placeholder)
    everywhere = (frozenset(("",)),)
    return tuple(
        (re.compile(row.pattern, re.MULTILINE), row.what, (needed_strings(row.pattern) or everywhere)[0])
        for row in rows
    )


@cache
def _typos() -> tuple[tuple[Typo, ...], re.Pattern[str]]:
    rows = read_table("lexicon/check_typos.tsv", Typo)
    return rows, re.compile("|".join(re.escape(row.wrong) for row in rows))


def check_punctuation(document: Document, index: SectionIndex) -> Iterator[Check]:
    """Yield punctuation that cannot stand together, e.g. "、，", and a 、 before 等."""
    for place in _MARKS_TOGETHER.finditer(document.text):
        if match := _DOUBLED.match(document.text, place.start()):
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
    waiting: dict[str, list[_Mark]] = defaultdict(list)
    for found in _MARK.finditer(text, block.start, block.end):
        place, char = found.start(), found.group()
        if char in _PAIRS:
            waiting[_PAIRS[char]].append(_Mark(place, char, False, number))
        elif waiting[_CLOSERS[char]]:
            waiting[_CLOSERS[char]].pop()
        elif char not in "）)" or not _LIST_NUMBER.search(text[max(block.start, place - 4) : place]):
            yield _Mark(place, char, True, number)
    for marks in waiting.values():
        yield from marks


def _without_far_pairs(marks: list[_Mark]) -> list[_Mark]:
    """Drop marks that find their partner a few paragraphs on: a quotation that runs over paragraphs or broken lines."""
    left: list[_Mark] = []
    waiting: dict[str, list[_Mark]] = defaultdict(list)
    for mark in sorted(marks, key=lambda row: row.place):
        if not mark.closing:
            waiting[_PAIRS[mark.char]].append(mark)
            continue
        openings = waiting[_CLOSERS[mark.char]]
        if openings and mark.paragraph - openings[-1].paragraph <= _NEAR:
            openings.pop()
        else:
            left.append(mark)
    return sorted((*left, *(mark for rows in waiting.values() for mark in rows)), key=lambda row: row.place)


def check_placeholders(document: Document, index: SectionIndex, quantities: tuple[Quantity, ...]) -> Iterator[Check]:
    """Yield what a template or redaction left, each wording once with the number of its places: XX单位 (3处)."""
    taken = _Taken(Span(row.start, row.end) for row in quantities if row.masked)
    seen: dict[tuple[str, str], list[Span]] = {}
    for pattern, what, needs in _placeholders():
        if not any(part in document.text for part in needs):
            continue
        for match in pattern.finditer(document.text):
            span = Span(match.start(), match.end())
            if match.group() and taken.add(span):
                seen.setdefault((what, " ".join(match.group().split())), []).append(span)
    for (what, wording), spans in seen.items():
        first, count = spans[0], len(spans)
        around = clip(document.text[max(0, first.start - 6) : first.end + 8].replace("\n", " "), limit=30)
        more = f"（共{count}处“{wording}”）" if count > 1 else ""
        message = f"{where(document, index, first.start)}“{around}”：疑似{what}{more}，建议核对。"
        yield Check("placeholder", "info", message, first.start, first.end)


def check_blanks(document: Document, index: SectionIndex) -> Iterator[Check]:
    """Yield places where a name seems to have been deleted before 等, e.g. 印发了等文件."""
    text, ended = document.text, 0
    for place in _VERB_BEFORE_ETC.finditer(text):
        for start in (place.start() - 2, place.start() - 1):
            match = _DELETED.match(text, start) if start >= ended else None
            if match is not None:
                ended = match.end()
                message = f"{where(document, index, start)}“{clip(match.group())}”：“等”前疑似缺少名称，建议补全。"
                yield Check("blank", "warning", message, start, ended)


def check_typos(document: Document, index: SectionIndex) -> Iterator[Check]:
    """Yield set phrases that are written wrongly, e.g. 再接再励."""
    rows, any_of_them = _typos()
    for row in rows if any_of_them.search(document.text) else ():
        for match in re.finditer(re.escape(row.wrong), document.text):
            message = f"{where(document, index, match.start())}“{row.wrong}”：疑似应为“{row.right}”，建议核对。"
            yield Check("typo", "info", message, match.start(), match.end())
