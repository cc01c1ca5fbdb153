"""The model of wordings (models/roles) asked about many short sentences at once.

`TextModel.of_texts` turns one sentence after the other into a vector; a report has hundreds of sentences with
quantities, and the work for each of them costs more than the arithmetic. Here an n-gram is a number, made of the code
points of its characters, and all n-grams of all sentences are looked up together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pipeline.role_model import role_model
from pipeline.text_model import log_softmax

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

# A code point takes 21 bits, so three of them fit into one number of 64.
_BITS, _LONGEST = 21, 3


@dataclass(frozen=True, slots=True)
class _Table:
    """The n-grams that the model knows, as ascending numbers, and the place of each in its vocabulary."""

    keys: NDArray[numpy.int64]
    places: NDArray[numpy.int64]


def log_probabilities(sentences: Sequence[str]) -> NDArray[numpy.float32]:
    """Return what `role_model().of_texts(sentences)` does: log-probabilities, shape (sentences, classes)."""
    import numpy

    model = role_model()
    features = model.vocabulary.features
    if features.words or features.letters_only or features.longest > _LONGEST or not sentences:
        return model.of_texts(sentences)
    rows, places, counts = _counted(sentences)
    values = (1.0 + numpy.log(counts)) * model.vocabulary.idf[places]
    lengths = numpy.sqrt(numpy.bincount(rows, values * values, len(sentences)))
    shares = (values / lengths[rows]).astype(numpy.float32)
    scores = numpy.zeros((len(sentences), len(model.classes)), dtype=numpy.float32)
    if len(rows):
        present, begins = numpy.unique(rows, return_index=True)
        scores[present] = numpy.add.reduceat(shares[:, None] * model.weights[places], begins, axis=0)
    return log_softmax(scores + model.intercept)


def _counted(sentences: Sequence[str]) -> tuple[NDArray[numpy.int64], NDArray[numpy.int64], NDArray[numpy.int64]]:
    """Return for each known n-gram of each sentence the number of the sentence, its place, and how often it occurs."""
    import numpy

    table, size = _table(), len(role_model().vocabulary.terms)
    rows, keys = _keys(sentences)
    at = numpy.minimum(numpy.searchsorted(table.keys, keys), len(table.keys) - 1)
    known = table.keys[at] == keys
    found, counts = numpy.unique(rows[known] * size + table.places[at[known]], return_counts=True)
    return found // size, found % size, counts


def _keys(sentences: Sequence[str]) -> tuple[NDArray[numpy.int64], NDArray[numpy.int64]]:
    """Return the n-grams of the sentences as numbers, each with the number of its sentence."""
    import numpy

    features, codes = role_model().vocabulary.features, _codes("".join(sentences))
    rows = numpy.repeat(numpy.arange(len(sentences)), [len(sentence) for sentence in sentences])
    keys, owners, grams = [], [], codes
    for size in range(1, features.longest + 1):
        count = max(0, len(codes) - size + 1)
        grams = codes if size == 1 else grams[:count] | (codes[size - 1 :] << _BITS * (size - 1))
        # An n-gram does not reach from one sentence into the next.
        inside = rows[:count] == rows[len(rows) - count :]
        if size >= features.shortest:
            keys.append(grams[inside])
            owners.append(rows[:count][inside])
    return numpy.concatenate(owners), numpy.concatenate(keys)


def _codes(text: str) -> NDArray[numpy.int64]:
    """Return the code points of a text, each plus one, so that no character counts for nothing."""
    import numpy

    return numpy.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=numpy.uint32).astype(numpy.int64) + 1


@cache
def _table() -> _Table:
    import numpy

    terms = role_model().vocabulary.terms
    codes = numpy.append(_codes("".join(terms)), [0] * _LONGEST)
    sizes = numpy.array([len(term) for term in terms])
    begins = numpy.cumsum(sizes) - sizes
    keys = numpy.zeros(len(terms), dtype=numpy.int64)
    for at in range(_LONGEST):
        keys |= numpy.where(at < sizes, codes[begins + at] << _BITS * at, 0)
    order = numpy.argsort(keys)
    return _Table(keys[order], order)
