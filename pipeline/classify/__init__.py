"""Findings → category, subcategory, confidence, reasons.

A trained model over characters and a table of indicator phrases score the statement; the headings above it shift the
scores. Content decides over the heading: where they disagree, both are kept and the finding is marked for review.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.classify.features import clean
from pipeline.classify.linear import LinearModel, load_model
from pipeline.classify.scoring import Scores, score
from pipeline.classify.topics import Topic, TopicReader, bare_title
from pipeline.records import Document, Finding, Outline
from pipeline.taxonomy import OTHER, categories

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
    """The categories of one statement; probability is that of `category`, margin its lead over the next category."""

    category: str
    subcategory: str
    secondary: tuple[str, ...]
    probability: float
    leaf_probability: float
    margin: float
    thin: bool


def label(findings: Sequence[Finding], outline: Outline, document: Document) -> tuple[Finding, ...]:
    """Return the findings with category, subcategory, secondary, mandate, section_category and reasons filled in.

    "往来款挂账3年以上未清理" -> category "NK", subcategory "NK06", mandate "L2", and among its cues "NK06:往来款" and
    "model:NK06 0.97", the probability of that subcategory. A statement under 工作作风 that is about receivables gets
    section_category "ZF" and category "NK". QT00 says that the evidence is too thin or that no category fits.

    confidence becomes its old value (how sure it is that this is a finding) times the probability of the category:
    an estimate of how likely both are right. needs_review is kept, and set where the probability is below one half,
    where the next category is close, or where the heading's category has hardly any support in the statement.
    Raises ResourceError where the model or the phrases are missing or damaged.
    Limits: one main category a statement; who is meant (discipline staff or auditors) is told apart by words alone.
    """
    if not findings:
        return ()
    model = load_model()
    topics = TopicReader(outline, model)
    return tuple(_labelled(finding, topics, model, document) for finding in findings)


def _labelled(finding: Finding, topics: TopicReader, model: LinearModel, document: Document) -> Finding:
    own = topics.is_heading(finding)
    core = document.text[finding.core_start : finding.core_end]
    scores = score(bare_title(core) if own else clean(finding.text), model)
    above = topics.above(finding)
    choice = choose(_with_prior(scores, above, model), model, grounded=bool(scores.indicators) or above is not None)
    section = topics.section_category(finding)
    return replace(
        finding,
        section_category=section,
        category=choice.category,
        subcategory=choice.subcategory,
        secondary=choice.secondary,
        mandate=categories()[choice.category].mandate or None,
        confidence=round(finding.confidence * choice.probability, 4),
        cues=finding.cues + _reasons(scores, choice, above, model),
        needs_review=finding.needs_review or _doubtful(choice) or _at_odds(section, choice, scores, model),
    )


def _with_prior(scores: Scores, above: Topic | None, model: LinearModel) -> NDArray[numpy.float32]:
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


def choose(probabilities: NDArray[numpy.float32], model: LinearModel, *, grounded: bool = True) -> Choice:
    """Return the categories that probabilities, one for each of the model's codes, speak for.

    The category is the one whose subcategories have most in sum; the subcategory is the best inside it. Without
    ground (no phrase, no heading) and with less than a thin probability the choice is QT00.
    """
    sums = model.by_category(probabilities)
    ranked = sorted(sums, key=lambda code: (-sums[code], code))
    best, margin = ranked[0], sums[ranked[0]] - sums[ranked[1]]
    leaves = dict(zip(model.codes, (float(value) for value in probabilities), strict=True))
    order = sorted(leaves, key=lambda code: (-leaves[code], code))
    leaf = next(code for code in order if categories()[code].parent == best)
    if not grounded and sums[best] < _THIN:
        other = categories()[OTHER].parent
        return Choice(other, OTHER, (), sums[other], leaves[OTHER], margin, True)
    further = [code for code in order if code not in (leaf, OTHER) and _supported(leaves[code], leaves[leaf])]
    secondary = () if leaf == OTHER else tuple(further[:2])
    return Choice(best, leaf, secondary, sums[best], leaves[leaf], margin, False)


def _supported(probability: float, best: float) -> bool:
    return probability >= _SECOND and probability >= _SECOND_SHARE * best


def _doubtful(choice: Choice) -> bool:
    return choice.thin or choice.probability < _SURE or choice.margin < _CLOSE


def _at_odds(section: str | None, choice: Choice, scores: Scores, model: LinearModel) -> bool:
    """Return whether the author's heading names a category that the statement itself hardly supports."""
    if section is None or section == choice.category or section in {code[:2] for code in choice.secondary}:
        return False
    return model.by_category(scores.probabilities)[section] < _TRACE


def _reasons(scores: Scores, choice: Choice, above: Topic | None, model: LinearModel) -> tuple[str, ...]:
    """Return why: the phrases for the choice, the model's characters where there is no phrase, the heading."""
    wanted = (choice.subcategory, choice.category)
    phrases = [found for found in scores.indicators if found.code in wanted]
    phrases.sort(key=lambda found: (-found.weight, found.code != choice.subcategory))
    shown = [f"{found.code}:{found.pattern}" for found in phrases[:_SHOWN]]
    telling = [] if shown or choice.thin else model.telling(scores.row, choice.subcategory)
    shown += [f"chars:{choice.subcategory} {'/'.join(telling)}"] if telling else []
    if above is not None:
        shown.append(f"heading:{above.category} {above.probability:.2f}")
    return (*shown, f"model:{choice.subcategory} {choice.leaf_probability:.2f}")
