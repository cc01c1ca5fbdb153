"""Scores of many reports put together: all of them, and in groups by genre, writer or category."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from pipeline.evaluate.bootstrap import Rates, rates
from pipeline.evaluate.names import GENRE_NAMES
from pipeline.evaluate.scores import STAGES, Count, ReportScore, categories_of, category_counts, stage_counts
from pipeline.taxonomy import name_of

BREAKDOWNS = ("genre", "writer", "category")


@dataclass(frozen=True, slots=True)
class Group:
    """Some reports (or one category in all of them): its code and name, and the rates of the stages that it has."""

    code: str
    name: str
    reports: int
    stages: tuple[tuple[str, Rates], ...]

    def rates_of(self, stage: str) -> Rates:
        """Return the rates of a stage; KeyError where no gold covers it."""
        return dict(self.stages)[stage]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The groups that reports fall into; by is one of `BREAKDOWNS`."""

    by: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """The rates of all reports together, and in groups."""

    overall: Group
    breakdowns: tuple[Breakdown, ...]


def summarize(scores: Sequence[ReportScore], *, by: Sequence[str] = ()) -> Summary:
    """Return the rates of all reports, and of the groups by each of `by`. Raises ValueError for an unknown one."""
    unknown = [name for name in by if name not in BREAKDOWNS]
    if unknown:
        raise ValueError(f"unknown breakdown {unknown[0]!r}; known: {', '.join(BREAKDOWNS)}")
    return Summary(
        overall=_group("all", "全部", scores, stage_counts),
        breakdowns=tuple(Breakdown(name, tuple(_GROUPS[name](scores))) for name in by),
    )


def _group(
    code: str, name: str, scores: Sequence[ReportScore], count: Callable[[ReportScore], dict[str, Count]]
) -> Group:
    counts = [count(score) for score in scores]
    stages = {stage: [row[stage] for row in counts if stage in row] for stage in STAGES}
    return Group(code, name, len(scores), tuple((stage, rates(rows)) for stage, rows in stages.items() if rows))


def _by_genre(scores: Sequence[ReportScore]) -> list[Group]:
    return [
        _group(genre, name, rows, stage_counts)
        for genre, name in GENRE_NAMES.items()
        if (rows := [score for score in scores if score.genre == genre])
    ]


def _by_writer(scores: Sequence[ReportScore]) -> list[Group]:
    writers = sorted({score.writer or "" for score in scores})
    return [
        _group(writer or "-", writer or "不详", [row for row in scores if (row.writer or "") == writer], stage_counts)
        for writer in writers
    ]


def _by_category(scores: Sequence[ReportScore]) -> list[Group]:
    return [
        _group(code, f"{code} {name_of(code)}", scores, partial(category_counts, code=code))
        for code in categories_of(scores)
    ]


_GROUPS: dict[str, Callable[[Sequence[ReportScore]], list[Group]]] = {
    "genre": _by_genre,
    "writer": _by_writer,
    "category": _by_category,
}
