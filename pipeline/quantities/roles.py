"""The part that a quantity plays: something done, a problem, a plan, a requirement, background, or mere structure."""

from __future__ import annotations

import re
from functools import cache

from pipeline.quantities.grammar import Amount
from pipeline.quantities.items import ContextWord
from pipeline.records import QuantityRole, Role
from pipeline.resources import read_table

_NUMERAL_OF_FEW = re.compile(r"[一二两三四五六七八九十]{1,3}|\d{1,2}")
_MOST_PARTS = 20
_ACTS = ("次", "场", "场次", "人次", "期", "轮", "批次", "份", "篇")


@cache
def _words(use: str) -> tuple[str, ...]:
    rows = read_table("lexicon/quantity_roles.tsv", ContextWord, key=("word", "use"))
    return tuple(row.word for row in rows if row.use == use)


@cache
def _any_of(use: str) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _words(use))))


def _has(text: str, use: str) -> bool:
    return bool(_any_of(use).search(text))


def role_of(
    amount: Amount, *, before: str, after: str, item: str | None, roles: tuple[Role, ...], in_finding: bool
) -> QuantityRole:
    """Return the role of an amount from its section and its clause.

    before and after: what stands around it in its sentence. "12次" of 组织谈话提醒12次，但谈话人数不够多 is an
    achievement although its sentence states a problem; the 3年以上 of 往来款挂账3年以上 is a problem.
    """
    if _is_structural(amount, before, after):
        return "structural"
    if amount.kind in ("date", "period"):
        return "plan" if amount.bound in ("<", "<=") or ("PLAN" in roles and amount.kind == "date") else "background"
    if "PLAN" in roles or _has(before[-14:], "plan"):
        return "plan"
    if "REQUEST" in roles or _has(before[-14:], "requirement"):
        return "requirement"
    if _has(before[-12:], "background"):
        return "background"
    return _stated(amount, before + after[:14], item, roles, in_finding)


def _stated(amount: Amount, around: str, item: str | None, roles: tuple[Role, ...], in_finding: bool) -> QuantityRole:
    """Return the role of a value that the report states as a fact."""
    problem_place = in_finding or "PROBLEM" in roles or "CAUSE" in roles
    act = amount.unit.partition("/")[0] in _ACTS and _has(around + (item or ""), "done")
    if problem_place:
        if _has(around, "problem"):
            return "problem"
        return "achievement" if act or "PROBLEM" not in roles else "problem"
    if not roles and _has(around, "problem") and not act:
        return "problem"
    if "RECTIFY" in roles or "PRACTICE" in roles or act:
        return "achievement"
    if roles and not set(roles) - {"APPENDIX", "OTHER"}:
        return "background"
    return "achievement"


def _is_structural(amount: Amount, before: str, after: str) -> bool:
    """Tell whether a number only announces parts of the text or names a set: 以下三个方面, 三大工程, 四点意见."""
    if amount.kind != "count" or not isinstance(amount.value, float) or not 1 < amount.value <= _MOST_PARTS:
        return False
    if after.startswith("方面") or amount.unit == "大" or amount.unit.startswith("点"):
        return True
    noun = after.lstrip("重主大新").startswith(_words("structural"))
    return noun and amount.unit in ("个", "项", "条", "类", "种", "步", "点") and before.endswith(_words("named"))
