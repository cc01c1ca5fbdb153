"""Gold in tab separated tables beside a plain text; offsets are characters of the text with its line ends as they are.

A line "# range A B" says which part was annotated, other lines that begin with # are remarks, the first line after
them names the columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from pipeline.evaluate.gold_records import (
    GoldError,
    GoldHeading,
    GoldQuantity,
    GoldReport,
    GoldSegment,
    Label,
    is_marked,
    marked_headings,
    read_text,
    writer_of,
)
from pipeline.evaluate.locate import segments
from pipeline.files import shown
from pipeline.marked import parse_marked
from pipeline.records import Span, as_roles
from pipeline.taxonomy import categories

_KINDS = ("problems", "sections", "quantities")
_RANGE = re.compile(r"#\s*range\s+(\d+)\s+(\d+)")
_DIVIDERS = re.compile(r"[;,、|\s]+")
_ROLE_DIVIDERS = re.compile(r"[+;,|]")


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of a gold table: the cells by column name, and where it stands for messages."""

    where: str
    cells: dict[str, str]

    def text(self, column: str) -> str:
        return (self.cells.get(column) or "").strip()

    def number(self, column: str) -> int:
        try:
            return int(self.text(column))
        except ValueError as error:
            raise GoldError(f"{self.where}：{column} 应为整数，不能是“{self.text(column)}”。") from error


@dataclass(frozen=True, slots=True)
class _Table:
    span: Span | None
    lines: tuple[_Line, ...]


def prefixes(path: Path) -> list[Path]:
    """Return the tables' names without ".problems.tsv" and the like: of a folder all, of one table its own."""
    files = [path] if path.is_file() else path.iterdir()
    endings = tuple(f".{kind}.tsv" for kind in _KINDS)
    return sorted({file.with_name(file.name.rsplit(".", 2)[0]) for file in files if file.name.endswith(endings)})


def read_tables(prefix: Path) -> GoldReport:
    """Return the gold of one report, e.g. of gold/ID for gold/ID.problems.tsv, gold/ID.sections.tsv and text/ID.txt.

    A text that is marked up itself lends its plain text and, where there is no ID.sections.tsv, its headings.
    """
    text, marked = _text_of(prefix)
    headings = _headings(prefix, text)
    return GoldReport(
        name=shown(prefix.name),
        writer=writer_of(prefix.name),
        text=text,
        segments=_segments(prefix, text),
        headings=marked if headings is None else headings,
        optional=tuple(line.number("start") for line in _lines(prefix, "sections_optional")),
        quantities=_quantities(prefix, text),
        measured=_measured(prefix),
    )


def _text_of(prefix: Path) -> tuple[str, tuple[GoldHeading, ...] | None]:
    folder, name = prefix.parent, f"{prefix.name}.txt"
    beside = folder.resolve().parent
    places = (folder, folder / "text", beside / "text", beside / "reports", beside)
    for path in (place / name for place in places):
        if path.is_file():
            source = read_text(path)
            if not is_marked(source):
                return source, None
            marked = parse_marked(source.replace("\r\n", "\n"))
            return marked.text, marked_headings(marked)
    raise GoldError(f"{shown(prefix.name)}：缺少原文 {shown(name)}。请把它放在标注所在的文件夹或其中的 text 文件夹。")


def _table(prefix: Path, kind: str) -> _Table | None:
    path = prefix.with_name(f"{prefix.name}.{kind}.tsv")
    if not path.is_file():
        return None
    span: Span | None = None
    columns: list[str] = []
    lines: list[_Line] = []
    for number, line in enumerate(read_text(path).removeprefix("\ufeff").split("\n"), start=1):
        content = line.rstrip("\r")
        found = _RANGE.match(content)
        if found is not None:
            span = Span(int(found[1]), int(found[2]))
        if not content.strip() or content.startswith("#"):
            continue
        if not columns:
            columns = content.split("\t")
            continue
        # Empty cells at the end of a row may be left out.
        cells = dict(zip(columns, content.split("\t"), strict=False))
        lines.append(_Line(f"{shown(path.name)} 第{number}行", cells))
    return _Table(span, tuple(lines))


def _lines(prefix: Path, kind: str) -> tuple[_Line, ...]:
    table = _table(prefix, kind)
    return () if table is None else table.lines


def _measured(prefix: Path) -> Span | None:
    table = _table(prefix, "quantities")
    return None if table is None else table.span


def _segments(prefix: Path, text: str) -> tuple[GoldSegment, ...] | None:
    table = _table(prefix, "problems")
    if table is None:
        return None
    places = list(segments(text))
    return tuple(_segment(line, places) for line in table.lines)


def _segment(line: _Line, places: list[Span]) -> GoldSegment:
    number, label = line.number("seg"), line.text("label")
    if not 0 <= number < len(places):
        raise GoldError(f"{line.where}：原文只有 {len(places)} 个片段，没有第 {number} 个。标注与原文不符。")
    if label not in ("P", "N", "?"):
        raise GoldError(f"{line.where}：label 应为 P、N 或 ?，不能是“{label}”。")
    codes = tuple(code for code in _DIVIDERS.split(line.text("codes")) if code)
    unknown = [code for code in codes if code not in categories()]
    if unknown:
        raise GoldError(f"{line.where}：类目 {unknown[0]} 不在分类体系中。可用的类目见 zicha taxonomy。")
    return GoldSegment(places[number], cast("Label", label), codes)


def _headings(prefix: Path, text: str) -> tuple[GoldHeading, ...] | None:
    table = _table(prefix, "sections")
    return None if table is None else tuple(_heading(line, text) for line in table.lines)


def _heading(line: _Line, text: str) -> GoldHeading:
    start, size = line.number("start"), line.number("title_chars")
    joined = "+".join(part for part in _ROLE_DIVIDERS.split(line.text("role").upper()) if part)
    try:
        roles = as_roles(joined)
    except ValueError as error:
        raise GoldError(f"{line.where}：章节角色“{line.text('role')}”不合规定。") from error
    return GoldHeading(_within(line, Span(start, start + size), text), line.number("level"), roles)


def _quantities(prefix: Path, text: str) -> tuple[GoldQuantity, ...] | None:
    table = _table(prefix, "quantities")
    return None if table is None else tuple(_quantity(line, text) for line in table.lines)


def _quantity(line: _Line, text: str) -> GoldQuantity:
    return GoldQuantity(
        place=_within(line, Span(line.number("start"), line.number("end")), text),
        kind=line.text("kind"),
        value=line.text("value"),
        unit=line.text("unit"),
        bound=line.text("bound") or "=",
        item=line.text("item"),
        doubtful=line.text("note").startswith("?"),
    )


def _within(line: _Line, place: Span, text: str) -> Span:
    if not 0 <= place.start < place.end <= len(text):
        raise GoldError(f"{line.where}：位置 {place.start}–{place.end} 不在原文之内。标注与原文不符。")
    return place
