"""The categories of problem statements: those of corpus/taxonomy.toml, or an office's own file of that form.

What is wrong with a file is told by `taxonomy_file.check`; here only sound taxonomies are made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from pipeline.resources import corpus_path

OTHER = "QT00"
FILE = "taxonomy.toml"


@dataclass(frozen=True, slots=True)
class Category:
    """A category (code "ZF", level "1") or subcategory (code "ZF03", level "2", parent "ZF").

    mandate: which of 四个落实 it belongs to, "L1" to "L4", "" where none is given. include, exclude: what belongs here,
    and what looks like it and belongs elsewhere. indicators: typical words.
    """

    code: str
    level: str
    parent: str
    name_zh: str
    name_en: str = ""
    mandate: str = ""
    definition: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosePair:
    """Subcategories that are easily confused, and the rule that tells them apart."""

    codes: tuple[str, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Two levels of categories by code, in the order of their file.

    other: the code for "none of these, or too little evidence". digest: 12 hexadecimal digits that change with any
    content of the file, comments excepted. title: what the office calls it.
    """

    title: str
    version: str
    other: str
    digest: str
    categories: dict[str, Category]
    close_pairs: tuple[ClosePair, ...] = ()

    @property
    def leaves(self) -> tuple[Category, ...]:
        """Return what a statement can be labelled with: the subcategories, and the categories that have none."""
        parents = {row.parent for row in self.categories.values()}
        return tuple(row for row in self.categories.values() if row.level == "2" or row.code not in parents)

    def category_of(self, code: str) -> str:
        """Return the category of a code, e.g. "ZF03" -> "ZF", "ZF" -> "ZF"; KeyError for an unknown one."""
        row = self.categories[code]
        return row.parent or row.code

    def name_of(self, code: str | None) -> str | None:
        """Return the Chinese name of a code, e.g. "ZF" -> "作风"; None for None."""
        return None if code is None else self.categories[code].name_zh

    def below(self, code: str) -> tuple[str, ...]:
        """Return the leaves at or below a code, e.g. "JY" -> ("JY01", "JY02", "JY03")."""
        return tuple(row.code for row in self.leaves if code in (row.code, row.parent))


@cache
def builtin() -> Taxonomy:
    """Return the taxonomy that comes with the program; ResourceError where its file is missing or damaged."""
    from pipeline.taxonomy_file import read_taxonomy

    return read_taxonomy(corpus_path(FILE))


def categories() -> dict[str, Category]:
    """Return every built-in category and subcategory by code, e.g. categories()["ZF"].name_zh -> "作风"."""
    return builtin().categories


def subcategories() -> tuple[Category, ...]:
    """Return the built-in subcategories in the order of the taxonomy."""
    return builtin().leaves


def name_of(code: str | None) -> str | None:
    """Return the Chinese name of a built-in code; None for None."""
    return builtin().name_of(code)


def taxonomy_version() -> str:
    """Return the version of the built-in taxonomy."""
    return builtin().version


def by_code(rows: Iterable[Category]) -> dict[str, Category]:
    """Return the rows by code, in their order."""
    return {row.code: row for row in rows}
