"""The benchmark suite, on tiny sizes and with a stand-in for the command: figures, tables and files, no timing."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks import bench, bench_one, bench_runs, scale, scale_parts
from benchmarks.bench_figures import Figure, Results, differences, figure, in_turns, load, machine, merged, ratios, save
from benchmarks.bench_report import TARGETS, TITLES, markdown, number, plain, plain_table, summary, target_of, verdict
from conftest import ROOT

# Takes the arguments of `zicha analyze FOLDER -o OUT …` and writes one table; the option --dask is in its help.
_STAND_IN = """
import sys, time, pathlib
if "--help" in sys.argv:
    sys.exit(print("--jobs N --dask ADDRESS" if KNOWS else "--jobs N"))
paths, out = pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[sys.argv.index("-o") + 1])
out.mkdir()
(out / "reports.csv").write_text("x" * 10 * len(list(paths.rglob("*.docx"))))
memory = bytearray(30_000_000)
time.sleep(0.06)
"""


@pytest.fixture
def zicha(tmp_path: Path) -> bench_runs.Command:
    return stand_in(tmp_path, knows="True")


def stand_in(folder: Path, *, knows: str) -> bench_runs.Command:
    script = folder / "stand_in.py"
    script.write_text(f"KNOWS = {knows}\n{_STAND_IN}", encoding="utf-8")
    return (sys.executable, "-S", str(script))


def named(figures: list[Figure]) -> dict[str, Figure]:
    return {one.name: one for one in figures}


def one_of_each_part() -> Results:
    values = {
        "a": "x: ours ÷ python-docx",
        "a2": "x: ours ÷ floor",
        "b": "words: ours ÷ jieba.lcut",
        "c": "share of read",
    }
    values |= {"d": "600 reports: x", "e": "600 reports: x", "f": "cost of a report: 10,000 ÷ 1,000", "g": "x − y"}
    told = dict.fromkeys(("cores", "cpu", "memory", "system", "python", "libraries"), "some")
    return Results(told, tuple(figure(part, name, "×", (1.0, 3.0, 2.0)) for part, name in values.items()))


def test_in_turns_alternates() -> None:
    calls: list[str] = []
    taken = in_turns(2, {"a": lambda: calls.append("a"), "b": lambda: calls.append("b")})
    assert calls == ["a", "b", "a", "b"] and [len(values) for values in taken.values()] == [2, 2]


def test_ratios_and_differences_compare_the_same_round() -> None:
    assert ratios([2.0, 3.0], [1.0, 2.0]) == [2.0, 1.5] and differences([2.0, 3.0], [1.0, 1.0]) == [1.0, 2.0]
    with pytest.raises(ValueError, match="shorter"):
        ratios([2.0, 3.0], [1.0])


def test_figure_wants_a_round() -> None:
    with pytest.raises(ValueError, match="no round of a, x"):
        figure("a", "x", "s", [])


def test_machine_names_no_host_and_no_path() -> None:
    told = machine()
    assert told["cores"].isdecimal() and "pandas" in told["libraries"] and "/" not in " ".join(told.values())


def test_results_survive_saving(tmp_path: Path) -> None:
    results = one_of_each_part()
    save(results, tmp_path / "results.json")
    assert load(tmp_path / "results.json") == results and load(tmp_path / "absent.json") is None


def test_merged_keeps_what_was_not_measured_again() -> None:
    old = one_of_each_part()
    fresh = figure("g", "x − y", "s", [9.0])
    both = merged(old, Results(old.machine, (fresh,)))
    assert both.find("g", "x − y") == fresh and len(both.figures) == len(old.figures)


def test_merged_drops_figures_of_another_machine() -> None:
    old = one_of_each_part()
    new = replace(old, machine={**old.machine, "cpu": "other"}, figures=old.figures[:1])
    assert merged(old, new) == new


@pytest.mark.slow
def test_measure_report_compares_both_ways() -> None:
    found = named(bench_one.measure_report(1, fresh=2))
    for name in (bench_one.ONE, "all six samples", "new reports each round"):
        ours, theirs, least = (found[f"{name}: {one}"].median for one in ("ours", "python-docx", "floor"))
        assert ours > 0 and theirs > least > 0
        assert found[f"{name}: ours ÷ floor"].median == pytest.approx(ours / least)


def test_floor_and_python_docx_read_the_sample() -> None:
    path = bench_one.SAMPLES / f"{bench_one.ONE}.docx"
    assert "自查" in "".join(bench_one.floor(path)) and any("自查" in line for line in bench_one.with_python_docx(path))


@pytest.mark.slow
def test_measure_words_uses_both_tokenizers() -> None:
    found = named(bench_one.measure_words(1, ["全面从严治党主体责任落实不够到位。"] * 20))
    assert found["words: ours ÷ jieba.lcut"].median > 0 and bench_one.corpus_texts()


def test_measure_stages_accounts_for_all_time() -> None:
    found = named(bench_one.measure_stages(1, bench_one.samples()[:1]))
    shares = {name: one.median for name, one in found.items() if one.unit == "%"}
    assert sum(shares.values()) == pytest.approx(100) and shares["share of rest"] < 50
    assert {"share of read", "share of findings", "share of quantities", "share of tables"} <= shares.keys()


def test_stages_are_functions_of_the_pipeline() -> None:
    found = named(bench_one.measure_stages(1, bench_one.samples()[:1]))
    assert not [name for name in bench_one.STAGES if name not in found], "a stage is called otherwise by now"


def test_measure_jobs_gives_rates_with_and_without_start(zicha: bench_runs.Command) -> None:
    found = named(bench_runs.measure_jobs(2, count=3, zicha=zicha))
    assert all(len(one.values) == 2 for one in found.values())
    assert found["3 reports: --jobs 1 ÷ --jobs 2"].median > 0 and found["start with --jobs 2"].median > 0


def test_measure_dask_compares_with_loky(zicha: bench_runs.Command) -> None:
    found = named(bench_runs.measure_dask(1, count=3, zicha=zicha))
    assert found["3 reports: --dask local ÷ --jobs 2"].median > 0


def test_measure_dask_gives_nothing_where_the_option_is_unknown(tmp_path: Path) -> None:
    assert bench_runs.measure_dask(1, count=3, zicha=stand_in(tmp_path, knows="False")) == []


def test_measure_sizes_gives_cost_memory_and_disk(zicha: bench_runs.Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_runs, "BASE_SIZE", 4)
    found = named(bench_runs.measure_sizes(2, (4, 8), zicha=zicha))
    assert found["8 reports: size of OUT"].values == (0.01, 0.01)
    assert 30 < found["8 reports: peak memory of the parent"].median < 500
    assert len([name for name in found if name.startswith("cost of a report")]) == 1


@pytest.mark.parametrize(("size", "rounds"), [(100, 5), (1000, 5), (10_000, 2), (100_000, 1)])
def test_long_sizes_are_run_less_often(size: int, rounds: int) -> None:
    assert bench_runs.rounds_of(size, 5) == rounds


def test_a_size_that_is_run_once_is_compared_with_the_base_before_and_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_runs, "BASE_SIZE", 10)
    seconds = {0: [1.0, 1.0], 10: [2.0, 3.0], 40: [9.0]}
    taken = {size: [bench_runs.Run(one, 0, 0, 0, 0) for one in times] for size, times in seconds.items()}
    start = taken.pop(0)
    (growth,) = bench_runs._growth(taken, start)
    assert growth.values == pytest.approx((2.0, 1.0))


def test_measure_cold_start_takes_off_the_imports(zicha: bench_runs.Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_runs, "IMPORTS", (sys.executable, "-S", "-c", "pass"))
    difference, ours, theirs = bench_runs.measure_cold_start(2, zicha=zicha)
    assert difference.values == pytest.approx([a - b for a, b in zip(ours.values, theirs.values, strict=True)])


def test_made_reports_are_removed() -> None:
    with bench_runs.made(2) as reports:
        assert len(list(reports.rglob("*.docx"))) == 2
    assert not reports.parent.exists()


def test_run_says_why_a_process_failed() -> None:
    with pytest.raises(RuntimeError, match="ended with 3: gone"):
        bench_runs.run((sys.executable, "-S", "-c", "import sys; sys.stderr.write('gone'); sys.exit(3)"))


@pytest.mark.slow
def test_the_real_command_can_be_measured() -> None:
    with bench_runs.made(2) as reports:
        taken = bench_runs.analyze(reports, "--jobs", "1")
    assert taken.seconds > 0 and taken.peak_mb > 20 and taken.largest_mb > 20 and taken.out_bytes > 1000


@pytest.mark.parametrize(
    ("part", "name", "value", "said"),
    [
        ("a", "x: ours ÷ python-docx", 1.0, "met"),
        ("a", "x: ours ÷ python-docx", 1.01, "missed"),
        ("a2", "x: ours ÷ floor", 12.1, "missed"),
        ("b", "words: ours ÷ jieba.lcut", 0.1, "met"),
        ("d", "600 reports: --jobs 1 ÷ --jobs 2", 1.79, "missed"),
        ("d", "600 reports, without the start: --jobs 1 ÷ --jobs 2", 1.8, "met"),
        ("e", "600 reports: --dask local ÷ --jobs 2", 1.3, "met"),
        ("f", "cost of a report: 100,000 ÷ 1,000", 1.11, "missed"),
        ("f", "100,000 reports: peak memory of the parent", 599.0, "met"),
        ("f", "100,000 reports: memory of the largest process", 900.0, ""),
        ("g", "zicha analyze ONE.docx − import pandas, sklearn", 1.3, "missed"),
        ("g", "zicha analyze ONE.docx -o OUT", 9.0, ""),
        ("c", "share of read", 9.0, ""),
    ],
)
def test_verdict_compares_with_the_target(part: str, name: str, value: float, said: str) -> None:
    assert verdict(figure(part, name, "×", [value])) == said


@pytest.mark.parametrize(
    ("value", "shown"), [(20412.3, "20,412"), (113.46, "113"), (11.46, "11.5"), (1.296, "1.30"), (0.0523, "0.052")]
)
def test_number_shows_three_digits(value: float, shown: str) -> None:
    assert number(value) == shown


def test_markdown_has_every_part_and_verdict() -> None:
    text = markdown(one_of_each_part())
    assert [part for part in TITLES if f"## ({part}) " not in text] == []
    assert "| x: ours ÷ python-docx | 2.00 × | 1.00 – 3.00 | 3 | ≤ 1: missed | " in text


def test_markdown_says_what_was_not_measured() -> None:
    empty = replace(one_of_each_part(), figures=())
    assert markdown(empty).count("Not measured yet.") == len(TITLES)
    assert summary(empty).count("not measured") == len(TARGETS)


def test_every_target_applies_to_some_figure() -> None:
    found = {target_of(one) for one in one_of_each_part().figures}
    assert {target.part for target in TARGETS} == {target.part for target in found if target}


def test_plain_leaves_out_what_was_not_measured() -> None:
    results = one_of_each_part()
    text = plain(replace(results, figures=results.figures[:1]))
    assert TITLES["a"] in text and TITLES["g"] not in text


def test_plain_table_aligns_columns() -> None:
    assert plain_table([("a", "bb"), ("ccc", "d")]) == "a    bb\nccc  d "


def test_main_keeps_figures_of_earlier_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        bench_one, "measure_words", lambda rounds: [figure("b", "words: ours ÷ jieba.lcut", "×", [0.05])]
    )
    monkeypatch.setattr(bench_runs, "measure_cold_start", lambda rounds, folder: [figure("g", "x − y", "s", [0.5])])
    for part in ("b", "g"):
        assert bench.main(["--only", part, "--markdown", str(tmp_path / "RESULTS.md")]) == 0
    stored = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert [row["part"] for row in stored["figures"]] == ["b", "g"]
    assert (tmp_path / "RESULTS.md").read_text(encoding="utf-8").count(": met |") == 2


def test_main_goes_on_after_a_part_that_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> list[Figure]:
        raise RuntimeError("no disk")

    monkeypatch.setattr(bench_runs, "measure_jobs", fail)
    monkeypatch.setattr(bench_runs, "measure_cold_start", lambda rounds, folder: [figure("g", "x − y", "s", [0.5])])
    assert bench.main(["--only", "d,g"]) == 1
    told = capsys.readouterr()
    assert "d could not be measured: no disk" in told.err and TITLES["g"] in told.out


@pytest.mark.parametrize("arguments", [["--only", "a,z"], ["--rounds", "0"], ["--sizes", "0"], ["--sizes", "2000000"]])
def test_main_refuses_what_cannot_be_measured(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        bench.main(arguments)


def test_core_hours() -> None:
    assert scale.core_hours(100_000_000, 36) == pytest.approx(1000)


def test_scale_takes_the_costs_of_the_largest_size() -> None:
    figures = [
        figure("d", "--jobs 1, without the start", "ms a report", [50.0]),
        figure("d", "600 reports, without the start: --jobs 1 ÷ --jobs 2", "×", [1.9]),
        figure("f", "1,000 reports: processor time of the parent", "ms a report", [4.0]),
        figure("f", "10,000 reports: processor time of the parent", "ms a report", [2.0]),
    ]
    known = scale.costs(Results({}, tuple(figures)))
    assert (known.core_ms, known.kept_busy, known.parent_ms, known.out_kb) == (50.0, 0.95, 2.0, None)
    assert scale.cores_fed(known) == 25.0


def test_scale_marks_what_was_not_measured() -> None:
    assert scale.limits_table(scale.Costs()).count("TODO") == 9
    assert "(measured)" in scale.computed(Results({}, (figure("d", "--jobs 1, without the start", "ms", [33.0]),)))


def test_scale_parts_measures_each_piece_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("duckdb")
    monkeypatch.setattr(scale_parts, "_TASKS", ())
    found = dict(scale_parts.measured(3))
    assert len(found) == 12
    assert 0.5 < float(found["a report ten times as long ÷ ten reports"].removesuffix(" ×")) < 5
    assert 0.1 < float(found["csv: rows of a report as they are sent"].removesuffix(" KB")) < 50


def test_scale_renews_the_tables_between_its_marks() -> None:
    text = (ROOT / "tests" / "benchmarks" / "SCALE.md").read_text(encoding="utf-8")
    once = scale.renew(text, "| new |")
    assert "| new |" in once and scale.renew(once, "| new |") == once and once.startswith("# A hundred million")
    with pytest.raises(ValueError, match="to put the tables between"):
        scale.renew("nothing", "| new |")


def test_commands_explain_themselves() -> None:
    for module in ("bench", "make_reports", "scale"):
        command = [sys.executable, "-m", f"benchmarks.{module}", "--help"]
        told = subprocess.run(command, cwd=ROOT / "tests", capture_output=True, check=True, encoding="utf-8")
        assert "usage:" in told.stdout
