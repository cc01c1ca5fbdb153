"""Patterns that are tried only in sentences that hold a sign without which they cannot match."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ENDS = "。；\n"
_END = re.compile(f"[{_ENDS}]")


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
        place = 0
        while found := self.sign.search(text, place):
            start = max(place, *(text.rfind(end, place, found.start()) + 1 for end in _ENDS))
            end = _END.search(text, found.end())
            place = end.start() if end else len(text)
            yield from self.pattern.finditer(text, start, place)


def gated(pattern: str, sign: str) -> Gated:
    """Return the pattern that is tried only in sentences in which the sign is found."""
    return Gated(re.compile(pattern), re.compile(sign))
