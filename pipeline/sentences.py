"""Sentences and clauses with their places: the units that the stages judge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.records import Span

_SENTENCE_END = "。！？!?"
_CLOSERS = '”’」』）)】》"'
_OPENERS = {"“": "”", "‘": "’", "（": "）", "(": ")", "《": "》", "「": "」", "『": "』", "【": "】", "〔": "〕"}
_CLAUSE = re.compile(r"[^，,；;：:。！？!?\n]+[，,；;：:。！？!?]*")


def split_sentences(text: str, *, start: int = 0, end: int | None = None, stops: str = "") -> Iterator[Span]:
    """Yield the sentences of text[start:end] without outer white space; each keeps its final mark.

    A sentence ends at 。！？, at a mark in `stops` (e.g. "；") that no bracket or quotation mark encloses, and at a
    line end. A half-width full stop does not end a sentence (3.5, 1.). A closing quotation mark or bracket after the
    end mark belongs to the sentence: "他说“做了。”然后" -> "他说“做了。”", "然后".
    """
    stop = len(text) if end is None else end
    if not any(text.find(mark, start, stop) >= 0 for mark in stops):
        stops = ""
    begin, waiting = start, ""
    for match in _marks(stops).finditer(text, start, stop):
        place = match.start()
        if place < begin:
            continue
        char = text[place]
        if stops:
            waiting = _nesting(waiting, char)
        if char == "\n" or char in _SENTENCE_END or (char in stops and not waiting):
            place = _after_closers(text, place, stop)
            yield from _trimmed(text, begin, place + 1)
            begin, waiting = place + 1, ""
    yield from _trimmed(text, begin, stop)


@lru_cache(maxsize=16)
def _marks(stops: str) -> re.Pattern[str]:
    """Return a pattern of the characters that bear on where a sentence ends; brackets count only where `stops` do."""
    nesting = "".join((*_OPENERS, *_OPENERS.values())) if stops else ""
    return re.compile(f"[\n{_SENTENCE_END}{re.escape(stops + nesting)}]")


def _nesting(waiting: str, char: str) -> str:
    """Return the closing marks still awaited after char; the last one is the innermost."""
    if char in _OPENERS:
        return waiting + _OPENERS[char]
    if waiting and char in waiting:
        return waiting[: waiting.rindex(char)]
    return waiting


def _after_closers(text: str, place: int, stop: int) -> int:
    """Return the place of the last closing mark that follows an end mark at `place`."""
    if text[place] == "\n":
        return place
    while place + 1 < stop and text[place + 1] in _CLOSERS and text[place + 1] not in "“‘":
        place += 1
    return place


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield Span(start, end)


def split_clauses(text: str, *, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """Yield the clauses of text[start:end]: pieces between ，；：。 and their like, each with its final mark."""
    stop = len(text) if end is None else end
    for match in _CLAUSE.finditer(text, start, stop):
        yield from _trimmed(text, match.start(), match.end())
