"""The part that a quantity plays: something done, a problem, a plan, a requirement, background, or mere structure."""

from __future__ import annotations

import re

from pipeline.quantities.grammar import Amount
from pipeline.quantities.role_facts import stated
from pipeline.quantities.role_rules import beyond_facts, is_demanded
from pipeline.quantities.role_words import Around, after_turn, around, has, words
from pipeline.records import QuantityRole, Role

_MOST_PARTS = 20
_PARTS = ("个", "项", "条", "类", "种", "步", "点", "件", "块")
_DUE = re.compile(r"[^，；的]{0,6}?(?:完成|实现|建成|达到|办结|销号|整改|全面)")
_IN_PARTS = re.compile(r"(?:流程|走|来讲|来说|来谈|推进|实施|法)")
_QUOTED = re.compile(r"(?:关于|针对|对)[“‘][^”]{0,80}$")
_QUOTE_END = re.compile(r"[^“]{0,80}?”[^，；。]{0,8}(?:问题|整改)")
# What follows a quoted fault, or the label 整改情况：, tells how it was put right.
_QUOTE_PASSED = re.compile(r"[”’][^，。；“‘]{0,8}(?:问题|情况)")
_LABEL = re.compile(r"(?:整改|落实)?(?:措施|情况|结果|进展|进度|成效)[：:]")


def role_of(
    amount: Amount, *, before: str, after: str, item: str | None, roles: tuple[Role, ...], in_finding: bool
) -> QuantityRole:
    """Return the role of an amount from its section and its clause.

    before and after: what stands around it in its sentence. "12次" of 组织谈话提醒12次，但谈话人数不够多 is an
    achievement although its sentence states a problem; the 3年以上 of 往来款挂账3年以上 is a problem, the 50人 of
    应到50人 a requirement, the 52张 of 抽查的52张单据中有7张只有一个人的名字 background.
    Limits: judged by the wording around it alone; a fault told without a word of fault, in a section that tells of
    deeds, is taken for an achievement.
    """
    place = around(before, after)
    if _is_structural(amount, place):
        return "structural"
    if amount.kind in ("date", "period"):
        return _role_of_time(amount, place, roles)
    if _QUOTED.search(place.before) and _QUOTE_END.match(place.after):
        return "problem"
    if _LABEL.match(place.before):
        roles, in_finding = ("RECTIFY",), False
    if "RECTIFY" in roles and _QUOTE_PASSED.search(place.before) and after_turn(place) is None:
        in_finding = False
    at_fault = in_finding or "PROBLEM" in roles
    beyond = beyond_facts(amount, place, roles, at_fault=at_fault)
    return beyond or stated(amount, place, item, roles, in_finding=in_finding)


def _role_of_time(amount: Amount, place: Around, roles: tuple[Role, ...]) -> QuantityRole:
    """Return the role of a date or a stretch of time: a deadline, or the setting."""
    if not place.before.strip() and not place.after.strip():
        return "background"
    if place.phrase.endswith(("已", "已于", "已在")):
        return "background"
    if amount.bound in ("<", "<="):
        if is_demanded(place) or _is_asked(place, roles):
            return "requirement"
        # 2018年以前购置的 tells the age of things; 2025年以前完成 is a deadline.
        return "plan" if amount.bound == "<=" or _DUE.match(place.rest) else "background"
    planned = "PLAN" in roles or has(place.before[-6:], "plan") or place.before.endswith("待")
    return "plan" if amount.kind == "date" and planned else "background"


def _is_asked(place: Around, roles: tuple[Role, ...]) -> bool:
    """Tell whether somebody else asks for what a deadline stands with: 省厅要求6月底前推行, 该局应…9月30日前报送."""
    if "PLAN" in roles and "REQUEST" not in roles:
        return False
    return has(place.phrase, "asked") or ("REQUEST" in roles and has(place.clause, "demand"))


def _is_structural(amount: Amount, place: Around) -> bool:
    """Tell whether a number only announces parts of the text or names a set: 以下三个方面, 三大工程, 四点意见."""
    if amount.kind != "count" or not isinstance(amount.value, float) or not 1 < amount.value <= _MOST_PARTS:
        return False
    if place.after.startswith("方面") or amount.unit == "大" or amount.unit.startswith("点"):
        return True
    if amount.unit in ("步", "块") and _IN_PARTS.match(place.after):
        return True
    noun = place.after.lstrip("重主大新").startswith(words("structural"))
    return noun and amount.unit in _PARTS and place.before.endswith(words("named"))
