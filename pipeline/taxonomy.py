"""The categories of problem statements, from corpus/taxonomy.tsv and nowhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pipeline.errors import ResourceError
from pipeline.resources import corpus_path, read_table

OTHER = "QT00"
_VERSION = re.compile(r"^# version: (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Category:
    """A category (code "ZF", level "1") or subcategory (code "ZF03", level "2", parent "ZF").

    mandate: which of 四个落实 it belongs to, "L1" to "L4", "" for QT. indicators: typical words, joined by /.
    """

    code: str
    level: str
    parent: str
    name_zh: str
    name_en: str
    mandate: str
    definition: str
    indicators: str


@cache
def categories() -> dict[str, Category]:
    """Return every category and subcategory by code, e.g. categories()["ZF"].name_zh -> "作风"."""
    table = {row.code: row for row in read_table("taxonomy.tsv", Category)}
    for row in table.values():
        if row.level == "2" and row.parent not in table:
            raise ResourceError(f"taxonomy.tsv：{row.code} 的上级 {row.parent} 不存在。")
    return table


def subcategories() -> tuple[Category, ...]:
    """Return the subcategories in the order of the taxonomy."""
    return tuple(row for row in categories().values() if row.level == "2")


def name_of(code: str | None) -> str | None:
    """Return the Chinese name of a code, e.g. "ZF" -> "作风"; None for None."""
    return None if code is None else categories()[code].name_zh


@cache
def taxonomy_version() -> str:
    """Return the version that the taxonomy file names in its header."""
    match = _VERSION.search(corpus_path("taxonomy.tsv").read_text(encoding="utf-8"))
    if match is None:
        raise ResourceError("taxonomy.tsv：缺少版本行（# version: …）。")
    return match[1]
