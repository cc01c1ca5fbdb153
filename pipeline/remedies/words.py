"""The wordings of remedies, from corpus/lexicon/remedy_*.tsv: labels, cues and the verbs of doing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pipeline.errors import ResourceError
from pipeline.resources import read_table
from pipeline.sieve import Sifted

CUE_KINDS = ("skip", "slogan", "planned", "ongoing", "lasting", "done", "record", "repair", "all")
_CLAUSE_MARK = re.compile(r"[，,；;。：:！!]")
_COLON = re.compile("[:：]")
_NUMBERING = r"[（(\[【]*(?:[一二三四五六七八九十\d]{1,3}[、.．)）]?|[①-⑳])?\s*[（(\[【]*"


@dataclass(frozen=True, slots=True)
class Label:
    """A label before a colon; kind: problem, cause, step, owner or deadline."""

    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Cue:
    """A wording that decides about a sentence; see the header of remedy_cues.tsv for the kinds."""

    pattern: str
    kind: str
    example: str


@dataclass(frozen=True, slots=True)
class Action:
    """A verb of doing, e.g. 修订."""

    verb: str


@dataclass(frozen=True, slots=True)
class FoundLabel:
    """A label at the start of a piece of text: its kind, and how many characters it takes with its colon."""

    kind: str
    length: int


@cache
def _cues(kind: str) -> Sifted:
    rows = read_table("lexicon/remedy_cues.tsv", Cue)
    for row in rows:
        if row.kind not in CUE_KINDS:
            raise ResourceError(f"lexicon/remedy_cues.tsv：未知的类型 {row.kind}。")
    return Sifted("|".join(f"(?:{row.pattern})" for row in rows if row.kind == kind))


@cache
def _labels() -> tuple[re.Pattern[str], dict[str, str]]:
    kinds = {row.label: row.kind for row in read_table("lexicon/remedy_labels.tsv", Label)}
    words = "|".join(re.escape(word) for word in sorted(kinds, key=len, reverse=True))
    return re.compile(rf"{_NUMBERING}({words})[\]】]?\s*[:：]\s*"), kinds


@cache
def _actions() -> re.Pattern[str]:
    rows = read_table("lexicon/remedy_actions.tsv", Action)
    return re.compile("|".join(re.escape(row.verb) for row in sorted(rows, key=lambda row: -len(row.verb))))


def find_cue(kind: str, text: str) -> re.Match[str] | None:
    """Return the first wording of this kind in text, e.g. ("done", "款项已退还") -> a match at 已退还."""
    return _cues(kind).search(text)


def may_hold_cue(kind: str, text: str, start: int, end: int) -> bool:
    """Tell whether a wording of this kind can stand in any part of text[start:end]; False is certain, True is not."""
    return _cues(kind).may_match(text, start, end)


def find_label(text: str) -> FoundLabel | None:
    """Return the label that text begins with, e.g. "整改措施：修订制度" -> FoundLabel("step", 5)."""
    if _COLON.search(text) is None:
        return None
    pattern, kinds = _labels()
    match = pattern.match(text)
    return None if match is None else FoundLabel(kinds[match[1]], match.end())


def has_action(text: str) -> bool:
    """Tell whether text holds a verb of doing, e.g. "修订采购办法" -> True, "久久为功" -> False."""
    return _actions().search(text) is not None


def is_step(text: str) -> bool:
    """Tell whether a sentence of a plan says what is done, apart from slogans and lead-ins.

    Example: "修订差旅费管理办法。" -> True; "凝心聚力，奋力谱写新篇章。" -> False; "重点抓好三项工作：" -> False.
    Limit: a clause with both a slogan and a deed counts as a slogan only where nothing else is left of it.
    """
    if find_cue("skip", text) is not None:
        return False
    actions, slogans = _actions(), _cues("slogan")
    if actions.search(text) is None:
        return False
    told = (clause for clause in _CLAUSE_MARK.split(text) if actions.search(clause))
    if not slogans.may_match(text):
        return next(told, None) is not None
    return any(slogans.pattern.search(clause) is None for clause in told)
