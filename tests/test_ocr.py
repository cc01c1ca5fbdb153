"""Scans and pictures: what recognition gives becomes paragraphs; without the extra, a clear message."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pdf_maker import PdfPage, make_pdf

from pipeline.analyze import analyze
from pipeline.errors import DamagedFileError, ReadError, UnsupportedFormatError
from pipeline.reading import ocr, pdf, read

Box = list[list[float]]

needs_pillow = pytest.mark.skipif(not ocr.is_available(), reason="the extra ocr is not installed")


@dataclass
class Recognised:
    """What the recogniser returns."""

    boxes: list[Box] | None
    txts: tuple[str, ...] | None
    scores: tuple[float, ...] | None


def box(left: float, top: float, right: float, height: float = 40.0) -> Box:
    return [[left, top], [right, top], [right, top + height], [left, top + height]]


class Recogniser:
    """Stands in for RapidOCR: answers every picture with the same lines and remembers how it was called."""

    def __init__(self, *lines: tuple[Box, str, float]) -> None:
        self.lines = lines
        self.options: list[dict[str, Any]] = []

    def __call__(self, image: Any, **options: Any) -> Recognised:
        assert image.ndim == 3 and image.shape[2] == 3
        self.options.append(options)
        if not self.lines:
            return Recognised(None, None, None)
        boxes, texts, scores = zip(*self.lines, strict=True)
        return Recognised(list(boxes), texts, scores)


@pytest.fixture
def recogniser(monkeypatch: pytest.MonkeyPatch) -> Recogniser:
    pytest.importorskip("numpy")
    stand_in = Recogniser(
        (box(180, 100, 1000), "（一）学习抓得不紧。今年中心组学习八次，", 0.99),
        (box(100, 160, 1000), "有三次同联席会合着开，文件念完就散，不少", 0.95),
        (box(100, 222, 300), "人没有参加。", 0.80),
        (box(180, 284, 420), "（二）作风不实", 0.98),
    )
    monkeypatch.setattr(ocr, "_engine", lambda: stand_in)
    monkeypatch.setattr(ocr, "is_available", lambda: True)
    monkeypatch.setattr(pdf, "is_available", lambda: True)
    return stand_in


def picture(kind: str = "PNG", size: tuple[int, int] = (1100, 800), **options: Any) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", size, "white").save(buffer, kind, **options)
    return buffer.getvalue()


EXPECTED = [
    "（一）学习抓得不紧。今年中心组学习八次，有三次同联席会合着开，文件念完就散，不少人没有参加。",
    "（二）作风不实",
]
WARNING = "文字由 OCR 识别（平均置信度 0.93，其中 1 行把握不大），请核对原文"


def scan() -> PdfPage:
    page = PdfPage()
    page.parts.append("0 0 500 800 re f")
    return page


@needs_pillow
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP"])
def test_read_joins_the_lines_of_a_picture(tmp_path: Path, recogniser: Recogniser, kind: str) -> None:
    path = tmp_path / f"扫描件.{ {'JPEG': 'jpg', 'TIFF': 'tif'}.get(kind, kind.lower()) }"
    path.write_bytes(picture(kind))
    found = read(path)
    assert found.text.split("\n") == EXPECTED
    assert found.format == "image"
    assert len(found.warnings) == 1 and found.warnings[0].endswith(f"图片，{WARNING}")
    assert recogniser.options == [{"use_cls": False}]


@needs_pillow
def test_read_image_reads_every_page_of_a_tiff(recogniser: Recogniser) -> None:
    from PIL import Image

    data = picture("TIFF", save_all=True, append_images=[Image.new("RGB", (1100, 800), "white")])
    assert ocr.read_image(data, "a.tif", report_id="").text.split("\n") == EXPECTED * 2


def test_read_pdf_recognises_pages_without_text(recogniser: Recogniser) -> None:
    found = pdf.read_pdf(make_pdf(scan()), "a.pdf", report_id="")
    assert found.text.split("\n") == EXPECTED
    assert found.warnings == (f"PDF 没有文字层，{WARNING}",)
    mixed = pdf.read_pdf(make_pdf(PdfPage().lines("正文第一页。"), scan()), "a.pdf", report_id="")
    assert mixed.text.split("\n") == ["正文第一页。", *EXPECTED]
    assert mixed.warnings == (f"PDF 第 2 页没有文字层，{WARNING}",)


def test_scan_is_analysed_though_there_is_no_text_to_compare_it_with(tmp_path: Path, recogniser: Recogniser) -> None:
    path = tmp_path / "扫描件.pdf"
    path.write_bytes(make_pdf(scan()))
    document = analyze(path).document
    assert document.text.split("\n") == EXPECTED
    assert f"PDF 没有文字层，{WARNING}" in document.warnings


def test_read_pdf_does_not_recognise_pages_that_have_text(recogniser: Recogniser) -> None:
    assert pdf.read_pdf(make_pdf(PdfPage().lines("正文。")), "a.pdf", report_id="").warnings == ()
    assert recogniser.options == []


def test_read_pdf_keeps_the_text_of_a_page_where_nothing_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "_engine", lambda: Recogniser())
    monkeypatch.setattr(pdf, "is_available", lambda: True)
    pytest.importorskip("numpy")
    found = pdf.read_pdf(make_pdf(scan().lines("附件")), "a.pdf", report_id="")
    assert (found.text, found.warnings) == ("附件", ("PDF 第 1 页没有文字层，OCR 也没有识别出文字",))


def test_read_pdf_keeps_the_limits_of_recognition(recogniser: Recogniser) -> None:
    data = make_pdf(scan(), scan())
    with pytest.raises(ReadError, match="需要文字识别的页数过多（2 页，上限 1 页）"):
        pdf.read_pdf(data, "a.pdf", report_id="", most_ocr_pages=1)
    with pytest.raises(ReadError, match="读取超过 -1 秒"):
        pdf.read_pdf(data, "a.pdf", report_id="", ocr_seconds=-1.0)


@needs_pillow
def test_read_image_says_that_a_picture_has_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "_engine", lambda: Recogniser())
    assert ocr.read_image(picture(), "a.png", report_id="").warnings == ("图片中没有识别出文字",)


@needs_pillow
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"most_pixels": 100}, "图片过大（1100×800 像素）"),
        ({"most_pages": 0}, "页数过多"),
        ({"seconds": -1.0}, "文字识别超过"),
    ],
)
def test_read_image_keeps_limits(recogniser: Recogniser, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ReadError, match=f"a.png：{message}"):
        ocr.read_image(picture(), "a.png", report_id="", **options)


@needs_pillow
@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\x00", b"\xff\xd8\xff\xe0" + b"\x00" * 90, picture()[:60]])
def test_read_image_refuses_broken_pictures(recogniser: Recogniser, data: bytes) -> None:
    with pytest.raises(DamagedFileError, match="a.png：图片损坏"):
        ocr.read_image(data, "a.png", report_id="")


def test_read_says_what_to_install_where_the_extra_is_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "is_available", lambda: False)
    path = tmp_path / "扫描件.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00")
    with pytest.raises(UnsupportedFormatError, match=r"扫描件.png：内容是“PNG 图片”.*OCR.*zicha\[ocr\]"):
        read(path)


@needs_pillow
@pytest.mark.slow
def test_read_pdf_recognises_a_real_scan(shared: Path) -> None:
    found = read(shared / "reports" / "pdf" / "zj_fujian_0.pdf")
    assert found.warnings[0].startswith("PDF 没有文字层，文字由 OCR 识别（平均置信度 0.9")
    assert "新材料三大科创高地" in found.text
