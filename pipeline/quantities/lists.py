"""What neighbouring amounts share: units (3、5次), scales, and a value in two units (3年2个月, 两美元又三美分)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.quantities import numerals
from pipeline.quantities.grammar import Amount
from pipeline.quantities.numerals import ARABIC_NUMBER, HAN
from pipeline.quantities.units import kind_of

_JOINT = r"(?:[、和与及]|以及)"
_BARE = re.compile(rf"(?<![\d.,点{HAN}第年A-Za-z/+])(?P<num>{ARABIC_NUMBER}|[{HAN}]{{1,8}})(?P<scale>[万亿])?{_JOINT}$")
_JOINT_ONLY = re.compile(_JOINT)
# How many of the second unit are one of the first; two values of a pair that touch are one value.
_SMALLER = {("年", "个月"): 12, ("天", "小时"): 24, ("日", "小时"): 24, ("天", "个小时"): 24, ("小时", "分钟"): 60}
_SMALLER |= {("个小时", "分钟"): 60, ("分钟", "秒"): 60, ("分钟", "秒钟"): 60, ("个月", "天"): 30, ("年", "天"): 365}
_SMALLER |= {(week, hour): 168 for week in ("周", "个星期", "星期") for hour in ("小时", "个小时")}
_SMALLER |= {(week, "天"): 7 for week in ("周", "个星期", "星期")} | {("学时", "分钟"): 45}
_SMALLER |= {
    ("美元", "美分"): 100,
    ("欧元", "欧分"): 100,
    ("英镑", "便士"): 100,
    ("港元", "港仙"): 100,
    ("日元", "日元分"): 100,
    ("公里", "米"): 1000,
}
_SMALLER |= {("公斤", "克"): 1000, ("吨", "公斤"): 1000, ("斤", "两"): 10, ("米", "厘米"): 100}
_LINK = re.compile(r"零|又|加|")
_REACH = 24


def linked(text: str, found: Sequence[Amount]) -> list[Amount]:
    """Return the amounts of a report in order with what they share: 3、5次 gives 3 次 and 5 次, 3年2个月 one amount."""
    result: list[Amount] = []
    for amount in sorted(found, key=lambda amount: amount.start):
        previous = result[-1] if result else None
        if previous is not None and (joined := _joined(text, previous, amount)):
            result[-1] = joined
            continue
        if previous is not None and _shares_points(text, previous, amount):
            result[-1] = replace(previous, kind=amount.kind, unit=amount.unit)
        result += [*_bare_before(text, amount, previous.end if previous else 0), amount]
    return result


def _joined(text: str, first: Amount, second: Amount) -> Amount | None:
    """Return 3年零2个月 as one duration of 38 months, 五美元二美分 as one sum in its larger unit."""
    size = _size(first.unit, second.unit, text[first.end : second.start])
    if size is None or not _LINK.fullmatch(text[first.end : second.start]) or second.start - first.end > 1:
        return None
    if not isinstance(first.value, float) or not isinstance(second.value, float) or second.bound != "=":
        return None
    if first.kind == "duration" and size > 1:
        months = Decimal(str(first.value)) * size + Decimal(str(second.value))
        return replace(second, start=first.start, value=float(months), bound=first.bound)
    value = Decimal(str(first.value)) + Decimal(str(second.value)) / size
    return replace(first, end=second.end, value=round(float(value), 6))


def _size(unit: str, other: str, between: str) -> Decimal | None:
    """Return how many of another unit make one of a unit; 又 joins also a larger one behind it: 两天又一个月."""
    if size := _SMALLER.get((unit, other)):
        return Decimal(size)
    turned = _SMALLER.get((other, unit)) if between == "又" else None
    return Decimal(1) / turned if turned else None


def _shares_points(text: str, first: Amount, second: Amount) -> bool:
    """Tell whether 2.2个和3.7个百分点 are both percentage points."""
    between = text[first.end : second.start]
    return first.unit == "个" and second.unit == "个百分点" and bool(_JOINT_ONLY.fullmatch(between))


def _bare_before(text: str, amount: Amount, floor: int) -> list[Amount]:
    """Return the numbers without a unit that stand in a list before an amount, e.g. the 3 of 3、5次."""
    if not amount.unit or not isinstance(amount.value, float) or amount.kind in ("ordinal", "frequency", "masked"):
        return []
    found: list[Amount] = []
    start = amount.start
    while match := _BARE.search(text[max(floor, start - _REACH) : start]):
        offset = max(floor, start - _REACH)
        if text[offset + match.start() - 1 : offset + match.start()] in ("", "\n") and "、" in match[0]:
            break  # a list number: 四、三年内无违法记录
        number = numerals.parse(match["num"] + (match["scale"] or ""))
        if number is None:
            break
        value = number.value * _shared_scale(text, match, amount)
        start = offset + match.start()
        end = offset + match.end(match.lastgroup or "num")
        found.append(Amount(start, end, kind_of(_base(amount.unit)), float(value), unit=amount.unit))
    return found[::-1]


def _base(unit: str) -> str:
    return unit.partition("/")[0]


def _shared_scale(text: str, match: re.Match[str], amount: Amount) -> int:
    """Return what a bare number is counted in: in 3、5万元 the 3 is 30000."""
    raw = text[amount.start : amount.end]
    if match["scale"] or match["num"][-1] in "万亿":
        return 1
    return 10**8 if "亿" in raw else 10**4 if "万" in raw else 1
