"""Headings that are findings themselves: those that quote the problem, and those whose body states none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.cues import CueHit, find_blockers, find_cues, signal
from pipeline.records import Document, FindingStatus, Section
from pipeline.role_model import problem_odds
from pipeline.squeeze import View, squeeze

_TELLING = 8
_LIKELY = -1.0
_ANSWERED = re.compile(r"(?:等|方面)?(?:的)?(?:突出)?(?:问题|整改|现象|情况)")
_NO_FAULT = re.compile(
    r"^(?:进一步|切实|持续|不断|着力|坚持|加强|强化|提高|提升|深化|完善|健全|压实|严格|严肃|狠抓|抓|聚焦|突出|增强|推进|推动|规范|优化|巩固|筑牢|"
    r"加快|落实|建立|严明|夯实|扎实|注重|全面|深入|扛牢|实行|高位|召开|成立|制定|开展)|(?:方面|情况|工作|措施|进展|成效|责任|机制|管理|事项)$"
)
_QUOTE = re.compile(r"[“\"「]([^”\"」]{3,}?)[”\"」]")


@dataclass(frozen=True, slots=True)
class HeadingFinding:
    """A heading taken as a finding: its view, the stretch that names the problem, and whether it is being put right."""

    section: Section
    view: View
    core: tuple[int, int]
    cues: tuple[CueHit, ...]
    status: FindingStatus
    confidence: float


def quoted_problem(document: Document, section: Section) -> HeadingFinding | None:
    """Return the finding that a rectification heading quotes: 关于“X不够”问题的整改; None where it quotes none."""
    if "RECTIFY" not in section.roles:
        return None
    view = _title_view(document, section)
    quotes = [m for m in _QUOTE.finditer(view.text) if _is_problem(m[1]) or _ANSWERED.match(view.text, m.end())]
    if quotes:
        core = quotes[0].start(1), quotes[-1].end(1)
        return _finding(document, section, view, core, 0.9)
    about = re.match(r"^(?:关于|针对|对于?)(.{4,120}?)(?:的)?(?:问题|情况)(?:的?整改.{0,6})?$", view.text)
    if about is not None and _is_problem(about[1]):
        return _finding(document, section, view, (about.start(1), about.end(1)), 0.85)
    stated = _is_problem(view.text) and not re.search(r"整改|落实情况|进展", view.text)
    if stated or _reads_like_fault(view.text):
        return _finding(document, section, view, (0, len(view.text)), 0.75 if stated else 0.6)
    return None


def stated_problem(document: Document, section: Section) -> HeadingFinding | None:
    """Return the finding that a heading states where it stands among problems, e.g. "理论学习不够深入"."""
    if "PROBLEM" not in section.roles:
        return None
    view = _title_view(document, section)
    cues = [cue for cue in find_cues(view.text) if cue.strength >= 2]
    if not cues or any(block.reach in ("always", "statement") for block in find_blockers(view.text)):
        return None
    return HeadingFinding(section, view, (0, len(view.text)), tuple(cues), "open", 0.8)


def _title_view(document: Document, section: Section) -> View:
    start = section.start + len(section.number)
    while document.text[start].isspace():
        start += 1
    return squeeze(document.text, start, section.heading_end)


def _is_problem(words: str) -> bool:
    cues = [cue for cue in find_cues(words) if cue.strength >= 2]
    return bool(cues) and not re.match(r"^(?:进一步|加强|强化|完善|健全|严格|深化|提升|推进|持续)", words)


def _reads_like_fault(title: str) -> bool:
    """Return whether a heading without any cue reads like a problem: "六座泵站的设备不在账上"; areas (…方面) do not."""
    return len(title) >= _TELLING and _NO_FAULT.search(title) is None and problem_odds(title) > _LIKELY


def _finding(
    document: Document, section: Section, view: View, core: tuple[int, int], confidence: float
) -> HeadingFinding:
    body = document.text[section.heading_end : section.end]
    status: FindingStatus = "open" if signal("heading-open").search(body) else "rectified"
    cues = tuple(find_cues(view.text[core[0] : core[1]]))
    return HeadingFinding(section, view, core, cues, status, confidence)


def has_finding(section: Section, starts: Sequence[int]) -> bool:
    """Return whether any finding starts inside the body of a section."""
    return any(section.heading_end <= start < section.end for start in starts)
