"""Which statements state a problem, and why; which were refused, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipeline.findings.describe import cause_of, consequence_of, found_by, hedge_of, nature_of, scope_of, status_of
from pipeline.findings.headings import HeadingFinding, has_finding, quoted_problem, stated_problem
from pipeline.findings.judge import Verdict, judge
from pipeline.findings.units import Unit, split_units
from pipeline.records import Document, Finding, Genre, Outline, Refusal, Section

REVIEW_BELOW = 0.6


def find(document: Document, outline: Outline) -> tuple[tuple[Finding, ...], tuple[Refusal, ...]]:
    """Return the problem statements of a report in text order, and the statements that were refused.

    Refusals are kept for what has problem words or stands among problems; each names its reason.

    "二、存在问题\\n学习不够深入，影响了效果。" gives one finding whose core is "学习不够深入" and whose consequence is
    "影响了效果". A statement without any cue in a problem section is a finding with low confidence.
    """
    taken: list[Finding] = []
    refused: list[Refusal] = []
    for unit in split_units(document, outline):
        verdict = judge(unit, outline.genre)
        if verdict.taken:
            taken.append(_from_unit(document, unit, verdict, outline.genre))
        elif verdict.cues or unit.passage or "PROBLEM" in unit.roles:
            names = tuple(cue.name for cue in verdict.cues)
            refused.append(Refusal(unit.start, unit.end, verdict.reason, names))
    headed = _from_headings(document, outline, taken)
    findings = sorted([*taken, *headed], key=lambda finding: (finding.start, finding.end))
    return _numbered(document, findings), tuple(refused)


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
        status=status_of(unit.view.text, answered=verdict.answered),
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
        replace(finding, finding_id=f"{document.report_id}-f{index:03d}")
        for index, finding in enumerate(findings, start=1)
    )
