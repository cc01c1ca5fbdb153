"""What problems and remedies have in common by their words: rare words and named concepts, weighed by the report."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.places import SectionIndex
from pipeline.records import Finding, Remedy, Section
from pipeline.resources import read_table
from pipeline.words import cut, user_words

_CONCEPT_WEIGHTS = {"narrow": 2.4, "wide": 1.8}
_LEAST_STATEMENTS = 20
_FIELD_WEIGHT = 1.3
_HEADING_SHARE = 0.5
_ASIDE_SHARE = 0.6
_FAULT = re.compile(
    r"[不未没无缺欠少弱难偏仍]|滞后|单一|有待|需|问题|差距|依靠|依赖|违|超|挂账|浮于|停留|应付|形式主义"
)
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
    norm: float

    def covers(self, text: str) -> bool:
        """Tell whether at least half of what text speaks of is in this profile (one feature at the least)."""
        wanted = features_of(text)
        shared = [feature for feature in wanted if feature in self.weights]
        return bool(shared) and 2 * len(shared) >= len(wanted)


@cache
def _concept_weights() -> dict[str, float]:
    rows = read_table("lexicon/remedy_concepts.tsv", Concept)
    return {f"#{row.concept}": _CONCEPT_WEIGHTS[row.grade] for row in rows}


@cache
def _concepts() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (f"#{row.concept}", re.compile(row.pattern)) for row in read_table("lexicon/remedy_concepts.tsv", Concept)
    )


@cache
def _general() -> frozenset[str]:
    return frozenset(row.word for row in read_table("lexicon/remedy_general.tsv", GeneralWord))


@lru_cache(maxsize=4096)
def features_of(text: str) -> frozenset[str]:
    """Return the words that are not general, and the concepts, e.g. "清理往来款" -> {"清理", "往来款", "#往来款"}."""
    words = {word for word in cut(text) if _WORD.fullmatch(word) and word not in _general()}
    return frozenset(words | {name for name, pattern in _concepts() if pattern.search(text)})


def profiles_of(
    index: SectionIndex, findings: tuple[Finding, ...], remedies: tuple[Remedy, ...]
) -> tuple[list[Profile], list[Profile]]:
    """Return the profiles of findings and remedies; a feature of many statements of this report weighs little."""
    problems = [_shares_of_finding(index, row) for row in findings]
    steps = [_shares(row.text, _title(index.innermost(row.start))) for row in remedies]
    seen = Counter(feature for shares in (*problems, *steps) for feature in shares)
    total = len(problems) + len(steps)
    return [_weigh(row, seen, total) for row in problems], [_weigh(row, seen, total) for row in steps]


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
    clauses = [clause for clause in re.split(r"[，,；;。]", core) if clause.strip()]
    faulty = [_FAULT.search(clause) is not None for clause in clauses]
    leads = [_PLACE.match(clause) and after for clause, after in zip(clauses, [*faulty[1:], False], strict=True)]
    return [clause for clause, fault, lead in zip(clauses, faulty, leads, strict=True) if fault or lead]


@cache
def _areas() -> tuple[tuple[re.Pattern[str], re.Pattern[str], bool], ...]:
    rows = read_table("lexicon/remedy_areas.tsv", Area)
    return tuple((re.compile(row.problem), re.compile(row.remedy), row.heading == "yes") for row in rows)


def same_area(finding: Finding, remedy: Remedy) -> bool:
    """Tell whether both speak of one wide area, e.g. "监督渠道单一" and "探索监督新方式" -> True."""
    opening = re.split(r"[，,；;。]", core_of(finding))[0]
    for problem, step, by_heading in _areas():
        named = problem.search(opening) or (by_heading and problem.search(finding.heading or ""))
        if named and step.search(remedy.text):
            return True
    return False


def _shares(text: str, heading: str) -> dict[str, float]:
    shares = dict.fromkeys(features_of(heading), _HEADING_SHARE)
    return shares | dict.fromkeys(features_of(text), 1.0)


def _title(section: Section | None) -> str:
    return "" if section is None else section.title


def _weigh(shares: dict[str, float], seen: Counter[str], total: int) -> Profile:
    weights = {feature: share * _weight(feature, seen[feature], total) for feature, share in shares.items()}
    return Profile(weights, math.sqrt(sum(weight * weight for weight in weights.values())))


def _weight(feature: str, count: int, total: int) -> float:
    """Return 0 for what every statement says, about 0.8 for what two of forty say; more for words of the field."""
    reach = max(total, _LEAST_STATEMENTS) + 1
    rarity = max(0.0, 1.0 - math.log(count) / math.log(reach)) if count else 0.0
    if feature.startswith("#"):
        return _concept_weights()[feature] * rarity
    return rarity * (_FIELD_WEIGHT if feature in _field() else 1.0)


@cache
def _field() -> frozenset[str]:
    return frozenset(user_words())


def share(first: Profile, second: Profile) -> tuple[float, float]:
    """Return the weight of what two statements share, and their cosine (0 to 1)."""
    common = first.weights.keys() & second.weights.keys()
    score = sum(min(first.weights[feature], second.weights[feature]) for feature in sorted(common))
    dot = sum(first.weights[feature] * second.weights[feature] for feature in sorted(common))
    norm = first.norm * second.norm
    return score, dot / norm if norm else 0.0
