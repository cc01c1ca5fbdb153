"""What a text must hold for a pattern to match in it, told from the pattern: patterns that cannot match are not tried.

Lexicons hold hundreds of patterns and a sentence answers to few of them. Most patterns cannot match without one of a
few pairs of characters, and whether a text has one of these is told much faster than whether the pattern matches.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise, product

Grams = frozenset[str]

_MOST_CHARS = 16
_SINGLE_COST = 40
# Words of nearly every report: a pattern that needs one of them and one of some others is known by the others.
_COMMON = frozenset(("问题", "情况", "工作", "整改", "完成"))
_COMMON_COST = 20
_QUANTIFIER = re.compile(r"(?:[*?+]|\{(?P<least>\d*)(?:,\d*)?\})[?+]?")
_GROUP = re.compile(r"\((?:\?:|\?P<\w+>|(?!\?))")
_AROUND = re.compile(r"\(\?<?[=!]")
_CODE = r"\\u[0-9a-fA-F]{4}"
_CLASS = re.compile(rf"\[(?P<chars>(?:[^\]\\^-]|{_CODE})(?:[^\]\\-]|{_CODE})*)\]")
_KINDS = frozenset("dDsSwWbBAZnrt")
_OTHER_CLASS = re.compile(r"\[\^?\]?(?:[^\]\\]|\\.)*\]", re.DOTALL)


class _NotReadError(Exception):
    """The pattern has something that is not understood here."""


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
    return sum(_SINGLE_COST if len(gram) == 1 else _COMMON_COST if gram in _COMMON else 1 for gram in needs)


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

    __slots__ = ("_sign", "pattern")

    def __init__(self, pattern: str) -> None:
        self.pattern = re.compile(pattern)
        needs = needed(pattern)
        self._sign = None if needs is None else re.compile("|".join(map(re.escape, sorted(needs))))

    def search(self, text: str) -> re.Match[str] | None:
        """Return what `re.Pattern.search` returns."""
        if self._sign is not None and self._sign.search(text) is None:
            return None
        return self.pattern.search(text)

    def may_match(self, text: str, start: int = 0, end: int = sys.maxsize) -> bool:
        """Tell whether text[start:end] holds what the pattern needs; False where it matches nowhere in there."""
        return self._sign is None or self._sign.search(text, start, end) is not None


class PatternIndex:
    """Many patterns of which a text answers to few."""

    __slots__ = ("_always", "_by_first", "_patterns")

    def __init__(self, patterns: Iterable[str]) -> None:
        self._patterns = [re.compile(pattern) for pattern in patterns]
        self._always: list[int] = []
        found: dict[str, list[int]] = defaultdict(list)
        for number, pattern in enumerate(self._patterns):
            needs = needed(pattern.pattern)
            if needs is None:
                self._always.append(number)
            for gram in needs or ():
                found[gram].append(number)
        self._by_first: dict[str, list[tuple[str, list[int]]]] = defaultdict(list)
        for gram, numbers in found.items():
            self._by_first[gram[0]].append((gram, numbers))

    def found_in(self, text: str) -> list[int]:
        """Return the numbers of the patterns that match somewhere in a text, in their order."""
        return [number for number in self._worth_trying(text) if self._patterns[number].search(text)]

    def _worth_trying(self, text: str) -> list[int]:
        worth = set(self._always)
        for char in self._by_first.keys() & set(text):
            for gram, numbers in self._by_first[char]:
                if gram in text:
                    worth.update(numbers)
        return sorted(worth)
