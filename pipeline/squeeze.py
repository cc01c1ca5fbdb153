"""A reading view of a stretch of text: no stray blanks, full-width punctuation, and the way back to the offsets.

`Document.text` never changes. Crawled reports have blanks inside words ("重 大") and half-width punctuation; rules are
written for clean text and read this view instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import Span

_WIDE = {",": "，", ";": "；", ":": "：", "(": "（", ")": "）", "!": "！", "?": "？"}


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
    chars, places = [], []
    for place in range(start, end):
        char = text[place]
        inside = _ascii(text, place - 1, start, end) and _ascii(text, place + 1, start, end)
        if char.isspace() and not inside:
            continue
        chars.append(char if inside else _WIDE.get(char, char))
        places.append(place)
    return View("".join(chars), tuple(places))


def _ascii(text: str, place: int, start: int, end: int) -> bool:
    return start <= place < end and text[place].isascii() and text[place].isalnum()
