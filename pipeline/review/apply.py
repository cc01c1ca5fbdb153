"""Stored corrections → a report that carries them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast, get_args

from pipeline.records import Finding, FindingStatus, Quantity, Refusal, Remedy, Report
from pipeline.review.records import Correction, Field, printable, same_words
from pipeline.review.store import latest
from pipeline.taxonomy import Taxonomy

REVIEWED = "reviewed"
_OwnCorrections = Mapping[Field, Correction]


def apply(report: Report, corrections: Sequence[Correction], taxonomy: Taxonomy) -> tuple[Report, int]:
    """Return the report with the latest corrections applied, and how many findings they changed.

    A correction belongs to the finding with the same place and text, failing that to the only one with the same text.
    A reviewed finding has confidence 1.0, needs_review False, and a cue such as "review:张三 2026-11-24 NK06→JF03".
    One that is no problem becomes a refusal with reason "reviewed"; quantities and remedies no longer point to it.
    Codes that the taxonomy does not know, and corrections without a finding, are left out and counted in a warning.
    """
    own = [item for item in latest(corrections).values() if item.report_id == report.document.report_id]
    known = [item for item in own if _is_known(item, taxonomy)]
    matched, lost = _matched(report, known)
    refused = {place: item["is_problem"] for place, item in matched.items() if _is_refused(item)}
    findings = tuple(
        _reviewed(finding, matched[place], taxonomy) if place in matched else finding
        for place, finding in enumerate(report.findings)
        if place not in refused
    )
    changed = replace(report, findings=findings)
    changed = _without(changed, [(report.findings[place], item) for place, item in refused.items()])
    warnings = _warnings([item for item in own if item not in known], lost, taxonomy)
    return _warned(changed, warnings), len(matched)


def _is_known(correction: Correction, taxonomy: Taxonomy) -> bool:
    if correction.field == "subcategory":
        return correction.new in {row.code for row in taxonomy.leaves}
    return correction.new in (("yes", "no") if correction.field == "is_problem" else get_args(FindingStatus))


def _is_refused(corrections: _OwnCorrections) -> bool:
    return "is_problem" in corrections and corrections["is_problem"].new == "no"


def _matched(report: Report, corrections: Sequence[Correction]) -> tuple[dict[int, dict[Field, Correction]], int]:
    """Return the corrections by the finding's place in the report and by field, and the number that lost its finding.

    What a person said is no problem, and what is not found any more, is not lost: the program has come to agree.
    """
    matched: dict[int, dict[Field, Correction]] = {}
    refused = {(item.start, item.end) for item in corrections if _is_refused({item.field: item})}
    lost = 0
    for correction in corrections:
        place = _place(report.findings, correction)
        if place is not None:
            matched.setdefault(place, {})[correction.field] = correction
        elif (correction.start, correction.end) not in refused:
            lost += 1
    return matched, lost


def _place(findings: Sequence[Finding], correction: Correction) -> int | None:
    alike = [place for place, item in enumerate(findings) if same_words(item.text, correction.text)]
    span = (correction.start, correction.end)
    for place in alike:
        if (findings[place].start, findings[place].end) == span:
            return place
    return alike[0] if len(alike) == 1 else None


def _reviewed(finding: Finding, corrections: _OwnCorrections, taxonomy: Taxonomy) -> Finding:
    changes: dict[str, Any] = {"needs_review": False, "confidence": 1.0}
    for field, correction in corrections.items():
        if field == "subcategory":
            changes |= _category_fields(finding, correction.new, taxonomy)
        elif field == "status":
            changes["status"] = cast("FindingStatus", correction.new)
    return replace(finding, cues=(*finding.cues, *map(_cue, corrections.values())), **changes)


def _category_fields(finding: Finding, code: str, taxonomy: Taxonomy) -> dict[str, Any]:
    category = taxonomy.category_of(code)
    rows = taxonomy.categories
    return {
        "category": category,
        "subcategory": code,
        "mandate": rows[code].mandate or rows[category].mandate or None,
        "secondary": tuple(other for other in finding.secondary if other != code),
    }


def _cue(correction: Correction) -> str:
    # Cues are joined by ; in the tables.
    who = " ".join(printable(correction.who).replace(";", "；").split())
    return f"review:{who} {correction.at[:10]} {correction.old}→{correction.new}"


def _without(report: Report, refused: Sequence[tuple[Finding, Correction]]) -> Report:
    """Return the report with refusals in place of findings that are no problem, and nothing that points to them."""
    if not refused:
        return report
    made = [
        Refusal(finding.start, finding.end, REVIEWED, (*finding.cues, _cue(correction)))
        for finding, correction in refused
    ]
    ids = {finding.finding_id for finding, _ in refused}
    return replace(
        report,
        refusals=tuple(sorted((*report.refusals, *made), key=lambda item: (item.start, item.end))),
        quantities=tuple(_unlinked_quantity(item, ids) for item in report.quantities),
        remedies=tuple(_unlinked_remedy(item, ids) for item in report.remedies),
    )


def _unlinked_quantity(quantity: Quantity, ids: set[str]) -> Quantity:
    return replace(quantity, finding_id=None) if quantity.finding_id in ids else quantity


def _unlinked_remedy(remedy: Remedy, ids: set[str]) -> Remedy:
    kept = tuple(finding_id for finding_id in remedy.finding_ids if finding_id not in ids)
    return remedy if kept == remedy.finding_ids else replace(remedy, finding_ids=kept)


def _warnings(unknown: Sequence[Correction], lost: int, taxonomy: Taxonomy) -> list[str]:
    warnings = []
    if unknown:
        codes = "、".join(sorted({correction.new for correction in unknown}))
        version = f"分类体系 {taxonomy.version}（{taxonomy.digest}）"
        warnings.append(f"有 {len(unknown)} 条人工更正未采用：{version}中没有 {codes}")
    if lost:
        warnings.append(f"有 {lost} 条人工更正未采用：在本报告中找不到所更正的问题表述")
    return warnings


def _warned(report: Report, warnings: Sequence[str]) -> Report:
    if not warnings:
        return report
    return replace(report, document=replace(report.document, warnings=(*report.document.warnings, *warnings)))
