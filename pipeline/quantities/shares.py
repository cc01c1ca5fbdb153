"""Shares and multiples in words: 百分之三十五, 三分之二, 半数, 翻一番; and the zero of 零发生."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.quantities import numerals
from pipeline.quantities.gate import gated, near
from pipeline.quantities.grammar import LEAD, TAIL, Amount, bound_of, is_approximate
from pipeline.quantities.numbers import read_number
from pipeline.quantities.numerals import ARABIC_NUMBER, HAN
from pipeline.records import QuantityKind

_NUMERAL = rf"(?:负?{ARABIC_NUMBER}[k]?|负?[{HAN}]{{1,12}}(?:点[零一二三四五六七八九]{{1,6}})?[余多几]?)"
_BEFORE = rf"(?<![\d.{HAN}第/])(?<![\d{HAN}]点)"
_FRACTION = gated(
    rf"{_BEFORE}(?P<lead>{LEAD})?(?P<below>[{HAN}]{{1,8}}|\d{{1,4}})分之(?P<above>{_NUMERAL})(?P<tail>{TAIL})",
    "分之",
)
_SLASHED = gated(
    rf"(?<![\dA-Za-z./+〕])(?P<lead>{LEAD})?(?P<above>\d{{1,2}})/(?P<below>\d{{1,2}})(?![\dA-Za-z/.年月日])(?P<tail>{TAIL})",
    r"\d/\d",
)
_TO_ONE = gated(
    r"(?<![\d.:：∶])(?:(?P<above>\d{1,4}(?:\.\d{1,4})?)[:：∶]1|1[:：∶](?P<below>[1-9]\d{0,3}(?:\.\d{1,4})?))(?![\d.:：∶])",
    "[:：∶]1|1[:：∶]",
)
# 折 begins another word: 三折页, 两折返点, 九折桥.
_OTHER_WORD = "[页子叠旧腾射损线返中算合弯扣断磨桥服本法转枝戟戏不]"
_PRICE = gated(
    rf"{_BEFORE}(?P<lead>{LEAD})?"
    rf"(?:(?P<num>{ARABIC_NUMBER}|[一二两三四五六七八九](?:点?[一二三四五六七八九])?)|(?<=打)(?P<half>对))"
    rf"折(?!{_OTHER_WORD})(?P<tail>以上|以下|左右)?",
    "折",
)
_TENTHS = gated(
    rf"{_BEFORE}(?P<num>[一二两三四五六七八九])成(?P<more>[一二三四五六七八九半])(?![{HAN}十百个年月天人])",
    "成",
)
_TIMES = gated(
    rf"(?P<lead>{LEAD})?翻(?:了)?(?P<times>[一二两三四五六七八九]|\d)番(?P<tail>{TAIL})",
    "番",
)
_HALF = gated(
    rf"(?P<lead>{LEAD}|过)?(?:半数|(?<![{HAN}第])一半)(?P<tail>{TAIL})",
    "半",
)
_ZERO = near(
    r"(?<=[“‘\"])零(?=[^零“”\n]{1,6}[”’\"])|(?<=[为是])(?<!整为)零(?=[，。；、）\n]|$)|(?<=[现了到])零(?=(?:发生|死亡|伤亡|感染|上访|新增|违纪|违规|超标))",
    "零",
    0,
)


def shares(text: str) -> Iterator[Amount]:
    """Yield the shares of protected flat text, e.g. "近百分之三十五" -> 35 %, "三分之二以上" -> at least 0.6667."""
    for pattern in (_FRACTION, _SLASHED):
        for match in pattern.finditer(text):
            yield from _fraction(text, match)
    for match in _TO_ONE.finditer(text):
        value = float(match["above"]) if match["above"] else round(1 / float(match["below"]), 6)
        yield Amount(match.start(), match.end(), "ratio", value)
    for match in _TIMES.finditer(text):
        number = numerals.parse(match["times"])
        if number is not None:
            yield _ratio(match, float(2**number.value), unit="倍")
    yield from _tenths(text)
    for match in _HALF.finditer(text):
        yield _ratio(match, 0.5)
    for match in _ZERO.finditer(text):
        yield Amount(match.start(), match.end(), "count", 0.0)


def _tenths(text: str) -> Iterator[Amount]:
    """Yield 七成六 as 0.76, and what remains of a price: 八折, 五五折, 对折."""
    for pattern, unit in ((_TENTHS, "成"), (_PRICE, "折")):
        for match in pattern.finditer(text):
            number = read_number(match[0][len(match["lead"] or "") :] if unit == "折" else match[0])
            number = read_number("对折") if number is None and unit == "折" and match["half"] else number
            if number is not None:
                yield _ratio(match, float(number.value))


def _ratio(match: re.Match[str], value: float, *, unit: str = "") -> Amount:
    groups = match.groupdict()
    lead, tail = groups.get("lead") or "", groups.get("tail") or ""
    bound = ">" if lead == "过" else bound_of(lead, tail)
    return Amount(
        match.start(), match.end(), "ratio", value, unit=unit, bound=bound, approximate=is_approximate(lead, tail)
    )


def _fraction(text: str, match: re.Match[str]) -> Iterator[Amount]:
    below, above = numerals.parse(match["below"]), numerals.parse(match["above"])
    if (
        below is None
        or above is None
        or below.value == 0
        or (match.re is _SLASHED.pattern and above.value >= below.value)
    ):
        return
    lead, tail = match["lead"] or "", match["tail"] or ""
    kind: QuantityKind = "percent" if below.value >= 100 and below.value % 100 == 0 else "ratio"
    value = above.value / below.value * (100 if kind == "percent" else 1)
    yield Amount(
        match.start(),
        match.end(),
        kind,
        float(value),
        unit="%" if kind == "percent" else "",
        bound=bound_of(lead, tail, text[max(0, match.start() - 4) : match.start()]),
        approximate=is_approximate(lead, tail) or above.approximate,
    )
