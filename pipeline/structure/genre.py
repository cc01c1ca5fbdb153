"""What kind of report this is, by its title, headings and set openings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import cast, get_args

from pipeline.errors import ResourceError
from pipeline.literals import needed_strings
from pipeline.records import Genre
from pipeline.resources import read_table

GENRES: tuple[Genre, ...] = get_args(Genre)
_LEAST = 2


@dataclass(frozen=True, slots=True)
class GenrePattern:
    """A wording that speaks for a genre; where: title, headings or text; weight: a whole number."""

    genre: str
    where: str
    weight: str
    pattern: str


def find_genre(title: str, headings: Sequence[str], text: str) -> tuple[Genre, float]:
    """Return the genre with the most evidence and its share of all evidence (0–1); "other" where there is hardly any.

    Example: title "关于巡察反馈意见整改进展情况的报告" -> ("rectification", 0.67). The share tells how clear the case
    is; it is no probability.
    """
    places = {"title": title, "headings": "\n".join(headings), "text": text}
    scores: Counter[Genre] = Counter()
    for rule, pattern, needs in _patterns():
        place = places[rule.where]
        # The text is long, and most of the wordings are not in it.
        if all(any(word in place for word in words) for words in needs) and pattern.search(place):
            scores[cast("Genre", rule.genre)] += int(rule.weight)
    best = max(GENRES, key=lambda genre: (scores[genre], -GENRES.index(genre)))
    if scores[best] < _LEAST:
        return "other", 0.0
    return best, round(scores[best] / scores.total(), 2)


@cache
def _patterns() -> tuple[tuple[GenrePattern, re.Pattern[str], tuple[frozenset[str], ...]], ...]:
    rules = read_table("lexicon/genres.tsv", GenrePattern, key=("genre", "where", "pattern"))
    for rule in rules:
        if rule.genre not in GENRES or rule.where not in ("title", "headings", "text"):
            raise ResourceError(f"lexicon/genres.tsv：未知的文种或位置 {rule.genre} {rule.where}。")
    return tuple((rule, re.compile(rule.pattern, re.MULTILINE), needed_strings(rule.pattern)) for rule in rules)
