"""Marked-up reports: a plain text with its headings and problem statements annotated in place.

`<<LEVEL ROLE|一、存在的问题>>` is a heading, `[[ZF03,ZF02 open|有的干部……。]]` a problem statement with its codes and
status, `[[?|…]]` a statement that a careful person could judge either way. Marks may stand inside a heading; they never
cross.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.errors import ZichaError
from pipeline.records import Role, as_roles
from pipeline.taxonomy import categories

_TOKEN = re.compile(r"\[\[(?P<problem>[^|\[\]]*)\||<<(?P<heading>[^|<>]*)\||(?P<close>\]\]|>>)")


class MarkupError(ZichaError):
    """A marked-up report is malformed; the message says where and what is wrong."""


@dataclass(frozen=True, slots=True)
class MarkedProblem:
    """A problem statement: its place in the plain text, its codes, main one first, and its status ("" for `?`)."""

    start: int
    end: int
    codes: tuple[str, ...]
    status: str


@dataclass(frozen=True, slots=True)
class MarkedHeading:
    """A heading: its place with the number, its level (1 is the outermost) and its roles."""

    start: int
    end: int
    level: int
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class MarkedReport:
    """The plain text and everything that was marked in it, in text order."""

    text: str
    problems: tuple[MarkedProblem, ...]
    headings: tuple[MarkedHeading, ...]


@dataclass(slots=True)
class _Builder:
    parts: list[str] = field(default_factory=list)
    length: int = 0
    open_marks: list[tuple[str, str, int]] = field(default_factory=list)
    problems: list[MarkedProblem] = field(default_factory=list)
    headings: list[MarkedHeading] = field(default_factory=list)

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)


def parse_marked(source: str) -> MarkedReport:
    """Return the plain text of a marked-up report with its annotations.

    "<<1 PROBLEM|一、问题>>\\n[[ZF03 open|走访少。]]" has the text "一、问题\\n走访少。", one heading and one problem.
    Raises MarkupError for an unknown code, role or status and for marks that are not closed.
    """
    builder, place = _Builder(), 0
    for token in _TOKEN.finditer(source):
        builder.add(source[place : token.start()])
        place = token.end()
        if token["close"]:
            _close(builder, token["close"], token.start())
        else:
            kind = "problem" if token["problem"] is not None else "heading"
            builder.open_marks.append((kind, token[kind], builder.length))
    builder.add(source[place:])
    if builder.open_marks:
        raise MarkupError(f"标注没有闭合：{builder.open_marks[-1][1]}")
    problems = tuple(sorted(builder.problems, key=lambda mark: mark.start))
    headings = tuple(sorted(builder.headings, key=lambda mark: mark.start))
    return MarkedReport("".join(builder.parts), problems, headings)


def _close(builder: _Builder, mark: str, place: int) -> None:
    kind = "problem" if mark == "]]" else "heading"
    if not builder.open_marks or builder.open_marks[-1][0] != kind:
        raise MarkupError(f"第{place}个字符处的 {mark} 没有对应的开头")
    _, label, start = builder.open_marks.pop()
    if kind == "problem":
        builder.problems.append(_problem(label, start, builder.length))
    else:
        builder.headings.append(_heading(label, start, builder.length))


def _problem(label: str, start: int, end: int) -> MarkedProblem:
    if label.strip() == "?":
        return MarkedProblem(start, end, (), "")
    codes, _, status = label.partition(" ")
    named = tuple(codes.split(","))
    unknown = [code for code in named if code not in categories()]
    if unknown or status not in ("open", "rectified"):
        raise MarkupError(f"问题标注“{label}”的类别或状态不合规定")
    return MarkedProblem(start, end, named, status)


def _heading(label: str, start: int, end: int) -> MarkedHeading:
    level, _, roles = label.partition(" ")
    try:
        return MarkedHeading(start, end, int(level), as_roles(roles))
    except ValueError as error:
        raise MarkupError(f"标题标注“{label}”的层级或角色不合规定") from error


def plain_lines(report: MarkedReport) -> Iterator[tuple[int, str]]:
    """Yield the lines of a marked-up report with their offsets."""
    place = 0
    for line in report.text.split("\n"):
        yield place, line
        place += len(line) + 1
