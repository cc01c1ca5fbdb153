"""A .pdf as a Document: its text layer through PDFium, or, where it has none, what character recognition reads.

PDFium says for each character where it stands and in which font; lines, paragraphs and ruled tables are found from
that, so that fonts and sizes reach the blocks and quotation marks stand where they are seen. Text at another angle than
most of the page (a watermark) is left out. Nothing in the file is run, no link is followed.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from ctypes import byref, c_double, c_float, c_int, c_void_p, cast
from dataclasses import dataclass, field, replace
from functools import cache
from threading import RLock
from typing import Any, NamedTuple

from pipeline.errors import DamagedFileError, ReadError, UnsupportedFormatError
from pipeline.limits import LIMITS
from pipeline.reading.docx_styles import Look
from pipeline.reading.ocr import is_available, ocr_warning, page_of_image
from pipeline.reading.page_lines import Glyph, Page, lines_of
from pipeline.reading.page_paragraphs import PagedText, join_pages
from pipeline.reading.page_tables import Edge, edges_of, split_tables
from pipeline.reading.pdf_fonts import Shapes, keep_shapeless
from pipeline.records import Document

MOST_OCR_PAGES = 60
MOST_CHARACTERS = 2_000_000
SECONDS = 120.0
OCR_SECONDS = 900.0
_PASSWORD = 4
_DOTS_PER_INCH = 200
_MOST_PIXELS = 40_000_000
_MOST_EDGES = 20_000
_LEAST_CHARACTERS = 4
# A stamp or a page number beside a scan.
_LEAST_BESIDE_A_PICTURE = 40
_LARGE_PICTURE = 0.5
_ANGLE_OFF = 0.1
# Nothing, NUL, and the marks that stand for “no character”.
_NO_CHARACTERS = frozenset({0, 2, 0xFFFE, 0xFFFF, 0xFEFF})
_INSTALL_OCR = "请安装文字识别组件（pip install 'zicha[ocr]'）后重试，或先做文字识别（OCR）另存为 .docx"


@dataclass(frozen=True, slots=True)
class PagedDocument:
    """A document with the places where its pages begin and the lines that were left out."""

    document: Document
    paged: PagedText


@dataclass(slots=True)
class _Clock:
    """Time since the start, and what to say when it is over."""

    file: str
    seconds: float
    started: float = field(default_factory=time.monotonic)

    def check(self) -> None:
        if time.monotonic() - self.started > self.seconds:
            raise ReadError(self.file, f"读取超过 {self.seconds:g} 秒", "请拆分后重试，或另存为 .docx")


def read_pdf(data: bytes, file: str, *, report_id: str, **limits: Any) -> Document:
    """Return the document in the bytes of a .pdf; see `read_pdf_pages` for limits, warnings and errors."""
    return read_pdf_pages(data, file, report_id=report_id, **limits).document


def read_pdf_pages(
    data: bytes,
    file: str,
    *,
    report_id: str,
    ocr: bool = True,
    most_pages: int = LIMITS.pages,
    most_ocr_pages: int = MOST_OCR_PAGES,
    seconds: float = SECONDS,
    ocr_seconds: float = OCR_SECONDS,
) -> PagedDocument:
    """Return the document in the bytes of a .pdf and where its pages begin.

    Pages without a text layer are recognised (OCR) where the extra `ocr` is installed, and a warning says so with the
    mean confidence; otherwise a warning names them, and a file of only such pages is refused.
    Raises DamagedFileError (broken, encrypted), UnsupportedFormatError (no text layer) or ReadError (a limit).
    """
    with _lock(), _opened(data, file) as pdf:
        if len(pdf) > most_pages:
            raise ReadError(file, f"页数过多（{len(pdf)} 页，上限 {most_pages} 页）", "请拆分后重试")
        pages = list(_pages(pdf, file, _Clock(file, seconds)))
        empty = [page.number for page in pages if _is_scan(pdf, page)]
        if ocr and empty and is_available():
            if len(empty) > most_ocr_pages:
                problem = f"需要文字识别的页数过多（{len(empty)} 页，上限 {most_ocr_pages} 页）"
                raise ReadError(file, problem, "请拆分后重试")
            warnings = [_recognise(pdf, pages, empty, _Clock(file, ocr_seconds))]
        else:
            warnings = _without_text(pages, empty, file)
    paged = join_pages(pages)
    if not paged.blocks:
        warnings.append("文件中没有文字")
    return PagedDocument(Document(report_id, file, "pdf", paged.text, paged.blocks, tuple(warnings)), paged)


def _without_text(pages: Sequence[Page], empty: Sequence[int], file: str) -> list[str]:
    """Return the warning about pages that cannot be read; a file of only such pages is refused."""
    if not empty:
        return []
    if not any(_characters(page) for page in pages if page.number not in empty):
        problem = f"PDF 没有文字层（可能是扫描件，共 {len(pages)} 页），读不到文字"
        raise UnsupportedFormatError(file, problem, _INSTALL_OCR)
    return [f"{_listed(empty)}没有文字层，未读入；{_INSTALL_OCR}"]


@cache
def _lock() -> RLock:
    """PDFium is not safe for threads."""
    return RLock()


def _opened(data: bytes, file: str) -> Any:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD:
            raise DamagedFileError(file, "文件已加密", "请去除密码后重试") from error
        raise DamagedFileError(
            file, "PDF 文件损坏或不完整，无法打开", "请重新获取该文件，或另存为 .docx 后重试"
        ) from error


def _pages(pdf: Any, file: str, clock: _Clock) -> Iterator[Page]:
    import pypdfium2

    count = 0
    for number in range(len(pdf)):
        clock.check()
        try:
            page = pdf[number]
        except pypdfium2.PdfiumError as error:
            raise DamagedFileError(
                file, f"第 {number + 1} 页损坏", "请重新获取该文件，或另存为 .docx 后重试"
            ) from error
        found, characters = _page(page, number, clock)
        count += characters
        if count > MOST_CHARACTERS:
            raise ReadError(file, f"文字过多（超过 {MOST_CHARACTERS} 字）", "请拆分后重试")
        page.close()
        yield found


def _page(page: Any, number: int, clock: _Clock) -> tuple[Page, int]:
    marks = _side_by_side(list(_marks(page, clock)))
    turn = _turn_of(page, marks)
    glyphs = [turn.glyph(mark) for mark in marks if abs(_angle_between(mark.angle, turn.angle)) < _ANGLE_OFF]
    tables, rest = split_tables(glyphs, _edges(page, turn), number)
    return Page(number, turn.width, turn.height, lines_of(rest, number), tables), len(marks)


class _Mark(NamedTuple):
    """A character as PDFium gives it: the place of its origin, its box (left, bottom, right, top), y upwards."""

    char: str
    y: float
    x: float
    box: tuple[float, float, float, float]
    size: float
    angle: float
    look: Look


@dataclass(frozen=True, slots=True)
class _Turn:
    """How the text of a page stands, by quarters of a circle, and the page's upper left corner and size seen so."""

    angle: float
    cosine: float
    sine: float
    left: float
    top: float
    width: float
    height: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return a point of the file as (to the right, downwards) from the upper left corner."""
        return self.cosine * x + self.sine * y - self.left, self.sine * x - self.cosine * y - self.top

    def glyph(self, mark: _Mark) -> Glyph:
        """Return a character where it is seen when the text of the page is upright."""
        left, bottom, right, top = mark.box
        sides = self.point(left, bottom)[0], self.point(right, top)[0]
        return Glyph(mark.char, min(sides), max(sides), self.point(mark.x, mark.y)[1], mark.size, mark.look)


def _turn_of(page: Any, marks: Sequence[_Mark]) -> _Turn:
    """Find how most characters stand; a page without any stands as the file says."""
    tally = Counter(round(mark.angle / (math.pi / 2)) % 4 for mark in marks)
    quarter = max(tally, key=lambda one: tally[one]) if tally else (-page.get_rotation() // 90) % 4
    cosine, sine = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[quarter]
    left, bottom, right, top = page.get_cropbox()
    seen = _Turn(quarter * math.pi / 2, cosine, sine, 0.0, 0.0, 0.0, 0.0)
    corners = [seen.point(left, bottom), seen.point(right, top)]
    least_x, most_x = sorted(x for x, _ in corners)
    least_y, most_y = sorted(y for _, y in corners)
    return replace(seen, left=least_x, top=least_y, width=most_x - least_x, height=most_y - least_y)


def _angle_between(one: float, other: float) -> float:
    return (one - other + math.pi) % (2 * math.pi) - math.pi


def _marks(page: Any, clock: _Clock) -> Iterator[_Mark]:
    """Yield the characters of a page with their places and looks."""
    import pypdfium2.raw as raw

    shapeless = keep_shapeless(page)
    text = page.get_textpage()
    x, y, box = c_double(), c_double(), raw.FS_RECTF()
    shapes = Shapes(text)
    chars = _chars(text, clock)
    for index, char, key in _without_lone_blanks(chars, shapeless) if shapeless else chars:
        if raw.FPDFText_GetCharOrigin(text, index, byref(x), byref(y)):
            raw.FPDFText_GetLooseCharBox(text, index, byref(box))
            size, angle, look = shapes.of(key, index)
            edges = (box.left, box.bottom, box.right, box.top)
            yield _Mark(char, y.value, x.value, edges, size, angle, look)
    text.close()


# The place of a character in PDFium's text page, itself, and the address of its text object.
_Char = tuple[int, str, int | None]


def _chars(text: Any, clock: _Clock) -> Iterator[_Char]:
    """Yield the characters of a text page. What PDFium adds (blanks for gaps, line ends) is none of the file's."""
    import pypdfium2.raw as raw

    for index in range(text.count_chars()):
        if index % 1024 == 0:
            clock.check()
        code = raw.FPDFText_GetUnicode(text, index)
        if code in _NO_CHARACTERS or 0xD800 <= code < 0xE000 or raw.FPDFText_IsGenerated(text, index) == 1:
            continue
        yield index, chr(code), cast(raw.FPDFText_GetTextObject(text, index), c_void_p).value


def _without_lone_blanks(chars: Iterable[_Char], shapeless: frozenset[int]) -> Iterator[_Char]:
    """Leave out the blanks of objects without a shape that nothing seen comes before: no font gives those a shape."""
    seen: int | None = None
    for place, char, key in chars:
        if not char.isspace():
            seen = key
        elif key in shapeless and key != seen:
            continue
        yield place, char, key


def _side_by_side(marks: list[_Mark]) -> list[_Mark]:
    """Share the box of one glyph among the characters that it stands for: “——” is often drawn as one."""
    shared: list[_Mark] = []
    start = 0
    for index in range(1, len(marks) + 1):
        if index < len(marks) and marks[index].box == marks[start].box and marks[index].look is marks[start].look:
            continue
        shared += _shared(marks[start:index])
        start = index
    return shared


def _shared(same: list[_Mark]) -> list[_Mark]:
    if len(same) < 2:
        return same
    left, bottom, right, top = same[0].box
    step = (right - left) / len(same)
    places = (left + step * index for index in range(len(same)))
    return [mark._replace(box=(place, bottom, place + step, top)) for mark, place in zip(same, places, strict=True)]


def _edges(page: Any, turn: _Turn) -> list[Edge]:
    """Return the ruled lines of a page: stroked lines and frames, thin filled rectangles."""
    import pypdfium2.raw as raw

    edges: list[Edge] = []
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=2):
        fill, stroke = c_int(), c_int()
        raw.FPDFPath_GetDrawMode(item.raw, byref(fill), byref(stroke))
        if fill.value or stroke.value:
            matrix = item.get_matrix()
            for points in _subpaths(raw, item.raw):
                placed = [turn.point(*matrix.on_point(x, y)) for x, y in points]
                edges += edges_of(placed, stroked=bool(stroke.value))
        if len(edges) > _MOST_EDGES:
            # a drawing, not a table
            return []
    return edges


def _subpaths(raw: Any, path: Any) -> Iterator[list[tuple[float, float]]]:
    x, y = c_float(), c_float()
    points: list[tuple[float, float]] = []
    for index in range(min(raw.FPDFPath_CountSegments(path), _MOST_EDGES)):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        raw.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO and points:
            yield points
            points = []
        points.append((x.value, y.value))
        if raw.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if points:
        yield points


def _characters(page: Page) -> int:
    cells = (line for table in page.tables for cell in table.cells for line in cell.lines)
    return sum(len(line.text) for line in (*page.lines, *cells))


def _is_scan(pdf: Any, page: Page) -> bool:
    """Say whether a page shows what its text layer does not have: hardly any text, and drawings or a large picture."""
    import pypdfium2.raw as raw

    characters = _characters(page)
    if characters >= _LEAST_BESIDE_A_PICTURE:
        return False
    opened = pdf[page.number]
    items = [item for item in opened.get_objects(max_depth=2) if item.type != raw.FPDF_PAGEOBJ_TEXT]
    pictures = [item.get_bounds() for item in items if item.type == raw.FPDF_PAGEOBJ_IMAGE]
    opened.close()
    largest = max(((right - left) * (top - bottom) for left, bottom, right, top in pictures), default=0.0)
    is_covered = largest > _LARGE_PICTURE * page.width * page.height
    return is_covered or (characters < _LEAST_CHARACTERS and bool(items))


def _recognise(pdf: Any, pages: list[Page], numbers: Sequence[int], clock: _Clock) -> str:
    """Replace the pages of these numbers by what OCR reads, and return the warning with the mean confidence."""
    sure: list[float] = []
    for number in numbers:
        clock.check()
        page = pdf[number]
        width, height = page.get_size()
        scale = min(_DOTS_PER_INCH / 72, math.sqrt(_MOST_PIXELS / max(width * height, 1.0)))
        image = page.render(scale=scale).to_numpy()
        page.close()
        found, scores = page_of_image(image, number)
        if found.lines:
            pages[number] = found
            sure += scores
    if not sure:
        return f"PDF {_listed(numbers)}没有文字层，OCR 也没有识别出文字"
    return ocr_warning(sure, "PDF 没有文字层" if len(numbers) == len(pages) else f"PDF {_listed(numbers)}没有文字层")


def _listed(numbers: Sequence[int]) -> str:
    """Return page numbers as shown: [0, 2] -> "第 1、3 页"; of many only the first ones."""
    shown = "、".join(str(number + 1) for number in numbers[:10])
    return f"第 {shown} 页" if len(numbers) <= 10 else f"第 {shown} 页等 {len(numbers)} 页"
