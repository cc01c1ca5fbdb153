"""The numbers that open headings: 第一章, 一、, （一）, 1., 1.1, （1）, 1）, ①.

GB/T 9704-2012, 7.3.3, orders them 一、 （一） 1. （1）; real reports mix half and full width and use 、 after digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

NumberKind = Literal[
    "chapter",
    "formal",
    "cn",
    "stem",
    "cn_paren",
    "decimal",
    "decimal2",
    "decimal3",
    "decimal4",
    "paren",
    "half_paren",
    "circled",
    "nth",
    "label",
    "bullet",
]

# From the outermost to the innermost, where a report does not show another nesting.
RANK: dict[str, float] = {
    "chapter": 0,
    "formal": 0.5,
    "cn": 1,
    "stem": 1.5,
    "cn_paren": 2,
    "decimal": 3,
    "decimal2": 4,
    "decimal3": 5,
    "decimal4": 6,
    "paren": 7,
    "half_paren": 8,
    "circled": 9,
    "nth": 9.5,
    "label": 10,
    "bullet": 11,
}

_CN = "一二三四五六七八九十"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_FORMAL = "壹贰叁肆伍陆柒捌玖拾"
_NAMES = "问题|事项|意见|建议|聚焦|任务|方面|整改事项"
_ROMAN = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ"
_DIGIT = r"[0-9０-９]"
_NAME_FIRST = "".join({name[0]: None for name in _NAMES.split("|")})
_DIGITS = "0123456789０１２３４５６７８９"
_BULLETS = "◆◇●○■□▲△★☆▶►"
# Kind, the characters that it may begin with, pattern.
_PATTERNS: tuple[tuple[NumberKind, str, re.Pattern[str]], ...] = (
    ("chapter", "第", re.compile(rf"第\s*([{_CN}]{{1,3}}|{_DIGIT}{{1,2}})\s*(?:章|部分|篇|节)[\s、：:.．]*")),
    ("cn_paren", "（(", re.compile(rf"[（(]\s*([{_CN}]{{1,3}})\s*[）)][\s、.．]*")),
    ("cn", _CN, re.compile(rf"([{_CN}]{{1,3}})\s*[、.．，,]\s*")),
    ("cn", _CN, re.compile(rf"([{_CN}]{{1,3}})[：:\s\u3000]+(?=\S)")),
    ("formal", _FORMAL + _ROMAN, re.compile(rf"([{_FORMAL}{_ROMAN}])(?:\s*[、.．：:]\s*|[\s\u3000]+)(?=\S)")),
    ("nth", "其", re.compile(rf"其([{_CN}])(?:\s*[，,、：:]\s*|[\s\u3000]+)")),
    ("bullet", _BULLETS, re.compile(rf"([{_BULLETS}])\s*(?=\S)")),
    ("decimal", "0０", re.compile(rf"([0０]{_DIGIT})\s*[/／、.．\s\u3000]\s*(?=[\u4e00-\u9fff])")),
    ("stem", _STEMS, re.compile(rf"([{_STEMS}])\s*[、.．]\s*")),
    ("decimal4", _DIGITS, re.compile(rf"({_DIGIT}{{1,2}}(?:[.．]{_DIGIT}{{1,2}}){{3}})(?![.．]?{_DIGIT})[.．、]?\s*")),
    ("decimal3", _DIGITS, re.compile(rf"({_DIGIT}{{1,2}}(?:[.．]{_DIGIT}{{1,2}}){{2}})(?![.．]?{_DIGIT})[.．、]?\s*")),
    ("decimal2", _DIGITS, re.compile(rf"({_DIGIT}{{1,2}}[.．]{_DIGIT}{{1,2}})(?![.．]?{_DIGIT})[.．、]?\s*")),
    ("decimal", _DIGITS, re.compile(rf"({_DIGIT}{{1,2}})\s*(?:、\s*|[.．]\s*(?!{_DIGIT}))")),
    ("decimal", _DIGITS, re.compile(rf"({_DIGIT}{{1,2}})[ \u3000\t]+(?=[\u4e00-\u9fff])")),
    ("paren", "（(", re.compile(rf"[（(]\s*({_DIGIT}{{1,2}})\s*[）)][\s、.．]*")),
    (
        "label",
        _NAME_FIRST,
        re.compile(rf"(?:{_NAMES})\s*([{_CN}]{{1,3}}|{_DIGIT}{{1,2}})(?:\s*[：:．.、]\s*|[\s\u3000]+(?=\S))"),
    ),
    ("half_paren", _DIGITS, re.compile(rf"({_DIGIT}{{1,2}})\s*[）)][\s、.．]*")),
)
# ㈠–㈩, ⑴–⒇ and ①–⑳ are one character each and count from their first.
_SINGLE: tuple[tuple[NumberKind, str, int], ...] = (("cn_paren", "㈠", 10), ("paren", "⑴", 20), ("circled", "①", 20))
_LARGEST = 40
_SINGLES: dict[str, tuple[NumberKind, int]] = {
    chr(ord(first) + step): (kind, step + 1) for kind, first, count in _SINGLE for step in range(count)
}
_BY_FIRST: dict[str, tuple[tuple[NumberKind, re.Pattern[str]], ...]] = {
    first: tuple((kind, pattern) for kind, firsts, pattern in _PATTERNS if first in firsts)
    for first in sorted({first for _, firsts, _ in _PATTERNS for first in firsts})
}
_DOT = re.compile(r"[.．]")
# After 3.5 these make a measured value, not a heading number.
_UNITS = frozenset("万亿元％%倍个人次年月日号公米吨亩千百项家户分小天岁平立")


@dataclass(frozen=True, slots=True)
class HeadingNumber:
    """A number at the start of a line: its kind, its value among its siblings, and where it ends."""

    kind: NumberKind
    value: int
    end: int


def read_number(text: str, start: int, end: int) -> HeadingNumber | None:
    """Return the heading number that opens text[start:end], e.g. "（二）问题" -> cn_paren, 2; None where there is none.

    "2.83万元…" and "2024年…" open with a value, not with a number.
    """
    first = text[start : start + 1]
    if first in _SINGLES:
        kind, value = _SINGLES[first]
        return HeadingNumber(kind, value, start + 1)
    for kind, pattern in _BY_FIRST.get(first, ()):
        match = pattern.match(text, start, end)
        if match is None:
            continue
        padded = kind == "decimal" and match[1][0] in "0０"
        if kind.startswith("decimal") and not padded and not _plausible(kind, match, text, end):
            return None
        return HeadingNumber(kind, _value(match[1]), match.end())
    return None


def _plausible(kind: str, match: re.Match[str], text: str, end: int) -> bool:
    """Refuse 3.5万元 and 08.12: parts run from 1 to 40 without leading zeros, and no unit follows at once."""
    parts = _DOT.split(match[1])
    if any(part[0] in "0０" or int(part) > _LARGEST for part in parts):
        return False
    attached = match.end() < end and not text[match.end() - 1].isspace()
    follower = text[match.end()] if attached else ""
    return kind == "decimal" or follower not in _UNITS


def _value(digits: str) -> int:
    """Return the last component as a number: 十二 -> 12, 1.3 -> 3, ２ -> 2."""
    last = _DOT.split(digits)[-1]
    for series in (_STEMS, _FORMAL, _ROMAN):
        if last[0] in series:
            return series.index(last[0]) + 1
    if not last[0].isalnum():
        return 0
    if last[0] not in _CN:
        return int(last)
    tens, ten, units = last.partition("十")
    if not ten:
        return _CN.index(last[0]) + 1
    return (_CN.index(tens[0]) + 1 if tens else 1) * 10 + (_CN.index(units[0]) + 1 if units else 0)
