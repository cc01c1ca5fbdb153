"""Amounts: a numeral with its unit and the words that belong to both (约, 超过, 以上, 左右)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from pipeline.quantities import numerals
from pipeline.quantities.gate import Gated, gated
from pipeline.quantities.numerals import HAN, NUMBER, Number
from pipeline.quantities.units import fits, kind_of, name_of, unit_pattern
from pipeline.records import Bound, QuantityKind


@dataclass(frozen=True, slots=True)
class Amount:
    """A value found in the flat text; start and end are offsets there, as are those of the numeral alone.

    value: a number, an ISO string for dates and periods, None where it is masked or indefinite.
    """

    start: int
    end: int
    kind: QuantityKind
    value: float | str | None
    value_max: float | str | None = None
    unit: str = ""
    bound: Bound = "="
    approximate: bool = False
    masked: bool = False
    period_start: str | None = None
    period_end: str | None = None
    note: str | None = None


_BOUNDS: dict[str, Bound] = {
    **dict.fromkeys(("超过", "超", "逾", "高于", "多于", "大于"), ">"),
    **dict.fromkeys(("不足", "不到", "未满", "不满", "低于", "少于", "小于", "未达"), "<"),
    **dict.fromkeys(
        [
            "至少",
            "起码",
            "不下",
            "满",
            "不少于",
            "不低于",
            "不小于",
            "最少",
            "最低",
            "不得少于",
            "不得低于",
            "上",
            "起",
        ],
        ">=",
    ),
    **dict.fromkeys(("不超过", "不高于", "不多于", "不大于", "至多", "最多", "不得超过", "不得高于", "不得多于"), "<="),
}
_APPROXIMATE = ("大约", "约", "将近", "接近", "近", "约为")
# 约, 近, 超 and 上 are parts of other words after these: 预约3次, 附近3家, 反超2家, 网上3次.
LEAD = (
    r"(?:(?:不得)?(?:超过|少于|低于|高于|多于)|不(?:超过|少于|低于|高于|多于|大于|小于|足|到|满)"
    r"|至少|起码|不下(?!于|来|去|的)|(?<![期未不圆美届充饱爆布装任年])满(?=[\d一二两三四五六七八九十半])|至多|最多|最少|最低|未满|未达|低于|少于|小于|高于|多于|大于"
    r"|(?<![预签节违合特契邀履制公条简大])约|大约|将近|接近|(?<![附最靠临邻亲接将新])近"
    r"|(?<![反赶高])超|逾|(?<![以网线晚早会路街身手之马向迈站跃登跨])上(?=[百千万亿]))"
)
_REACHED = re.compile(r"(?:突破|跨越|跨过|迈过|站上|迈上|超越|跃上|冲破|(?<=[^打])破)(?:了)?$")
# 规模过百亿, but not the 过 of 受过一次处分.
_PASSED = re.compile(r"(?<=[^通经超])过$")
TAIL = (
    r"(?:余|多(?!元|边|样|层|方|头|发|功|媒|条|次|种|项|名|个|家|人))?"
    r"(?:[（(]含[）)])?(?:及)?(?:以上|以下|以内|之内|之上|之下|左右|上下(?![联级班楼一同贯游])|不等|开外"
    r"|内(?![容部外在控审地设蒙科生])|起(?=[，。；、）)步]|$)|(?<=[岁月天周])大(?=[的，。；、）)\n]|$))?"
)
_TAIL_BOUNDS: dict[str, Bound] = {
    **dict.fromkeys(("以上", "之上", "开外", "起"), ">="),
    **dict.fromkeys(("以下", "以内", "之内", "之下", "内"), "<="),
}
_DASH = r"(?:-|–|—|~|～|−|至|到|[-—]{2})"
_SIGN = r"(?:负|(?<![\dA-Za-z%年月日次个人元吨万亿）)])-)"
_CURRENCY = r"(?:[￥¥$＄€£]|人民币|港币|新台币|美金)"
_PER = (
    r"(?:/(?:平方米|平方公里|立方米|千瓦时|公里|小时|人次|人|月|年|日|天|次|户|亩|吨|家|周|季度|公斤|千克|斤|米|升|分钟|秒"
    r"|床|生|例|件|个|台|辆|度|㎡|kg|km|m³|m3|L|h|s|d|a)(?:[·/](?:月|年|日|天))?|每(?:吨|亩|公斤|平方米|立方米|斤|千瓦时))"
)
_CURRENCY_UNITS = {"￥": "元", "¥": "元", "$": "美元", "＄": "美元", "€": "欧元", "£": "英镑", "人民币": "元"}
_CURRENCY_UNITS |= {"港币": "港元", "新台币": "新台币", "美金": "美元"}
_MONTH_LIKE = ("年", "个月", "天", "周", "小时", "星期", "个小时", "个星期", "分钟", "米", "斤", "公里", "里", "吨")
# No amount begins inside a numeral, after 第, in a name like A4 or G60, or after a sign (1+8, 3/4).
NOT_INSIDE = rf"(?<![\d.{HAN[1:]}第])(?<![\d{HAN}]零)(?<![\d{HAN}]点)(?<![^A-Za-z][A-Za-z])(?<!\d[/+×])"


# What an amount cannot do without, and with what the words end that may stand before it: 不超过, 约, 人民币, ￥, -.
_NUMERALS = re.compile(f"[{HAN}几数半\\d]+")
_LEAD_ENDS = frozenset("过少于低高多大小足到满下至约概近超逾达上起码￥¥$＄€£币金负-")
_LONGEST_LEAD = 11


@cache
def _amount_pattern() -> re.Pattern[str]:
    unit = unit_pattern()
    half = r"半(?=年|个月|个小时|小时|天|日|个百分点|公里|斤|亩|成(?!品))"
    single = rf"(?P<num>{NUMBER}|{half})(?P<unit>{unit})(?P<half>半(?![年月天小]))?"
    spread = rf"(?:(?P<low>{NUMBER})(?P<lowunit>{unit})?(?:[（(]含[)）])?(?:{_DASH})(?P<lead2>{LEAD})?)?"
    return re.compile(
        rf"{NOT_INSIDE}(?P<cur>{_CURRENCY})?(?P<lead>{LEAD})?(?P<cur2>{_CURRENCY})?(?P<sign>{_SIGN})?"
        rf"{spread}{single}(?P<per>{_PER})?(?P<tail>{TAIL})"
    )


@cache
def _half_pattern() -> Gated:
    """两个半月, 3个多小时, 一年多: the measure word stands between numeral and unit."""
    unit = r"(?P<unit>月|小时|星期|学期|世纪|钟头|百分点)"
    return gated(rf"{NOT_INSIDE}(?P<lead>{LEAD})?(?P<num>{NUMBER})个(?P<mid>半|多){unit}(?P<tail>{TAIL})", "个[半多]")


def amounts(text: str) -> Iterator[Amount]:
    """Yield the amounts of protected flat text in order, e.g. "约1.2万人次" -> about 12000 人次."""
    place = 0
    match_at = _amount_pattern().match
    for run in _NUMERALS.finditer(text):
        first, end = run.span()
        # Most numerals have no word before them that could belong to an amount, and then it begins with its numeral.
        place = max(place, first - _LONGEST_LEAD if text[first - 1 : first] in _LEAD_ENDS else first)
        while place < end:
            match = match_at(text, place)
            if match is None:
                place += 1
                continue
            found = _read(text, match)
            yield from found
            place = max((amount.end for amount in found), default=_skip(match))


def _skip(match: re.Match[str]) -> int:
    """Return where to look on after a refused match: behind its first numeral."""
    return match.end("low") if match["low"] else match.end("num")


def _read(text: str, match: re.Match[str]) -> list[Amount]:
    if not fits(match["unit"], match["num"], text[match.end("unit") : match.end("unit") + 8]):
        return []
    high = numerals.parse(match["num"])
    if high is None or _is_article(text, match) or _lacks_its_number(text, match):
        return []
    single = _amount(text, match, high)
    if match["low"]:
        return _spread(text, match, high, single)
    return [single]


def _amount(text: str, match: re.Match[str], number: Number) -> Amount:
    """Return the amount of a match without a range."""
    start = match.start("num") if match["low"] else match.start()
    lead = (match["lead2"] if match["low"] else match["lead"]) or ""
    tail, unit = match["tail"] or "", match["unit"]
    value = number.value + (Decimal("0.5") if match["half"] else 0)
    value = -value if match["sign"] and not match["low"] else value
    factor = Decimal("0.1") if unit == "成" else Decimal(1)
    before = text[max(0, match.start() - 4) : match.start()]
    passed = _BARE_SCALE.fullmatch(match["num"]) and _PASSED.search(before)
    return Amount(
        start=start,
        end=match.end(),
        kind=kind_of(unit),
        value=None if number.vague else float(value * factor),
        value_max=None if number.value_max is None or number.vague else float(number.value_max * factor),
        unit=_unit_name(match),
        bound=">=" if passed else bound_of(lead, tail, before),
        approximate=is_approximate(lead, tail) or number.approximate,
        note="indefinite" if number.vague else None,
    )


def _unit_name(match: re.Match[str]) -> str:
    unit = match["unit"]
    currency = match["cur"] or match["cur2"]
    if currency and kind_of(unit) == "money" and name_of(unit) == "元":
        return _CURRENCY_UNITS[currency]
    per = (match["per"] or "").replace("每", "/")
    per = per or _per_before(match)
    return ("" if unit == "成" else name_of(unit)) + per


_EACH = re.compile(r"每(立方米|平方米|平方公里|升|亩|吨|公里|千瓦时|公斤|千克|公顷|小时|秒)(?:为|达|达到|降至|降到)?$")


def _per_before(match: re.Match[str]) -> str:
    """Return "/立方米" where the measure of reference stands before the number: 每立方米20微克."""
    before = _EACH.search(match.string[max(0, match.start() - 9) : match.start()])
    return f"/{before[1]}" if before and kind_of(match["unit"]) in ("physical", "money", "count") else ""


def bound_of(lead: str, tail: str, before: str = "") -> Bound:
    """Return what lead and tail say about a value, e.g. ("不少于", "") -> ">="; 突破 may stand before both."""
    for words, table in (
        (tail.lstrip("余多").removeprefix("(含)").removeprefix("（含）"), _TAIL_BOUNDS),
        (lead, _BOUNDS),
    ):
        bound = table.get(words.removeprefix("及"))
        if bound:
            return bound
    return ">=" if not lead and _REACHED.search(before) else "="


def is_approximate(lead: str, tail: str) -> bool:
    """Tell whether 约, 近, 左右, 余 or 多 stands before or after a value."""
    return lead in _APPROXIMATE or lead == "上" or tail.startswith(("余", "多")) or tail.endswith(("左右", "上下"))


_ARTICLE_BEFORE = re.compile(r"(?:[这那哪某每同任何像来另]|(?<!只)是|(?<![分])为|最.的?|成为|作为)$")
_ARTICLE_AFTER_HAVE = frozenset(("项", "条", "种", "次", "笔", "段", "支", "批", "场", "期"))
_ARTICLE_UNITS = frozenset(
    (
        *("个", "种", "类", "套", "片", "段", "股", "面", "道", "口", "头", "手", "层", "环", "步", "回", "波", "顿"),
        *("方", "遍", "趟", "处", "针", "字", "把", "家人"),
    )
)
_COUNTING = re.compile(
    r"(?:至少|只有|就|各|现有|还有|查出|发现|仅|仅有|共|只|近|不到|不足|超过|缺少?|减少|增加|新增|少了|多了|不少于|多出?)$"
)


def _is_article(text: str, match: re.Match[str]) -> bool:
    """Tell whether 一 with its unit is an article (一个过程, 这一次) and no count (一名干部, 一起案件)."""
    if match["num"] != "一" or match["low"] or match["lead"]:
        return False
    before = text[max(0, match.start() - 3) : match.start()]
    if match["unit"] in _ARTICLE_UNITS:
        return not _COUNTING.search(before)
    if match["unit"] in _ARTICLE_AFTER_HAVE and before.endswith("有") and not before.endswith(("只有", "仅有", "现有")):
        return True
    return kind_of(match["unit"]) == "count" and bool(_ARTICLE_BEFORE.search(before))


_BARE_SCALE = re.compile(r"[百千万亿]{1,3}")


def _lacks_its_number(text: str, match: re.Match[str]) -> bool:
    """Tell whether 百, 千, 万 without a number count nothing: 万人, 千家; 百亿元, 超千列, 万余人 are values."""
    if match["low"] or match["lead"] or not _BARE_SCALE.fullmatch(match["num"]):
        return False
    before = text[max(0, match.start() - 4) : match.start()]
    if _REACHED.search(before) or _PASSED.search(before) or before.endswith("达"):
        return False
    return len(match["num"]) == 1 or kind_of(match["unit"]) not in ("money", "physical")


_SCALE = re.compile(r"(?P<small>[百千]?)(?P<big>[万亿]*)$")


def _spread(text: str, match: re.Match[str], high: Number, single: Amount) -> list[Amount]:
    """Return 3—5天 as one amount, and 从3次到5次 as two."""
    low = numerals.parse(_with_scale(match["low"], match["num"]) if not match["lowunit"] else match["low"])
    if low is None:
        return [single]
    low_unit = match["lowunit"] or match["unit"]
    apart = re.search(r"[从由自]$", text[max(0, match.start() - 1) : match.start()]) and match["lowunit"]
    other = bool(match["lowunit"]) and kind_of(low_unit) == "count" and low_unit != match["unit"]
    if apart or other or kind_of(low_unit) != kind_of(match["unit"]) or low.value > high.value:
        first = _first_of_two(text, match, low, low_unit)
        return [*([first] if first else []), single]
    factor = Decimal("0.1") if match["unit"] == "成" else Decimal(1)
    return [
        replace(
            single,
            start=match.start(),
            value=float(low.value * factor),
            value_max=float(high.value * factor),
            bound="=",
            approximate=single.approximate or low.approximate or is_approximate(match["lead"] or "", ""),
        )
    ]


def _first_of_two(text: str, match: re.Match[str], low: Number, unit: str) -> Amount | None:
    if not match["lowunit"]:
        return None
    lead = match["lead"] or ""
    return Amount(
        match.start(), match.end("lowunit"), kind_of(unit), float(low.value), None, name_of(unit),
        bound_of(lead, ""), is_approximate(lead, "") or low.approximate,
    )  # fmt: skip


def _with_scale(low: str, high: str) -> str:
    """Return the lower numeral with the scale that it shares with the higher one.

    In 3-5万元 the 3 is 3万, in 两到三千万 the 两 is 两千万, in 5000-1万元 the 5000 stays as it is.
    """
    scale = _SCALE.search(high)
    bare = numerals.parse(low)
    if scale is None or bare is None or low[-1] in "万亿":
        return low
    if scale["small"] and bare.value < 10:
        return low + scale[0]
    if high[-1] in "kKwW":
        return low + high[-1]
    top = numerals.parse(high[: scale.start("big")])
    return low + scale["big"] if top and bare.value < top.value else low


# 两 is a numeral, but a weight where a numeral ends before it and nothing counted follows: 茶叶三十两.
_LIANG = gated(
    rf"{NOT_INSIDE}(?P<num>\d{{1,8}}(?:\.\d{{1,2}})?|[一二三四五六七八九十百千万两]{{0,6}}[一二三四五六七八九十百千万])两"
    r"(?=[，,。；;、）)\n的]|$|黄金|白银|银|茶|米|酒|肉)",
    "两",
)


def halves(text: str) -> Iterator[Amount]:
    """Yield 两个半月 and 3个多小时, and weights in 两."""
    for match in _LIANG.finditer(text):
        number = numerals.parse(match["num"])
        if number is not None:
            yield Amount(match.start(), match.end(), "physical", float(number.value), unit="两")
    for match in _half_pattern().finditer(text):
        number = numerals.parse(match["num"])
        if number is None:
            continue
        half = match["mid"] == "半"
        yield Amount(
            match.start(),
            match.end(),
            "percent" if match["unit"] == "百分点" else "duration",
            float(number.value + (Decimal("0.5") if half else 0)),
            unit="个" + match["unit"],
            bound=bound_of(match["lead"] or "", match["tail"] or ""),
            approximate=not half or is_approximate(match["lead"] or "", match["tail"] or ""),
        )
