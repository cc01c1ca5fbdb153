"""Numbers of ordered lists as a browser shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.reading.number_formats import format_number

_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)", re.IGNORECASE)
_FORMATS = {
    "decimal": ("decimal", "."),
    "1": ("decimal", "."),
    "a": ("lowerLetter", "."),
    "lower-alpha": ("lowerLetter", "."),
    "lower-latin": ("lowerLetter", "."),
    "A": ("upperLetter", "."),
    "upper-alpha": ("upperLetter", "."),
    "upper-latin": ("upperLetter", "."),
    "i": ("lowerRoman", "."),
    "lower-roman": ("lowerRoman", "."),
    "I": ("upperRoman", "."),
    "upper-roman": ("upperRoman", "."),
    "cjk-ideographic": ("chineseCountingThousand", "、"),
    "cjk-decimal": ("chineseCountingThousand", "、"),
    "simp-chinese-informal": ("chineseCountingThousand", "、"),
    "trad-chinese-informal": ("chineseCountingThousand", "、"),
}


@dataclass(slots=True)
class _Open:
    """A list that is open: ordered ones count."""

    style: str | None
    next: int
    step: int = 1


class ListNumbers:
    """Counts the items of nested lists."""

    def __init__(self) -> None:
        self._open: list[_Open] = []

    def enter(self, tag: str, attributes: Mapping[str, str | None], style: str) -> str | None:
        """Return the number that a list item shows, e.g. "1. " or "一、"; None for what is no numbered item."""
        if tag in ("ol", "ul"):
            self._open.append(
                _Open(_style(attributes, style) if tag == "ol" else None, _whole(attributes.get("start"), 1))
            )
        elif tag == "li" and self._open and self._open[-1].style is not None:
            return self._item(self._open[-1], attributes, style)
        return None

    def leave(self, tag: str) -> None:
        """End a list."""
        if tag in ("ol", "ul") and self._open:
            self._open.pop()

    def _item(self, open_list: _Open, attributes: Mapping[str, str | None], style: str) -> str | None:
        value = _whole(attributes.get("value"), open_list.next)
        open_list.next = value + 1
        own = _style(attributes, style, open_list.style)
        if own == "none":
            return None
        name, mark = _FORMATS.get(own or "1", _FORMATS["1"])
        return format_number(value, name) + mark + (" " if mark == "." else "")


def _style(attributes: Mapping[str, str | None], style: str, given: str | None = "1") -> str | None:
    match = _STYLE.search(style)
    return match[1].lower() if match else (attributes.get("type") or given)


def _whole(value: str | None, otherwise: int) -> int:
    text = (value or "").strip()
    return int(text) if text.isascii() and text.lstrip("-").isdigit() and len(text) < 7 else otherwise
