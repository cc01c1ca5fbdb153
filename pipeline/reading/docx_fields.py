"""Field codes: of a field only its result is text; an EQ field has no result and is what it draws."""

from __future__ import annotations

import re

from lxml import etree

from pipeline.reading.ooxml import W, attribute, child, integer, is_on, value_of

_EQUATION = re.compile(r"\s*eq\b", re.IGNORECASE)
_SWITCH = re.compile(r"\\\*\s*\w+|\\[a-z]+(?:\d+|\s+-?\d+(?=[\s\\(]))?", re.IGNORECASE)
_ENCLOSURES = "○〇◯□△◇"


class Fields:
    """The fields that are open at a place of a story: complex fields may run over several paragraphs."""

    def __init__(self) -> None:
        self._codes: list[list[str] | None] = []
        self._hidden = 0

    @property
    def visible(self) -> bool:
        """Whether text here is shown: it stands in no field's code."""
        return self._hidden == 0

    def begin(self) -> None:
        """A field begins: what follows is its code."""
        self._codes.append([])
        self._hidden += 1

    def instruct(self, text: str) -> None:
        """Take a piece of code."""
        if self._codes and self._codes[-1] is not None:
            self._codes[-1].append(text)

    def separate(self) -> None:
        """The code ends and the result begins."""
        if self._codes and self._codes[-1] is not None:
            self._codes[-1] = None
            self._hidden -= 1

    def end(self) -> str:
        """A field ends; return the text that an EQ field without a result draws, "" for any other."""
        if not self._codes:
            return ""
        code = self._codes.pop()
        if code is None:
            return ""
        self._hidden -= 1
        text = "".join(code)
        return equation_text(text) if self.visible and _EQUATION.match(text) else ""

    def give_up_codes(self) -> None:
        """Take every open code as ended: a damaged file never ends it, and the text behind would be lost."""
        self._codes = [None for _ in self._codes]
        self._hidden = 0


def equation_text(code: str) -> str:
    """Return what an EQ field shows, in one line.

    Word writes circled characters (带圈字符) and pinyin as such fields: r"eq \\o\\ac(○,5)" -> "⑤",
    r"eq \\o\\ac(○,密)" -> "密"; r"EQ \\F(1,2)" -> "1/2". Limit: other equations are their parts in a row.
    """
    body = _EQUATION.sub("", code, count=1)
    opening = body.find("(")
    if opening < 0:
        return ""
    switches, parts = body[:opening].lower(), _arguments(body[opening + 1 :])
    if "\\f" in switches and len(parts) == 2:
        return f"{parts[0]}/{parts[1]}"
    if "\\o" not in switches:
        return "".join(parts)
    inner = [part for part in parts if part not in _ENCLOSURES]
    if len(inner) == len(parts):
        return inner[-1] if inner else ""
    text = "".join(inner)
    return chr(ord("①") + int(text) - 1) if text.isascii() and text.isdigit() and 1 <= int(text) <= 20 else text


def _arguments(text: str) -> list[str]:
    """Split "a,b)" at its own commas; switches and the brackets of nested ones are taken off."""
    parts, depth = [""], 0
    for char in text:
        if char == ")" and depth == 0:
            break
        depth += (char == "(") - (char == ")")
        if char in ",;，；" and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return [_SWITCH.sub("", part).strip("() \t") for part in parts]


def form_text(begin: etree._Element) -> str:
    """Return what a form field of the old kind shows: "☑" or "☐" for a tick box, the chosen entry of a list."""
    box = begin.find(f"{W}ffData/{W}checkBox")
    if box is not None:
        state = child(box, "checked")
        state = child(box, "default") if state is None else state
        return "☑" if state is not None and is_on(state) else "☐"
    choice = begin.find(f"{W}ffData/{W}ddList")
    if choice is None:
        return ""
    entries = [attribute(entry, "val") or "" for entry in choice.iterchildren(W + "listEntry")]
    chosen = integer(value_of(child(choice, "result"))) or integer(value_of(child(choice, "default"))) or 0
    return entries[chosen] if 0 <= chosen < len(entries) else ""


def balanced(root: etree._Element) -> bool:
    """Say whether every complex field of a part that begins also ends."""
    kinds = [attribute(node, "fldCharType") for node in root.iter(W + "fldChar")]
    return kinds.count("begin") == kinds.count("end")
