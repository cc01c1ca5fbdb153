"""Indicator phrases: the words by which a person knows what a statement is about.

Those of the built-in categories stand in corpus/lexicon/indicators.tsv; an office's own taxonomy brings its own.

A phrase is plain characters with two signs: `(甲|乙)` for alternatives, `甲…乙` for 乙 after 甲 in the same sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from operator import add

from pipeline.errors import ResourceError
from pipeline.resources import read_table
from pipeline.taxonomy import Taxonomy, builtin

TABLE = "lexicon/indicators.tsv"
REACH = 12
_CHOICE = re.compile(r"\(([^()]*)\)")
_SIGNS = re.compile(r"[()|]")
_STOP = re.compile(r"[。；！？]")


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """A row of indicators.tsv."""

    code: str
    pattern: str
    weight: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """A phrase that speaks for a subcategory ("NK06") or a whole category ("ZF"); weight 1 to 3."""

    code: str
    pattern: str
    weight: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The phrases, and an index by their first two characters (one where the first piece is a single character)."""

    indicators: tuple[Indicator, ...]
    index: dict[str, list[tuple[int, tuple[str, ...]]]]

    def find(self, text: str) -> tuple[Indicator, ...]:
        """Return the phrases that occur in squeezed text, each once, in the order of the table.

        "往来款长期挂账未清理" -> those of NK06 with the patterns 往来款, 挂账 and 未清理, among others.
        """
        found: set[int] = set()
        for key in self.index.keys() & {*text, *map(add, text, text[1:])}:
            for number, pieces in self.index[key]:
                if pieces[-1] in text and number not in found and _occurs(pieces, text):
                    found.add(number)
        return tuple(self.indicators[number] for number in sorted(found))


@cache
def lexicon() -> Lexicon:
    """Return the phrases of the installed table; ResourceError where a row cannot be used."""
    return build(read_table(TABLE, IndicatorRow, key=("code", "pattern")), builtin())


def own_lexicon(taxonomy: Taxonomy) -> Lexicon:
    """Return the phrases that the taxonomy's own file gives, the names of its categories among them.

    What stands in brackets after a phrase is a remark (两张皮(学用)) and is left out.
    """
    rows = {
        IndicatorRow(row.code, phrase, "3" if row.level == "2" else "2")
        for row in taxonomy.categories.values()
        for phrase in (bare_phrase(item) for item in (*row.indicators, row.name_zh))
        if len(phrase) > 1
    }
    return build(sorted(rows, key=lambda row: (row.code, row.pattern)), taxonomy)


def bare_phrase(phrase: str) -> str:
    """Return a phrase without the remark in brackets after it, and with … for X: "挂账X年以上" -> "挂账…年以上".

    Brackets and bars that make no choice are left out: an office's file is plain words, not patterns.
    """
    words = re.sub(r"[（(][^（()）|]*[)）]$", "", phrase)
    if _SIGNS.search(_CHOICE.sub("", words)):
        words = _SIGNS.sub("", words)
    return re.sub(r"[X×…]+", "…", words).strip("…")


def build(rows: Iterable[IndicatorRow], taxonomy: Taxonomy) -> Lexicon:
    """Return the searchable phrases of the rows.

    Raises ResourceError for a code that the taxonomy lacks, a weight other than 1, 2, 3, or a malformed pattern.
    """
    indicators = []
    index: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for number, row in enumerate(rows):
        indicators.append(_checked(row, taxonomy))
        for variant in variants(row.pattern):
            pieces = tuple(variant.split("…"))
            if not all(pieces):
                raise ResourceError(f"{TABLE}：提示语“{row.pattern}”有空的部分。请检查 … 与 | 的位置。")
            index.setdefault(pieces[0][:2], []).append((number, pieces))
    return Lexicon(tuple(indicators), index)


def variants(pattern: str) -> list[str]:
    """Return the pattern with each choice written out, e.g. "(未|没有)报批" -> ["未报批", "没有报批"]."""
    pieces = _CHOICE.split(pattern)
    return ["".join(chosen) for chosen in product(*(piece.split("|") for piece in pieces))]


def _checked(row: IndicatorRow, taxonomy: Taxonomy) -> Indicator:
    if row.code not in taxonomy.categories:
        raise ResourceError(f"{TABLE}：提示语“{row.pattern}”的类目 {row.code} 不在分类体系中。请改正类目码。")
    if row.weight not in ("1", "2", "3"):
        raise ResourceError(f"{TABLE}：提示语“{row.pattern}”的权重 {row.weight} 应为 1、2 或 3。")
    rest = _CHOICE.sub("", row.pattern)
    if _SIGNS.search(rest):
        raise ResourceError(f"{TABLE}：提示语“{row.pattern}”的括号不配对。请写作 (甲|乙)。")
    return Indicator(row.code, row.pattern, int(row.weight))


def _occurs(pieces: tuple[str, ...], text: str) -> bool:
    """Return whether the first piece stands in text, and each further one within REACH of it in the same sentence."""
    first, *further = pieces
    if not further:
        return first in text
    place = text.find(first)
    while place >= 0:
        if _follow(further, text, place + len(first)):
            return True
        place = text.find(first, place + 1)
    return False


def _follow(pieces: Sequence[str], text: str, place: int) -> bool:
    for piece in pieces:
        at = text.find(piece, place, place + REACH + len(piece))
        if at < 0 or _STOP.search(text, place, at):
            return False
        place = at + len(piece)
    return True
