"""What a text must hold for a pattern to match in it, told from the pattern: patterns that cannot match are not tried.

Lexicons hold hundreds of patterns and a sentence answers to few of them. Most patterns cannot match without one of a
few pairs of characters, and whether a text has one of these is told much faster than whether the pattern matches.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise, product

Grams = frozenset[str]

_LONGEST = 1000
_MOST_CHARS = 16
_SINGLE_COST = 40
_QUANTIFIER = re.compile(r"(?:[*?+]|\{(?P<least>\d*)(?:,\d*)?\})[?+]?")
_GROUP = re.compile(r"\((?:\?:|\?P<\w+>|(?!\?))")
_AROUND = re.compile(r"\(\?<?[=!]")
_CODE = r"\\u[0-9a-fA-F]{4}"
_CLASS = re.compile(rf"\[(?P<chars>(?:[^\]\\^-]|{_CODE})(?:[^\]\\-]|{_CODE})*)\]")
_KINDS = frozenset("dDsSwWbBAZnrt")
_OTHER_CLASS = re.compile(r"\[\^?\]?(?:[^\]\\]|\\.)*\]", re.DOTALL)


class _NotReadError(Exception):
    """The pattern has something that is not understood here."""


@lru_cache(maxsize=512)
def _grams_of(text: str) -> Grams:
    return frozenset(text).union(map(str.__add__, text, text[1:]))


def grams_of(text: str) -> Grams | None:
    """Return the characters of a text and its pairs of neighbours; None for a long text, which holds everything."""
    return _grams_of(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=2048)
def needed(pattern: str) -> Grams | None:
    """Return characters and pairs, one of which stands in every match of a pattern; None where nothing is needed.

    "已(全部)?清退|收回了?" -> {"清退", "收回"}; "[^，]{2,}" -> None. Patterns without flags only.
    """
    try:
        found, end = _branches(pattern, 0)
    except _NotReadError:
        return None
    return found if end == len(pattern) else None


def _branches(pattern: str, place: int) -> tuple[Grams | None, int]:
    """Read alternatives up to the end or to the bracket that closes them."""
    found: list[Grams | None] = []
    while True:
        needs, place = _sequence(pattern, place)
        found.append(needs)
        if place == len(pattern) or pattern[place] == ")":
            break
        place += 1
    return (None if None in found else frozenset().union(*(row for row in found if row))), place


def _sequence(pattern: str, place: int) -> tuple[Grams | None, int]:
    """Read one alternative; of all that it needs the choice that is found in the fewest texts is returned."""
    needs: list[Grams] = []
    line: list[Grams] = [frozenset()]
    while place < len(pattern) and pattern[place] not in "|)":
        atom, single, place = _atom(pattern, place)
        quantifier = _QUANTIFIER.match(pattern, place)
        if quantifier is not None:
            place = quantifier.end()
            optional = quantifier.group()[0] in "*?" or int(quantifier["least"] or quantifier.group()[0] == "+") == 0
            atom = frozenset() if optional else atom
        if atom:
            needs.append(atom)
        line.append(atom if single else frozenset())
    for first, second in pairwise(line):
        if 0 < len(first) * len(second) <= _MOST_CHARS:
            needs.append(frozenset(map("".join, product(first, second))))
    return min(needs, key=_cost, default=None), place


def _cost(needs: Grams) -> int:
    return sum(_SINGLE_COST if len(gram) == 1 else 1 for gram in needs)


def _atom(pattern: str, place: int) -> tuple[Grams, bool, int]:
    """Return what the next item needs, whether it is just one of these characters, and where the item ends."""
    char = pattern[place]
    if around := _AROUND.match(pattern, place):
        return frozenset(), False, _branches(pattern, around.end())[1] + 1
    if group := _GROUP.match(pattern, place):
        inner, end = _branches(pattern, group.end())
        return inner or frozenset(), False, end + 1
    if plain := _CLASS.match(pattern, place):
        chars = frozenset(re.sub(_CODE, lambda match: chr(int(match.group()[2:], 16)), plain["chars"]))
        return (chars, True, plain.end()) if len(chars) <= _MOST_CHARS else (frozenset(), False, plain.end())
    if other := _OTHER_CLASS.match(pattern, place):
        return frozenset(), False, other.end()
    if char == "\\":
        return _escaped(pattern[place + 1 : place + 2], place + 2)
    if char in "([{":
        raise _NotReadError
    return (frozenset(), False, place + 1) if char in ".^$" else (frozenset(char), True, place + 1)


def _escaped(char: str, end: int) -> tuple[Grams, bool, int]:
    r"""Return what an escape needs; those that take more characters (\u3000, \1) are not read."""
    if char in _KINDS:
        return frozenset(), False, end
    if not char or char.isalnum():
        raise _NotReadError
    return frozenset(char), True, end


class Gated:
    """A pattern that is tried only in texts that hold what it needs."""

    __slots__ = ("needs", "pattern")

    def __init__(self, pattern: str) -> None:
        self.pattern = re.compile(pattern)
        self.needs = needed(pattern)

    def search(self, text: str) -> re.Match[str] | None:
        """Return what `re.Pattern.search` returns."""
        if self.needs is not None and len(text) <= _LONGEST and self.needs.isdisjoint(_grams_of(text)):
            return None
        return self.pattern.search(text)

    def may_match(self, text: str) -> bool:
        """Tell whether a text holds what the pattern needs; False where it matches nowhere in the text."""
        if self.needs is None:
            return True
        grams = grams_of(text)
        return grams is None or not self.needs.isdisjoint(grams)


class PatternIndex:
    """Many patterns of which a text answers to few."""

    __slots__ = ("_always", "_by_pair", "_by_single", "_patterns")

    def __init__(self, patterns: Iterable[str]) -> None:
        self._patterns: Sequence[re.Pattern[str]] = [re.compile(pattern) for pattern in patterns]
        self._by_pair: dict[str, list[int]] = {}
        self._by_single: dict[str, list[int]] = {}
        self._always: list[int] = []
        for number, pattern in enumerate(self._patterns):
            needs = needed(pattern.pattern)
            if needs is None:
                self._always.append(number)
            for gram in needs or ():
                (self._by_pair if len(gram) > 1 else self._by_single).setdefault(gram, []).append(number)

    def found_in(self, text: str) -> list[int]:
        """Return the numbers of the patterns that match somewhere in a text, in their order."""
        return [number for number in self._worth_trying(text) if self._patterns[number].search(text)]

    def _worth_trying(self, text: str) -> Iterable[int]:
        worth = self._always.copy()
        for pair in self._by_pair.keys() & set(map(str.__add__, text, text[1:])):
            worth += self._by_pair[pair]
        for single, numbers in self._by_single.items():
            if single in text:
                worth += numbers
        return sorted(set(worth))
