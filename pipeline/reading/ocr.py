"""Pictures of pages → text, through RapidOCR: an optional part (`pip install 'zicha[ocr]'`), offline.

Its models come inside the package. The direction classifier stays off: on clean pages it turns lines upside down that
stand right, and they are lost.
"""

from __future__ import annotations

import io
import math
import time
import warnings
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from pipeline.errors import DamagedFileError, ReadError, UnsupportedFormatError
from pipeline.reading.docx_styles import Look
from pipeline.reading.page_lines import Glyph, Page, lines_of
from pipeline.reading.page_paragraphs import join_pages
from pipeline.records import Document

if TYPE_CHECKING:
    import numpy

MOST_PIXELS = 60_000_000
MOST_PAGES = 60
SECONDS = 900.0
_FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP")
_LOW = 0.85
_INSTALL = "请安装文字识别组件（pip install 'zicha[ocr]'）后重试，或先做文字识别（OCR）另存为 .docx"
# One em of a line as a part of the height of the box around it.
_EM = 0.8


def is_available() -> bool:
    """Say whether the parts of the extra `ocr` are installed."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "PIL"))


def read_image(
    data: bytes,
    file: str,
    *,
    report_id: str,
    label: str = "图片",
    most_pixels: int = MOST_PIXELS,
    most_pages: int = MOST_PAGES,
    seconds: float = SECONDS,
) -> Document:
    """Return the document in the bytes of a picture (.png .jpg .tif with several pages .bmp .gif .webp).

    A warning says that it was recognised and how sure the recognition was on average.
    Raises UnsupportedFormatError where the extra `ocr` is absent, DamagedFileError for a broken picture, ReadError for
    a limit.
    """
    if not is_available():
        raise UnsupportedFormatError(file, f"内容是“{label}”，读取它需要文字识别（OCR）组件，尚未安装", _INSTALL)
    started = time.monotonic()
    pages, scores = [], []
    for number, image in enumerate(_images(data, file, most_pixels, most_pages)):
        if time.monotonic() - started > seconds:
            raise ReadError(file, f"文字识别超过 {seconds:g} 秒", "请拆分后重试")
        page, sure = page_of_image(image, number)
        pages.append(page)
        scores += sure
    paged = join_pages(pages)
    found = [ocr_warning(scores, label)] if paged.blocks else ["图片中没有识别出文字"]
    return Document(report_id, file, "image", paged.text, paged.blocks, tuple(found))


def ocr_warning(scores: Sequence[float], what: str) -> str:
    """Return the warning about recognised text: "PDF 没有文字层，文字由 OCR 识别（平均置信度 0.97），请核对原文"."""
    mean = sum(scores) / len(scores) if scores else 0.0
    low = sum(score < _LOW for score in scores)
    doubtful = f"，其中 {low} 行把握不大" if low else ""
    return f"{what}，文字由 OCR 识别（平均置信度 {mean:.2f}{doubtful}），请核对原文"


def page_of_image(image: numpy.ndarray[Any, Any], number: int) -> tuple[Page, list[float]]:
    """Return the page that a picture (height × width × 3, BGR) shows, and the confidence of each line, 0 to 1."""
    height, width = image.shape[:2]
    found = _engine()(image, use_cls=False)
    if found.boxes is None or found.txts is None:
        return Page(number, float(width), float(height), ()), []
    glyphs = [glyph for box, text in zip(found.boxes, found.txts, strict=True) for glyph in _glyphs(box, text)]
    page = Page(number, float(width), float(height), lines_of(glyphs, number))
    return page, [float(score) for score in found.scores]


def _glyphs(box: Sequence[Sequence[float]], text: str) -> Iterator[Glyph]:
    """Yield a recognised line as one stretch; its base is the middle of its left side, so that a slant does no harm."""
    (left, top), (right, _), _, (low_left, bottom) = ((float(x), float(y)) for x, y in box)
    if text.strip():
        size = _EM * math.hypot(low_left - left, bottom - top)
        yield Glyph(text.strip(), left, right, (top + bottom) / 2 + size / 2, max(size, 1.0), Look())


@cache
def _engine() -> Any:
    """Return the recogniser: its models take a second to load, so once a process."""
    import logging

    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(params={"Global.use_cls": False, "Global.log_level": "error"})


def _images(data: bytes, file: str, most_pixels: int, most_pages: int) -> Iterator[numpy.ndarray[Any, Any]]:
    """Yield the pages of a picture as arrays; sizes are checked before anything is unpacked."""
    import numpy
    from PIL import Image, ImageOps, ImageSequence

    damaged = DamagedFileError(file, "图片损坏或不完整，无法打开", "请重新获取该图片后重试")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
    except Image.DecompressionBombError as error:
        raise ReadError(file, "图片过大", "请缩小或拆分后重试") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise damaged from error
    if getattr(image, "n_frames", 1) > most_pages:
        raise ReadError(file, f"页数过多（上限 {most_pages} 页）", "请拆分后重试")
    for frame in ImageSequence.Iterator(image):
        if frame.width * frame.height > most_pixels:
            raise ReadError(file, f"图片过大（{frame.width}×{frame.height} 像素）", "请缩小或拆分后重试")
        try:
            shown = ImageOps.exif_transpose(frame).convert("RGBA")
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise damaged from error
        white = Image.new("RGBA", shown.size, "white")
        yield numpy.asarray(Image.alpha_composite(white, shown).convert("RGB"))[:, :, ::-1]
