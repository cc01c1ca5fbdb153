"""Marked-up sentences for tests on quantities: ⟦raw|kind|value|unit|more…⟧ stands for raw; nothing else may be found.

more: a bound (>=), ~ (approximate), masked, max:5, item:党员, note:decrease, from:2021-05-08, to:2021-07-05.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.quantities import extract
from pipeline.records import Document, Quantity

_MARK = re.compile(r"⟦([^⟦⟧]*)⟧")
_BOUNDS = ("=", ">=", "<=", ">", "<")
_FIELDS = {"max": "value_max", "item": "item", "note": "note", "from": "period_start", "to": "period_end"}


@dataclass(frozen=True, slots=True)
class Expected:
    """What one mark says about a quantity; extras are compared where they are given."""

    start: int
    raw: str
    kind: str
    value: str
    unit: str
    bound: str
    approximate: bool
    masked: bool
    extras: tuple[tuple[str, str], ...]


def read_marks(marked: str) -> tuple[str, tuple[Expected, ...]]:
    """Return the plain sentence and its expected quantities; ValueError for a mark that is not well formed."""
    text, expected, place = "", [], 0
    for match in _MARK.finditer(marked):
        text += marked[place : match.start()]
        expected.append(_expected(match[1], len(text)))
        text += expected[-1].raw
        place = match.end()
    text += marked[place:]
    if "⟦" in text or "⟧" in text or "|" in text:
        raise ValueError(f"broken mark in {marked}")
    return text, tuple(expected)


def _expected(mark: str, start: int) -> Expected:
    raw, kind, value, unit, *more = mark.split("|")
    bounds = [word for word in more if word in _BOUNDS]
    extras = [word.split(":", 1) for word in more if ":" in word]
    unknown = [word for word in more if word not in (*_BOUNDS, "~", "masked") and ":" not in word]
    if unknown or len(bounds) > 1 or any(name not in _FIELDS for name, _ in extras):
        raise ValueError(f"unknown words in mark {mark}")
    return Expected(
        start, raw, kind, value, unit, bounds[0] if bounds else "=", "~" in more, "masked" in more,
        tuple((_FIELDS[name], wanted) for name, wanted in extras),
    )  # fmt: skip


def document_of(text: str) -> Document:
    return Document(report_id="r1", source_file="r1.txt", format="txt", text=text, blocks=())


def find(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of a text without sections and findings, and check the invariant of their spans."""
    found = extract(document_of(text), (), ())
    for number, quantity in enumerate(found, start=1):
        assert quantity.quantity_id == f"r1-q{number:03d}"
        assert text[quantity.start : quantity.end] == quantity.raw != ""
    for first, second in zip(found, found[1:], strict=False):
        assert first.end <= second.start
    return found


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.13g}" if isinstance(value, float) else str(value)


def check(marked: str) -> None:
    """Compare what is found in a marked-up sentence with its marks: places, values, units and what else they say."""
    text, expected = read_marks(marked)
    found = find(text)
    assert [quantity.raw for quantity in found] == [mark.raw for mark in expected]
    for quantity, mark in zip(found, expected, strict=True):
        assert quantity.start == mark.start
        got = (quantity.kind, _shown(quantity.value), quantity.unit, quantity.bound)
        assert got == (mark.kind, mark.value, mark.unit, mark.bound), quantity
        assert (quantity.approximate, quantity.masked) == (mark.approximate, mark.masked), quantity
        for field, wanted in mark.extras:
            assert _shown(getattr(quantity, field)) == wanted, quantity
