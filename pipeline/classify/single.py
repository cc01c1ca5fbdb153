"""Single sentences without their report: is it a problem, and of which category?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.classify import choose, reasons
from pipeline.classify.classifier import Classifier, load_classifier
from pipeline.classify.features import clean
from pipeline.problem_model import cue_features, problem_probability
from pipeline.records import Role

_EVEN = 0.5


@dataclass(frozen=True, slots=True)
class Judged:
    """What is made of one sentence.

    category, subcategory, secondary and confidence say what it is about, whether or not it states a problem; all are
    None or empty for a blank line. confidence: the calibrated probability of the category.
    """

    text: str
    is_problem: bool | None = None
    problem_probability: float | None = None
    category: str | None = None
    subcategory: str | None = None
    secondary: tuple[str, ...] = ()
    confidence: float | None = None
    cues: tuple[str, ...] = ()


def classify_sentences(
    texts: Iterable[str], *, role: Role | None = None, classifier: Classifier | None = None
) -> Iterator[Judged]:
    """Yield what is made of each sentence, in order.

    Example: `next(classify_sentences(["往来款挂账3年以上未清理"])).subcategory` -> "NK06".
    role: the part of the report that the sentences come from, where it is known: in PROBLEM each states a problem, in
    any other none does, and problem_probability is 1 or 0. Without it the sentence is judged by its wording alone.
    classifier: that of an own taxonomy or model, the built-in one where it is None.
    Limits: neighbours and headings, which decide in a report, are not there; a bare fact reads like background.
    """
    chosen = classifier or load_classifier()
    return (_judged(text, role, chosen) for text in texts)


def _judged(text: str, role: Role | None, classifier: Classifier) -> Judged:
    cleaned = clean(text)
    if not cleaned:
        return Judged(text)
    probability = problem_probability(cleaned) if role is None else float(role == "PROBLEM")
    scores = classifier.score(cleaned)
    choice = choose(scores.probabilities, classifier, grounded=bool(scores.indicators))
    said = () if role is not None else tuple(filter(_is_word_list_hit, cue_features(cleaned)))
    return Judged(
        text=text,
        is_problem=probability >= _EVEN,
        problem_probability=round(probability, 4),
        category=choice.category,
        subcategory=choice.subcategory,
        secondary=choice.secondary,
        confidence=round(choice.probability, 4),
        cues=(*said, *reasons(scores, choice, classifier)),
    )


def _is_word_list_hit(feature: str) -> bool:
    return feature.startswith(("cue:", "block:"))
