"""The text as the quantity patterns read it: without stray blanks, with plain digits, and with a way back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.quantities.numerals import plain
from pipeline.records import Span

_BLANK = re.compile(r"[ \t\u00a0\u2002-\u200b\u3000]+")
# A blank between two digits stays (it separates table columns), but for 1 200 and 20 25年, which were broken by it.
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3}){1,3}(?! *\d)")
_BROKEN_YEAR = re.compile(r"(?<![\d.])(?:1 9\d\d|19 \d\d|2 0\d\d|20 \d\d|(?:19|20)\d \d)(?=年)")
# What stands at a distance behind the number of a heading belongs to no number: 06　把规矩立起来, 其四　年底.
_APART = re.compile(
    r"(?m)(?:^[ \u3000]*\d{1,2}|^其[一二三四五六七八九十]|\d(?=[ \u3000]+[二两三四五六七八九十]))"
    r"(?P<gap>\u3000[ \u3000]*|[ ]{2,})(?=[\u4e00-\u9fff])"
)
_TOO_LONG = re.compile(r"\d{21,}|[零一二两三四五六七八九十百千万亿]{25,}")
# What the three patterns above cannot do without; most texts hold none of them.
_SPLIT_DIGITS = re.compile(r"\d \d")
_WIDE_BLANK = re.compile(r"\u3000|  ")
_LONG_RUN = re.compile(r"[\d零一二两三四五六七八九十百千万亿]{21}")
# Stands for characters that a reader has claimed or that are no quantity; no pattern matches it.
CLAIMED = "\ue000"


@dataclass(frozen=True, slots=True)
class Flat:
    """Text without blanks inside its lines; places[i] is the offset of text[i] in the report."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Return where text[start:end] stands in the report, e.g. "12次" where the report has "12 次"."""
        return Span(self.places[start], self.places[end - 1] + 1)


def flatten(text: str) -> Flat:
    """Return text with half-width digits and without blanks inside lines: "1 200余 人次" -> "1200余人次"."""
    digits = plain(text)
    broken, apart = _broken(digits), _apart(digits)
    pieces: list[str] = []
    places: list[int] = []
    place = 0
    for match in _BLANK.finditer(digits):
        start, end = match.span()
        between = start not in broken and (start in apart or _between_digits(digits, match))
        kept = start + 1 if between else start
        pieces.append(digits[place:kept])
        places.extend(range(place, kept))
        place = end
    pieces.append(digits[place:])
    places.extend(range(place, len(digits)))
    return Flat("".join(pieces), tuple(places))


def _broken(digits: str) -> set[int]:
    """Return the places of blanks inside a number: 1 200, 20 25年."""
    if not _SPLIT_DIGITS.search(digits):
        return set()
    return {at for pattern in (_THOUSANDS, _BROKEN_YEAR) for match in pattern.finditer(digits) for at in _blanks(match)}


def _apart(digits: str) -> set[int]:
    """Return the places of blanks that part the number of a heading from its words."""
    return {match.start("gap") for match in _APART.finditer(digits)} if _WIDE_BLANK.search(digits) else set()


def _blanks(match: re.Match[str]) -> Iterable[int]:
    return (match.start() + at for at, char in enumerate(match[0]) if char == " ")


def _between_digits(text: str, blank: re.Match[str]) -> bool:
    before, after = text[blank.start() - 1 : blank.start()], text[blank.end() : blank.end() + 1]
    return before.isascii() and after.isascii() and before.isalnum() and after.isalnum()


def claim(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return text with the spans made unreadable for the next reader; they may overlap."""
    pieces: list[str] = []
    place = 0
    for start, end in sorted(spans):
        if end <= place:
            continue
        start = max(start, place)
        pieces += (text[place:start], CLAIMED * (end - start))
        place = end
    return "".join([*pieces, text[place:]])


def without_long_runs(text: str) -> str:
    """Return text with runs of digits that are no numeral of a report made unreadable (ids, serial numbers)."""
    if not _LONG_RUN.search(text):
        return text
    return claim(text, (match.span() for match in _TOO_LONG.finditer(text)))
