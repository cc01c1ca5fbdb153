"""Lines of pages → paragraphs: which line goes on with the one before it, judged by where both stand.

A line goes on with the line before where that one is full (the first word of this one would not have fitted) and this
one starts where the text area starts. Indents, wider line spacing, another size and centring begin a paragraph.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median_low

from pipeline.reading.docx_blocks import lead_length
from pipeline.reading.docx_inline import Piece
from pipeline.reading.page_furniture import Dropped, without_furniture
from pipeline.reading.page_lines import Page, PageLine, PageTable, joined_pieces, look_of
from pipeline.records import Block, BlockKind, TablePlace

_INDENT = 1.2
_CENTRED_INDENT = 2.6
_LOOSE = 1.4
_SIZES_DIFFER = 0.12
_FULL_TITLE = 0.7
_SAME_BORDER = 4.0
_MID_SENTENCE = 3.5
_NARROWEST = 0.5
_OPENING = re.compile(
    r"[一二三四五六七八九十百]{1,4}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、](?!\d)"
    r"|第[一二三四五六七八九十百]{1,4}[章节条]|[①-⑳]|[一二三四五六七八九]是|附件"
)
_ENDED = re.compile(r"[。！？；：!?;:][”’）)」』》]*\s*$")
# What programs keep on one line: a word or figure, and the marks that must not begin a line, with what sticks to them.
_FIRST_WORD = re.compile(r"(?:[\x21-\x7e]+|.)(?:[，。、；：！？”’）」』》〉】％%,.;:!?)…]+[\x21-\x7e]*)*", re.DOTALL)
_CHINESE_NEXT = re.compile(r"[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef“”‘’…—]")


@dataclass(frozen=True, slots=True)
class PageStart:
    """Where the text of a page begins: page counts from 1, start is an offset of `Document.text`."""

    page: int
    start: int


@dataclass(frozen=True, slots=True)
class PagedText:
    """The text of pages, its blocks, where each page begins in it, and what was left out."""

    text: str
    blocks: tuple[Block, ...]
    pages: tuple[PageStart, ...]
    dropped: tuple[Dropped, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """The text area: left and right edge of full lines, the em and the line spacing of body text."""

    left: float
    right: float
    em: float
    pitch: float


@dataclass(slots=True)
class _Paragraph:
    """Lines that belong together, or the text of a cell."""

    lines: list[PageLine]
    kind: BlockKind = "paragraph"
    table: TablePlace | None = None
    centred: bool = False


def join_pages(pages: Sequence[Page]) -> PagedText:
    """Return the text of pages as paragraphs: lines joined, running heads, feet and page numbers dropped.

    Example: lines "　　（一）学习抓得不紧。中心组" and "学习只有3次。" -> one block
    "（一）学习抓得不紧。中心组学习只有3次。". Limit: text in two columns is read across both.
    """
    kept, dropped = without_furniture(pages)
    areas = _areas(kept)
    paragraphs: list[_Paragraph] = []
    tables = _TableCount()
    for page in kept:
        items: list[PageLine | PageTable] = [*page.lines, *page.tables]
        for item in sorted(items, key=_top):
            if isinstance(item, PageTable):
                paragraphs += tables.cells(item)
            else:
                _add(paragraphs, item, areas[page.number])
                tables.interrupt()
    return _assembled(paragraphs, dropped)


def _top(item: PageLine | PageTable) -> float:
    return item.top if isinstance(item, PageTable) else item.base


def _areas(pages: Sequence[Page]) -> dict[int, Area]:
    """Return each page's text area; a page of few lines has that of all pages of its width."""
    by_width: dict[int, list[PageLine]] = {}
    for page in pages:
        by_width.setdefault(round(page.width), []).extend(page.lines)
    common = {width: _area(lines, width) for width, lines in by_width.items()}
    own = {page.number: _area(page.lines, page.width) for page in pages if len(page.lines) >= 12}
    return {page.number: _sane(own.get(page.number), common[round(page.width)]) for page in pages}


def _sane(own: Area | None, common: Area) -> Area:
    """Take a page's own area where it is about as wide as usual (pages of a book shift, they do not shrink)."""
    if own is None or abs((own.right - own.left) - (common.right - common.left)) > common.em:
        return common
    return own


def _area(lines: Sequence[PageLine], width: float) -> Area:
    lines = [line for line in lines if not line.divided] or list(lines)
    if not lines:
        return Area(0.0, 0.0, 1.0, 1.0)
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(2 * line.size) / 2] += len(line.text)
    em = max(sizes, key=lambda size: (sizes[size], -size))
    body = [line for line in lines if abs(line.size - em) <= _SIZES_DIFFER * em] or lines
    left = _edge([line.left for line in body], em)
    right = -_edge([-line.right for line in body], em)
    if right - left < _NARROWEST * width:
        # no line is full: margins are alike, as on most pages
        left = min(line.left for line in lines)
        right = max(width - left, max(line.right for line in lines))
    return Area(left, right, em, _pitch(body, right, em))


def _edge(places: Sequence[float], em: float) -> float:
    """Return the outermost place (the smallest) that a tenth of the lines share, the outermost of all if none is."""
    least = max(2, len(places) // 10)
    for place in sorted(places):
        if sum(0 <= other - place <= em / 2 for other in places) >= least:
            return place
    return min(places)


def _pitch(lines: Sequence[PageLine], right: float, em: float) -> float:
    """Return the usual distance of lines, measured after full lines: what follows those mostly belongs to them."""
    gaps = [
        after.base - line.base
        for line, after in zip(lines, lines[1:], strict=False)
        if line.page == after.page and line.right > right - 2 * em and after.base - line.base > em / 2
    ]
    return median_low(sorted(gaps)[: max(1, 2 * len(gaps) // 3)]) if gaps else 2 * em


def _add(paragraphs: list[_Paragraph], line: PageLine, area: Area) -> None:
    last = paragraphs[-1] if paragraphs else None
    centred = _is_centred(line, area)
    if last is not None and last.kind == "paragraph" and _goes_on(last, line, area, centred=centred):
        last.lines.append(line)
    else:
        paragraphs.append(_Paragraph([line], centred=centred))


def _goes_on(last: _Paragraph, line: PageLine, area: Area, *, centred: bool) -> bool:
    before = last.lines[-1]
    if before.divided or line.divided or abs(before.size - line.size) > _SIZES_DIFFER * max(before.size, line.size):
        return False
    if before.page == line.page and line.base - before.base > _LOOSE * max(area.pitch, 1.1 * line.size):
        return False
    if last.centred or centred:
        wide = before.right - before.left > _FULL_TITLE * (area.right - area.left)
        title = last.centred or before.size > (1 + _SIZES_DIFFER) * area.em
        return centred and title and wide and before.pieces[-1].look == line.pieces[0].look
    if not _is_full(before, line, area):
        return False
    opens = _OPENING.match(line.text.lstrip())
    if line.left - area.left < _INDENT * area.em:
        flush = abs(line.left - last.lines[0].left) < area.em / 2
        numbered = _OPENING.match(last.lines[0].text) is not None
        return not (flush and opens and (numbered or _ENDED.search(before.text)))
    return not opens and not _ENDED.search(before.text) and _hangs(last, line, area)


def _hangs(last: _Paragraph, line: PageLine, area: Area) -> bool:
    """Say whether an indented line goes on with an indented paragraph, or under the text of a numbered one."""
    before, first = last.lines[-1], last.lines[0]
    if area.right - before.right > _INDENT * area.em:
        return False
    if before is first and _OPENING.match(first.text):
        return area.em / 2 < line.left - first.left < _MID_SENTENCE * area.em
    return abs(line.left - before.left) < area.em / 2


def _is_full(before: PageLine, line: PageLine, area: Area) -> bool:
    """Say whether the first word of a line, with the marks that must not begin a line, would not have fitted before."""
    text = line.text.lstrip()
    word = _FIRST_WORD.match(text)
    width = sum(0.5 if char.isascii() else 1.0 for char in word[0]) if word is not None else 1.0
    if not _ENDED.search(before.text) and not _OPENING.match(text):
        # a line that stops in mid-sentence may be shorter: programs keep some figures and marks together
        width = max(width, _MID_SENTENCE)
    return area.right - before.right < (1.1 * width + 0.5) * area.em


def _is_centred(line: PageLine, area: Area) -> bool:
    left, right = line.left - area.left, area.right - line.right
    least = (_INDENT if line.size > (1 + _SIZES_DIFFER) * area.em else _CENTRED_INDENT) * area.em
    return left > least and abs(left - right) < max(area.em, 0.1 * left)


class _TableCount:
    """Numbers tables; one that goes on at the top of the next page with the same columns stays the same table."""

    def __init__(self) -> None:
        self._number = -1
        self._rows = 0
        self._last: PageTable | None = None

    def interrupt(self) -> None:
        """Text has come in between: the next table is another one."""
        self._last = None

    def cells(self, table: PageTable) -> Iterable[_Paragraph]:
        """Return the cells of a table that show text, as paragraphs with their places."""
        if not self._goes_on(table):
            self._number, self._rows = self._number + 1, 0
        found = [
            _Paragraph(
                list(cell.lines),
                "cell",
                TablePlace(self._number, self._rows + cell.row, cell.column, cell.rows, cell.columns),
            )
            for cell in table.cells
            if cell.lines
        ]
        self._rows, self._last = self._rows + table.rows, table
        return found

    def _goes_on(self, table: PageTable) -> bool:
        last = self._last
        if last is None or table.page != last.page + 1 or len(last.borders) != len(table.borders):
            return False
        return all(abs(a - b) < _SAME_BORDER for a, b in zip(last.borders, table.borders, strict=True))


def _assembled(paragraphs: Iterable[_Paragraph], dropped: tuple[Dropped, ...]) -> PagedText:
    texts: list[str] = []
    blocks: list[Block] = []
    starts: list[PageStart] = []
    place = 0
    for paragraph in paragraphs:
        pieces, marks = _pieces(paragraph, place)
        text = "".join(piece.text for piece in pieces)
        if not text.strip():
            continue
        starts += [mark for mark in marks if not starts or mark.page > starts[-1].page]
        lead, look = lead_length(pieces), look_of(pieces)
        blocks.append(
            Block(
                start=place,
                end=place + len(text),
                kind=paragraph.kind,
                bold=look.bold,
                centred=paragraph.centred,
                font=look.font,
                size=look.size,
                lead_end=None if lead is None else place + lead,
                table=paragraph.table,
                page=marks[0].page if marks else None,
            )
        )
        texts.append(text)
        place += len(text) + 1
    return PagedText("\n".join(texts), tuple(blocks), tuple(starts), dropped)


def _pieces(paragraph: _Paragraph, place: int) -> tuple[tuple[Piece, ...], list[PageStart]]:
    """Return the joined lines of a paragraph and where in the text their pages begin."""
    pieces: list[Piece] = []
    marks: list[PageStart] = []
    for line in paragraph.lines:
        if pieces:
            glue = _glue(pieces[-1].text, line.text, cell=paragraph.kind == "cell")
            pieces.append(Piece(glue, pieces[-1].look))
        if not marks or marks[-1].page != line.page + 1:
            marks.append(PageStart(line.page + 1, place + sum(len(piece.text) for piece in pieces)))
        pieces += line.pieces
    return joined_pieces(pieces), marks


def _glue(before: str, after: str, *, cell: bool) -> str:
    """Return what stands between two lines: a blank between Latin words, a line break between items in a cell."""
    if cell and _ENDED.search(before) and _OPENING.match(after.lstrip()):
        return "\n"
    latin = before[-1:].isalpha() and before[-1:].isascii() and after[:1].isascii() and after[:1].isalpha()
    if latin and not _CHINESE_NEXT.match(after):
        return " "
    return ""
