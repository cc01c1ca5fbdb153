"""Which total a value is a part of: the 3件 and 9件 of 共立案12件，其中科级3件、一般干部9件."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from pipeline.quantities.changes import Difference
from pipeline.quantities.placed import Placed, clause_start, one_of

_KINDS = ("count", "money", "physical", "duration", "masked")
_SHARES = ("percent", "ratio")
_BACK, _REACH, _GAP, _DEPTH = 8, 120, 60, 4
_ROUNDING = 1e-6
# From here on it is no chance that the values behind add up to a number.
_LARGE = 20
_PEOPLE = {"名": "人", "位": "人"}
_IN_LIST = re.compile(r"[^，,；;：:]{0,30}(?:、|和|及|与)[^，,；;：:]{0,30}")
_TOTAL_BEFORE = re.compile(r"(?:共|累计|总|合计)[^，,；;：:、]{0,8}$")
_BRACKETED = re.compile(r"[（(][^（）()]{0,40}[）)]")
_CLAUSE_MARK = re.compile(r"[，,；;：:、（(]")
_LABEL = 14
_NOUN_BEHIND = re.compile(r"[\u4e00-\u9fff]{2}")


@dataclass(slots=True)
class _Scope:
    """What 其中 opened: where it stands, the quantities before it, and by unit the total and what that was given."""

    place: int
    first: int
    last: int
    whole: bool = False
    totals: dict[str, int | None] = field(default_factory=dict)
    given: dict[str, float] = field(default_factory=dict)
    part: int | None = None


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(
        {
            "sum": rf"{one_of('sum')}[为是达有约]?$",
            "share": rf"{one_of('share')}[为达约]?$",
            "each": rf"{one_of('each')}[^，,；;：:、\d]{{0,6}}$",
            "status": rf"(?:其中|现|目前|现已|全部)?{one_of('status')}(?:的有|的|有|了)?",
            "inside": rf"[^，,；;：:、\d在过]{{0,14}}[中里][，,]?(?:仅|只|就|还|共|已)?(?:有|{one_of('status')})?",
            "difference": r"相差|差额|差异|相抵|账实",
            "behind": rf"(?:的)?{one_of('status_behind')}",
            "among": one_of("among"),
            "within": rf"[^，,；;：:、]{{0,8}}[，,（(]?{one_of('within')}[^，,；;：:、]{{0,12}}",
            "apart": rf"[，,]{one_of('apart')}|[；;]",
            "split": r"按[^，,；;：:。、\d]{1,10}分(?:类|布|别)?[，,：:]",
        }[name]
    )


def unit_of(row: Placed) -> str:
    """Return the unit that parts and total share; 名 and 位 count as 人."""
    return _PEOPLE.get(row.row.unit, row.row.unit)


def parts_of(text: str, rows: Sequence[Placed], changes: Sequence[Difference]) -> list[int | None]:
    """Return for each quantity of flat text the place in rows of the total that it is a part of, None where none is.

    "排查问题30个，已整改28个，正在整改2个" -> both later ones belong to the first. A percentage belongs to a total only
    where it is called a share (其中女性占30%). A part behind 其中 is linked even if it is larger than its total.
    Limits: parts in the next sentence only where it begins with 其中; of a list before 其中 no element is its total.
    """
    linker = _Linker(text, rows, changes)
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and rows[end].sentence == rows[start].sentence:
            end += 1
        linker.read(start, end)
        start = end
    return linker.found


class _Linker:
    """Reads the sentences of a text in order; `found` holds what has been linked so far."""

    def __init__(self, text: str, rows: Sequence[Placed], changes: Sequence[Difference]) -> None:
        self.text, self.rows = text, rows
        self.found: list[int | None] = [None] * len(rows)
        self.given: dict[int, float] = {}
        self.plain = [
            row.row.kind in _KINDS and bool(row.row.unit) and changes[at].change is None and not self._is_each(row)
            for at, row in enumerate(rows)
        ]

    def read(self, first: int, end: int) -> None:
        """Link the parts among rows[first:end], which are one sentence."""
        scopes: list[_Scope] = []
        for at in range(first, end):
            gap = self._gap(at, first)
            scopes = self._scopes(scopes, gap, at, first)[-_DEPTH:]
            if scopes:
                self._share_out(scopes[-1], at, gap)
        for at in range(first, end):
            if self.plain[at]:
                self._sum_of_earlier(at, first)
                self._sum_of_later(at, end)
        for at in range(first, end):
            self._part(at, first)
            self._share(at, first)

    def _is_each(self, row: Placed) -> bool:
        clause = self.text[clause_start(self.text, max(row.sentence, row.start - 20), row.start) : row.start]
        return "/" in row.row.unit or bool(_pattern("each").search(clause))

    def _gap(self, at: int, first: int) -> str:
        """Return what stands between a quantity and the one before it in the sentence, at most its last characters."""
        row = self.rows[at]
        begin = self.rows[at - 1].end if at > first else row.sentence
        return self.text[max(begin, row.start - _GAP) : row.start]

    def _clause(self, at: int, first: int) -> str:
        """Return what stands before a quantity in its clause or list, back to the quantity before it."""
        return _CLAUSE_MARK.split(self._gap(at, first))[-1]

    def _value(self, at: int) -> float:
        value = self.rows[at].row.value
        return value if isinstance(value, float) else 0.0

    def _alike(self, at: int, other: int) -> bool:
        return self.plain[at] and self.plain[other] and unit_of(self.rows[at]) == unit_of(self.rows[other])

    def _fits(self, total: int, part: int) -> bool:
        """Tell whether a total has room for one more part of its unit."""
        room = self._value(total) - self.given.get(total, 0.0)
        return self._alike(total, part) and 0 < self._value(part) <= room + _ROUNDING

    def _give(self, total: int, part: int) -> None:
        self.found[part] = total
        self.given[total] = self.given.get(total, 0.0) + self._value(part)

    def _scopes(self, scopes: list[_Scope], gap: str, at: int, first: int) -> list[_Scope]:
        """Return the scopes that are open at a quantity, the innermost last."""
        depth = gap.count("（") + gap.count("(") - gap.count("）") - gap.count(")")
        if depth < 0:
            scopes = scopes[:-1] if len(scopes) > 1 else []
        opened = _pattern("among").search(gap) or _pattern("split").search(gap)
        within = opened is None and at > first and _pattern("within").fullmatch(gap) and self._fits(at - 1, at)
        # 3个以上（含3个） tells the bound, not a part.
        if within and self._value(at) < self._value(at - 1):
            return [*(scopes if depth > 0 else []), _Scope(self.rows[at - 1].end, at - 1, at - 1)]
        if opened is None:
            return [] if _pattern("apart").search(gap) else scopes
        place = self.rows[at].start - len(gap) + opened.start()
        before = self._before_sentence(first) if place <= self.rows[at].sentence + 1 else first
        # 按类别分 divides once more what has been divided before it.
        whole = _pattern("among").search(gap) is None
        return [*(scopes if depth > 0 else []), _Scope(place, max(before, at - _BACK), at - 1, whole)]

    def _before_sentence(self, first: int) -> int:
        """Return the first quantity of the sentence before, for a sentence that begins with 其中."""
        if not first or self.rows[first - 1].line != self.rows[first].line:
            return first
        sentence, at = self.rows[first - 1].sentence, first
        while at and first - at < _BACK and self.rows[at - 1].sentence == sentence:
            at -= 1
        return at

    def _share_out(self, scope: _Scope, at: int, gap: str) -> None:
        """Link a quantity behind 其中 to the total of its unit before it."""
        kind, unit = self.rows[at].row.kind, unit_of(self.rows[at])
        if kind in _SHARES and scope.part is None and _pattern("share").search(gap) and "各占" not in gap:
            self.found[at] = self._total(scope, None)
        if not self.plain[at]:
            return
        if unit not in scope.totals:
            scope.totals[unit] = self._total(scope, unit)
        total = scope.totals[unit]
        listed = scope.part == at - 1 and _IN_LIST.fullmatch(gap)
        goes_on = listed or (self._fits(total, at) and self._goes_on(gap, at)) if total is not None else False
        if total is not None and (unit not in scope.given or goes_on):
            self._give(total, at)
            scope.given[unit], scope.part = self.given[total], at

    def _goes_on(self, gap: str, at: int) -> bool:
        """Tell whether a value goes on with parts: its clause is short or begins with it, 其中8本照抄，5本不一致."""
        clauses = re.split(r"[，,、]", _BRACKETED.sub("", gap))
        within = self.text.startswith(("里", "内", "间", "中"), self.rows[at].end)
        short = len(clauses) == 2 and not clauses[0] and len(clauses[1]) <= _LABEL
        return not within and (short or gap.endswith(("，", ",")) or self._is_other_unit(at))

    def _is_other_unit(self, at: int) -> bool:
        """Tell whether a value stands right behind one of another unit: 科级3件5人."""
        return at > 0 and self.rows[at - 1].end == self.rows[at].start

    def _total(self, scope: _Scope, unit: str | None) -> int | None:
        """Return the nearest quantity of a unit before a scope; None for a list, since the total may be all of it."""
        for at in range(scope.last, scope.first - 1, -1):
            near = scope.place - self.rows[at].end <= _REACH
            if near and self.plain[at] and (unit is None or unit_of(self.rows[at]) == unit):
                if scope.whole and self.found[at] is not None:
                    continue
                return None if at > scope.first and self._in_list(at) else at
        return None

    def _in_list(self, at: int) -> bool:
        between = self.text[self.rows[at - 1].end : self.rows[at].start]
        return self._alike(at - 1, at) and self.found[at] is None and bool(_IN_LIST.fullmatch(between))

    def _sum_of_earlier(self, at: int, first: int) -> None:
        """Link the values before a sum: A、B分别为3件、5件，共8件."""
        if not _pattern("sum").search(self._clause(at, first)):
            return
        parts = self._summands(range(at - 1, max(first, at - _BACK) - 1, -1), at)
        begin = self.rows[parts[-1]].start if parts else 0
        if self._adds_up(at, parts) or (len(parts) > 1 and "分别" in self.text[max(0, begin - 6) : begin]):
            self._link(at, parts)

    def _sum_of_later(self, at: int, end: int) -> None:
        """Link the values behind a total that they add up to: 新增案件共25件，民事19件，刑事6件."""
        before = self.text[max(self.rows[at].sentence, self.rows[at].start - 12) : self.rows[at].start]
        if self.found[at] is not None or not (_TOTAL_BEFORE.search(before) or self._value(at) >= _LARGE):
            return
        parts = self._summands(range(at + 1, min(end, at + _BACK + 1)), at)
        if self._adds_up(at, parts):
            self._link(at, parts)

    def _summands(self, places: range, total: int) -> list[int]:
        """Return the quantities of a run, cut where they add up to the total if they do."""
        parts: list[int] = []
        for part in self._run(places, total):
            parts.append(part)
            if self._adds_up(total, parts):
                break
        return parts

    def _run(self, places: range, total: int) -> Iterator[int]:
        """Yield the quantities of the unit of a total in order that belong to no total yet, up to a semicolon."""
        last = total
        for at in places:
            low, high = sorted((last, at))
            between = self.text[self.rows[low].end : self.rows[high].start]
            if len(between) > _GAP or "；" in between or ";" in between or _pattern("difference").search(between):
                return
            last = at
            if self._alike(total, at) and self.found[at] is None:
                yield at

    def _adds_up(self, total: int, parts: Sequence[int]) -> bool:
        missing = self._value(total) - sum(map(self._value, parts))
        return len(parts) > 1 and self._value(total) > 0 and abs(missing) <= _ROUNDING

    def _link(self, total: int, parts: Sequence[int]) -> None:
        for part in parts:
            self._give(total, part)

    def _part(self, at: int, first: int) -> None:
        """Link the 5个 of 15个项目中有5个 and the 28个 of 排查30个，已整改28个."""
        if self.found[at] is not None or not self.plain[at]:
            return
        before = range(at - 1, max(first, at - _BACK) - 1, -1)
        labelled = (other for other in before if self._alike(other, at) and self._is_named(other, first))
        if (near := next(labelled, None)) is None or self.rows[at].start - self.rows[near].end > _REACH:
            return
        between = self.text[self.rows[near].end : self.rows[at].start]
        total = self.found[near]
        if _pattern("inside").fullmatch(between):
            total = near
        elif not self._follows(at, first, between, listed=total is not None):
            return
        elif total is None and not _pattern("status").match(self._clause(near, first)):
            total = near
        if total is not None and self._fits(total, at):
            self._give(total, at)

    def _is_named(self, at: int, first: int) -> bool:
        """Tell whether a value may be a total; of 三位委员，两位调走，一位正在外 the second names nothing."""
        return bool(self._clause(at, first)) or self.found[at] is not None or (at == first and not self._gap(at, first))

    def _follows(self, at: int, first: int, between: str, *, listed: bool) -> bool:
        """Tell whether a value says how far a part has come, or goes on with parts: 27份缺签字，18份缺日期."""
        if "；" in between or ";" in between:
            return False
        return self._is_status(at, first) or (listed and between.endswith(("，", ",")))

    def _is_status(self, at: int, first: int) -> bool:
        """Tell whether the words at a quantity say how far a part of the whole has come."""
        clause, behind = self._clause(at, first), self.text[self.rows[at].end : self.rows[at].end + 8]
        if not clause:
            return bool(_pattern("behind").match(behind))
        noun = _NOUN_BEHIND.match(behind)
        known = noun is None or noun[0] in self.text[max(0, self.rows[at].start - _REACH) : self.rows[at].start]
        return known and bool(_pattern("status").fullmatch(clause))

    def _share(self, at: int, first: int) -> None:
        """Link the percentage of 科级3件，占25%: it is a share of what the 3件 are a part of."""
        if at == first or self.rows[at].row.kind not in _SHARES or self.found[at] is not None:
            return
        gap = self._gap(at, first)
        if len(gap) <= 10 and _pattern("share").search(gap):
            self.found[at] = self.found[at - 1]
