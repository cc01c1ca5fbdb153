"""One statement's scores: the linear model and the indicator phrases put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.classify.features import Row
from pipeline.classify.indicators import Indicator, lexicon
from pipeline.classify.linear import LinearModel, log_softmax

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Scores:
    """What is known of one statement; probabilities are calibrated, one for each of the model's codes."""

    row: Row
    indicators: tuple[Indicator, ...]
    probabilities: NDArray[numpy.float32]


def score(text: str, model: LinearModel, *, emphasis: float = 1.0) -> Scores:
    """Return the scores of a text that went through `clean`.

    softmax((log p(model) + w · points of the phrases) / temperature); w and temperature come with the model.
    emphasis: how many times more than in a whole statement the phrases count.
    """
    import numpy

    row = model.vocabulary.row(text)
    found = lexicon().find(text)
    weight, temperature = (
        numpy.float32(emphasis * model.settings.indicator_weight),
        numpy.float32(model.settings.temperature),
    )
    together: NDArray[numpy.float32] = model.log_probabilities(row) + weight * points(found, model.codes)
    probabilities = numpy.exp(log_softmax((together / temperature).astype(numpy.float32)))
    return Scores(row, found, probabilities)


def points(found: Iterable[Indicator], codes: tuple[str, ...]) -> NDArray[numpy.float32]:
    """Return the sum of the weights of the phrases for each code; a category's phrase counts for all below it."""
    import numpy

    total = numpy.zeros(len(codes), dtype=numpy.float32)
    for indicator in found:
        for place, code in enumerate(codes):
            if code.startswith(indicator.code):
                total[place] += indicator.weight
    return total
