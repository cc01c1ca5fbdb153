"""Characters with places on a page → lines in reading order, for everything that comes as pages (PDF, OFD, OCR).

Coordinates: points (or pixels of a scan), x to the right, y downwards, both from the upper left corner. Characters are
put in order by where they stand, not by where the file has them: a quotation mark that comes from a second font, or
later in the file, is read where it is seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.reading.docx_inline import Piece
from pipeline.reading.docx_styles import Look

# In em (the size of a character): baselines this close are one line; a gap this wide is a blank, a wider one divides.
_SAME_LINE = 0.5
_BLANK = 0.6
_COLUMN = 1.8
_DOUBLE = 0.15


class Glyph(NamedTuple):
    """A character (of OCR: a stretch of text) on a page; base is its baseline, size one em."""

    char: str
    left: float
    right: float
    base: float
    size: float
    look: Look


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line as seen: pieces that look alike, from where to where, and whether wide gaps divide it ("收入    支出")."""

    page: int
    left: float
    right: float
    base: float
    size: float
    pieces: tuple[Piece, ...]
    divided: bool = False

    @property
    def text(self) -> str:
        """The characters of the line, blanks between words and columns included."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class PageCell:
    """A cell of a ruled table and its lines; row and column count from 0."""

    row: int
    column: int
    rows: int
    columns: int
    lines: tuple[PageLine, ...]


@dataclass(frozen=True, slots=True)
class PageTable:
    """A ruled table: its top, bottom and column borders on the page, and the cells in reading order."""

    page: int
    top: float
    bottom: float
    borders: tuple[float, ...]
    rows: int
    cells: tuple[PageCell, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page (numbered from 0) with its size, the lines outside of ruled tables, and the tables."""

    number: int
    width: float
    height: float
    lines: tuple[PageLine, ...]
    tables: tuple[PageTable, ...] = ()


def lines_of(glyphs: Iterable[Glyph], page: int) -> tuple[PageLine, ...]:
    """Return the lines that characters form, from top to bottom, each from left to right.

    White space in the input is kept where it stands between characters; gaps without any become one blank, so that
    "2023" and "年" with the quarter em that Word puts between them stay "2023年".
    """
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: (glyph.base, glyph.left)):
        if rows and _is_same_row(rows[-1], glyph):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    lines = (_line(row, page) for row in rows)
    return tuple(line for line in lines if line is not None)


def _is_same_row(row: Sequence[Glyph], glyph: Glyph) -> bool:
    return glyph.base - row[0].base < _SAME_LINE * min(row[0].size, glyph.size)


def _line(row: Sequence[Glyph], page: int) -> PageLine | None:
    ordered = _once(sorted(row, key=lambda glyph: glyph.left))
    seen = [glyph for glyph in ordered if glyph.char.strip()]
    if not seen:
        return None
    parts, divided = _parts(ordered)
    size = max(seen, key=lambda glyph: sum(other.size == glyph.size for other in seen[:40])).size
    base = max(glyph.base for glyph in seen)
    return PageLine(page, seen[0].left, max(glyph.right for glyph in seen), base, size, _pieces(parts), divided)


def _once(ordered: Sequence[Glyph]) -> list[Glyph]:
    """Drop the second copy of a character that was printed twice to look bold."""
    kept: list[Glyph] = []
    for glyph in ordered:
        near = (one for one in kept[-3:] if one.char == glyph.char and glyph.char.strip())
        if not any(abs(glyph.left - one.left) < _DOUBLE * glyph.size for one in near):
            kept.append(glyph)
    return kept


def _parts(ordered: Sequence[Glyph]) -> tuple[list[tuple[str, Look]], bool]:
    """Return the characters with their looks, blanks for gaps among them, and whether a gap divides the line."""
    parts: list[tuple[str, Look]] = []
    blanks, right, divided = "", None, False
    for glyph in ordered:
        if not glyph.char.strip():
            blanks += glyph.char
            continue
        if right is not None:
            gap = (glyph.left - right) / glyph.size
            divided = divided or (gap > _COLUMN and len(blanks) < 2)
            parts.append((blanks or (" " if gap > _BLANK else ""), glyph.look))
        parts.append((glyph.char, glyph.look))
        blanks, right = "", max(glyph.right, right or glyph.right)
    return parts, divided


def _pieces(parts: Iterable[tuple[str, Look]]) -> tuple[Piece, ...]:
    return joined_pieces(Piece(text, look) for text, look in parts)


def joined_pieces(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return pieces with neighbours that look alike put together."""
    texts: list[tuple[list[str], Look]] = []
    for piece in pieces:
        if not piece.text:
            continue
        if texts and texts[-1][1] == piece.look:
            texts[-1][0].append(piece.text)
        else:
            texts.append(([piece.text], piece.look))
    return tuple(Piece("".join(found), look) for found, look in texts)


def look_of(pieces: Sequence[Piece]) -> Look:
    """Return the font and size of most characters, and whether every word is bold."""
    words = [piece for piece in pieces if any(char.isalnum() for char in piece.text)] or list(pieces)
    tally: Counter[tuple[str | None, float | None]] = Counter()
    for piece in words:
        tally[piece.look.font, piece.look.size] += len(piece.text)
    font, size = max(tally, key=tally.__getitem__)
    return Look(all(piece.look.bold for piece in words), font=font, size=size)
