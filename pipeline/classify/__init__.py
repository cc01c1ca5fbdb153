"""Findings → category, subcategory, confidence, reasons.

A trained model over characters and a table of indicator phrases score the statement; the headings above it shift the
scores. Content decides over the heading: where they disagree, both are kept and the finding is marked for review.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from pipeline.classify.classifier import Classifier, Scores, load_classifier
from pipeline.classify.features import clean
from pipeline.classify.topics import Topic, TopicReader, bare_title
from pipeline.records import Document, Finding, Outline

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

_SHOWN = 3
_THIN = 0.25
_SURE = 0.5
_CLOSE = 0.2
_SECOND = 0.15
_SECOND_SHARE = 0.25
_TRACE = 0.1
_TELLING = 2
_HEADING = 0.5
_HEADING_BARE = 0.8
_HEADING_SHORT = 1.5
_SHORT = 24


@dataclass(frozen=True, slots=True)
class Choice:
    """The categories of one statement; probability is that of `category`, margin its lead over the next category.

    runner_up: the best subcategory of the next category.
    """

    category: str
    subcategory: str
    secondary: tuple[str, ...]
    probability: float
    leaf_probability: float
    margin: float
    thin: bool
    runner_up: str
    runner_up_probability: float


def label(
    findings: Sequence[Finding], outline: Outline, document: Document, classifier: Classifier | None = None
) -> tuple[Finding, ...]:
    """Return the findings with category, subcategory, secondary, mandate, section_category and reasons filled in.

    "往来款挂账3年以上未清理" -> category "NK", subcategory "NK06", mandate "L2", and among its cues "NK06:往来款",
    "model:NK06 0.97", the probability of that subcategory, and "next:JF03 0.02", the best of another category. A
    statement under 工作作风 that is about receivables gets section_category "ZF" and category "NK". QT00 says that the
    evidence is too thin or that no category fits. classifier: the built-in one by default, or that of an own taxonomy.

    confidence becomes its old value (how sure it is that this is a finding) times the probability of the category:
    an estimate of how likely both are right. needs_review is kept, and set where the probability is below one half,
    where the next category is close, or where the heading's category has hardly any support in the statement.
    Raises ResourceError where the model or the phrases are missing or damaged.
    Limits: one main category a statement; who is meant (discipline staff or auditors) is told apart by words alone.
    """
    if not findings:
        return ()
    classifier = classifier or load_classifier()
    topics = TopicReader(outline, classifier)
    texts = [_read(finding, topics, document) for finding in findings]
    scored = zip(findings, classifier.score_all(texts), strict=True)
    return tuple(_labelled(finding, scores, topics, classifier) for finding, scores in scored)


def _read(finding: Finding, topics: TopicReader, document: Document) -> str:
    """Return what the model reads of a finding: of a heading its title, of a sentence all of it."""
    if topics.is_heading(finding):
        return bare_title(document.text[finding.core_start : finding.core_end])
    return clean(finding.text)


def _labelled(finding: Finding, scores: Scores, topics: TopicReader, classifier: Classifier) -> Finding:
    above = topics.above(finding)
    shifted = _with_prior(scores, above)
    choice = choose(shifted, classifier, grounded=bool(scores.indicators) or above is not None)
    section = topics.section_category(finding)
    return replace(
        finding,
        section_category=section,
        category=choice.category,
        subcategory=choice.subcategory,
        secondary=choice.secondary,
        mandate=classifier.taxonomy.categories[choice.category].mandate or None,
        confidence=round(finding.confidence * choice.probability, 4),
        cues=finding.cues + reasons(scores, choice, classifier, above),
        needs_review=finding.needs_review or doubtful(choice) or _at_odds(section, choice, scores, classifier),
    )


def _with_prior(scores: Scores, above: Topic | None) -> NDArray[numpy.float32]:
    """Return the probabilities of the subcategories, the heading's view multiplied in.

    The heading counts half as much as the statement, more where no telling phrase stands in the statement, and
    most where that statement is short, too: 次数偏少，效果不好 says nothing of its own.
    """
    if above is None:
        return scores.probabilities
    product = scores.probabilities * above.prior ** _heading_weight(scores)
    shifted: NDArray[numpy.float32] = product / product.sum()
    return shifted


def _heading_weight(scores: Scores) -> float:
    if any(found.weight >= _TELLING for found in scores.indicators):
        return _HEADING
    return _HEADING_SHORT if len(scores.row.places) < _SHORT else _HEADING_BARE


def choose(probabilities: NDArray[numpy.float32], classifier: Classifier, *, grounded: bool = True) -> Choice:
    """Return the categories that probabilities, one for each of the classifier's codes, speak for.

    The category is the one whose subcategories have most in sum; the subcategory is the best inside it. Without
    ground (no phrase, no heading) and with less than a thin probability the choice is the taxonomy's 其他 (QT00).
    """
    taxonomy = classifier.taxonomy
    sums = classifier.by_category(probabilities)
    ranked = sorted(sums, key=lambda code: (-sums[code], code))
    best, second = ranked[0], ranked[1]
    leaves = dict(zip(classifier.codes, probabilities.tolist(), strict=True))
    order = [code for _, code in sorted((-value, code) for code, value in leaves.items())]
    leaf, next_leaf = (next(code for code in order if taxonomy.category_of(code) == name) for name in (best, second))
    thin = not grounded and sums[best] < _THIN
    if thin:
        best, leaf, next_leaf = taxonomy.category_of(taxonomy.other), taxonomy.other, leaf
    supported = takewhile(lambda code: _supported(leaves[code], leaves[leaf]), order)
    further = [code for code in supported if code not in (leaf, taxonomy.other)]
    return Choice(
        category=best,
        subcategory=leaf,
        secondary=() if leaf == taxonomy.other else tuple(further[:2]),
        probability=sums[best],
        leaf_probability=leaves[leaf],
        margin=sums[ranked[0]] - sums[second],
        thin=thin,
        runner_up=next_leaf,
        runner_up_probability=leaves[next_leaf],
    )


def _supported(probability: float, best: float) -> bool:
    return probability >= _SECOND and probability >= _SECOND_SHARE * best


def doubtful(choice: Choice) -> bool:
    """Return whether a person should look at the category: it is thin, unlikely, or hardly ahead of the next one."""
    return choice.thin or choice.probability < _SURE or choice.margin < _CLOSE


def _at_odds(section: str | None, choice: Choice, scores: Scores, classifier: Classifier) -> bool:
    """Return whether the author's heading names a category that the statement itself hardly supports."""
    named = {classifier.taxonomy.category_of(code) for code in (choice.category, *choice.secondary)}
    if section is None or section in named:
        return False
    return classifier.by_category(scores.probabilities)[section] < _TRACE


def reasons(scores: Scores, choice: Choice, classifier: Classifier, above: Topic | None = None) -> tuple[str, ...]:
    """Return why: phrases and characters for the choice, the heading, and the same for the next best category."""
    shown = _phrases(scores, choice.subcategory, classifier)
    if not shown and not choice.thin:
        telling = classifier.model.telling(scores.row, choice.subcategory)
        shown = [f"chars:{choice.subcategory} {'/'.join(telling)}"] if telling else []
    if above is not None:
        shown.append(f"heading:{above.category} {above.probability:.2f}")
    shown.append(f"model:{choice.subcategory} {choice.leaf_probability:.2f}")
    return (*shown, _runner_up(scores, choice, classifier))


def _phrases(scores: Scores, code: str, classifier: Classifier) -> list[str]:
    """Return the indicator phrases for a subcategory or its category, the weightiest first."""
    wanted = (code, classifier.taxonomy.category_of(code))
    phrases = [found for found in scores.indicators if found.code in wanted]
    phrases.sort(key=lambda found: (-found.weight, found.code != code))
    return [f"{found.code}:{found.pattern}" for found in phrases[:_SHOWN]]


def _runner_up(scores: Scores, choice: Choice, classifier: Classifier) -> str:
    """Return the next best category's subcategory, its probability, and what spoke for it, if anything did."""
    code = choice.runner_up
    phrases = [phrase.partition(":")[2] for phrase in _phrases(scores, code, classifier)]
    words = phrases or classifier.model.telling(scores.row, code, against=choice.subcategory)
    return f"next:{code} {choice.runner_up_probability:.2f}{' ' + '/'.join(words) if words else ''}"
