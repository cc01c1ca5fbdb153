"""Which problem each remedy answers.

A remedy answers a problem directly where the report says so (it stands under the problem's own heading, names it, or
has its number) or where both speak of the same rare things; weakly where they share little. The rest stays unanswered.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace

from pipeline.places import SectionIndex, index_sections
from pipeline.records import Document, Finding, Remedy, RemedyLink, Section
from pipeline.remedies.link_layout import by_layout
from pipeline.remedies.link_words import Profile, profiles_of, same_area, share

_NAMED = re.compile(
    r"(?:针对|对于?|围绕|聚焦)[“\"]?(?P<what>[^。；;”\"]{4,60}?)[”\"]?等?(?:的)?(?:问题|不足|短板|现象|情况)"
)
_DIRECT = 1.8
_DIRECT_COSINE = 0.10
_WEAK = 1.0
_WEAK_COSINE = 0.05
_NEAR_BEST = 0.75
_MOST = 3


@dataclass(frozen=True, slots=True)
class _Pair:
    finding: int
    remedy: int
    strength: RemedyLink
    score: float


def link(
    document: Document, sections: tuple[Section, ...], findings: tuple[Finding, ...], remedies: tuple[Remedy, ...]
) -> tuple[tuple[Finding, ...], tuple[Remedy, ...]]:
    """Return findings with remedy_ids and remedy_link, and remedies with finding_ids.

    Example: problem "采购未比价", remedy "修订采购办法，规范比价程序" -> remedy_link "direct".
    A finding that nothing answers keeps remedy_link "none"; a slogan is no remedy and answers nothing.
    Limit: lexical links know the words and concepts of corpus/lexicon, not the meaning.
    """
    index = index_sections(sections)
    laid_out = by_layout(document, index, findings, remedies)
    pairs = [_Pair(finding, remedy, "direct", 9.0) for finding, remedy in sorted(laid_out)]
    answered = {pair.finding for pair in pairs}
    pairs += _by_words(index, findings, remedies, answered)
    return _joined(findings, remedies, pairs)


def _joined(
    findings: tuple[Finding, ...], remedies: tuple[Remedy, ...], pairs: list[_Pair]
) -> tuple[tuple[Finding, ...], tuple[Remedy, ...]]:
    forward: dict[int, list[_Pair]] = defaultdict(list)
    backward: dict[int, list[int]] = defaultdict(list)
    for pair in sorted(pairs, key=lambda row: (row.finding, row.remedy)):
        forward[pair.finding].append(pair)
        backward[pair.remedy].append(pair.finding)
    return (
        tuple(_with_remedies(row, forward[place], remedies) for place, row in enumerate(findings)),
        tuple(
            replace(row, finding_ids=tuple(findings[number].finding_id for number in backward[place]))
            for place, row in enumerate(remedies)
        ),
    )


def _with_remedies(finding: Finding, pairs: list[_Pair], remedies: tuple[Remedy, ...]) -> Finding:
    strengths = {pair.strength for pair in pairs}
    strongest: RemedyLink = "direct" if "direct" in strengths else "weak" if strengths else "none"
    ids = tuple(remedies[pair.remedy].remedy_id for pair in pairs)
    return replace(finding, remedy_ids=ids, remedy_link=strongest)


def _by_words(
    index: SectionIndex, findings: tuple[Finding, ...], remedies: tuple[Remedy, ...], answered: set[int]
) -> list[_Pair]:
    problems, steps = profiles_of(index, findings, remedies)
    pairs: list[_Pair] = []
    for place, problem in enumerate(problems):
        if place not in answered:
            found = _best(place, problem, remedies, steps)
            pairs += found or _in_area(place, findings[place], problem, remedies, steps)
    return pairs


def _in_area(
    place: int, finding: Finding, problem: Profile, remedies: tuple[Remedy, ...], steps: list[Profile]
) -> list[_Pair]:
    """Return the one weak answer that shares no more than a wide area, the most alike first."""
    near = [number for number, row in enumerate(remedies) if same_area(finding, row)]
    ranked = sorted(near, key=lambda number: (-share(problem, steps[number])[1], number))
    return [_Pair(place, number, "weak", 0.0) for number in ranked[:1]]


def _best(place: int, problem: Profile, remedies: tuple[Remedy, ...], steps: list[Profile]) -> list[_Pair]:
    """Return the direct answers near the best one, or else the one best weak answer."""
    scored = []
    for number, step in enumerate(steps):
        score, cosine = share(problem, step)
        named = _names(remedies[number].text, problem)
        if named or (score >= _DIRECT and cosine >= _DIRECT_COSINE):
            scored.append(_Pair(place, number, "direct", score + 3 * named))
        elif score >= _WEAK and cosine >= _WEAK_COSINE:
            scored.append(_Pair(place, number, "weak", score))
    direct = sorted((pair for pair in scored if pair.strength == "direct"), key=lambda pair: (-pair.score, pair.remedy))
    if direct:
        return [pair for pair in direct if pair.score >= _NEAR_BEST * direct[0].score][:_MOST]
    return sorted(scored, key=lambda pair: (-pair.score, pair.remedy))[:1]


def _names(text: str, problem: Profile) -> bool:
    """Tell whether a remedy names the problem: 针对采购比价不规范的问题, with half of the name's content in it."""
    return any(problem.covers(match["what"]) for match in _NAMED.finditer(text))
