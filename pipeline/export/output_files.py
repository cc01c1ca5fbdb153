"""Files that appear when they are whole: a temporary name first, then the real one; and why a disk refused.

A run that is killed leaves parts (`.findings.csv.part`), never half a table.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.errors import OutputError


def part_of(target: Path) -> Path:
    """Return the name under which target is written: "台账/findings.csv" -> "台账/.findings.csv.part"."""
    return target.with_name(f".{target.name}.part")


@contextmanager
def all_or_none(targets: Iterable[Path]) -> Iterator[list[Path]]:
    """Give the parts to write, put each in its target's place at the end, and remove them where anything failed.

    The folders are made. Raises OutputError where the disk refuses.
    """
    wanted = list(targets)
    parts = [part_of(target) for target in wanted]
    try:
        for folder in {target.parent for target in wanted}:
            make_folder(folder)
        yield parts
        for part, target in zip(parts, wanted, strict=True):
            with explained(target.parent):
                part.replace(target)
    finally:
        remove(parts)


def make_folder(folder: Path) -> None:
    """Make the folder and those above it; OutputError where folder is a file or cannot be made."""
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder}：这是一个文件，不能用作输出文件夹。请换一个文件夹名。")
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)


def is_occupied(folder: Path, *, targets: Iterable[Path], ours: Iterable[Path] = ()) -> bool:
    """Return whether a folder holds anything but ours and the parts of targets, which a killed run leaves behind.

    Raises OutputError where the folder cannot be read.
    """
    left_over = {*ours, *map(part_of, targets)}
    with explained(folder):
        return any(entry not in left_over for entry in folder.iterdir())


def write_chunks(path: Path, head: bytes, chunks: Iterable[bytes]) -> None:
    """Write head and the chunks into path, one after the other. Raises OutputError where the disk refuses."""
    with explained(path.parent):
        file = path.open("wb")
    with file:
        with explained(path.parent):
            file.write(head)
        # Only the writing is explained as a matter of the folder: the chunks may come from anywhere.
        for chunk in chunks:
            with explained(path.parent):
                file.write(chunk)
        with explained(path.parent):
            file.flush()


def remove(paths: Iterable[Path]) -> None:
    """Remove what is left of paths; silent where there is nothing, or nothing can be done."""
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn the system's refusal to write into folder into an OutputError that says what to do."""
    try:
        yield
    except OSError as error:
        problem, advice = _reason(error)
        raise OutputError(f"{folder}：{problem}。{advice}。") from error


def _reason(error: OSError) -> tuple[str, str]:
    if isinstance(error, PermissionError):
        return "没有写入权限，或其中的表格正被其他程序打开", "请关闭打开的表格，或换一个有权限的文件夹"
    if error.errno == errno.ENOSPC:
        return "磁盘空间不足", "请清理磁盘，或换一个位置"
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        return "上级路径中有一个是文件，建不了文件夹", "请换一个文件夹名"
    return f"写入失败（系统错误号 {error.errno}）", "请检查路径和磁盘后重试"
