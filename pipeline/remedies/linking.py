"""Which problem each remedy answers.

A remedy answers a problem directly where the report says so (it stands under the problem's own heading, names it, or
has its number) or where both speak of the same rare things; weakly where they share little. The rest stays unanswered.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from pipeline.changing import changer
from pipeline.places import SectionIndex, index_sections
from pipeline.records import Document, Finding, Remedy, RemedyLink, Section
from pipeline.remedies.link_layout import by_layout
from pipeline.remedies.link_words import Profile, Shared, areas_of_finding, areas_of_remedy, features_of, profiles_of
from pipeline.sieve import Sifted

_NAMED = Sifted(
    r"(?:针对|对于?|围绕|聚焦)[“\"]?(?P<what>[^。；;”\"]{4,60}?)[”\"]?等?(?:的)?(?:问题|不足|短板|现象|情况)"
)
_with_links = changer(Finding, "remedy_ids", "remedy_link")
_with_findings = changer(Remedy, "finding_ids")
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
            _with_findings(row, tuple(findings[number].finding_id for number in backward[place]))
            if backward[place] or row.finding_ids
            else row
            for place, row in enumerate(remedies)
        ),
    )


def _with_remedies(finding: Finding, pairs: list[_Pair], remedies: tuple[Remedy, ...]) -> Finding:
    strengths = {pair.strength for pair in pairs}
    strongest: RemedyLink = "direct" if "direct" in strengths else "weak" if strengths else "none"
    ids = tuple(remedies[pair.remedy].remedy_id for pair in pairs)
    if (finding.remedy_ids, finding.remedy_link) == (ids, strongest):
        return finding
    return _with_links(finding, ids, strongest)


@dataclass(frozen=True)
class _Steps:
    """The remedies of a report, with what is asked about each of them once for all problems."""

    remedies: tuple[Remedy, ...]
    shared: Shared

    @cached_property
    def named(self) -> list[tuple[int, frozenset[str]]]:
        """The problems that remedies name, as features: 采购比价不规范 in 针对采购比价不规范的问题."""
        return [
            (number, features_of(match["what"]))
            for number, row in enumerate(self.remedies)
            if _NAMED.may_match(row.text)
            for match in _NAMED.pattern.finditer(row.text)
        ]

    @cached_property
    def areas(self) -> list[frozenset[int]]:
        """The wide areas of each remedy."""
        return [areas_of_remedy(row) for row in self.remedies]


def _by_words(
    index: SectionIndex, findings: tuple[Finding, ...], remedies: tuple[Remedy, ...], answered: set[int]
) -> list[_Pair]:
    pairs: list[_Pair] = []
    if not remedies or len(answered) == len(findings):
        return pairs
    problems, profiles = profiles_of(index, findings, remedies)
    left = [place for place in range(len(findings)) if place not in answered]
    steps = _Steps(remedies, Shared(profiles, [problems[place] for place in left]))
    for place in left:
        scores, products = steps.shared.with_(problems[place])
        found = _best(place, problems[place], steps, scores, products)
        pairs += found or _in_area(place, findings[place], problems[place], steps, products)
    return pairs


def _in_area(place: int, finding: Finding, problem: Profile, steps: _Steps, products: dict[int, float]) -> list[_Pair]:
    """Return the one weak answer that shares no more than a wide area, the most alike first."""
    areas = areas_of_finding(finding)
    near = [number for number, own in enumerate(steps.areas) if not areas.isdisjoint(own)] if areas else []
    ranked = sorted(near, key=lambda n: (-steps.shared.cosine(problem, n, products.get(n, 0.0)), n))
    return [_Pair(place, number, "weak", 0.0) for number in ranked[:1]]


def _best(
    place: int, problem: Profile, steps: _Steps, scores: dict[int, float], products: dict[int, float]
) -> list[_Pair]:
    """Return the direct answers near the best one, or else the one best weak answer."""
    scored = []
    named = {number for number, wanted in steps.named if problem.covers(wanted)}
    for number in named.union(number for number, score in scores.items() if score >= _WEAK):
        score = scores.get(number, 0.0)
        cosine = 0.0 if number in named else steps.shared.cosine(problem, number, products[number])
        if number in named or (score >= _DIRECT and cosine >= _DIRECT_COSINE):
            scored.append(_Pair(place, number, "direct", score + 3 * (number in named)))
        elif cosine >= _WEAK_COSINE:
            scored.append(_Pair(place, number, "weak", score))
    direct = sorted((pair for pair in scored if pair.strength == "direct"), key=lambda pair: (-pair.score, pair.remedy))
    if direct:
        return [pair for pair in direct if pair.score >= _NEAR_BEST * direct[0].score][:_MOST]
    return sorted(scored, key=lambda pair: (-pair.score, pair.remedy))[:1]
