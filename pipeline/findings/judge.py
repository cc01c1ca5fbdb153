"""Whether a statement is a finding: section prior × blockers × contrast × cues × polarity, with the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import exp

from pipeline.cues import Block, CueHit, clause_of, find_blockers, find_cues, lead_in, live_cues, signal
from pipeline.findings.core import core_of, focus_of, named_problem
from pipeline.findings.units import Unit
from pipeline.records import Genre
from pipeline.role_model import problem_odds

# Confidence by what speaks for a finding.
_OUTRIGHT, _SHORT, _SCOPED = 0.95, 0.88, 0.6
_ANSWERED, _STILL_OPEN, _LEFT, _READS_SO = 0.75, 0.75, 0.6, 0.55
# Log odds of the wording model (measured on writers that it was not trained on) from which a statement without a cue
# is taken among problems, in a rectification section, elsewhere.
_ODDS_AMONG_PROBLEMS, _ODDS_RECTIFIED, _ODDS_ELSEWHERE = -0.6, 0.5, 1.0
# The same in a section that holds problems and plans.
_ODDS_AMONG_PLANS = 0.3
_ODDS_RECTIFIED_WITH_CUE = -0.3
# The same where the next statement says what was done about it, without a cue and with one.
_ODDS_ANSWERED, _ODDS_ANSWERED_WITH_CUE = -1.0, -2.0
_ODDS_CERTAINTY = (1.5, 2.75)
# Blockers that set the tone of all that follows when they open a statement: 下一步将…, 各单位要….
_OPENINGS = ("plan-open", "requirement")
_NEAR = 8
# Reasons that a statement which reads like a problem overrules.
_DOUBTFUL = ("general", "scope", "requirement")
_LONGEST_LEAD = 90
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision on a statement: taken or not, why, how sure (0–1), and which stretch of the view is the problem.

    start: where in the view the statement begins, after a lead-in. answer: what says what was done about it: the
    statement itself where it names the problem to that end, or the next one; None where nothing does.
    """

    taken: bool
    reason: str
    confidence: float
    cues: tuple[CueHit, ...]
    core: tuple[int, int]
    start: int = 0
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    """All that a statement is judged by: its text, the cues that count, what speaks against it, where it begins."""

    unit: Unit
    genre: Genre
    live: tuple[CueHit, ...]
    blocks: tuple[Block, ...]
    start: int
    focus: int
    known_odds: float | None

    @property
    def view(self) -> str:
        return self.unit.view.text

    @property
    def odds(self) -> float:
        """The log odds that the statement states a problem, by its wording alone."""
        return problem_odds(self.view) if self.known_odds is None else self.known_odds

    @property
    def strength(self) -> int:
        return max((cue.strength for cue in self.live), default=0)

    def blocked(self, *reaches: str) -> bool:
        return any(block.reach in reaches for block in self.blocks)


def judge(unit: Unit, genre: Genre, *, odds: float | None = None) -> Verdict:
    """Return the decision on one statement. odds: its `problem_odds`, where they are known already.

    "虽然印发了文件，但落实不够" in a problem section is taken, with "落实不够" as its core; "防止落实不到位" is refused
    as a plan.
    """
    view = unit.view.text
    cues, blocks = find_cues(view), find_blockers(view)
    start = _after_lead_in(view)
    live = tuple(cue for cue in live_cues(view, cues, blocks) if cue.start >= start)
    case = _Case(unit, genre, live, tuple(blocks), start, focus_of(view), odds)
    outcome = _always(case) or _zero(case) or _polarity(case) or _by_place(case)
    if isinstance(outcome, str):
        return Verdict(False, outcome, 0.0, tuple(cues), (0, len(view)))
    named = named_problem(view) if "RECTIFY" in unit.roles else None
    core = named or core_of(view, live, max(case.focus, start))
    answer = view if named else unit.following if "RECTIFY" in unit.roles and _answered_next(case) else None
    return Verdict(True, "taken", outcome, live, core, start, answer)


def _after_lead_in(view: str) -> int:
    """Return where the first problem begins in a sentence that opens with a lead-in and a colon, else 0."""
    colon = view.find("：")
    if not 0 < colon < min(len(view) - _SHORTEST, _LONGEST_LEAD):
        return 0
    head = view[: colon + 1]
    return colon + 1 if lead_in(head, "opens") or lead_in(head, "label") else 0


def _always(case: _Case) -> str | None:
    """Return the reason of a blocker that refuses the statement whatever else it says, None without one."""
    return next((b.reason for b in case.blocks if b.reach == "always" and b.start >= case.start), None)


def _zero(case: _Case) -> str | None:
    """Refuse a zero finding with its topic before it (公款旅游，均无此类情形); a fact before it keeps the statement."""
    opening = signal("enumerator").match(case.view)
    begin = 0 if opening is None else opening.end()
    for block in case.blocks:
        nothing_after = not any(cue.start >= block.start for cue in case.live)
        if (
            block.reason == "zero"
            and nothing_after
            and not re.search(r"\d|有|存在|未|不|仍|没", case.view[begin : block.start])
        ):
            return "zero"
    return None


def _polarity(case: _Case) -> str | None:
    """Refuse 虽然(bad)…但(good): all the cues stand before the contrast, and what follows it is good."""
    if not case.focus or not case.live or any(cue.end > case.focus for cue in case.live):
        return None
    return "achievement" if signal("good").search(case.view, case.focus) else None


def _by_place(case: _Case) -> float | str:
    """Return the confidence of a finding, or the reason for refusing it, by the statement's place in the report."""
    unit, roles = case.unit, set(case.unit.roles)
    if unit.mode is not None:
        return unit.mode
    if unit.passage or "PROBLEM" in roles:
        return _in_problems(case)
    if roles & {"PLAN", "REQUEST"}:
        return _elsewhere(case, other="plan") if case.genre != "news" else "plan"
    if "RECTIFY" in roles:
        return _in_rectification(case)
    if "CAUSE" in roles:
        return "cause"
    if not roles and (case.genre == "news" or case.blocked("statement", "always")):
        return "background"
    return _elsewhere(case, other="achievement" if "PRACTICE" in roles else "background")


def _in_problems(case: _Case) -> float | str:
    """In a problem section a statement is a finding unless something speaks against it."""
    reason = _statement_reason(case)
    if reason is not None:
        overruled = reason in _DOUBTFUL and case.odds > 0
        return _LEFT if overruled else reason
    body = signal("enumerator").sub("", case.view[case.start :]).strip("，。；：")
    if len(body) < _SHORTEST:
        return "too_short"
    if case.strength > 1:
        return _OUTRIGHT if case.strength > 2 else _SHORT
    blocked = _blocked_without_cue(case)
    if blocked is not None:
        return blocked
    return _without_cue(case, body)


def _statement_reason(case: _Case) -> str | None:
    """Return why the whole statement is refused: a blocker reaches all of it and no cue stands outside its clauses."""
    cues = [cue for cue in case.live if cue.strength > 1]
    for block in case.blocks:
        if block.reach != "statement" or block.end <= case.start:
            continue
        if block.id in ("lead-in", "look-back") and block.end >= len(case.view) - 1:
            return block.reason
        if block.id in _OPENINGS and block.start <= case.start + _NEAR:
            if not any(cue.start >= block.end and _factual(case.view, cue) for cue in cues):
                return block.reason
            continue
        left, right = clause_of(case.view, block.start, block.end)
        if all(left <= cue.start < right for cue in cues):
            return block.reason
    return None


def _factual(view: str, cue: CueHit) -> bool:
    """Return whether a cue after a plan's opening still reports a fact: after 但 or 仍."""
    left, _ = clause_of(view, cue.start, cue.end)
    if signal("still").search(view, left, cue.end):
        return True
    return signal("contrast").search(view, max(left - 1, 0), cue.start) is not None


def _blocked_without_cue(case: _Case) -> str | None:
    """Return the reason of a blocked clause where nothing else speaks; 分6次缴库，目前已上缴 has a fact before it."""
    if case.live:
        return None
    for block in case.blocks:
        left, right = clause_of(case.view, block.start, block.end)
        before = case.view[: max(left - 1, 0)]
        fact_before = block.reason == "rectified" and re.search(r"[\d一二三四五六七八九十]", before)
        turned = signal("contrast").search(case.view, max(right - 1, 0))
        if block.reach == "clause" and not fact_before and not turned:
            return block.reason
    return None


def _without_cue(case: _Case, body: str) -> float | str:
    """A plain fact in a problem section is a finding with low confidence; a report of work done is not."""
    if case.unit.in_cell:
        return "no_cue"
    if any(
        signal(name).search(text) for name, text in (("set-up", case.unit.following), ("good", body), ("already", body))
    ):
        return "achievement"
    if signal("worked").search(body) and not re.search(r"\d|[一二三四五六七八九十两]", body):
        return "achievement"
    if case.strength == 1:
        return _SCOPED
    odds = case.odds
    if signal("tally").search(body) or odds < (
        _ODDS_AMONG_PLANS if "PLAN" in case.unit.roles else _ODDS_AMONG_PROBLEMS
    ):
        return "background"
    base, slope = _ODDS_CERTAINTY
    return round(1 / (1 + exp(-base - slope * odds)), 2)


def _in_rectification(case: _Case) -> float | str:
    """In a rectification section a named problem is a finding (关于“X不够”的问题，已…).

    So is what is still wrong (仍有3笔未收回), what was found (经核查，…), and what the next statement answers.
    """
    if named_problem(case.view) is not None:
        return _ANSWERED
    if case.blocked("statement"):
        return "rectified"
    strong = [cue for cue in case.live if cue.strength > 1]
    turned = any(cue.start >= case.focus > 0 for cue in strong)
    if strong and (turned or signal("still").search(case.view)):
        return _STILL_OPEN
    done = any(block.id == "done" for block in case.blocks)
    if signal("left-over").search(case.view) or (signal("set-up").search(case.view) and not done):
        return _LEFT
    found = signal("was-found").search(case.view) is not None
    if found and (strong or (re.search(r"\d", case.view) and not done)):
        return _LEFT
    if _answered_next(case):
        return _ANSWERED
    least = _ODDS_RECTIFIED_WITH_CUE if case.strength > 2 and not done else _ODDS_RECTIFIED
    return _READS_SO if case.odds > least else "rectified"


def _answered_next(case: _Case) -> bool:
    """Return whether the next statement says what was done about this one: 3个单位拆分采购。财政局已通报。"""
    if signal("answer").search(case.unit.following) is None or any(block.id == "done" for block in case.blocks):
        return False
    return case.odds > (_ODDS_ANSWERED_WITH_CUE if case.strength > 1 else _ODDS_ANSWERED)


def _elsewhere(case: _Case, *, other: str) -> float | str:
    """Among achievements a finding must say, after a contrast, that something is still wrong: …，但仍存在…不到位.

    A statement that reads like a problem all the same is a finding for a person to look at.
    """
    strong = [cue for cue in case.live if cue.strength > 2]
    if case.blocked("statement"):
        return other
    turned = any(cue.start >= case.focus > 0 for cue in strong) and signal("still").search(case.view, case.focus)
    left_over = strong and case.genre != "news" and signal("left-over").search(case.view)
    if turned or left_over:
        return _LEFT
    return _READS_SO if case.odds > _ODDS_ELSEWHERE else other
