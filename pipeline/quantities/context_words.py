"""The words around a quantity and what they tell: corpus/lexicon/quantity_words.tsv."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pipeline.resources import read_table


@dataclass(frozen=True, slots=True)
class ContextWord:
    """A word around a quantity and what it tells; see the table for the uses."""

    word: str
    use: str


@cache
def words_of(*uses: str) -> frozenset[str]:
    """Return the words of some uses, e.g. words_of("trail") holds 达到."""
    rows = read_table("lexicon/quantity_words.tsv", ContextWord, key=("word", "use"))
    return frozenset(row.word for row in rows if row.use in uses)
