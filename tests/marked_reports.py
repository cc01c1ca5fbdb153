"""Reports written in one string, for tests.

`# 1 PROBLEM 二、|存在的问题` is a heading, [[…]] a finding, {raw;kind;value;unit;item;role} a quantity.
The marks do not become part of the text. The parser is strict: an unknown or unclosed mark is an error.
"""

from __future__ import annotations

import re

from pipeline.records import Block, Document, Finding, Outline, Quantity, Section

_HEADING = re.compile(r"^# (\d) ([A-Z+]+) ([^|]*)\|(.+)$")
_MARK = re.compile(r"\[\[|\]\]|\{([^{}]*)\}")


class Marked:
    """A document with its sections, findings and quantities, as the marked-up text says."""

    def __init__(self, marked: str, *, genre: str = "self-report") -> None:
        self._text, self._sections = "", []
        self._findings: list[tuple[int, int]] = []
        self._quantities: list[Quantity] = []
        self._open: int | None = None
        blocks = []
        for line in marked.strip("\n").split("\n"):
            start = len(self._text)
            self._read(line)
            blocks.append(Block(start, len(self._text)))
            self._text += "\n"
        if self._open is not None:
            raise ValueError("[[ without ]]")
        self.text = self._text.removesuffix("\n")
        self.document = Document("abc", "made.txt", "txt", self.text, tuple(blocks))
        self.sections = self._closed_sections()
        self.findings = tuple(self._finding(n, span) for n, span in enumerate(self._findings, start=1))
        self.quantities = tuple(self._quantities)
        self.outline = Outline(self.sections, genre)  # type: ignore[arg-type]

    def _read(self, line: str) -> None:
        if line.startswith("#"):
            match = _HEADING.match(line)
            if match is None:
                raise ValueError(f"malformed heading: {line}")
            start = len(self._text)
            self._plain(match[3])
            self._marks(match[4])
            self._sections.append((start, int(match[1]), match[2], match[3], len(self._text)))
        else:
            self._marks(line)

    def _plain(self, text: str) -> None:
        self._text += text

    def _marks(self, line: str) -> None:
        place = 0
        for match in _MARK.finditer(line):
            self._plain(line[place : match.start()])
            place = match.end()
            self._mark(match)
        self._plain(line[place:])

    def _mark(self, match: re.Match[str]) -> None:
        if match.group() == "[[":
            if self._open is not None:
                raise ValueError("[[ inside [[")
            self._open = len(self._text)
        elif match.group() == "]]":
            if self._open is None:
                raise ValueError("]] without [[")
            self._findings.append((self._open, len(self._text)))
            self._open = None
        else:
            self._quantity(match[1].split(";"))

    def _quantity(self, cells: list[str]) -> None:
        raw, kind, value, unit, item, role = cells
        start = len(self._text)
        self._plain(raw)
        self._quantities.append(
            Quantity(
                quantity_id=f"abc-q{len(self._quantities) + 1:03d}",
                start=start,
                end=len(self._text),
                raw=raw,
                kind=kind,  # type: ignore[arg-type]
                value=float(value) if value else None,
                unit=unit,
                masked=kind == "masked" or not value,
                item=item or None,
                role=role,  # type: ignore[arg-type]
            )
        )

    def _closed_sections(self) -> tuple[Section, ...]:
        done: list[Section] = []
        for place, (start, level, roles, number, heading_end) in enumerate(self._sections):
            ends = [row[0] for row in self._sections[place + 1 :] if row[1] <= level]
            parent = next((row for row in reversed(done) if row.level < level), None)
            path = f"{parent.path}>{number.strip('、')}" if parent else number.strip("、")
            title = self.text[start + len(number) : heading_end].rstrip("。")
            done.append(
                Section(
                    section_id=f"s{place}",
                    parent_id=parent.section_id if parent else None,
                    level=level,
                    number=number,
                    title=title,
                    roles=tuple(roles.split("+")),  # type: ignore[arg-type]
                    start=start,
                    heading_end=start + len(number) + len(title),
                    end=ends[0] if ends else len(self.text),
                    path=path,
                )
            )
        return tuple(done)

    def _finding(self, number: int, span: tuple[int, int]) -> Finding:
        start, end = span
        inside = [row for row in self.sections if row.start <= start < row.end]
        section = max(inside, key=lambda row: row.start, default=None)
        return Finding(
            finding_id=f"abc-f{number:03d}",
            start=start,
            end=end,
            text=self.text[start:end],
            core_start=start,
            core_end=end,
            section_id=section.section_id if section else None,
            section_path=section.path if section else "",
            heading=section.title if section else None,
        )
