"""Patterns that are tried only in sentences that hold a sign without which they cannot match."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_END = re.compile(r"[。；\n]")


def _is_missing(sign: re.Pattern[str], text: str) -> bool:
    """Tell whether a sign of one character stands nowhere in a text; `in` is many times quicker than a pattern."""
    return len(sign.pattern) == 1 and sign.pattern not in text


@dataclass(frozen=True, slots=True)
class Gated:
    """A pattern with a sign, e.g. 百分之三十 with 分之: most sentences lack the sign and are passed over quickly.

    Sentences end at 。, ； and line ends, so the pattern must not reach across these and must treat them like the end
    of the text (as (?=[，。；]|$) does).
    """

    pattern: re.Pattern[str]
    sign: re.Pattern[str]

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the matches in text from left to right, as `re.Pattern.finditer` does."""
        if _is_missing(self.sign, text):
            return
        place = 0
        while found := self.sign.search(text, place):
            at = found.start()
            start = max(place, text.rfind("。", place, at) + 1, text.rfind("；", place, at) + 1)
            start = max(start, text.rfind("\n", start, at) + 1)
            end = _END.search(text, found.end())
            place = end.start() if end else len(text)
            yield from self.pattern.finditer(text, start, place)


def gated(pattern: str, sign: str) -> Gated:
    """Return the pattern that is tried only in sentences in which the sign is found."""
    return Gated(re.compile(pattern), re.compile(sign))


@dataclass(frozen=True, slots=True)
class Near:
    """A pattern tried only near a sign: no match begins more than `back` characters before one, nor behind all of them.

    Unlike `Gated` it may look across the ends of sentences and lines. No match may be empty.
    """

    pattern: re.Pattern[str]
    sign: re.Pattern[str]
    back: int

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the matches in text from left to right, as `re.Pattern.finditer` does."""
        if _is_missing(self.sign, text):
            return
        match_at, back, place = self.pattern.match, self.back, 0
        for sign in self.sign.finditer(text):
            first, end = sign.span()
            place = max(place, first - back)
            while place < end:
                match = match_at(text, place)
                if match is None:
                    place += 1
                else:
                    yield match
                    place = match.end()


def near(pattern: str, sign: str, back: int, flags: int = 0) -> Near:
    """Return the pattern that is tried only from `back` characters before a sign up to its end."""
    return Near(re.compile(pattern, flags), re.compile(sign), back)
