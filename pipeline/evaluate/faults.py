"""What was missed, taken without reason, or given a wrong value, with what the program says for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FaultKind = Literal["missed", "false", "wrong"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One disagreement with the gold: where (report, offset in the gold text), in which stage, of what kind.

    wanted, got: the gold's and the program's value ("ZF03", "PROBLEM", "28300"), "" where it has none.
    why: the reason of the refusal, or the cues of the finding.
    """

    report: str
    stage: str
    kind: FaultKind
    start: int
    text: str
    wanted: str = ""
    got: str = ""
    why: str = ""
