"""What the place of a quantity tells of, where its heading does not say so: faults (2．查出什么) or plans."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
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
_FORWARD = re.compile(r"目标|预期|力争|确保|争取|计划|将|要|拟|到20\d\d年|年底前|月底前|下一步|继续")
_PLAN_AHEAD, _APART = 0.9, 0.3


class Telling:
    """Finds the roles of the place of a quantity; the paragraphs of a report are read once each."""

    def __init__(self, text: str, sections: Sequence[Section], findings: Sequence[Finding]) -> None:
        self.text: str = text
        self.tellers: frozenset[str] = fault_tellers(sections, findings)
        self.paragraphs: dict[int, Told | None] = {}

    def at(self, offset: int, section: Section | None) -> tuple[tuple[Role, ...], bool]:
        """Return the roles of the place and whether it tells faults; a heading that names plans or faults stands."""
        if section is None:
            return (), False
        roles = section.roles
        if section.section_id in self.tellers:
            return roles, True
        if roles == ("PLAN",):
            return (("PRACTICE",) if self._of_paragraph(offset) == "PRACTICE" else roles), False
        planned = set(roles) <= _DEEDS and self._of_paragraph(offset) == "PLAN"
        return (("PLAN",) if planned else roles), False

    def _of_paragraph(self, offset: int) -> Told | None:
        start = self.text.rfind("\n", 0, offset) + 1
        if start not in self.paragraphs:
            end = self.text.find("\n", offset)
            self.paragraphs[start] = told_by(self.text[start : end if end >= 0 else len(self.text)])
        return self.paragraphs[start]


def told_by(paragraph: str) -> Told | None:
    """Return what a paragraph tells of by the model of wordings (models/roles): "年内再培训护理员600名，…" -> PLAN.

    None for deeds, and where the paragraph is short or the model undecided.
    """
    import numpy

    sentences = [piece for piece in re.split(r"[。；]", paragraph) if len(piece) > 3]
    if len(paragraph) < _SHORTEST or not sentences:
        return None
    model = role_model()
    mean = numpy.log(numpy.exp(model.of_texts(sentences)) + _FLOOR).mean(axis=0)
    odds = dict(zip(model.classes, map(float, mean), strict=True))
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
