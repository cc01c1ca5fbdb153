"""Cues, blockers, lead-ins and signals: every row of the lexicons has a hit and a near miss."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from pipeline.cues import (
    BlockerRow,
    CueRow,
    LeadInRow,
    SignalRow,
    find_blockers,
    find_cues,
    lead_in,
    live_cues,
    mask,
    signal,
    signals,
)
from pipeline.errors import ResourceError
from pipeline.resources import read_table
from pipeline.words import word_spans

TABLE = Path(__file__).parent / "data_cues.tsv"
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Case:
    """A line of data_cues.tsv: what a row finds, with its words in 【】, and what it leaves alone."""

    table: str
    row: str
    hit: str
    near: str

    @property
    def text(self) -> str:
        return self.hit.replace("【", "").replace("】", "")

    @property
    def place(self) -> Span:
        return self.hit.index("【"), self.hit.index("】") - 1


def _cases() -> list[Case]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").split("\n") if line and not line.startswith("#")]
    assert lines[0].split("\t") == list(Case.__slots__)
    return [Case(*line.split("\t")) for line in lines[1:]]


CASES = _cases()


def _cue_places(name: str, view: str) -> list[Span]:
    return [(hit.start, hit.end) for hit in find_cues(view) if hit.id == name]


def _blocker_places(name: str, view: str) -> list[Span]:
    return [(block.start, block.end) for block in find_blockers(view) if block.id == name]


def _lead_in_places(name: str, view: str) -> list[Span]:
    found = lead_in(view, name)
    return [] if found is None else [found[1].span()]


def _signal_places(name: str, view: str) -> list[Span]:
    return [match.span() for pattern in signals(name) if (match := pattern.search(view))]


FIND: dict[str, Callable[[str, str], list[Span]]] = {
    "cues": _cue_places,
    "blockers": _blocker_places,
    "leadins": _lead_in_places,
    "signals": _signal_places,
}


def _patterns(table: str) -> Iterable[tuple[str, str]]:
    """Yield the name and the pattern of each row of a lexicon."""
    if table == "cues":
        yield from ((row.id, row.pattern) for row in read_table("lexicon/cues.tsv", CueRow))
    elif table == "blockers":
        yield from ((row.id, row.pattern) for row in read_table("lexicon/blockers.tsv", BlockerRow))
    elif table == "leadins":
        yield from ((r.kind, r.pattern) for r in read_table("lexicon/leadins.tsv", LeadInRow, key=("kind", "pattern")))
    else:
        yield from ((r.name, r.pattern) for r in read_table("lexicon/signals.tsv", SignalRow, key=("name", "pattern")))


def _identity(case: Case) -> str:
    return f"{case.table}-{case.row}-{case.text[:10]}"


@pytest.mark.parametrize("case", CASES, ids=_identity)
def test_row_finds_its_words_and_leaves_the_near_miss_alone(case: Case) -> None:
    find = partial(FIND[case.table], case.row)
    assert case.place in find(case.text)
    assert find(case.near) == []


@pytest.mark.parametrize("table", sorted(FIND))
def test_every_row_has_a_case_of_its_own(table: str) -> None:
    cases = [case for case in CASES if case.table == table]
    spare = list(cases)
    for name, pattern in _patterns(table):
        own = next((case for case in spare if case.row == name and _matches_there(pattern, case)), None)
        assert own is not None, f"{table}: {name} {pattern[:40]} has no hit and near miss in {TABLE.name}"
        spare.remove(own)
    assert {case.row for case in cases} == {name for name, _ in _patterns(table)}


def _matches_there(pattern: str, case: Case) -> bool:
    return any(match.span() == case.place for match in re.finditer(pattern, case.text))


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("《不作为问责办法》不折不扣", "□" * 13),
        ("持之以恒不松懈", "□" * 7),
        ("学习不够", "学习不够"),
    ],
)
def test_mask_blots_out_titles_and_idioms_at_the_same_length(view: str, expected: str) -> None:
    assert mask(view) == expected


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ("验收单未来得及归档。", "未"),
        ("机制需不断完善。", "需不断完善"),
        ("收入减少。", "收入减少"),
        ("对账不负责。", "不负责"),
    ],
)
def test_mask_hides_no_cue_that_an_idiom_begins(view: str, words: str) -> None:
    assert words in [hit.words for hit in find_cues(view)]


@pytest.mark.parametrize("view", ["看到位不到位。", "看规范不规范。", "高不高、实不实。", "看公示不公示。"])
def test_question_of_the_form_a_not_a_carries_no_cue(view: str) -> None:
    assert find_cues(view) == []


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ("制度落实不严格。", "不严格"),
        ("设施功能不全。", "不全"),
        ("程序履行不规范。", "不规范"),
        ("思想不重视。", "不重视"),
        ("会不透明。", "不透明"),
    ],
)
def test_negated_adjective_is_found_whatever_stands_before_it(view: str, words: str) -> None:
    assert [hit.words for hit in find_cues(view)] == [words]


@pytest.mark.parametrize(
    "view",
    ["扶持对外贸易发展。", "提高发展质量。", "宣传视频发布。", "没收非法所得。", "罚没款上缴国库。", "效果不错。"],
)
def test_cue_inside_another_word_is_none(view: str) -> None:
    assert find_cues(view) == []


def test_of_two_cues_that_overlap_the_stronger_then_the_longer_stays() -> None:
    assert [hit.name for hit in find_cues("制度没有建立。")] == ["have-not:没有建立"]
    assert [hit.name for hit in find_cues("仍需进一步完善。")] == ["needs-further:需进一步完善"]


def test_cue_of_kind_words_is_a_whole_word_only() -> None:
    view = "差旅报销的审核差。"
    assert "差旅" in [view[span.start : span.end] for span in word_spans(view)]
    assert [hit.words for hit in find_cues(view)] == ["差"]


@pytest.mark.parametrize(
    ("view", "live"),
    [
        ("防止落实不到位。", []),
        ("落实不到位，防止反弹。", ["不到位"]),
        ("纠正不担当的问题。", []),
        ("纠正的措施不得力。", ["不得力"]),
        ("收入下降8%。", ["收入下降"]),
    ],
)
def test_blocker_takes_away_the_cues_of_its_reach_only(view: str, live: list[str]) -> None:
    assert [hit.words for hit in live_cues(view, find_cues(view), find_blockers(view))] == live


def test_signal_without_a_row_is_an_error() -> None:
    with pytest.raises(ResourceError, match="没有名为 nothing 的模式"):
        signal("nothing")
