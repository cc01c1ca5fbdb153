"""The records of a gold standard, and what both of its forms are read with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.errors import ZichaError
from pipeline.files import shown
from pipeline.marked import MarkedReport
from pipeline.records import Role, Span

Label = Literal["P", "N", "?"]
_WRITER = re.compile(r"^([a-z])-")
_MARK = re.compile(r"<<\d [A-Z+]+\||\[\[[^|\[\]\n]*\|")


class GoldError(ZichaError):
    """A gold file is missing or malformed; the message says which, where and what is wrong."""


@dataclass(frozen=True, slots=True)
class GoldSegment:
    """A judged segment: P states a problem, N does not, ? may be either. codes: leaf codes, the main one first."""

    place: Span
    label: Label
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GoldHeading:
    """A heading with its number; level 1 is the outermost."""

    place: Span
    level: int
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class GoldQuantity:
    """A counted or measured value; value as the table has it, "" where the report masks it.

    doubtful: a careful person could leave it out (its note begins with ?), so it counts neither way.
    """

    place: Span
    kind: str
    value: str
    unit: str
    bound: str
    item: str
    doubtful: bool = False

    @property
    def counted(self) -> bool:
        """Whether it counts as found or missed; ordinals and doubtful values do not."""
        return self.kind != "ordinal" and not self.doubtful


@dataclass(frozen=True, slots=True)
class GoldReport:
    """A report's text and what is right in it; None for what nobody annotated.

    writer: the letter that the file's name begins with ("m-town.txt"), None without one. optional: offsets that may be
    taken for headings or not. measured: the stretch whose quantities were annotated, None for the whole text.
    """

    name: str
    writer: str | None
    text: str
    segments: tuple[GoldSegment, ...] | None = None
    headings: tuple[GoldHeading, ...] | None = None
    optional: tuple[int, ...] = ()
    quantities: tuple[GoldQuantity, ...] | None = None
    measured: Span | None = None


def writer_of(stem: str) -> str | None:
    """Return the letter that names a report's writer, "m-town" -> "m"; None for "zicha_2026"."""
    match = _WRITER.match(stem)
    return None if match is None else match[1]


def is_marked(source: str) -> bool:
    """Return whether a text holds marks of headings or problem statements."""
    return _MARK.search(source) is not None


def marked_headings(marked: MarkedReport) -> tuple[GoldHeading, ...]:
    """Return the headings of a marked-up report."""
    return tuple(GoldHeading(Span(row.start, row.end), row.level, row.roles) for row in marked.headings)


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file with its line ends as they are, since offsets count them."""
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise GoldError(f"{shown(path.name)}：不是 UTF-8 文本。请另存为 UTF-8 后重试。") from error
    except OSError as error:
        raise GoldError(f"{shown(path.name)}：读取失败（系统错误号 {error.errno}）。请检查权限。") from error
