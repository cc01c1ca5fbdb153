"""Files that a review writes and reads: whole or not at all, with errors that say what to do."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipeline.errors import DamagedFileError, OutputError, ReadError
from pipeline.files import explain
from pipeline.limits import LIMITS


def check_target(path: Path, *, force: bool) -> None:
    """Raise OutputError where path is a folder, or exists already and force is not given."""
    if path.is_dir():
        raise OutputError(f"{path}：这是文件夹。请给出要写入的文件名。")
    if path.exists() and not force:
        advice = "请换一个文件名，或加 --force（程序中用 force=True）覆盖；其中已填写的内容会丢失"
        raise OutputError(f"{path}：文件已存在，没有写入任何内容。{advice}。")


def write_bytes(path: Path, content: bytes, *, force: bool) -> None:
    """Write a file under a temporary name and put it in place when it is complete; OutputError where that fails."""
    check_target(path, force=force)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise OutputError(f"{path}：{_reason(error)}。") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "没有写入权限，或文件正被其他程序打开。请关闭打开的文件，或换一个有权限的文件夹"
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return "文件夹不存在。请先建立文件夹，或换一个位置"
    if error.errno == errno.ENOSPC:
        return "磁盘空间不足。请清理磁盘，或换一个位置"
    return f"写入失败（系统错误号 {error.errno}）。请检查路径和磁盘后重试"


def read_bytes(path: Path) -> bytes:
    """Return the content of a file; ReadError where it cannot be read or is larger than any reviewed file."""
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= LIMITS.file_bytes else None
    except OSError as error:
        raise _as_read_error(path, error) from error
    if content is None:
        limit = LIMITS.file_bytes >> 20
        raise ReadError(path.name, f"文件超过 {limit} MB，不像是复核文件", "请检查是否选错了文件，或分批导出后重试")
    return content


def _as_read_error(path: Path, error: OSError) -> ReadError:
    if path.is_dir():
        return ReadError(path.name, "这是文件夹", "请给出复核文件的路径")
    _, _, told = explain(path.name, error).partition("：")
    problem, _, advice = told.rstrip("。").partition("。")
    return ReadError(path.name, problem, advice)


def read_json(path: Path) -> Any:
    """Return what a JSON file holds; DamagedFileError where it is none."""
    return _parsed(path.name, read_bytes(path))


def read_json_lines(path: Path) -> list[Any]:
    """Return what each line of a JSONL file holds, blank lines left out; DamagedFileError names the line at fault."""
    lines = enumerate(read_bytes(path).split(b"\n"), start=1)
    return [_parsed(f"{path.name} 第{number}行", line) for number, line in lines if line.strip()]


def as_json_lines(rows: Iterable[Any]) -> bytes:
    """Return rows as JSONL in UTF-8."""
    return b"".join(as_json(row, indent=None) + b"\n" for row in rows)


def as_json(value: Any, *, indent: int | None = 1) -> bytes:
    """Return a value as JSON in UTF-8; halves of surrogate pairs become "?"."""
    return json.dumps(value, ensure_ascii=False, indent=indent).encode("utf-8", errors="replace")


def _parsed(name: str, content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise DamagedFileError(name, "不是合格的 JSON", "请从标注工具重新导出后重试") from error
