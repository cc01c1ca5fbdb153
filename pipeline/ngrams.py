"""A linear model over character n-grams: plain arrays in, log probabilities out. Training is in train/roles.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ResourceError

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

_ARRAYS = ("vocabulary", "idf", "weights", "intercept", "classes", "lengths")


@dataclass(frozen=True, slots=True)
class NgramModel:
    """Term weights of a multinomial logistic regression over tf-idf with sublinear tf and unit length.

    weights: (n-grams, classes). lengths: the shortest and the longest n-gram.
    """

    classes: tuple[str, ...]
    places: dict[str, int]
    idf: NDArray[numpy.float32]
    weights: NDArray[numpy.float32]
    intercept: NDArray[numpy.float32]
    lengths: tuple[int, int]

    def log_proba(self, texts: Sequence[str]) -> NDArray[numpy.float32]:
        """Return the log probability of each class for each text, shape (texts, classes)."""
        import numpy

        scores = numpy.tile(self.intercept, (len(texts), 1))
        for row, text in enumerate(texts):
            scores[row] += self._score(text)
        scores -= scores.max(axis=1, keepdims=True)
        result: NDArray[numpy.float32] = scores - numpy.log(numpy.exp(scores).sum(axis=1, keepdims=True))
        return result

    def _score(self, text: str) -> NDArray[numpy.float32]:
        import numpy

        counts = Counter(
            place
            for size in range(self.lengths[0], self.lengths[1] + 1)
            for start in range(len(text) - size + 1)
            if (place := self.places.get(text[start : start + size])) is not None
        )
        if not counts:
            return numpy.zeros_like(self.intercept)
        places = numpy.fromiter(counts, dtype=numpy.int64)
        weights = (1 + numpy.log(numpy.fromiter(counts.values(), dtype=numpy.float32))) * self.idf[places]
        weights /= numpy.sqrt((weights**2).sum())
        score: NDArray[numpy.float32] = weights @ self.weights[places]
        return score


def load_ngrams(path: Path) -> NgramModel:
    """Return the model in a .npz file of plain arrays; ResourceError where it is missing or not of this form."""
    import numpy

    try:
        with numpy.load(path, allow_pickle=False) as arrays:
            parts = {name: arrays[name] for name in _ARRAYS}
    except (OSError, KeyError, ValueError) as error:
        raise ResourceError(f"模型文件 {path.name} 缺失或损坏。请重新安装 zicha。") from error
    words = parts["vocabulary"].tolist()
    return NgramModel(
        classes=tuple(parts["classes"].tolist()),
        places={word: place for place, word in enumerate(words)},
        idf=parts["idf"].astype(numpy.float32),
        weights=parts["weights"].astype(numpy.float32),
        intercept=parts["intercept"].astype(numpy.float32),
        lengths=(int(parts["lengths"][0]), int(parts["lengths"][1])),
    )
