"""Where in a report an offset stands: its innermost section, the text outside headings, a phrase for people."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.records import Document, Section, Span

_QUOTE_LIMIT = 24


@dataclass(frozen=True, slots=True)
class SectionIndex:
    """The sections of a report in text order, ready for look-ups by offset."""

    sections: tuple[Section, ...]
    starts: tuple[int, ...]
    by_id: dict[str, Section]

    def innermost(self, offset: int) -> Section | None:
        """Return the deepest section that holds the offset (its heading included), None before the first heading."""
        place = bisect_right(self.starts, offset) - 1
        section = self.sections[place] if place >= 0 else None
        while section is not None and section.end <= offset:
            section = self.parent(section)
        return section

    def parent(self, section: Section) -> Section | None:
        """Return the section around this one, None for a top section."""
        return None if section.parent_id is None else self.by_id.get(section.parent_id)

    def ancestry(self, section: Section | None) -> Iterator[Section]:
        """Yield the section and those around it, the innermost first."""
        while section is not None:
            yield section
            section = self.parent(section)

    def children(self, section: Section | None) -> tuple[Section, ...]:
        """Return the sections directly under this one; the top sections for None."""
        wanted = None if section is None else section.section_id
        return tuple(row for row in self.sections if row.parent_id == wanted)

    def bodies(self, length: int) -> Iterator[tuple[Section | None, Span]]:
        """Yield the stretches of text outside headings, each with the innermost section that it stands in."""
        cuts = {0, length}
        for section in self.sections:
            cuts.update((section.start, section.heading_end, section.end))
        edges = sorted(cut for cut in cuts if cut <= length)
        for start, end in zip(edges, edges[1:], strict=False):
            holder = self.innermost(start)
            if holder is None or start >= holder.heading_end:
                yield holder, Span(start, end)


def index_sections(sections: tuple[Section, ...]) -> SectionIndex:
    """Return the look-up of these sections; they may come in any order."""
    ordered = tuple(sorted(sections, key=lambda row: (row.start, row.level)))
    return SectionIndex(ordered, tuple(row.start for row in ordered), {row.section_id: row for row in ordered})


def overlap(first: Span, second: Span) -> int:
    """Return how many characters two spans share."""
    return max(0, min(first.end, second.end) - max(first.start, second.start))


def where(document: Document, index: SectionIndex, offset: int) -> str:
    """Return a phrase that leads a reader to the place, e.g. "“二、存在问题”部分" or "第3段"."""
    section = index.innermost(offset)
    if section is not None:
        return f"“{clip(section.number + section.title)}”部分"
    return f"第{_paragraph_number(document, offset)}段"


def _paragraph_number(document: Document, offset: int) -> int:
    lines = document.text[: offset + 1].split("\n")
    return max(1, sum(1 for line in lines if line.strip()))


def clip(text: str, *, limit: int = _QUOTE_LIMIT) -> str:
    """Return text on one line, cut to limit characters; the cut is shown by …."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
