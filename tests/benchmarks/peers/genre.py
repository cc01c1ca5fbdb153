"""What a careful user of a general extractor would do before counting quantities of a report; by kinds of wording.

1. A bare number takes the measure word or unit after it (12 of 12次, 0.2 of 0.2个百分点); without one it is dropped.
2. Dropped are numbers inside set phrases (三重一大), short quotations (“十大”, names as a rule), list numbers at the
   start of a line, document numbers (〔2021〕5号), ordinals, and 一 before a measure word (一个, 一批: an article).
3. Dropped are times without a number (去年, 目前), quarters, and decimals taken for dates (236.5).
4. 每季度 with the N次 that follows in the same clause is one frequency of value N; 每年 alone is dropped.
5. Of two spans that overlap the longer stays.
The words are few and general on purpose: no list of this project is used, and no gold text is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from benchmarks.scoring import Found

_DIGITS = "0-9０-９零〇一二三四五六七八九十百千万亿两"
_PHYSICAL = "公里|千米|米|厘米|平方公里|平方米|立方米|亩|公顷|吨|公斤|千克|斤|克|升|千瓦|万千瓦|千瓦时|兆瓦|PF|度"
_DURATION = "年|个月|个工作日|工作日|天|日|小时|分钟|学时|课时|周年|周岁|岁"
_MONEY = "元|美元|欧元|港元"
_COUNT = (
    "人次|家次|户次|场次|批次|个|家|户|人|名|位|次|件|条|项|场|起|份|篇|期|台|辆|架|艘|列|套|座|所|处|类|种|批|轮|"
    "支|对|门|节|本|册|张|幅|枚|宗|笔|例|间|栋|只|头|棵|株|块|层|级|段|班|组|队|村|镇|县|市|大|方面|课"
)
_KIND_OF = {
    "个百分点": "percent",
    **dict.fromkeys(_PHYSICAL.split("|"), "physical"),
    **dict.fromkeys(_DURATION.split("|"), "duration"),
    **dict.fromkeys(_MONEY.split("|"), "money"),
    **dict.fromkeys(_COUNT.split("|"), "count"),
}
_MEASURE = re.compile(
    rf"[多余几]?[万亿]{{0,2}}(?P<unit>{'|'.join(sorted(map(re.escape, _KIND_OF), key=len, reverse=True))})"
)
_SET_PHRASES = (
    "三重一大|八项规定|四风|两个责任|一岗双责|一把手|三会一课|两学一做|四个意识|四个自信|两个维护|两个确立|四个全面|"
    "五位一体|三农|一带一路|双一流|第一书记|第一议题|第一种形态|四种形态|三资|三公|六稳|六保|三严三实|十四五|十三五|"
    "二十大|十九大|二十届|十九届|五个一|百千万工程|四上企业|新三板|四不两直|九个坚持|六大纪律|六项纪律|三位一体"
)
_PROTECTED = re.compile(
    "|".join(
        (
            _SET_PHRASES,
            rf"(?m:^[\s　]*[（(]?[{_DIGITS}]{{1,3}}[)）、.．](?!\d))",
            r"“[^“”\n]{1,20}”",
            r"[〔\[（][0-9]{4}[〕\]）]\s?[0-9]{1,4}\s?号",
            rf"第[{_DIGITS}]{{1,8}}",
        )
    )
)
_TIME_KINDS = frozenset({"date", "period", "duration", "frequency"})
_HAS_NUMBER = re.compile(rf"[{_DIGITS}]")
_NOT_A_TIME = re.compile(r"季度$|^[上下]半年$|^\d{1,4}[.．]\d{1,3}$|^[一十百千万][时点分日]$|^\d+$")
_TIMES_AFTER = re.compile(rf"[^，。；、！？\n]{{0,20}}?(?P<number>[{_DIGITS}]{{1,4}})[次场期课]")
_SMALL = {**dict(zip("一二三四五六七八九十", range(1, 11), strict=True)), "两": 2}


def as_exact(first: str, last: str) -> str:
    """Return the name of the year or month that a stretch of days begins with, or else its first day.

    last is the last day or the day after it, or no date where the stretch is open.
    "2021-01-01", "2021-12-31" -> "2021"; "2021-05-01", "2021-06-01" -> "2021-05"; "2021-05-08", "2021-07-05" -> itself.
    """
    if first.endswith("-01-01") and (last[4:] in ("-12-31", "-01-01") or not last[:4].isdecimal()):
        return first[:4]
    month = last[8:] in ("28", "29", "30", "31", "01") and first != last
    return first[:7] if first.endswith("-01") and month else first


def longest(spans: Iterable[Found]) -> list[Found]:
    """Return spans that do not overlap, in order; of two that do, the longer, of equals the later in the input.

    12 (number) and 12万元 (money) -> 12万元.
    """
    kept: list[Found] = []
    for _, span in sorted(enumerate(spans), key=lambda row: (row[1].start - row[1].end, -row[0])):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def adapt(text: str, spans: Sequence[Found]) -> list[Found]:
    """Return the spans that are quantities of a report, after the five rules of this module.

    "召开会议12次" with 12 (number) -> 12次 (count); "三重一大" with 三 and 一 -> nothing.
    """
    protected = [match.span() for match in _PROTECTED.finditer(text)]
    spans = [span for span in spans if not any(start < span.end and span.start < end for start, end in protected)]
    measured = [read for span in spans if (read := _measured(text, span)) is not None]
    return longest(read for span in measured if (read := _timed(text, span)) is not None)


def _measured(text: str, span: Found) -> Found | None:
    """Return a bare number with its measure word, None where it has none; other spans stay as they are."""
    if span.kind == "ordinal":
        return None
    if span.kind != "number":
        return span
    match = _MEASURE.match(text, span.end)
    if match is None or text[span.start : span.end] == "一":
        return None
    return replace(span, end=match.end(), kind=_KIND_OF[match["unit"]], value=_scaled(span.value, match[0]))


def _scaled(value: float | str | None, tail: str) -> float | str | None:
    """Return the value times the 万 and 亿 that stand between number and measure word."""
    if not isinstance(value, float):
        return value
    return value * 10.0 ** (4 * tail.count("万") + 8 * tail.count("亿"))


def _timed(text: str, span: Found) -> Found | None:
    """Return a time that the genre counts, a frequency with its number; None for other times."""
    if span.kind not in _TIME_KINDS:
        return span
    if span.kind == "frequency":
        match = _TIMES_AFTER.match(text, span.end)
        return None if match is None else replace(span, end=match.end(), value=_small_number(match["number"]))
    raw = text[span.start : span.end]
    return span if _HAS_NUMBER.search(raw) and not _NOT_A_TIME.search(raw) else None


def _small_number(text: str) -> float | None:
    """Return the number of a frequency, 两 -> 2.0; None for Chinese numerals above ten."""
    return float(text) if text.isdecimal() else _SMALL.get(text)
