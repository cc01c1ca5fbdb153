"""Growth against the two values it is made of: 由100万元增加到150万元，增长50%; 比上年减少12万元，减少25%."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pipeline.checks.amounts import Figure, Sentence, addable, between, is_each, same_unit, slack, words_of
from pipeline.checks.rates import tolerance, usable
from pipeline.places import SectionIndex, clip, where
from pipeline.records import Check, Document

_FROM = re.compile(r"(?:由|从)[^，,；;。]{0,24}$")
_TO = re.compile(r"^(?:[^，,；;。\d]{0,10})(?:到|至|为|成)(?:了)?(?:[^，,；;。\d]{0,10})$")
_NOW = re.compile(r"今年|本年|本期|当年|现")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年")
_BY = re.compile(r"^[^，,；;。]{0,8}$|^[^，,；;。]{0,8}[，,（(][^，,；;。]{0,8}$")
_ABSOLUTE = re.compile(
    r"(?:(?:与|同)?(?:上年|去年|上一年|同期|上年同期|去年同期)[^，,；;。\d]{0,6}相?比?|比(?:上年|去年)[^，,；;。\d]{0,4}|较(?:上年|去年)[^，,；;。\d]{0,4})"
)


@dataclass(frozen=True, slots=True)
class _Change:
    """Two values, the earlier first, and the growth that the text gives for them."""

    old: float
    new: float
    off: float
    rate: Figure
    first: Figure
    last: Figure
    shown: str


def check_growth(document: Document, index: SectionIndex, sentences: tuple[Sentence, ...]) -> Iterator[Check]:
    """Yield growth that the two values of the same sentence do not give, in size or in direction.

    "去年立案12件，今年立案18件，同比增长30%" -> growth_mismatch, 约为50%. "增加5件" is held against the difference
    likewise. Limit: only 由…到…, 去年… 今年… (or two years) and value, change, percentage; growth of growth (增速,
    百分点) is not read.
    """
    for sentence in sentences:
        for change in _changes(document.text, sentence):
            right = _misfit(change)
            if right is not None:
                yield _check(document, index, change, right)


def _changes(text: str, sentence: Sentence) -> Iterator[_Change]:
    for place in range(2, len(sentence.figures)):
        first, last, rate = sentence.figures[place - 2 : place + 1]
        if _direction(rate) and _bare_growth().match(rate.lead) and _comparable(first, last, rate):
            near = _BY.match(between(text, last.end, rate.start))
            if near and not re.search("其中|分别", last.lead):
                yield from _pair(text, sentence, place)


def _comparable(first: Figure, last: Figure, rate: Figure) -> bool:
    """Tell whether the third figure can be the growth of the first two: 增长50%, 增加5件, or points between rates."""
    if "百分点" in rate.row.raw:
        return usable(first) and usable(last) and first.exact and last.exact and rate.exact
    counts = addable(first) and addable(last) and same_unit(first, last) and is_each(first) == is_each(last)
    return counts and (usable(rate) or (addable(rate) and same_unit(rate, last)))


def _pair(text: str, sentence: Sentence, place: int) -> Iterator[_Change]:
    """Yield the change that the two figures before place make, from the earlier to the later."""
    first, last, rate = sentence.figures[place - 2 : place + 1]
    head = text[max(sentence.span.start, first.start - 40) : first.start]
    gap = between(text, first.end, last.start)
    off = slack((first, last)) if slack((first, last)) > 1e-3 else 0.0
    if _FROM.search(head) and _TO.match(gap) and re.search("到|至", gap):
        yield _Change(first.value, last.value, off, rate, first, last, f"{first.row.raw}到{last.row.raw}")
    elif usable(rate) and _is_difference(last, gap):
        sign = _direction(last)
        yield _Change(
            first.value - sign * last.value, first.value, off, rate, first, last, f"{first.row.raw}、{last.row.raw}"
        )
    elif len(gap) <= 30 and not re.search("[；;。]", gap) and _same_item(first, last):
        old_first, old_last = _is_prior(text, sentence, first, last)
        if old_first:
            yield _Change(first.value, last.value, off, rate, first, last, f"{first.row.raw}到{last.row.raw}")
        elif old_last:
            yield _Change(last.value, first.value, off, rate, first, last, f"{last.row.raw}到{first.row.raw}")


def _is_difference(figure: Figure, gap: str) -> bool:
    """Tell whether a figure says by how much the one before it differs from the year before."""
    return bool(_ABSOLUTE.search(gap)) and bool(_direction(figure)) and len(gap) <= 40


def _same_item(first: Figure, last: Figure) -> bool:
    one, other = (re.sub(r"^(?:去年|今年|上年|本年|同期|全年)+", "", row.row.item or "") for row in (first, last))
    return not one or not other or one == other or one.endswith(other) or other.endswith(one)


def _is_prior(text: str, sentence: Sentence, first: Figure, last: Figure) -> tuple[bool, bool]:
    """Tell whether the first, or the last, of two figures is the earlier one; both False where nothing says so."""
    leads = (first.lead, last.lead)
    old = [any(word in lead for word in words_of("prior")) for lead in leads]
    years = [_YEAR.search(lead) for lead in leads]
    if years[0] and years[1]:
        return years[0][1] < years[1][1], years[0][1] > years[1][1]
    if old == [True, False] and (_NOW.search(last.lead) or _YEAR.search(last.lead)):
        return True, False
    compared = re.search(r"(?:比|较|与|同|（|，)?(?:去年|上年)(?:同期)?", last.lead)
    return False, old == [False, True] and bool(compared) and not re.search("增|减|多|少|升|降", last.lead)


def _direction(figure: Figure) -> int:
    """Return 1 where the words right before a figure say that something rose, -1 for fell, 0 for neither."""
    lead = re.sub("(?:了|约|近|超|达|为|到|幅度|比例|率)+$", "", figure.lead)[-6:]
    rise = max((lead.rfind(word) for word in words_of("rise") if lead.endswith(word)), default=-1)
    fall = max((lead.rfind(word) for word in words_of("fall") if lead.endswith(word)), default=-1)
    return 0 if rise == fall else 1 if rise > fall else -1


@cache
def _bare_growth() -> re.Pattern[str]:
    """Return the pattern of words that say growth of what was just said and name nothing else, e.g. 同比增长."""
    words = "|".join((*words_of("rise"), *words_of("fall")))
    since = "同比|环比|[比较](?:上年|去年)(?:同期)?|同期|一年|总体|实际|已|共|净|也|即|则"
    return re.compile(rf"^(?:{since}|相比){{0,3}}(?:{words}){{1,2}}(?:了|约|近|超|达|为|到|率|幅度|比例){{0,3}}$")


def _misfit(change: _Change) -> float | None:
    """Return the growth that the values give where the written one cannot stand for it; a difference for a count."""
    if change.old <= 0 or change.new < 0:
        return None
    said = _direction(change.rate) * change.rate.value
    if not usable(change.rate):
        right = change.new - change.old
        return None if abs(right - said) <= change.off + change.rate.step / 2 else right
    low = 100 * ((change.new - change.off) / (change.old + change.off) - 1)
    high = 100 * ((change.new + change.off) / max(change.old - change.off, 1e-9) - 1)
    near = tolerance(change.rate)
    bound = change.rate.row.bound
    right = 100 * (change.new / change.old - 1)
    if bound != "=":
        beyond = abs(right) > abs(said) if bound in (">", ">=") else abs(right) < abs(said)
        return None if beyond and right * said > 0 else right
    return None if low - near <= said <= high + near else right


def _check(document: Document, index: SectionIndex, change: _Change, right: float) -> Check:
    rate = change.rate
    word = "增长" if right > 0 else "下降"
    number = f"{abs(right):.2f}".rstrip("0").rstrip(".") + "%"
    if not usable(rate):
        number = f"{abs(right) / rate.scale:.4f}".rstrip("0").rstrip(".") + rate.row.raw.lstrip("0123456789.,，")
        word = "增加" if right > 0 else "减少"
    quote = clip(f"{rate.lead[-12:]}{rate.row.raw}")
    said = f"按{change.shown}计算约为{word}{number}，疑似与所写不符"
    message = f"{where(document, index, rate.start)}“{quote}”：{said}，建议核对。"
    return Check("growth_mismatch", "warning", message, rate.start, rate.end, change.first.start, change.last.end)
