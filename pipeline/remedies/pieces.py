"""Sentences and their items: the pieces of text that may be one remedy each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.records import Span

# 一是, 十二是, 其一， or 其二是，: what begins an item where one of the marks stands before it.
_ITEM = re.compile("[其一二三四五六七八九十](?:(?<=其)[一二三四五]是?[，,]|(?<!其)[一二三四五六七八九十]?是)")
_BEFORE_ITEM = frozenset("，,、：:；;。 ")
_LEADING_MARKS = re.compile(r"[\s。：:；;，,、.．]+")


def items_of(text: str, sentence: Span) -> Iterator[Span]:
    """Yield the parts of a sentence at 一是, 二是 …, without marks in front of them."""
    found = (match.start() for match in _ITEM.finditer(text, sentence.start, sentence.end))
    cuts = [place for place in found if place and text[place - 1] in _BEFORE_ITEM]
    edges = [sentence.start, *cuts, sentence.end]
    for start, end in zip(edges, edges[1:], strict=False):
        marks = _LEADING_MARKS.match(text, start, end)
        begin = start if marks is None else marks.end()
        while end > begin and text[end - 1].isspace():
            end -= 1
        if begin < end:
            yield Span(begin, end)
