"""Totals against their parts: 共A，其中B、C; 由B和C组成; B，C，合计A."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.checks import slips
from pipeline.checks.amounts import (
    Figure,
    Sentence,
    addable,
    between,
    groups_of,
    is_change,
    is_each,
    same_unit,
    say,
    slack,
    without_dates,
    words_of,
)
from pipeline.places import SectionIndex, clip, where
from pipeline.records import Check, Document

_OF_WHICH = re.compile(r"(?:其中|包括|分为|含)[:：，,]?[^，,。；;:：]{0,24}$")
_LINK = re.compile(r"^[^，,、；;。：:）)]{0,14}(?:[、和及与][^，,、；;。：:（(]{0,24}|[，,][^，,、；;。：:（(]{0,10})$")
_MADE_OF = re.compile(r"由[^由，,。；;]{0,16}$")
_MAKE_UP = re.compile(r"^[^，,。；;、]{0,8}(?:组成|构成)")
_SUMMED = re.compile(
    r"[，,、；;](?:以上|三项|两项|四项)?(?:总共|共计|合计|总计|共)(?P<what>[^，,、；;。：:（(]{0,10})$"
)
_MOST_PARTS = 12
_FAR = 60


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A total and the parts that the text gives for it; whole: the parts must add up to the total."""

    total: Figure
    parts: tuple[Figure, ...]
    whole: bool

    @property
    def added(self) -> float:
        """The sum of the parts."""
        return sum(part.value for part in self.parts)

    @property
    def slack(self) -> float:
        """How far the sum may be off by rounding."""
        return slack((self.total, *self.parts))


def check_sums(document: Document, index: SectionIndex, sentences: tuple[Sentence, ...]) -> Iterator[Check]:
    """Yield totals that their parts exceed, or do not add up to where the wording says that they do.

    "党员56名，其中教师党员30名、学生党员28名" -> total_mismatch, 各分项合计58名，疑似大于总数56名. Where the parts fit
    once one number is read in 元 instead of 万元, the check is unit_slip instead.
    Limit: parts that may overlap (女, 党员, 35岁以下) are compared one by one only; one sentence at a time.
    """
    for sentence in sentences:
        for found in breakdowns(document.text, sentence):
            slip = slips.slip_in_sum(found.total, found.parts, found.slack)
            said = _said(found) if slip is None else f"{slip}，单位（元、万元）疑似有误"
            if said is not None:
                yield _check(document, index, found, said, "total_mismatch" if slip is None else "unit_slip")


def _said(found: Breakdown) -> str | None:
    added, total = found.added, found.total
    if found.whole and abs(added - total.value) > found.slack:
        return f"各分项合计{say(added, total)}，与总数{total.row.raw}疑似不符"
    largest = max(found.parts, key=lambda part: part.value)
    if largest.value - total.value > slack((total, largest)):
        return f"分项{largest.row.raw}疑似大于总数{total.row.raw}"
    if added - total.value > found.slack and not _overlapping(found):
        return f"各分项合计{say(added, total)}，疑似大于总数{total.row.raw}"
    return None


def _check(document: Document, index: SectionIndex, found: Breakdown, said: str, name: str) -> Check:
    total, first, last = found.total, found.parts[0], found.parts[-1]
    quote = clip(document.text[min(total.start, first.start) : max(total.end, last.end)], limit=48)
    message = f"{where(document, index, first.start)}“{quote}”：{said}，建议核对。"
    return Check(name, "warning", message, first.start, last.end, total.start, total.end)


def breakdowns(text: str, sentence: Sentence) -> Iterator[Breakdown]:
    """Yield the totals of a sentence with their parts, e.g. "共10项，其中A 6项、B 4项" -> total 10, parts 6 and 4."""
    figures = sentence.figures
    for place, figure in enumerate(figures):
        if not addable(figure):
            continue
        before = between(text, figures[place - 1].end if place else sentence.span.start, figure.start)
        if place and _OF_WHICH.search(before) and not is_change(figure):
            yield from _of_which(text, figures, place)
        elif _MADE_OF.search(before):
            yield from _made_of(text, figures, place)
        elif summed := _SUMMED.search(before):
            yield from _summed(text, figures, place, summed["what"])


def _of_which(text: str, figures: tuple[Figure, ...], place: int) -> Iterator[Breakdown]:
    parts, closed = _parts_from(text, figures, place)
    total = _total_before(text, figures, place)
    if total is None or not parts or any(is_each(part) or is_change(part) for part in parts):
        return
    added = sum(part.value for part in parts)
    others = [row for row in figures[:place] if row is not total and addable(row) and same_unit(row, total)]
    if any(row.value >= added for row in others) and not _named_by(total, parts):
        return
    yield Breakdown(total, tuple(parts), closed and _is_whole(parts))


def _parts_from(text: str, figures: tuple[Figure, ...], place: int) -> tuple[list[Figure], bool]:
    """Return the parts of an enumeration from place on, and whether it is closed: nothing more of it may follow."""
    parts = [figures[place]]
    for figure in figures[place + 1 : place + 2 * _MOST_PARTS]:
        if figure.row.kind in ("percent", "ratio", "duration"):
            continue
        gap = between(text, parts[-1].end, figure.start)
        if figure.row.masked or not _links(gap):
            return parts, not figure_follows(gap)
        if not same_unit(figure, parts[0]):
            return parts, not any(same_unit(row, parts[0]) for row in figures[figures.index(figure) :])
        if not addable(figure):
            return [], False
        parts.append(figure)
    return parts, not parts[-1].after.startswith("等")


def figure_follows(gap: str) -> bool:
    """Tell whether the next number may still belong to the enumeration that ends before the gap."""
    return not re.search("[；;。]", gap)


def _links(gap: str) -> bool:
    plain = without_dates(re.sub(r"[，,](?:约)?占(?:比)?[\d.]+[%％]|\d{1,2}岁(?:以[上下])?|占[\d.]+[%％]", "", gap))
    return (
        bool(_LINK.match(plain)) and not re.search(r"\d", plain) and not any(w in plain for w in words_of("gap_stop"))
    )


def _total_before(text: str, figures: tuple[Figure, ...], place: int) -> Figure | None:
    """Return the nearest figure before 其中 that can be its total; a change (比上年多29份) is passed over."""
    part = figures[place]
    direct = True
    for figure in reversed(figures[max(0, place - 4) : place]):
        gap = between(text, figure.end, part.start)
        if len(gap) > _FAR or re.search("[；;].*[；;]|[；;](?!其中)", gap):
            return None
        if is_change(figure):
            continue
        if same_unit(figure, part):
            usable = addable(figure) and not is_each(figure)
            return figure if usable and (direct or _related(figure, part)) else None
        direct = False
    return None


def _related(total: Figure, part: Figure) -> bool:
    item, own = total.row.item or "", part.row.item or ""
    return bool(item) and (own.endswith(item) or item in part.lead or item in part.after or not own)


def _named_by(total: Figure, parts: list[Figure]) -> bool:
    return bool(total.row.item) and all((part.row.item or "").endswith(total.row.item or "") for part in parts)


def _is_whole(parts: list[Figure]) -> bool:
    """Tell whether the wording says that nothing is left: 已… and 未…, 男 and 女, 其余…."""
    if len(parts) < 2:
        return False
    names = [_name(part) for part in parts]
    if any(word in names[-1] for word in words_of("rest")):
        return True
    return any(_each_once(names, words) for words in groups_of("complement").values())


def _each_once(names: list[str], words: tuple[str, ...]) -> bool:
    """Tell whether each name has another word of a group: 一般隐患 and 重大隐患 for 一般, 重大."""
    found = [next((word for word in sorted(words, key=len, reverse=True) if word in name), None) for name in names]
    return None not in found and len(set(found)) == len(found)


def _name(part: Figure) -> str:
    """Return the words that say what a part is, on whichever side of its number they stand."""
    lead = re.sub("^.*(?:其中|包括|分为|[和及与])", "", part.lead)
    return lead + re.split("[，,、；;。：:和及与（(]", part.after)[0]


def _overlapping(found: Breakdown) -> bool:
    """Tell whether the parts may share members: attributes of different kinds, or loosely joined other counts."""
    names = _without_common_end([_name(part) for part in found.parts])
    kinds = [_attributes(name) for name in names]
    return any("any" in kind for kind in kinds) or len({frozenset(kind) for kind in kinds}) > 1


def _attributes(name: str) -> set[str]:
    groups = groups_of("attribute")
    return {group for group, words in groups.items() if any(word in name for word in words)}


def _without_common_end(names: list[str]) -> list[str]:
    """Return the names without the noun that all of them end with: 教师党员, 学生党员 -> 教师, 学生."""
    cut = 0
    while len(names) > 1 and min(len(name) for name in names) > cut and len({name[-1 - cut] for name in names}) == 1:
        cut += 1
    return [name[: len(name) - cut] for name in names]


def _made_of(text: str, figures: tuple[Figure, ...], place: int) -> Iterator[Breakdown]:
    parts, _ = _parts_from(text, figures, place)
    if len(parts) < 2 or not _MAKE_UP.match(parts[-1].after):
        return
    after = figures[place + len(parts) : place + len(parts) + 1]
    following = next((row for row in after if re.search("共计|合计|总计|共", row.lead)), None)
    total = following or _total_before(text, figures, place)
    if total is not None and addable(total) and same_unit(total, parts[0]):
        yield Breakdown(total, tuple(parts), True)


def _summed(text: str, figures: tuple[Figure, ...], place: int, what: str) -> Iterator[Breakdown]:
    """Yield a total that follows its parts: 一季度15家，二季度22家，合计37家; every tail of the parts may be meant."""
    total, parts = figures[place], _parts_up_to(text, figures, place)
    stretch = between(text, parts[0].start - 30, total.start) if parts else ""
    if len(parts) < 2 or re.search("其中|包括|每|单价|另|比上|较上", stretch) or not _same_thing(what, parts, total):
        return
    tails = [Breakdown(total, tuple(parts[start:]), True) for start in range(len(parts) - 1)]
    if any(abs(row.added - total.value) <= row.slack for row in tails) or _is_product(figures[:place], total):
        return
    yield tails[0]


def _parts_up_to(text: str, figures: tuple[Figure, ...], place: int) -> list[Figure]:
    parts: list[Figure] = []
    later = figures[place]
    for figure in reversed(figures[max(0, place - _MOST_PARTS) : place]):
        gap = between(text, figure.end, later.start)
        usable = addable(figure) and same_unit(figure, figures[place]) and not is_each(figure) and not is_change(figure)
        if not usable or (parts and not _links(gap)) or len(gap) > _FAR:
            break
        parts.insert(0, figure)
        later = figure
    return parts


def _same_thing(what: str, parts: list[Figure], total: Figure) -> bool:
    """Tell whether 合计 adds up what stands before it: no other thing is named (合计挽回损失20万元)."""
    what = re.sub("^(?:为|达|有|约|了|计)+|(?:为|达|有|约|了|计)+$", "", what)
    return not what or all(what in part.lead or what in part.after for part in parts[:1])


def _is_product(figures: tuple[Figure, ...], total: Figure) -> bool:
    near = [figure.value for figure in figures[-6:]]
    return any(abs(one * other - total.value) < 1e-6 for one in near for other in near)
