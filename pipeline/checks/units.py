"""Names of another unit left over: a report that calls itself 我局 and elsewhere 我校 or 会党组."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pipeline.places import SectionIndex, clip, where
from pipeline.records import Check, Document
from pipeline.resources import read_table

_BODY = r"(?:党组(?!织)|领导班子|主要负责人|主要负责同志|主要领导|机关党委)"
_QUOTED = re.compile(r"“[^”\n]{0,80}”|《[^》\n]{0,80}》")
_FREE = "支部"
_MINE = "我"
_BEGINNING = re.compile("[我全局会委厅校]")


@dataclass(frozen=True, slots=True)
class UnitWord:
    """What a unit calls itself after 我, e.g. 局, and the kind of unit."""

    word: str
    family: str


@dataclass(frozen=True, slots=True)
class FamilyPair:
    """Two kinds of units that may speak of themselves in one report."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class _SelfName:
    """A place where the report speaks of its own unit: what it says, and the kind of unit that this is."""

    start: int
    end: int
    text: str
    family: str


@cache
def _families() -> dict[str, str]:
    return {row.word: row.family for row in read_table("lexicon/check_units.tsv", UnitWord)}


@cache
def _allowed() -> frozenset[frozenset[str]]:
    rows = read_table("lexicon/check_families.tsv", FamilyPair, key=("first", "second"))
    return frozenset(frozenset((row.first, row.second)) for row in rows)


@cache
def _pattern() -> re.Pattern[str]:
    words = "|".join(sorted(_families(), key=len, reverse=True))
    mine = rf"(?<![\u4e00-\u9fff]自)我(?P<mine>{words})(?![谓见以知有想做说能在长])"
    bare = rf"(?:^|(?<=[，,。；;：:\n]))(?P<bare>局|会|委|厅|校){_BODY}"
    whole = r"(?<![委协学商年大开体])全(?P<whole>局|会|校)(?:干部职工|党员干部|职工|上下)"
    return re.compile(f"{mine}|{bare}|{whole}", re.MULTILINE)


def _self_names(text: str) -> list[_SelfName]:
    found, ended = [], 0
    for place in _BEGINNING.finditer(text):
        match = _pattern().match(text, place.start()) if place.start() >= ended else None
        if match is not None:
            ended = match.end()
            found.append(match)
    quoted = [match.span() for match in _QUOTED.finditer(text)] if found else []
    return [_self_name(match) for match in found if not _is_covered(quoted, match.start())]


def _is_covered(spans: list[tuple[int, int]], offset: int) -> bool:
    place = bisect_right(spans, offset, key=lambda span: span[0]) - 1
    return place >= 0 and offset < spans[place][1]


def _self_name(match: re.Match[str]) -> _SelfName:
    word = match["mine"] or match["bare"] or match["whole"]
    family = "团体" if word == "会" else _families()[word]
    return _SelfName(match.start(), match.end(), match.group(), family)


def check_self_names(document: Document, index: SectionIndex) -> Iterator[Check]:
    """Yield ways in which a report speaks of itself as another kind of unit than it mostly does.

    Example: 我局 throughout and 会党组 twice -> one check on 会党组. Several kinds that belong together (我校, 我院)
    are no fault. Limit: two units of one kind (我局 for another 局) cannot be told apart here.
    """
    if _MINE not in document.text:
        return
    names = _self_names(document.text)
    counts: dict[str, int] = {}
    for name in names:
        counts[name.family] = counts.get(name.family, 0) + (1 if name.text.startswith("我") else 0)
    if not counts or not max(counts.values()):
        return
    main = max(counts, key=lambda family: counts[family])
    own = next(name for name in names if name.family == main and name.text.startswith("我"))
    seen: dict[str, list[_SelfName]] = {}
    for name in names:
        strange = _FREE not in (name.family, main) and name.family != main
        if strange and frozenset((name.family, main)) not in _allowed():
            seen.setdefault(name.family, []).append(name)
    for places in seen.values():
        first, more = places[0], f"等{len(places)}处" if len(places) > 1 else ""
        wordings = "”“".join(dict.fromkeys(place.text for place in places))
        message = (
            f"{where(document, index, first.start)}出现“{clip(wordings, limit=48)}”{more}，而全文自称多为“{own.text}”："
            "疑似套用其他单位材料的残留，建议核对。"
        )
        yield Check("unit_mix", "warning", message, first.start, first.end, own.start, own.end)
