"""Training reads checked data, gives the same arrays every time, and measures on writers it has not read."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import numpy
import pytest

from pipeline import resources
from pipeline.classify.features import clean
from pipeline.classify.linear import read_model
from pipeline.errors import ResourceError
from pipeline.resources import model_path
from pipeline.taxonomy import subcategories
from pipeline.train import category, held_out
from pipeline.train.category import write_model
from pipeline.train.examples import TEST_WRITERS, Example, phrase_examples, read_examples, read_reports
from pipeline.train.fitting import fit

HEADER = "code\ttext\tunit\n"


def small_examples() -> list[Example]:
    """Return one statement a subcategory by each of three writers, made of the taxonomy's own words."""
    return [
        Example(row.code, f"{row.name_zh}不够，{row.definition}", writer, "sentences")
        for writer in "xyz"
        for row in subcategories()
    ]


def corpus_of(folder: Path, sentences: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make folder the place that data is read from, with these sentences in it."""
    (folder / "corpus" / "sentences").mkdir(parents=True)
    (folder / "corpus" / "sentences" / "writer-a.tsv").write_text(sentences, encoding="utf-8")
    monkeypatch.setattr(resources, "data_root", lambda: folder)


def test_read_examples_knows_writers_and_sources() -> None:
    examples = read_examples()
    assert {example.source for example in examples} == {"sentences", "reports"}
    assert {example.code for example in examples} == {row.code for row in subcategories()}
    assert all(len(example.writer) == 1 and example.share == 1 for example in examples)


def test_read_examples_refuses_an_unknown_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus_of(tmp_path, HEADER + "XX09\t走访不够\t镇\n", monkeypatch)
    with pytest.raises(ResourceError, match="writer-a.tsv：类目 XX09"):
        read_examples()


def test_read_examples_refuses_a_statement_that_stands_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus_of(tmp_path, HEADER + "ZF03\t走访不够\t镇\nZF04\t走访不够\t县\n", monkeypatch)
    with pytest.raises(ResourceError, match="重复"):
        read_examples()


def test_read_examples_says_where_data_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "data_root", lambda: tmp_path)
    with pytest.raises(ResourceError, match="没有 writer"):
        read_examples()


def test_read_reports_takes_the_main_code_and_leaves_doubtful_statements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "corpus" / "reports").mkdir(parents=True)
    marked = (
        "<<1 RECTIFY|一、关于“[[ZF03,ZF02 rectified|走访少]]”问题的整改>>\n[[NK06 open|往来 款挂账。]][[?|会不多。]]\n"
    )
    (tmp_path / "corpus" / "reports" / "z-made.txt").write_text(marked, encoding="utf-8")
    monkeypatch.setattr(resources, "data_root", lambda: tmp_path)
    assert read_reports() == (
        Example("ZF03", "走访少", "z", "reports"),
        Example("NK06", "往来款挂账。", "z", "reports"),
    )


def test_read_reports_keeps_the_test_writers_apart() -> None:
    learnt = {example.writer for example in read_examples()}
    tested = {example.writer for example in read_reports(test=True)}
    assert tested == set(TEST_WRITERS)
    assert not learnt & tested


def test_phrase_examples_are_subcategories_that_count_little() -> None:
    examples = phrase_examples(share=0.2)
    assert all(len(example.code) == 4 and example.share == 0.2 for example in examples)
    assert not any(sign in example.text for example in examples for sign in "…(|)")


def test_fit_keeps_only_what_two_writers_used() -> None:
    odd = Example("NK06", "驴骡马", "x", "sentences")
    model = fit([*small_examples(), odd])
    assert "驴" not in model.vocabulary.places
    assert "不够" in model.vocabulary.places


def test_fit_learns_what_it_was_shown() -> None:
    examples = small_examples()
    model = fit(examples)
    found = [int(model.log_probabilities(model.vocabulary.row(row.text)).argmax()) for row in examples]
    assert [model.codes[place] for place in found] == [row.code for row in examples]


def test_fit_refuses_a_subcategory_without_examples() -> None:
    with pytest.raises(ResourceError, match="没有例句"):
        fit([example for example in small_examples() if example.code != "NK06"])


def test_write_model_gives_the_same_bytes_and_reads_back(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_model(fit(small_examples(), temperature=0.5), {"made": True}, folder=tmp_path / name)
    one, two = tmp_path / "one", tmp_path / "two"
    assert (one / "category.npz").read_bytes() == (two / "category.npz").read_bytes()
    assert (one / "category.json").read_bytes() == (two / "category.json").read_bytes()
    model = read_model(one / "category.npz", one / "category.json")
    assert model.settings.temperature == 0.5
    assert numpy.array_equal(model.weights, fit(small_examples()).weights)


@pytest.mark.slow
def test_installed_model_is_what_the_data_gives(tmp_path: Path) -> None:
    config = json.loads(model_path("category.json").read_text(encoding="utf-8"))
    if any(version(name) != wanted for name, wanted in config["made_with"].items()):
        pytest.skip("the model was made with other versions of its libraries")
    model = fit([*read_examples(), *phrase_examples()], temperature=config["temperature"])
    write_model(model, config["metrics"], folder=tmp_path)
    made = read_model(tmp_path / "category.npz", tmp_path / "category.json")
    installed = read_model(model_path("category.npz"), model_path("category.json"))
    assert made.vocabulary.places == installed.vocabulary.places
    assert numpy.array_equal(made.weights, installed.weights)


def test_held_out_scores_each_statement_once_by_a_model_of_the_others() -> None:
    examples = small_examples()
    tested = held_out.held_out(examples)
    assert tested.gold == tuple(example.code for example in examples)
    assert tested.model.shape == tested.phrases.shape == (len(examples), len(tested.codes))
    alone = fit([example for example in examples if example.writer != "y"])
    place = next(number for number, example in enumerate(examples) if example.writer == "y")
    expected = alone.log_probabilities(alone.vocabulary.row(clean(examples[place].text)))
    assert numpy.array_equal(tested.model[place], expected)


def test_test_figures_are_those_of_the_given_model() -> None:
    examples = small_examples()
    figures = held_out.test_figures(fit(examples, temperature=0.5), examples[:10])
    assert (figures["statements"], figures["subcategory_accuracy"]) == (10, 1.0)


def made_scores(*rows: tuple[str, dict[str, float]]) -> tuple[held_out.HeldOut, numpy.ndarray]:
    """Return gold codes and probabilities: what is not given is shared out evenly."""
    codes = tuple(row.code for row in subcategories())
    values = numpy.zeros((len(rows), len(codes)), dtype=numpy.float32)
    for number, (_, given) in enumerate(rows):
        values[number] = (1 - sum(given.values())) / (len(codes) - len(given))
        for code, value in given.items():
            values[number, codes.index(code)] = value
    gold = tuple(code for code, _ in rows)
    names = tuple("ab"[number % 2] for number in range(len(rows)))
    zeros = numpy.zeros_like(values)
    sources = ("sentences",) * len(rows)
    return held_out.HeldOut(codes, gold, names, sources, numpy.log(values + 1e-9), zeros), values


def test_agreement_counts_categories_and_subcategories_apart() -> None:
    tested, values = made_scores(("ZF03", {"ZF04": 0.9}), ("NK06", {"NK06": 0.9}), ("JF01", {"ZF04": 0.9}))
    figures = held_out.agreement(tested, values)
    assert figures["statements"] == 3
    assert figures["category_accuracy"] == pytest.approx(2 / 3, abs=1e-4)
    assert figures["subcategory_accuracy"] == pytest.approx(1 / 3, abs=1e-4)


def test_calibration_is_perfect_where_sureness_is_right() -> None:
    tested, values = made_scores(("ZF03", {"ZF03": 1.0}), ("NK06", {"NK06": 1.0}))
    assert held_out.calibration(tested, values) == {"ece": 0.0, "brier": 0.0}


def test_calibration_sees_wrong_sureness() -> None:
    tested, values = made_scores(("ZF03", {"NK06": 1.0}), ("NK06", {"NK06": 1.0}))
    assert held_out.calibration(tested, values) == {"ece": 0.5, "brier": 1.0}


def test_best_temperature_sharpens_timid_and_softens_bold_scores() -> None:
    timid, _ = made_scores(*[("ZF03", {"ZF03": 0.4})] * 10)
    bold, _ = made_scores(*[("ZF03", {"ZF03": 0.98})] * 5, *[("NK06", {"ZF03": 0.98})] * 5)
    assert held_out.best_temperature(timid) < 1 < held_out.best_temperature(bold)


def test_best_temperature_can_leave_a_writer_out() -> None:
    rows = [("ZF03", {"ZF03": 0.4}) if number % 2 else ("NK06", {"ZF03": 0.98}) for number in range(10)]
    tested, _ = made_scores(*rows)
    assert held_out.best_temperature(tested, without="a") < held_out.best_temperature(tested, without="b")


def test_main_reports_bad_data_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus_of(tmp_path, HEADER + "XX09\t走访不够\t镇\n", monkeypatch)
    assert category.main([]) == 1
    assert "XX09" in capsys.readouterr().out
