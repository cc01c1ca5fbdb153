"""The stretch of time that a value holds for: 2023 for the 12件 of 2023年，全局立案12件."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.quantities.placed import Placed, clause_start, one_of

_DATES = ("date", "period")
_TIMELESS = ("date", "period", "ordinal")
_BACK, _REACH, _PARAGRAPH = 8, 160, 600
_ISO = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_UNTIL = re.compile(r"(?:截至|截止到?|截止至|到|至)$")
_COMPARED = re.compile(
    r"(?:[比较与同和跟]|[高低多少]于|相[比较]于?|超过|只有|仅有|仅为|仅是|相当于|不到|不足|不及|[是占])$"
)
# 只有2019年的54% compares, 只有2019年的3件 does not.
_OF_YEAR = ("只有", "仅有", "仅为", "仅是", "相当于", "不到", "不足", "不及", "是", "占")
_BASE = re.compile(r"[由从]$")
_REACHED = re.compile(r"(?:到|至|为|降|升)$")
_SEASON = re.compile(r"[春夏秋冬]|.{0,2}学[期年]|.?季")
_JOINT = re.compile(r"[、和与及]|以及|.季和")
# 三年间, 五年累计: a stretch that has no dates here.
_OTHER_STRETCH = re.compile(
    r"[一二三四五六七八九十两\d]年(?:间|来|累计|共|里|中)|当年|同年|次年|翌年|(?<![比较与同])[今去]年"
)
_BY_NOW = re.compile(r"已|仍|尚|现|目前|完成整改|整改完成|[今去前上]年|至今|[本此这]次")
_PLANNED = re.compile(r"(?:之?前|以前|以后|之后|后)")
_DEADLINE = re.compile(r"[前后]$")
_OPENING = re.compile(r"[\d一二三四五六七八九十（）().、是——\s]{0,6}(?:截至|自|从|在|到)?$")


@dataclass(frozen=True, slots=True)
class Stretch:
    """First and last day, ISO; None for an open end."""

    start: str | None = None
    end: str | None = None


_NONE = Stretch()


@cache
def _pattern(use: str) -> re.Pattern[str]:
    return re.compile(one_of(use) if use == "origin" else rf"(?:^|[，,；;：:])(?:但|而|且)?{one_of(use)}")


def stretches(text: str, rows: Sequence[Placed]) -> list[Stretch]:
    """Return for each quantity of flat text the stretch that a date or period before it gives; empty where none does.

    "2023年，全局立案12件" -> 2023-01-01 to 2023-12-31; "截至2024年6月底，已整改28个" -> open to 2024-06-30. A date of
    comparison (比2022年增长12%) is passed over, behind a deadline (12月底前) nothing holds. A date reaches over a comma
    only from the opening of its clause, and into later sentences only from the opening of the paragraph (2024年，…).
    """
    return [_NONE if row.row.kind in _TIMELESS else _stretch(text, rows, at) for at, row in enumerate(rows)]


def _stretch(text: str, rows: Sequence[Placed], at: int) -> Stretch:
    row = rows[at]
    # 三年间 is itself a stretch, though no reader gives it dates.
    own_stretch = row.row.kind == "duration" and text.startswith(("间", "来", "以来", "内", "累计"), row.end)
    if row.row.period_start or row.row.period_end or row.row.role == "structural" or own_stretch:
        return _NONE
    for other in range(at - 1, max(-1, at - _BACK), -1):
        date = rows[other]
        if date.sentence != row.sentence:
            break
        if date.row.kind not in _DATES or _is_passed_over(text, date, row, rows[other + 1]):
            continue
        if other and rows[other - 1].row.kind in _DATES and _JOINT.fullmatch(text[rows[other - 1].end : date.start]):
            return _NONE
        return stretch_of(text, date) if _reaches(text, date, row, rows[other + 1]) else _NONE
    return _of_paragraph(text, rows, at)


def _is_passed_over(text: str, date: Placed, row: Placed, behind: Placed) -> bool:
    """Tell whether a date is one of comparison, or stands in a title or in brackets that end before the value."""
    before = text[max(date.sentence, date.start - 5) : date.start]
    between = text[date.end : row.start]
    if _COMPARED.search(before) and (not before.endswith(_OF_YEAR) or row.row.kind in ("percent", "ratio")):
        return True
    if _BASE.search(before) and (behind is not row or _REACHED.search(between)):
        return True
    return any(between.count(close) > between.count(opening) for opening, close in ("《》", "（）", "()", "“”"))


def _reaches(text: str, date: Placed, row: Placed, behind: Placed) -> bool:
    """Tell whether a value holds for a date before it in its sentence."""
    between = text[date.end : row.start]
    if _DEADLINE.search(date.row.raw) or _PLANNED.match(between) or len(between) > _REACH:
        return False
    if _SEASON.match(between) or _OTHER_STRETCH.search(between):
        return False
    if not any(mark in between for mark in "，,；;：:"):
        made = re.search(rf"{_pattern('origin').pattern}的(?=.)", between)
        if made:
            return False
        later = text[behind.end : row.start] if behind is not row else ""
        return not _BY_NOW.search(later) and ("、" not in between or date.end != behind.start)
    return row.row.kind != "duration" and _opens_clause(text, date) and _holds_on(text, date, row, behind, between)


def _opens_clause(text: str, date: Placed) -> bool:
    begin = clause_start(text, max(date.sentence, date.start - 40), date.start)
    return bool(_OPENING.fullmatch(text[begin : date.start]))


def _holds_on(text: str, date: Placed, row: Placed, behind: Placed, between: str) -> bool:
    """Tell whether nothing behind a date ends its reach: another time, the origin of a thing, a semicolon."""
    alone = between[0] in "，,"
    if date.end == behind.start or (_is_day(date) and not alone):
        return False
    if not _is_until(text, date) and _pattern("now").search(between):
        return False
    first = re.split(r"[，,；;：:]", between, maxsplit=1)[0]
    if _pattern("origin").search(first) or "的" in first:
        return False
    return not re.search(r"[：:]" if alone else r"[；;：:]", between)


def _is_day(date: Placed) -> bool:
    return date.row.kind == "date" and len(str(date.row.value)) > 7


def _is_until(text: str, date: Placed) -> bool:
    begin = clause_start(text, max(date.sentence, date.start - 6), date.start)
    return date.row.raw.startswith("截") or bool(_UNTIL.fullmatch(text[begin : date.start]))


def _of_paragraph(text: str, rows: Sequence[Placed], at: int) -> Stretch:
    """Return the stretch of a paragraph that begins with a date and a comma, if no other date stands in between."""
    row = rows[at]
    for other in range(at - 1, max(-1, at - 5 * _BACK), -1):
        date = rows[other]
        if date.line != row.line or row.start - date.start > _PARAGRAPH:
            return _NONE
        if date.row.kind in _DATES:
            break
    else:
        return _NONE
    opens = date.start <= date.line + 4 and bool(_OPENING.fullmatch(text[date.line : date.start]))
    if date.sentence == row.sentence or not opens or not text.startswith(("，", ","), date.end):
        return _NONE
    own = text[row.sentence : row.start]
    return _NONE if _pattern("now").search(own) or len(own) > _REACH else stretch_of(text, date)


def stretch_of(text: str, date: Placed) -> Stretch:
    """Return the days of a date or period: 2023 -> the whole year, 截至2024年6月底 -> open to 2024-06-30."""
    row = date.row
    if row.kind == "period":
        return Stretch(row.period_start, row.period_end) if _has_year(row.period_start, row.period_end) else _NONE
    match = _ISO.fullmatch(str(row.value))
    if match is None:
        return _NONE
    year, month, day = (int(part) if part else None for part in match.groups())
    last_day = day or monthrange(year or 1, month or 12)[1]
    last = f"{year:04d}-{month or 12:02d}-{last_day:02d}"
    return Stretch(None if _is_until(text, date) else f"{year:04d}-{month or 1:02d}-{day or 1:02d}", last)


def _has_year(*days: str | None) -> bool:
    return all(day is None or day[:4].isdigit() for day in days)
