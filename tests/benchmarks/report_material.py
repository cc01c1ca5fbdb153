"""What generated reports are made of: the sentences and headings of corpus/, and the frame of report_parts.toml."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from pipeline.marked import parse_marked
from pipeline.resources import corpus_path

_PARTS = Path(__file__).parent / "report_parts.toml"
_HEADING_NUMBER = re.compile(
    r"(?:第?[一二三四五六七八九十]+[、.．章]|[（(][一二三四五六七八九十\d]+[)）]|\d+(?:\.\d+)*[.、．]?)\s*"
)
# Years, dates, rates, hotlines and document numbers keep their figures: another one would be wrong or impossible.
_FREE_NUMBER = re.compile(
    r"(?<![\d.A-Za-z〔第—-])(?!(?:19|20)\d\d(?!\d))(\d+(?:\.\d+)?)(?![\d.,%年月日时点分号版〕届A-Za-z—-])"
)
_PLAIN_HEADING = re.compile(r"[\u4e00-\u9fff“”、，]{3,24}")
_SHORTEST, _LONGEST = 12, 80


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence cut at the numbers that may change: words and numbers take turns, words come first."""

    words: tuple[str, ...]
    numbers: tuple[str, ...]

    def filled(self, random: Random) -> str:
        """Return the sentence with its numbers scaled by one factor, so that a part stays smaller than its whole."""
        if not self.numbers:
            return self.words[0]
        factor = random.uniform(0.7, 1.5)
        pieces = [self.words[0]]
        for number, words in zip(self.numbers, self.words[1:], strict=True):
            pieces += (_scaled(number, factor), words)
        return "".join(pieces)


@dataclass(frozen=True, slots=True)
class Material:
    """Sentences by their role, headings by level and role, and the frame."""

    sentences: Mapping[str, tuple[Template, ...]]
    headings: Mapping[tuple[int, str], tuple[str, ...]]
    parts: Mapping[str, Any]


@cache
def material() -> Material:
    """Return all that reports are made of; read once a process."""
    parts = tomllib.loads(_PARTS.read_text(encoding="utf-8"))
    return Material(_sentences(), _headings(), parts)


def template(sentence: str) -> Template:
    """Return a sentence cut at its numbers: "2021年有3户" -> (("2021年有", "户"), ("3",))."""
    pieces = _FREE_NUMBER.split(sentence)
    return Template(tuple(pieces[::2]), tuple(pieces[1::2]))


def _scaled(number: str, factor: float) -> str:
    whole, _, decimals = number.partition(".")
    if decimals:
        return f"{max(0.01, float(number) * factor):.{len(decimals)}f}"
    # One and two of something are said on purpose.
    return whole if len(whole) == 1 and whole < "3" else str(max(1, round(int(whole) * factor)))


def _sentences() -> dict[str, tuple[Template, ...]]:
    found: dict[str, list[Template]] = defaultdict(list)
    for path in sorted(corpus_path("sentences").glob("writer-*.tsv")):
        for role, text in _rows(path):
            if _SHORTEST <= len(text) < _LONGEST:
                found[role].append(template(text))
    return {role: tuple(templates) for role, templates in found.items()}


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    """Yield role and text of each row; the text without the mark at its end, which depends on where it is put."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    for line in lines[1:]:
        role, _, text, *_ = line.split("\t")
        yield role, text.rstrip("。；：")


def _headings() -> dict[tuple[int, str], tuple[str, ...]]:
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for path in sorted(corpus_path("reports").glob("*.txt")):
        report = parse_marked(path.read_text(encoding="utf-8"))
        for heading in report.headings:
            number = _HEADING_NUMBER.match(report.text, heading.start, heading.end)
            title = report.text[number.end() : heading.end] if number else ""
            if len(heading.roles) == 1 and _PLAIN_HEADING.fullmatch(title):
                found[min(heading.level, 2), heading.roles[0]].append(title)
    return {key: tuple(dict.fromkeys(titles)) for key, titles in found.items()}
