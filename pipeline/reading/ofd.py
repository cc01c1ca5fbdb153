"""An .ofd (GB/T 33190-2016) as a Document, through ofdkit: an optional part (`pip install 'zicha[ofd]'`)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from pipeline.errors import DamagedFileError, ReadError, UnsupportedFormatError
from pipeline.limits import LIMITS
from pipeline.reading.docx_styles import Look
from pipeline.reading.page_lines import Glyph, Page, lines_of
from pipeline.reading.page_paragraphs import join_pages
from pipeline.records import Document

SECONDS = 120.0
_POINTS = 72 / 25.4
_SAVE = "请用 OFD 阅读器打开，另存为 PDF 或复制到 Word 存为 .docx 后重试"


def is_available() -> bool:
    """Say whether the extra `ofd` is installed."""
    return find_spec("ofdkit") is not None


def read_ofd(
    data: bytes, file: str, *, report_id: str, most_pages: int = LIMITS.pages, seconds: float = SECONDS
) -> Document:
    """Return the document in the bytes of an .ofd: lines joined to paragraphs as of a PDF.

    Pages of pictures only are named in a warning. Raises UnsupportedFormatError where the extra is absent or no page
    has text, DamagedFileError for a broken file, ReadError for a limit.
    """
    if not is_available():
        problem = "内容是“OFD 版式文件”，读取它需要 OFD 组件，尚未安装"
        raise UnsupportedFormatError(file, problem, f"请安装（pip install 'zicha[ofd]'）后重试，或{_SAVE[1:]}")
    import ofdkit
    from ofdkit.errors import OFDError, OFDLimitError

    try:
        with ofdkit.open(data) as opened:
            if len(opened.pages) > most_pages:
                raise ReadError(file, f"页数过多（{len(opened.pages)} 页，上限 {most_pages} 页）", "请拆分后重试")
            pages = list(_pages(opened, file, seconds))
    except OFDLimitError as error:
        raise DamagedFileError(file, "OFD 文件超出安全限制", _SAVE) from error
    except (OFDError, RecursionError) as error:
        raise DamagedFileError(file, "OFD 文件损坏或不完整，无法打开", _SAVE) from error
    return _document(pages, file, report_id)


def _document(pages: list[Page], file: str, report_id: str) -> Document:
    empty = [str(page.number + 1) for page in pages if not page.lines]
    if len(empty) == len(pages):
        raise UnsupportedFormatError(file, "OFD 中没有文字（可能是扫描件）", _SAVE)
    paged = join_pages(pages)
    warnings = (f"第 {'、'.join(empty)} 页没有文字（可能是图片），未读入",) if empty else ()
    return Document(report_id, file, "ofd", paged.text, paged.blocks, warnings)


def _pages(opened: Any, file: str, seconds: float) -> Iterator[Page]:
    started = time.monotonic()
    for number, page in enumerate(opened.pages):
        if time.monotonic() - started > seconds:
            raise ReadError(file, f"读取超过 {seconds:g} 秒", "请拆分后重试")
        left, top, width, height = page.box
        glyphs = [glyph for run in page.runs for glyph in _glyphs(run, left, top)]
        yield Page(number, width * _POINTS, height * _POINTS, lines_of(glyphs, number))


def _glyphs(run: Any, left: float, top: float) -> Iterator[Glyph]:
    """Yield a run as one stretch of text in points; blanks that open it move it to the right."""
    text = run.text.strip()
    if text:
        size = max(run.size * _POINTS, 0.1)
        opening = run.text[: len(run.text) - len(run.text.lstrip())]
        start = (run.x - left) * _POINTS + sum(size if char == "\u3000" else size / 2 for char in opening)
        end = (run.x - left + run.width) * _POINTS
        look = Look(size=round(2 * size) / 2)
        yield Glyph(text, start, max(end, start), (run.y - top) * _POINTS, size, look)
