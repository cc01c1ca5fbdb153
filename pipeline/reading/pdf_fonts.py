"""How the characters of a PDF look: size, angle and font of each text object, and what is lost for want of fonts."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from ctypes import byref, c_double, c_int, c_void_p, cast, create_string_buffer
from typing import Any

from pipeline.reading.docx_styles import Look

_SUBSET = re.compile(r"^[A-Z]{6}\+")
_BOLD_NAME = re.compile(r"bold|heavy|black", re.IGNORECASE)
_BOLD_WEIGHT = 600
_FILL_AND_STROKE = 2
# In em: the flattest character, 一, is ten times as high.
_FLAT = 0.005
# Names of fonts in files → the names that Word shows; what is not here stays.
_FONTS = (
    (re.compile(r"xiaobiaosong|fzxbs", re.IGNORECASE), "方正小标宋"),
    (re.compile(r"simhei|heiti|fzht|fzhei|sthei", re.IGNORECASE), "黑体"),
    (re.compile(r"kaiti|simkai|fzkt|stkai", re.IGNORECASE), "楷体"),
    (re.compile(r"fangsong|simfang|fzfs|stfang", re.IGNORECASE), "仿宋"),
    (re.compile(r"simsun|songti|fzss|fzsong|stsong|nsimsun", re.IGNORECASE), "宋体"),
)


class Shapes:
    """Answers what the characters of a page look like, asking PDFium once for each text object."""

    def __init__(self, page: Any, text: Any) -> None:
        self._page = page
        self._text = text
        self._known: dict[int | None, tuple[float, float, Look]] = {}
        self._blind: dict[str, bool] = {}

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
        if font not in self._blind:
            self._blind[font] = self._has_no_glyph(index, size)
        return size, math.atan2(matrix.b, matrix.a), Look(stroked or heavy, font=_shown(font), size=round(2 * size) / 2)

    def _has_no_glyph(self, index: int, size: float) -> bool:
        """Say whether PDFium found no glyph for a Chinese character: it then leaves out objects of a single one."""
        import pypdfium2.raw as raw

        left, right, bottom, top = c_double(), c_double(), c_double(), c_double()
        raw.FPDFText_GetCharBox(self._text, index, byref(left), byref(right), byref(bottom), byref(top))
        is_chinese = "\u4e00" <= chr(raw.FPDFText_GetUnicode(self._text, index)) <= "\u9fff"
        return is_chinese and top.value - bottom.value < _FLAT * size

    def lost(self) -> Iterator[str]:
        """Yield a font's name for each text object that PDFium left out because it has no glyphs of that font.

        Known from a font of which no character has a shape, on a page where objects of that font are missing.
        """
        import pypdfium2.raw as raw

        blind = {font for font, is_blind in self._blind.items() if is_blind}
        if not blind:
            return
        for item in self._page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=2):
            if cast(item.raw, c_void_p).value not in self._known:
                name = create_string_buffer(256)
                raw.FPDFFont_GetBaseFontName(raw.FPDFTextObj_GetFont(item.raw), name, 256)
                font = _font_name(name.value)
                if font in blind:
                    yield _shown(font) or font


def _font_name(name: bytes) -> str:
    """Return a font's name as text without the tag of a subset; older Chinese programs write it in GBK."""
    try:
        return _SUBSET.sub("", name.decode("utf-8"))
    except UnicodeDecodeError:
        return _SUBSET.sub("", name.decode("gb18030", "replace"))


def _shown(name: str) -> str | None:
    return next((shown for pattern, shown in _FONTS if pattern.search(name)), name.split(",")[0] or None)
