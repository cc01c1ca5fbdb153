"""Characters of symbol fonts as the Unicode characters that look like them.

Word stores them in the private-use area (U+F020 to U+F0FF, code + U+F000); without the font they mean nothing.
Limit: what reports use (boxes, ticks, bullets, arrows, circled digits, Greek, operators); the rest becomes "•".
"""

from __future__ import annotations

import re

UNKNOWN = "•"
_PRIVATE = re.compile("[\uf020-\uf0ff]")


def _circled(first_code: int, first: str) -> dict[int, str]:
    return {first_code + step: chr(ord(first) + step) for step in range(10)}


_WINGDINGS = {
    0x4A: "☺",
    0x6C: "●",
    0x6D: "❍",
    0x6E: "■",
    0x6F: "□",
    0x70: "□",
    0x71: "❑",
    0x72: "❒",
    0x75: "◆",
    0x76: "❖",
    0x77: "◆",
    0x9E: "·",
    0x9F: "•",
    0xA1: "○",
    0xA7: "▪",
    0xA8: "□",
    0xAB: "★",
    0xD8: "➢",
    0xDF: "←",
    0xE0: "→",
    0xE1: "↑",
    0xE2: "↓",
    0xE8: "➔",
    0xF0: "⇨",
    0xFB: "✗",
    0xFC: "✓",
    0xFD: "☒",
    0xFE: "☑",
    **_circled(0x81, "①"),
    **_circled(0x8C, "❶"),
}
_WINGDINGS_2 = {
    0x4F: "✗",
    0x50: "✓",
    0x51: "☒",
    0x52: "☑",
    0x53: "☒",
    0x54: "☒",
    0x98: "●",
    0x99: "○",
    0xA2: "■",
    0xA3: "□",
    0xAE: "◆",
    **_circled(0x6A, "①"),
}
_GREEK_CAPITALS = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ"
_GREEK_SMALL = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ"
_SYMBOL = {
    0x2D: "−",
    0xA3: "≤",
    0xA5: "∞",
    0xAB: "↔",
    0xAC: "←",
    0xAD: "↑",
    0xAE: "→",
    0xAF: "↓",
    0xB0: "°",
    0xB1: "±",
    0xB2: "″",
    0xB3: "≥",
    0xB4: "×",
    0xB5: "∝",
    0xB7: "•",
    0xB8: "÷",
    0xB9: "≠",
    0xBA: "≡",
    0xBB: "≈",
    0xBC: "…",
    0xD0: "∠",
    0xD6: "√",
    0xD7: "⋅",
    0xDE: "⇒",
    0xE5: "∑",
    **{0x41 + place: char for place, char in enumerate(_GREEK_CAPITALS)},
    **{0x61 + place: char for place, char in enumerate(_GREEK_SMALL)},
}
_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "symbol": _SYMBOL}


def symbol(code: int, font: str | None) -> str:
    """Return the character for a code of a symbol font: (0xF0FE, "Wingdings") -> "☑".

    A code outside the private-use area that is not in the font's table is taken as the character itself.
    """
    table = _FONTS.get((font or "").lower())
    private = 0xF020 <= code <= 0xF0FF
    low = code - 0xF000 if private else code
    if table is not None and low in table:
        return table[low]
    if private:
        # the lower half of Symbol is ASCII but for the Greek letters
        return chr(low) if table is _SYMBOL and low < 0x7F else UNKNOWN
    return chr(code) if 0x20 <= code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def is_symbol_font(font: str | None) -> bool:
    """Say whether the characters of a font are known here, e.g. "Wingdings"."""
    return font is not None and font.lower() in _FONTS


def replace_private(text: str, font: str) -> str:
    """Return text with the private-use characters of a known symbol font replaced, one for one.

    In other fonts they stay: they may be characters that the writer's system added (造字).
    """
    return _PRIVATE.sub(lambda match: symbol(ord(match[0]), font), text)
