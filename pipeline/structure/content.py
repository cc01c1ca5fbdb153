"""What the sentences of a section say about its role, and the likeliest roles for a report's parts taken together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

from pipeline.cues import find_cues
from pipeline.records import Genre, Role
from pipeline.role_model import CLASSES, role_model

# Reports go from what was done to what is wrong, why, what was put right, and what comes; OTHER may stand anywhere.
_ORDER: dict[Role, float] = {"PRACTICE": 0, "PROBLEM": 1, "RECTIFY": 1.5, "CAUSE": 2, "PLAN": 3, "OTHER": 4}
_BACKWARD = 1.0
_EVIDENCE, _FLOOR, _MOST = 1.5, 0.03, 12
# The corpus holds more problem sentences than a report does.
_PROBLEM_SURPLUS = 0.6
_FIXED = -50.0
_LEAST_CUES = 0.25
_WITHOUT_PROBLEM_PART = ("rectification", "news", "work-report")

Scores = dict[Role, float]
# The best total that ends in a role, and the role before it.
_Total = tuple[float, Role | None]
_Totals = dict[Role, _Total]


def section_scores(body: str, genre: Genre = "other") -> Scores:
    """Return how well the sentences of a section fit each role; higher is better, and longer sections speak louder.

    "针对…，建立…。年底前完成…。" scores highest for PLAN. In a report on rectification problems speak for RECTIFY.
    """
    import numpy

    sentences = [piece for piece in re.split(r"[。；\n]", body) if len(piece) > 3]
    if not sentences:
        return dict.fromkeys(CLASSES, 0.0)
    model = role_model()
    mean = numpy.log(numpy.exp(model.of_texts(sentences)) + _FLOOR).mean(axis=0)
    loud = min(len(sentences), _MOST) ** 0.5
    scores = {
        cast("Role", name): float(value) * _EVIDENCE * loud for name, value in zip(model.classes, mean, strict=True)
    }
    scores["PROBLEM"] -= _PROBLEM_SURPLUS * loud
    if genre == "rectification":
        scores["RECTIFY"] = max(scores["RECTIFY"], scores["PROBLEM"])
    if genre in _WITHOUT_PROBLEM_PART or not _names_faults(sentences):
        scores["PROBLEM"] = _FIXED
    return scores


def _names_faults(sentences: Sequence[str]) -> bool:
    """Say whether enough sentences name a fault: without any, text that merely reads like a report is none."""
    wanted, left = _LEAST_CUES * len(sentences), len(sentences)
    named = 0
    for text in sentences:
        if named >= wanted or named + left < wanted:
            break
        named += any(cue.strength > 1 for cue in find_cues(text))
        left -= 1
    return named >= wanted


def fixed_scores(roles: Sequence[Role]) -> Scores:
    """Return scores that leave only the roles that a heading's wording names."""
    merged: dict[Role, Role] = {"OVERVIEW": "PRACTICE", "REQUEST": "PLAN", "APPENDIX": "OTHER"}
    named = {merged.get(role, role) for role in roles}
    return {role: 0.0 if role in named else _FIXED for role in CLASSES}


def likeliest(parts: Sequence[Scores]) -> list[Role]:
    """Return the best sequence of roles for the parts of a report in order: a step back in the usual order costs."""
    best: list[_Totals] = []
    for scores in parts:
        before = best[-1] if best else None
        best.append({role: _best_before(before, role, scores[role]) for role in CLASSES})
    return _trace(best)


def _best_before(
    before: dict[Role, tuple[float, Role | None]] | None, role: Role, score: float
) -> tuple[float, Role | None]:
    if before is None:
        return score, None
    options = [(total[0] - _step_cost(other, role), other) for other, total in before.items()]
    total, other = max(options, key=lambda option: option[0])
    return total + score, other


def _step_cost(first: Role, second: Role) -> float:
    return _BACKWARD if first != "OTHER" and _ORDER[second] < _ORDER[first] else 0.0


def _trace(best: Sequence[_Totals]) -> list[Role]:
    if not best:
        return []
    role = max(best[-1], key=lambda name: best[-1][name][0])
    roles = [role]
    for step in reversed(best[1:]):
        role = cast("Role", step[role][1])
        roles.append(role)
    return roles[::-1]
