"""What a finding says besides the problem: cause, consequence, scope, bluntness, nature, who found it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from pipeline.cues import CueHit, signal
from pipeline.records import FindingStatus, FoundBy, Genre
from pipeline.squeeze import View

_SCOPE = re.compile(r"极个别|个别|少数|多数|部分|普遍|一些|某些|有些|有的|大部分|大多数|绝大多数|少部分")
_SCOPES = {
    "极个别": "个别",
    "个别": "个别",
    "少数": "少数",
    "少部分": "少数",
    "多数": "多数",
    "大多数": "多数",
    "绝大多数": "多数",
    "大部分": "多数",
    "普遍": "普遍",
}
_FINDERS: tuple[FoundBy, ...] = ("audit", "inspection", "notice", "public")


def scope_of(view: str) -> str | None:
    """Return how far the problem reaches by its own words: 个别, 少数, 部分, 多数, 普遍; None where it says nothing.

    "一些干部" and "有的干部" count as 部分.
    """
    match = _SCOPE.search(view)
    return None if match is None else _SCOPES.get(match[0], "部分")


def cause_of(view: View) -> str | None:
    """Return the clause that gives the cause, e.g. "受编制限制，力量不足" -> "受编制限制"; None where there is none."""
    match = signal("cause").search(view.text)
    return None if match is None else match[0]


def consequence_of(view: View) -> str | None:
    """Return the clause that gives the consequence, from 导致, 致使, 影响 … on; None where there is none."""
    match = signal("result").search(view.text)
    return None if match is None or match.start() < 4 else match[0]


def hedge_of(cues: Sequence[CueHit]) -> int | None:
    """Return how blunt the wording is, 1 (有待加强) to 5 (违规); that of its bluntest cue, None for a plain fact."""
    return max((cue.hedge for cue in cues if cue.strength >= 2), default=max((cue.hedge for cue in cues), default=None))


def nature_of(cues: Sequence[CueHit]) -> str | None:
    """Return the nature (不足 缺失 弱化 违规 虚假 认识) of the bluntest cue; None for a plain fact."""
    if not cues:
        return None
    votes = Counter(cue.nature for cue in cues)
    blunt = {nature: max(cue.hedge for cue in cues if cue.nature == nature) for nature in votes}
    return max(votes, key=lambda nature: (blunt[nature], votes[nature], nature))


def found_by(view: str, genre: Genre) -> FoundBy:
    """Return who found the problem: by the statement's own words, else by the genre of the report."""
    for finder in _FINDERS:
        if signal(f"found-{finder}").search(view):
            return finder
    if genre in ("feedback", "rectification"):
        return "inspection"
    return "audit" if genre == "audit" else "self"


def status_of(view: str, *, answer: str | None = None) -> FindingStatus:
    """Return "rectified" where the statement itself says that it has been put right, "open" otherwise.

    "多付2.1万元，目前已全部追回" -> rectified; "已追回3万元，仍有2万元未收" -> open.
    answer: what says what was done about the problem; with it the problem is open only where the answer says so.
    """
    if answer is not None:
        return "open" if signal("unanswered").search(answer) else "rectified"
    if signal("put-right").search(view) and not signal("not-put-right").search(view):
        return "rectified"
    return "open"
