"""What a person should look at in a report: figures that contradict each other, gaps, and leftovers of a template.

The tool only points: every message says 疑似 or 建议, nothing is corrected, nothing is called a fault of anybody.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.checks.amounts import sentences_with_figures
from pipeline.checks.counts import check_declared, check_heading_numbers, check_lists
from pipeline.checks.figures import check_conflicts, check_dates, check_rates, check_totals, tallies
from pipeline.checks.growth import check_growth
from pipeline.checks.marks import check_blanks, check_pairs, check_placeholders, check_punctuation, check_typos
from pipeline.checks.masks import check_leaks
from pipeline.checks.rates import check_ratios
from pipeline.checks.slips import check_slips
from pipeline.checks.stocks import check_declared_values, check_stocks
from pipeline.checks.sums import check_sums
from pipeline.checks.units import check_self_names
from pipeline.places import SectionIndex, clip, index_sections, where
from pipeline.records import Check, Document, Finding, Outline, Quantity, Remedy
from pipeline.sentences import split_sentences

_SILENT_GENRES = ("news", "feedback", "audit")


def run(
    document: Document,
    outline: Outline,
    findings: tuple[Finding, ...],
    quantities: tuple[Quantity, ...],
    remedies: tuple[Remedy, ...],
) -> tuple[Check, ...]:
    """Return the checks of one report in text order, each once.

    Machine names: total_mismatch, rate_mismatch, growth_mismatch, value_conflict, unit_slip, impossible_date, masked,
    masked_leak, blank, placeholder, no_remedy, weak_remedy, declared_count, list_gap, heading_gap, heading_repeat,
    unit_mix, punctuation, unpaired, typo.
    Example: "共10项，完成6项，未完成3项" -> total_mismatch, "…合计疑似不符…".
    Limit: made to be silent rather than wrong; a report without any check is not a report without faults.
    """
    index = index_sections(outline.sections)
    text = document.text
    found = [
        *_figures(document, index, quantities),
        *check_dates(document, index),
        *_masked(document, index, quantities),
        *check_blanks(document, index),
        *check_placeholders(document, index, quantities),
        *check_declared(document, index),
        *check_lists(document, index),
        *check_heading_numbers(text, index),
        *check_self_names(document, index),
        *check_punctuation(document, index),
        *check_pairs(document, index),
        *check_typos(document, index),
        *_unanswered(document, outline, index, findings, remedies),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda row: (row.start, row.end, row.check, row.message)))


def _figures(document: Document, index: SectionIndex, quantities: tuple[Quantity, ...]) -> list[Check]:
    """Return the checks that compare figures; a place that one of them has named is not named again for the same."""
    spans = tuple(split_sentences(document.text))
    sentences = sentences_with_figures(document, quantities, spans)
    counted = tuple(tallies(document, spans))
    found: list[Check] = []
    taken: set[tuple[str, int]] = set()
    for rows in (
        check_totals(document, index, counted),
        check_rates(document, index, counted),
        check_slips(document, index, sentences),
        check_sums(document, index, sentences),
        check_ratios(document, index, sentences),
        check_growth(document, index, sentences),
        check_conflicts(document, index, quantities),
        check_stocks(document, index, sentences),
        check_declared_values(document, index, sentences),
        check_leaks(document, index, sentences),
    ):
        new = [row for row in rows if not taken or taken.isdisjoint(_offsets(row))]
        taken.update(offset for row in new for offset in _offsets(row))
        found += new
    return found


def _offsets(row: Check) -> Iterator[tuple[str, int]]:
    return ((row.check, offset) for offset in range(row.start, row.end))


def _masked(document: Document, index: SectionIndex, quantities: tuple[Quantity, ...]) -> list[Check]:
    """Point at masked and deleted numbers, and at the place that gives the number of the same thing, if any."""
    masked = [row for row in quantities if row.masked]
    told: dict[str, list[Quantity]] = {row.item: [] for row in masked if row.item}
    for row in quantities if told else ():
        if row.item in told and row.unit and not row.masked:
            told[row.item].append(row)
    return [_masked_at(document, index, row, told.get(row.item or "", [])) for row in masked]


def _masked_at(document: Document, index: SectionIndex, row: Quantity, told: list[Quantity]) -> Check:
    place = where(document, index, row.start)
    symbol = any(mark in row.raw for mark in "*＊×xXＸ□_〔[…")
    around = clip(document.text[max(0, row.start - 12) : row.end].split("\n")[-1])
    said = "数字疑似被掩码" if symbol else "数字疑似缺失或被删"
    twin = next((other for other in told if row.raw.endswith(other.unit)), None)
    known = "" if twin is None else f"；别处“{twin.item}”写明为“{twin.raw}”，建议一并核对"
    return Check(
        "masked",
        "info" if symbol else "warning",
        f"{place}“{around}”：{said}，未计入统计，建议补全或说明{known}。",
        row.start,
        row.end,
        None if twin is None else twin.start,
        None if twin is None else twin.end,
    )


def _unanswered(
    document: Document,
    outline: Outline,
    index: SectionIndex,
    findings: tuple[Finding, ...],
    remedies: tuple[Remedy, ...],
) -> list[Check]:
    """Point at open problems without a remedy, where the report has a part for remedies at all."""
    planned = any({"PLAN", "RECTIFY"} & set(section.roles) for section in outline.sections)
    if outline.genre in _SILENT_GENRES or not planned or not remedies:
        return []
    judged = [row for row in findings if row.status == "open" and _expects_answer(outline, index, row)]
    unanswered = [row for row in judged if row.remedy_link == "none"]
    weak = [row for row in judged if row.remedy_link == "weak"]
    checks = [_gap(document, index, row) for row in unanswered]
    return [*checks, _weak_gap(document, index, weak)] if weak else checks


def _expects_answer(outline: Outline, index: SectionIndex, finding: Finding) -> bool:
    """Tell whether a problem should have a remedy: in a work report only what stands under a heading for problems.

    The passage on difficulties of a government work report speaks of the economy and is answered by the whole plan.
    """
    section = index.innermost(finding.start)
    return outline.genre != "work-report" or (section is not None and "PROBLEM" in section.roles)


def _gap(document: Document, index: SectionIndex, finding: Finding) -> Check:
    place, quote = where(document, index, finding.start), clip(finding.text)
    message = f"{place}“{quote}”：疑似没有对应的整改措施，建议补充或说明。"
    return Check("no_remedy", "warning", message, finding.start, finding.end)


def _weak_gap(document: Document, index: SectionIndex, weak: list[Finding]) -> Check:
    """Return one check on all problems that have only a general answer: each of them is in the table of findings."""
    first = weak[0]
    place, quote = where(document, index, first.start), clip(first.text)
    message = f"{place}“{quote}”等{len(weak)}个问题：对应的整改措施疑似较笼统，建议核对是否针对问题。"
    if len(weak) == 1:
        message = f"{place}“{quote}”：对应的整改措施疑似较笼统，建议核对是否针对问题。"
    return Check("weak_remedy", "info", message, first.start, first.end)
