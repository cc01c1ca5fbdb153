"""Percentages against the counts that stand beside them: 应到50人，实到45人，出勤率80%; 其中女3名，占15%."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.checks.amounts import (
    Figure,
    Sentence,
    addable,
    between,
    groups_of,
    is_change,
    is_each,
    same_unit,
    slack,
    words_of,
)
from pipeline.places import SectionIndex, clip, where
from pipeline.records import Check, Document, Span

_RATE = re.compile(
    r"(?P<prefix>[\u4e00-\u9fff]{0,8}?)(?P<stem>[\u4e00-\u9fff]{2})率(?:为|达到|达|是|约为|约|仅为|仅|只有|高达)?$"
)
_SHARE = re.compile(
    r"^(?:仅|只|约|大约|分别)?(?:占比(?:为|达|达到|约|仅为)?|占|比例(?:为|达))(?P<of>[^，,。；;、\d]{0,14}?)(?:的)?(?:比例为|比例达|比重为)?$"
)
_OF_COUNT = re.compile(r"^的(?:比例为|比例)?$")
_WHOLE = re.compile(r"(?:全|共|总|应|现有|设有|辖)")
_FAR = 30
_MORE = re.compile(r"^\d|^[一二三四五六七八九](?!是)")


def misfit(rate: Figure, part: Figure, total: Figure) -> float | None:
    """Return the percentage that part of total gives where the written one cannot stand for it, None where it can.

    A rate may be rounded or cut; counts with decimals may be rounded; 约 allows two points more, 以上 everything above.
    """
    rounded = (part, total)
    off = [slack((row,)) if slack(rounded) > 1e-3 else 0.0 for row in rounded]
    low = 100 * (part.value - off[0]) / (total.value + off[1])
    high = 100 * (part.value + off[0]) / max(total.value - off[1], 1e-9)
    near = tolerance(rate)
    above = rate.row.bound in (">", ">=")
    below = rate.row.bound in ("<", "<=")
    too_low = not below and high < rate.value - near
    too_high = not above and low > rate.value + near
    return 100 * part.value / total.value if too_low or too_high else None


def tolerance(rate: Figure) -> float:
    """Return how many points a written rate may be off: one unit of its last digit, more after 约, for 成 and 分之."""
    vague = rate.row.approximate or not (rate.exact or rate.row.bound != "=")
    rough = 10.0 if rate.row.kind == "ratio" else rate.step
    return rough + (2.0 if vague else 0.0) - 1e-9


def usable(rate: Figure) -> bool:
    """Tell whether a figure is a percentage that can be compared: one value, no 百分点, read to its end."""
    percent = rate.row.kind == "percent" or (rate.row.kind == "ratio" and not rate.row.unit)
    known = isinstance(rate.row.value, int | float) and rate.row.value_max is None and not rate.row.masked
    return percent and known and "点" not in rate.row.raw and not _MORE.match(rate.after)


def check_ratios(document: Document, index: SectionIndex, sentences: tuple[Sentence, ...]) -> Iterator[Check]:
    """Yield rates and shares that the two counts of the same sentence do not give.

    "应到50人，实到45人，出勤率80%" -> rate_mismatch, 按45/50计算约为90%. The counts must be the only two of their unit
    before the rate, and their words must be those of the rate (实到 for 出勤率) or say 其中. 增长率 is another check.
    """
    for sentence in sentences:
        for place, rate in enumerate(sentence.figures):
            if not usable(rate):
                continue
            pair = _counts_of_rate(document.text, sentence, place) or _counts_of_share(document.text, sentence, place)
            if pair is not None and (right := misfit(rate, *pair)) is not None:
                yield _check(document, index, rate, pair, right)


def _check(document: Document, index: SectionIndex, rate: Figure, pair: tuple[Figure, Figure], right: float) -> Check:
    part, total = pair
    number = f"{right:.2f}".rstrip("0").rstrip(".")
    said = f"按{part.row.raw}/{total.row.raw}计算约为{number}%，疑似与所写{rate.row.raw}不符"
    quote = clip(f"{rate.lead[-12:]}{rate.row.raw}")
    message = f"{where(document, index, rate.start)}“{quote}”：{said}，建议核对。"
    span = Span(min(part.start, total.start), max(part.end, total.end))
    return Check("rate_mismatch", "warning", message, rate.start, rate.end, span.start, span.end)


def _counts_of_rate(text: str, sentence: Sentence, place: int) -> tuple[Figure, Figure] | None:
    """Return part and total of a named rate, on either side of it: 出勤率90%（应到50人，实到45人）."""
    rate, figures = sentence.figures[place], sentence.figures
    name = _RATE.search(rate.lead)
    if name is None or name["stem"] not in groups_of("rate") or not _plain(name["prefix"]):
        return None
    behind = figures[place + 1 : place + 3] if rate.after.startswith(("（", "(")) else ()
    if len(behind) == 2 and behind[1].end - rate.end < _FAR:
        total, part = behind
    else:
        counts = [row for row in figures[:place] if row.row.kind not in ("percent", "ratio", "duration")]
        if len(counts) < 2:
            return None
        total, part = counts[-2:]
        others = [row for row in counts[:-2] if same_unit(row, part)]
        gap = between(text, part.end, rate.start)
        if others or len(gap) > _FAR or re.search("[；;。]", gap + between(text, total.end, part.start)):
            return None
    return (part, total) if _are_counts(part, total) and _is_done(part, name["stem"]) else None


def _plain(prefix: str) -> bool:
    """Tell whether nothing before the rate's name narrows it, as 按期 in 按期办结率 does."""
    return not prefix or prefix in words_of("rate_prefix")


def _are_counts(part: Figure, total: Figure) -> bool:
    fit = addable(part) and addable(total) and same_unit(part, total) and total.value > 0
    return fit and not any(is_change(row) or is_each(row) for row in (part, total))


def _is_done(part: Figure, stem: str) -> bool:
    words = groups_of("rate")[stem]
    around = part.lead + re.split("[，,、；;。（(]", part.after)[0]
    wrong = re.search("未|没有|不|尚|还有|剩", around)
    return any(word in around for word in words) and not wrong


def _counts_of_share(text: str, sentence: Sentence, place: int) -> tuple[Figure, Figure] | None:
    """Return part and total of a share: 共25名，其中研究生3名，占12%; 已整改28个，占总数30个的93.3%."""
    rate, figures = sentence.figures[place], sentence.figures
    if place < 2:
        return None
    last, former = figures[place - 1], figures[place - 2]
    if _OF_COUNT.match(between(text, last.end, rate.start)) and re.match("^(?:仅|只|约)?占", last.lead):
        return (former, last) if _are_counts(former, last) else None
    share = _SHARE.match(rate.lead)
    gap = between(text, last.end, rate.start)
    if (
        share is None
        or not addable(last)
        or not re.match(r"^[^，,；;。、]{0,8}[，,（(]?[仅只约大分别]{0,2}(?:占|比例)", gap)
    ):
        return None
    total = _whole_of(text, figures, place - 1, sentence)
    if total is None or not _are_counts(last, total) or not _names(share["of"], total):
        return None
    return last, total


def _names(of: str, total: Figure) -> bool:
    """Tell whether 占…的 speaks of the total, e.g. 职工总数 of 职工25名; no words at all are fine."""
    noun = re.sub("^(?:全部|全体|全局|全校|全院|所有|总|同期)|(?:总数|总量|总人数|人数|总额|数)$", "", of)
    return not noun or noun in total.lead or noun in (total.row.item or "") or noun in total.after


def _whole_of(text: str, figures: tuple[Figure, ...], place: int, sentence: Sentence) -> Figure | None:
    """Return the only figure before a part that can be its whole: the words 其中, …中 or 全, 共, 总 must say so."""
    part = figures[place]
    former = [row for row in figures[:place] if row.row.kind == part.row.kind and row.unit == part.unit]
    if len(former) > 1 and not re.match("其中", part.lead):
        return None
    if not former:
        return None
    total = former[0] if len(former) == 1 else former[-1]
    gap = between(text, total.end, part.start)
    said = "其中" in gap or re.search("[^其]中", gap[:12]) or (_WHOLE.search(total.lead) and len(gap) < _FAR)
    return total if said and not re.search("[；;。]", gap) else None
