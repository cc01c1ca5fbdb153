"""Which statements state a problem, and why; which were refused, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from pipeline.changing import changer
from pipeline.findings.describe import cause_of, consequence_of, found_by, hedge_of, nature_of, scope_of, status_of
from pipeline.findings.headings import HeadingFinding, has_finding, quoted_problem, stated_problem
from pipeline.findings.judge import Verdict, judge
from pipeline.findings.ledger_rows import (
    COLUMN_CONFIDENCE,
    LedgerProblem,
    ledger_problems,
    passed_over,
    whole_cell,
    with_row,
)
from pipeline.findings.units import Unit, split_units
from pipeline.records import Document, Finding, Genre, Outline, Refusal, Section
from pipeline.role_model import problem_odds_of

REVIEW_BELOW = 0.6
# So few that `cues` still keeps what it has read of each of them (64 texts) when it is asked again.
_TOGETHER = 16
_with_id = changer(Finding, "finding_id")


def find(document: Document, outline: Outline) -> tuple[tuple[Finding, ...], tuple[Refusal, ...]]:
    """Return the problem statements of a report in text order, and the statements that were refused.

    Refusals are kept for what has problem words or stands among problems; each names its reason.

    "二、存在问题\\n学习不够深入，影响了效果。" gives one finding whose core is "学习不够深入" and whose consequence is
    "影响了效果". A statement without any cue in a problem section is a finding with low confidence.
    """
    taken: list[Finding] = []
    refused: list[Refusal] = []
    ledgers, skip = passed_over(document)
    for unit, odds in _with_odds(split_units(document, outline, skip=skip)):
        _sort(document, unit, outline.genre, taken, refused, odds)
    for problem in ledger_problems(document, outline, ledgers):
        _from_row(document, problem, outline.genre, taken, refused)
    headed = _from_headings(document, outline, taken)
    findings = sorted([*taken, *headed], key=lambda finding: (finding.start, finding.end))
    return _numbered(document, findings), tuple(sorted(refused, key=lambda row: (row.start, row.end)))


def _with_odds(units: Iterator[Unit]) -> Iterator[tuple[Unit, float]]:
    """Yield the statements with their problem odds, asked for some at a time: fast, and what was read is still kept."""
    while group := list(islice(units, _TOGETHER)):
        yield from zip(group, problem_odds_of([unit.view.text for unit in group]), strict=True)


def _sort(
    document: Document,
    unit: Unit,
    genre: Genre,
    taken: list[Finding],
    refused: list[Refusal],
    odds: float | None = None,
) -> None:
    """Put a statement among the findings or among the refusals; one that has nothing of a problem is neither."""
    verdict = judge(unit, genre, odds=odds)
    if verdict.taken:
        taken.append(_from_unit(document, unit, verdict, genre))
    elif verdict.cues or unit.passage or "PROBLEM" in unit.roles:
        names = tuple(cue.name for cue in verdict.cues)
        refused.append(Refusal(unit.start, unit.end, verdict.reason, names))


def _from_row(
    document: Document, problem: LedgerProblem, genre: Genre, taken: list[Finding], refused: list[Refusal]
) -> None:
    """Put the statements of a problem cell among findings and refusals.

    Where none is taken the whole cell is one finding for a person to look at, since the column says that it is a
    problem; a zero finding (无此类问题) stays refused.
    """
    found: list[Finding] = []
    against: list[Refusal] = []
    for unit in problem.units:
        _sort(document, unit, genre, found, against)
    if not found and problem.says_something and all(row.reason != "zero" for row in against):
        unit = whole_cell(document, problem)
        verdict = Verdict(True, "taken", COLUMN_CONFIDENCE, (), (0, len(unit.view.text)))
        found = [replace(_from_unit(document, unit, verdict, genre), cues=())]
        against = []
    taken.extend(with_row(finding, problem, genre) for finding in found)
    refused.extend(against)


def _from_unit(document: Document, unit: Unit, verdict: Verdict, genre: Genre) -> Finding:
    whole = unit.view.span(verdict.start, len(unit.view.text))
    core = unit.view.span(*verdict.core)
    section = unit.section
    return Finding(
        finding_id="",
        start=whole.start,
        end=whole.end,
        text=whole.of(document.text),
        core_start=core.start,
        core_end=core.end,
        section_id=None if section is None else section.section_id,
        section_path="" if section is None else section.path,
        heading=None if section is None else section.title,
        status=status_of(unit.view.text, answer=verdict.answer),
        found_by=found_by(unit.view.text, genre),
        scope=scope_of(unit.view.text),
        hedge=hedge_of(verdict.cues),
        nature=nature_of(verdict.cues),
        cause=cause_of(unit.view),
        consequence=consequence_of(unit.view),
        confidence=verdict.confidence,
        cues=tuple(cue.name for cue in verdict.cues) or ("section:PROBLEM",),
        needs_review=verdict.confidence < REVIEW_BELOW,
    )


def _from_headings(document: Document, outline: Outline, taken: Iterable[Finding]) -> list[Finding]:
    """Return the headings that are findings: quoted problems, and stated ones where nothing below states a problem."""
    starts = [finding.start for finding in taken]
    found = []
    for section in outline.sections:
        heading = quoted_problem(document, section)
        if heading is None and not has_finding(section, starts) and not _has_children(section, outline):
            heading = stated_problem(document, section)
        if heading is not None:
            found.append(_from_heading(document, heading, outline.genre))
    return found


def _has_children(section: Section, outline: Outline) -> bool:
    return any(other.parent_id == section.section_id for other in outline.sections)


def _from_heading(document: Document, heading: HeadingFinding, genre: Genre) -> Finding:
    whole = heading.view.span(0, len(heading.view.text))
    core = heading.view.span(*heading.core)
    return Finding(
        finding_id="",
        start=whole.start,
        end=whole.end,
        text=whole.of(document.text),
        core_start=core.start,
        core_end=core.end,
        section_id=heading.section.section_id,
        section_path=heading.section.path,
        heading=heading.section.title,
        status=heading.status,
        found_by=found_by(heading.view.text, genre),
        scope=scope_of(heading.view.text),
        hedge=hedge_of(heading.cues),
        nature=nature_of(heading.cues),
        confidence=heading.confidence,
        cues=tuple(cue.name for cue in heading.cues) or ("heading:quoted",),
        needs_review=heading.confidence < REVIEW_BELOW,
    )


def _numbered(document: Document, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(
        _with_id(finding, f"{document.report_id}-f{index:03d}") for index, finding in enumerate(findings, start=1)
    )
