"""Finished quantities with their places in the flat text, sentence by sentence."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.quantities.context_words import ContextWord
from pipeline.quantities.flat import Flat
from pipeline.records import Quantity
from pipeline.resources import read_table

_STOPS = re.compile(r"[。！？!?\n]")
_CLAUSE_MARKS = re.compile("[，,；;：:]")


@dataclass(frozen=True, slots=True)
class Placed:
    """A quantity, where it stands in the flat text, and where its sentence and its line begin there."""

    row: Quantity
    start: int
    end: int
    sentence: int
    line: int


def placed(flat: Flat, rows: Sequence[Quantity]) -> list[Placed]:
    """Return the quantities with their places; a sentence ends at 。！？ and at the end of a line or a cell."""
    stops = [match.end() for match in _STOPS.finditer(flat.text)]
    lines = [stop for stop in stops if flat.text[stop - 1] == "\n"]
    result = []
    for row in rows:
        start, end = bisect_left(flat.places, row.start), bisect_left(flat.places, row.end - 1) + 1
        result.append(Placed(row, start, end, _before(stops, start), _before(lines, start)))
    return result


def _before(stops: Sequence[int], place: int) -> int:
    """Return the last stop that is not behind a place, 0 where there is none."""
    at = bisect_right(stops, place)
    return stops[at - 1] if at else 0


@cache
def relation_words(use: str) -> tuple[str, ...]:
    """Return the words of one use of the table of relations, longest first, e.g. 其中 of "among"."""
    rows = read_table("lexicon/relation_words.tsv", ContextWord, key=("word", "use"))
    return tuple(sorted((row.word for row in rows if row.use == use), key=len, reverse=True))


def one_of(use: str) -> str:
    """Return a pattern that matches any word of one use."""
    return "(?:" + "|".join(map(re.escape, relation_words(use))) + ")"


def clause_start(text: str, floor: int, place: int) -> int:
    """Return where the clause begins that holds a place, no earlier than floor."""
    before = text[floor:place]
    return floor + len(before) - len(_CLAUSE_MARKS.split(before)[-1])
