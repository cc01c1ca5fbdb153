"""The role of a value that states no fact: what a rule demands, what is planned, the size of the unit."""

from __future__ import annotations

import re
from functools import cache

from pipeline.quantities.grammar import Amount
from pipeline.quantities.role_facts import is_settled_after
from pipeline.quantities.role_words import Around, any_of, ends, has, last_verb
from pipeline.records import QuantityRole, Role

_PEOPLE = ("人", "名", "位", "个")
_SHORT = 10
_DEMANDED_HERE = r"规定的|(?<![时期年权额])限(?:在|于|期)?|(?:未|没有?)能?在|(?<![响适相对供反效])应(?:每|按|是)?"
# 明确每月至少集中学习一次 is a rule that was made; 严格落实…，每月召开一次 tells what is done.
_RULED = re.compile(r"(?:(?<!超过)(?<!超出)规定|要求|明确|约定)[^；]{0,24}$")
_SINCE = re.compile(r"之日起|收到[^，；]{0,12}[后起]")
_MADE_RULE = re.compile(r"(?:凡|一律|实行|推行|执行|规定|明确)[^；]{0,30}$")
# 已全部调账 in a plan tells what is done; 已销号的 only names things.
_DONE_AFTER = re.compile(r"[^，；]{0,10}?已(?:经|全部|于|由)?[^，；的]{2,8}$")
_FOUNDED = re.compile(r"成立|组建|设立")
_FROM = re.compile(r"(?:由|(?<![服遵听顺])从)[^，；、]{0,12}$")
_TO = re.compile(
    r"[^，；、\d]{0,8}?(?:提高|提升|提|上升|升|增加|增长|增|扩大|扩|扩展|拓展|下降|降低|降|减少|减|压减|压缩|压降|压|缩短|缩减|缩|砍|"
    r"下调|上调|调整|调|回落|跃升|攀升)(?:到|至|为)"
)
_SAMPLED = re.compile(r"(?:抽[查看审检盘访取]|评查|检查|查阅|调阅|翻阅)(?:过?的|到的)$")
_LIMIT = re.compile(r"(?:的)?[^，；。]{0,16}?(?:应当?|须|必须|一律|统一|不得)(?![用对急收付])")
_FILTER = re.compile(r"(?:单价|单笔|单项|单日|单日累计|累计|金额|限额|额度)$")
_FILTERED = re.compile(r"的?[^，；。、\d]{1,12}\d")
_WHOLE_PLAN = re.compile(r"[^，；、]{0,6}(?:计划|规划|行动方案|实施方案)")


def beyond_facts(amount: Amount, place: Around, roles: tuple[Role, ...], *, at_fault: bool) -> QuantityRole | None:
    """Return the role of a value that states no fact of the report's own, None for a fact.

    应到50人 -> requirement, 拟培训3期 -> plan, 下设7个科室 -> background.
    """
    if _is_limit(amount, place) or _is_term(amount, place):
        return "requirement"
    if not _is_own_plan(roles) and _is_rule(amount, place, roles):
        return "requirement"
    if _was_before(place):
        return "background"
    if "PLAN" in roles and (is_settled_after(place) or _DONE_AFTER.match(place.rest)):
        return "achievement"
    bound_ahead = amount.bound != "=" and has(place.before, "ahead") and has(place.clause, "requirement")
    if "PLAN" not in roles and bound_ahead:
        return "requirement"
    if "PLAN" in roles or _is_planned(amount, place):
        return "plan"
    if "REQUEST" in roles or has(place.phrase[-14:], "requirement"):
        return "requirement"
    return "background" if _is_setting(amount, place, at_fault=at_fault) else None


def _is_own_plan(roles: tuple[Role, ...]) -> bool:
    return "PLAN" in roles and "REQUEST" not in roles


def is_demanded(place: Around) -> bool:
    """Tell whether a rule demands the value: 应到50人, 规定的30天内, but not 应到50人、实到31人."""
    return bool(_demanded().search(place.phrase))


@cache
def _demanded() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of('demand')}[^，；、的实仅只却未没已\d]{{0,12}}|{_DEMANDED_HERE})$")


def _is_rule(amount: Amount, place: Around, roles: tuple[Role, ...]) -> bool:
    if is_demanded(place) or ("REQUEST" in roles and has(place.clause, "demand")):
        return True
    if amount.kind == "duration" and amount.bound == "<=" and _MADE_RULE.search(place.clause):
        return True
    bounded = amount.bound != "=" and amount.kind in ("frequency", "count", "duration", "percent")
    return (bounded or amount.kind == "frequency") and bool(_RULED.search(place.clause))


def _is_limit(amount: Amount, place: Around) -> bool:
    """Tell whether a rule begins or ends at the value: the 3000元以上 of 3000元以上的开支应由两名领导双签."""
    return (
        amount.bound != "="
        and amount.kind in ("money", "percent", "count", "duration")
        and bool(_LIMIT.match(place.rest))
    )


def _is_term(amount: Amount, place: Around) -> bool:
    """Tell whether the value is a term that somebody sets: 自收到反馈之日起20日内报送."""
    return amount.kind == "duration" and amount.bound == "<=" and bool(_SINCE.search(place.clause))


def _was_before(place: Around) -> bool:
    """Tell whether the value is what a change started from: the 6份 of 由6份压减到3份."""
    return bool(_FROM.search(place.phrase) and _TO.match(place.rest))


def _is_planned(amount: Amount, place: Around) -> bool:
    if has(place.clause[-14:], "plan") or has(place.before, "ahead"):
        return True
    return amount.kind == "duration" and bool(_WHOLE_PLAN.match(place.rest))


def _is_setting(amount: Amount, place: Around, *, at_fault: bool) -> bool:
    """Tell whether a value only describes the unit, its budget, or what was looked at."""
    if _SAMPLED.search(place.phrase):
        return True
    if amount.kind == "money" and amount.bound != "=" and (_FILTER.search(place.phrase) or _FILTERED.match(place.rest)):
        return True
    if at_fault and (has(place.phrase + place.rest, "problem") or has(place.phrase + place.rest, "lack")):
        return False
    if has(place.phrase[-12:], "background"):
        return not _FOUNDED.search(place.clause)
    if at_fault:
        return False
    if amount.kind == "money" and last_verb(place.phrase) is None:
        return ends(place.phrase, "sums") or (place.phrase.startswith("其中") and has(place.clause, "sums"))
    return (last_verb(place.phrase) is None and ends(place.phrase, "size")) or _is_staff(amount, place)


def _is_staff(amount: Amount, place: Around) -> bool:
    """Tell whether a number counts the members of the unit: 其中教授4人, 含劳务派遣6名, 支部委员5人."""
    if amount.kind != "count" or amount.unit not in _PEOPLE or last_verb(place.phrase + place.rest[:6]) is not None:
        return False
    last = place.phrase.rpartition("、")[2]
    return len(last) <= _SHORT and ends(last, "staff")
