"""What neighbouring amounts share: units (3、5次), scales, and a value in two units (3年2个月, 5元3角)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.quantities import numerals
from pipeline.quantities.grammar import Amount
from pipeline.quantities.numerals import ARABIC_NUMBER, HAN, NUMBER
from pipeline.quantities.units import kind_of

_JOINT = r"(?:[、和与及]|以及)"
_BARE = re.compile(rf"(?<![\d.,点{HAN}第年A-Za-z/+])(?P<num>{ARABIC_NUMBER}|[{HAN}]{{1,8}})(?P<scale>[万亿])?{_JOINT}$")
_JOINT_ONLY = re.compile(_JOINT)
_COINS = re.compile(
    rf"(?<![\d.{HAN}])(?<![\d{HAN}]点)(?P<yuan>{NUMBER})(?:元|块)(?P<jiao>[{HAN}\d])[角毛](?:(?P<fen>[{HAN}\d])分)?"
)
_SMALLER = {("年", "个月"): 12, ("天", "小时"): 24, ("日", "小时"): 24, ("天", "个小时"): 24, ("小时", "分钟"): 60}
_SMALLER |= {("个小时", "分钟"): 60, ("分钟", "秒"): 60, ("分钟", "秒钟"): 60, ("个月", "天"): 30, ("年", "天"): 365}
_LINK = re.compile(r"零|又|加|")
_REACH = 24


def coins(text: str) -> Iterator[Amount]:
    """Yield sums in 元角分, e.g. "50元6角三分" -> 50.63 元."""
    for match in _COINS.finditer(text):
        parts = [
            numerals.parse(match[name]) if match[name] else numerals.Number(Decimal(0))
            for name in ("yuan", "jiao", "fen")
        ]
        values = [part.value for part in parts if part is not None]
        if len(values) == 3:
            value = values[0] + values[1] / 10 + values[2] / 100
            yield Amount(match.start(), match.end(), "money", float(value), unit="元")


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
    """Return 3年零2个月 as one duration in its larger unit."""
    size = _SMALLER.get((first.unit, second.unit))
    if size is None or not _LINK.fullmatch(text[first.end : second.start]) or second.start - first.end > 1:
        return None
    if not isinstance(first.value, float) or not isinstance(second.value, float) or second.bound != "=":
        return None
    value = Decimal(str(first.value)) + Decimal(str(second.value)) / size
    return replace(first, end=second.end, value=round(float(value), 6))


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
