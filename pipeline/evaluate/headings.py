"""Headings against gold: found within four characters of their place, then level and role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.evaluate.faults import Fault
from pipeline.evaluate.gold_records import GoldHeading, GoldReport
from pipeline.evaluate.locate import Locator
from pipeline.records import Report, Section

_TOLERANCE = 4


@dataclass(frozen=True, slots=True)
class HeadingCounts:
    """Headings found, false and missed; of those found, how many have the gold level, and one of the gold roles."""

    tp: int
    fp: int
    fn: int
    level: int
    role: int


@dataclass(frozen=True, slots=True)
class _Found:
    """A section of the report and where its heading begins in the gold text."""

    start: int
    section: Section


def score_headings(gold: GoldReport, report: Report, locator: Locator) -> tuple[HeadingCounts, tuple[Fault, ...]]:
    """Return the counts of a report's headings and what is wrong with them; gold.headings must not be None."""
    wanted = gold.headings or ()
    found = _located(report, locator)
    pairs, free = _paired(wanted, found)
    optional = [row for row in free if not any(abs(row.start - place) <= _TOLERANCE for place in gold.optional)]
    matched = [(heading, row.section) for heading, row in pairs if row is not None]
    counts = HeadingCounts(
        tp=len(matched),
        fp=len(optional),
        fn=len(wanted) - len(matched),
        level=sum(heading.level == section.level for heading, section in matched),
        role=sum(_same_role(heading, section) for heading, section in matched),
    )
    missed = [heading for heading, row in pairs if row is None]
    return counts, (*_missed(gold, missed), *_false(gold, optional), *_wrong(gold, matched))


def _located(report: Report, locator: Locator) -> list[_Found]:
    found = []
    for section in report.sections:
        title, number = section.title.strip(), section.number.strip()
        place = locator.find(number + title, near=section.start) or locator.find(title, near=section.start)
        if place is not None:
            found.append(_Found(place.start, section))
    return found


def _paired(
    wanted: Sequence[GoldHeading], found: Sequence[_Found]
) -> tuple[list[tuple[GoldHeading, _Found | None]], list[_Found]]:
    """Give each gold heading the first section near it that is still free; return what is left over, too."""
    free = list(found)
    pairs: list[tuple[GoldHeading, _Found | None]] = []
    for heading in wanted:
        near = next((row for row in free if abs(row.start - heading.place.start) <= _TOLERANCE), None)
        if near is not None:
            free.remove(near)
        pairs.append((heading, near))
    return pairs, free


def _same_role(heading: GoldHeading, section: Section) -> bool:
    return bool(set(heading.roles) & set(section.roles))


def _missed(gold: GoldReport, headings: Sequence[GoldHeading]) -> list[Fault]:
    return [
        Fault(gold.name, "headings", "missed", row.place.start, row.place.of(gold.text), wanted="+".join(row.roles))
        for row in headings
    ]


def _false(gold: GoldReport, found: Sequence[_Found]) -> list[Fault]:
    return [
        Fault(
            gold.name,
            "headings",
            "false",
            row.start,
            row.section.number + row.section.title,
            got="+".join(row.section.roles),
        )
        for row in found
    ]


def _wrong(gold: GoldReport, matched: Sequence[tuple[GoldHeading, Section]]) -> list[Fault]:
    faults = []
    for heading, section in matched:
        given = gold.name, heading.place.start, heading.place.of(gold.text)
        if heading.level != section.level:
            faults.append(_fault("levels", given, str(heading.level), str(section.level)))
        if not _same_role(heading, section):
            faults.append(_fault("roles", given, "+".join(heading.roles), "+".join(section.roles)))
    return faults


def _fault(stage: str, given: tuple[str, int, str], wanted: str, got: str) -> Fault:
    name, start, text = given
    return Fault(name, stage, "wrong", start, text, wanted=wanted, got=got)
