"""Fits linear models over the features of texts; the same arrays, byte for byte, for the same data and libraries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.text_model import Features, Row, TextModel, Vocabulary, vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MAX_STEPS = 1000


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text to learn from. group: whose it is; share: how much it counts; further: features beside its wording."""

    text: str
    label: str
    group: Hashable
    share: float = 1.0
    further: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is fitted. least_groups: a feature counts where texts of so many groups have it.

    inverse_penalty: C of scikit-learn's logistic regression. balanced: each class counts the same in sum.
    """

    features: Features
    inverse_penalty: float
    least_groups: int = 2
    balanced: bool = False


def fit(texts: Sequence[Labelled], recipe: Recipe, *, classes: Sequence[str] | None = None) -> TextModel:
    """Return multinomial logistic regression with an L2 penalty over the features that several groups used.

    classes: their order in the model; the order of the alphabet where it is None. Raises ValueError where a class has
    no text. Nothing is drawn at random and the solver runs on one thread.
    """
    import numpy
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    names = tuple(classes) if classes is not None else tuple(sorted({text.label for text in texts}))
    if missing := sorted(set(names) - {text.label for text in texts}):
        raise ValueError(f"no text of class {', '.join(missing)}")
    known = _vocabulary(texts, recipe)
    rows = [known.row(text.text, further=text.further) for text in texts]
    wanted = numpy.array([names.index(text.label) for text in texts])
    shares = numpy.array([text.share for text in texts])
    balance = "balanced" if recipe.balanced else None
    learner = LogisticRegression(C=recipe.inverse_penalty, max_iter=_MAX_STEPS, class_weight=balance)
    with threadpool_limits(1):
        learner.fit(_matrix(rows, len(known.terms)), wanted, sample_weight=shares)
    weights, intercept = learner.coef_.T, learner.intercept_
    if len(names) == 2:  # scikit-learn keeps one column for two classes
        weights, intercept = numpy.hstack([-weights, weights]) / 2, numpy.hstack([-intercept, intercept]) / 2
    return TextModel(names, known, _rounded(weights), intercept.astype(numpy.float32))


def _vocabulary(texts: Sequence[Labelled], recipe: Recipe) -> Vocabulary:
    import numpy

    groups: dict[str, set[Hashable]] = {}
    documents: Counter[str] = Counter()
    for text in texts:
        for feature in {*recipe.features.split(text.text), *text.further}:
            documents[feature] += 1
            groups.setdefault(feature, set()).add(text.group)
    terms = sorted(feature for feature, who in groups.items() if len(who) >= recipe.least_groups)
    counts = numpy.array([documents[term] for term in terms], dtype=numpy.float64)
    idf = numpy.log((1 + len(texts)) / (1 + counts)) + 1
    return vocabulary(terms, idf.astype(numpy.float32), recipe.features)


def _matrix(rows: Sequence[Row], columns: int) -> Any:
    import numpy
    from scipy.sparse import csr_matrix

    starts = numpy.cumsum([0, *(len(row.places) for row in rows)])
    values = numpy.concatenate([row.values for row in rows]).astype(numpy.float64)
    return csr_matrix((values, numpy.concatenate([row.places for row in rows]), starts), shape=(len(rows), columns))


def _rounded(weights: NDArray[Any]) -> NDArray[Any]:
    """Return the weights as the artefact will hold them, so that what is measured is what is used."""
    import numpy

    return weights.astype(numpy.float16).astype(numpy.float32)
