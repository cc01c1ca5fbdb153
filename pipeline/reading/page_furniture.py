"""What stands on a page and belongs to no text: running heads and feet, page numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.reading.page_lines import Page, PageLine

_EDGE_LINES = 3
_HEAD_ZONE, _FOOT_ZONE = 0.12, 0.88
_NUMBER_ZONE = 0.85
_LEAST_PAGES = 2
_NUMBER = re.compile(
    r"^[\s\-—–－―·•~～]*(?:第\s*)?(?:\d{1,4}|[ivxIVX]{1,6}|[一二三四五六七八九十百]{1,5}(?=\s*页))\s*(?:页)?"
    r"(?:\s*[/／,，]?\s*(?:共|总)?\s*\d{1,4}\s*页?)?[\s\-—–－―·•~～]*$"
)

Reason = Literal["header", "footer", "page number"]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line that was left out, and why; page counts from 0."""

    page: int
    text: str
    reason: Reason


def without_furniture(pages: Sequence[Page]) -> tuple[list[Page], tuple[Dropped, ...]]:
    """Return pages without running heads, feet and page numbers, and what was dropped.

    Dropped are lines near an edge that repeat (but for digits) on at least half of the pages, and page numbers near
    the lower or upper edge: "— 3 —", "第3页 共12页". What looks like a number inside the page stays.
    """
    repeated = _repeated(pages)
    kept: list[Page] = []
    dropped: list[Dropped] = []
    for page in pages:
        out = {index: reason for index in _edges(page) if (reason := _reason(page, index, repeated)) is not None}
        dropped += (Dropped(page.number, page.lines[index].text, reason) for index, reason in out.items())
        kept.append(replace(page, lines=tuple(line for index, line in enumerate(page.lines) if index not in out)))
    return kept, tuple(dropped)


def _edges(page: Page) -> list[int]:
    """Return the places of the first and last lines of a page."""
    count = len(page.lines)
    return [place for place in range(count) if place < _EDGE_LINES or place >= count - _EDGE_LINES]


def _reason(page: Page, index: int, repeated: set[tuple[str, str]]) -> Reason | None:
    line = page.lines[index]
    zone = _zone(page, line)
    if zone is None:
        return None
    if _NUMBER.match(line.text) and (zone == "header" or line.base > _NUMBER_ZONE * page.height):
        return "page number"
    return zone if (zone, _shape(line)) in repeated else None


def _zone(page: Page, line: PageLine) -> Literal["header", "footer"] | None:
    if line.base < _HEAD_ZONE * page.height:
        return "header"
    return "footer" if line.base > _FOOT_ZONE * page.height else None


def _shape(line: PageLine) -> str:
    """Return a line without what changes from page to page: digits and blanks."""
    return re.sub(r"\d+", "0", "".join(line.text.split()))


def _repeated(pages: Sequence[Page]) -> set[tuple[str, str]]:
    """Return the lines near an edge, by zone and shape, that stand on at least half of the pages, odd or even ones."""
    where: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for page in pages:
        for index in _edges(page):
            line = page.lines[index]
            zone = _zone(page, line)
            if zone is not None and not _is_heading_like(line):
                where[zone, _shape(line)].add(page.number)
    filled = sum(bool(page.lines or page.tables) for page in pages)
    least = max(_LEAST_PAGES, round(0.4 * filled))
    return {key for key, numbers in where.items() if len(numbers) >= least}


def _is_heading_like(line: PageLine) -> bool:
    """Say whether a line is a sentence or a numbered heading: such lines repeat in lists, not as running heads."""
    text = line.text.strip()
    return text.endswith(("。", "；")) or bool(re.match(r"[（(]?[一二三四五六七八九十]+[、）)]", text))
