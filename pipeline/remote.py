"""Reports on other file systems (s3://, hdfs://, smb://): through fsspec, which the user has installed for them.

Nothing is opened unless the user gives such an address; what is fetched goes into a temporary folder.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.errors import ReadError
from pipeline.files import SourceFile, is_hidden, shown

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+(?:::[^:]+)?://")
_INSTALL = "请先安装该文件系统的 fsspec 支持（pip install 'zicha[remote]'，以及 s3fs 等），或把文件复制到本机"
_REACH = "请检查地址、权限和网络后重试"


def is_address(path: str) -> bool:
    """Return whether a path is an fsspec URL, e.g. "s3://报告/2026/"; "C:\\报告" and "/报告" are none."""
    return _ADDRESS.match(path) is not None


def find_remote(address: str) -> Iterator[SourceFile]:
    """Yield the files that an address stands for, sorted: one file, or all below a folder, as `files.find_files` does.

    An address that cannot be reached is yielded with its error.
    """
    name = shown(address.rstrip("/").rpartition("/")[2]) or address
    try:
        system, root = _opened(address)
        if system.isfile(root):
            yield SourceFile(Path(name), name, url=address)
            return
        found = sorted(system.find(root))
    except Exception as error:
        yield SourceFile(Path(name), name, _explained(address, error), url=address)
        return
    if not found and not system.exists(root):
        yield SourceFile(Path(name), name, str(ReadError(address, "找不到该文件或文件夹", _REACH)), url=address)
    for path in found:
        within = path[len(root.rstrip("/")) :].lstrip("/")
        if not any(map(is_hidden, within.split("/"))):
            yield SourceFile(Path(within), shown(within), url=system.unstrip_protocol(path))


def fetched(source: SourceFile, folder: Path) -> SourceFile:
    """Return the file with a path on this machine: itself, or a copy below folder; with its error where that failed."""
    if source.url is None or source.error is not None:
        return source
    copy = folder / f"{hashlib.sha256(source.url.encode()).hexdigest()[:16]}{source.path.suffix}"
    try:
        system, path = _opened(source.url)
        system.get_file(path, str(copy))
    except Exception as error:
        return replace(source, error=_explained(source.name, error))
    return replace(source, path=copy)


def _opened(address: str) -> tuple[Any, str]:
    from fsspec.core import url_to_fs

    system, path = url_to_fs(address)
    return system, str(path)


def _explained(name: str, error: Exception) -> str:
    """Return what the file system refused; its own message may hold a key or a password, so only its kind is told."""
    if isinstance(error, (ImportError, ValueError)):
        return str(ReadError(name, "程序不认识这种地址，或缺少对应的文件系统支持", _INSTALL))
    if isinstance(error, FileNotFoundError):
        return str(ReadError(name, "找不到该文件或文件夹", _REACH))
    return str(ReadError(name, f"远程文件读取失败（{type(error).__name__}）", _REACH))
