"""Which remedies answer which problems by the layout of the report: heading, item, table row, number."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from pipeline.places import SectionIndex
from pipeline.records import Document, Finding, Remedy, Section
from pipeline.remedies.link_words import features_of
from pipeline.remedies.tables import is_covered, ledger_spans, row_pairs
from pipeline.remedies.words import find_cue

_ORDINAL = re.compile(r"(?:^|(?<=[，,。；;：:\n]))\s*([一二三四五六七八九十]{1,2})是")
_QUOTED = re.compile(r"^.{0,6}(?:关于|针对)[“\"][^”\"\n]{2,60}[”\"].{0,6}(?:整改|问题)", re.MULTILINE)
_STEP_LABEL = re.compile(r"(?:整改|措施|建议|下一步)[^\n，。；]{0,6}[：:]")

Links = set[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Group:
    """The numbered items of one side: what stands under （一）, or in 一是."""

    members: tuple[int, ...]
    features: frozenset[str]


def by_layout(
    document: Document, index: SectionIndex, findings: tuple[Finding, ...], remedies: tuple[Remedy, ...]
) -> Links:
    """Return the pairs (place in findings, place in remedies) that the layout of the report joins."""
    links = _same_place(document, index, findings, remedies)
    links |= _same_row(document, findings, remedies)
    return links | _same_number(index, findings, remedies)


def _same_place(
    document: Document, index: SectionIndex, findings: tuple[Finding, ...], remedies: tuple[Remedy, ...]
) -> Links:
    """Pair each remedy of a rectification or problem section with the problems that it follows there.

    Ledgers have rows instead.
    """
    links: Links = set()
    cells = ledger_spans(document)
    for number, remedy in enumerate(remedies):
        section = index.innermost(remedy.start)
        if (section is not None and set(section.roles) == {"PLAN"}) or is_covered(cells, remedy.start):
            continue
        links |= {(place, number) for place in _before(document, index, section, findings, remedy)}
    return links


def _before(
    document: Document, index: SectionIndex, section: Section | None, findings: tuple[Finding, ...], remedy: Remedy
) -> list[int]:
    """Return the problems that a remedy stands under: quoted in its heading, or stated before it in its section."""
    inside = [place for place, row in enumerate(findings) if row.start <= remedy.start and remedy.end <= row.end]
    if inside:
        return inside
    for around in index.ancestry(section):
        quoted = [place for place, row in enumerate(findings) if around.start <= row.start < around.heading_end]
        if quoted and "RECTIFY" in around.roles and not _QUOTED.search(document.text, around.heading_end, remedy.start):
            return quoted + _stated(document, index, section, findings, remedy)
    return _stated(document, index, section, findings, remedy)


def _stated(
    document: Document, index: SectionIndex, section: Section | None, findings: tuple[Finding, ...], remedy: Remedy
) -> list[int]:
    floor = section.heading_end if section else 0
    earlier = [
        place
        for place, row in enumerate(findings)
        if floor <= row.start and row.end <= remedy.start and index.innermost(row.start) == section
    ]
    if find_cue("all", remedy.text):
        return earlier
    between = document.text[findings[earlier[-1]].end : remedy.start] if earlier else ""
    if not earlier or (section is None and not _STEP_LABEL.search(between) and "\n" in between):
        return []
    return earlier[-1:]


def _same_row(document: Document, findings: tuple[Finding, ...], remedies: tuple[Remedy, ...]) -> Links:
    """Pair what stands in one row of a rectification ledger."""
    rows = row_pairs(document, [row.start for row in findings], [row.start for row in remedies])
    return {(left, right) for problems, steps in rows for left in problems for right in steps}


def _same_number(index: SectionIndex, findings: tuple[Finding, ...], remedies: tuple[Remedy, ...]) -> Links:
    """Pair the n-th problem with the n-th remedy, where both sides have as many items and their words agree.

    At least two thirds of the items, and two, must be more like their own number on the other side than like any
    other; then each pair of items with something in common is joined.
    """
    problems = _groups(index, [(row.start, row.text) for row in findings], "PROBLEM")
    steps = _groups(index, [(row.start, row.text) for row in remedies], "PLAN")
    if len(problems) < 2 or len(problems) != len(steps):
        return set()
    hits = sum(_is_best(place, problems, steps) for place in range(len(problems)))
    if hits < 2 or 3 * hits < 2 * len(problems):
        return set()
    return {
        (left, right)
        for problem, step in zip(problems, steps, strict=True)
        if problem.features & step.features
        for left in problem.members
        for right in step.members
    }


def _is_best(place: int, problems: list[_Group], steps: list[_Group]) -> bool:
    common = [len(problems[place].features & step.features) for step in steps]
    return common[place] > 0 and common.count(max(common)) == 1 and common[place] == max(common)


def _groups(index: SectionIndex, rows: list[tuple[int, str]], role: str) -> list[_Group]:
    """Return the statements of the sections with this role, by subsection, or by 一是 where there are none."""
    keyed: dict[object, list[int]] = defaultdict(list)
    for number, (start, text) in enumerate(rows):
        section = index.innermost(start)
        if section is None or role not in section.roles:
            continue
        match = _ORDINAL.match(text)
        keyed[(section.section_id, match[1] if match and section.level == 1 else "")].append(number)
    titles = {section.section_id: section.title for section in index.sections if section.level > 1}
    return [
        _Group(tuple(members), features_of(titles.get(str(key[0]), "") + "。".join(rows[n][1] for n in members)))
        for key, members in keyed.items()
        if isinstance(key, tuple)
    ]
