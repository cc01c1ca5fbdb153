"""How the characters of a PDF look: size, angle and font of each text object; and how text without a shape is kept."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from ctypes import byref, c_float, c_int, c_void_p, cast, create_string_buffer
from typing import Any

from pipeline.reading.docx_styles import Look

_SUBSET = re.compile(r"^[A-Z]{6}\+")
_BOLD_NAME = re.compile(r"bold|heavy|black", re.IGNORECASE)
_BOLD_WEIGHT = 600
_FILL_AND_STROKE = 2
_STROKED = frozenset({1, 2, 5, 6})
# In points. PDFium's text page leaves out what is narrower than 0.01.
_NO_WIDTH = 0.02
_THIN_STROKE = 0.1
# Names of fonts in files → the names that Word shows; what is not here stays.
_FONTS = (
    (re.compile(r"xiaobiaosong|fzxbs", re.IGNORECASE), "方正小标宋"),
    (re.compile(r"simhei|heiti|fzht|fzhei|sthei", re.IGNORECASE), "黑体"),
    (re.compile(r"kaiti|simkai|fzkt|stkai", re.IGNORECASE), "楷体"),
    (re.compile(r"fangsong|simfang|fzfs|stfang", re.IGNORECASE), "仿宋"),
    (re.compile(r"simsun|songti|fzss|fzsong|stsong|nsimsun", re.IGNORECASE), "宋体"),
)


def keep_shapeless(page: Any) -> frozenset[int]:
    """Make PDFium read text that has no shape in this system's fonts; return the addresses of those text objects.

    Where a font is not in the file, PDFium draws with one of the system, and its text page leaves out each object that
    is drawn without any width: a “3” or a “《” alone that the other font lacks. The width of a stroke counts as well,
    so such objects get a thin one. Blanks have no shape in any font, so objects of a single blank are among them.
    To be called before the text page is opened; the page is no longer fit to be rendered.
    """
    import pypdfium2.raw as raw

    kept: set[int] = set()
    for item in _texts(page, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject):
        if _has_no_width(raw, item) and _is_shapeless(raw, item):
            _stroke_thinly(raw, item)
            kept.add(cast(item, c_void_p).value or 0)
    return frozenset(kept)


def _texts(holder: Any, count: Callable[[Any], int], item_of: Callable[[Any, int], Any]) -> Iterator[Any]:
    """Yield the text objects of a page or a form; PDFium itself limits how deep forms stand in forms."""
    import pypdfium2.raw as raw

    kind_of = raw.FPDFPageObj_GetType
    for place in range(count(holder)):
        item = item_of(holder, place)
        kind = kind_of(item)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            yield item
        elif kind == raw.FPDF_PAGEOBJ_FORM:
            yield from _texts(item, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject)


def _has_no_width(raw: Any, item: Any) -> bool:
    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    raw.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    return right.value - left.value < _NO_WIDTH


def _is_shapeless(raw: Any, item: Any) -> bool:
    """Say whether text has no width for want of a font: not what an embedded font leaves empty, not text of no size."""
    if raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(item)):
        return False
    matrix, size = raw.FS_MATRIX(), c_float()
    raw.FPDFPageObj_GetMatrix(item, byref(matrix))
    raw.FPDFTextObj_GetFontSize(item, byref(size))
    width = abs(size.value) * (abs(matrix.a) + abs(matrix.c))
    return bool(width >= _NO_WIDTH)


def _stroke_thinly(raw: Any, item: Any) -> None:
    if raw.FPDFTextObj_GetTextRenderMode(item) not in _STROKED:
        # not the mode that stands for bold
        raw.FPDFTextObj_SetTextRenderMode(item, raw.FPDF_TEXTRENDERMODE_STROKE)
    raw.FPDFPageObj_SetStrokeWidth(item, _THIN_STROKE)
    # PDFium measures an object anew only when it is moved, here by nothing
    raw.FPDFPageObj_Transform(item, 1, 0, 0, 1, 0, 0)


class Shapes:
    """Answers what the characters of a page look like, asking PDFium once for each text object."""

    def __init__(self, text: Any) -> None:
        self._text = text
        self._known: dict[int | None, tuple[float, float, Look]] = {}

    def of(self, key: int | None, index: int) -> tuple[float, float, Look]:
        """Return size in points, angle and look of the text object with this address, by one of its characters."""
        if key not in self._known:
            self._known[key] = self._shape(index)
        return self._known[key]

    def _shape(self, index: int) -> tuple[float, float, Look]:
        import pypdfium2.raw as raw

        matrix = raw.FS_MATRIX()
        raw.FPDFText_GetMatrix(self._text, index, byref(matrix))
        size = raw.FPDFText_GetFontSize(self._text, index) * math.hypot(matrix.c, matrix.d) or 1.0
        name, flags = create_string_buffer(256), c_int()
        raw.FPDFText_GetFontInfo(self._text, index, name, 256, byref(flags))
        font = _font_name(name.value)
        item = raw.FPDFText_GetTextObject(self._text, index)
        stroked = bool(item) and raw.FPDFTextObj_GetTextRenderMode(item) == _FILL_AND_STROKE
        heavy = raw.FPDFText_GetFontWeight(self._text, index) >= _BOLD_WEIGHT or _BOLD_NAME.search(font) is not None
        return size, math.atan2(matrix.b, matrix.a), Look(stroked or heavy, font=_shown(font), size=round(2 * size) / 2)


def _font_name(name: bytes) -> str:
    """Return a font's name as text without the tag of a subset; older Chinese programs write it in GBK."""
    try:
        return _SUBSET.sub("", name.decode("utf-8"))
    except UnicodeDecodeError:
        return _SUBSET.sub("", name.decode("gb18030", "replace"))


def _shown(name: str) -> str | None:
    return next((shown for pattern, shown in _FONTS if pattern.search(name)), name.split(",")[0] or None)
