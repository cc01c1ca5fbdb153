"""JioNLP: `extract_time` and `extract_money`, the numeric extractors it has (no counts, percent or physical units)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from benchmarks.peers.genre import adapt, as_exact, longest
from benchmarks.peers.protocol import REFERENCE_DAY, lines_of, serve
from benchmarks.scoring import Found

_BASE = datetime(*REFERENCE_DAY).timestamp()
_KINDS = {"time_point": "date", "time_span": "date", "time_delta": "duration", "time_period": "frequency"}
_STRETCH = re.compile(r"[至到\-—~～]|[近过]|以来|期间")
_DELTA_UNITS = ("year", "month", "day", "hour", "minute", "second", "week", "quarter")


class JioNLP:
    """Both extractors line by line, with their values (`with_parsing=True`)."""

    distributions = ("jionlp",)

    def __init__(self) -> None:
        # Greets on standard output when it is imported; by now that leads elsewhere.
        from jionlp import ner

        self.ner = ner

    def find(self, text: str) -> tuple[list[Found], list[Found]]:
        """Return times and sums; of two that overlap the longer."""
        spans = [
            span
            for place, line in lines_of(text)
            for span in (
                *(_time(place, row) for row in self.ner.extract_time(line, time_base=_BASE, with_parsing=True)),
                *(_money(place, row) for row in self.ner.extract_money(line, with_parsing=True)),
            )
        ]
        return longest(spans), adapt(text, spans)

    def work(self, text: str) -> None:
        """Extract times and sums of each line."""
        for _, line in lines_of(text):
            self.ner.extract_time(line, time_base=_BASE, with_parsing=True)
            self.ner.extract_money(line, with_parsing=True)


def _time(place: int, row: dict[str, Any]) -> Found:
    start, end = (place + offset for offset in row["offset"])
    kind = _KINDS.get(row["type"], "date")
    if kind == "duration":
        return Found(start, end, kind, value=_delta(row["detail"]["time"]))
    if kind == "frequency":
        return Found(start, end, kind)
    first, last = (moment[:10] for moment in row["detail"]["time"])
    if row["type"] == "time_span" and _STRETCH.search(row["text"]):
        kind = "period"
    return Found(start, end, kind, value=as_exact(first, last), period_start=first, period_end=last)


def _delta(time: Any) -> float | None:
    """Return the number of a duration in its own unit; of 3年以上, which JioNLP gives as two limits, the first."""
    first = time[0] if isinstance(time, list) else time
    numbers = [first[unit] for unit in _DELTA_UNITS if isinstance(first, dict) and unit in first]
    number = numbers[0] if numbers else None
    return float(number[0] if isinstance(number, list) else number) if number is not None else None


def _money(place: int, row: dict[str, Any]) -> Found:
    start, end = (place + offset for offset in row["offset"])
    number = row["detail"]["num"]
    return Found(start, end, "money", value=float(number[0] if isinstance(number, list) else number))


if __name__ == "__main__":
    serve(JioNLP)
