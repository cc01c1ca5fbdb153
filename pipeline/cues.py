"""Cues, blockers and lead-ins: read from corpus/lexicon, compiled once, applied to squeezed text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.errors import ResourceError
from pipeline.resources import read_table
from pipeline.sieve import Sieve
from pipeline.words import word_spans

_FILLER = "□"
_REACHES = ("object", "clause", "statement", "always")
_TITLES = re.compile(r"《[^》]*》")


@dataclass(frozen=True, slots=True)
class CueRow:
    """A row of cues.tsv."""

    id: str
    function: str
    kind: str
    pattern: str
    strength: str
    hedge: str
    nature: str


@dataclass(frozen=True, slots=True)
class BlockerRow:
    """A row of blockers.tsv."""

    id: str
    reason: str
    reach: str
    pattern: str


@dataclass(frozen=True, slots=True)
class LeadInRow:
    """A row of leadins.tsv."""

    kind: str
    role: str
    pattern: str


@dataclass(frozen=True, slots=True)
class SignalRow:
    """A row of signals.tsv."""

    name: str
    pattern: str


@dataclass(frozen=True, slots=True)
class IdiomRow:
    """A row of idioms.tsv."""

    phrase: str
    group: str


@dataclass(frozen=True, slots=True)
class CueHit:
    """A cue found in a view: where, how strong (1–3), how blunt (1–5), of what nature."""

    start: int
    end: int
    id: str
    words: str
    strength: int
    hedge: int
    nature: str

    @property
    def name(self) -> str:
        """The reason as tables show it, e.g. "not-enough:不够"."""
        return f"{self.id}:{self.words}"


@dataclass(frozen=True, slots=True)
class Block:
    """A blocker found in a view."""

    start: int
    end: int
    id: str
    reason: str
    reach: str


@dataclass(frozen=True, slots=True)
class _Candidates:
    """The rows of each table that may match in a view, in the order of the table."""

    cues: list[tuple[CueRow, re.Pattern[str]]]
    blockers: list[tuple[BlockerRow, re.Pattern[str]]]
    lead_ins: list[tuple[LeadInRow, re.Pattern[str]]]


def mask(view: str) -> str:
    """Return view with book titles and idioms blotted out, at the same length: "《问责条例》不断" -> "□□□□□□□□"."""
    view = _without_titles(view)
    return _idioms().sub(lambda match: _FILLER * len(match[0]), view)


def _without_titles(view: str) -> str:
    return _TITLES.sub(lambda match: _FILLER * len(match[0]), view) if "《" in view else view


def find_cues(view: str) -> list[CueHit]:
    """Return the cues in a view, in order; of two that overlap the stronger, then the longer one stays."""
    candidates = _worth_running(view).cues
    if not candidates:
        return []
    masked = mask(view)
    hits = [
        CueHit(start, end, row.id, masked[start:end], int(row.strength), int(row.hedge), row.nature)
        for row, pattern in candidates
        for start, end in _places(row, pattern, view, masked)
    ]
    return sorted(_without_overlaps(hits), key=lambda hit: hit.start)


def _places(row: CueRow, pattern: re.Pattern[str], view: str, masked: str) -> Iterator[tuple[int, int]]:
    """Yield where a cue stands: its pattern anywhere, or, for kind words, one whole word of the tokenizer."""
    if row.kind == "regex":
        yield from (match.span() for match in pattern.finditer(masked))
    elif pattern.search(masked):
        for word in word_spans(view):
            if pattern.fullmatch(masked, word.start, word.end):
                yield word.start, word.end


def word_cues() -> tuple[CueRow, ...]:
    """Return the cues that are whole words, for tools that match tokens."""
    return tuple(row for row in _cues() if row.kind == "words")


def _without_overlaps(hits: list[CueHit]) -> Iterator[CueHit]:
    taken: list[CueHit] = []
    for hit in sorted(hits, key=lambda h: (-h.strength, h.start - h.end, h.start, h.id)):
        if all(hit.end <= other.start or other.end <= hit.start for other in taken):
            taken.append(hit)
            yield hit


def find_blockers(view: str) -> list[Block]:
    """Return what in a view speaks against a finding, in the order of the lexicon; book titles do not count."""
    plain = _without_titles(view)
    return [
        Block(match.start(), match.end(), row.id, row.reason, row.reach)
        for row, pattern in _worth_running(view).blockers
        for match in pattern.finditer(plain)
    ]


def live_cues(view: str, cues: Sequence[CueHit], blocks: Sequence[Block]) -> list[CueHit]:
    """Return the cues that no blocker takes away: 不到位 in "防止落实不到位" is none."""
    return [cue for cue in cues if not any(_blocks_cue(view, block, cue) for block in blocks)]


def _blocks_cue(view: str, block: Block, cue: CueHit) -> bool:
    """Return whether a blocker takes a cue away: in its clause, and for an action only the cue that is its object."""
    if block.reach not in ("clause", "object"):
        return False
    left, right = clause_of(view, block.start, block.end)
    if not left <= cue.start < right:
        return False
    if block.start <= cue.start < block.end:
        return block.reach == "clause"
    if block.reach == "clause":
        return cue.start >= block.start
    return cue.start >= block.end and _is_object(view, cue, right)


def _is_object(view: str, cue: CueHit, right: int) -> bool:
    """Tell what an action deals with (不担当问题, 落实不力的单位) from a cue that ends the clause (措施不力)."""
    rest = view[cue.start : right].rstrip("，。；：！？")
    return signal("object-noun").search(rest) is not None


def clause_of(view: str, start: int, end: int) -> tuple[int, int]:
    """Return the clause around view[start:end]: from the mark before it to the mark after it."""
    left = max(view.rfind(mark, 0, start + 1) for mark in "，；。：！？") + 1
    stops = [place for mark in "，；。：！？" if (place := view.find(mark, end)) >= 0]
    return left, min(stops, default=len(view))


def lead_in(view: str, kind: str) -> tuple[str, re.Match[str]] | None:
    """Return the role and the match of the first lead-in of a kind (see leadins.tsv) in a view, None without one."""
    for row, pattern in _worth_running(view).lead_ins:
        if row.kind == kind and (match := pattern.search(view)):
            return row.role, match
    return None


@cache
def signal(name: str) -> re.Pattern[str]:
    """Return the pattern of a name in signals.tsv, its rows as alternatives; ResourceError for an unknown name."""
    return re.compile("|".join(_signal_rows(name)))


@cache
def signals(name: str) -> tuple[re.Pattern[str], ...]:
    """Return the rows of a name in signals.tsv one by one, for patterns with a named group."""
    return tuple(re.compile(row) for row in _signal_rows(name))


def _signal_rows(name: str) -> list[str]:
    table = read_table("lexicon/signals.tsv", SignalRow, key=("name", "pattern"))
    rows = [row.pattern for row in table if row.name == name]
    if not rows:
        raise ResourceError(f"lexicon/signals.tsv：没有名为 {name} 的模式。")
    return rows


@lru_cache(maxsize=64)
def _worth_running(view: str) -> _Candidates:
    """Return the rows that may match in a view, with their patterns; a statement is asked for several times in a row.

    What is blotted out of a view takes strings away and adds none that a pattern needs, so the view itself will do.
    """
    sieve, cues, blockers, lead_ins = _sieve(), _cues(), _blockers(), _lead_ins()
    numbers, pattern = sieve.candidates(view), sieve.pattern
    first, second = len(cues), len(cues) + len(blockers)
    return _Candidates(
        [(cues[n], pattern(n)) for n in numbers if n < first],
        [(blockers[n - first], pattern(n)) for n in numbers if first <= n < second],
        [(lead_ins[n - second], pattern(n)) for n in numbers if n >= second],
    )


@cache
def _sieve() -> Sieve:
    """Return the patterns of all cues, blockers and lead-ins, in this order."""
    tables = (_cues(), _blockers(), _lead_ins())
    return Sieve([row.pattern for table in tables for row in table])


@cache
def _cues() -> tuple[CueRow, ...]:
    rows = read_table("lexicon/cues.tsv", CueRow)
    for row in rows:
        if row.kind not in ("regex", "words") or row.strength not in "123" or row.hedge not in "12345":
            raise ResourceError(f"lexicon/cues.tsv：{row.id} 的 kind、strength 或 hedge 不合规定。")
    return tuple(rows)


@cache
def _blockers() -> tuple[BlockerRow, ...]:
    rows = read_table("lexicon/blockers.tsv", BlockerRow)
    for row in rows:
        if row.reach not in _REACHES:
            raise ResourceError(f"lexicon/blockers.tsv：{row.id} 的 reach 不合规定。")
    return tuple(rows)


@cache
def _lead_ins() -> tuple[LeadInRow, ...]:
    return tuple(read_table("lexicon/leadins.tsv", LeadInRow, key=("kind", "pattern")))


@cache
def _idioms() -> re.Pattern[str]:
    phrases = sorted((row.phrase for row in read_table("lexicon/idioms.tsv", IdiomRow)), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, phrases)))
