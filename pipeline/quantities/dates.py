"""Points and stretches of time: 2021年底, 5月8日, 2020-2023年间, 2025年以来, 近三年."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from pipeline.quantities import numerals
from pipeline.quantities.grammar import Amount

_DIGIT = "零一二三四五六七八九"
_YEAR = rf"(?<![\d.第{_DIGIT}十百千万亿])(?:(?:19|20)\d\d|[一二][九零][{_DIGIT}]{{2}})"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"
_MONTH_PART = r"(?:底|末|初|上旬|中旬|下旬|份)"
_YEAR_PART = r"(?:年?底|年?末|年?初|年终|度|上半年|下半年)"
_NOT_INSIDE = rf"(?<![\d.个{_DIGIT}十百千万两第/+])"


def _point(tag: str) -> str:
    """Return the pattern of a date whose groups end in tag; the year may be missing where a month stands."""
    separator = r"[.\-/]"
    # 2024.3.15 and 2024.03, but not the 1969.9 of 1969.9亿元.
    day = rf"(?P=s{tag})(?P<dn{tag}>3[01]|[12]\d|0?[1-9])|(?<=\.\d\d)(?![万亿百千元个%‰倍公吨米])"
    numeric = (
        rf"(?P<yn{tag}>(?:19|20)\d\d)(?P<s{tag}>{separator})(?P<mn{tag}>1[0-2]|0?[1-9])"
        rf"(?:{day})(?![\d./万亿])(?!-\d{{1,2}}(?!\d))"
    )
    month_day = _month_day(f"m{tag}", f"d{tag}", f"q{tag}")
    written = rf"(?P<y{tag}>{_YEAR})年(?:{month_day}|(?P<p{tag}>{_YEAR_PART}))?"
    without_year = _month_day(f"o{tag}", f"e{tag}", f"r{tag}")
    return rf"(?:{_NOT_INSIDE}{numeric}|{written}|{_NOT_INSIDE}{without_year})"


def _month_day(month: str, day: str, part: str) -> str:
    """Return the pattern of 5月8日 and 5月底 with the given group names."""
    return rf"(?P<{month}>{_MONTH})月(?:(?P<{day}>{_DAY})[日号]|(?P<{part}>{_MONTH_PART}))?"


@dataclass(frozen=True, slots=True)
class Point:
    """A date as exact as the text: year, month and day may be None; end: it means the last day of its stretch."""

    year: int | None
    month: int | None = None
    day: int | None = None
    edge: str = ""

    def iso(self) -> str:
        """Return "2021-12-31" for 2021年底, "2021" for 2021年, "--05-08" for 5月8日 without a year (ISO 8601)."""
        if self.edge in ("first", "last"):
            return self.first() if self.edge == "first" else self.last()
        year = "-" if self.year is None else f"{self.year}"
        parts = [year, *(f"{part:02d}" for part in (self.month, self.day) if part is not None)]
        return "-".join(parts)

    def first(self) -> str:
        """Return the first day that the date covers."""
        if self.month is None:
            return f"{self.year}-01-01"
        return replace(self, day=self.day or 1, edge="").iso()

    def last(self) -> str:
        """Return the last day that the date covers."""
        month = self.month or 12
        days = monthrange(self.year or 2023, month)[1]
        return replace(self, month=month, day=self.day or days, edge="").iso()


def _point_of(match: re.Match[str], tag: str) -> Point | None:
    groups = match.groupdict()

    def text(*names: str) -> str | None:
        return next((groups[name + tag] for name in names if groups.get(name + tag)), None)

    year, month, day = (_number(text(*names)) for names in (("y", "yn"), ("m", "o", "mn"), ("d", "e", "dn")))
    if year is None and month is None:
        return None
    if year and month and day and day > monthrange(year, month)[1]:
        day = None
    part = text("q", "r") or text("p") or ""
    return Point(
        year, month, day, "last" if part.endswith(("底", "末", "终")) else "first" if part.endswith("初") else ""
    )


def _number(text: str | None) -> int | None:
    number = numerals.parse(text) if text else None
    return None if number is None else int(number.value)


@cache
def _date_pattern() -> re.Pattern[str]:
    until = r"(?P<since>以来|至今|起至今|起(?!草|步|点|来|诉|源|初|到))?"
    between = r"(?:间|期间)?"
    span = (
        rf"(?:(?P<dash>至|到|-|—|–|~|—{{2}}|－)(?:{_point('b')}|(?P<onlyday>{_DAY})[日号]|(?P<now>今))(?:{between}))?"
    )
    return re.compile(rf"(?P<asof>截至|截止到?|截止至)?{_point('a')}{span}{until}")


_YEARS = re.compile(
    rf"(?P<a>{_YEAR})(?:年)?(?:度)?(?P<dash>-|—|–|~|－|至|到|—{{2}})(?P<b>{_YEAR}|\d\d(?=年))(?:(?:年度?|学年)(?:间|期间)?|(?=[)）]))"
)
_YEAR_LIST = re.compile(rf"(?P<a>{_YEAR})(?:年)?(?=(?:[、和及与]{_YEAR})+年)")
_MONTHS = re.compile(
    rf"(?P<year>{_YEAR}年)?{_NOT_INSIDE}(?P<a>{_MONTH})月?(?:-|—|–|~|－|至|到)(?P<b>{_MONTH})月(?:份)?(?!\d|[{_DIGIT}十]{{0,3}}日)"
)
_DAYS_LEFT = re.compile(
    rf"{_NOT_INSIDE}(?<![满前期示达时休停过足])(?<!每月)(?P<d>{_DAY})日(?=[前起至上下晚早凌召举，。、；）)]|$)"
)


def dates(text: str) -> Iterator[Amount]:
    """Yield dates and dated periods of protected flat text, e.g. "2021年5月8日至7月5日" -> 2021-05-08/2021-07-05."""
    taken = -1
    for found in sorted(_all(text), key=lambda amount: (amount.start, -amount.end)):
        if found.start >= taken:
            taken = found.end
            yield found


def _all(text: str) -> Iterator[Amount]:
    for match in _YEARS.finditer(text):
        first, last = Point(_number(match["a"])), Point(_second_year(match["a"], match["b"]))
        if first.year is not None and last.year is not None and first.year <= last.year:
            yield _period(match.start(), match.end(), first, last)
    for match in _YEAR_LIST.finditer(text):
        yield _single(match.start(), match.end(), Point(_number(match["a"])))
    for match in _MONTHS.finditer(text):
        year = _number(match["year"][:4]) if match["year"] else None
        first, last = Point(year, _number(match["a"])), Point(year, _number(match["b"]))
        yield _period(match.start(), match.end(), first, last)
    yield from _written(text)
    for match in _DAYS_LEFT.finditer(text):
        day = _number(match["d"])
        yield Amount(match.start(), match.end(), "date", f"---{day:02d}", note="month missing")


def _second_year(first: str, second: str) -> int | None:
    return _number(first[:2] + second) if len(second) == 2 else _number(second)


def _written(text: str) -> Iterator[Amount]:
    for match in _date_pattern().finditer(text):
        first = _point_of(match, "a")
        if first is None:
            continue
        last = _end_point(match, first)
        if last is not None:
            yield _period(match.start(), match.end(), first, last)
        elif match["since"] or match["now"]:
            yield _period(match.start(), match.end(), first, None)
        elif half := next((match[name] for name in ("pa",) if (match[name] or "").endswith("半年")), None):
            months = (1, 6) if half.startswith("上") else (7, 12)
            yield _period(match.start(), match.end(), *(Point(first.year, month) for month in months))
        else:
            end = match.end("dash") - len(match["dash"]) if match["dash"] else match.end()
            yield _single(match.start(), end, first)


def _end_point(match: re.Match[str], first: Point) -> Point | None:
    """Return where a period ends; it takes the year and the month that it leaves out from its beginning."""
    if match["onlyday"]:
        return replace(first, day=_number(match["onlyday"])) if first.day else None
    last = _point_of(match, "b") if match["dash"] and not match["now"] else None
    if last is None:
        return None
    return replace(last, year=first.year) if last.year is None else last


def _single(start: int, end: int, point: Point) -> Amount:
    return Amount(start, end, "date", point.iso(), note="year missing" if point.year is None else None)


def _period(start: int, end: int, first: Point, last: Point | None) -> Amount:
    return Amount(
        start,
        end,
        "period",
        first.iso(),
        None if last is None else last.iso(),
        period_start=first.first(),
        period_end=None if last is None else last.last(),
        note="year missing" if first.year is None else None,
    )


_COUNT = r"(?:几|十几|\d{1,3}|[一二两三四五六七八九十]{1,3}|半)"
_TIME = r"(?:个?多?月|年多?|个季度|季度|天|日|周|个?星期|个学期|个学年|个年度|学年|轮|届)"
# After these 近三个月 is a length (历时近三个月), not the last three months.
_LENGTHS = (
    *("历时", "用时", "耗时", "为期", "长达", "持续", "拖延", "超期", "逾期", "延期", "拖欠", "闲置", "挂账"),
    *("已", "达", "了", "时间", "滞后", "延误", "停工", "搁置", "空缺"),
)
_SPENT = "".join(f"(?<!{word})" for word in _LENGTHS)
_RECENT = re.compile(
    rf"(?:最近|{_SPENT}近|过去|未来|今后)(?:的)?{_COUNT}{_TIME}(?:时间)?(?:里|间|以来|来)?"
    rf"|{_NOT_INSIDE}{_COUNT}(?:多)?(?:年|个?多?月|个季度|天)(?:多)?(?:以来|来)(?![源自到信访往回])"
    rf"|(?:头|前)(?:\d{{1,2}}|[一二两三四五六七八九十]{{1,2}})个月"
    rf"|第?[一二三四五六七八九十]{{1,3}}届(?:[^\n，。；]{{0,6}}任期|期间)(?:内|间|期间)?"
)


def recent(text: str) -> Iterator[Amount]:
    """Yield stretches of time that count from now: 近三年, 过去一年, 五年来, 十九届期间. They have no dates."""
    for match in _RECENT.finditer(text):
        vague = "几" in match[0] or "多" in match[0]
        yield Amount(match.start(), match.end(), "period", None, approximate=vague)
