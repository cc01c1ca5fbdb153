"""One report against its gold: counts of every stage, which can be added up over reports.

The definitions are those of the tables' scorer: quotes are found blind to white space, a finding is matched by the
segment that it covers, a heading by where it begins, a quantity by the characters it shares.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.evaluate.faults import Fault
from pipeline.evaluate.gold_records import GoldReport
from pipeline.evaluate.headings import HeadingCounts, score_headings
from pipeline.evaluate.locate import Locator
from pipeline.evaluate.reasons import problem_faults
from pipeline.evaluate.statements import Judged, ProblemCounts, count_problems, judge_segments
from pipeline.evaluate.values import QuantityCounts, score_quantities
from pipeline.records import Genre, Report
from pipeline.taxonomy import categories

# In the order of the report's way through the program; the names are those of the JSON output.
PROBLEM_STAGES = ("findings", "category", "subcategory")
HEADING_STAGES = ("headings", "levels", "roles")
QUANTITY_STAGES = ("quantities", "value", "kind", "unit", "bound", "item", "masked")
STAGES = (*PROBLEM_STAGES, *HEADING_STAGES, *QUANTITY_STAGES)


@dataclass(frozen=True, slots=True)
class Count:
    """Additive counts of a stage.

    right of `found` (what the program says) is its precision, of `gold` its recall, of `judged` (what was found
    rightly and can be right or wrong in this respect, e.g. the headings found, for levels) its share.
    """

    right: int = 0
    found: int = 0
    gold: int = 0
    judged: int = 0


@dataclass(frozen=True, slots=True)
class ReportScore:
    """What one report counts for; None for what its gold does not hold. genre: as the program took it to be."""

    name: str
    writer: str | None
    genre: Genre
    judged: tuple[Judged, ...]
    problems: ProblemCounts | None
    headings: HeadingCounts | None
    quantities: QuantityCounts | None
    faults: tuple[Fault, ...]


def score_report(gold: GoldReport, report: Report) -> ReportScore:
    """Return the counts and faults of one report; the report may have been read from another form of the text."""
    locator = Locator(gold.text)
    judged, lost = judge_segments(gold, report, locator)
    headings = None if gold.headings is None else score_headings(gold, report, locator)
    quantities = None if gold.quantities is None else score_quantities(gold, report, locator)
    faults = (
        *problem_faults(gold, report, locator, judged),
        *(() if headings is None else headings[1]),
        *(() if quantities is None else quantities[1]),
    )
    return ReportScore(
        name=gold.name,
        writer=gold.writer,
        genre=report.outline.genre,
        judged=judged,
        problems=None if gold.segments is None else count_problems(judged, lost),
        headings=None if headings is None else headings[0],
        quantities=None if quantities is None else quantities[0],
        faults=faults,
    )


def stage_counts(score: ReportScore) -> dict[str, Count]:
    """Return the counts of every stage that the report's gold covers, by the names of `STAGES`."""
    counts: dict[str, Count] = {}
    if score.problems is not None:
        counts.update(_problem_stages(score.judged, lambda _: True))
    if score.headings is not None:
        counts.update(_heading_stages(score.headings))
    if score.quantities is not None:
        counts.update(_quantity_stages(score.quantities))
    return counts


def category_counts(score: ReportScore, code: str) -> dict[str, Count]:
    """Return the counts of findings, category and subcategory for one category, e.g. "ZF".

    A segment counts under its first gold category, whether it was found or not; a false finding or a wrong category
    under the one that the program gave it.
    """
    return {} if score.problems is None else _problem_stages(score.judged, lambda name: name == code)


def categories_of(scores: Sequence[ReportScore]) -> list[str]:
    """Return the categories that the gold or the program names, in the order of the taxonomy."""
    named = {name for score in scores for row in score.judged for name in (row.main, row.claims)}
    return [code for code in categories() if code in named]


def _problem_stages(judged: Sequence[Judged], counts: Callable[[str | None], bool]) -> dict[str, Count]:
    """Count the segments whose category is wanted; where every category is, those without one are among them."""
    problems = [row for row in judged if row.is_problem and counts(row.main)]
    hits = [row for row in problems if row.hit]
    false = [row for row in judged if not row.is_problem and row.hit and counts(row.claims)]
    coded = [row for row in problems if row.main is not None]
    coded_hits = [row for row in coded if row.hit]
    claimed = sum(row.claims is not None and counts(row.claims) for row in judged)
    return {
        "findings": Count(len(hits), len(hits) + len(false), len(problems), len(hits)),
        "category": Count(sum(row.top for row in coded_hits), claimed, len(coded), len(coded_hits)),
        "subcategory": Count(sum(row.leaf for row in coded_hits), claimed, len(coded), len(coded_hits)),
    }


def _heading_stages(counts: HeadingCounts) -> dict[str, Count]:
    right = {"headings": counts.tp, "levels": counts.level, "roles": counts.role}
    found, gold = counts.tp + counts.fp, counts.tp + counts.fn
    return {name: Count(value, found, gold, counts.tp) for name, value in right.items()}


def _quantity_stages(counts: QuantityCounts) -> dict[str, Count]:
    stages = {"quantities": Count(counts.tp, counts.tp + counts.fp, counts.tp + counts.fn, counts.tp)}
    shown, missed = counts.tp - counts.masks, counts.fn - counts.missed_masks
    right = {"value": counts.value, "kind": counts.kind, "unit": counts.unit, "bound": counts.bound}
    stages |= {name: Count(value, shown + counts.fp, shown + missed, shown) for name, value in right.items()}
    items, masks = counts.items, counts.masks
    stages["item"] = Count(counts.item, items + counts.false_items, items + counts.missed_items, items)
    stages["masked"] = Count(counts.masked, masks + counts.false_masks, masks + counts.missed_masks, masks)
    return stages
