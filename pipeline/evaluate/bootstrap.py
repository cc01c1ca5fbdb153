"""Rates with 95 % intervals: the reports are drawn anew with replacement, always with the same seed.

Percentile bootstrap (Efron 1979) over reports, not over statements: statements of one report have one writer, so they
are no independent draws. Limits: of few reports the intervals are too narrow; of one there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.evaluate.scores import Count

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

SEED = 20261124
RESAMPLES = 1000
_LOW, _HIGH = 2.5, 97.5
_DIGITS = 4
# A rate of fewer reports than these has no interval.
_FEWEST = 2
# Which columns are the denominator of precision, recall, F1 (twice the right over both) and share.
_RATES = ((1,), (2,), (1, 2), (3,))


@dataclass(frozen=True, slots=True)
class Estimate:
    """A rate from 0 to 1 and the ends of its interval; None where it has no denominator, or no interval."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Rates:
    """A stage over some reports: the summed counts and the rates made of them."""

    reports: int
    count: Count
    precision: Estimate
    recall: Estimate
    f1: Estimate
    share: Estimate


def rates(counts: Sequence[Count], *, seed: int = SEED, resamples: int = RESAMPLES) -> Rates:
    """Return the rates of a stage from the counts of each report, of which there must be one at least.

    Example: rates([Count(8, 10, 9, 8)]).precision -> Estimate(0.8, None, None); two reports give intervals.
    """
    import numpy

    rows = numpy.array([(row.right, row.found, row.gold, row.judged) for row in counts], dtype=numpy.float64)
    places = numpy.random.default_rng(seed).integers(0, len(counts), size=(resamples, len(counts)))
    drawn = rows[places].sum(axis=1)
    precision, recall, f1, share = (_estimate(rows, drawn, parts) for parts in _RATES)
    right, found, gold, judged = (int(value) for value in rows.sum(axis=0))
    return Rates(len(counts), Count(right, found, gold, judged), precision, recall, f1, share)


def _estimate(rows: NDArray[numpy.float64], drawn: NDArray[numpy.float64], parts: tuple[int, ...]) -> Estimate:
    import numpy

    below = rows[:, list(parts)].sum(axis=1)
    if not below.any():
        return Estimate(None)
    value = round(len(parts) * float(rows[:, 0].sum() / below.sum()), _DIGITS)
    if numpy.count_nonzero(below) < _FEWEST:
        return Estimate(value)
    below = drawn[:, list(parts)].sum(axis=1)
    kept = below > 0
    low, high = numpy.percentile(len(parts) * drawn[kept, 0] / below[kept], (_LOW, _HIGH))
    return Estimate(value, round(float(low), _DIGITS), round(float(high), _DIGITS))
