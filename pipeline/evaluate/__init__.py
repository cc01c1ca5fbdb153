"""How right the program is: every stage against annotated reports, overall and in groups, with intervals.

Example: `summarize(list(evaluate(read_gold())), by=("genre",)).overall.rates_of("findings").recall.value` -> 0.93.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from pipeline.analyze import analyze_document
from pipeline.evaluate.gold import read_gold
from pipeline.evaluate.gold_records import GoldError, GoldReport
from pipeline.evaluate.scores import ReportScore, score_report
from pipeline.evaluate.summary import BREAKDOWNS, Breakdown, Group, Summary, summarize
from pipeline.records import Report

__all__ = [
    "BREAKDOWNS",
    "Breakdown",
    "GoldError",
    "GoldReport",
    "Group",
    "ReportScore",
    "Summary",
    "analyze_gold",
    "evaluate",
    "read_gold",
    "score_report",
    "summarize",
]


def evaluate(gold: Iterable[GoldReport]) -> Iterator[ReportScore]:
    """Yield what each annotated report counts for, in the order given; the texts are analysed as `analyze` does it."""
    for row in gold:
        yield score_report(row, analyze_gold(row))


def analyze_gold(gold: GoldReport) -> Report:
    """Return what the program makes of a gold text, as if it were the file NAME.txt."""
    from pipeline.reading.plain import read_plain

    data = gold.text.encode("utf-8")
    name = f"{gold.name}.txt"
    return analyze_document(read_plain(data, name, report_id=hashlib.sha256(data).hexdigest()[:12]))
