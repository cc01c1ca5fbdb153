"""Files → Documents. `read` is the door; what a file is decides its content, never its name."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from pipeline.errors import DamagedFileError, ReadError, UnsupportedFormatError
from pipeline.limits import LIMITS, Limits
from pipeline.reading import detect
from pipeline.records import Document

_DAMAGED = (detect.EMPTY, detect.DAMAGED_ZIP, detect.OFFICE_WITHOUT_TEXT, detect.ENCRYPTED)
_PROBLEMS = {
    detect.EMPTY.code: "文件是空的",
    detect.DAMAGED_ZIP.code: "文件损坏或不完整，无法解开",
    detect.OFFICE_WITHOUT_TEXT.code: "缺少正文部件（word/document.xml）",
    detect.ENCRYPTED.code: "文件已加密",
}


@dataclass(frozen=True, slots=True)
class _Source:
    """What a reader gets to know about a file."""

    data: bytes
    file: str
    report_id: str
    kind: detect.Kind
    converted: Path | None
    limits: Limits


def read(
    path: str | Path, *, name: str | None = None, converted: Path | None = None, limits: Limits = LIMITS
) -> Document:
    """Return the report in a file; its `report_id` are 12 hex digits of the SHA-256 of the bytes.

    Read are Word, WPS, RTF, OpenDocument, PDF, web pages, Excel, OFD, pictures, Markdown and plain text; some need
    LibreOffice or an extra, and the message says which.
    name: what to call the file in the document and in messages, the path's last part if None.
    converted: what `office.convert_many` made of the file, where many files were converted in one call before.
    limits: the most that the file may ask for: bytes, parts, depth, pages.
    Example: `read("2023年自查报告.docx").text[:2]` -> "一、" where Word numbers the first heading.
    Raises ReadError (directory, missing, no permission, too large), DamagedFileError (empty, broken, encrypted) or
    UnsupportedFormatError (another kind of file); each message is Chinese and says what to do.
    """
    path = Path(path)
    file = path.name if name is None else name
    data = _bytes_of(path, file, limits)
    kind = detect.kind_of(data)
    lie = detect.extension_lies(file, kind)
    if kind.advice is not None:
        raise _refusal(file, kind, lie)
    report_id = hashlib.sha256(data).hexdigest()[:12]
    document = _read_kind(_Source(data, file, report_id, kind, converted, limits))
    if lie is None:
        return document
    warning = f"扩展名为 {lie}，内容是“{kind.label}”，已按内容读取"
    return replace(document, warnings=(warning, *document.warnings))


def _read_kind(source: _Source) -> Document:
    """Hand the bytes to the reader of their kind; readers are loaded when they are needed."""
    kind, given = source.kind, (source.data, source.file)
    if kind is detect.DOCX:
        from pipeline.reading.docx import read_docx

        return read_docx(*given, report_id=source.report_id, limits=source.limits)
    if kind in (*detect.TO_DOCX, *detect.TO_XLSX):
        from pipeline.reading.office import read_office

        return read_office(
            *given, report_id=source.report_id, kind=kind, converted=source.converted, limits=source.limits
        )
    if kind is detect.TEXT:
        return _read_text(source)
    return _read_page_or_sheet(source)


def _read_page_or_sheet(source: _Source) -> Document:
    kind, given = source.kind, (source.data, source.file)
    if kind is detect.PDF:
        from pipeline.reading.pdf import read_pdf

        return read_pdf(*given, report_id=source.report_id, most_pages=source.limits.pages)
    if kind in (detect.HTML, detect.MHT):
        from pipeline.reading.html import read_html, read_mht

        return (read_mht if kind is detect.MHT else read_html)(*given, report_id=source.report_id)
    if kind is detect.XLSX:
        from pipeline.reading.spreadsheet import read_xlsx

        return read_xlsx(*given, report_id=source.report_id, limits=source.limits)
    if kind is detect.OFD:
        from pipeline.reading.ofd import read_ofd

        return read_ofd(*given, report_id=source.report_id, most_pages=source.limits.pages)
    from pipeline.reading.ocr import read_image

    return read_image(*given, report_id=source.report_id, label=kind.label)


def _read_text(source: _Source) -> Document:
    """Read text; that it is Markdown is the one thing that only the name says."""
    if PurePath(source.file).suffix.lower() in (".md", ".markdown"):
        from pipeline.reading.markdown import read_markdown

        return read_markdown(source.data, source.file, report_id=source.report_id)
    from pipeline.reading.plain import read_plain

    return read_plain(source.data, source.file, report_id=source.report_id)


def _bytes_of(path: Path, file: str, limits: Limits) -> bytes:
    try:
        return _checked_bytes(path, file, limits)
    except FileNotFoundError as error:
        raise ReadError(file, "文件不存在", "请检查路径，或文件是否已被移走") from error
    except PermissionError as error:
        raise ReadError(file, "没有读取权限", "请检查文件权限，或关闭占用它的程序后重试") from error
    except OSError as error:
        raise ReadError(file, f"无法读取（{error.strerror or error}）", "请检查磁盘或网络连接后重试") from error
    except ValueError as error:
        raise ReadError(file, "文件名无效", "请改名后重试") from error


def _checked_bytes(path: Path, file: str, limits: Limits) -> bytes:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise ReadError(file, "这是文件夹，不是文件", "请指定其中的文件，或用批量处理命令")
    if not stat.S_ISREG(status.st_mode):
        raise ReadError(file, "这不是普通文件", "请指定一个 .docx 或 .txt 文件")
    if status.st_size > limits.file_bytes:
        raise ReadError(file, f"文件过大（{status.st_size:,} 字节，上限 {limits.file_bytes:,} 字节）", "请拆分后重试")
    return path.read_bytes()


def _refusal(file: str, kind: detect.Kind, lie: str | None) -> ReadError:
    """Return the error for a kind that is not read; a lying extension is part of the message."""
    problem = _PROBLEMS.get(kind.code, f"内容是“{kind.label}”，暂不支持")
    if lie is not None and kind not in _DAMAGED:
        problem += f"（扩展名 {lie} 与内容不符）"
    refused = DamagedFileError if kind in _DAMAGED else UnsupportedFormatError
    return refused(file, problem, kind.advice or "")
