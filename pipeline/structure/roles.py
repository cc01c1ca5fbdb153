"""What part a section plays: problems, their causes, plans … by wording, then by position, then from the parent."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.cues import find_blockers, find_cues, live_cues
from pipeline.errors import ResourceError
from pipeline.records import ROLES, Genre, Role
from pipeline.resources import read_table
from pipeline.structure.content import fixed_scores, likeliest, section_scores

# 意见建议 and 整改要求 are plans for the unit and requests of who inspected it.
_ASK = "ASK"
# In the order in which they are applied: the first that speaks of a role counts, but strong overrides block.
_STRENGTHS = ("veto", "block", "strong", "weak")
_OUTRIGHT = 2
# Headings are asked about twice in a report, and reports share many.
_REMEMBERED = 4000


@dataclass(frozen=True, slots=True)
class RolePattern:
    """A wording that speaks for a role; strength: strong, weak, block or veto."""

    role: str
    strength: str
    pattern: str


@dataclass(frozen=True, slots=True)
class HeadingPlace:
    """What the role of a heading is judged by; parent is an index, None at the top."""

    title: str
    level: int
    parent: int | None


def assign_roles(
    headings: Sequence[HeadingPlace], body_of: Callable[[int], str], *, genre: Genre = "other"
) -> list[tuple[Role, ...]]:
    """Return the roles of each heading in order; a combined section (存在问题和原因剖析) has several.

    A child takes its parent's roles unless its own wording names a role outright (strong). A heading at the top whose
    wording says nothing is judged by its content and its place among the others.
    body_of: gives the text of the section of a heading, which is asked for only where its wording says nothing.
    genre: in a report on rectification a list of problems is what is being put right; a news item and a work report
    have no part about problems unless a heading says so.
    """
    roles: list[tuple[Role, ...]] = []
    for place in headings:
        own = role_words(place.title, strong_only=place.parent is not None)
        if place.parent is not None:
            inherited = roles[place.parent]
            roles.append(_child_roles(place.title, own, inherited))
        else:
            roles.append(own)
    return _fill_tops(headings, roles, body_of, genre)


def _child_roles(title: str, own: tuple[Role, ...], inherited: tuple[Role, ...]) -> tuple[Role, ...]:
    """Let a child differ from its parent only where its parent leaves room for it.

    Below a plan every heading is a plan, whatever it says of problems; a problem heading below a rectification section
    is what is being put right; a heading that states a fault among problems is a problem, whatever its fault is about.
    """
    if not own:
        return inherited
    if "PLAN" in inherited and "PROBLEM" not in inherited and set(own) & {"PROBLEM", "PRACTICE", "RECTIFY"}:
        return inherited
    if inherited == ("RECTIFY",) and own == ("PROBLEM",):
        return ("RECTIFY",)
    if "PROBLEM" in inherited and states_defect(title):
        return inherited
    return own


def role_words(title: str, *, strong_only: bool = False) -> tuple[Role, ...]:
    """Return the roles that a heading's wording names, in the order of ROLES: "存在问题及原因" -> PROBLEM, CAUSE."""
    named = _named("".join(title.split()))
    wanted = ("strong",) if strong_only or "strong" in named.values() else ("strong", "weak")
    found = [role for role in ROLES if named.get(role) in wanted]
    if named.get(_ASK) and not set(found) - {"PLAN", "REQUEST"}:
        return ("PLAN", "REQUEST")
    return _settle(found)


@lru_cache(maxsize=_REMEMBERED)
def _named(title: str) -> dict[str, str]:
    """Return the roles that a title without blanks speaks of, each with the strength that counts."""
    named: dict[str, str] = {}
    for role, strength, pattern in _patterns():
        known = named.get(role)
        open_still = known is None or (known == "block" and strength == "strong")
        if open_still and pattern.search(title) is not None:
            named[role] = strength
    return named


def _settle(found: list[Role]) -> tuple[Role, ...]:
    """Drop what a stronger neighbour explains: 问题整改情况 is RECTIFY, 审计建议 is PLAN, 案例剖析 is not CAUSE."""
    if "OTHER" in found or "APPENDIX" in found:
        return tuple(role for role in found if role in ("OTHER", "APPENDIX"))[:1]
    if "REQUEST" in found:
        return ("REQUEST",)
    if "RECTIFY" in found:
        return tuple(role for role in found if role in ("OVERVIEW", "RECTIFY", "PLAN", "CAUSE"))
    return tuple(found)


@cache
def _patterns() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """Return role, strength and pattern: all wordings of a role that are equally strong are alternatives of one."""
    rules = read_table("lexicon/heading_roles.tsv", RolePattern, key=("role", "strength", "pattern"))
    for rule in rules:
        if rule.role not in (*ROLES, _ASK) or rule.strength not in _STRENGTHS:
            raise ResourceError(f"lexicon/heading_roles.tsv：未知的角色或强度 {rule.role} {rule.strength}。")
    wordings: dict[tuple[str, str], list[str]] = {}
    for rule in sorted(rules, key=lambda rule: _STRENGTHS.index(rule.strength)):
        wordings.setdefault((rule.role, rule.strength), []).append(f"(?:{rule.pattern})")
    return tuple((role, strength, re.compile("|".join(found))) for (role, strength), found in wordings.items())


def _fill_tops(
    headings: Sequence[HeadingPlace], roles: list[tuple[Role, ...]], body_of: Callable[[int], str], genre: Genre
) -> list[tuple[Role, ...]]:
    """Give tops without a role of their own the likeliest one, and hand it down to their children."""
    filled = list(roles)
    tops = [index for index, place in enumerate(headings) if place.parent is None]
    for index in tops:
        if not filled[index] and _about_faults(headings, index):
            filled[index] = ("RECTIFY",) if genre == "rectification" else ("PROBLEM",)
    if any(not filled[index] for index in tops):
        parts = [fixed_scores(filled[i]) if filled[i] else section_scores(body_of(i), genre) for i in tops]
        for index, role in zip(tops, likeliest(parts), strict=True):
            filled[index] = filled[index] or (role,)
    for index, place in enumerate(headings):
        if place.parent is not None and not filled[index]:
            filled[index] = filled[place.parent]
    return filled


def _about_faults(headings: Sequence[HeadingPlace], top: int) -> bool:
    """Return whether a top whose wording names no role states a fault, or its children mostly do."""
    children = [place.title for place in headings if place.parent == top]
    defects = sum(states_defect(child) for child in children)
    return states_defect(headings[top].title) or (bool(children) and 2 * defects > len(children))


def states_defect(title: str) -> bool:
    """Return whether a heading states a shortcoming: "学习不够深入" does, "防止学习流于形式" does not."""
    live = live_cues(title, find_cues(title), find_blockers(title))
    return any(cue.strength >= _OUTRIGHT for cue in live)
