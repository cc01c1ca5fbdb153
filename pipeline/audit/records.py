"""What an audit says: of every visible character of a source, whether it was read, and if not, why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Reason = Literal[
    "deleted",
    "hidden",
    "header",
    "footer",
    "page-number",
    "comment",
    "field-code",
    "duplicate",
    "symbol",
    "reading",
    "covered",
    "graphic",
    "unreferenced",
    "markup",
]

REASONS: dict[Reason, str] = {
    "deleted": "修订中已删除",
    "hidden": "隐藏文字",
    "header": "页眉",
    "footer": "页脚",
    "page-number": "页码",
    "comment": "批注",
    "field-code": "域代码（只读其结果）",
    "duplicate": "供旧版软件使用的重复内容",
    "symbol": "没有对应字符的符号",
    "reading": "注音",
    "covered": "被合并单元格遮盖",
    "graphic": "图表、图形中的文字",
    "unreferenced": "正文未引用的脚注、尾注",
    "markup": "排版标记（Markdown）",
}

WILDCARD = "\ufffc"


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of the source that share a fate: `reason` says why they should be left out, None that they are due.

    WILDCARD stands for a character whose form is the reader's choice, such as a tick in a symbol font.
    """

    text: str
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class SourceParagraph:
    """One paragraph (or line) of the source with its place, e.g. "word/document.xml 第3段"."""

    pieces: tuple[Piece, ...]
    place: str

    def due(self) -> str:
        """Return the characters that the reader has to show, without white space."""
        return squeezed("".join(piece.text for piece in self.pieces if piece.reason is None))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many characters were left out for one reason, and how the first of them read."""

    reason: Reason
    chars: int
    example: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Characters of the source that are in no block of the document, and nothing says why."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Account:
    """The balance of one file; all counts are characters without white space.

    source = kept + left out + unaccounted. numbers: automatic numbers that the reader wrote out; drawn: other
    characters that stand in the document alone (what a field draws, a tick box). against: what was compared with.
    """

    source_file: str
    format: str
    against: str
    source: int
    kept: int
    left_out: tuple[LeftOut, ...] = ()
    missing: tuple[Missing, ...] = ()
    numbers: int = 0
    drawn: int = 0
    drawn_example: str = ""

    @property
    def unaccounted(self) -> int:
        """Characters of the source that are neither in the document nor left out for a reason."""
        return sum(len(squeezed(piece.text)) for piece in self.missing)


def squeezed(text: str) -> str:
    """Return text without white space: "存在 问题\\n" -> "存在问题"."""
    return "".join(text.split())


def tally_left_out(paragraphs: Iterable[SourceParagraph]) -> tuple[LeftOut, ...]:
    """Return the characters left out by reason, the most frequent first."""
    counts: Counter[Reason] = Counter()
    examples: dict[Reason, str] = {}
    for paragraph in paragraphs:
        for piece in paragraph.pieces:
            text = squeezed(piece.text)
            if piece.reason is not None and text:
                counts[piece.reason] += len(text)
                examples.setdefault(piece.reason, text[:30])
    return tuple(LeftOut(reason, chars, examples[reason]) for reason, chars in counts.most_common())
