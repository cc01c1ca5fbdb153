"""What problems and remedies have in common by their words: rare words and named concepts, weighed by the report."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

from pipeline.places import SectionIndex
from pipeline.records import Finding, Remedy, Section
from pipeline.resources import read_table
from pipeline.sieve import Sieve
from pipeline.words import cut, user_words

_CONCEPT_WEIGHTS = {"narrow": 2.4, "wide": 1.8}
_LEAST_STATEMENTS = 20
_FIELD_WEIGHT = 1.3
_HEADING_SHARE = 0.5
_ASIDE_SHARE = 0.6
_FAULT = re.compile(
    r"[不未没无缺欠少弱难偏仍]|滞后|单一|有待|需|问题|差距|依靠|依赖|违|超|挂账|浮于|停留|应付|形式主义"
)
_CLAUSE_MARK = re.compile("[，,；;。]")
_PLACE = re.compile(r"\s*(?:在|对|于|与|如)")
_WORD = re.compile(r"[\u4e00-\u9fff]{2,}|[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class Concept:
    """A thing that problems and remedies speak of in several ways, e.g. 往来款: 挂账|借款; grade narrow or wide."""

    concept: str
    pattern: str
    grade: str


@dataclass(frozen=True, slots=True)
class GeneralWord:
    """A word that nearly every report uses."""

    word: str


@dataclass(frozen=True, slots=True)
class Area:
    """A wide area, e.g. 监督; heading: "yes" where the problem's heading may name it."""

    area: str
    problem: str
    remedy: str
    heading: str


@dataclass(frozen=True, slots=True)
class Profile:
    """The weighed features of one statement; a feature is a word, or # and the name of a concept."""

    weights: dict[str, float]

    @property
    def norm(self) -> float:
        """The length of the profile as a vector."""
        return math.sqrt(sum(weight * weight for weight in self.weights.values()))

    def covers(self, wanted: frozenset[str]) -> bool:
        """Tell whether at least half of these features are in this profile (one at the least)."""
        shared = sum(feature in self.weights for feature in wanted)
        return shared > 0 and 2 * shared >= len(wanted)


@cache
def _factors() -> dict[str, float]:
    """Return what concepts and the words of the field weigh against other words."""
    rows = read_table("lexicon/remedy_concepts.tsv", Concept)
    concepts = {f"#{row.concept}": _CONCEPT_WEIGHTS[row.grade] for row in rows}
    return dict.fromkeys(user_words(), _FIELD_WEIGHT) | concepts


@cache
def _concepts() -> tuple[tuple[str, ...], Sieve]:
    rows = read_table("lexicon/remedy_concepts.tsv", Concept)
    return tuple(f"#{row.concept}" for row in rows), Sieve([row.pattern for row in rows])


@cache
def _general() -> frozenset[str]:
    return frozenset(row.word for row in read_table("lexicon/remedy_general.tsv", GeneralWord))


@lru_cache(maxsize=4096)
def features_of(text: str) -> frozenset[str]:
    """Return the words that are not general, and the concepts, e.g. "清理往来款" -> {"清理", "往来款", "#往来款"}."""
    names, concepts = _concepts()
    general = _general()
    words = {word for word in cut(text) if len(word) > 1 and word not in general and _WORD.fullmatch(word)}
    return frozenset(words.union(names[number] for number in concepts.found_in(text)))


def profiles_of(
    index: SectionIndex, findings: tuple[Finding, ...], remedies: tuple[Remedy, ...]
) -> tuple[list[Profile], list[Profile]]:
    """Return the profiles of findings and remedies; a feature of many statements of this report weighs little."""
    problems = [_shares_of_finding(index, row) for row in findings]
    steps = [_shares(row.text, _title(index.innermost(row.start))) for row in remedies]
    seen = Counter(chain.from_iterable((*problems, *steps)))
    total = len(problems) + len(steps)
    rarities = {count: _rarity(count, total) for count in set(seen.values())}
    factors = _factors()
    known = {feature: factors.get(feature, 1.0) * rarities[count] for feature, count in seen.items()}
    return [_weigh(row, known) for row in problems], [_weigh(row, known) for row in steps]


def core_of(finding: Finding) -> str:
    """Return the part of a statement that carries the problem, the whole statement where none was told apart."""
    core = finding.text[finding.core_start - finding.start : finding.core_end - finding.start]
    return core or finding.text


def _shares_of_finding(index: SectionIndex, finding: Finding) -> dict[str, float]:
    """Weigh fully what stands in clauses of the core that name a fault; the rest is told on the way (我局已制定…)."""
    core = core_of(finding)
    faults = _fault_clauses(core)
    shares = dict.fromkeys(features_of(finding.heading or _title(index.innermost(finding.start))), _HEADING_SHARE)
    shares |= dict.fromkeys(features_of(finding.text), _ASIDE_SHARE)
    return shares | dict.fromkeys(features_of("，".join(faults) or core), 1.0)


def _fault_clauses(core: str) -> list[str]:
    """Return the clauses that name a fault, each with the 在… or 对… before it that says where."""
    clauses = [clause for clause in _CLAUSE_MARK.split(core) if clause.strip()]
    faulty = [_FAULT.search(clause) is not None for clause in clauses]
    leads = [_PLACE.match(clause) and after for clause, after in zip(clauses, [*faulty[1:], False], strict=True)]
    return [clause for clause, fault, lead in zip(clauses, faulty, leads, strict=True) if fault or lead]


@cache
def _areas() -> tuple[Sieve, Sieve, frozenset[int]]:
    """Return the patterns of problems and of remedies by area, and the areas that a heading may name."""
    rows = read_table("lexicon/remedy_areas.tsv", Area)
    by_heading = frozenset(number for number, row in enumerate(rows) if row.heading == "yes")
    return Sieve([row.problem for row in rows]), Sieve([row.remedy for row in rows]), by_heading


def areas_of_finding(finding: Finding) -> frozenset[int]:
    """Return the wide areas that a problem speaks of, by number: those of its opening clause, some of its heading."""
    problems, _, by_heading = _areas()
    opening = _CLAUSE_MARK.split(core_of(finding), maxsplit=1)[0]
    return by_heading.intersection(problems.found_in(finding.heading or "")).union(problems.found_in(opening))


def areas_of_remedy(remedy: Remedy) -> frozenset[int]:
    """Return the wide areas that a remedy speaks of: 监督 for "探索监督新方式", as for the problem "监督渠道单一"."""
    return frozenset(_areas()[1].found_in(remedy.text))


def _shares(text: str, heading: str) -> dict[str, float]:
    shares = dict.fromkeys(features_of(heading), _HEADING_SHARE)
    return shares | dict.fromkeys(features_of(text), 1.0)


def _title(section: Section | None) -> str:
    return "" if section is None else section.title


def _weigh(shares: dict[str, float], known: dict[str, float]) -> Profile:
    return Profile({feature: share * known[feature] for feature, share in shares.items()})


def _rarity(count: int, total: int) -> float:
    """Return 0 for what every statement says, about 0.8 for what two of forty say."""
    reach = max(total, _LEAST_STATEMENTS) + 1
    return max(0.0, 1.0 - math.log(count) / math.log(reach))


class Shared:
    """The profiles of remedies by feature, so that a problem is compared only with those that share some with it."""

    __slots__ = ("_by_feature", "_profiles")

    def __init__(self, profiles: list[Profile], problems: Iterable[Profile]) -> None:
        self._profiles = profiles
        self._by_feature: dict[str, list[tuple[int, float]]] = defaultdict(list)
        asked = frozenset(chain.from_iterable(row.weights for row in problems))
        for number, profile in enumerate(profiles):
            for feature in asked.intersection(profile.weights):
                self._by_feature[feature].append((number, profile.weights[feature]))

    def with_(self, problem: Profile) -> tuple[dict[int, float], dict[int, float]]:
        """Return, by the number of the remedy, the weight of what it shares with a problem, and the product of both.

        Features are added in one order, so that equal reports give equal sums.
        """
        scores: dict[int, float] = {}
        products: dict[int, float] = {}
        for feature in sorted(problem.weights.keys() & self._by_feature.keys()):
            own = problem.weights[feature]
            for number, weight in self._by_feature[feature]:
                scores[number] = scores.get(number, 0.0) + min(own, weight)
                products[number] = products.get(number, 0.0) + own * weight
        return scores, products

    def cosine(self, problem: Profile, number: int, product: float) -> float:
        """Return how alike a problem and a remedy are, 0 to 1, from the product of what they share."""
        norm = problem.norm * self._profiles[number].norm
        return product / norm if norm else 0.0
