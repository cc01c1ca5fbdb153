"""Recognizers-Text: numbers, percentages, ordinals, currency, dimension, age, and dates, periods, durations, sets.

Line by line: its date model drops the rest of a text after the first match that it cannot parse, so whole texts would
lose a third of its dates. Models are made once and called directly, which is quicker than its `recognize_…` functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from recognizers_date_time import DateTimeRecognizer
from recognizers_number import NumberRecognizer
from recognizers_number_with_unit import NumberWithUnitRecognizer
from recognizers_text import Culture

from benchmarks.peers.genre import adapt, as_exact, longest
from benchmarks.peers.protocol import REFERENCE_DAY, lines_of, serve
from benchmarks.scoring import Found

_TODAY = datetime(*REFERENCE_DAY)
_TIME_KINDS = {
    "date": "date",
    "daterange": "date",
    "datetime": "date",
    "datetimerange": "period",
    "duration": "duration",
    "set": "frequency",
}


class Recognizers:
    """All Chinese models for finding; currency and dates for the time."""

    distributions = ("recognizers-text-suite",)

    def __init__(self) -> None:
        numbers, units = NumberRecognizer(Culture.Chinese), NumberWithUnitRecognizer(Culture.Chinese)
        self.currency = units.get_currency_model()
        self.dates = DateTimeRecognizer(Culture.Chinese).get_datetime_model()
        self.models = {
            "number": numbers.get_number_model(),
            "percent": numbers.get_percentage_model(),
            "ordinal": numbers.get_ordinal_model(),
            "money": self.currency,
            "physical": units.get_dimension_model(),
            "duration": units.get_age_model(),
        }

    def find(self, text: str) -> tuple[list[Found], list[Found]]:
        """Return what the models give together; of two that overlap the longer."""
        spans = [span for place, line in lines_of(text) for span in self._spans(place, line)]
        return longest(spans), adapt(text, spans)

    def work(self, text: str) -> None:
        """Read currency and dates of each line."""
        for _, line in lines_of(text):
            self.currency.parse(line)
            self.dates.parse(line, _TODAY)

    def _spans(self, place: int, line: str) -> Iterator[Found]:
        for kind, model in self.models.items():
            for row in model.parse(line):
                yield Found(place + row.start, place + row.end + 1, kind, value=_number(row.resolution))
        for row in self.dates.parse(line, _TODAY):
            span = _time(place, row)
            if span is not None:
                yield span


def _number(resolution: dict[str, Any] | None) -> float | None:
    try:
        return float(str((resolution or {}).get("value")).removesuffix("%"))
    except ValueError:
        return None


def _time(place: int, row: Any) -> Found | None:
    """Return a time as a span; None for times of day, which the genre does not count."""
    name = row.type_name.removeprefix("datetimeV2.")
    if name not in _TIME_KINDS:
        return None
    start, end = place + row.start, place + row.end + 1
    values = (row.resolution or {}).get("values") or [{}]
    timex, first = values[0].get("timex", ""), values[0]
    kind = "period" if timex.startswith("(") else _TIME_KINDS[name]
    if kind == "duration":
        return Found(start, end, kind, value=_timex_number(timex))
    begin, until = first.get("start"), first.get("end")
    value = as_exact(begin, until or "") if begin else first.get("value")
    return Found(start, end, kind, value=value, period_start=begin, period_end=until)


def _timex_number(timex: str) -> float | None:
    """Return the number of a duration in its own unit: P3Y -> 3."""
    try:
        return float(timex.lstrip("PT")[:-1])
    except ValueError:
        return None


if __name__ == "__main__":
    serve(Recognizers)
