"""What part a section plays: problems, their causes, plans … by wording, then by position, then from the parent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import cast

from pipeline.errors import ResourceError
from pipeline.records import Role
from pipeline.resources import read_table

ROLES: tuple[Role, ...] = (
    "OVERVIEW", "PRACTICE", "PROBLEM", "CAUSE", "PLAN", "RECTIFY", "REQUEST", "APPENDIX", "OTHER",
)  # fmt: skip
_DEFECT = re.compile(
    r"(?:不(?:够|足|到位|力|强|高|深|严|实|细|广|畅|紧|规范|完善|健全|及时|充分|平衡|明显|显著|扎实|深入|经常|主动|全面|透彻|严格|严谨)|"
    r"有(?:待|差距|短板|偏差|欠缺)|欠缺|缺失|缺位|缺乏|弱化|虚化|淡化|薄弱|滞后|流于形式|走过场|宽松软|还?(?:存在|有)(?:一定)?差距|"
    r"仍?还?需(?:要)?(?:进一步|持续|不断)?(?:加强|强化|完善|提升|提高|改进|优化|深化)|违规|违反|问题(?:较|比较)?(?:突出|严重|多))"
)
_REMEDIAL = re.compile(
    r"^(?:进一步|切实|持续|不断|着力|坚持|加强|强化|提高|提升|深化|完善|健全|压实|严格|严肃|狠抓|抓好|抓实|聚焦|突出|增强|推进|推动|规范|优化|巩固|筑牢|加快|落实|建立|"
    r"严明|夯实|扎实|注重|全面|深入|以.{2,12}为)"
)


@dataclass(frozen=True, slots=True)
class RolePattern:
    """A wording that speaks for a role; strength: strong, weak or block."""

    role: str
    strength: str
    pattern: str


@dataclass(frozen=True, slots=True)
class HeadingPlace:
    """What the role of a heading is judged by: its title, level, and the index of its parent (None at the top)."""

    title: str
    level: int
    parent: int | None


def assign_roles(headings: Sequence[HeadingPlace], *, plan_first: bool = False) -> list[tuple[Role, ...]]:
    """Return the roles of each heading in order; a combined section (存在问题和原因剖析) has several.

    A child takes its parent's roles unless its own wording names a role outright (strong). A heading at the top whose
    wording says nothing is judged by its order: before the problems it is practice, after them plan.
    """
    roles: list[tuple[Role, ...]] = []
    for place in headings:
        own = role_words(place.title, strong_only=place.parent is not None)
        if place.parent is not None:
            inherited = roles[place.parent]
            roles.append(_child_roles(own, inherited))
        else:
            roles.append(own)
    return _fill_tops(headings, roles)


def _child_roles(own: tuple[Role, ...], inherited: tuple[Role, ...]) -> tuple[Role, ...]:
    """Let a child differ from its parent only where its parent leaves room for it.

    Below a plan every heading is a plan, whatever it says of problems; a problem heading below a rectification section is
    what is being put right.
    """
    if not own:
        return inherited
    if "PLAN" in inherited and "PROBLEM" not in inherited and set(own) & {"PROBLEM", "PRACTICE", "RECTIFY"}:
        return inherited
    if inherited == ("RECTIFY",) and own == ("PROBLEM",):
        return ("RECTIFY",)
    return own


def role_words(title: str, *, strong_only: bool = False) -> tuple[Role, ...]:
    """Return the roles that a heading's wording names, in the order of ROLES, e.g. "存在的问题及原因分析" -> PROBLEM, CAUSE."""
    title = re.sub(r"\s+", "", title)
    named: dict[str, str] = {}
    for rule, pattern in _patterns():
        if pattern.search(title) is None:
            continue
        if rule.strength == "block":
            named.setdefault(rule.role, "block")
        elif named.get(rule.role) in (None, "weak") or (rule.strength == "strong" and named[rule.role] == "block"):
            named[rule.role] = rule.strength if named.get(rule.role) != "strong" else "strong"
    wanted = ("strong",) if strong_only or "strong" in named.values() else ("strong", "weak")
    found = [role for role in ROLES if named.get(role) in wanted]
    return _settle(found)


def _settle(found: list[Role]) -> tuple[Role, ...]:
    """Drop what a stronger neighbour explains: 问题整改情况 is RECTIFY, 审计建议 is PLAN, 案例剖析 is not CAUSE."""
    if "OTHER" in found or "APPENDIX" in found:
        return tuple(role for role in found if role in ("OTHER", "APPENDIX"))[:1]
    if "REQUEST" in found:
        return ("REQUEST",)
    if "RECTIFY" in found:
        return tuple(role for role in found if role in ("RECTIFY", "PLAN", "CAUSE"))
    if len(found) > 1 and "PRACTICE" in found and "OVERVIEW" in found:
        found = [role for role in found if role != "OVERVIEW"]
    return tuple(found)


@cache
def _patterns() -> tuple[tuple[RolePattern, re.Pattern[str]], ...]:
    rules = read_table("lexicon/heading_roles.tsv", RolePattern, key=("role", "strength", "pattern"))
    for rule in rules:
        if rule.role not in ROLES or rule.strength not in ("strong", "weak", "block"):
            raise ResourceError(f"lexicon/heading_roles.tsv：未知的角色或强度 {rule.role} {rule.strength}。")
    ordered = sorted(rules, key=lambda rule: rule.strength != "block")
    return tuple((rule, re.compile(rule.pattern)) for rule in ordered)


def _fill_tops(headings: Sequence[HeadingPlace], roles: list[tuple[Role, ...]]) -> list[tuple[Role, ...]]:
    """Give tops without a role of their own one by order and by what their titles say, and hand it down to their children."""
    filled = list(roles)
    tops = [i for i, place in enumerate(headings) if place.parent is None]
    for at, index in enumerate(tops):
        if not filled[index]:
            before = [filled[i] for i in tops[:at] if filled[i]]
            after = [filled[i] for i in tops[at + 1 :] if filled[i]]
            children = [place.title for place in headings if place.parent == index]
            filled[index] = (_by_order(headings[index].title, children, before, after),)
    for index, place in enumerate(headings):
        if place.parent is not None and not filled[index]:
            filled[index] = filled[place.parent]
    return filled


def _by_order(
    title: str, children: Sequence[str], before: Sequence[tuple[Role, ...]], after: Sequence[tuple[Role, ...]]
) -> Role:
    seen = {role for roles in before for role in roles}
    later = {role for roles in after for role in roles}
    defects = sum(states_defect(child) for child in children)
    if states_defect(title) or (children and 2 * defects > len(children)):
        return "PROBLEM"
    if "PLAN" in seen:
        return "PLAN"
    if seen & {"PROBLEM", "CAUSE"}:
        return "PLAN" if "PLAN" not in later else "PROBLEM"
    if "RECTIFY" in seen:
        return "RECTIFY"
    if later & {"PROBLEM", "PLAN", "CAUSE", "RECTIFY"} or _REMEDIAL.search(title):
        return "PRACTICE"
    return "OTHER"


def states_defect(title: str) -> bool:
    """Return whether a heading states a shortcoming: "学习不够深入" does, "防止学习流于形式" does not."""
    match = _DEFECT.search(title)
    return match is not None and re.search(r"防止|杜绝|避免|力戒|严禁|整治|解决|不断|克服", title[: match.start()]) is None


def as_roles(text: str) -> tuple[Role, ...]:
    """Return roles from their joined form, e.g. "PROBLEM+CAUSE"; ValueError for an unknown one."""
    parts = text.split("+")
    if any(part not in ROLES for part in parts):
        raise ValueError(f"unknown role in {text!r}; known: {', '.join(ROLES)}")
    return cast("tuple[Role, ...]", tuple(parts))
