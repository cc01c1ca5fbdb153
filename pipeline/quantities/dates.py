"""Points and stretches of the calendar: 2021年底, 5月8日, 今年6月, 2020-2023年间, 2025年以来 (近三年: see periods)."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from pipeline.quantities import numerals
from pipeline.quantities.gate import gated, near
from pipeline.quantities.grammar import Amount

_DIGIT = "零一二三四五六七八九"
YEAR = rf"(?<![\d.第{_DIGIT}十百千万亿])(?:(?:19|20)\d\d|[一二][九零][{_DIGIT}]{{2}})"
# Years that count from the report. 上年, 当年 and 次年 count from the year that the text speaks of, so they are none.
_FROM_REPORT = {"今年": 0, "本年": 0, "去年": -1, "前年": -2, "明年": 1}
YEAR_WORD = r"(?:今年|(?<![基成资样])本年|(?<!过)去年|(?<![目此先以之节会日年月天])前年|明年)"
# Only at the end of a stretch (2023年11月至次年3月) is it known which year comes before the next one.
_NEXT_YEAR = r"[次翌]年"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"
# Not the 底, 末, 初 and 度 of 底数不清, 末位, 初步 and 度假区.
_EDGE = r"(?:底(?!数[不清情]|[子线气])|末(?![端梢尾位班])|初(?![步次级夏冬春秋]|中(?![央国共纪小])))"
_MONTH_PART = rf"(?:{_EDGE}|上旬|中旬|下旬|份)"
_YEAR_EDGE = rf"(?:年?{_EDGE}|年终)"
_YEAR_PART = rf"(?:{_YEAR_EDGE}|度(?![假过夏汛]))"
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
    written = rf"(?P<y{tag}>{YEAR})年(?:{month_day}|(?P<p{tag}>{_YEAR_PART}))?"
    # 今年6月 and 24年6月: without month or 底, 今年 is no date and 24年 is a length.
    month_day_short = _month_day(f"g{tag}", f"h{tag}", f"i{tag}")
    two_digits = rf"{_NOT_INSIDE}(?<![龄期满刑限达时长近约超逾])(?P<t{tag}>\d\d)年"
    word = YEAR_WORD if tag == "a" else rf"(?:{YEAR_WORD}|{_NEXT_YEAR})"
    short = rf"(?:(?P<w{tag}>{word})|{two_digits})(?:{month_day_short}|(?P<u{tag}>{_YEAR_EDGE}))"
    without_year = _month_day(f"o{tag}", f"e{tag}", f"r{tag}")
    return rf"(?:{_NOT_INSIDE}{numeric}|{written}|{short}|{_NOT_INSIDE}{without_year})"


def _month_day(month: str, day: str, part: str) -> str:
    """Return the pattern of 5月8日 and 5月底 with the given group names."""
    return rf"(?P<{month}>{_MONTH})月(?:(?P<{day}>{_DAY})[日号]|(?P<{part}>{_MONTH_PART}))?"


@dataclass(frozen=True, slots=True)
class Point:
    """A date as exact as the text: year, month and day may be None.

    edge: "first" or "last" where it means that day alone (2021年初, 2021年底), else empty.
    """

    year: int | None
    month: int | None = None
    day: int | None = None
    edge: str = ""

    def iso(self) -> str:
        """Return "2021-12-31" for 2021年底, "2021" for 2021年, "--05-08" for 5月8日 without a year (ISO 8601)."""
        if self.edge:
            return self.first()
        return self._iso(self.month, self.day)

    def first(self) -> str:
        """Return the first day that the date covers; 2021年底 covers its last day alone."""
        if self.edge == "last":
            return self._last_day()
        return self._iso(self.month or 1, self.day or 1)

    def last(self) -> str:
        """Return the last day that the date covers; 2021年初 covers its first day alone."""
        if self.edge == "first":
            return self.first()
        return self._last_day()

    def _last_day(self) -> str:
        month = self.month or 12
        return self._iso(month, self.day or monthrange(self.year or 2023, month)[1])

    def _iso(self, month: int | None, day: int | None) -> str:
        year = "-" if self.year is None else f"{self.year}"
        return "-".join([year, *(f"{part:02d}" for part in (month, day) if part is not None)])


def read_iso(text: str) -> Point:
    """Return the date that an ISO string writes, as exact as it is: "2024-06" -> Point(2024, 6).

    Raises ValueError for anything but a year, a year and month, or a day that exists.
    """
    message = f"no ISO date: {text!r} (wanted: 2024, 2024-06 or 2024-06-30)"
    if not re.fullmatch(r"[0-9]{4}(?:-[0-9]{2}){0,2}", text):
        raise ValueError(message)
    try:
        date.fromisoformat((text + "-01-01")[: len("2024-06-30")])
    except ValueError as error:
        raise ValueError(message) from error
    year, month, day = (*map(int, text.split("-")), None, None)[:3]
    return Point(year, month, day)


REPORT_UNKNOWN = "report date unknown"
YEAR_UNCLEAR = "year unclear: report of January or February"
YEAR_OF_REPORT = "year from the report date"
_TURN_OF_YEAR = 2


def year_of_word(word: str, today: Point | None) -> int | None:
    """Return the year that 今年, 去年 … mean in a report of today, e.g. ("去年", Point(2024, 6)) -> 2023.

    None without a report date, and in January and February: 今年 is then the year under review as often as the new one.
    """
    if today is None or today.year is None or (today.month or 12) <= _TURN_OF_YEAR:
        return None
    return None if word not in _FROM_REPORT else today.year + _FROM_REPORT[word]


def why_unknown(today: Point | None) -> str:
    """Return the note of a stretch that counts from the report where its year cannot be told."""
    return REPORT_UNKNOWN if today is None else YEAR_UNCLEAR


def _point_of(match: re.Match[str], tag: str, today: Point | None) -> Point | None:
    groups = match.groupdict()

    def text(*names: str) -> str | None:
        return next((groups[name + tag] for name in names if groups.get(name + tag)), None)

    year, month, day = (_number(text(*names)) for names in (("y", "yn"), ("m", "g", "o", "mn"), ("d", "h", "e", "dn")))
    if word := text("w"):
        year = year_of_word(word, today)
    elif digits := text("t"):
        year = _full_year(int(digits), today)
    if year is None and month is None:
        return None
    if year and month and day and day > monthrange(year, month)[1]:
        day = None
    part = text("q", "i", "r", "p", "u") or ""
    return Point(
        year, month, day, "last" if part.endswith(("底", "末", "终")) else "first" if part.endswith("初") else ""
    )


_OLDEST = 20


def _full_year(digits: int, today: Point | None) -> int | None:
    """Return the year that 24年3月 means in a report: the 20 years before it and the year after it are certain."""
    if today is None or today.year is None:
        return None
    year = 2000 + digits
    return year if today.year - _OLDEST <= year <= today.year + 1 else None


def _number(text: str | None) -> int | None:
    number = numerals.parse(text) if text else None
    return None if number is None else int(number.value)


DASH = r"(?:至|到|-|—|–|~|—{2}|－)"
_BETWEEN = r"(?:(?:[一二两三四五六七八九十]{1,3}|\d{1,2})年(?=间|期间|之间))?(?:间|期间|之间)?"
_NOW = r"今(?![年天日后春夏秋冬])"
# Not the 起 of 起草 and 起步.
FROM = r"起(?!草|步|点|来|诉|源|初|到)"


@cache
def _date_pattern() -> re.Pattern[str]:
    until = rf"(?P<since>以来|起?至{_NOW}|{FROM})?"
    last = rf"(?:{_point('b')}|(?P<onlyday>{_DAY})[日号]|(?P<now>{_NOW}))"
    span = rf"(?:(?:以来|起|开始)?(?P<dash>{DASH}){last}{_BETWEEN})?"
    # The characters that a date begins with: without this look ahead every alternative is tried at every character.
    begins = rf"(?=[\d{_DIGIT}十截今本去前明])"
    return re.compile(rf"{begins}(?P<asof>截至|截止到?|截止至)?(?P<first>{_point('a')}){span}{until}")


# What joins two years or months, with the first character of the second.
_TWO = rf"[-—–~－至到][十{_DIGIT}\d]"
_YEARS = gated(
    rf"(?P<a>{YEAR})(?:年)?(?:度)?(?P<dash>-|—|–|~|－|至|到|—{{2}})(?P<b>{YEAR}|\d\d(?=年))"
    rf"(?:(?:年度?|学年){_BETWEEN}|(?=[)）]))",
    _TWO,
)
_YEAR_LIST = gated(rf"(?P<a>{YEAR})(?:年)?(?=(?:[、和及与]{YEAR}){{1,12}}(?:年|[两三四五]年))", "[、和及与][12一二]")
_LAST_OF_LIST = gated(rf"(?<=[、和及与])(?P<a>{YEAR})(?=[两三四五]年)", "[、和及与][12一二]")
_MONTHS = gated(
    rf"(?:(?P<year>{YEAR})年|(?P<word>{YEAR_WORD}))?{_NOT_INSIDE}(?P<a>{_MONTH})月?(?:-|—|–|~|－|至|到)(?P<b>{_MONTH})月(?:份)?(?!\d{{1,2}}[日号]|[{_DIGIT}十]{{0,3}}日)",
    _TWO,
)
_DAYS_LEFT = near(
    rf"{_NOT_INSIDE}(?<![满前期示达时休停过足])(?<!每月)(?P<d>{_DAY})日(?=[前起至上下晚早凌召举，。、；）)]|$)",
    "日",
    3,
)


def dates(text: str, today: Point | None = None) -> Iterator[Amount]:
    """Yield dates and dated periods of protected flat text, e.g. "2021年5月8日至7月5日" -> 2021-05-08/2021-07-05.

    today: the date of the report, which gives 今年6月底 and 24年6月 their year; without it that is missing.
    """
    taken = -1
    for found in sorted(_all(text, today), key=lambda amount: (amount.start, -amount.end)):
        if found.start >= taken:
            taken = found.end
            yield as_deadline(text, found)


# 6月底前 is a deadline; 年前期, 9月前后 and 2023年前三季度 are something else.
_BY = re.compile(r"(?:之前|以前|前)(?![期段沿后夕端列置瞻述提言哨缀任]|不久|[一两三四五六七八九十\d]+[季年个名])")


def as_deadline(text: str, found: Amount) -> Amount:
    """Return a date with the 前 that makes it a deadline: 2025年6月底前 is at the latest 2025-06-30."""
    match = _BY.match(text, found.end) if found.kind == "date" else None
    if match is None:
        return found
    return replace(found, end=match.end(), bound="<" if match[0] == "以前" else "<=")


def _all(text: str, today: Point | None) -> Iterator[Amount]:
    for match in _YEARS.finditer(text):
        first, last = Point(_number(match["a"])), Point(_second_year(match["a"], match["b"]))
        if first.year is not None and last.year is not None and first.year <= last.year:
            found = period(match.start(), match.end(), first, last)
            yield _school_years(found, first.year, last.year) if "学年" in match[0] else found
    for match in _YEAR_LIST.finditer(text):
        yield _single(match.start(), match.end(), Point(_number(match["a"])))
    for match in _LAST_OF_LIST.finditer(text):
        yield _single(match.start(), match.end(), Point(_number(match["a"])))
    for match in _MONTHS.finditer(text):
        year = year_of_word(match["word"], today) if match["word"] else _number(match["year"])
        first = Point(year, _number(match["a"]))
        last = _year_inherited(Point(None, _number(match["b"])), first)
        found = period(match.start(), match.end(), first, last)
        yield replace(found, note=found.note or YEAR_OF_REPORT) if match["word"] else found
    yield from _written(text, today)
    for match in _DAYS_LEFT.finditer(text):
        day = _number(match["d"])
        yield Amount(match.start(), match.end(), "date", f"---{day:02d}", note="month missing")


def _second_year(first: str, second: str) -> int | None:
    return _number(first[:2] + second) if len(second) == 2 else _number(second)


def _written(text: str, today: Point | None) -> Iterator[Amount]:
    for match in _date_pattern().finditer(text):
        first = _point_of(match, "a", today)
        if first is not None:
            found = _found(match, first, today)
            counted = match["wa"] or (found.value_max is not None and match["wb"] in _FROM_REPORT)
            yield replace(found, note=found.note or YEAR_OF_REPORT) if counted else found
        elif match["wa"]:
            yield Amount(match.start(), match.end("first"), "date", None, note=why_unknown(today))


def _found(match: re.Match[str], first: Point, today: Point | None) -> Amount:
    last = _end_point(match, first, today)
    if last is not None:
        return period(match.start(), match.end(), first, last)
    if match["since"] or match["now"]:
        open_end = period(match.start(), match.end(), first, None)
        return until_report(open_end, today) if match["wa"] and first.year and match["since"] == "以来" else open_end
    return _single(match.start(), match.end("first"), first)


def until_report(amount: Amount, today: Point | None) -> Amount:
    """Return a period without an end as one that ends with the day, or else the month, of the report."""
    known = today is not None and today.month is not None and today.last() >= (amount.period_start or "")
    return replace(amount, period_end=today.last()) if today and known else amount


def _end_point(match: re.Match[str], first: Point, today: Point | None) -> Point | None:
    """Return where a period ends; it takes the year and the month that it leaves out from its beginning."""
    if match["onlyday"]:
        return replace(first, day=_number(match["onlyday"]), edge="") if first.day else None
    last = _point_of(match, "b", today) if match["dash"] and not match["now"] else None
    if last is not None and re.fullmatch(_NEXT_YEAR, match["wb"] or ""):
        return replace(last, year=None if first.year is None else first.year + 1)
    return last if last is None or last.year is not None or match["wb"] else _year_inherited(last, first)


def _year_inherited(last: Point, first: Point) -> Point:
    """Return last with the year of first; in 2023年11月至3月 it is another one that is not named, and stays unknown."""
    backwards = (last.month or 0, last.day or 31) < (first.month or 0, first.day or 0)
    return last if backwards else replace(last, year=first.year)


def _school_years(amount: Amount, first: int, last: int) -> Amount:
    """Return 2022-2023学年 with its days: a school year runs from 1 September to 31 August."""
    return replace(amount, period_start=f"{first}-09-01", period_end=f"{last}-08-31")


def _single(start: int, end: int, point: Point) -> Amount:
    return Amount(start, end, "date", point.iso(), note="year missing" if point.year is None else None)


def period(start: int, end: int, first: Point, last: Point | None) -> Amount:
    """Return the period from first to last, without an end where last is None or of an unknown year."""
    known = last is not None and (last.year is not None or first.year is None)
    return Amount(
        start,
        end,
        "period",
        first.iso(),
        None if last is None else last.iso(),
        period_start=first.first(),
        period_end=last.last() if known and last is not None else None,
        note="year missing" if first.year is None or (last is not None and not known) else None,
    )
