"""How deep each heading stands in this report."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cmp_to_key

from pipeline.structure.headings import Heading
from pipeline.structure.numbers import RANK

_UNNUMBERED = {"appendix": 0.5, "worded": 0.9, "line": 1.6, "field": 12.0, "lead": 20.0}
_CENTRED, _LEFT = 0.8, 2.5


def levels(headings: Sequence[Heading]) -> list[int]:
    """Return the level of each heading, 1 for the outermost; gaps in the report's own scheme are closed.

    Kinds are ordered as GB/T 9704-2012 orders them (一、 （一） 1. （1）) unless the report nests two of them the other
    way round, e.g. 1. holding （一）. A kind has the same level all through the report.
    """
    kinds = sorted({heading.kind for heading in headings}, key=_rank)

    def outermost_first(a: str, b: str) -> int:
        return _compare(headings, a, b)

    ordered = sorted(kinds, key=cmp_to_key(outermost_first))
    depth = _depths(headings, ordered)
    return [depth[heading.kind] for heading in headings]


def _rank(kind: str) -> float:
    if kind.startswith("outline"):
        return 0.6 + int(kind.removeprefix("outline"))
    if kind.startswith("look:"):
        _, place, size, *_ = kind.split(":")
        return (_CENTRED if place == "centred" else _LEFT) - float(size) / 1000
    return RANK.get(kind, _UNNUMBERED.get(kind, 15.0))


def _compare(headings: Sequence[Heading], a: str, b: str) -> int:
    """Return which of two kinds is the outer one: by the report's own nesting, else by the standard's order."""
    standard = -1 if _rank(a) < _rank(b) else 1
    if a not in RANK and b not in RANK:
        return standard
    outer, inner = (a, b) if standard < 0 else (b, a)
    if _holds(headings, inner, outer) > _holds(headings, outer, inner):
        return -standard
    return standard


def _holds(headings: Sequence[Heading], outer: str, inner: str) -> int:
    """Count how often `inner` begins anew (at 1, or without a number) between two successive headings of `outer`."""
    count, last_outer, fresh = 0, None, False
    for heading in headings:
        if heading.kind == outer:
            successor = last_outer is not None and heading.value in (0, last_outer + 1)
            count += fresh and successor
            last_outer, fresh = heading.value, False
        elif heading.kind == inner and heading.value in (0, 1):
            fresh = True
    return count


def _depths(headings: Sequence[Heading], ordered: Sequence[str]) -> dict[str, int]:
    """Number the kinds from 1: each stands one deeper than the deepest kind that it is ever directly below."""
    rank = {kind: place for place, kind in enumerate(ordered)}
    parents = _direct_parents(headings, rank)
    depth: dict[str, int] = {}
    for kind in ordered:
        depth[kind] = 1 + max((depth[parent] for parent in parents[kind] if parent in depth), default=0)
    return depth


def _direct_parents(headings: Sequence[Heading], rank: dict[str, int]) -> dict[str, set[str]]:
    """Return, for each kind, the kinds that hold it directly; what stands in an appendix is not measured by it."""
    parents: dict[str, set[str]] = {kind: set() for kind in rank}
    open_kinds: list[str] = []
    for heading in headings:
        while open_kinds and rank[open_kinds[-1]] >= rank[heading.kind]:
            open_kinds.pop()
        if open_kinds and open_kinds[-1] != "appendix":
            parents[heading.kind].add(open_kinds[-1])
        open_kinds.append(heading.kind)
    return parents
