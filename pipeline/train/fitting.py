"""Fits the classifier's linear model to labelled statements; the same arrays, byte for byte, for the same data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipeline.classify.features import Row, Splitter, Vocabulary, grams
from pipeline.classify.linear import LinearModel, Settings
from pipeline.errors import ResourceError
from pipeline.taxonomy import subcategories
from pipeline.train.examples import Example

if TYPE_CHECKING:
    from numpy.typing import NDArray

MIN_WRITERS = 2
INVERSE_PENALTY = 30.0
INDICATOR_WEIGHT = 0.25
_MAX_STEPS = 1000


def fit(examples: Sequence[Example], *, temperature: float = 1.0, split: Splitter = grams) -> LinearModel:
    """Return multinomial logistic regression with an L2 penalty over the n-grams that two writers used.

    split: what the features of a text are.
    """
    import numpy
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    codes = tuple(row.code for row in subcategories())
    vocabulary = _vocabulary(examples, split)
    rows = [vocabulary.row(example.text) for example in examples]
    wanted = numpy.array([codes.index(example.code) for example in examples])
    shares = numpy.array([example.share for example in examples])
    learner = LogisticRegression(C=INVERSE_PENALTY, max_iter=_MAX_STEPS)
    with threadpool_limits(1):
        learner.fit(_matrix(rows, len(vocabulary.places)), wanted, sample_weight=shares)
    if len(learner.classes_) != len(codes):
        raise ResourceError("有的类目没有例句。请在 corpus/sentences 中补写后再训练。")
    weights, intercept = _rounded(learner.coef_.T), learner.intercept_.astype(numpy.float32)
    return LinearModel(codes, vocabulary, weights, intercept, Settings(temperature, INDICATOR_WEIGHT))


def _vocabulary(examples: Sequence[Example], split: Splitter) -> Vocabulary:
    import numpy

    writers: dict[str, set[str]] = {}
    documents: Counter[str] = Counter()
    for example in examples:
        for gram in split(example.text):
            documents[gram] += 1
            writers.setdefault(gram, set()).add(example.writer)
    terms = sorted(term for term, who in writers.items() if len(who) >= MIN_WRITERS)
    counts = numpy.array([documents[term] for term in terms], dtype=numpy.float64)
    idf = numpy.log((1 + len(examples)) / (1 + counts)) + 1
    return Vocabulary({term: place for place, term in enumerate(terms)}, idf.astype(numpy.float32), split)


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
