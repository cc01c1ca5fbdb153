"""Markdown as a Document: headings with their level, bold openings, tables as cells; list markers stay text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.reading.plain import read_plain
from pipeline.records import Block, Document, TablePlace

_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![*\w])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![*\w])")
_CODE = re.compile(r"`([^`\n]+)`")
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)")
_LINK = re.compile(r"(?<!!)\[([^\]\n]+)\]\([^)\n]*\)")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>])")
_QUOTE = re.compile(r"^ {0,3}(?:> ?)+")
_RULE = re.compile(r"^ {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$")
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
# A longer line is no paragraph of a report, and patterns would take long over it.
_LONGEST = 5_000
_ITEM_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a line shows: its text, heading level from 0, whether all of it is bold, how long its bold opening is."""

    text: str
    outline: int | None = None
    bold: bool = False
    lead: int | None = None
    table: TablePlace | None = None


def read_markdown(data: bytes, file: str, *, report_id: str) -> Document:
    """Return the document in the bytes of a Markdown file.

    Example: "## 二、存在的问题" -> a block "二、存在的问题" with outline 1; "**一是学习不够。**有的…" -> lead_end after
    "一是学习不够。". Lines stay lines: Chinese writers end paragraphs with single line ends. Marks of emphasis, links
    and quotations are not in the text. Raises UnsupportedFormatError where the bytes are no text.
    """
    plain = read_plain(data, file, report_id=report_id)
    texts: list[str] = []
    blocks: list[Block] = []
    place = 0
    for shown in _shown_lines(plain.text.split("\n")):
        if shown.text.strip():
            texts.append(shown.text)
            blocks.append(_block(shown, place))
            place += len(shown.text) + 1
    return replace(plain, format="md", text="\n".join(texts), blocks=tuple(blocks))


def _block(shown: _Shown, start: int) -> Block:
    return Block(
        start=start,
        end=start + len(shown.text),
        kind="paragraph" if shown.table is None else "cell",
        outline=shown.outline,
        bold=shown.bold,
        lead_end=None if shown.lead is None else start + shown.lead,
        table=shown.table,
    )


def _shown_lines(lines: list[str]) -> Iterator[_Shown]:
    index, table = 0, 0
    while index < len(lines):
        line = lines[index]
        if "|" in line and index + 1 < len(lines) and _TABLE_RULE.match(lines[index + 1]):
            end = index + 2
            while end < len(lines) and "|" in lines[end] and lines[end].strip():
                end += 1
            yield from _cells([line, *lines[index + 2 : end]], table)
            index, table = end, table + 1
            continue
        if not _RULE.match(line) and not _FENCE.match(line):
            yield _shown(line)
        index += 1


def _cells(rows: list[str], table: int) -> Iterator[_Shown]:
    for row, line in enumerate(rows):
        inner = line.strip().removeprefix("|")
        inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
        for column, cell in enumerate(re.split(r"(?<!\\)\|", inner)):
            for part in _ITEM_BREAK.split(cell.strip()):
                yield replace(_inline(part), table=TablePlace(table, row, column))


def _shown(line: str) -> _Shown:
    heading = _HEADING.match(line)
    if heading is not None:
        return replace(_inline(heading[2]), outline=len(heading[1]) - 1)
    return _inline(_QUOTE.sub("", line).rstrip())


def _inline(source: str) -> _Shown:
    """Take out the marks of emphasis, links and code; a picture leaves its description."""
    if len(source) > _LONGEST:
        return _Shown(source)
    strong = _STRONG.match(source.lstrip())
    text = _bare(source)
    if strong is None:
        return _Shown(text)
    lead = len(_bare(strong[0])) + len(source) - len(source.lstrip())
    whole = lead >= len(text.rstrip())
    return _Shown(text, bold=whole, lead=None if whole else lead)


def _bare(source: str) -> str:
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", source))
    text = _CODE.sub(r"\1", _STRONG.sub(r"\2", text))
    return _ESCAPED.sub(r"\1", _EMPHASIS.sub(r"\1", text))
