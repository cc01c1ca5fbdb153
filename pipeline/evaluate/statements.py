"""Problem statements against gold: each judged segment with the findings that meet it, and what that counts for.

A finding belongs to every segment that it shares 0.3 of the shorter one with. A segment that is (0.8 of it) a heading
outside rectification sections is not judged: a finding is its body, and a heading is reported with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.evaluate.gold_records import GoldReport
from pipeline.evaluate.locate import Locator, meet, shared
from pipeline.records import Finding, Report, Span
from pipeline.taxonomy import OTHER

_HEADING_PART = 0.8


@dataclass(frozen=True, slots=True)
class Judged:
    """A segment that states a problem or not, its gold codes (main one first), and the findings that meet it."""

    place: Span
    is_problem: bool
    wanted: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def hit(self) -> bool:
        """Whether any finding meets the segment."""
        return bool(self.findings)

    @property
    def first_codes(self) -> tuple[str, ...]:
        """The main code of each finding that has one."""
        return tuple(codes[0] for codes in map(codes_of, self.findings) if codes)

    @property
    def all_codes(self) -> tuple[str, ...]:
        """The codes of all findings, main and secondary ones."""
        return tuple(code for finding in self.findings for code in codes_of(finding))

    @property
    def main(self) -> str | None:
        """The gold category ("ZF"); None for no problem, and for one that fits no category (QT00 or no code)."""
        if not self.is_problem or not self.wanted or self.wanted[0] == OTHER:
            return None
        return self.wanted[0][:2]

    @property
    def top(self) -> bool:
        """Whether the category of a finding's main code is among the gold categories."""
        return bool({code[:2] for code in self.first_codes} & {code[:2] for code in self.wanted})

    @property
    def leaf(self) -> bool:
        """Whether a finding's main code is among the gold codes."""
        return bool(set(self.first_codes) & set(self.wanted))

    @property
    def claims(self) -> str | None:
        """The category that the program gives the segment: the gold one where right, else the first finding's."""
        if not self.first_codes or (self.is_problem and self.main is None):
            return None
        return self.main if self.main and self.top else self.first_codes[0][:2]


@dataclass(frozen=True, slots=True)
class ProblemCounts:
    """Segments: found, false and missed problems; of those with a gold category (coded) how many got it right.

    top: the category of a main code is any of gold's; first_top: gold's first; leaf: the subcategory; any: also by a
    secondary code. lost: findings whose text is not in the gold text.
    """

    tp: int
    fp: int
    fn: int
    lost: int
    top: int
    leaf: int
    any: int
    first_top: int
    coded: int


def codes_of(finding: Finding) -> tuple[str, ...]:
    """Return a finding's subcategory and secondary codes."""
    return tuple(code for code in (finding.subcategory, *finding.secondary) if code)


def judge_segments(gold: GoldReport, report: Report, locator: Locator) -> tuple[tuple[Judged, ...], int]:
    """Return the segments that count, in text order, and how many findings are not in the gold text."""
    headings = [row.place for row in gold.headings or () if "RECTIFY" not in row.roles]
    places = [(finding, locator.find(finding.text, near=finding.start)) for finding in report.findings]
    found = [(finding, place) for finding, place in places if place is not None]
    judged = tuple(_judged(gold, headings, found))
    return judged, len(places) - len(found)


def _judged(gold: GoldReport, headings: Sequence[Span], found: Sequence[tuple[Finding, Span]]) -> Iterator[Judged]:
    for segment in gold.segments or ():
        if segment.label == "?" or _is_heading(segment.place, headings):
            continue
        hits = tuple(finding for finding, place in found if meet(place, segment.place))
        yield Judged(segment.place, segment.label == "P", segment.codes, hits)


def _is_heading(place: Span, headings: Iterable[Span]) -> bool:
    return any(shared(place, heading) >= _HEADING_PART * (place.end - place.start) for heading in headings)


def count_problems(judged: Sequence[Judged], lost: int) -> ProblemCounts:
    """Return the counts over all segments of a report."""
    problems = [row for row in judged if row.is_problem]
    coded = [row for row in problems if row.hit and row.main is not None]
    return ProblemCounts(
        tp=sum(row.hit for row in problems),
        fp=sum(row.hit for row in judged if not row.is_problem),
        fn=sum(not row.hit for row in problems),
        lost=lost,
        top=sum(row.top for row in coded),
        leaf=sum(row.leaf for row in coded),
        any=sum(bool(set(row.all_codes) & set(row.wanted)) for row in coded),
        first_top=sum(row.main in {code[:2] for code in row.first_codes} for row in coded),
        coded=len(coded),
    )
