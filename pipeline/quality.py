"""How far the text of a report can be trusted: a score from 0 to 1, with its reasons.

A scan that was misread or a text in the wrong encoding still looks like a report to every later stage, and its
figures come out wrong without a sign. So signs of damage are counted, weighed, and named; below a threshold values are
withheld. Signs and weights are data: corpus/lexicon/quality_signs.tsv and quality_weights.tsv.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from pipeline.reading.plain import commonness
from pipeline.records import Document, Quantity
from pipeline.resources import read_table
from pipeline.sieve import Sieve

THRESHOLD = 0.5
WITHHELD_NOTE = "文字质量过低，数值未给出"
_LEAST_CHARS = 100
_USUAL_SHARE = 0.96
_WRAP_LEAST = 15
_WRAP_SLACK = 3
_WRAP_SHARE = 0.2
_UNFINISHED = re.compile(r"[\u4e00-\u9fffA-Za-z0-9，、]$")
_BEGINS_ANEW = re.compile(
    r"^\s*(?:[一二三四五六七八九十]{1,3}(?:[、．.]|是)|第[一二三四五六七八九十]|[（(\d①-⑳●■◆•]|附|\s{2,}|\u3000)"
)
_CHINESE = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Sign:
    """One pattern that shows damage of a kind."""

    pattern: str
    kind: str


@dataclass(frozen=True, slots=True)
class Weight:
    """What damage of a kind costs, as the table has it; see `quality_weights.tsv`."""

    kind: str
    name_zh: str
    per_thousand: str
    cap: str


@dataclass(frozen=True, slots=True)
class Damage:
    """How often a kind of damage was seen, what that takes from the score, and where it stands first."""

    kind: str
    name: str
    count: int
    loss: float
    example: str


@dataclass(frozen=True, slots=True)
class Quality:
    """The score of a text, 1 is clean, and the damages that lowered it, the worst first."""

    score: float
    damages: tuple[Damage, ...] = ()

    def sentence(self) -> str:
        """Return the reasons for a person, e.g. "半角标点 41 处（如“完善,健全”）"; "" for a clean text."""
        return "；".join(f"{item.name} {item.count} 处（如“{item.example}”）" for item in self.damages)


def rate(document: Document) -> Quality:
    """Return how far the text of a document can be trusted; it is not changed.

    Example: a clean report -> Quality(1.0); "自査发现间题" in every line -> below 0.5, damage "ocr".
    Limits: a text of fewer than 100 characters is weighed as if it had 100; wrong characters that make other words
    (己 for 已) are not seen.
    """
    lines = _lines(document)
    chars = max(sum(len("".join(line.split())) for line in lines), _LEAST_CHARS)
    found: dict[str, list[str]] = {}
    for kind, example in _signs_in(document, lines):
        found.setdefault(kind, []).append(example)
    damages = [_damage(weight, found[kind], chars) for kind, weight in _weights().items() if kind in found]
    damages = sorted((item for item in damages if item.loss >= 0.005), key=lambda item: -item.loss)
    return Quality(round(max(1.0 - sum(item.loss for item in damages), 0.0), 2), tuple(damages))


def is_trusted(quality: Quality) -> bool:
    """Say whether figures may be given; below the threshold they are withheld rather than wrong."""
    return quality.score >= THRESHOLD


def withhold_values(quantities: tuple[Quantity, ...], quality: Quality) -> tuple[Quantity, ...]:
    """Return the quantities as they are, or without their values where the text cannot be trusted.

    The rows stay, with their place and a note, so that a person finds them: 1O5万元 -> value None, note as
    WITHHELD_NOTE.
    """
    if is_trusted(quality):
        return quantities
    return tuple(replace(item, value=None, value_max=None, note=WITHHELD_NOTE) for item in quantities)


def quality_warning(quality: Quality) -> str | None:
    """Return the warning for the reports table where values were withheld, None otherwise."""
    if is_trusted(quality):
        return None
    return f"文字质量过低（{quality.score:.2f}）：{quality.sentence()}；数值未给出，请核对原文"


def _damage(weight: Weight, examples: list[str], chars: int) -> Damage:
    loss = min(1000 * len(examples) / chars * float(weight.per_thousand), float(weight.cap))
    return Damage(weight.kind, weight.name_zh, len(examples), loss, examples[0])


def _lines(document: Document) -> list[str]:
    text = document.text
    blocks = [text[block.start : block.end] for block in document.blocks] or [text]
    return [line for block in blocks for line in block.split("\n") if line.strip()]


def _signs_in(document: Document, lines: list[str]) -> Iterator[tuple[str, str]]:
    kinds, signs = _signs()
    for line in lines:
        for number in signs.candidates(line):
            for match in signs.pattern(number).finditer(line):
                yield kinds[number], _context(line, match.start(), match.end())
    yield from (("line-join", f"{line[-6:]}／{following[:6]}") for line, following in _broken_lines(document))
    yield from _rare(document.text)


def _context(line: str, start: int, end: int) -> str:
    return line[max(start - 4, 0) : end + 4].strip()


def _broken_lines(document: Document) -> Iterator[tuple[str, str]]:
    """Yield lines that stop in the middle of a sentence at the full width of the page, with the line that follows.

    Only where a fifth of all lines end at that margin: headings and list items stop without a full stop too, but at
    many lengths.
    """
    lines = [document.text[block.start : block.end].rstrip() for block in document.blocks if block.kind == "paragraph"]
    lengths = sorted(len(line) for line in lines)
    margin = max(lengths[-max(len(lines) // 30, 1)] - _WRAP_SLACK, _WRAP_LEAST) if lines else 0
    if sum(length >= margin for length in lengths) < _WRAP_SHARE * len(lines):
        return
    for line, following in zip(lines, lines[1:], strict=False):
        if len(line) >= margin and _UNFINISHED.search(line) and not _BEGINS_ANEW.match(following):
            yield line, following


def _rare(text: str) -> Iterator[tuple[str, str]]:
    """Yield one sign for each rare character beyond what a text full of names has."""
    chinese = "".join(_CHINESE.findall(text))
    if not chinese:
        return
    share = commonness(chinese)
    if share < _USUAL_SHARE:
        yield from [("rare", chinese[:8])] * int((_USUAL_SHARE - share) * len(chinese))


@cache
def _signs() -> tuple[tuple[str, ...], Sieve]:
    """Return the kind of damage that each sign shows, and their patterns, by the same numbers."""
    rows = read_table("lexicon/quality_signs.tsv", Sign)
    return tuple(row.kind for row in rows), Sieve([row.pattern for row in rows])


@cache
def _weights() -> dict[str, Weight]:
    return {row.kind: row for row in read_table("lexicon/quality_weights.tsv", Weight)}
