"""What the linear model sees of a statement: its character n-grams, weighted by tf-idf.

Characters alone did as well as characters with words (see models/MODEL_CARD.md), and need no tokenizer.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.squeeze import squeeze

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

LONGEST = 3
_NUMBER = re.compile(r"[0-9０-９][0-9０-９.,，．]*")


@dataclass(frozen=True, slots=True)
class Row:
    """The non-zero places of a feature vector of length one, and their values; both empty where nothing is known."""

    places: NDArray[numpy.int64]
    values: NDArray[numpy.float32]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The n-grams that the model knows, each with its place, and their inverse document frequencies."""

    places: dict[str, int]
    idf: NDArray[numpy.float32]

    def row(self, text: str) -> Row:
        """Return the vector of a text that went through `clean`: (1 + ln count) · idf, scaled to length one."""
        import numpy

        known = [(self.places[gram], count) for gram, count in grams(text).items() if gram in self.places]
        places = numpy.array([place for place, _ in known], dtype=numpy.int64)
        counts = numpy.array([count for _, count in known], dtype=numpy.float32)
        values = (1.0 + numpy.log(counts)) * self.idf[places]
        length = float(numpy.sqrt(values @ values))
        return Row(places, values / numpy.float32(length or 1.0))


def clean(text: str) -> str:
    """Return text without stray blanks, its figures as 0, e.g. "挂账 3 笔，2.83万元" -> "挂账0笔，0万元"."""
    return _NUMBER.sub("0", squeeze(text, 0, len(text)).text)


def grams(text: str) -> Counter[str]:
    """Return how often each n-gram of 1 to LONGEST characters occurs, e.g. "未报批" -> 未 报 批 未报 报批 未报批."""
    return Counter(text[at : at + size] for size in range(1, LONGEST + 1) for at in range(len(text) - size + 1))
