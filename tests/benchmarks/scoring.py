"""Matches the spans of an extractor with a gold standard as the shared `eval/score.py` does.

A found span answers a gold row when they share at least half of the shorter one; each found span answers one row, gold
rows in their order, the largest overlap first. Ordinals are optional: no gold row of theirs is asked for, and a span
that touches one is left out. Only spans that begin inside the annotated range count.
Offsets are taken as given; the shared scorer looks quotes up without white space, so only spans that begin or end with
white space can differ.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

KINDS = frozenset(
    ("count", "money", "percent", "ratio", "duration", "date", "period", "frequency", "physical", "masked")
)
_RANGE = re.compile(r"#\s*range\s+(\d+)\s+(\d+)")


@dataclass(frozen=True, slots=True)
class GoldRow:
    """One labelled quantity: where it stands and what is expected of it."""

    start: int
    end: int
    kind: str
    value: str
    item: str


@dataclass(frozen=True, slots=True)
class Gold:
    """The labels of one text; `first` inclusive and `last` exclusive bound the characters that were labelled."""

    name: str
    text: str
    first: int
    last: int
    rows: tuple[GoldRow, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What an extractor gives for one span; unknown is None, value a number or an ISO date."""

    start: int
    end: int
    kind: str
    value: float | str | None = None
    period_start: str | None = None
    period_end: str | None = None
    item: str | None = None
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """Counts that add up over texts.

    items, masks: the matched gold rows that have one; item, masked: those among them that are right.
    gold_items, gold_masks: the gold rows that have one, whether matched or not.
    """

    tp: int = 0
    fp: int = 0
    fn: int = 0
    value: int = 0
    items: int = 0
    item: int = 0
    masks: int = 0
    masked: int = 0
    gold_items: int = 0
    gold_masks: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    @property
    def precision(self) -> float:
        """The share of the spans found that are right, 0.0 where none was found."""
        return self.tp / (self.tp + self.fp) if self.tp else 0.0

    @property
    def recall(self) -> float:
        """The share of the gold rows that were found, 0.0 where there is none."""
        return self.tp / (self.tp + self.fn) if self.tp else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall, 0.0 where nothing is right."""
        return 2 * self.tp / (2 * self.tp + self.fp + self.fn) if self.tp else 0.0


def read_gold(labels: Path, text: Path) -> Gold:
    """Return the labels of a .quantities.tsv for its text; ValueError where it has no line `# range a b`."""
    lines = labels.read_text(encoding="utf-8").splitlines()
    ranges = [match for line in lines if (match := _RANGE.match(line))]
    if not ranges:
        raise ValueError(f"{labels.name} has no line '# range a b'")
    body = (line for line in lines if line.strip() and not line.startswith("#"))
    rows = tuple(_gold_row(row) for row in csv.DictReader(body, delimiter="\t", quoting=csv.QUOTE_NONE))
    with text.open(encoding="utf-8", newline="") as file:
        return Gold(text.stem, file.read(), int(ranges[-1][1]), int(ranges[-1][2]), rows)


def _gold_row(row: Mapping[str, str | None]) -> GoldRow:
    return GoldRow(
        int(row["start"] or ""), int(row["end"] or ""), row["kind"] or "", row["value"] or "", row["item"] or ""
    )


def score(gold: Gold, found: Iterable[Found], *, kinds: Collection[str] = KINDS) -> Score:
    """Return the counts of an extractor on one text.

    kinds: only these are asked for and only spans of these kinds count; gold rows of other kinds are then optional, as
    ordinals always are. "12次" found at 12次 -> Score(tp=1); 次 found alone still is half of the shorter span, tp=1.
    """
    wanted = [row for row in gold.rows if row.kind in kinds and row.kind != "ordinal"]
    others = [row for row in gold.rows if row.kind not in kinds or row.kind == "ordinal"]
    left = [
        span
        for span in found
        if gold.first <= span.start < gold.last
        and (span.kind in kinds or kinds == KINDS)
        and not any(_overlap(span, row) for row in others)
    ]
    total = Score(gold_items=_with_item(wanted), gold_masks=sum(row.kind == "masked" for row in wanted))
    for row in wanted:
        best = _best(row, left)
        if best is not None:
            left.remove(best)
        total += Score(fn=1) if best is None else _matched(row, best)
    return total + Score(fp=len(left))


def _with_item(rows: Iterable[GoldRow]) -> int:
    return sum(bool(row.item) and row.kind != "masked" for row in rows)


def _overlap(a: Found | GoldRow, b: Found | GoldRow) -> int:
    return max(0, min(a.end, b.end) - max(a.start, b.start))


def _best(row: GoldRow, found: Sequence[Found]) -> Found | None:
    """Return the span that shares most with the row, the first of equals, None where none shares half."""
    near = [span for span in found if _overlap(span, row) >= 0.5 * min(row.end - row.start, span.end - span.start)]
    return max(near, key=lambda span: _overlap(span, row), default=None)


def _matched(row: GoldRow, span: Found) -> Score:
    if row.kind == "masked":
        return Score(tp=1, masks=1, masked=int(span.masked))
    item = int(_alike(row.item, span.item or ""))
    return Score(tp=1, value=int(_same_value(row, span)), items=int(bool(row.item)), item=item)


def _same_value(row: GoldRow, span: Found) -> bool:
    if row.kind in ("date", "period"):
        return not row.value or row.value in (span.value, span.period_start, span.period_end)
    wanted, value = _number(row.value), _number(span.value)
    return wanted is None or (value is not None and abs(wanted - value) <= 1e-6 * max(1.0, abs(wanted)))


def _number(value: float | str | None) -> float | None:
    try:
        return None if value is None else float(value)
    except ValueError:
        return None


def _alike(wanted: str, item: str) -> bool:
    """Tell whether one item holds the other and is at most twice as long."""
    if not wanted or not item:
        return False
    return (wanted in item or item in wanted) and max(len(item), len(wanted)) <= 2 * min(len(item), len(wanted))
