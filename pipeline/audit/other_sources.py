"""What to compare a text file and a PDF with: the decoded bytes, and the text layer page by page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from pipeline.audit.records import Piece, Reason, SourceParagraph, squeezed
from pipeline.errors import UnsupportedFormatError
from pipeline.reading.plain import decode
from pipeline.records import Document

_PAGE_NUMBER = re.compile(r"[-—–－·•第共/页pP0-9０-９一二三四五六七八九十ⅠⅡⅢⅣⅤivxIVX]{1,16}")
_MARKUP = re.compile(r"(^\s*(?:>|[-+*](?=\s))|[#*`|_~]+|:?-{2,}:?|!?\[|\]\([^)]*\)|\])")
_DIGITS = re.compile(r"\d+")
_EDGE_LINES = 3
_LINE_END_HYPHEN = "\ufffe"
# pdfium gives quotation marks of a second font in another place, so their order proves nothing.
MOVING = "“”‘’\"'" + _LINE_END_HYPHEN + "\u00ad"
_MOVING = str.maketrans("", "", MOVING)


def source_of_text(data: bytes, document: Document) -> Iterator[SourceParagraph]:
    """Yield the lines of a text file; each character that could not be decoded is due and cannot be found."""
    decoded = decode(data)
    text = "" if decoded is None else decoded.text
    broken = document.text.count("\ufffd")
    for number, line in enumerate(text.splitlines(), start=1):
        yield SourceParagraph((Piece(line.replace("\ufffd", "\ufffd\ufffd") if broken else line),), f"第{number}行")


def source_of_markdown(data: bytes, document: Document) -> Iterator[SourceParagraph]:
    """Yield the lines of a Markdown file; its marks (#, **, |, addresses of links) are left out where they are lost."""
    text = squeezed(document.text)
    for paragraph in source_of_text(data, document):
        line = "".join(piece.text for piece in paragraph.pieces)
        if squeezed(line) in text:
            yield paragraph
        else:
            parts = enumerate(_MARKUP.split(line))
            yield SourceParagraph(
                tuple(Piece(part, "markup" if place % 2 else None) for place, part in parts if part), paragraph.place
            )


def source_of_pdf(data: bytes, document: Document) -> Iterator[SourceParagraph]:
    """Yield the lines of every page; page numbers, and what stands at the edge of several pages, are left out.

    Raises UnsupportedFormatError where the file has no text layer, or nothing is installed that reads it.
    """
    pages = [_without_moving(page) for page in _pdf_pages(data, document.source_file)]
    if not any(pages):
        raise UnsupportedFormatError(document.source_file, "PDF 没有文字层，没有可对照的原文", "请对照原件人工核对")
    repeated = _repeated(pages)
    text = squeezed(document.text.translate(_MOVING))
    for number, page in enumerate(pages, start=1):
        for place, line in enumerate(page):
            reason = _reason(line, place, len(page), repeated)
            # What the reader shows is kept, whatever it looks like.
            yield SourceParagraph((Piece(line, None if line in text else reason),), f"第{number}页")


def _pdf_pages(data: bytes, file: str) -> list[list[str]]:
    try:
        pypdfium2: Any = import_module("pypdfium2")
    except ImportError as error:
        advice = "请安装 pypdfium2（pip install pypdfium2）后重试"
        raise UnsupportedFormatError(file, "没有可以读取 PDF 文字层的程序库", advice) from error
    document = pypdfium2.PdfDocument(data)
    try:
        return [document[index].get_textpage().get_text_range().splitlines() for index in range(len(document))]
    finally:
        document.close()


def _without_moving(lines: list[str]) -> list[str]:
    return [line for line in (squeezed(line.translate(_MOVING)) for line in lines) if line]


def _repeated(pages: list[list[str]]) -> Counter[str]:
    """Count on how many pages a line stands at the edge, numbers aside."""
    return Counter(line for page in pages for line in {_DIGITS.sub("#", line) for line in _edges(page)})


def _edges(page: list[str]) -> list[str]:
    return page[:_EDGE_LINES] + page[-_EDGE_LINES:]


def _reason(line: str, place: int, lines: int, repeated: Counter[str]) -> Reason | None:
    at_top, at_bottom = place < _EDGE_LINES, place >= lines - _EDGE_LINES
    if not (at_top or at_bottom):
        return None
    if _PAGE_NUMBER.fullmatch(line):
        return "page-number"
    if repeated[_DIGITS.sub("#", line)] > 1:
        return "header" if at_top else "footer"
    return None
