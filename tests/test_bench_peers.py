"""The comparison with other extractors: its scorer, its rules of adaptation and its tables; no peer is needed."""

from __future__ import annotations

import csv
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from benchmarks.bench_peers import Session, as_found, engines, gold_of
from benchmarks.peer_report import Finding, Run, Speed, markdown, plain, ratios, table, verdict
from benchmarks.peers.genre import adapt, as_exact, longest
from benchmarks.peers.protocol import lines_of
from benchmarks.scoring import Found, Gold, GoldRow, Score, read_gold, score

REQUIREMENTS = Path(__file__).parent / "benchmarks" / "peers-requirements.txt"


def gold(*rows: GoldRow, last: int = 100) -> Gold:
    return Gold("made", "字" * 100, 0, last, rows)


def row(start: int, end: int, kind: str = "count", *, value: str = "", item: str = "") -> GoldRow:
    return GoldRow(start, end, kind, value, item)


def counts(found: Score) -> tuple[int, int, int]:
    return found.tp, found.fp, found.fn


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (10, 14, (1, 0, 0)),
        (12, 16, (1, 0, 0)),
        (13, 17, (0, 1, 1)),
        (13, 14, (1, 0, 0)),
        (0, 100, (1, 0, 0)),
        (14, 18, (0, 1, 1)),
    ],
    ids=["equal", "half shared", "a quarter shared", "inside", "around", "beside"],
)
def test_score_wants_half_of_the_shorter_span(start: int, end: int, expected: tuple[int, int, int]) -> None:
    assert counts(score(gold(row(10, 14)), [Found(start, end, "count")])) == expected


def test_score_gives_one_span_to_one_row_only() -> None:
    assert counts(score(gold(row(10, 14), row(14, 18)), [Found(10, 18, "count")])) == (1, 0, 1)


def test_score_counts_a_second_span_at_the_same_row_as_false() -> None:
    assert counts(score(gold(row(10, 14)), [Found(10, 12, "count"), Found(12, 14, "count")])) == (1, 1, 0)


def test_score_prefers_the_larger_overlap() -> None:
    spans = [Found(10, 12, "count", 1.0), Found(10, 14, "count", 2.0)]
    assert score(gold(row(10, 14, value="2")), spans).value == 1


def test_score_neither_asks_for_ordinals_nor_counts_spans_that_touch_them() -> None:
    assert counts(score(gold(row(10, 14, "ordinal")), [Found(13, 18, "count")])) == (0, 0, 0)


def test_score_counts_an_ordinal_found_where_none_is_labelled() -> None:
    assert counts(score(gold(), [Found(13, 18, "ordinal")])) == (0, 1, 0)


@pytest.mark.parametrize(("start", "false"), [(19, 1), (20, 0)], ids=["inside the range", "behind it"])
def test_score_leaves_out_what_begins_outside_the_range(start: int, false: int) -> None:
    assert score(gold(last=20), [Found(start, start + 2, "count")]).fp == false


def test_score_of_some_kinds_makes_the_others_optional() -> None:
    labels = gold(row(10, 14, "money"), row(20, 24, "count"))
    spans = [Found(10, 14, "money"), Found(20, 24, "money"), Found(30, 34, "count"), Found(40, 44, "money")]
    assert counts(score(labels, spans, kinds={"money"})) == (1, 1, 0)


@pytest.mark.parametrize(
    ("kind", "wanted", "found", "right"),
    [
        ("money", "28300", Found(10, 14, "money", 28300.0), 1),
        ("money", "28300", Found(10, 14, "money", 2.83), 0),
        ("money", "28300", Found(10, 14, "money"), 0),
        ("count", "", Found(10, 14, "count", 5.0), 1),
        ("date", "2021", Found(10, 14, "date", "2021"), 1),
        ("date", "2021", Found(10, 14, "date", "2022"), 0),
        ("date", "2021-12-31", Found(10, 14, "date", "2021-12", None, "2021-12-31"), 1),
        ("period", "2020", Found(10, 14, "period", None, "2020", "2023"), 1),
        ("count", "2021", Found(10, 14, "date", "2021-01-01"), 0),
    ],
)
def test_score_compares_numbers_as_numbers_and_dates_as_text(kind: str, wanted: str, found: Found, right: int) -> None:
    assert score(gold(row(10, 14, kind, value=wanted)), [found]).value == right


@pytest.mark.parametrize(("item", "right"), [("谈话提醒", 1), ("提醒", 1), ("谈", 0), ("谈心", 0), (None, 0)], ids=str)
def test_score_takes_an_item_that_holds_the_other_up_to_twice_as_long(item: str | None, right: int) -> None:
    found = score(gold(row(10, 14, item="谈话提醒")), [Found(10, 14, "count", item=item)])
    assert (found.items, found.item, found.gold_items) == (1, right, 1)


@pytest.mark.parametrize("masked", [True, False])
def test_score_wants_a_masked_row_marked_as_masked(masked: bool) -> None:
    found = score(gold(row(10, 12, "masked", item="谈话")), [Found(10, 12, "count", masked=masked)])
    assert (found.tp, found.masks, found.masked, found.gold_masks, found.items) == (1, 1, masked, 1, 0)


def test_score_counts_masked_rows_and_items_that_were_missed() -> None:
    found = score(gold(row(10, 12, "masked"), row(20, 22, item="会议")), [])
    assert (found.fn, found.gold_masks, found.gold_items) == (2, 1, 1)


def test_f1_is_that_of_the_counts_and_scores_add_up() -> None:
    total = Score(tp=2, fp=1) + Score(tp=1, fn=3)
    assert (total.precision, total.recall) == (0.75, 0.5)
    assert total.f1 == pytest.approx(0.6)
    assert (Score().f1, Score(fp=3).precision, Score(fn=3).recall) == (0.0, 0.0, 0.0)


def test_read_gold_reads_range_and_rows(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("会议12次\r\n".encode())
    labels = "# range 0 5\nstart\tend\tkind\tvalue\titem\n2\t5\tcount\t12\t会议\n"
    (tmp_path / "a.tsv").write_text(labels, encoding="utf-8")
    read = read_gold(tmp_path / "a.tsv", tmp_path / "a.txt")
    assert read == Gold("a", "会议12次\r\n", 0, 5, (GoldRow(2, 5, "count", "12", "会议"),))


def test_read_gold_refuses_labels_without_a_range(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("start\tend\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.tsv has no line '# range a b'"):
        read_gold(tmp_path / "a.tsv", tmp_path / "a.txt")


def shared_scorer(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("shared_score", shared / "eval" / "score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    before, written = list(sys.path), sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path[:], sys.dont_write_bytecode = before, written
    return module


def damaged(text: str, spans: list[Found]) -> list[Found]:
    """Return spans of which some are lost, moved, cut, given twice or wrong, so that each rule of matching is used."""
    made = []
    for number, span in enumerate(spans):
        start, end = span.start, span.end
        if number % 7 == 1:
            continue
        if number % 7 == 2:
            start, end = start + 2, end + 2
        if number % 7 == 3:
            made.append(Found(start, end, "count", 1.0))
        if number % 7 == 4:
            end = start + 1
        # The shared scorer looks quotes up without their white space, so spans that begin or end with it differ.
        if text[start:end] == text[start:end].strip() != "":
            made.append(
                Found(start, end, span.kind, span.value, span.period_start, span.period_end, span.item, span.masked)
            )
    return made


@pytest.mark.parametrize("change", [lambda text, spans: spans, damaged], ids=["as found", "damaged"])
def test_score_agrees_with_the_shared_scorer(shared: Path, tmp_path: Path, change) -> None:
    scorer = shared_scorer(shared)
    with Session(engines(Path("none"))[0]) as session:
        for one in gold_of(shared):
            spans = change(one.text, session.found(one.text)[1])
            with (tmp_path / "quantities.csv").open("w", encoding="utf-8", newline="") as file:
                out = csv.writer(file)
                out.writerow(["raw", "start", "kind", "value", "period_start", "period_end", "item", "masked"])
                for s in spans:
                    place = (one.text[s.start : s.end], s.start, s.kind, s.value)
                    out.writerow((*place, s.period_start, s.period_end, s.item, s.masked))
            labels = shared / "reports" / "gold" / f"{one.name}.quantities.tsv"
            theirs, _ = scorer.score_quantities(one.text, labels, tmp_path)
            ours = score(one, spans)
            for name in ("tp", "fp", "fn", "value", "items", "item", "masks", "masked"):
                assert (one.name, name, getattr(ours, name)) == (one.name, name, theirs[name])


def adapted(marked: str, kind: str = "number", value: float | str | None = 12.0) -> list[tuple[str, str]]:
    """Return text and kind of what is left of the span between ⟦ and ⟧."""
    start, end = marked.index("⟦"), marked.index("⟧") - 1
    text = marked.replace("⟦", "").replace("⟧", "")
    return [(text[span.start : span.end], span.kind) for span in adapt(text, [Found(start, end, kind, value)])]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("召开会议⟦12⟧次", [("12次", "count")]),
        ("高于全国⟦0.2⟧个百分点", [("0.2个百分点", "percent")]),
        ("惠及⟦12⟧万人次", [("12万人次", "count")]),
        ("历时⟦12⟧个月", [("12个月", "duration")]),
        ("开通⟦5⟧G基站", []),
        ("提供⟦一⟧些帮助", []),
        ("成立⟦一⟧个小组", []),
        ("落实三会⟦一⟧课", []),
        ("落实⟦三⟧会一课", []),
        ("开展⟦三⟧次检查", [("三次", "count")]),
        ("推进“⟦十⟧大”行动", []),
        ("推进⟦十⟧大行动", [("十大", "count")]),
        ("国发〔2021〕⟦5⟧号", []),
        ("⟦一⟧、个人情况", []),
        ("第⟦三⟧次会议", []),
    ],
)
def test_adapt_gives_a_number_its_measure_word_and_drops_what_counts_nothing(
    marked: str, expected: list[tuple[str, str]]
) -> None:
    assert adapted(marked) == expected


@pytest.mark.parametrize(
    ("marked", "kind", "expected"),
    [
        ("⟦2021年⟧工作", "date", [("2021年", "date")]),
        ("⟦去年⟧工作", "date", []),
        ("⟦一季度⟧增长", "date", []),
        ("共计1,⟦236.5⟧万元", "date", []),
        ("⟦近三年⟧工作", "period", [("近三年", "period")]),
        ("⟦每季度⟧至少召开1次会议", "frequency", [("每季度至少召开1次", "frequency")]),
        ("⟦每年⟧坚持，共召开1次会议", "frequency", []),
        ("涉及⟦2.83万元⟧，", "money", [("2.83万元", "money")]),
        ("居⟦第三⟧，", "ordinal", []),
    ],
)
def test_adapt_drops_times_without_a_number(marked: str, kind: str, expected: list[tuple[str, str]]) -> None:
    assert adapted(marked, kind) == expected


def test_adapt_scales_a_number_and_gives_a_frequency_its_value() -> None:
    text = "惠及12万人，每月召开两次会"
    spans = [Found(2, 4, "number", 12.0), Found(7, 9, "frequency")]
    assert [span.value for span in adapt(text, spans)] == [120000.0, 2.0]


def test_longest_keeps_the_longer_of_two_that_overlap_and_all_that_do_not() -> None:
    number, money, beside = Found(0, 2, "number"), Found(0, 4, "money"), Found(4, 6, "date")
    assert longest([beside, number, money]) == [money, beside]


def test_longest_keeps_the_later_of_two_at_one_place() -> None:
    assert longest([Found(0, 2, "number"), Found(0, 2, "percent")]) == [Found(0, 2, "percent")]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2021-01-01", "2021-12-31", "2021"),
        ("2021-01-01", "2022-01-01", "2021"),
        ("2025-01-01", "inf", "2025"),
        ("2021-05-01", "2021-05-31", "2021-05"),
        ("2021-05-01", "2021-06-01", "2021-05"),
        ("2021-05-01", "2021-05-01", "2021-05-01"),
        ("2021-05-08", "2021-07-05", "2021-05-08"),
    ],
)
def test_as_exact_names_whole_years_and_months(first: str, last: str, expected: str) -> None:
    assert as_exact(first, last) == expected


def test_lines_of_gives_offsets_into_the_text() -> None:
    text = "一\n\n  \n会议12次\n"
    assert list(lines_of(text)) == [(0, "一"), (6, "会议12次")]
    assert all(text[place : place + len(line)] == line for place, line in lines_of(text))


def test_as_found_leaves_out_what_the_scorer_does_not_know() -> None:
    assert as_found({"start": 1, "end": 3, "kind": "count", "unit": "次"}) == Found(1, 3, "count")


def test_session_finds_and_times_with_the_own_extractor() -> None:
    with Session(engines(Path("none"))[0]) as session:
        raw, same = session.found("往来款挂账3年以上，谈话提醒*次")
        assert [(span.start, span.end, span.kind, span.masked) for span in raw] == [
            (5, 9, "duration", False),
            (14, 16, "masked", True),
        ]
        assert raw == same
        assert session.ask(task="time", texts=["涉及2.83万元"])["seconds"] > 0


def test_session_says_which_adapter_has_ended() -> None:
    engine = engines(Path(sys.executable))[0]
    broken = type(engine)("none", "no_such_adapter", engine.python, engine.kinds)
    with Session(broken) as session, pytest.raises(RuntimeError, match="no_such_adapter ended"):
        session.ask(task="hello")


def test_ratios_compare_the_same_round() -> None:
    assert ratios(Speed("zicha", (200.0, 300.0)), Speed("JioNLP", (100.0, 50.0))) == (2.0, 6.0)


@pytest.mark.parametrize(
    ("name", "ratio", "met"),
    [("JioNLP", 1.01, True), ("JioNLP", 1.0, False), ("Recognizers", 20.0, True), ("Recognizers", 19.9, False)],
)
def test_verdict_tells_whether_the_goal_is_met(name: str, ratio: float, met: bool) -> None:
    assert verdict(name, ratio).endswith("; met)" if met else "; missed)")


def test_table_is_markdown() -> None:
    assert table([("a", "b"), ("c", "1")]) == "| a | b |\n| --- | ---: |\n| c | 1 |"


@pytest.fixture
def run() -> Run:
    half, whole = Score(tp=1, fn=1, gold_masks=1, gold_items=1), Score(tp=2)
    findings = (Finding("zicha", whole, whole, whole, whole), Finding("JioNLP", Score(), half, half, whole))
    speeds = (Speed("zicha", (300.0, 200.0, 100.0)), Speed("JioNLP", (100.0, 100.0, 200.0)))
    return Run({"jionlp": "1"}, 1, 2, 3, 4000, findings, speeds)


def test_plain_and_markdown_give_the_same_rows(run: Run) -> None:
    rows = [
        "| JioNLP | 0.000 | 0.667 | 1.000 | 0.500 | 0 of 1 | 0 of 1 | 0 of 1 |",
        "| JioNLP | 2 | 0.667 | 1.000 |",
        "| zicha | 200 | 100 – 300 |  |  |",
        "| JioNLP | 100 | 100 – 200 | 2.00 (wanted: more than 1.0; met) | 0.50 – 3.00 |",
    ]
    for text in (plain(run), markdown(run)):
        assert [line for line in rows if line in text.splitlines()] == rows


def test_markdown_holds_command_and_limits(run: Run) -> None:
    text = markdown(run)
    assert "make -s bench-peers" in text and "## Limits" in text


def test_peers_are_pinned_and_no_dependency_of_the_project() -> None:
    lines = [line for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert all("==" in line for line in lines) and {line.split("==")[0] for line in lines} >= {"jionlp", "emoji"}
    assert "jionlp" not in (REQUIREMENTS.parents[2] / "pyproject.toml").read_text(encoding="utf-8")
