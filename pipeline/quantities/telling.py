"""What the place of a quantity tells of, where its heading does not say so: faults (2．查出什么) or plans."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal

from pipeline.records import Finding, Role, Section
from pipeline.role_model import role_model

Told = Literal["PLAN", "PRACTICE"]

_DEEDS = {"OVERVIEW", "PRACTICE", "OTHER"}
_FEWEST_PARTS = 3
# Parts of a fault-telling section that state a fault in words that are known, and how much of its text these take up.
_LEAST_PARTS, _LEAST_TEXT = 0.4, 0.2
_END = 2 / 3
# A shorter paragraph tells too little. How much likelier a plan, or a fault, must be than what else it may be.
_SHORTEST = 40
_FLOOR = 0.03
_SENTENCE_END = re.compile("[。；]")
_FORWARD = re.compile(r"目标|预期|力争|确保|争取|计划|将|要|拟|到20\d\d年|年底前|月底前|下一步|继续")
_PLAN_AHEAD, _APART = 0.9, 0.3


class Telling:
    """Finds the roles of the place of a quantity; the paragraphs of a report are read once each."""

    def __init__(self, text: str, sections: Sequence[Section], findings: Sequence[Finding]) -> None:
        self.text: str = text
        self.tellers: frozenset[str] = fault_tellers(sections, findings)
        self.paragraphs: dict[tuple[int, bool], Told | None] = {}

    def look_at(self, places: Iterable[tuple[int, Section | None]]) -> None:
        """Read the paragraphs of all quantities of a report at once, which is quicker than one after the other."""
        wanted = {}
        for offset, section in places:
            if section is not None and self._is_open(section):
                start, end = self._paragraph(offset)
                wanted[start, section.roles == ("PLAN",)] = self.text[start:end]
        for place in [place for place, paragraph in wanted.items() if place[1] and _FORWARD.search(paragraph)]:
            # Among plans only deeds are told apart, and this is none.
            self.paragraphs[place] = None
            del wanted[place]
        self.paragraphs.update(zip(wanted, told_by_each(list(wanted.values())), strict=True))

    def at(self, offset: int, section: Section | None) -> tuple[tuple[Role, ...], bool]:
        """Return the roles of the place and whether it tells faults; a heading that names plans or faults stands."""
        if section is None:
            return (), False
        roles = section.roles
        if section.section_id in self.tellers:
            return roles, True
        told = self._of_paragraph(offset, planned=roles == ("PLAN",)) if self._is_open(section) else None
        if roles == ("PLAN",):
            return (("PRACTICE",) if told == "PRACTICE" else roles), False
        return (("PLAN",) if told == "PLAN" else roles), False

    def _is_open(self, section: Section) -> bool:
        """Tell whether it takes the wording to know what a section tells of."""
        undecided = section.roles == ("PLAN",) or _DEEDS.issuperset(section.roles)
        return undecided and section.section_id not in self.tellers

    def _paragraph(self, offset: int) -> tuple[int, int]:
        end = self.text.find("\n", offset)
        return self.text.rfind("\n", 0, offset) + 1, end if end >= 0 else len(self.text)

    def _of_paragraph(self, offset: int, *, planned: bool) -> Told | None:
        start, end = self._paragraph(offset)
        if (start, planned) not in self.paragraphs:
            self.paragraphs[start, planned] = told_by(self.text[start:end])
        return self.paragraphs[start, planned]


def told_by(paragraph: str) -> Told | None:
    """Return what a paragraph tells of by the model of wordings (models/roles): "年内再培训护理员600名，…" -> PLAN.

    None for deeds, and where the paragraph is short or the model undecided.
    """
    return told_by_each([paragraph])[0]


def told_by_each(paragraphs: Sequence[str]) -> list[Told | None]:
    """Return what `told_by` says of each paragraph."""
    import numpy

    pieces = [[piece for piece in _SENTENCE_END.split(text) if len(piece) > 3] for text in paragraphs]
    pieces = [part if len(text) >= _SHORTEST else [] for part, text in zip(pieces, paragraphs, strict=True)]
    likely = numpy.log(numpy.exp(role_model().of_texts([piece for part in pieces for piece in part])) + _FLOOR)
    told: list[Told | None] = []
    end = 0
    for part, paragraph in zip(pieces, paragraphs, strict=True):
        begin, end = end, end + len(part)
        told.append(_told(paragraph, likely[begin:end].mean(axis=0).tolist()) if part else None)
    return told


def _told(paragraph: str, means: Sequence[float]) -> Told | None:
    odds = dict(zip(role_model().classes, means, strict=True))
    best = max(odds, key=odds.__getitem__)
    if best == "PLAN" and odds["PLAN"] - odds["PRACTICE"] > _PLAN_AHEAD and odds["PLAN"] - odds["PROBLEM"] > _APART:
        return "PLAN"
    done = best == "PRACTICE" and odds["PRACTICE"] - odds["PLAN"] > _PLAN_AHEAD and not _FORWARD.search(paragraph)
    return "PRACTICE" if done else None


def fault_tellers(sections: Sequence[Section], findings: Sequence[Finding]) -> frozenset[str]:
    """Return the ids of the parts of sections of deeds that tell faults throughout, and of what is below them.

    "2.查出什么。（1）与客户资金往来。…（2）过度用卡。…（3）劳动纪律松。…" tells faults where findings stand in two of
    five parts at least, not only at their ends, and take up a fifth of the text. A work report whose parts end in a
    sentence on what is wrong does not. Limits: a section without three parts is left as its heading says.
    """
    below: dict[str | None, list[Section]] = defaultdict(list)
    for section in sections:
        below[section.parent_id].append(section)
    ordered = sorted(findings, key=lambda finding: finding.start)
    starts = [finding.start for finding in ordered]
    tellers: set[str] = set()
    for section in sections:
        parts = below[section.section_id]
        if section.section_id in tellers or (set(section.roles) <= _DEEDS and _tells(parts, ordered, starts)):
            tellers.update(part.section_id for part in parts)
    return frozenset(tellers)


def _tells(parts: Sequence[Section], findings: Sequence[Finding], starts: Sequence[int]) -> bool:
    if len(parts) < _FEWEST_PARTS:
        return False
    within = [_within(part, findings, starts) for part in parts]
    early = sum(bool(found) and found[0].start < _at_end(part) for part, found in zip(parts, within, strict=True))
    stated = sum(finding.end - finding.start for found in within for finding in found)
    return early >= _LEAST_PARTS * len(parts) and stated >= _LEAST_TEXT * sum(part.end - part.start for part in parts)


def _at_end(part: Section) -> float:
    return part.start + _END * (part.end - part.start)


def _within(section: Section, findings: Sequence[Finding], starts: Sequence[int]) -> Sequence[Finding]:
    return findings[bisect_left(starts, section.start) : bisect_left(starts, section.end)]
