"""What the linear model sees of a statement: its character n-grams, weighted by tf-idf.

Characters alone did as well as characters with words (see models/MODEL_CARD.md), and need no tokenizer. Figures and
punctuation are left out: they are about the size of a problem and its writer, not about what it concerns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.squeeze import squeeze

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

Splitter = Callable[[str], Counter[str]]

LONGEST = 2
# Who found it is not what it is about: left in, 审计指出： would make any statement one about rectification.
_SOURCE = re.compile(
    r"^(?:经)?(?:内部)?(?:审计|巡[察视]|督[察导查]|检查)(?:局|组|部门)?[^，：。]{0,6}?(?:指出|发现|反馈|查出|提出)[，：]"
)
_RUN = re.compile(r"[\u3400-\u9fffA-Za-z]+")


def clean(text: str) -> str:
    """Return text without stray blanks and opening source, e.g. "审计指出:长期 挂账" -> "长期挂账"."""
    return _SOURCE.sub("", squeeze(text, 0, len(text)).text)


def grams(text: str, *, shortest: int = 1, longest: int = LONGEST) -> Counter[str]:
    """Return how often each n-gram of the given numbers of characters occurs, e.g. "未报，批" -> 未 报 批 未报."""
    return Counter(
        run[at : at + size]
        for run in _RUN.findall(text)
        for size in range(shortest, longest + 1)
        for at in range(len(run) - size + 1)
    )


@dataclass(frozen=True, slots=True)
class Row:
    """The non-zero places of a feature vector of length one, and their values; both empty where nothing is known."""

    places: NDArray[numpy.int64]
    values: NDArray[numpy.float32]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The n-grams that the model knows, each with its place, their inverse document frequencies, and their maker."""

    places: dict[str, int]
    idf: NDArray[numpy.float32]
    split: Splitter = grams

    def row(self, text: str) -> Row:
        """Return the vector of a text that went through `clean`: (1 + ln count) · idf, scaled to length one."""
        import numpy

        known = [(self.places[gram], count) for gram, count in self.split(text).items() if gram in self.places]
        places = numpy.array([place for place, _ in known], dtype=numpy.int64)
        counts = numpy.array([count for _, count in known], dtype=numpy.float32)
        values = ((1.0 + numpy.log(counts)) * self.idf[places]).astype(numpy.float32)
        length = numpy.float32(numpy.sqrt(values @ values)) or numpy.float32(1.0)
        return Row(places, (values / length).astype(numpy.float32))
