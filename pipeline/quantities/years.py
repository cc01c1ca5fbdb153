"""The year of dates that leave it out: 2023年1月、9月; 4月8日 in a report of June 2024; 6月20日前 as a deadline."""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Sequence
from dataclasses import replace

from pipeline.quantities.dates import YEAR_OF_REPORT, Point
from pipeline.quantities.grammar import Amount

YEAR_OF_TEXT = "year from the date before"
_MISSING = "year missing"
_NEXT_YEAR = re.compile(r"(?:次年|翌年|第二年)$")
_SENTENCE_END = re.compile(r"[。！？\n]")
_OTHER_TIME = re.compile(r"同比|比上年|较上年|较去年|比去年|[比较与]$")
_REACH = 120


def with_years(text: str, amounts: Sequence[Amount], today: Point | None) -> list[Amount]:
    """Return the amounts of flat text with the year given to dates and periods that name a month alone.

    A date with its year that stands before in the same sentence lends it, where the months do not run backwards
    ("2023年1月、9月" -> 2023-09). Otherwise today, the date of the report, tells: what has been done is the last such
    date up to it, a deadline the first such date from it on ("6月20日前" in a report of 2024-05-28 -> 2024-06-20). The
    note says where the year comes from. Limits: without either the year stays missing; a report that looks back at an
    earlier year without naming it in the sentence is misread.
    """
    result: list[Amount] = []
    known: Amount | None = None
    for amount in amounts:
        # 89年3月 names a year, only not which century.
        missing = amount.note == _MISSING and "年" not in text[amount.start : amount.end].replace("次年", "")
        dated = _dated(text, amount, known, today) if missing else amount
        result.append(dated)
        known = dated if _has_year(dated) and dated.bound == "=" else known
    return result


def _has_year(amount: Amount) -> bool:
    return amount.kind in ("date", "period") and isinstance(amount.value, str) and amount.value[:4].isdigit()


def _dated(text: str, amount: Amount, known: Amount | None, today: Point | None) -> Amount:
    year = _year_before(text, amount, known)
    if year is not None:
        return _in_year(amount, year, YEAR_OF_TEXT)
    year = _year_of_report(amount, today)
    return amount if year is None else _in_year(amount, year, YEAR_OF_REPORT)


def _month(value: float | str | None) -> tuple[int, int]:
    """Return month and day of "--05-08" or "2024-05-08", 0 for what is missing."""
    parts = str(value).removeprefix("--").split("-") if str(value).startswith("--") else str(value).split("-")[1:]
    numbers = [int(part) for part in parts if part.isdigit()]
    return (*numbers, 0, 0)[0], (*numbers, 0, 0)[1]


def _year_before(text: str, amount: Amount, known: Amount | None) -> int | None:
    """Return the year that the date before lends; None in another sentence, after a comparison, or backwards."""
    if known is None or amount.start - known.end > _REACH:
        return None
    between = text[known.end : amount.start]
    before = text[max(0, known.start - 4) : known.start]
    if _SENTENCE_END.search(between) or _OTHER_TIME.search(before) or "以来" in text[known.start : known.end]:
        return None
    last = known.value_max if isinstance(known.value_max, str) else known.value
    year = int(str(last)[:4])
    if not str(known.value).startswith(f"{year}"):
        return None
    if _NEXT_YEAR.search(between):
        return year + 1
    return year if _month(amount.value)[0] >= _month(last)[0] else None


def _year_of_report(amount: Amount, today: Point | None) -> int | None:
    """Return the year that puts a deadline after the report and anything else before it."""
    if today is None or today.year is None or today.month is None:
        return None
    report, wanted = (today.month, today.day or 0), _month(amount.value)
    if amount.bound in ("<", "<="):
        return today.year if wanted[0] >= report[0] else today.year + 1
    later = wanted[0] > report[0] or (wanted[0] == report[0] and bool(today.day) and wanted[1] > report[1])
    return today.year - 1 if later else today.year


def _in_year(amount: Amount, year: int, note: str) -> Amount:
    """Return an amount whose dates without a year are in a year; the end of a period may be in the next one."""
    first = _written(amount.value, year)
    last = _written(amount.value_max, year)
    if isinstance(last, str) and isinstance(first, str) and last < first[: len(last)]:
        last = _written(amount.value_max, year + 1)
    starts = _written(amount.period_start, year)
    end = _written(amount.period_end, int(str(last)[:4]) if last else year)
    whole_month = len(str(last or first)) == len("2024-02")
    return replace(
        amount, value=first, value_max=last, note=note,
        period_start=None if starts is None else str(starts), period_end=_last_day(end, whole_month=whole_month),
    )  # fmt: skip


def _last_day(day: float | str | None, *, whole_month: bool) -> str | None:
    """Return a day, and for the end of a whole February its last day in that year."""
    leap = whole_month and str(day).endswith("-02-28") and isleap(int(str(day)[:4]))
    return None if day is None else str(day)[:-1] + "9" if leap else str(day)


def _written(value: float | str | None, year: int) -> float | str | None:
    return f"{year}-{value[2:]}" if isinstance(value, str) and value.startswith("--") else value
