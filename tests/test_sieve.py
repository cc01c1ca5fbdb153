"""Patterns that are run only where they can match: nothing may be missed."""

from __future__ import annotations

import re

import pytest

from pipeline.cues import BlockerRow, CueRow, LeadInRow, mask
from pipeline.literals import needed_strings
from pipeline.remedies.link_words import Concept
from pipeline.remedies.words import Cue
from pipeline.resources import read_table
from pipeline.sieve import Sieve, Sifted
from pipeline.train.examples import read_sentences

LEXICON = [
    row.pattern
    for rows in (
        read_table("lexicon/cues.tsv", CueRow),
        read_table("lexicon/blockers.tsv", BlockerRow),
        read_table("lexicon/leadins.tsv", LeadInRow, key=("kind", "pattern")),
    )
    for row in rows
]


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("不够|不足", [{"不够", "不足"}]),
        ("(?<!够)不够(?!格)", [{"不够"}]),
        ("(?:有待|亟待)[^，]{0,4}提高", [{"有待", "亟待"}, {"提高"}]),
        ("未(?:能|及时)?", [{"未"}]),
        ("需(?:要)?加强", [{"需要", "需加"}]),
        ("差[距别]", [{"差距", "差别"}]),
        ("(?P<a>甲乙)+丙", [{"甲乙"}, {"丙"}]),
        (r"\d{1,2}月(?:底|末)", [{"月底", "月末"}]),
        (r"为0\.5", [{"为0"}]),
        (r"\u4e0d够", [{"不够"}]),
        ("甲|[^，]*", []),
        ("甲?", []),
        ("甲{0,3}乙*", []),
        (r"(.)\1", []),
        ("(?i)abc", []),
        ("(?>甲)", []),
        ("(甲", []),
        ("甲)", []),
        ("", []),
    ],
)
def test_what_a_pattern_needs(pattern: str, needed: list[set[str]]) -> None:
    assert sorted(map(sorted, needed_strings(pattern))) == sorted(map(sorted, needed))


def test_patterns_that_need_nothing_are_always_run() -> None:
    sieve = Sieve(["甲{0,3}", "不够|不足", "有待.*提高"])
    assert sieve.candidates("学习不够") == [0, 1]
    assert sieve.candidates("有待加强") == [0]
    assert sieve.candidates("有待提高") == [0, 2]
    assert sieve.candidates("") == [0]


@pytest.mark.parametrize("pattern", LEXICON)
def test_patterns_of_the_lexicon_are_sound(pattern: str) -> None:
    re.compile(pattern)
    assert "□" not in "".join(word for clause in needed_strings(pattern) for word in clause)


def test_nothing_is_missed_in_the_sentences_of_the_corpus() -> None:
    sieve = Sieve(LEXICON)
    for text in (example.text for example in read_sentences()[::4]):
        left_out = set(range(len(LEXICON))).difference(sieve.candidates(text))
        assert not [
            LEXICON[n] for n in left_out if sieve.pattern(n).search(mask(text)) or sieve.pattern(n).search(text)
        ]


def test_gated_patterns_find_what_plain_ones_find() -> None:
    texts = [row.example for row in read_table("lexicon/remedy_cues.tsv", Cue)]
    patterns = [row.pattern for row in read_table("lexicon/remedy_concepts.tsv", Concept)]
    index = Sieve(patterns)
    for text in (*texts, "，".join(texts), "往来款挂账，公车加油卡", ""):
        plain = [number for number, pattern in enumerate(patterns) if re.search(pattern, text)]
        assert index.found_in(text) == plain
        assert [number for number, pattern in enumerate(patterns) if Sifted(pattern).search(text)] == plain


def test_a_stretch_is_looked_at_apart_from_the_text_around_it() -> None:
    assert Sifted("清退").may_match("已清退", 1, 3)
    assert not Sifted("清退").may_match("已清退", 0, 2)
    assert Sifted("[^，]{2,}").may_match("", 0, 0)
