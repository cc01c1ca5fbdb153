"""Where things stand in a gold text: its segments, quotes found blind to white space, and when two places meet."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.records import Span

_SEGMENT_END = re.compile(r"[。！？；\n]")
_BLANK = re.compile(r"\s+")
# Two places mean the same statement where they share this part of the shorter one.
SHARED_PART = 0.3


def segments(text: str) -> Iterator[Span]:
    """Yield the units that statements are judged on, without outer white space.

    A segment ends at 。！？； or at a line end: "走访少。记录不全；二、打算" -> "走访少。", "记录不全；", "二、打算".
    The number of a segment in a gold table is its place in this order, from 0.
    """
    begin = 0
    for match in _SEGMENT_END.finditer(text):
        end = match.start() if match[0] == "\n" else match.end()
        yield from _stripped(text, begin, end)
        begin = match.end()
    yield from _stripped(text, begin, len(text))


def _stripped(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    kept = piece.strip()
    if kept:
        begin = start + len(piece) - len(piece.lstrip())
        yield Span(begin, begin + len(kept))


def shared(first: Span, second: Span) -> int:
    """Return how many characters two places have in common."""
    return max(0, min(first.end, second.end) - max(first.start, second.start))


def meet(first: Span, second: Span, *, part: float = SHARED_PART) -> bool:
    """Return whether two places share at least `part` of the shorter one."""
    shorter = min(first.end - first.start, second.end - second.start)
    return shared(first, second) >= part * shorter


class Locator:
    """Finds quotes in a text, blind to white space, so that a report in another form can be held against the gold."""

    def __init__(self, text: str) -> None:
        kept = [(place, char) for place, char in enumerate(text) if not char.isspace()]
        self._flat = "".join(char for _, char in kept)
        self._places = [place for place, _ in kept]

    def find(self, quote: str, *, near: int) -> Span | None:
        """Return where the quote stands; of several places the one whose start is nearest, None without any.

        Locator("存在 问题").find("存在问题", near=0) -> Span(0, 5).
        """
        flat = _BLANK.sub("", quote)
        if not flat:
            return None
        starts = list(self._starts(flat))
        if not starts:
            return None
        best = min(starts, key=lambda at: abs(self._places[at] - near))
        return Span(self._places[best], self._places[best + len(flat) - 1] + 1)

    def _starts(self, flat: str) -> Iterator[int]:
        at = self._flat.find(flat)
        while at >= 0:
            yield at
            at = self._flat.find(flat, at + 1)
