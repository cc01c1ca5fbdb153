"""Accounting of what was read: every visible character of a source is kept, left out for a reason, or unaccounted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from pipeline.audit.match import settle
from pipeline.audit.records import REASONS, Account, LeftOut, Missing, SourceParagraph
from pipeline.errors import UnsupportedFormatError
from pipeline.limits import LIMITS, Limits
from pipeline.reading import read
from pipeline.records import Document

__all__ = ["REASONS", "Account", "LeftOut", "Missing", "audit", "audit_document", "unaccounted_warning"]

_WORD = ("docx", "docm", "dotx", "dotm")
_OFFICE = ("doc", "wps", "rtf", "odt", "word-xml")
_ADVICE = "可审计的有 .docx、.doc、.wps、.rtf、.odt、.pdf、.txt、.md"


def audit(path: str | Path, *, name: str | None = None) -> Account:
    """Return the account of one file: read it, then compare the document with the source, read in another way.

    Example: `audit("自查报告.docx").unaccounted` -> 0.
    Raises what `read` raises; UnsupportedFormatError for a kind of file that has nothing to compare with (a scan).
    """
    document = read(path, name=name)
    return audit_document(document, Path(path).read_bytes())


def audit_document(document: Document, data: bytes, *, limits: Limits = LIMITS) -> Account:
    """Return the account of a document that was read from these bytes within these limits; see `audit`."""
    sources: dict[str, Callable[[Document, bytes], Account]] = {"txt": _plain, "md": _markdown, "pdf": _pdf}
    sources |= dict.fromkeys(_WORD, partial(_docx, limits=limits)) | dict.fromkeys(_OFFICE, _office)
    compare = sources.get(document.format)
    if compare is None:
        raise UnsupportedFormatError(document.source_file, f"{document.format} 没有可对照的原文", _ADVICE)
    return compare(document, data)


def unaccounted_warning(account: Account) -> str | None:
    """Return the warning for the reports table, None where every character is accounted for.

    Example: "有 12 个字未读入，原因不明（如“……”），请核对原文".
    """
    if not account.unaccounted:
        return None
    example = account.missing[0].text[:20]
    return f"有 {account.unaccounted} 个字未读入，原因不明（如“{example}”），请核对原文"


def _docx(document: Document, data: bytes, *, limits: Limits) -> Account:
    return settle(document, docx_paragraphs(data, document.source_file, limits=limits), "Word 文件的 XML 文字节点")


def docx_paragraphs(data: bytes, file: str, *, limits: Limits = LIMITS) -> Iterable[SourceParagraph]:
    """Return the paragraphs of a .docx with the reasons why some are not shown; see `docx_source`."""
    from pipeline.audit.docx_source import source_of_docx
    from pipeline.reading.docx_package import take_package

    return source_of_docx(take_package(data, file, limits=limits))


def _plain(document: Document, data: bytes) -> Account:
    from pipeline.audit.other_sources import source_of_text

    return settle(document, source_of_text(data, document), "文件中的文字")


def _markdown(document: Document, data: bytes) -> Account:
    from pipeline.audit.other_sources import source_of_markdown

    return settle(document, source_of_markdown(data, document), "文件中的文字", ordered=False)


def _office(document: Document, data: bytes) -> Account:
    from pipeline.audit.office_source import source_of_office

    return settle(document, source_of_office(data, document), "LibreOffice 导出的文本", numbers_in_source=True)


def _pdf(document: Document, data: bytes) -> Account:
    from pipeline.audit.other_sources import MOVING, source_of_pdf

    paragraphs = source_of_pdf(data, document)
    return settle(document, paragraphs, "PDF 各页的文字", numbers_in_source=True, ordered=False, ignored=MOVING)
