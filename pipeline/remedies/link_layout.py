"""Which remedies answer which problems by the layout of the report: heading, item, table row, number."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from pipeline.ledgers import Ledger, read_ledgers
from pipeline.places import SectionIndex
from pipeline.records import Document, Finding, Remedy, Section
from pipeline.remedies.link_words import features_of
from pipeline.remedies.tables import is_covered, ledger_spans, row_pairs
from pipeline.remedies.words import find_cue

_ORDINAL = re.compile(r"(?:^|(?<=[，,。；;：:\n]))\s*([一二三四五六七八九十]{1,2})是")
_QUOTED = re.compile(r"^.{0,6}(?:关于|针对)[“\"][^”\"\n]{2,60}[”\"].{0,6}(?:整改|问题)", re.MULTILINE)
_STEP_LABEL = re.compile(r"(?:整改|措施|建议|下一步)[^\n，。；]{0,6}[：:]")

Links = set[tuple[int, int]]


@dataclass(frozen=True)
class _Group:
    """The numbered items of one side: what stands under （一）, or in 一是."""

    members: tuple[int, ...]
    text: str

    @cached_property
    def features(self) -> frozenset[str]:
        """What the items speak of."""
        return features_of(self.text)


@dataclass(frozen=True, slots=True)
class _Problems:
    """The problems of a report in text order: where each begins and ends, in which section, and which one it is."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    homes: tuple[Section | None, ...]
    places: tuple[int, ...]

    @staticmethod
    def of(index: SectionIndex, findings: tuple[Finding, ...]) -> _Problems:
        ordered = sorted(enumerate(findings), key=lambda pair: pair[1].start)
        return _Problems(
            tuple(row.start for _, row in ordered),
            tuple(row.end for _, row in ordered),
            tuple(index.innermost(row.start) for _, row in ordered),
            tuple(place for place, _ in ordered),
        )

    def from_to(self, start: int, end: int) -> range:
        """Return those that begin at start or later and before end, by their order in the text."""
        return range(bisect_left(self.starts, start), bisect_left(self.starts, end))


def by_layout(
    document: Document, index: SectionIndex, findings: tuple[Finding, ...], remedies: tuple[Remedy, ...]
) -> Links:
    """Return the pairs (place in findings, place in remedies) that the layout of the report joins."""
    if not findings or not remedies:
        return set()
    ledgers = read_ledgers(document)
    links = _same_place(document, index, ledgers, _Problems.of(index, findings), remedies)
    links |= _same_row(ledgers, findings, remedies)
    return links | _same_number(index, findings, remedies)


def _same_place(
    document: Document,
    index: SectionIndex,
    ledgers: tuple[Ledger, ...],
    problems: _Problems,
    remedies: tuple[Remedy, ...],
) -> Links:
    """Pair each remedy of a rectification or problem section with the problems that it follows there.

    Ledgers have rows instead.
    """
    links: Links = set()
    cells = ledger_spans(ledgers)
    for number, remedy in enumerate(remedies):
        section = index.innermost(remedy.start)
        if (section is not None and set(section.roles) == {"PLAN"}) or is_covered(cells, remedy.start):
            continue
        links |= {(problems.places[n], number) for n in _before(document, index, section, problems, remedy)}
    return links


def _before(
    document: Document, index: SectionIndex, section: Section | None, problems: _Problems, remedy: Remedy
) -> list[int]:
    """Return the problems that a remedy stands under: quoted in its heading, or stated before it in its section."""
    inside = [n for n in problems.from_to(0, remedy.start + 1) if remedy.end <= problems.ends[n]]
    if inside:
        return inside
    for around in index.ancestry(section):
        quoted = list(problems.from_to(around.start, around.heading_end))
        if quoted and "RECTIFY" in around.roles and not _QUOTED.search(document.text, around.heading_end, remedy.start):
            return quoted + _stated(document, section, problems, remedy)
    return _stated(document, section, problems, remedy)


def _stated(document: Document, section: Section | None, problems: _Problems, remedy: Remedy) -> list[int]:
    floor = section.heading_end if section else 0
    earlier = [
        n
        for n in problems.from_to(floor, remedy.start)
        if problems.ends[n] <= remedy.start and problems.homes[n] is section
    ]
    if find_cue("all", remedy.text):
        return earlier
    between = document.text[problems.ends[earlier[-1]] : remedy.start] if earlier else ""
    if not earlier or (section is None and not _STEP_LABEL.search(between) and "\n" in between):
        return []
    return earlier[-1:]


def _same_row(ledgers: tuple[Ledger, ...], findings: tuple[Finding, ...], remedies: tuple[Remedy, ...]) -> Links:
    """Pair what stands in one row of a rectification ledger."""
    rows = row_pairs(ledgers, [row.start for row in findings], [row.start for row in remedies])
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
        _Group(tuple(members), titles.get(str(key[0]), "") + "。".join(rows[n][1] for n in members))
        for key, members in keyed.items()
        if isinstance(key, tuple)
    ]
