"""Files → Documents. `read` is the door; what a file is decides its content, never its name."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import replace
from pathlib import Path

from pipeline.errors import DamagedFileError, ReadError, UnsupportedFormatError
from pipeline.reading import detect
from pipeline.records import Document

MOST_BYTES = 256 << 20
_DAMAGED = (detect.EMPTY, detect.DAMAGED_ZIP, detect.OFFICE_WITHOUT_TEXT, detect.ENCRYPTED)
_PROBLEMS = {
    detect.EMPTY.code: "文件是空的",
    detect.DAMAGED_ZIP.code: "文件损坏或不完整，无法解开",
    detect.OFFICE_WITHOUT_TEXT.code: "缺少正文部件（word/document.xml）",
    detect.ENCRYPTED.code: "文件已加密",
}


def read(path: str | Path, *, name: str | None = None) -> Document:
    """Return the report in a .docx or text file; its `report_id` are 12 hex digits of the SHA-256 of the bytes.

    name: what to call the file in the document and in messages, the path's last part if None.
    Example: `read("2023年自查报告.docx").text[:2]` -> "一、" where Word numbers the first heading.
    Raises ReadError (directory, missing, no permission, too large), DamagedFileError (empty, broken, encrypted) or
    UnsupportedFormatError (another kind of file); each message is Chinese and says what to do.
    """
    path = Path(path)
    file = path.name if name is None else name
    data = _bytes_of(path, file)
    kind = detect.kind_of(data)
    lie = detect.extension_lies(file, kind)
    if kind.advice is not None:
        raise _refusal(file, kind, lie)
    report_id = hashlib.sha256(data).hexdigest()[:12]
    document = _read_kind(kind, data, file, report_id)
    if lie is None:
        return document
    warning = f"扩展名为 {lie}，内容是“{kind.label}”，已按内容读取"
    return replace(document, warnings=(warning, *document.warnings))


def _read_kind(kind: detect.Kind, data: bytes, file: str, report_id: str) -> Document:
    if kind is detect.DOCX:
        from pipeline.reading.docx import read_docx

        return read_docx(data, file, report_id=report_id)
    from pipeline.reading.plain import read_plain

    return read_plain(data, file, report_id=report_id)


def _bytes_of(path: Path, file: str) -> bytes:
    try:
        return _checked_bytes(path, file)
    except FileNotFoundError as error:
        raise ReadError(file, "文件不存在", "请检查路径，或文件是否已被移走") from error
    except PermissionError as error:
        raise ReadError(file, "没有读取权限", "请检查文件权限，或关闭占用它的程序后重试") from error
    except OSError as error:
        raise ReadError(file, f"无法读取（{error.strerror or error}）", "请检查磁盘或网络连接后重试") from error
    except ValueError as error:
        raise ReadError(file, "文件名无效", "请改名后重试") from error


def _checked_bytes(path: Path, file: str) -> bytes:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise ReadError(file, "这是文件夹，不是文件", "请指定其中的文件，或用批量处理命令")
    if not stat.S_ISREG(status.st_mode):
        raise ReadError(file, "这不是普通文件", "请指定一个 .docx 或 .txt 文件")
    if status.st_size > MOST_BYTES:
        raise ReadError(file, f"文件过大（{status.st_size >> 20} MB）", "请拆分后重试")
    return path.read_bytes()


def _refusal(file: str, kind: detect.Kind, lie: str | None) -> ReadError:
    """Return the error for a kind that is not read; a lying extension is part of the message."""
    problem = _PROBLEMS.get(kind.code, f"内容是“{kind.label}”，暂不支持")
    if lie is not None and kind not in _DAMAGED:
        problem += f"（扩展名 {lie} 与内容不符）"
    refused = DamagedFileError if kind in _DAMAGED else UnsupportedFormatError
    return refused(file, problem, kind.advice or "")
