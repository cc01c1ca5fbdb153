"""The six tables as CSV files for Excel, R and pandas: UTF-8 with BOM, lines end with CR LF (RFC 4180).

A text cell that a spreadsheet would run as a formula gets an apostrophe in front; the offsets beside it still point
to the statement without the apostrophe.
"""

from __future__ import annotations

import csv
import errno
import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from pipeline.errors import OutputError
from pipeline.records import Report
from pipeline.tables import TABLES, Value, rows

# After OWASP, "CSV Injection"; the full-width forms are read as the half-width ones by Chinese spreadsheets.
_FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"


def write_csv(reports: Iterable[Report], folder: str | Path, *, force: bool = False) -> list[Path]:
    """Write reports.csv, sections.csv, … into folder and return their six paths in the order of `TABLES`.

    Rows are written as the reports arrive, under temporary names; the tables appear when all is written, so a run
    that is killed leaves none by halves. With force the six tables are replaced, other files stay.
    Raises OutputError where folder is a file, is not empty (without force), or cannot be written to.
    """
    target = Path(folder)
    _prepare(target, force=force)
    parts = {name: _part(target, name) for name in TABLES}
    try:
        _write_parts(reports, parts, target)
        return _publish(parts, target)
    finally:
        for part in parts.values():
            with suppress(OSError):
                part.unlink(missing_ok=True)


def _part(folder: Path, name: str) -> Path:
    return folder / f".{name}.csv.part"


def _prepare(folder: Path, *, force: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder}：这是一个文件，不能用作输出文件夹。请换一个文件夹名。")
    with _explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        # What a killed run left behind is no reason to refuse the next one.
        left_over = {_part(folder, name) for name in TABLES}
        occupied = any(entry not in left_over for entry in folder.iterdir())
    if occupied and not force:
        raise OutputError(
            f"{folder}：输出文件夹不是空的，没有写入任何内容。"
            "请换一个空文件夹，或加 --force（程序中用 force=True）覆盖其中的同名表格。"
        )


def _write_parts(reports: Iterable[Report], parts: dict[str, Path], folder: Path) -> None:
    files: dict[str, TextIO] = {}
    try:
        with _explained(folder):
            for name, part in parts.items():
                files[name] = part.open("w", encoding="utf-8-sig", errors="replace", newline="")
                csv.writer(files[name]).writerow(TABLES[name])
        # Only the writing is explained as a matter of the folder: the reports may come from anywhere.
        for report in reports:
            with _explained(folder):
                for name, file in files.items():
                    csv.writer(file).writerows(map(_cells, rows([report], name)))
        with _explained(folder):
            for file in files.values():
                file.close()
    finally:
        for file in files.values():
            with suppress(OSError):
                file.close()


def _publish(parts: dict[str, Path], folder: Path) -> list[Path]:
    tables = []
    with _explained(folder):
        for name, part in parts.items():
            tables.append(part.replace(folder / f"{name}.csv"))
    return tables


def _cells(row: Iterable[Value]) -> list[str]:
    return [cell_text(value) for value in row]


def cell_text(value: Value) -> str:
    """Return a cell as CSV shows it, e.g. 5.3e12 -> "5300000000000", True -> "true", None -> "".

    Numbers never stand in exponent form. Text that a spreadsheet would run is made harmless: "=1+1" -> "'=1+1".
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _harmless(value)
    return _number(value)


def _number(value: int | float) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return ""
    if value == int(value):
        return str(int(value))
    # A double holds 15 decimal digits for certain; the rest is noise of binary arithmetic (0.1 + 0.2).
    return format(Decimal(format(value, ".15g")).normalize(), "f")


def _harmless(text: str) -> str:
    # A sign alone is no formula, and the column `bound` is "=" in most rows.
    return f"'{text}" if len(text) > 1 and text[0] in _FORMULA_STARTS else text


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Turn the system's refusal into a message that says what to do."""
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
