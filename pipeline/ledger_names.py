"""What the columns of ledgers are called, and what their cells say about the state of a row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast, get_args

from pipeline.errors import ResourceError
from pipeline.resources import read_table

ColumnRole = Literal[
    "number", "problem", "detail", "cause", "step", "progress", "status", "owner", "deadline", "category",
    "source", "amount", "recovered", "unit", "remark", "other",
]  # fmt: skip
RowState = Literal["done", "ongoing", "open"]

NAME_LIMIT = 20
_BRACKETS = re.compile(r"[（(【\[][^（(【\[）)】\]]*[）)】\]]")
_MARKS = re.compile(r"^[\d一二三四五六七八九十]{0,2}[.．、*★]*|[:：*★]+$")
_CLAUSE_MARK = re.compile(r"[，,。；;！\n]")


@dataclass(frozen=True, slots=True)
class ColumnName:
    """A row of ledger_columns.tsv."""

    role: str
    pattern: str


@dataclass(frozen=True, slots=True)
class StateName:
    """A row of ledger_states.tsv."""

    state: str
    pattern: str


def role_of_name(name: str) -> ColumnRole | None:
    """Return what a column of this name holds, e.g. "整改 时限（年月）" -> "deadline", "问题数" -> None."""
    bare = _MARKS.sub("", _BRACKETS.sub("", "".join(name.split())))
    if not 0 < len(bare) <= NAME_LIMIT:
        return None
    return next((role for role, pattern in _names() if pattern.fullmatch(bare)), None)


def state_told(text: str) -> RowState | None:
    """Return what a progress or status cell says, e.g. "已完成整改，修订办法1项" -> "done", "基本完成" -> "ongoing".

    None where it says neither; "" and "修订办法1项" say nothing.
    """
    for clause in _CLAUSE_MARK.split("".join(text.split(" "))):
        bare = _BRACKETS.sub("", "".join(clause.split()))
        state = next((state for state, pattern in _states() if bare and pattern.fullmatch(bare)), None)
        if state is not None:
            return state
    return None


@cache
def _names() -> tuple[tuple[ColumnRole, re.Pattern[str]], ...]:
    rows = read_table("lexicon/ledger_columns.tsv", ColumnName, key=("role", "pattern"))
    for row in rows:
        if row.role not in get_args(ColumnRole):
            raise ResourceError(f"lexicon/ledger_columns.tsv：未知的列 {row.role}。")
    return tuple((cast(ColumnRole, row.role), re.compile(row.pattern)) for row in rows)


@cache
def _states() -> tuple[tuple[RowState, re.Pattern[str]], ...]:
    rows = read_table("lexicon/ledger_states.tsv", StateName, key=("state", "pattern"))
    for row in rows:
        if row.state not in get_args(RowState):
            raise ResourceError(f"lexicon/ledger_states.tsv：未知的状态 {row.state}。")
    return tuple((cast(RowState, row.state), re.compile(row.pattern)) for row in rows)
