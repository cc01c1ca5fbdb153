"""A number written by itself, as a whole string: 叁万贰仟, 三十余, 3至5, 百分之三十五, 八折. See `parse_number`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, DecimalException

from pipeline.quantities.numerals import LONGEST, Number, everyday, parse
from pipeline.records import Bound

_LEADS: dict[str, Bound] = {
    **dict.fromkeys(("超过", "超", "逾", "过", "高于", "多于", "大于"), ">"),
    **dict.fromkeys(("不足", "不到", "未满", "低于", "少于", "小于"), "<"),
    **dict.fromkeys(("至少", "不少于", "不低于"), ">="),
    **dict.fromkeys(("至多", "最多", "不超过"), "<="),
    **dict.fromkeys(("大约", "约", "将近", "接近", "近", "好"), "="),
}
_LEAD = re.compile("(?P<lead>" + "|".join(sorted(_LEADS, key=len, reverse=True)) + r"|上(?=[百千万亿]))?(?P<rest>.+)")
_TAILS: dict[str, Bound] = {"以上": ">=", "以下": "<=", "以内": "<=", "左右": "=", "上下": "="}
_TAIL = re.compile("(?P<rest>.+?)(?P<tail>" + "|".join(_TAILS) + ")?")
_RANGE = re.compile(r"(?P<low>[^-~～—–至到]{1,20})(?:[~～—–至到]|-)(?P<high>[^-~～—–至到]{1,20})")
_SUM = re.compile(
    r"(?P<yuan>[^元块角毛分]{1,30})(?:元|块)(?:钱|整|正)?(?:(?P<jiao>[一二三四五六七八九\d])[角毛])?"
    r"(?:零?(?P<fen>[一二三四五六七八九\d])分)?(?:钱|整|正)?"
)
_POWER = re.compile(r"(?P<base>[+-]?\d{1,9}(?:\.\d{1,9})?)\^(?P<power>[+-]?\d{1,3}(?:\.\d{1,3})?)")
_DOZENS = re.compile(r"(?P<number>.{1,10})打")
_HUNDREDTHS = re.compile(r"(?P<number>.{1,20})(?P<sign>[%‰])")
_TENTHS = re.compile(r"(?P<tenths>[^成]{1,8})成(?P<hundredths>[一二三四五六七八九半])?")
_FOLD = re.compile(r"(?P<tens>[一二三四五六七八九])(?P<ones>[一二三四五六七八九])折|(?P<number>.{1,6})折")
_VAGUE = re.compile(r"好?几[十百千万亿]{1,3}")


def parse_number(text: str) -> int | float | None:
    """Return the value that text as a whole writes, None where it is no number or one without a value (几十).

    "叁万贰仟" -> 32000, "1.2万" -> 12000, "3千500" -> 3500, "两千零五" -> 2005, "三十余" -> 30, "十几" -> 10,
    "百分之三十五" and "35%" -> 0.35, "三分之二" -> 0.666…, "三成" -> 0.3, "八五折" -> 0.85, "半" -> 0.5,
    "壹拾壹元整" -> 11, "上百" -> 100; of a range the lower end ("3至5" -> 3). int where the value is whole, so 2.83万
    gives 28300. What else the wording says (range, about, at least) is in `read_number`.
    Limits: at most 40 characters; no date, no ordinal, no unit but 元 (quantities with units: `quantities_of`).
    """
    number = read_number(text)
    if number is None or number.vague:
        return None
    return int(number.value) if number.value == number.value.to_integral_value() else float(number.value)


def read_number(text: str) -> Number | None:
    """Return the number that text as a whole writes with all that it says, None where it is none.

    "3至5" -> value 3, value_max 5; "三十余" -> 30, approximate; "上万" -> 10000, bound ">=", approximate;
    "几十" -> vague: 10 to 100, but no value that one could add up; "近百分之三" -> 0.03, approximate.
    """
    squeezed = "".join(text.split())
    if not squeezed or len(squeezed) > LONGEST:
        return None
    whole = everyday(squeezed)
    number = _bare(whole) or _without_lead(whole) or _without_tail(whole)
    return replace(number, vague=True) if number is not None and _VAGUE.match(whole) else number


def _without_lead(text: str) -> Number | None:
    """Read 约三十, 不足百分之五, 上万: what stands before the number."""
    match = _LEAD.fullmatch(text)
    if match is None or match["lead"] is None:
        return None
    number = _bare(match["rest"]) or _without_tail(match["rest"])
    bound = ">=" if match["lead"] == "上" else _LEADS[match["lead"]]
    about = bound == "=" or match["lead"] == "上"
    return None if number is None else replace(number, bound=bound, approximate=number.approximate or about)


def _without_tail(text: str) -> Number | None:
    """Read 三十以上, 五百左右: what stands behind the number."""
    match = _TAIL.fullmatch(text)
    if match is None or match["tail"] is None:
        return None
    number, bound = _bare(match["rest"]), _TAILS[match["tail"]]
    return None if number is None else replace(number, bound=bound, approximate=number.approximate or bound == "=")


def _bare(text: str) -> Number | None:
    numeral = parse(text)
    if numeral is not None:
        return numeral
    return next((number for reader in _READERS if (number := reader(text)) is not None), None)


def _range(text: str) -> Number | None:
    """Read 3至5 and 100-200万, whose lower end shares the scale of the higher one."""
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    low, high = parse(match["low"]), parse(match["high"])
    if low is None or high is None:
        return None
    scale = re.search(r"[万亿kKwW]+$", match["high"])
    shared = parse(match["low"] + scale[0]) if scale and match["low"][-1] not in "万亿" else None
    low = shared if shared is not None and shared.value <= high.value else low
    return Number(low.value, high.value, low.approximate or high.approximate) if low.value <= high.value else None


def _sum(text: str) -> Number | None:
    """Read sums as they are written out in full on vouchers: 壹拾壹元整, 壹佰捌拾壹圆柒角."""
    match = _SUM.fullmatch(text)
    if match is None:
        return None
    parts = [parse(match[name] or "0") for name in ("yuan", "jiao", "fen")]
    values = [part.value for part in parts if part is not None]
    return Number(values[0] + values[1] / 10 + values[2] / 100) if len(values) == len(parts) else None


def _power(text: str) -> Number | None:
    match = _POWER.fullmatch(text)
    if match is None:
        return None
    sign, base = (-1, match["base"][1:]) if match["base"][0] == "-" else (1, match["base"])
    try:
        return Number(sign * Decimal(base) ** Decimal(match["power"]))
    except DecimalException:
        return None


def _dozens(text: str) -> Number | None:
    return _scaled(_DOZENS.fullmatch(text), Decimal(12))


def _hundredths(text: str) -> Number | None:
    match = _HUNDREDTHS.fullmatch(text)
    return None if match is None else _scaled(match, Decimal("0.01") if match["sign"] == "%" else Decimal("0.001"))


def _scaled(match: re.Match[str] | None, factor: Decimal) -> Number | None:
    number = parse(match["number"]) if match else None
    if number is None:
        return None
    top = None if number.value_max is None else number.value_max * factor
    return replace(number, value=number.value * factor, value_max=top)


def _tenths(text: str) -> Number | None:
    """Read 三成, 七成六, 两成半."""
    match = _TENTHS.fullmatch(text)
    tenths = parse(match["tenths"]) if match else None
    if match is None or tenths is None:
        return None
    rest = parse(match["hundredths"]) if match["hundredths"] else None
    more = Decimal(0) if rest is None else rest.value * (10 if match["hundredths"] == "半" else 1)
    top = None if tenths.value_max is None else tenths.value_max / 10
    return replace(tenths, value=tenths.value / 10 + more / 100, value_max=top)


def _fold(text: str) -> Number | None:
    """Read 八折, 五五折, 8.5折, 对折: what remains of a price."""
    if text == "对折":
        return Number(Decimal("0.5"))
    match = _FOLD.fullmatch(text)
    if match is None:
        return None
    if match["number"] is None:
        tens, ones = parse(match["tens"]), parse(match["ones"])
        return None if tens is None or ones is None else Number((tens.value * 10 + ones.value) / 100)
    number = parse(match["number"])
    if number is None or number.value <= 0 or number.value >= 100:
        return None
    return replace(number, value=number.value / (10 if number.value < 10 else 100))


def _half(text: str) -> Number | None:
    return Number(Decimal("0.5")) if text in ("半数", "一半", "对半") else None


_READERS: tuple[Callable[[str], Number | None], ...] = (
    _range, _hundredths, _tenths, _fold, _half, _sum, _power, _dozens,
)  # fmt: skip
