"""A reading view of a stretch of text: no stray blanks, full-width punctuation, and the way back to the offsets.

`Document.text` never changes. Crawled reports have blanks inside words ("重 大") and half-width punctuation; rules are
written for clean text and read this view instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.records import Span

_WIDE = {",": "，", ";": "；", ":": "：", "(": "（", ")": "）", "!": "！", "?": "？"}
_NOTABLE = re.compile(r"[\s,;:()!?]")


@dataclass(frozen=True, slots=True)
class View:
    """The squeezed text, and for each of its characters the offset in the document."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Return the document's span for view[start:end], which must not be empty."""
        return Span(self.places[start], self.places[end - 1] + 1)


def squeeze(text: str, start: int, end: int) -> View:
    """Return the view of text[start:end], e.g. "存在 问题," -> "存在问题，" with places 0, 1, 3, 4, 5.

    White space goes unless it stands between two ASCII letters or digits; half-width punctuation becomes full-width
    unless it stands between two of them (1,200 and 3:1 stay).
    """
    if _NOTABLE.search(text, start, end) is None:
        return View(text[start:end], tuple(range(start, end)))
    parts: list[str] = []
    places: list[int] = []
    done = start
    for match in _NOTABLE.finditer(text, start, end):
        place = match.start()
        if _ascii(text, place - 1, start, end) and _ascii(text, place + 1, start, end):
            continue
        parts += text[done:place], _WIDE.get(text[place], "")
        # White space has no wide form: its place goes with it.
        places.extend(range(done, place + bool(parts[-1])))
        done = place + 1
    parts.append(text[done:end])
    places.extend(range(done, end))
    return View("".join(parts), tuple(places))


def _ascii(text: str, place: int, start: int, end: int) -> bool:
    return start <= place < end and text[place].isascii() and text[place].isalnum()
