"""Why a statement was missed, or taken without reason, in words for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.evaluate.faults import Fault, FaultKind
from pipeline.evaluate.gold_records import GoldReport
from pipeline.evaluate.locate import Locator, shared
from pipeline.evaluate.names import reason_name, role_names
from pipeline.evaluate.statements import Judged, codes_of
from pipeline.places import SectionIndex, index_sections
from pipeline.records import Finding, Refusal, Report, Span


def problem_faults(gold: GoldReport, report: Report, locator: Locator, judged: Sequence[Judged]) -> Iterator[Fault]:
    """Yield the missed problems with the refusal's reason, the false ones with their cues, the wrong categories."""
    refused = _located(report, locator)
    index = index_sections(report.sections)
    for row in judged:
        given = gold.name, row.place.start, row.place.of(gold.text)
        if row.is_problem and not row.hit:
            yield _fault("findings", "missed", given, row, _refused(row.place, refused, index))
        elif row.hit and not row.is_problem:
            yield _fault("findings", "false", given, row, _taken(row.findings, index))
        elif row.hit and row.main is not None and not row.leaf:
            yield _fault("subcategory" if row.top else "category", "wrong", given, row, _sure(row.findings))


def _fault(stage: str, kind: FaultKind, given: tuple[str, int, str], row: Judged, why: str) -> Fault:
    name, start, text = given
    got = ",".join(dict.fromkeys(row.first_codes))
    return Fault(name, stage, kind, start, text, ",".join(row.wanted), got, why)


def _located(report: Report, locator: Locator) -> list[tuple[Span, Refusal]]:
    text = report.document.text
    places = [(locator.find(text[row.start : row.end], near=row.start), row) for row in report.refusals]
    return [(place, row) for place, row in places if place is not None]


def _refused(place: Span, refused: Sequence[tuple[Span, Refusal]], index: SectionIndex) -> str:
    met = [row for other, row in refused if shared(other, place)]
    if met:
        return "；".join(dict.fromkeys(refusal_words(row) for row in met))
    return f"没有线索，也不在问题部分{_role_at(place.start, index)}"


def refusal_words(refusal: Refusal) -> str:
    """Return why a statement was not taken, e.g. "打算或措施（线索 not-enough:不够）"."""
    cues = f"（线索 {'、'.join(refusal.cues)}）" if refusal.cues else ""
    return f"{reason_name(refusal.reason)}{cues}"


def _taken(findings: Sequence[Finding], index: SectionIndex) -> str:
    first = findings[0]
    cues = "、".join(dict.fromkeys(cue for finding in findings for cue in finding.cues))
    return f"线索 {cues}；置信度 {first.confidence:.2f}{_role_at(first.start, index)}"


def _role_at(offset: int, index: SectionIndex) -> str:
    section = index.innermost(offset)
    return "" if section is None else f"（{role_names(section.roles)}）"


def _sure(findings: Sequence[Finding]) -> str:
    others = "、".join(dict.fromkeys(code for finding in findings for code in codes_of(finding)[1:]))
    words = f"置信度 {findings[0].confidence:.2f}"
    return f"{words}；次选 {others}" if others else words
