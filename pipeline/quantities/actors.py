"""Who did or has what is counted: 区纪委监委 in 区纪委监委立案12件; never the name of a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.quantities.actor_names import (
    JOINTS,
    TIME,
    actor_tuple,
    actor_words,
    name_ends,
    name_size,
    predicates,
    split_words,
)
from pipeline.quantities.context_words import words_of
from pipeline.quantities.placed import Placed, clause_start
from pipeline.words import cut

_TIMELESS = ("date", "period", "ordinal")
_REACH, _HEAD, _MOST_CLAUSES = 160, 40, 6
_MARKS = re.compile(r"[，,；;：:（(]")
_BRACKETS = re.compile(r"[（(][^（）()\n]{0,60}[）)]")
_FILLER = "\ue001"
_NUMBERING = re.compile(
    r"(?:[（(]?[\d一二三四五六七八九十]{1,3}[）)、.．]|[一二三四五六七八九十]{1,2}[是要请靠]|—{1,2}|第[一二三四五六七八九十][，,]|\s){1,8}"
)
# Clauses that begin to speak of something else: 每年1200元, 另外两个, 有三位写信人.
_APART = re.compile(r"每.{1,2}|另外?|其余|其他|余下|剩下|这|那|[还仍另尚]?有")
# 进驻期间: the actor only dates what happens; 举报五次也没查一回: another one did not. 抽问的6名: a noun has the value.
_ASIDE = re.compile(r"^[\u4e00-\u9fff]{1,6}期间|也[没未不]")
_NOUN_OF_VALUE = re.compile(r"(?![对将把就按向为在从由给])[^，,]{1,8}的")
_MODIFIED = re.compile(r"的(?:约|近)?[\d一二两三四五六七八九十百]")
_EACH = frozenset(("每", "每人", "每次", "各", "各自", "人均", "平均"))
_COUNTED_BODIES = frozenset("家个户人名所处座支条位")


@cache
def _goes_on_with() -> frozenset[str]:
    """Return the words with which a clause goes on about the actor of the clause before it."""
    return (predicates() | words_of("stop")) - _EACH - actor_words("concludes")


@dataclass(frozen=True, slots=True)
class _Head:
    """How a clause begins: with an actor (offsets in the flat text), with a verb that goes on, or with neither."""

    start: int = 0
    end: int = 0
    goes_on: bool = False


_OTHER, _GOES_ON = _Head(), _Head(goes_on=True)


def actors_of(text: str, rows: Sequence[Placed]) -> list[tuple[int, int] | None]:
    """Return where the actor of each quantity of flat text stands, None where none is stated near it.

    "我局高度重视，先后召开会议4次" -> 我局 for 4次. The actor heads the clause of the value, or a clause before it in
    the sentence if the clauses between go on with a verb. A counted body is no actor (3个村未公开), nor is a name
    before 的 (党委的会议12次). Limits: a body whose name does not end like one is not seen; who acts on somebody's
    orders (要求各支部谈话12次) is not told.
    """
    heads: dict[int, _Head] = {}
    told = (row.row.kind not in _TIMELESS and row.row.role != "structural" for row in rows)
    return [_actor(text, row, heads) if tells else None for row, tells in zip(rows, told, strict=True)]


def _actor(text: str, row: Placed, heads: dict[int, _Head]) -> tuple[int, int] | None:
    floor = max(row.sentence, row.start - _REACH)
    before = text[floor : row.start]
    if "）" in before or ")" in before:
        before = _BRACKETS.sub(lambda match: _FILLER * len(match[0]), before)
    begins = [0] * (floor == row.sentence) + [match.end() for match in _MARKS.finditer(before)]
    end = len(before)
    for begin in begins[: -_MOST_CLAUSES - 1 : -1]:
        head = heads.get(floor + begin)
        if begin == len(before) or _APART.fullmatch(before, begin):
            return None
        if head is None or head is _OTHER:
            head = heads[floor + begin] = _head(before[begin:end], floor + begin)
        if head.end:
            return (head.start, head.end) if _acts(text, row, head, own=end == len(before)) else None
        if not head.goes_on or before[begin - 1 : begin] not in ("，", ","):
            return None
        end = begin - 1
    return None


def _acts(text: str, row: Placed, head: _Head, *, own: bool) -> bool:
    """Tell whether a value belongs to the actor at the head of its clause or of one before it."""
    between, name = text[head.end : row.start], text[head.start : head.end]
    if not own and (name.endswith(actor_tuple("loose")) or _shares_clause(text, row, head)):
        return False
    clause = text[clause_start(text, head.end, row.start) : row.start]
    if not own and (text.startswith("的", row.end) or not _is_act(clause)):
        return False
    if between.count("“") != between.count("”") or between.count("《") != between.count("》"):
        return False
    listed = cut(between[:_REACH])
    words = frozenset(listed)
    # 县局执法人员收取…: the persons of a body are the subject, unless they are what is counted (处分干部3人).
    persons = own and any(word in actor_words("group") for word in listed[:3] if word != listed[-1])
    first = between if own else re.split(r"[，,]", between)[0]
    modified = _MODIFIED.search(first) or _ASIDE.search(between) or (not own and _NOUN_OF_VALUE.fullmatch(clause))
    if words & actor_words("orders") or persons or modified or between.endswith((*JOINTS, "这", "那")):
        return False
    counted = row.row.unit[:1] in _COUNTED_BODIES and words <= words_of("trail")
    item = "".join((row.row.item or "").split())
    return not (item and item in name) and not (own and counted)


def _is_act(clause: str) -> bool:
    """Tell whether a later clause goes on with something that a body does: 先后召开, 查处."""
    if clause.startswith("其中") or re.search(r"(?<!先)后|[时里]", clause):
        return False
    rest = clause[_opening(clause) :]
    words = [word for word in split_words(rest[:_HEAD]) if word not in actor_words("before_act")]
    return bool(words) and words[0] in actor_words("act")


def _shares_clause(text: str, row: Placed, head: _Head) -> bool:
    """Tell whether another actor stands beside the first: 书记带头抓、班子成员分片包. Which of them goes on is open.

    The same where 已整改206个 sums up what several actors of the sentence have done.
    """
    clause = _MARKS.split(text[head.end : row.start], maxsplit=1)[0]
    beside = clause.partition("、")[2]
    summed = text.startswith("已", clause_start(text, head.end, row.start)) and "，" in text[row.sentence : head.start]
    return summed or bool(name_ends(split_words(beside[:_HEAD])))


def _head(clause: str, offset: int) -> _Head:
    """Return how a clause begins, behind its number, its time and words like 同时."""
    place = _opening(clause)
    words = split_words(clause[place : place + _HEAD])
    if not words:
        return _GOES_ON
    if size := name_size(words):
        return _Head(offset + place, offset + place + len("".join(words[:size])))
    return _GOES_ON if words[0] in _goes_on_with() else _OTHER


def _opening(clause: str) -> int:
    """Return where the words of a clause begin that are no number, no time and no connective."""
    place = 0
    for _ in range(_MOST_CLAUSES):
        match = _NUMBERING.match(clause, place) or TIME.match(clause, place)
        if match is None:
            if not clause.startswith(actor_tuple("lead_in"), place):
                break
            first = cut(clause[place : place + 8])[0]
            if first not in actor_words("lead_in"):
                break
            place += len(first)
        else:
            place = match.end()
    return place
