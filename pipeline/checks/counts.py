"""Announced numbers of items against the items that follow, and numbering that jumps or repeats."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from pipeline.places import SectionIndex, clip, where
from pipeline.records import Check, Document, Section, Span

_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_NUMBER = r"[一二两三四五六七八九十]{1,3}|\d{1,2}"
_ANNOUNCED = re.compile(
    rf"(?:以下|下列|如下|下面)(?P<a>{_NUMBER})(?:个|点|项|条|类|大)?(?:主要|突出)?"
    r"(?:方面|问题|措施|不足|工作|环节|原因|短板)[^，,。；;：:\n]{0,8}[：:。]"
    rf"|(?:存在|表现在|体现在|表现为|体现为|归纳为|概括为)(?P<b>{_NUMBER})(?:个|点|项|条|类|大)?(?:主要|突出)?"
    r"(?:方面|问题|不足|短板)[^，,。；;：:\n]{0,8}[：:]"
)
_ANNOUNCING = re.compile("以下|下列|如下|下面|存在|表现在|体现在|表现为|体现为|归纳为|概括为")
_IS_MARKER = re.compile(
    r"(?:^|(?<=[，,。；;：:\s]))(?P<n>[一二三四五六七八九十]{1,2})是(?!一是|二是|非|否)", re.MULTILINE
)
_NUMERAL_IS = re.compile("[一二三四五六七八九十]{1,2}是")
_NEAR = 120
_SHAPES = (
    re.compile(r"^([一二三四五六七八九十]{1,3})[、．.]?$"),
    re.compile(r"^[（(]([一二三四五六七八九十]{1,3})[）)]$"),
    re.compile(r"^(\d{1,2})[.．、]?$"),
    re.compile(r"^[（(](\d{1,2})[）)]$"),
)


def number_of(text: str) -> int | None:
    """Return the value of a small numeral, e.g. "十二" -> 12, "两" -> 2, "7" -> 7; None where it is none."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS.get(text)
    high = _DIGITS.get(tens) if tens else 1
    low = _DIGITS.get(ones) if ones else 0
    return None if high is None or low is None else 10 * high + low


def check_declared(document: Document, index: SectionIndex) -> Iterator[Check]:
    """Yield announcements that the items after them do not bear out: 存在以下三个方面的问题： and four items.

    Items are 一是 … of the same section, or its subsections; fewer than two items say nothing.
    """
    for match in _announcements(document.text):
        announced = number_of(match["a"] or match["b"])
        section = index.innermost(match.start())
        end = section.end if section else len(document.text)
        items = _items_after(document, index, section, match.end(), end)
        if announced is None or len(items) < 2 or len(items) == announced:
            continue
        place, said = where(document, index, match.start()), clip(match.group())
        message = f"{place}“{said}”：声明{announced}项，其后疑似有{len(items)}项，建议核对。"
        yield Check("declared_count", "warning", message, match.start(), match.end(), items[0].start, items[-1].end)


def _announcements(text: str) -> Iterator[re.Match[str]]:
    ended = 0
    for place in _ANNOUNCING.finditer(text):
        match = _ANNOUNCED.match(text, place.start()) if place.start() >= ended else None
        if match is not None:
            ended = match.end()
            yield match


def _items_after(document: Document, index: SectionIndex, section: Section | None, start: int, end: int) -> list[Span]:
    """Return the 一是 items of the section from start on, or its direct subsections where it has no such items."""
    children = [row for row in index.children(section) if row.start >= start] if section else []
    stop = children[0].start if children else end
    run = _first_run(document.text, start, stop)
    if run:
        return run
    numbered = [row for row in children if row.number]
    return [Span(row.start, row.heading_end) for row in numbered] if len(numbered) == len(children) else []


def _first_run(text: str, start: int, stop: int) -> list[Span]:
    """Return the markers of the list that begins with 一是 right after start, up to where it stops counting by one."""
    run: list[Span] = []
    for match in _markers(text, start, stop):
        if not run and match.start() - start > _NEAR:
            break
        if number_of(match["n"]) == len(run) + 1:
            run.append(Span(match.start("n"), match.end()))
        elif run and number_of(match["n"]) != 1:
            return []
        elif run:
            break
    return run


def _markers(text: str, start: int, stop: int) -> Iterator[re.Match[str]]:
    """Yield the markers 一是, 二是 … of a stretch; the words are found first, then what must stand before them."""
    for place in _NUMERAL_IS.finditer(text, start, stop):
        if match := _IS_MARKER.match(text, place.start(), stop):
            yield match


def check_lists(document: Document, index: SectionIndex) -> Iterator[Check]:
    """Yield jumps in lists of one paragraph: 一是…二是…四是. Lists inside lists are followed."""
    for block in document.blocks:
        open_lists: list[int] = []
        for match in _markers(document.text, block.start, block.end):
            number = number_of(match["n"])
            if number is None:
                continue
            if number == 1:
                open_lists.append(1)
                continue
            if number - 1 in open_lists:
                while open_lists[-1] != number - 1:
                    open_lists.pop()
                open_lists[-1] = number
            elif open_lists:
                yield _list_gap(document, index, match, open_lists[-1], number)
                open_lists[-1] = number


def _list_gap(document: Document, index: SectionIndex, match: re.Match[str], last: int, number: int) -> Check:
    said = "重复" if number <= last else "跳号"
    message = (
        f"{where(document, index, match.start())}“{clip(document.text[match.start() : match.start() + 16])}”："
        f"列举序号疑似{said}（前一项为第{last}项），建议核对。"
    )
    return Check("list_gap", "warning", message, match.start("n"), match.end())


def check_heading_numbers(text: str, index: SectionIndex) -> Iterator[Check]:
    """Yield headings of one parent whose numbers jump or repeat; numbers that stand in the text between are no jump."""
    parents = sorted(index.sections, key=lambda row: (row.parent_id or "", row.start))
    for _, group in groupby(parents, key=lambda row: row.parent_id or ""):
        siblings = [(row, _shape(row.number)) for row in group]
        for (first, one), (second, other) in zip(siblings, siblings[1:], strict=False):
            if one is None or other is None or one[0] != other[0] or other[1] == one[1] + 1:
                continue
            if other[1] == one[1]:
                yield _heading_check("heading_repeat", "重复", first, second)
            elif other[1] > one[1] + 1 and not _mentioned(text, first, second, one[0], range(one[1] + 1, other[1])):
                yield _heading_check("heading_gap", "跳号", first, second)


def _shape(number: str) -> tuple[int, int] | None:
    """Return which shape a heading number has and its value, e.g. "（三）" -> (1, 3); None for other shapes."""
    for place, pattern in enumerate(_SHAPES):
        if match := pattern.match(number.strip()):
            value = number_of(match[1])
            return None if value is None else (place, value)
    return None


def _mentioned(text: str, first: Section, second: Section, shape: int, missing: range) -> bool:
    """Tell whether a missing number stands between the two headings after all, as a line or run-in heading."""
    between = text[first.heading_end : second.start].replace("(", "（").replace(")", "）")
    digits = [str(number) if shape > 1 else _numeral(number) for number in missing]
    forms = {0: ("{}、", "{}."), 1: ("（{}）",), 2: ("{}.", "{}、", "{}．"), 3: ("（{}）",)}[shape]
    return any(form.format(digit) in between for digit in digits for form in forms)


def _numeral(number: int) -> str:
    numerals = "一二三四五六七八九"
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else numerals[tens - 1] + "十"
    return head + (numerals[ones - 1] if ones else "")


def _heading_check(check: str, said: str, first: Section, second: Section) -> Check:
    title, former = clip(second.number + second.title), clip(first.number + first.title)
    message = f"“{title}”：标题序号疑似{said}（前一标题为“{former}”），建议核对。"
    return Check(check, "warning", message, second.start, second.heading_end, first.start, first.heading_end)
