"""What an adapter and the driver say to each other: one JSON object a line, one answer for each.

    {"task": "hello"}                  -> {"versions": {"jionlp": "1.5.31"}}
    {"task": "find", "text": "…"}      -> {"raw": [span, …], "adapted": [span, …]}
    {"task": "time", "texts": ["…"]}   -> {"seconds": 0.42}, one pass over the texts, measured inside

A span holds start, end, kind and, where known, value, period_start, period_end, item, masked.
Only the standard library is imported: an adapter runs in the environment of its extractor.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from importlib.metadata import version
from typing import Any, Protocol

from benchmarks.scoring import Found

# No gold date depends on the day of the run; this one stands in for "today" where an extractor asks for it.
REFERENCE_DAY = (2025, 6, 30)


class Extractor(Protocol):
    """What an adapter has to offer; `work` is the call that is timed."""

    @property
    def distributions(self) -> tuple[str, ...]:
        """Return the names of the distributions whose versions are told."""
        ...

    def find(self, text: str) -> tuple[list[Found], list[Found]]:
        """Return the spans of a text as the extractor gives them, and adapted to the genre."""
        ...

    def work(self, text: str) -> None:
        """Run the extractor on a text and nothing else."""
        ...


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text that are not blank, each with its offset."""
    place = 0
    for line in text.split("\n"):
        if line.strip():
            yield place, line
        place += len(line) + 1


def serve(make: Callable[[], Extractor]) -> None:
    """Answer the requests on standard input until it ends; what a library prints goes to standard error."""
    answers, sys.stdout = sys.stdout, sys.stderr
    # JioNLP logs a traceback for candidates that it rejects: that would be counted as its time.
    logging.disable(logging.CRITICAL)
    extractor = make()
    for line in sys.stdin:
        print(json.dumps(_answer(extractor, json.loads(line)), ensure_ascii=True), file=answers, flush=True)


def _answer(extractor: Extractor, request: dict[str, Any]) -> dict[str, Any]:
    if request["task"] == "hello":
        return {"versions": {name: version(name) for name in extractor.distributions}}
    if request["task"] == "find":
        raw, adapted = extractor.find(request["text"])
        return {"raw": list(map(asdict, raw)), "adapted": list(map(asdict, adapted))}
    if request["task"] == "time":
        return {"seconds": seconds(extractor.work, request["texts"])}
    raise ValueError(f"unknown task {request['task']!r}; known: hello, find, time")


def seconds(work: Callable[[str], None], texts: Iterable[str]) -> float:
    """Return the seconds of one pass over the texts."""
    start = time.perf_counter()
    for text in texts:
        work(text)
    return time.perf_counter() - start
