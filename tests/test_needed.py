"""Patterns that are not tried where they cannot match: what they need must stand in every match of theirs."""

from __future__ import annotations

import re

import pytest

from pipeline.changing import changer
from pipeline.needed import Gated, PatternIndex, needed
from pipeline.records import Remedy, Span
from pipeline.remedies.link_words import Concept
from pipeline.remedies.words import Cue
from pipeline.resources import read_table


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("已(全部)?清退|收回了?", {"清退", "收回"}),
        ("a+b", {"ab"}),
        ("[ab]c", {"ac", "bc"}),
        ("年[ \\u3000]{1,20}月", {"年 ", "年\u3000"}),
        (r"\d{3}年", {"年"}),
        ("(?<=甲)乙(?!丙)", {"乙"}),
        (r"a\.{2}b", {"a."}),
        ("(?P<name>甲乙){2}", {"甲乙"}),
        ("[^，]{2,}", None),
        ("甲?", None),
        ("甲|", None),
        ("甲|乙*", None),
        ("甲{0,2}", None),
        ("甲{,2}", None),
        (r"\u4e00", None),
        ("(?i)ab", None),
    ],
)
def test_what_a_pattern_needs(pattern: str, expected: set[str] | None) -> None:
    found = needed(pattern)
    assert (None if found is None else set(found)) == expected


def test_every_example_of_the_lexicon_holds_what_its_pattern_needs() -> None:
    for row in read_table("lexicon/remedy_cues.tsv", Cue):
        needs, match = needed(row.pattern), re.search(row.pattern, row.example)
        assert match is None or needs is None or any(gram in match.group() for gram in needs)


def test_gated_patterns_find_what_plain_ones_find() -> None:
    texts = [row.example for row in read_table("lexicon/remedy_cues.tsv", Cue)]
    patterns = [row.pattern for row in read_table("lexicon/remedy_concepts.tsv", Concept)]
    index = PatternIndex(patterns)
    for text in (*texts, "，".join(texts), "往来款挂账，公车加油卡", ""):
        plain = [number for number, pattern in enumerate(patterns) if re.search(pattern, text)]
        assert index.found_in(text) == plain
        assert [number for number, pattern in enumerate(patterns) if Gated(pattern).search(text)] == plain


def test_a_stretch_is_looked_at_apart_from_the_text_around_it() -> None:
    assert Gated("清退").may_match("已清退", 1, 3)
    assert not Gated("清退").may_match("已清退", 0, 2)
    assert Gated("[^，]{2,}").may_match("", 0, 0)


def test_a_changed_record_keeps_its_other_fields() -> None:
    row = Remedy("r1", 0, 2, "修订", "planned", owner="财务科")
    assert changer(Remedy, "remedy_id", "deadline")(row, "r2", "年底前") == Remedy(
        "r2", 0, 2, "修订", "planned", owner="财务科", deadline="年底前"
    )
    with pytest.raises(ValueError, match="zip"):
        changer(Span, "end")(Span(0, 2))
