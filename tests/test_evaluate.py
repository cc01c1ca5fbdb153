"""Evaluation: gold of both forms, counts equal to the scorer of tables, intervals, tables, JSON and the command."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from pipeline import cli_evaluate
from pipeline.evaluate import GoldError, analyze_gold, evaluate, read_gold, score_report, summarize
from pipeline.evaluate.bootstrap import rates
from pipeline.evaluate.gold_records import GoldReport
from pipeline.evaluate.locate import Locator, meet, segments
from pipeline.evaluate.scores import STAGES, Count, stage_counts
from pipeline.evaluate.show import counts, fault_lines, percent, summary_tables
from pipeline.export import write_csv
from pipeline.records import Quantity, Span
from pipeline.resources import corpus_path
from pipeline.shell import ChineseGroup
from pipeline.train.examples import TEST_WRITERS

MARKED = """某镇自查报告
<<1 PRACTICE|一、主要做法>>
全年组织学习12次，建立台账3本，群众反映良好。
<<1 PROBLEM|二、存在的问题>>
<<2 PROBLEM|（一）走访群众不经常>>
[[ZF03 open|有的干部走访群众不够经常，全年只到户2次。]]平时在办公室处理文电。
<<2 PROBLEM|（二）台账管理不规范>>
[[NK02,ZF04 open|固定资产台账记录不全，3台电脑没有入账。]][[?|个别同志对此认识不一。]]
<<1 PLAN|三、下一步打算>>
进一步完善台账，做到每月核对一次。
"""


def test_segments_end_at_sentence_marks_and_lines() -> None:
    text = "走访少。记录 不全；\n\n 二、打算！落实"
    assert [place.of(text) for place in segments(text)] == ["走访少。", "记录 不全；", "二、打算！", "落实"]


@pytest.mark.parametrize(("near", "place"), [(0, Span(0, 4)), (3, Span(0, 4)), (9, Span(6, 11)), (99, Span(6, 11))])
def test_locator_finds_the_nearest_quote_blind_to_blanks(near: int, place: Span) -> None:
    assert Locator("记录不全。\n记录 不全").find("记录不\n全", near=near) == place


@pytest.mark.parametrize("quote", ["", " \n", "记录全"])
def test_locator_finds_nothing(quote: str) -> None:
    assert Locator("记录不全。").find(quote, near=0) is None


@pytest.mark.parametrize(("end", "met"), [(3, True), (2, False)])
def test_places_meet_from_three_tenths_of_the_shorter(end: int, met: bool) -> None:
    assert meet(Span(0, end), Span(0, 10)) is True
    assert meet(Span(10 - end, 20), Span(0, 10)) is met


@pytest.fixture
def gold_file(tmp_path: Path) -> Path:
    path = tmp_path / "q-made.txt"
    path.write_text(MARKED, encoding="utf-8", newline="")
    return path


def test_marked_report_gives_labels_codes_and_headings(gold_file: Path) -> None:
    (gold,) = read_gold(gold_file)
    labels = {row.place.of(gold.text): (row.label, row.codes) for row in gold.segments or ()}
    assert gold.name == "q-made" and gold.writer == "q" and gold.quantities is None
    assert labels["有的干部走访群众不够经常，全年只到户2次。"] == ("P", ("ZF03",))
    assert labels["固定资产台账记录不全，3台电脑没有入账。"] == ("P", ("NK02", "ZF04"))
    assert labels["个别同志对此认识不一。"] == ("?", ())
    assert labels["平时在办公室处理文电。"] == ("N", ())
    assert [row.level for row in gold.headings or ()] == [1, 1, 2, 2, 1]
    assert (gold.headings or ())[2].roles == ("PROBLEM",)


def write_tables(gold: GoldReport, folder: Path) -> None:
    """Write the gold of a marked-up report as tables, with its text beside them."""
    (folder / f"{gold.name}.txt").write_text(gold.text, encoding="utf-8", newline="")
    order = list(segments(gold.text))
    lines = ["seg\tlabel\tcodes\tstatus\tnote"]
    lines += [f"{order.index(row.place)}\t{row.label}\t{','.join(row.codes)}" for row in gold.segments or ()]
    (folder / f"{gold.name}.problems.tsv").write_text("\n".join(lines), encoding="utf-8")
    lines = ["start\tlevel\tnumber\trole\ttitle_chars"]
    for heading in gold.headings or ():
        place = heading.place
        lines.append(f"{place.start}\t{heading.level}\t-\t{'+'.join(heading.roles)}\t{place.end - place.start}")
    (folder / f"{gold.name}.sections.tsv").write_text("\n".join(lines), encoding="utf-8")


def test_tables_give_the_same_gold_as_the_marks(gold_file: Path, tmp_path: Path) -> None:
    (marked,) = read_gold(gold_file)
    (tmp_path / "tables").mkdir()
    write_tables(marked, tmp_path / "tables")
    assert read_gold(tmp_path / "tables") == (marked,)
    assert read_gold(tmp_path / "tables" / "q-made.sections.tsv") == (marked,)


def test_tables_find_their_text_in_a_folder_beside_and_headings_in_its_marks(gold_file: Path, tmp_path: Path) -> None:
    (marked,) = read_gold(gold_file)
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "q-made.problems.tsv").write_text("seg\tlabel\tcodes\n1\tN\n", encoding="utf-8")
    (second,) = read_gold(tmp_path / "second")
    assert second.text == marked.text and second.headings == marked.headings
    assert [row.label for row in second.segments or ()] == ["N"]


def test_quantity_tables_hold_values_and_their_range(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("学习12次，学习*次。", encoding="utf-8")
    rows = "# a remark\n# range 0 6\nstart\tend\tkind\tvalue\tunit\tbound\titem\n2\t5\tcount\t12\t次\t\t学习\n"
    (tmp_path / "a.quantities.tsv").write_text(rows, encoding="utf-8")
    (gold,) = read_gold(tmp_path)
    assert gold.measured == Span(0, 6) and gold.segments is None and gold.headings is None
    assert [(row.place, row.value, row.bound, row.item) for row in gold.quantities or ()] == [
        (Span(2, 5), "12", "=", "学习")
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.problems.tsv", "seg\tlabel\n0\tX", r"a\.problems\.tsv 第2行：label 应为 P、N 或 \?"),
        ("a.problems.tsv", "seg\tlabel\n9\tP", "原文只有 1 个片段，没有第 9 个"),
        ("a.problems.tsv", "seg\tlabel\nx\tP", "seg 应为整数，不能是“x”"),
        ("a.problems.tsv", "seg\tlabel\tcodes\n0\tP\tXX01", "类目 XX01 不在分类体系中"),
        ("a.sections.tsv", "start\tlevel\trole\ttitle_chars\n0\t1\tBAD\t2", "章节角色“BAD”不合规定"),
        ("a.sections.tsv", "start\tlevel\trole\ttitle_chars\n0\t1\tPLAN\t99", "不在原文之内"),
        ("a.quantities.tsv", "start\tend\tkind\tvalue\n3\t3\tcount\t1", "不在原文之内"),
        ("b.problems.tsv", "seg\tlabel\n0\tP", r"b：缺少原文 b\.txt"),
        ("c.txt", "[[ZF03 open|走访少。", "标注没有闭合"),
    ],
)
def test_malformed_gold_is_told_in_chinese(tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / "a.txt").write_text("走访少。", encoding="utf-8")
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(GoldError, match=message):
        read_gold(tmp_path)


def test_gold_that_is_missing_is_told_in_chinese(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="没有标注文件"):
        read_gold(tmp_path)
    with pytest.raises(GoldError, match="找不到该文件"):
        read_gold(tmp_path / "none")
    (tmp_path / "a.txt").write_bytes("走访少。".encode("gb18030"))
    with pytest.raises(GoldError, match="不是 UTF-8 文本"):
        read_gold(tmp_path)


def test_held_out_keeps_the_writers_named() -> None:
    assert {report.writer for report in read_gold(writers="mn")} == {"m", "n"}
    with pytest.raises(GoldError, match="没有写作者 zz 的标注报告。已有的写作者：a、b"):
        read_gold(writers="zz")


def test_report_that_says_just_the_gold_scores_full(gold_file: Path) -> None:
    (gold,) = read_gold(gold_file)
    (score,) = evaluate([gold])
    found = stage_counts(score)
    assert found["findings"] == Count(2, 2, 2, 2)
    assert found["headings"] == found["levels"] == found["roles"] == Count(5, 5, 5, 5)
    assert set(found) == {"findings", "category", "subcategory", "headings", "levels", "roles"}


def test_misses_and_false_hits_carry_their_reasons(gold_file: Path) -> None:
    swapped = MARKED.replace("[[ZF03 open|有的", "有的").replace("2次。]]", "2次。")
    swapped = swapped.replace("进一步完善台账，做到每月核对一次。", "[[NK02 open|进一步完善台账，做到每月核对一次。]]")
    gold_file.write_text(swapped, encoding="utf-8", newline="")
    (score,) = evaluate(read_gold(gold_file))
    faults = {(fault.stage, fault.kind): fault for fault in score.faults}
    missed, false = faults["findings", "missed"], faults["findings", "false"]
    assert missed.text.startswith("进一步完善台账") and missed.wanted == "NK02"
    assert "下步打算" in missed.why
    assert false.text.startswith("有的干部") and "线索 " in false.why and "置信度 " in false.why
    assert any(line.startswith("  漏 q-made@") for line in fault_lines(score.faults))


def _scored_with(gold: GoldReport, **changes: object) -> dict[str, Count]:
    quantity = Quantity("x", 2, 5, "12次", "count", 12.0, unit="次", item="学习")
    report = replace(analyze_gold(gold), quantities=(replace(quantity, **changes),))  # type: ignore[arg-type]
    return stage_counts(score_report(gold, report))


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, set()),
        ({"value": 13.0}, {"value"}),
        ({"kind": "frequency"}, {"kind"}),
        ({"unit": "场"}, {"unit"}),
        ({"bound": ">="}, {"bound"}),
        ({"item": "集中学习"}, set()),
        ({"item": "集中理论学习"}, {"item"}),
        ({"raw": "次，学", "start": 4}, {"quantities"}),
    ],
)
def test_attributes_of_a_quantity_are_judged_apart(tmp_path: Path, changes: dict[str, object], wrong: set[str]) -> None:
    (tmp_path / "a.txt").write_text("学习12次，学得好。", encoding="utf-8")
    rows = "start\tend\tkind\tvalue\tunit\tbound\titem\n2\t5\tcount\t12\t次\t=\t学习\n"
    (tmp_path / "a.quantities.tsv").write_text(rows, encoding="utf-8")
    (gold,) = read_gold(tmp_path)
    found = _scored_with(gold, **changes)
    if "quantities" in wrong:
        assert found["quantities"] == Count(0, 1, 1, 0)
    else:
        assert {name for name, row in found.items() if row.right < row.judged} == wrong


def test_rates_have_the_same_interval_each_time_and_none_for_one_report() -> None:
    rows = [Count(8, 10, 9, 8), Count(3, 5, 4, 3), Count(5, 5, 7, 5), *(Count(n, 20, 20, n) for n in (13, 16, 19))]
    assert rates(rows) == rates(rows) != rates(rows, seed=1)
    first = rates(rows[:3])
    assert first.precision.value == 0.8 and first.recall.value == 0.8 and first.share.value == 1.0
    assert first.precision.low is not None and first.precision.low < 0.8 < (first.precision.high or 0)
    assert rates(rows[:1]).precision.low is None
    assert rates([Count(), Count()]).f1.value is None
    assert percent(rates(rows[:1]).precision) == "80.0"


def test_f1_is_the_harmonic_mean() -> None:
    found = rates([Count(6, 8, 12, 6)])
    precision, recall = found.precision.value or 0, found.recall.value or 0
    assert found.f1.value == pytest.approx(2 * precision * recall / (precision + recall), abs=1e-4)


def test_categories_add_up_to_the_whole() -> None:
    scores = list(evaluate(read_gold(writers="bc")))
    summary = summarize(scores, by=("category", "genre", "writer"))
    by_category, by_genre, by_writer = (row.groups for row in summary.breakdowns)
    whole = summary.overall.rates_of("category").count
    parts = [group.rates_of("category").count for group in by_category]
    assert whole == Count(*(sum(getattr(row, name) for row in parts) for name in ("right", "found", "gold", "judged")))
    assert counts(scores)["problems"]["top"] == whole.right
    assert sum(group.reports for group in by_genre) == sum(group.reports for group in by_writer) == len(scores)
    assert len(list(summary_tables(summary))) == 4
    with pytest.raises(ValueError, match="unknown breakdown 'unit'"):
        summarize(scores, by=("unit",))


def scorer_counts(shared: Path, gold: GoldReport, prefix: Path, text: Path, folder: Path) -> dict[str, dict[str, int]]:
    """Return what the scorer of tables counts on the tables written for a gold text."""
    write_csv([analyze_gold(gold)], folder)
    command = [sys.executable, str(shared / "eval" / "score.py"), str(text), str(prefix), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, dict[str, int]] = json.loads(done.stdout)
    return result


def assert_same_counts(gold: GoldReport, expected: dict[str, dict[str, int]]) -> None:
    (score,) = evaluate([gold])
    found = counts([score])
    assert set(found) == set(expected)
    for name, numbers in expected.items():
        assert {key: found[name][key] for key in numbers} == numbers, (gold.name, name)


@pytest.mark.slow
def test_counts_on_the_shared_gold_equal_those_of_the_scorer(shared: Path, tmp_path: Path) -> None:
    folder = shared / "reports" / "gold"
    for gold in read_gold(folder):
        text = shared / "reports" / "text" / f"{gold.name}.txt"
        expected = scorer_counts(shared, gold, folder / gold.name, text, tmp_path / gold.name)
        assert_same_counts(gold, expected)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["b-enterprise-rectification", "m-bureau-style-summary", "n-news-feedback"])
def test_counts_on_marked_reports_equal_those_of_the_scorer(shared: Path, tmp_path: Path, name: str) -> None:
    (gold,) = read_gold(corpus_path("reports") / f"{name}.txt")
    write_tables(gold, tmp_path)
    expected = scorer_counts(shared, gold, tmp_path / name, tmp_path / f"{name}.txt", tmp_path / "tables")
    assert_same_counts(gold, expected)


def command() -> typer.Typer:
    """Return a command line that has this command among others."""
    app = typer.Typer(cls=ChineseGroup, add_completion=False, rich_markup_mode=None)
    app.callback()(lambda: None)
    cli_evaluate.register(app)
    return app


def run(*args: object):
    return CliRunner().invoke(command(), ["evaluate", *map(str, args)])


def test_command_shows_every_stage_with_groups(gold_file: Path) -> None:
    result = run(gold_file)
    assert result.exit_code == 0
    for words in (
        "全部（1 份报告）",
        "按文种",
        "按问题类别",
        "问题表述",
        "标题层级",
        "章节角色",
        "ZF 作风",
        "自查报告",
    ):
        assert words in result.stdout
    assert "计量" not in result.stdout


def test_command_by_writer_shows_that_alone(gold_file: Path) -> None:
    result = run(gold_file, "--by", "writer")
    assert "按写作者" in result.stdout and "按文种" not in result.stdout and "按问题类别" not in result.stdout


def test_command_json_is_for_programs(gold_file: Path) -> None:
    content = json.loads(run(gold_file, "--json", "--by", "category", "--errors").stdout)
    assert content["reports"] == [{"name": "q-made", "writer": "q", "genre": "self-report"}]
    assert list(content["by"]) == ["category"] and isinstance(content["errors"], list)
    findings = content["overall"]["stages"]["findings"]
    assert findings["right"] == 2 and findings["f1"] == {"value": 1.0, "low": None, "high": None}
    assert set(content["overall"]["stages"]) <= set(STAGES)
    assert content["counts"]["problems"]["tp"] == 2
    assert "errors" not in json.loads(run(gold_file, "--json").stdout)


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["none.txt"], 1, "none.txt：找不到该文件或文件夹。"),
        (["--by", "unit"], 2, "--by 应为 genre、writer、category 之一，不能是 unit。"),
        (["--held-out", "zz"], 1, "没有写作者 zz 的标注报告。"),
    ],
)
def test_command_says_in_chinese_what_is_wrong(args: list[str], code: int, message: str) -> None:
    result = run(*args)
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr


def test_command_help_is_chinese_and_ends_in_an_example() -> None:
    lines = run("--help").stdout.strip().splitlines()
    held_out = [writer for writer in TEST_WRITERS if any(corpus_path("reports").glob(f"{writer}-*.txt"))]
    assert lines[-1].strip().startswith("示例：zicha evaluate ")
    assert not {"Usage:", "Options:", "[default"} & set(" ".join(lines).split())
    assert f"未参与的看 --held-out {''.join(held_out)}。" in "\n".join(lines)


def _quantity_gold(folder: Path, text: str, *rows: str) -> GoldReport:
    head = "start\tend\tkind\tvalue\tvalue_max\tunit\tbound\tapprox\titem\trole\tnote\n"
    (folder / "a.txt").write_text(text, encoding="utf-8")
    (folder / "a.quantities.tsv").write_text(head + "\n".join(rows), encoding="utf-8")
    return read_gold(folder)[0]


def test_doubtful_values_count_neither_found_nor_missed(tmp_path: Path) -> None:
    text = "全年学习12次，捋了一遍台账，有的说不清3次还是4次。"
    sure = "4\t7\tcount\t12\t\t次\t=\t0\t\tachievement\t"
    place = text.index("3次")
    doubtful = f"{place}\t{place + 2}\tcount\t3\t\t次\t=\t0\t\tproblem\t? or nothing"
    unread = f"{place + 4}\t{place + 6}\tcount\t4\t\t次\t=\t0\t\tproblem\t"
    gold = _quantity_gold(tmp_path, text, sure, doubtful, unread)
    assert stage_counts(score_report(gold, analyze_gold(gold)))["quantities"] == Count(2, 2, 2, 2)


@pytest.mark.parametrize(("value", "right"), [("--05-08", 1), ("2023-05-08", 1), ("--05-09", 0), ("2022-05-08", 0)])
def test_a_date_labelled_without_a_year_agrees_with_any(tmp_path: Path, value: str, right: int) -> None:
    gold = _quantity_gold(tmp_path, "2023年5月8日检查。", f"0\t9\tdate\t{value}\t\t\t=\t0\t\tbackground\t")
    assert stage_counts(score_report(gold, analyze_gold(gold)))["value"].right == right


def test_labels_of_the_corpus_stand_on_their_texts() -> None:
    reports = read_gold(corpus_path("quantities"))
    rows = [row for gold in reports for row in gold.quantities or ()]
    assert (len(reports), len(rows), sum(row.doubtful for row in rows)) == (18, 1758, 171)
    assert all(row.place.of(gold.text).strip() for gold in reports for row in gold.quantities or ())


@pytest.mark.slow
def test_quantities_of_the_labelled_texts_are_found() -> None:
    scores = [score_report(gold, analyze_gold(gold)) for gold in read_gold(corpus_path("quantities"))]
    found = [score.quantities for score in scores if score.quantities is not None]
    right, false, missed = (sum(getattr(one, name) for one in found) for name in ("tp", "fp", "fn"))
    assert right / (right + false) > 0.98 and right / (right + missed) > 0.97
