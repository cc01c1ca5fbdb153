"""Names of another unit left over: a report that calls itself 我局 and elsewhere 我校 or 会党组."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pipeline.places import SectionIndex, clip, where
from pipeline.records import Check, Document
from pipeline.resources import read_table

_BODY = r"(?:党组(?!织)|领导班子|主要负责人|主要负责同志|主要领导|机关党委)"
_QUOTED = re.compile(r"“[^”\n]{0,80}”|《[^》\n]{0,80}》")
_FREE = "支部"


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
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    names = []
    for match in _pattern().finditer(text):
        if any(start <= match.start() < end for start, end in quoted):
            continue
        word = match["mine"] or match["bare"] or match["whole"]
        family = "团体" if word == "会" else _families()[word]
        names.append(_SelfName(match.start(), match.end(), match.group(), family))
    return names


def check_self_names(document: Document, index: SectionIndex) -> Iterator[Check]:
    """Yield ways in which a report speaks of itself as another kind of unit than it mostly does.

    Example: 我局 throughout and 会党组 twice -> one check on 会党组. Several kinds that belong together (我校, 我院)
    are no fault. Limit: two units of one kind (我局 for another 局) cannot be told apart here.
    """
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
