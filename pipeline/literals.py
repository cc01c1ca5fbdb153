"""What a text must contain for a pattern to match: a few short strings, looked up faster than the pattern is run.

"(?:有待|亟待)[^，]{0,4}提高" -> {"有待", "亟待"}: a text without either need not be searched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

WIDTH = 2
_TOKEN = re.compile(
    r"[^\\\[\](){}?*+|.^$]+(?![?*+{])|[^\\\[\](){}?*+|.^$]|\\u[0-9a-fA-F]{4}|\\.|\[\^?(?:\\.|[^\]\\])+\]"
    r"|\(\?(?:[:=!]|<[=!]|P<\w+>)|\((?!\?)|\)|\||[.^$]|(?:[?*+]|\{\d*,?\d*\})[?+]?",
    re.DOTALL,
)
_GROUPS = ("(?:", "(?P<")
_REPEATS = ("?", "*", "+", "{")
_MOST = 400
_MOST_OF_CLASS = 24
# A single character stands in so many sentences that it tells about as little as this many words.
_SINGLE = 20

_Strings = frozenset[str]


class _UnreadableError(Exception):
    """The pattern has a sign that is not known here."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a pattern.

    heads: how all that it can match begins, the first WIDTH characters, or the whole where that is shorter; None where
    it can begin with much. clauses: for a part without heads what all that it matches contains: of each clause at least
    one string.
    """

    heads: _Strings | None
    clauses: tuple[_Strings, ...] = ()

    @property
    def needed(self) -> tuple[_Strings, ...]:
        """Return the clauses of the part, made of its heads where it has any."""
        if self.heads is None:
            return self.clauses
        return () if "" in self.heads else (self.heads,)


_NOTHING = _Part(frozenset({""}))
_ANYTHING = _Part(None)


def needed_strings(pattern: str) -> tuple[_Strings, ...]:
    """Return sets of strings of one or two characters: any match contains at least one of each set, the rarest first.

    Signs that are not read here (flags, conditions) give none: the pattern must then be run on every text.
    """
    tokens = _TOKEN.findall(pattern)
    if sum(map(len, tokens)) != len(pattern):
        return ()
    tokens.reverse()
    try:
        found = _alternatives(tokens).needed
    except (_UnreadableError, IndexError, RecursionError):
        return ()
    if tokens:
        return ()
    bare = (frozenset(word for word in clause if not _contains(clause, word)) for clause in found)
    return tuple(sorted(bare, key=_commonness))


def _contains(words: _Strings, word: str) -> bool:
    """Return whether a word of two characters tells no more than one of its characters, which is among the words."""
    return len(word) > 1 and any(sign in words for sign in word)


def _alternatives(tokens: list[str]) -> _Part:
    """Read what stands between brackets, or up to the end; tokens: what is still to be read, the next one last."""
    parts = [_sequence(tokens)]
    while tokens and tokens[-1] == "|":
        tokens.pop()
        parts.append(_sequence(tokens))
    if len(parts) == 1:
        return parts[0]
    heads = [part.heads for part in parts if part.heads is not None]
    if len(heads) == len(parts):
        return _Part(frozenset().union(*heads))
    needed = [min(part.needed, key=_commonness) for part in parts if part.needed]
    return _Part(None, (frozenset().union(*needed),) if len(needed) == len(parts) else ())


def _sequence(tokens: list[str]) -> _Part:
    """Read one alternative: parts that follow each other, joined as long as their heads stay few."""
    run, whole = _NOTHING, True
    clauses: list[_Strings] = []
    while tokens and tokens[-1] not in ("|", ")"):
        part = _repeated(_atom(tokens), tokens)
        joined = _joined(run, part)
        if joined is None:
            clauses += [*run.needed, *part.clauses]
            joined, whole = (_NOTHING if part.heads is None else part), False
        run = joined
    return run if whole else _Part(None, (*clauses, *run.needed))


def _joined(first: _Part, second: _Part) -> _Part | None:
    """Return both parts as one; None where the second can begin with much, or where there are too many heads."""
    if first.heads is None or second.heads is None:
        return None
    if first is _NOTHING or second is _NOTHING:
        return first if second is _NOTHING else second
    short = [head for head in first.heads if len(head) < WIDTH]
    if len(short) * len(second.heads) > _MOST:
        return None
    longer = {(one + other)[:WIDTH] for one in short for other in second.heads}
    return _Part(first.heads.difference(short).union(longer))


def _commonness(clause: _Strings) -> int:
    """Return a figure that is the higher the more texts are likely to have one of these strings."""
    return sum(1 if len(word) > 1 else _SINGLE for word in clause)


def _atom(tokens: list[str]) -> _Part:
    token = tokens.pop()
    first = token[0]
    if first == "(":
        if token != "(" and not token.startswith(_GROUPS):
            return _looked_at(tokens)
        part = _alternatives(tokens)
        tokens.pop()
        return part
    if first in "^$":
        return _NOTHING
    if first == "[":
        return _of_class(token)
    if first == ".":
        return _ANYTHING
    return _escaped(token) if first == "\\" else _Part(frozenset({token[:WIDTH]}))


def _looked_at(tokens: list[str]) -> _Part:
    """Pass over what must stand ahead or behind: it is no part of the match."""
    depth = 1
    while depth:
        token = tokens.pop()
        depth += (token[0] == "(") - (token == ")")
    return _NOTHING


def _escaped(token: str) -> _Part:
    if token[1] == "u" and len(token) > len(r"\u"):
        return _Part(frozenset({chr(int(token[2:], 16))}))
    if not token[1].isalnum():
        return _Part(frozenset({token[1]}))
    if token[1] in "dDsSwW" or token[1].isdigit():
        return _ANYTHING
    if token[1] in "bBAZ":
        return _NOTHING
    raise _UnreadableError


def _of_class(token: str) -> _Part:
    """Return the characters of a class that names few; one with ranges, escapes or a negation counts as anything."""
    inside = token[1:-1]
    if inside[0] == "^" or "-" in inside or "\\" in inside or len(inside) > _MOST_OF_CLASS:
        return _ANYTHING
    return _Part(frozenset(inside))


def _repeated(part: _Part, tokens: list[str]) -> _Part:
    """Return a part with the sign after it that says how often it stands."""
    if not tokens or tokens[-1][0] not in _REPEATS:
        return part
    sign = tokens.pop()
    if tokens and tokens[-1][0] in _REPEATS:
        raise _UnreadableError
    if sign[0] == "?":
        return _ANYTHING if part.heads is None else _Part(part.heads | {""})
    if sign[0] == "*" or sign.startswith(("{0", "{,", "{}")):
        return _ANYTHING
    return _Part(None, part.needed)
