"""Headings → section tree, section roles, genre of the report."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.records import Document, Outline, Role, Section
from pipeline.squeeze import squeeze
from pipeline.structure.genre import find_genre
from pipeline.structure.headings import Heading, find_headings
from pipeline.structure.levels import levels
from pipeline.structure.roles import HeadingPlace, assign_roles

_OPENING = 120
_TITLE_LINE = 60


def split(document: Document) -> Outline:
    """Return the section tree of a document in text order, with roles, and the report's genre.

    "二、存在的主要问题\\n（一）学习不够深入。有的…" gives two sections: level 1 with role PROBLEM, and level 2 with
    path "二>（一）" that inherits it. A report without any heading has no sections.
    """
    headings = find_headings(document)
    depth = levels(headings)
    parents = _parents(depth)
    titles = [document.text[h.number_end : h.title_end].strip() for h in headings]
    ends = _ends(document, headings, depth)
    places = [HeadingPlace(*place) for place in zip(titles, depth, parents, strict=True)]
    genre, clarity = find_genre(_opening(document, headings), titles, document.text)

    outermost = min(depth, default=0)

    def body_of(index: int) -> str:
        is_top = depth[index] == outermost
        return squeeze(document.text, headings[index].title_end, ends[index]).text if is_top else ""

    roles = assign_roles(places, body_of, genre=genre)
    return Outline(sections=_sections(document, headings, places, roles, ends), genre=genre, genre_confidence=clarity)


def _opening(document: Document, headings: Sequence[Heading]) -> str:
    """Return the lines that may hold the title: the short ones before the first sentence, else where that begins."""
    stop = headings[0].start if headings else len(document.text)
    lines = []
    for block in document.blocks:
        line = document.text[block.start : block.end].strip()
        if block.start >= stop or len(line) > _TITLE_LINE or line.endswith("。"):
            break
        lines.append(line)
    return "".join(lines)[:_OPENING] or document.text[: min(_OPENING, stop)].strip()


def _ends(document: Document, headings: Sequence[Heading], depth: Sequence[int]) -> list[int]:
    """Return where what stands below each heading ends: at the next heading that is not below it."""
    ends = [len(document.text)] * len(headings)
    open_headings: list[int] = []
    for index, level in enumerate(depth):
        while open_headings and depth[open_headings[-1]] >= level:
            ends[open_headings.pop()] = headings[index].start
        open_headings.append(index)
    return ends


def _parents(depth: Sequence[int]) -> list[int | None]:
    parents: list[int | None] = []
    open_headings: list[int] = []
    for index, level in enumerate(depth):
        while open_headings and depth[open_headings[-1]] >= level:
            open_headings.pop()
        parents.append(open_headings[-1] if open_headings else None)
        open_headings.append(index)
    return parents


def _sections(
    document: Document,
    headings: Sequence[Heading],
    places: Sequence[HeadingPlace],
    roles: Sequence[tuple[Role, ...]],
    ends: Sequence[int],
) -> tuple[Section, ...]:
    sections: list[Section] = []
    for index, (heading, place) in enumerate(zip(headings, places, strict=True)):
        parent = None if place.parent is None else sections[place.parent]
        number = document.text[heading.start : heading.number_end].strip()
        label = number.rstrip("、.．，, ") or place.title[:12]
        sections.append(
            Section(
                section_id=f"{document.report_id}-s{index + 1:03d}",
                parent_id=None if parent is None else parent.section_id,
                level=place.level,
                number=number,
                title=place.title,
                roles=roles[index] or ("OTHER",),
                start=heading.start,
                heading_end=heading.title_end,
                end=_without_blanks(document.text, heading.title_end, ends[index]),
                path=label if parent is None else f"{parent.path}>{label}",
            )
        )
    return tuple(sections)


def _without_blanks(text: str, start: int, end: int) -> int:
    """Return where text[start:end] ends without the white space at its end."""
    while end > start and text[end - 1].isspace():
        end -= 1
    return max(start, end)
