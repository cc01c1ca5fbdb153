"""A paragraph as it was read → its text and its block."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.reading.docx_inline import Piece
from pipeline.reading.docx_styles import Look, ParagraphLook
from pipeline.reading.docx_walk import Paragraph
from pipeline.reading.numbering import Counters, Definitions, Label, gap_before
from pipeline.records import Block

_HEADING_FONT = re.compile(r"黑|楷|simhei|heiti|kaiti|stkai|xihei", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]")
_ONE_WORD = (True,)


def count(paragraph: Paragraph, counters: Counters, definitions: Definitions) -> Label | None:
    """Advance the counters for a paragraph, also an empty one, and return its number, None where it has none.

    A heading that has been given a list of its own still counts in the list that its style belongs to, as in Word:
    under 第二章 (Heading 1 with another list) the first Heading 2 is 2.1, not 1.1.
    """
    look = paragraph.look
    if look.list_id is None:
        return None
    if look.style_list is not None and not definitions.same_counters(look.style_list, look.list_id):
        linked = _linked_level(look, look.style_list, definitions)
        if linked is not None:
            counters.advance(look.style_list, linked)
    return counters.advance(look.list_id, _list_level(look, look.list_id, definitions))


def _list_level(look: ParagraphLook, list_id: str, definitions: Definitions) -> int:
    """Return the level: as the paragraph says, else the one linked to one of its styles, else as a style says."""
    if look.list_level is not None:
        return look.list_level
    linked = _linked_level(look, list_id, definitions)
    return look.style_level or 0 if linked is None else linked


def _linked_level(look: ParagraphLook, list_id: str, definitions: Definitions) -> int | None:
    levels = (definitions.level_of_style(list_id, style) for style in look.styles)
    return next((level for level in levels if level is not None), None)


def block_of(paragraph: Paragraph, mark: Label | None, start: int) -> tuple[str, Block] | None:
    """Return the text of a paragraph and its block, which begins at `start`; None where it shows no text.

    The number stands at the beginning of the text: "（一）" + "抓实责任" -> "（一）抓实责任".
    """
    body = "".join(piece.text for piece in paragraph.pieces)
    if not body.strip():
        return None
    opening = mark.number + gap_before(mark, body) if mark is not None else ""
    pieces = paragraph.pieces
    words = [_WORD.search(piece.text) is not None for piece in pieces] if len(pieces) > 1 else _ONE_WORD
    lead = lead_length(pieces, words)
    look, shown = paragraph.look, _prevailing(pieces, words)
    return opening + body, Block(
        start=start,
        end=start + len(opening) + len(body),
        kind=paragraph.kind,
        style=look.style,
        outline=look.outline,
        number=(mark.number or None) if mark is not None else None,
        bold=shown.bold,
        centred=look.centred,
        font=shown.font,
        size=shown.size,
        lead_end=None if lead is None else start + len(opening) + lead,
        table=paragraph.table,
    )


def _prevailing(pieces: Sequence[Piece], words: Sequence[bool]) -> Look:
    """Return the font and size of most characters (at a tie, of the first), and whether every word is bold."""
    if len(pieces) == 1:
        return pieces[0].look
    counted = [piece for piece, is_word in zip(pieces, words, strict=True) if is_word] or pieces
    tally: dict[tuple[str | None, float | None], int] = {}
    bold = True
    for text, look in counted:
        key = look.font, look.size
        tally[key] = tally.get(key, 0) + len(text)
        bold = bold and look.bold
    font, size = max(tally, key=tally.__getitem__)
    return Look(bold, font=font, size=size)


def lead_length(pieces: Sequence[Piece], words: Sequence[bool] | None = None) -> int | None:
    """Return the length of an emphasised opening, None where there is none or everything looks alike.

    Emphasised is bold while what follows is not, or 黑体/楷体 while what follows is in another font:
    "【一是学习不够深入。】理论武装……" with the part in 【】 in bold -> 9. Blanks and punctuation take no part in
    the decision; those that look like the opening belong to it. words: which pieces hold any word, where known.
    """
    if len(pieces) == 1:
        return None
    words = [_WORD.search(piece.text) is not None for piece in pieces] if words is None else words
    if True not in words:
        return None
    first = pieces[words.index(True)].look
    length = _opening(pieces, words, [piece.look.bold for piece in pieces]) if first.bold else None
    if length is None and first.font and _HEADING_FONT.search(first.font):
        length = _opening(pieces, words, [piece.look.font == first.font for piece in pieces])
    return length


def _opening(pieces: Sequence[Piece], words: Sequence[bool], emphasised: Sequence[bool]) -> int | None:
    place = end = 0
    for piece, is_word, stands_out in zip(pieces, words, emphasised, strict=True):
        if is_word and not stands_out:
            return end or None
        place += len(piece.text)
        if stands_out:
            end = place
    return None
