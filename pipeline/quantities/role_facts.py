"""The role of a value that a report states as a fact: something done, a fault, or the setting."""

from __future__ import annotations

import re

from pipeline.quantities.grammar import Amount
from pipeline.quantities.role_words import Around, Verb, after_turn, has, is_conceded, last_verb
from pipeline.records import QuantityRole, Role

_ACTS = ("次", "场", "场次", "人次", "期", "轮", "批次", "份", "篇")
_WHO = ("人", "名", "人次", "位", "家", "户")
_HAVE_DONE = re.compile(r"已经?(?!发放)[^，；、]{2,6}$")
_ALREADY = re.compile(r"已经?将[^，；]{0,16}$")
# 离柜未签退5次 tells a fault among deeds, 未发生事故 the want of one.
_OMITTED = re.compile(r"未(?!发生|出现|发现|来|成年|满|婚|必)[^，；、\d]{1,8}$")
_OPEN = re.compile(r"(?:正在推进|正在整改|未完成|未整改到?位?|未销号)$")
_DIGIT = re.compile(r"\d")
_PROBLEMS_BEFORE = re.compile(r"\d[个项条类]?[^，；]{0,4}(?:问题|事项中)|问题\d")
_TOLD = re.compile(r"问题|隐患|不|未|没|无")
_AMONG = re.compile(r"问题|整改|反馈")
_FOUND_PART = re.compile(r"(?:发现|查出|指出|检出)，(?:其中)?有$")
# The 3次 of 学习8次，有3次是套开的: the part at fault of something done.
_PART = re.compile(r"(?:其中)?(?:还|又|另|竟|均|仍)?有$")
_NAMED_PROBLEM = re.compile(r"(?:问题|隐患|短板)(?:共|合?计|总计|累计)?$")
_PROBLEM_AFTER = re.compile(
    r"(?:具体|突出|主要|共性|重点|风险|安全)?(?:问题(?!线索|导向)|隐患|短板)|[需待][^，；]{0,4}事项"
)
# Where deeds are told, hazards and cases are those of others: 查出隐患2310条.
_OTHERS = re.compile(r"(?:隐患|案件|违法行为)$")
_ALL_SETTLED = re.compile(r"[^，；]{0,12}?(?:已全部|全部|均已?|已经?|悉数|受到|予以|给予|分别予以)")
_INSPECTORS = re.compile(r"(?:巡察|巡视|督察|督导)组(?:对|于|进驻|反馈|指出|向|同)")
_CHANGED = re.compile(r"下降|减少|压减|降低|降至|降到|降为|化解|增长|提升|提高|上升|扭亏|减亏|零")
_GROWN = re.compile(r"增长|提升|提高|上升|实现|完成|达到|保持|下降|减少")


def stated(
    amount: Amount, place: Around, item: str | None, roles: tuple[Role, ...], *, in_finding: bool
) -> QuantityRole:
    """Return the role of a value that the report states as a fact: the 4人 of 给予处分4人 -> achievement."""
    attributive = place.phrase.endswith("的") and "已" not in place.phrase
    verb = None if attributive else last_verb(place.phrase)
    settled = is_settled_after(place)
    if "PRACTICE" in roles and not in_finding and _OTHERS.search(place.phrase):
        return "achievement"
    if _counts_problems(amount, place):
        return "achievement" if settled or _is_handled(place, verb) else "problem"
    at_fault = in_finding or "PROBLEM" in roles
    if verb == "found" or _is_left(place) or _FOUND_PART.search(place.clause):
        return "problem"
    if at_fault and (amount.bound == "<" or has(place.phrase[-8:], "lack")):
        return "problem"
    if (verb == "settled" or settled) and amount.kind != "duration":
        return "achievement"
    if at_fault:
        return _at_fault(amount, place, item, roles, in_finding=in_finding)
    return _elsewhere(amount, place, roles)


def is_settled_after(place: Around) -> bool:
    """Tell whether what follows puts the value right: 29.50万元备用金全部收回, 已将18万元缴入国库."""
    marked = _ALL_SETTLED.match(place.rest) or _ALREADY.search(place.phrase)
    if place.rest.startswith("的") or _DIGIT.search(place.rest):
        return False
    return bool(marked) and last_verb(place.rest) == "settled"


def _is_handled(place: Around, verb: Verb | None) -> bool:
    """Tell whether problems were dealt with: 解决问题12个, 交办问题12个, but not 细化为28个问题."""
    if has(place.phrase, "lack"):
        return False
    return verb == "settled" or (verb in ("done", "examined") and not _PROBLEM_AFTER.match(place.rest))


def _is_left(place: Around) -> bool:
    """Tell whether the value counts problems still open: 27个问题已完成22个，正在推进2个."""
    among = place.phrase.startswith("其中") or place.before.removesuffix(place.phrase).endswith("中，")
    if among and _PROBLEMS_BEFORE.search(place.clause) and last_verb(place.phrase) is None:
        return True
    return bool(_OPEN.search(place.phrase)) and bool(_AMONG.search(place.clause))


def _counts_problems(amount: Amount, place: Around) -> bool:
    """Tell whether a number counts problems themselves: 反馈27个问题, 查出隐患12处."""
    if amount.kind != "count" or amount.unit in _WHO:
        return False
    return bool(_PROBLEM_AFTER.match(place.rest) or _NAMED_PROBLEM.search(place.phrase))


def _at_fault(
    amount: Amount, place: Around, item: str | None, roles: tuple[Role, ...], *, in_finding: bool
) -> QuantityRole:
    """Return the role of a value where faults are told: what was done there is still an achievement."""
    verb = None if place.phrase.endswith("的") else last_verb(place.phrase)
    near = place.phrase + place.rest
    if has(near, "problem") or has(near, "slight") or has(place.rest, "lack") or _PART.search(place.phrase):
        return "problem"
    if (verb == "examined" and amount.kind != "duration") or is_conceded(place):
        return "achievement"
    if not in_finding and (has(place.before + place.after, "clean") or amount.value == 0):
        return "achievement"
    act = amount.unit.partition("/")[0] in _ACTS and not has(place.before, "papers")
    if place.phrase in ("", "其中") and _DIGIT.search(place.clause):
        return "problem"
    if act and (verb == "done" or last_verb(place.rest[:6]) in ("done", "examined") or _is_done(item)):
        return "achievement"
    deeds = bool({"RECTIFY", "PRACTICE"} & set(roles)) and "PROBLEM" not in roles
    if verb == "done" and (deeds or (not in_finding and amount.kind != "money") or _HAVE_DONE.search(place.phrase)):
        return "achievement"
    return "problem" if in_finding or _TOLD.search(place.before + place.after) else _untold(place)


def _untold(place: Around) -> QuantityRole:
    """Return the role of a value in a sentence of a problem section that tells no fault."""
    sentence = place.before + place.after
    if has(sentence, "problem") or has(sentence, "slight"):
        return "problem"
    return "achievement" if last_verb(place.phrase + place.rest) else "background"


def _is_done(item: str | None) -> bool:
    return item is not None and last_verb(item) in ("done", "examined")


def _elsewhere(amount: Amount, place: Around, roles: tuple[Role, ...]) -> QuantityRole:
    """Return the role of a value where deeds are told: a fault only after a turn or where its wording says so."""
    turned = after_turn(place)
    if turned is not None and has(turned + place.rest, "lack") and not _GROWN.search(turned):
        return "problem"
    if amount.value == 0:
        return "achievement"
    near = place.phrase + place.rest
    fault = has(near, "problem") or bool(_OMITTED.search(place.phrase))
    if fault and not _CHANGED.search(near) and last_verb(near) is None:
        return "problem"
    if "CAUSE" in roles and has(near, "lack"):
        return "problem"
    if roles and not set(roles) - {"APPENDIX", "CAUSE"}:
        return "background"
    inspected = (not roles or "OVERVIEW" in roles) and _INSPECTORS.search(place.before)
    described = roles in (("OVERVIEW",), ("OTHER",)) and amount.kind in ("count", "physical", "duration")
    described = described and amount.unit not in _ACTS and last_verb(near) is None
    return "background" if inspected or described else "achievement"
