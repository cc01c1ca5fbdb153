"""Stretches of time with their dates: “十四五”期间, 十九大以来, 今年以来, 2022年第一季度, 近三年, 五年来.

Their value is what the text itself dates (2022-01/2022-03 of 2022年第一季度); a stretch that it only names or counts
(“十四五”期间, 近三年) has no value, but period_start and period_end; where it comes to one calendar year, that year.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from pipeline.quantities import numerals
from pipeline.quantities.dates import (
    DASH,
    FROM,
    REPORT_UNKNOWN,
    YEAR,
    YEAR_OF_REPORT,
    YEAR_WORD,
    Point,
    as_deadline,
    period,
    read_iso,
    until_report,
    why_unknown,
    year_of_word,
)
from pipeline.quantities.flat import claim
from pipeline.quantities.gate import Gated, gated, near
from pipeline.quantities.grammar import Amount
from pipeline.resources import read_table


@dataclass(frozen=True, slots=True)
class NamedPeriod:
    """A stretch that has a name, e.g. NamedPeriod("十四五", "plan", "2021", "2025"); see the table for the columns."""

    name: str
    form: str
    start: str
    end: str


_TITLE = re.compile(r"《[^《》\n]{1,80}》")
_TAIL = re.compile(r"期间|时期|任期|以来|至今(?![年天日])")
_LONGEST_NAME = 20


def fixed(text: str, today: Point | None = None) -> Iterator[Amount]:
    """Yield what must be read before set phrases are taken away: named stretches, and halves and quarters of years.

    "党的十九大以来" -> 十九大以来 from 2017-10-18; "“十四五”期间" -> 2021-01-01 to 2025-12-31; "2022年第一季度" ->
    2022-01/2022-03. Nothing inside a title (《“十四五”期间…规划》) and no quarter without a year.
    Limits: of “十三五”“十四五”期间 only the second; of 2024年一、二季度 only the year.
    """
    text = claim(text, (match.span() for match in _TITLE.finditer(text)))
    yield from _named(text)
    yield from (as_deadline(text, found) for found in _parts_of_years(text, today))


@cache
def _rows() -> dict[str, NamedPeriod]:
    return {row.name: row for row in read_table("lexicon/periods.tsv", NamedPeriod)}


@cache
def _name_with_tail() -> re.Pattern[str]:
    """Return the pattern of a name and the word that ends its stretch; each form has its own words."""

    def names(form: str) -> str:
        return "(?:" + "|".join(sorted((row.name for row in _rows().values() if row.form == form), key=len)[::-1]) + ")"

    plan = rf"[“\"‘「『](?P<quoted>{names('plan')})[”\"’」』]|{_ALONE}(?P<plan>{names('plan')})"
    term = rf"{_ALONE}(?<![县市区州省会校院大委旗])(?P<term>{names('term')})"
    event = rf"{_ALONE}(?P<event>{names('event')})"
    held = r"(?:(?:胜利|正式)?(?:召开|出台|颁布|印发|发布|施行|实施|执行))?"
    return re.compile(
        rf"(?:(?:{plan})(?:规划)?(?:实施)?(?:(?P<to>期间|时期)|以来)"
        rf"|{term}(?:中央(?:委员会)?)?(?P<until>期间|任期)|{event}{held}(?:以来|至今))\Z"
    )


_ALONE = r"(?<![第\d零一二三四五六七八九十百])"


def _named(text: str) -> Iterator[Amount]:
    """Yield named stretches; the words that end them are rare, so the name is looked for before each of them."""
    for tail in _TAIL.finditer(text):
        match = _name_with_tail().search(text, max(0, tail.start() - _LONGEST_NAME), tail.end())
        if match is not None:
            row = _rows()[match["quoted"] or match["plan"] or match["term"] or match["event"]]
            closed = bool(row.end and (match["to"] or match["until"]))
            last = read_iso(row.end).last() if closed else None
            first = read_iso(row.start).first()
            yield Amount(
                match.start(), match.end(), "period", row.start, row.end if closed else None,
                period_start=first, period_end=last,
            )  # fmt: skip


_QUARTER = r"第?[一二三四1-4]季度"
_MONTHS = r"(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])"
_UNIT = (
    rf"(?:{_QUARTER}|[上下]半年|前[一二两三1-3]个?季度|前(?:1[01]|[2-9]|十一?|[二两三四五六七八九])个月"
    rf"|[一1](?:至|到|-|—|~)[二三四2-4]季度)"
)


@cache
def _part_pattern() -> Gated:
    part = rf"(?:(?P<unit>{_UNIT})(?P<edge>[末底](?!数))?|(?P<month>{_MONTHS})月)"
    first = rf"(?:(?P<year>{YEAR})年|(?P<word>{YEAR_WORD})){part}"
    year = rf"(?:(?P<year2>{YEAR})年|(?P<word2>{YEAR_WORD}))?"
    last = rf"{year}(?:(?P<unit2>{_UNIT})|(?P<month2>{_MONTHS})月底?(?![\d一二三]))"
    either = rf"(?P<first>{first})(?:{DASH}{last})?(?P<since>以来|{FROM})?|(?P<start>{YEAR_WORD})以来"
    return gated(either, "季度|半年|个月|以来")


def _parts_of_years(text: str, today: Point | None) -> Iterator[Amount]:
    """Yield 2022年第一季度, 今年上半年, 2023年下半年至2024年3月, 今年以来; months alone are read as dates later."""
    for match in _part_pattern().finditer(text):
        if match["start"]:
            yield _this_year(match, today)
        elif match["unit"] or match["unit2"]:
            yield _part(match, today)


def _this_year(match: re.Match[str], today: Point | None) -> Amount:
    year = year_of_word(match["start"], today)
    if year is None:
        return Amount(match.start(), match.end(), "period", None, note=why_unknown(today))
    found = period(match.start(), match.end(), Point(year), None)
    return replace(until_report(found, today), note=YEAR_OF_REPORT)


def _part(match: re.Match[str], today: Point | None) -> Amount:
    word = match["word"] or match["word2"]
    year = _year(match["year"], match["word"], today)
    year2 = _year(match["year2"], match["word2"], today) if match["year2"] or match["word2"] else year
    if year is None or year2 is None:
        missing = Amount(match.start(), match.end(), "period", None, note=why_unknown(today))
        return replace(missing, kind="date") if match["edge"] else missing
    first, last = _months(match["unit"], match["month"])
    if match["edge"]:
        found = Amount(match.start(), match.end("first"), "date", Point(year, last).last())
    elif match["since"]:
        found = period(match.start(), match.end(), Point(year, first), None)
        found = until_report(found, today) if word and match["since"] == "以来" else found
    else:
        last = _months(match["unit2"], match["month2"])[1] if match["unit2"] or match["month2"] else last
        found = period(match.start(), match.end(), Point(year, first), Point(year2, last))
    return replace(found, note=YEAR_OF_REPORT) if word else found


def _year(written: str | None, word: str | None, today: Point | None) -> int | None:
    if word:
        return year_of_word(word, today)
    number = numerals.parse(written or "")
    return None if number is None else int(number.value)


def _months(unit: str | None, month: str | None) -> tuple[int, int]:
    """Return the first and the last month of a part of a year, e.g. "下半年" -> (7, 12), "前三季度" -> (1, 9)."""
    if unit is None:
        return (_small(month), _small(month))
    if unit.endswith("半年"):
        return (1, 6) if unit.startswith("上") else (7, 12)
    if unit.endswith("月"):
        return 1, _small(unit[1:-2])
    quarter = _small(unit.removesuffix("季度").removesuffix("个")[-1])
    return (3 * quarter - 2 if re.fullmatch(_QUARTER, unit) else 1), 3 * quarter


def _small(text: str | None) -> int:
    number = numerals.parse(text or "")
    return 0 if number is None else int(number.value)


# After these 近三个月 is a length (历时近三个月, 将近三个月), not the last three months.
_LENGTHS = (
    *("历时", "用时", "耗时", "为期", "长达", "持续", "拖延", "超期", "逾期", "延期", "拖欠", "闲置", "挂账"),
    *("已", "达", "了", "时间", "滞后", "延误", "停工", "搁置", "空缺", "时隔", "间隔", "相隔", "跨度", "停滞"),
    *("停用", "停摆", "搁浅", "沉淀", "滞留", "筹划", "谋划", "酝酿", "困扰", "任职", "从业", "从教", "从警"),
    *("将", "接", "临", "邻", "靠", "逼", "附"),
)
_COUNT = r"(?P<count>几|十几|\d{1,3}|[一二两三四五六七八九十]{1,3}|半)(?P<more>[多余])?"
_AGO = re.compile(
    rf"(?P<lead>最近|近|过去|未来|今后)的?{_COUNT}"
    r"(?P<unit>个?(?:会计)?年度|年半|年|个多?月|月(?![份\d初末底上中下])|个?季度|天|日|周|个?星期|个?学期|个?学年|轮|届)"
    r"(?P<more2>多)?(?![级底末初])(?:时间)?(?:里|间|以来|来(?![之源自]))?"
)
_COME = near(
    rf"(?<![\d.个零一二三四五六七八九十百千万两第/+]){_COUNT}"
    r"(?P<unit>年|个多?月|个季度|天)(?P<more2>多)?"
    # 三天来后厨跟班 is 来 the verb; so is 一年来访5次.
    r"(?:以来|(?<=天)来(?=[，,。；的])|(?<!天)来(?![之源自到信访往回了校院厂村电函人客华]))",
    "[年月度天]多?以?来",
    6,
)
_UNDATED = near(
    r"(?:(?<=[，,。；;、（(：:\n])|^)[头前](?:\d{1,2}|[二两三四五六七八九十]{1,2})个月"
    r"|第?[一二三四五六七八九十]{1,3}届(?:[^\n，。；]{0,6}任期|期间)(?:内|间|期间)?",
    "[头前届]",
    4,
)
FROM_REPORT = "counted from the report date"
_NOT_EXACT = "length not exact"


def recent(text: str, today: Point | None = None) -> Iterator[Amount]:
    """Yield stretches of protected flat text that count from the report: 近三年, 过去一年, 五年来, 未来三年.

    In a report of 2024-06-30, 近三年 is 2021-06-30/2024-06-30 and 近半年 is 2023-12-30/2024-06-30; in a report of
    2024-06 whole months, 2021-06-01/2024-06-30. The field also counts whole calendar years, so the dates are marked
    approximate; in January to March, when reports look back on the year that has ended, and for 年度, whole calendar
    years are taken: 过去一年 in a report of 2025-01-14 is 2024 (its value, too), 近三个会计年度 in one of 2024-06 is
    2021 to 2023.
    No dates for 近几年 and 三年多来, for terms and rounds (近两轮), and without the month of the report.
    """
    for match in (*_AGO.finditer(text), *_COME.finditer(text)):
        lead = match.groupdict().get("lead")
        if lead != "近" or not text.endswith(_LENGTHS, 0, match.start()):
            yield _counted(match, lead in ("未来", "今后"), today)
    for match in _UNDATED.finditer(text):
        yield Amount(match.start(), match.end(), "period", None)


def _counted(match: re.Match[str], ahead: bool, today: Point | None) -> Amount:
    vague = match["count"] in ("几", "十几") or bool(match["more"] or match["more2"] or "多" in match["unit"])
    found = Amount(match.start(), match.end(), "period", None, approximate=vague, note=_NOT_EXACT)
    number = numerals.parse(match["count"])
    exact = not vague and number is not None and number.value_max is None
    length = _length(float(number.value), match["unit"]) if number is not None and exact else None
    if length is None:
        return found
    ends = None if today is None else _ends(length, today, ahead)
    if ends is None:
        return replace(found, note=REPORT_UNKNOWN)
    first, last = ends
    value = first.iso() if first == last else None
    return replace(
        found, value=value, approximate=True, period_start=first.first(), period_end=last.last(), note=FROM_REPORT
    )


@dataclass(frozen=True, slots=True)
class _Length:
    """A length in one of calendar years, months or days."""

    years: int = 0
    months: int = 0
    days: int = 0


_LONGEST_YEARS = 200
_LAST_YEAR = 9000


def _length(number: float, unit: str) -> _Length | None:
    """Return how long 近三年 (3, 年) or 近半年 (0.5, 年) is, None for units without a fixed length (学期, 届)."""
    if unit.endswith("年度"):
        return _Length(years=round(number)) if number >= 1 else None
    if unit in ("年", "年半"):
        months = round(12 * number) + (6 if unit == "年半" else 0)
        return _Length(months=months) if 0 < months <= 12 * _LONGEST_YEARS else None
    if unit.endswith("季度"):
        return _Length(months=round(3 * number))
    if unit.endswith("月"):
        return _Length(months=round(number)) if number >= 1 else _Length(days=15)
    days = {"天": 1, "日": 1, "周": 7, "星期": 7, "个星期": 7}.get(unit)
    return None if days is None else _Length(days=round(days * number))


_LOOKING_BACK = 3


def _ends(length: _Length, today: Point, ahead: bool) -> tuple[Point, Point] | None:
    """Return the first and the last date of a stretch that ends, or with ahead begins, with the report."""
    if today.year is None or today.month is None or not _LONGEST_YEARS < today.year < _LAST_YEAR:
        return None
    whole = not length.months % 12 and length.months and today.month <= _LOOKING_BACK
    years = length.years or (length.months // 12 if whole else 0)
    if years:
        return (
            (Point(today.year), Point(today.year + years - 1))
            if ahead
            else (Point(today.year - years), Point(today.year - 1))
        )
    if length.days:
        return _days_from(length.days, today, ahead)
    other = _months_from(today, length.months if ahead else -length.months)
    return (today, other) if ahead else (other, today)


def _days_from(days: int, today: Point, ahead: bool) -> tuple[Point, Point] | None:
    if today.year is None or today.month is None or today.day is None:
        return None
    day = date(today.year, today.month, today.day)
    other = day + timedelta(days=days if ahead else -days)
    far = Point(other.year, other.month, other.day)
    return (today, far) if ahead else (far, today)


def _months_from(today: Point, months: int) -> Point:
    """Return the date so many months away, the last of its month where there is no such day (February 30)."""
    number = 12 * (today.year or 0) + (today.month or 1) - 1 + months
    year, month = number // 12, number % 12 + 1
    day = None if today.day is None else min(today.day, monthrange(year, month)[1])
    return Point(year, month, day)


_OPENING = re.compile(r"[（(](?:即|指|自|从)?")


def explained(text: str, found: Sequence[Amount]) -> list[Amount]:
    """Return found with the dates of stretches that the text explains: 近三年（2021年9月至2024年9月）."""
    dated = {amount.start: amount for amount in found if amount.kind == "period" and amount.period_start}
    return [_explained(text, amount, dated) for amount in found]


def _explained(text: str, amount: Amount, dated: dict[int, Amount]) -> Amount:
    opening = _OPENING.match(text, amount.end) if amount.kind == "period" and amount.value is None else None
    other = dated.get(opening.end()) if opening else None
    if other is None or other.value is None:
        return amount
    return replace(
        amount,
        approximate=False,
        period_start=other.period_start,
        period_end=other.period_end,
        note="dates in brackets",
    )
