"""Figures that contradict each other: totals and parts, rates, one indicator with two values, dates that cannot be."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.places import SectionIndex, clip, where
from pipeline.records import Check, Document, Quantity, Span
from pipeline.resources import read_table

_UNITS = "个|项|条|件|起|宗|处|户|家|人|名|类|点|笔"
_TASK = r"(?:问题|任务|事项|措施|意见|建议|线索|案件|整改|工作|件|隐患|提案|议案)"
_RATE = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{0,6}(?:完成率|整改率|办结率|销号率|解决率))(?:[为达是到约至]{0,3})(?P<rate>\d+(?:\.\d+)?)[%％](?!以上|左右)"
)
_DATE = re.compile(
    r"(?<!\d)(?:(?P<year>(?:19|20)\d{2})年)?(?P<month>\d{1,2})月(?:份)?(?:(?P<day>\d{1,3})日)?(?!龄|大|\d)"
)
# These are found much faster than the patterns that look back at what stands before a digit.
_MONTH = re.compile("月")
_DAY = re.compile("日")
_LOST_MARKS = re.compile(r"(?<!\d)(?:19|20)\d{6}日")
_RANGE = re.compile(
    r"(?<!\d)((?:19|20)\d{2})年(\d{1,2})月(?:(\d{1,2})日)?(?:至|到|—|-|－|~)((?:19|20)\d{2})年(\d{1,2})月(?:(\d{1,2})日)?"
)
# One more number of the list, with a word for its state that is not known.
_MORE_PARTS = re.compile(
    rf"(?:问题|任务|事项)?[，,、][^，,、；;。：:\d]{{0,8}}\d{{1,6}}(?P<unit>{_UNITS})(?![次日月年])"
)
_COUNTED = re.compile(rf"\d(?:{_UNITS})")
_NUMBER_OF_UNITS = re.compile(rf"\d+(?:{_UNITS})")
# More than the words between a state and its number take: 整改 and 的有 before it, 问题 and 全部 after it.
_BETWEEN = 8
_NAMES_TOTAL = re.compile(r"累计|总计|合计|共计|现有|总数|全年共|目前共")
_NO_TOTAL = re.compile(r"其中|分别|各")
_CLAUSE_MARK = re.compile(r"[，,；;。：:\n、“”（(]")
_LEAP = 2024


@dataclass(frozen=True, slots=True)
class StatusWord:
    """How far tasks have come, e.g. 未完成: kind open."""

    word: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Part:
    kind: str
    value: int
    span: Span


@dataclass(frozen=True, slots=True)
class Tally:
    """A total and its parts as one sentence gives them."""

    sentence: Span
    total: int
    total_span: Span
    parts: tuple[_Part, ...]
    nested: bool

    def sum_of(self, *kinds: str) -> int:
        return sum(part.value for part in self.parts if part.kind in kinds)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str]]:
    kinds = {row.word: row.kind for row in read_table("lexicon/check_status.tsv", StatusWord)}
    words = "|".join(sorted(kinds, key=len, reverse=True))
    link, units = r"(?:整改|的|任务|问题|有|了|共)?(?:的有)?", f"(?:{_UNITS})"
    part = (
        rf"(?P<word>{words}){link}(?P<value>\d+)(?P<unit>{units})"
        rf"|(?P<value2>\d+)(?P<unit2>{units})(?:问题|任务)?(?:已|均|全部)?(?P<word2>{words})(?!(?:整改|的|了)?\d)"
    )
    total = (
        rf"{_TASK}[^，,。；;\d]{{0,6}}?(?:共|共计|合计|总计|有|的)?(?P<a>\d+)(?P<ua>{units})"
        rf"|(?P<b>\d+)(?P<ub>{units})[^，,。；;\d]{{0,16}}?{_TASK}"
    )
    return re.compile(part), re.compile(total), kinds


@cache
def _states() -> tuple[re.Pattern[str], int]:
    """Return a pattern of the words for states, and how far from the digit before its unit one may begin or end."""
    words = [row.word for row in read_table("lexicon/check_status.tsv", StatusWord)]
    return re.compile("|".join(words)), _BETWEEN + max(map(len, words))


def _sentences_with_states(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Yield the sentences with a word for a state beside a number: most numbers have none beside them."""
    states, reach = _states()
    last, done = None, -1
    for match in _COUNTED.finditer(text):
        if match.start() < done:
            continue
        first = match.start()
        while first > 0 and text[first - 1].isdecimal():
            first -= 1
        if states.search(text, max(0, first - reach), match.end() + reach):
            place = bisect_right(spans, match.start(), key=lambda span: span.start) - 1
            if place >= 0 and place != last:
                last, done = place, spans[place].end
                yield spans[place]


def tallies(document: Document, spans: Sequence[Span]) -> Iterator[Tally]:
    """Yield the sentences that give one total and at least one part: 共30个问题，已完成28个，正在整改2个."""
    parts_pattern, total_pattern, kinds = _patterns()
    for sentence in _sentences_with_states(document.text, spans):
        text = sentence.of(document.text)
        parts = tuple(_part(match, kinds, sentence.start) for match in parts_pattern.finditer(text))
        if not parts:
            continue
        before = text[: parts[0].span.start - sentence.start]
        totals = list(total_pattern.finditer(before))
        units = {match["unit"] or match["unit2"] for match in parts_pattern.finditer(text)}
        if len(totals) != 1 or units != {totals[0]["ua"] or totals[0]["ub"]}:
            continue
        value = int(totals[0]["a"] or totals[0]["b"])
        span = Span(sentence.start + totals[0].start(), sentence.start + totals[0].end())
        between = text[parts[0].span.end - sentence.start : parts[-1].span.end - sentence.start]
        more = _MORE_PARTS.match(text[parts[-1].span.end - sentence.start :])
        mixed = "其中" in between or _other_numbers(between, parts)
        yield Tally(sentence, value, span, parts, mixed or (more is not None and more["unit"] in units))


def _other_numbers(between: str, parts: tuple[_Part, ...]) -> bool:
    """Tell whether the parts are mixed with numbers that are no parts: the sum would mean nothing."""
    return len(_NUMBER_OF_UNITS.findall(between)) > len(parts) - 1


def _part(match: re.Match[str], kinds: dict[str, str], offset: int) -> _Part:
    word, value = match["word"] or match["word2"], int(match["value"] or match["value2"])
    return _Part(kinds[word], value, Span(offset + match.start(), offset + match.end()))


def check_totals(document: Document, index: SectionIndex, counted: Sequence[Tally]) -> Iterator[Check]:
    """Yield totals that their parts do not add up to, e.g. 共10项，完成6项，未完成3项."""
    for tally in counted:
        added, done = sum(part.value for part in tally.parts), tally.sum_of("done")
        whole = not tally.nested and len(tally.parts) > 1 and {"open", "partial"} & {part.kind for part in tally.parts}
        if whole and added != tally.total:
            said = f"各分项合计{added}，与总数{tally.total}疑似不符"
        elif not tally.nested and done > tally.total:
            said = f"完成数{done}疑似大于总数{tally.total}"
        else:
            continue
        first, last = tally.parts[0].span.start, tally.parts[-1].span.end
        place, quote = where(document, index, first), clip(document.text[tally.total_span.start : last], limit=48)
        message = f"{place}“{quote}”：{said}，建议核对。"
        yield Check("total_mismatch", "warning", message, first, last, tally.total_span.start, tally.total_span.end)


def check_rates(document: Document, index: SectionIndex, counted: Sequence[Tally]) -> Iterator[Check]:
    """Yield completion rates that the numbers of the same sentence do not give, e.g. 25个完成19个，完成率85%.

    The rate may count what is basically done as done, and may be rounded or cut.
    """
    for tally in counted:
        match = _RATE.search(document.text, tally.parts[0].span.start, tally.sentence.end)
        if match is None or tally.nested or not tally.total:
            continue
        done = tally.parts[0].value if tally.parts[0].kind == "done" else tally.sum_of("done")
        accepted = {done, tally.sum_of("done"), tally.sum_of("done", "partial")}
        if not done or any(_fits(match["rate"], part, tally.total) for part in accepted):
            continue
        rate = f"{100 * done / tally.total:.2f}".rstrip("0").rstrip(".")
        place = where(document, index, match.start())
        said = f"按{done}/{tally.total}计算约为{rate}%，疑似与所写{match['rate']}%不符"
        message = f"{place}“{match.group()}”：{said}，建议核对。"
        span = Span(tally.total_span.start, tally.parts[-1].span.end)
        yield Check("rate_mismatch", "warning", message, match.start(), match.end(), span.start, span.end)


def _fits(rate: str, part: int, total: int) -> bool:
    decimals = len(rate.partition(".")[2])
    tolerance: float = 1.0 / 10**decimals + 1e-9
    return abs(float(rate) - 100 * part / total) < tolerance


def check_conflicts(document: Document, index: SectionIndex, quantities: tuple[Quantity, ...]) -> Iterator[Check]:
    """Yield one indicator with two exact values: the same words before both numbers, and both are totals."""
    seen: dict[tuple[str, str, str], Quantity] = {}
    named = [match.start() for match in _NAMES_TOTAL.finditer(document.text)]
    for row in quantities if named else ():
        lead = _lead(document.text, row, named)
        if lead is None:
            continue
        key = (lead, row.unit, row.item or "")
        first = seen.setdefault(key, row)
        if first.value == row.value:
            continue
        message = (
            f"{where(document, index, row.start)}“{lead}{row.raw}”：与{where(document, index, first.start)}的"
            f"“{first.raw}”疑似不一致，建议核对口径。"
        )
        yield Check("value_conflict", "warning", message, row.start, row.end, first.start, first.end)


def _lead(text: str, row: Quantity, named: Sequence[int]) -> str | None:
    """Return the words between the start of the clause and the number, None where they do not name a total.

    named: where words for totals begin. Only a number in the clause of one of them can have one before it.
    """
    exact = row.kind in ("count", "money") and row.bound == "=" and not row.approximate and not row.masked
    if not exact or not isinstance(row.value, int | float) or row.value_max is not None:
        return None
    place = bisect_left(named, row.start) - 1
    if place < 0 or _CLAUSE_MARK.search(text, named[place], row.start):
        return None
    start = max(text.rfind(mark, 0, named[place]) for mark in "，,；;。：:\n、“”（(") + 1
    lead = text[start : row.start].strip()
    return lead if len(lead) >= 6 and _NAMES_TOTAL.search(lead) and not _NO_TOTAL.search(lead) else None


def check_dates(document: Document, index: SectionIndex) -> Iterator[Check]:
    """Yield dates that cannot be (2月30日, 2024年13月), periods that end before they begin, dates without 年 and 月."""
    text, ended = document.text, 0
    for year, month in _date_starts(text):
        match = (None if year is None else _DATE.match(text, year)) or _DATE.match(text, month)
        if match and (match["year"] or match["day"]) and not _is_date(match):
            yield _date_check(document, index, match, "疑似为不存在的日期")
        period = None if year is None or year < ended else _RANGE.match(text, year)
        if period is not None:
            ended = period.end()
            if _ends_early(period):
                yield _date_check(document, index, period, "截止时间疑似早于起始时间")
    for place in _DAY.finditer(text, 8):
        if match := _LOST_MARKS.match(text, place.start() - 8):
            yield _date_check(document, index, match, "疑似缺少“年”“月”")


def _date_starts(text: str) -> Iterator[tuple[int | None, int]]:
    """Yield, for each number before 月, where its year begins, if it has one, and where the number begins."""
    for place in _MONTH.finditer(text, 1):
        month = place.start() - 1
        if not text[month].isdecimal():
            continue
        if month and text[month - 1].isdecimal():
            month -= 1
        yield (month - 5 if month >= 5 and text[month - 1] == "年" else None), month


def _ends_early(period: re.Match[str]) -> bool:
    begin = tuple(int(value or 0) for value in period.groups()[:3])
    end = tuple(int(value or 0) for value in period.groups()[3:])
    return end[:2] < begin[:2] or bool(begin[2] and end[2] and end < begin)


def _is_date(match: re.Match[str]) -> bool:
    month, year = int(match["month"]), int(match["year"] or _LEAP)
    if not 1 <= month <= 12:
        return False
    return match["day"] is None or 1 <= int(match["day"]) <= monthrange(year, month)[1]


def _date_check(document: Document, index: SectionIndex, match: re.Match[str], said: str) -> Check:
    message = f"{where(document, index, match.start())}“{match.group()}”：{said}，建议核对。"
    return Check("impossible_date", "warning", message, match.start(), match.end())
