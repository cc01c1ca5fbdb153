"""Where corpus/ and models/ are: inside the installed package, or at the top of a checkout."""

from __future__ import annotations

import tomllib
from collections.abc import Hashable
from dataclasses import fields
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from pipeline.errors import ResourceError

RowT = TypeVar("RowT")
# More than there are tables; a table of thousands of rows takes some hundred kilobytes.
_MOST_TABLES = 64


@cache
def data_root() -> Path:
    """Return the folder that holds corpus/ and models/."""
    packaged = Path(__file__).parent / "data"
    root = packaged if packaged.is_dir() else Path(__file__).parent.parent
    if not (root / "corpus").is_dir():
        raise ResourceError(f"安装不完整：缺少 {root / 'corpus'}。请重新安装 zicha。")
    return root


def in_checkout() -> bool:
    """Return whether corpus/ and models/ are those of a checkout, which may be written to."""
    return data_root().name != "data"


def corpus_path(name: str) -> Path:
    """Return the path of a file under corpus/, e.g. "lexicon/cues.tsv"."""
    return data_root() / "corpus" / name


def model_path(name: str) -> Path:
    """Return the path of a file under models/."""
    return data_root() / "models" / name


def read_table(name: str, row: type[RowT], *, key: tuple[str, ...] | None = None) -> tuple[RowT, ...]:
    """Return the rows of a tab separated table under corpus/, as records of the dataclass `row`.

    Lines that begin with # are the header comment: who collected it, from what, and its limits. The first other
    line names the columns, which must be the fields of `row` in order. Rows equal in `key` (default: the first
    column) are refused, so a lexicon cannot contradict itself.
    Raises ResourceError with file and line.
    """
    path = corpus_path(name)
    if not path.is_file():
        raise ResourceError(f"缺少数据文件 {name}。请重新安装 zicha。")
    state = path.stat()
    return cast("tuple[RowT, ...]", _table(name, path, (state.st_mtime_ns, state.st_size), cast(Hashable, row), key))


@lru_cache(maxsize=_MOST_TABLES)
def _table(
    name: str, path: Path, _state: tuple[int, int], row: type[Any], key: tuple[str, ...] | None
) -> tuple[Any, ...]:
    """Return the rows of a table, read once: several uses of one table ask for it one by one."""
    columns = tuple(field.name for field in fields(row))
    lines = _content_lines(path)
    if not lines or tuple(lines[0][1].split("\t")) != columns:
        raise ResourceError(f"{name}：表头应为 {'、'.join(columns)}。")
    return tuple(_records(name, row, columns, key or columns[:1], lines[1:]))


def read_toml(name: str) -> dict[str, Any]:
    """Return the tables of a TOML file under corpus/, e.g. read_toml("lexicon/units.toml")["count"]["人次"].

    Raises ResourceError where the file is missing or no TOML.
    """
    path = corpus_path(name)
    if not path.is_file():
        raise ResourceError(f"缺少数据文件 {name}。请重新安装 zicha。")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ResourceError(f"{name} 不是合格的 TOML：{error}。") from error


def _content_lines(path: Path) -> list[tuple[int, str]]:
    text = path.read_text(encoding="utf-8")
    numbered = enumerate(text.split("\n"), start=1)
    return [(number, line.rstrip("\r")) for number, line in numbered if line.strip() and not line.startswith("#")]


def _records(
    name: str, row: type[RowT], columns: tuple[str, ...], key: tuple[str, ...], lines: list[tuple[int, str]]
) -> list[RowT]:
    seen: dict[tuple[str, ...], int] = {}
    records = []
    places = [columns.index(column) for column in key]
    for number, line in lines:
        cells = line.split("\t")
        if len(cells) != len(columns):
            raise ResourceError(f"{name} 第{number}行：应有 {len(columns)} 列，实有 {len(cells)} 列。")
        identity = tuple([cells[place] for place in places])
        if identity in seen:
            raise ResourceError(f"{name} 第{number}行：与第{seen[identity]}行重复（{'、'.join(identity)}）。")
        seen[identity] = number
        records.append(row(*cells))
    return records
