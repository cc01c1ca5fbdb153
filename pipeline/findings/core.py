"""Which stretch of a statement carries the problem."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.cues import CueHit, signal, signals

_QUOTED = re.compile(r"[“\"「]([^”\"」]{4,})[”\"」]")


def focus_of(view: str) -> int:
    """Return where the B of 虽然A，但B begins: after the last contrast; 0 where there is none."""
    last = 0
    for match in signal("contrast").finditer(view):
        last = match.end()
    return last if last < len(view) - 2 else 0


def named_problem(view: str) -> tuple[int, int] | None:
    """Return where a statement names the problem that it answers: X of 关于X的问题，已…; None where it names none."""
    for pattern in signals("named"):
        match = pattern.search(view)
        if match is None or signal("vague").search(match["problem"]):
            continue
        start = match.start("problem")
        quoted = _QUOTED.search(match["problem"])
        return match.span("problem") if quoted is None else (start + quoted.start(1), start + quoted.end(1))
    return None


def core_of(view: str, live: Sequence[CueHit], floor: int) -> tuple[int, int]:
    """Return the stretch that carries the problem, from `floor` on, without causes before and consequences after it.

    "虽然印发了文件，但落实不够，导致进度慢" with the floor after 但 gives "落实不够".
    """
    opening = signal("enumerator").match(view[floor:])
    begin = floor + (opening.end() if opening else 0)
    end = len(view.rstrip("。；！？，"))
    spans = [(match.start() + begin, match.end() + begin) for match in re.finditer(r"[^，；：]+", view[begin:end])]
    while len(spans) > 1 and signal("cause-clause").search(view[spans[0][0] : spans[0][1]]):
        spans.pop(0)
    while len(spans) > 1 and signal("result-clause").search(view[spans[-1][0] : spans[-1][1]]):
        spans.pop()
    if not spans:
        return 0, len(view)
    return _around_cues(view, live, spans, granted=not floor and signal("concession").search(view) is not None)


def _around_cues(
    view: str, live: Sequence[CueHit], spans: Sequence[tuple[int, int]], *, granted: bool
) -> tuple[int, int]:
    """Return the clauses up to the last with a cue; from the first with a cue where what comes before is granted."""
    held = [(a, b) for a, b in spans if any(a <= cue.start < b and cue.strength > 1 for cue in live)]
    first = held[0][0] if held and granted else spans[0][0]
    last = held[-1][1] if held else spans[-1][1]
    return first, max(last, first + 1)
