"""Which files a path stands for, and by which name each is known in the tables."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import ReadError

# What systems leave in folders of documents: Word's lock files, thumbnails, the resource forks of unpacked archives.
_LOCK = "~$"
_LEFTOVERS = frozenset({"thumbs.db", "desktop.ini", "__macosx"})


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to analyse; name is its `source_file`; error, if any, says why it cannot be read.

    converted: what LibreOffice made of it, where the batch had it converted. url: where it is to be fetched from, if it
    is not on this machine. known: the key under which a former run has its rows (`pipeline.run.work`).
    """

    path: Path
    name: str
    error: str | None = None
    converted: Path | None = None
    url: str | None = None
    known: str | None = None

    @property
    def address(self) -> str:
        """The path as given, or the URL."""
        return self.url or self.path.as_posix()


def find_files(paths: Iterable[str | Path], *, without: str | Path | None = None) -> tuple[SourceFile, ...]:
    """Return the files that the paths stand for, each once, sorted by path.

    A file stands for itself, a folder for all files below it but hidden ones and Word's `~$` lock files; links are
    followed, loops are not. `without` is a folder below one of the paths that is left out. A file's name is its path
    within the given folder ("二季度/甲局.docx") or its own name, and its path as given where two would share a name.
    An fsspec URL ("s3://报告/2026") stands for what is below it on that file system. A path that does not exist or must
    not be read is returned too, with its error.
    """
    skipped = None if without is None else _identity(Path(without))
    found: dict[str, SourceFile] = {}
    for path in paths:
        for source in _given(path, skipped):
            found.setdefault(source.url or _identity(source.path), source)
    return tuple(sorted(_told_apart(list(found.values())), key=lambda source: (source.address, source.name)))


def _given(path: str | Path, skipped: str | None) -> Iterator[SourceFile]:
    from pipeline.remote import find_remote, is_address

    return find_remote(path) if isinstance(path, str) and is_address(path) else _stands_for(Path(path), skipped)


def _identity(path: Path) -> str:
    try:
        return os.path.normcase(os.path.realpath(path))
    except (OSError, ValueError):
        return str(path)


def _stands_for(path: Path, skipped: str | None) -> Iterator[SourceFile]:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        yield SourceFile(path, shown(path.name), explain(shown(path.as_posix()), error))
        return
    if stat.S_ISDIR(mode):
        yield from _walk(path, skipped)
    elif stat.S_ISREG(mode):
        yield SourceFile(path, shown(path.name))
    else:
        error_text = str(ReadError(shown(path.as_posix()), "不是普通文件", "请给出文件或文件夹的路径"))
        yield SourceFile(path, shown(path.name), error_text)


def _walk(root: Path, skipped: str | None) -> Iterator[SourceFile]:
    seen: set[str] = set()
    folders: list[Path] = [root]
    links: list[Path] = []
    while folders or links:
        # Links come last, so that a folder that is reached twice keeps its own name.
        folder = folders.pop() if folders else links.pop(0)
        identity = _identity(folder)
        if identity in seen or (identity == skipped and folder != root):
            continue
        seen.add(identity)
        for entry in _entries(root, folder):
            if isinstance(entry, SourceFile):
                yield entry
            else:
                (links if entry.is_symlink() else folders).append(entry)


def _entries(root: Path, folder: Path) -> Iterator[SourceFile | Path]:
    """Yield the files of a folder as SourceFile, the folders in it as Path."""
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        name = shown(folder.relative_to(root).as_posix() if folder != root else folder.as_posix())
        yield SourceFile(folder, name, explain(name, error))
        return
    for path in paths:
        if is_hidden(path.name):
            continue
        name = shown(path.relative_to(root).as_posix())
        try:
            mode = path.stat().st_mode
        except OSError as error:
            yield SourceFile(path, name, explain(name, error))
            continue
        if stat.S_ISDIR(mode):
            yield path
        elif stat.S_ISREG(mode):
            yield SourceFile(path, name)


def is_hidden(name: str) -> bool:
    """Return whether a folder's entry is left out, e.g. ".git", "~$甲局.docx", "Thumbs.db"."""
    return name.startswith((".", _LOCK)) or name.lower() in _LEFTOVERS


def _told_apart(sources: list[SourceFile]) -> list[SourceFile]:
    # A path as given may equal a name that another file has already; then that one is named as given as well.
    while True:
        taken = Counter(source.name for source in sources)
        renamed = [
            replace(source, name=shown(source.address)) if taken[source.name] > 1 else source for source in sources
        ]
        if renamed == sources:
            return sources
        sources = renamed


def shown(path: str) -> str:
    """Return a path that can be written as UTF-8; names from Chinese Windows archives are read as GB 18030."""
    return "/".join(_shown_part(part) for part in path.split("/"))


def _shown_part(part: str) -> str:
    try:
        part.encode("utf-8")
    except UnicodeEncodeError:
        return part.encode("utf-8", errors="surrogateescape").decode("gb18030", errors="replace")
    return part


def explain(name: str, error: OSError | ValueError) -> str:
    """Return what a system error on opening a file means and what to do, e.g. "a.docx：没有读取权限。请…。"."""
    if isinstance(error, FileNotFoundError):
        return str(ReadError(name, "找不到该文件或文件夹", "请检查路径，并确认它没有被移动或删除"))
    if isinstance(error, PermissionError):
        return str(ReadError(name, "没有读取权限", "请修改权限，或把文件复制到自己的文件夹后重试"))
    code = getattr(error, "errno", None)
    problem = "路径写法不对" if code is None else f"读取失败（系统错误号 {code}）"
    return str(ReadError(name, problem, "请检查路径和磁盘后重试"))
