"""The labelled sentences are as many, as varied and as hard as the data card says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import pytest

from pipeline.cues import find_cues
from pipeline.resources import corpus_path, read_table
from pipeline.taxonomy import builtin
from pipeline.train.examples import (
    OTHER_ROLES,
    PAIRS_TABLE,
    PROBLEM,
    TEST_WRITERS,
    Example,
    PairRow,
    SentenceRow,
    read_pairs,
    read_sentences,
)

LEAST_ALIKE = 0.5
RUN, MOST_RUNS = 8, 10


@pytest.fixture(scope="module")
def rows() -> tuple[SentenceRow, ...]:
    paths = sorted(corpus_path("sentences").glob("writer-*.tsv"))
    return tuple(row for path in paths for row in read_table(f"sentences/{path.name}", SentenceRow, key=("text",)))


def problems() -> list[Example]:
    return [example for example in read_sentences() if example.role == PROBLEM]


def test_there_are_enough_sentences_of_every_kind(rows: tuple[SentenceRow, ...]) -> None:
    codes = Counter(row.code for row in rows if row.role == PROBLEM)
    roles = Counter(row.role for row in rows)
    assert len(rows) >= 4500
    assert all(codes[row.code] >= 60 for row in builtin().leaves)
    assert sum(roles[role] for role in OTHER_ROLES) >= 1200
    assert all(roles[role] >= 100 for role in OTHER_ROLES)


def test_sentences_have_15_to_120_characters_and_a_unit(rows: tuple[SentenceRow, ...]) -> None:
    assert [row.text for row in rows if not 15 <= len(row.text) <= 120] == []
    assert all(row.unit for row in rows)


def test_half_of_the_problems_have_no_cue_and_most_other_sentences_have_one(rows: tuple[SentenceRow, ...]) -> None:
    cued: dict[bool, list[bool]] = {True: [], False: []}
    for row in rows:
        cued[row.role == PROBLEM].append(bool(find_cues(row.text)))
    assert sum(cued[True]) <= 0.5 * len(cued[True])
    assert sum(cued[False]) >= 0.5 * len(cued[False])


def test_no_two_sentences_are_alike(rows: tuple[SentenceRow, ...]) -> None:
    trigrams = [{row.text[at : at + 3] for at in range(len(row.text) - 2)} for row in rows]
    holders: dict[str, list[int]] = defaultdict(list)
    alike = []
    for number, own in enumerate(trigrams):
        shared = Counter(other for gram in own for other in holders[gram])
        for other, count in shared.items():
            if count >= LEAST_ALIKE * (len(own) + len(trigrams[other]) - count):
                alike.append((rows[number].text, rows[other].text))
        for gram in own:
            holders[gram].append(number)
    assert alike == []


def test_no_run_of_characters_is_shared_by_many(rows: tuple[SentenceRow, ...]) -> None:
    runs = Counter(run for row in rows for run in {row.text[at : at + RUN] for at in range(len(row.text) - RUN + 1)})
    assert [run for run, count in runs.items() if count > MOST_RUNS] == []


def test_many_writers_wrote_and_some_are_kept_for_testing() -> None:
    shares = Counter(example.writer for example in problems())
    assert len(shares) >= 6
    assert max(shares.values()) < 0.1 * sum(shares.values())
    assert {"x", "y"} <= set(shares) & set(TEST_WRITERS)


def test_every_close_pair_has_twenty_minimal_pairs() -> None:
    pairs: dict[str, list[PairRow]] = defaultdict(list)
    for row in read_table(PAIRS_TABLE, PairRow, key=("text",)):
        pairs[row.pair].append(row)
    assert all(len(halves) == 2 for halves in pairs.values())
    assert all((one.role, one.code) != (two.role, two.code) for one, two in pairs.values())
    rules = Counter(name.split("/")[0] for name in pairs)
    assert len(rules) >= len(builtin().close_pairs)
    assert min(rules.values()) >= 20


def test_minimal_pairs_differ_in_little() -> None:
    halves: dict[str, list[str]] = defaultdict(list)
    for row in read_table(PAIRS_TABLE, PairRow, key=("text",)):
        halves[row.pair].append(row.text)
    pairs = list(halves.values())
    strangers = [(one, other) for (one, _), (other, _) in zip(pairs, pairs[25:], strict=False)]
    assert mean_overlap(pairs) > 3 * mean_overlap(strangers)
    assert mean_overlap(pairs) > 0.45


def mean_overlap(pairs: Iterable[Sequence[str]]) -> float:
    shares = [len(set(one) & set(two)) / len(set(one) | set(two)) for one, two in pairs]
    return sum(shares) / len(shares)


def test_pairs_and_sentences_are_not_the_same_texts() -> None:
    assert not {example.text for example in read_pairs()} & {example.text for example in read_sentences()}
