"""Linear models over what a text is made of: n-grams of characters, and words. Used for categories, problems and roles.

Plain arrays, read by numpy alone; `train/` fits them, `model_store` keeps them in files.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice, pairwise
from operator import add
from typing import TYPE_CHECKING

from pipeline.ngrams import LONGEST, NgramTable, ngram_table
from pipeline.words import cut

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

WORD = "词："
# From so many texts on they are looked up together; one alone is faster by its strings.
_MANY = 4
_LETTERS = re.compile(r"[\u3400-\u9fffA-Za-z]+")
_ANYTHING = re.compile(r".+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Features:
    """What of a text is counted: n-grams from shortest to longest characters, words where wanted.

    letters_only: figures and punctuation part the n-grams and do not count. They are about the size of a problem and
    its writer; where the part of a report is asked for, they help.
    """

    shortest: int = 1
    longest: int = 2
    letters_only: bool = True
    words: bool = False

    def split(self, text: str) -> Counter[str]:
        """Return how often each feature occurs, e.g. "未报，批" -> 未 报 批 未报."""
        return Counter(self.each(text))

    def each(self, text: str) -> list[str]:
        """Return every occurrence of a feature in text: the n-grams run by run, the shortest first, then the words."""
        found: list[str] = []
        for run in (_LETTERS if self.letters_only else _ANYTHING).findall(text):
            grams: Iterable[str] = run
            for size in range(1, self.longest + 1):
                if size > 1:
                    grams = list(map(add, grams, run[size - 1 :]))
                if size >= self.shortest:
                    found.extend(grams)
        if self.words:
            found.extend(WORD + word for word in cut(text) if len(word) > 1 and _LETTERS.fullmatch(word))
        return found


@dataclass(frozen=True, slots=True)
class Row:
    """The non-zero places of a feature vector of length one, and their values; both empty where nothing is known."""

    places: NDArray[numpy.int64]
    values: NDArray[numpy.float32]


@dataclass(frozen=True)
class Vocabulary:
    """The features that a model knows, each with its place, and their inverse document frequencies."""

    terms: tuple[str, ...]
    places: dict[str, int]
    idf: NDArray[numpy.float32]
    features: Features

    def row(self, text: str, *, further: Iterable[str] = ()) -> Row:
        """Return the vector of a text: (1 + ln count) · idf, scaled to length one. further: features of other kinds."""
        import numpy

        counted = Counter(map(self.places.get, chain(self.features.each(text), further)))
        counted.pop(None, None)
        places = numpy.fromiter(counted, dtype=numpy.int64, count=len(counted))
        counts = numpy.fromiter(counted.values(), dtype=numpy.float32, count=len(counted))
        values = ((1.0 + numpy.log(counts)) * self.idf[places]).astype(numpy.float32)
        length = numpy.float32(numpy.sqrt(values @ values)) or numpy.float32(1.0)
        return Row(places, (values / length).astype(numpy.float32))

    def rows(self, texts: Sequence[str]) -> list[Row]:
        """Return what `row` does for each text; faster for many."""
        import numpy

        if len(texts) < _MANY or self._table is None:
            return [self.row(text) for text in texts]
        of_text, places, counts = self._table.count(texts)
        values = (1.0 + numpy.log(counts)) * self.idf[places]
        lengths = numpy.sqrt(numpy.bincount(of_text, values * values, len(texts)))
        shares: NDArray[numpy.float32] = (values / lengths[of_text]).astype(numpy.float32)
        ends = numpy.searchsorted(of_text, numpy.arange(1, len(texts) + 1)).tolist()
        return [Row(places[start:end], shares[start:end]) for start, end in pairwise([0, *ends])]

    @cached_property
    def _table(self) -> NgramTable | None:
        """The n-grams as numbers; None where there are other features or too long ones."""
        looks = self.features
        if looks.words or looks.longest > LONGEST:
            return None
        found = ngram_table(self.terms, shortest=looks.shortest, longest=looks.longest, letters_only=looks.letters_only)
        return found if len(found.keys) else None


def vocabulary(terms: Iterable[str], idf: NDArray[numpy.float32], features: Features) -> Vocabulary:
    """Return the vocabulary of these terms, in their order, with one inverse document frequency for each."""
    known = tuple(terms)
    return Vocabulary(known, {term: place for place, term in enumerate(known)}, idf, features)


@dataclass(frozen=True, slots=True)
class TextModel:
    """Multinomial logistic regression; weights has a row for each feature and a column for each class."""

    classes: tuple[str, ...]
    vocabulary: Vocabulary
    weights: NDArray[numpy.float32]
    intercept: NDArray[numpy.float32]

    def log_probabilities(self, *rows: Row) -> NDArray[numpy.float32]:
        """Return natural log-probabilities, shape (rows, classes), the classes in the order of `classes`."""
        import numpy

        weights = self.weights
        scores = [row.values @ weights.take(row.places, axis=0) for row in rows]
        return log_softmax(numpy.array(scores, dtype=numpy.float32).reshape(-1, len(self.classes)) + self.intercept)

    def of_texts(self, texts: Sequence[str]) -> NDArray[numpy.float32]:
        """Return the log-probabilities of each text, shape (texts, classes)."""
        return self.log_probabilities(*self.vocabulary.rows(texts))

    def telling(self, row: Row, name: str, *, against: str | None = None, limit: int = 3) -> list[str]:
        """Return the features of two or more characters that speak most for a class, the strongest first.

        against: the class that they should tell it from; without one, what speaks for the class as such.
        """
        import numpy

        column = self.weights[row.places, self.classes.index(name)]
        if against is not None:
            column = column - self.weights[row.places, self.classes.index(against)]
        shares = row.values * column
        terms = self.vocabulary.terms
        ranked = (terms[row.places[at]] for at in numpy.argsort(-shares, kind="stable") if shares[at] > 0)
        told = (term.removeprefix(WORD) for term in ranked)
        return list(islice((term for term in told if len(term) > 1), limit))


def log_softmax(scores: NDArray[numpy.float32]) -> NDArray[numpy.float32]:
    """Return scores shifted so that their exponentials add up to one, along the last axis."""
    import numpy

    shifted = scores - numpy.maximum.reduce(scores, axis=-1, keepdims=True)
    total = numpy.add.reduce(numpy.exp(shifted), axis=-1, keepdims=True)
    result: NDArray[numpy.float32] = shifted - numpy.log(total)
    return result
