"""Patterns that are run only where they can match, by the strings that they need: one (Sifted), or many (Sieve).

Lexicons hold hundreds of patterns and a sentence answers to few of them. Whether a text has one of the few strings
without which a pattern cannot match is told much faster than whether it matches.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from operator import add

from pipeline.literals import needed_strings


class Sifted:
    """A pattern that is tried only in texts that hold what it needs."""

    __slots__ = ("_sign", "pattern")

    def __init__(self, pattern: str) -> None:
        self.pattern = re.compile(pattern)
        clauses = needed_strings(pattern)
        self._sign = re.compile("|".join(map(re.escape, sorted(clauses[0])))) if clauses else None

    def search(self, text: str) -> re.Match[str] | None:
        """Return what `re.Pattern.search` returns."""
        return self.pattern.search(text) if self.may_match(text) else None

    def may_match(self, text: str, start: int = 0, end: int = sys.maxsize) -> bool:
        """Tell whether text[start:end] holds what the pattern needs; False where it matches nowhere in there."""
        return self._sign is None or self._sign.search(text, start, end) is not None


class Sieve:
    """Patterns by number, and an index of the strings that they need.

    One pass over the pairs of characters of a text tells which are worth running; each is compiled at its first run.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = tuple(patterns)
        self._compiled: list[re.Pattern[str] | None] = [None] * len(self._patterns)
        self._always: tuple[int, ...] = ()
        self._further: list[tuple[frozenset[str], ...]] = []
        self._index: dict[str, list[int]] = {}
        for number, pattern in enumerate(self._patterns):
            self._add(number, needed_strings(pattern))
        known = {word for clauses in self._further for clause in clauses for word in clause}
        self._known = frozenset(known.union(self._index))

    def _add(self, number: int, clauses: tuple[frozenset[str], ...]) -> None:
        self._further.append(clauses[1:])
        if not clauses:
            self._always += (number,)
        for word in clauses[0] if clauses else ():
            self._index.setdefault(word, []).append(number)

    def candidates(self, text: str) -> list[int]:
        """Return the numbers, ascending, of the patterns that may match somewhere in text: all that do, and some more.

        Example: with the patterns "不够|不足" and "有待.*提高", "学习不够" -> [0].
        """
        present = self._known.intersection(map(add, text, text[1:])) | self._known.intersection(text)
        index, further = self._index, self._further
        numbers = set(self._always)
        for word in present:
            if word in index:
                numbers.update(index[word])
        return [n for n in sorted(numbers) if not (further[n] and any(map(present.isdisjoint, further[n])))]

    def found_in(self, text: str) -> list[int]:
        """Return the numbers of the patterns that match somewhere in text, ascending."""
        return [number for number in self.candidates(text) if self.pattern(number).search(text)]

    def pattern(self, number: int) -> re.Pattern[str]:
        """Return the compiled pattern of a number; re.error where it is malformed."""
        compiled = self._compiled[number]
        if compiled is None:
            compiled = self._compiled[number] = re.compile(self._patterns[number])
        return compiled
