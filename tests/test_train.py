"""Training reads checked data, gives the same arrays every time, and measures on writers it has not read."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import numpy
import pytest

from pipeline import resources
from pipeline.classify.classifier import read_classifier
from pipeline.errors import ResourceError
from pipeline.model_store import ARRAYS, CONFIG, load
from pipeline.resources import model_path
from pipeline.taxonomy import builtin, subcategories
from pipeline.text_model import Features
from pipeline.train import held_out
from pipeline.train.category import fit_category, learnt_from, save_category
from pipeline.train.examples import (
    TEST_WRITERS,
    Example,
    phrase_examples,
    read_examples,
    read_pairs,
    read_reports,
    read_sentences,
)
from pipeline.train.fitting import Labelled, Recipe, fit
from pipeline.train.problem import fit_problem, problem_examples, problem_figures
from pipeline.train.roles import fit_roles, training_sentences

HEADER = "role\tcode\ttext\tunit\n"
PROBLEM = "PROBLEM\t"


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
    assert {example.source for example in examples} == {"sentences", "pairs", "reports"}
    assert {example.code for example in examples} == {row.code for row in subcategories()}
    assert all(example.role == "PROBLEM" and 0 < example.share <= 1 for example in examples)


@pytest.mark.parametrize(
    ("row", "message"),
    [("PLAN\tZF03\t要常去走访\t镇", "PLAN 的类目不能是 ZF03"), ("PLANS\t\t要常去走访\t镇", "角色 PLANS 应为")],
)
def test_read_sentences_refuses_roles_that_do_not_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: str, message: str
) -> None:
    corpus_of(tmp_path, f"{HEADER}{row}\n", monkeypatch)
    with pytest.raises(ResourceError, match=message):
        read_sentences()


def test_read_pairs_gives_none_where_there_is_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus_of(tmp_path, HEADER, monkeypatch)
    assert read_pairs() == ()


def test_read_examples_refuses_an_unknown_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus_of(tmp_path, HEADER + PROBLEM + "XX09\t走访不够\t镇\n", monkeypatch)
    with pytest.raises(ResourceError, match="writer-a.tsv：PROBLEM 的类目不能是 XX09"):
        read_examples()


def test_read_examples_refuses_a_statement_that_stands_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus_of(tmp_path, HEADER + PROBLEM + "ZF03\t走访不够\t镇\nPROBLEM\tZF04\t走访不够\t县\n", monkeypatch)
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


def test_the_test_writers_are_kept_apart_everywhere() -> None:
    assert {example.writer for example in read_examples(test=True)} == set(TEST_WRITERS)
    learnt = (*read_examples(), *problem_examples())
    assert not {example.writer for example in learnt} & set(TEST_WRITERS)
    assert not {sentence.report[0] for sentence in training_sentences()} & set(TEST_WRITERS)


def test_phrase_examples_are_subcategories_that_count_little() -> None:
    examples = phrase_examples(share=0.2)
    assert all(len(example.code) == 4 and example.share == 0.2 for example in examples)
    assert not any(sign in example.text for example in examples for sign in "…(|)")


def test_fit_keeps_only_what_two_groups_used() -> None:
    odd = Example("NK06", "驴骡马", "x", "sentences")
    known = fit_category([*small_examples(), odd]).model.vocabulary.places
    assert "驴" not in known
    assert "不够" in known


def test_fit_learns_what_it_was_shown() -> None:
    examples = small_examples()
    made = fit_category(examples)
    found = made.model.of_texts([row.text for row in examples]).argmax(axis=1)
    assert [made.codes[place] for place in found] == [row.code for row in examples]


def test_fit_refuses_a_subcategory_without_examples() -> None:
    with pytest.raises(ResourceError, match="没有例句"):
        fit_category([example for example in small_examples() if example.code != "NK06"])


def test_fit_of_two_classes_has_a_column_for_each() -> None:
    texts = [
        Labelled("挂账", "坏", 1),
        Labelled("挂账了", "坏", 2),
        Labelled("开会", "好", 1),
        Labelled("开会了", "好", 2),
    ]
    model = fit(texts, Recipe(Features(1, 2), 10.0))
    assert model.weights.shape[1] == len(model.classes) == 2
    assert [model.classes[place] for place in model.of_texts(["挂账", "开会"]).argmax(axis=1)] == ["坏", "好"]


def test_save_category_gives_the_same_bytes_and_reads_back(tmp_path: Path) -> None:
    for name in ("one", "two"):
        save_category(tmp_path / name, fit_category(small_examples(), temperature=0.5), {"made": True})
    one, two = tmp_path / "one", tmp_path / "two"
    assert all(file.read_bytes() == (two / file.name).read_bytes() for file in one.iterdir())
    made = read_classifier(one, builtin())
    assert made.settings.temperature == 0.5
    assert numpy.array_equal(made.model.weights, fit_category(small_examples()).model.weights)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["category", "problem", "roles"])
def test_installed_models_are_what_the_data_gives(name: str) -> None:
    config = json.loads((model_path(name) / CONFIG).read_text(encoding="utf-8"))
    if any(version(library) != wanted for library, wanted in config["made_with"].items()):
        pytest.skip("the model was made with other versions of its libraries")
    made = {
        "category": lambda: fit_category(learnt_from()).model,
        "problem": lambda: fit_problem(problem_examples()),
        "roles": lambda: fit_roles(training_sentences()),
    }[name]()
    installed = load(model_path(name)).model
    assert made.vocabulary.terms == installed.vocabulary.terms
    assert numpy.array_equal(made.weights, installed.weights)


@pytest.mark.slow
def test_train_reproduces_the_shipped_models_bit_for_bit(tmp_path: Path) -> None:
    wanted = json.loads((model_path("category") / CONFIG).read_text(encoding="utf-8"))["made_with"]
    if any(version(library) != number for library, number in wanted.items()):
        pytest.skip("the models were made with other versions of their libraries")
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "train", "-o", str(tmp_path)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    for name in ("category", "problem", "roles"):
        for file in (ARRAYS, CONFIG, "metrics.json"):
            assert (tmp_path / name / file).read_bytes() == (model_path(name) / file).read_bytes(), f"{name}/{file}"


def test_problem_figures_count_each_role() -> None:
    examples = [
        Example("NK06", "往来款挂账未清理", "a", "sentences"),
        Example("", "要求清理往来款", "a", "sentences", role="REQUIREMENT"),
        Example("NK06", "备用金没有核销", "b", "sentences"),
        Example("", "要求核销备用金", "b", "sentences", role="REQUIREMENT"),
    ]
    figures = problem_figures(fit_problem(examples), examples)
    assert (figures["sentences"], figures["accuracy"]) == (4, 1.0)
    assert figures["by_role"] == {"PROBLEM": 1.0, "REQUIREMENT": 1.0}


def test_held_out_scores_each_statement_once_by_a_model_of_the_others() -> None:
    examples = small_examples()
    tested = held_out.held_out(examples)
    assert tested.examples == tuple(examples)
    assert tested.model.shape == tested.phrases.shape == (len(examples), len(tested.codes))
    alone = fit_category([example for example in examples if example.writer != "y"])
    place = next(number for number, example in enumerate(examples) if example.writer == "y")
    # Many texts are weighed in double precision, one alone in single.
    assert tested.model[place] == pytest.approx(alone.model.of_texts([examples[place].text])[0], rel=1e-5)


def test_test_figures_are_those_of_the_given_model() -> None:
    examples = small_examples()
    figures = held_out.test_figures(fit_category(examples, temperature=0.5), examples[:10])
    assert (figures["statements"], figures["subcategory_accuracy"]) == (10, 1.0)


def made_scores(*rows: tuple[str, dict[str, float]]) -> tuple[held_out.HeldOut, numpy.ndarray]:
    """Return gold codes and probabilities: what is not given is shared out evenly."""
    codes = tuple(row.code for row in subcategories())
    values = numpy.zeros((len(rows), len(codes)), dtype=numpy.float32)
    for number, (_, given) in enumerate(rows):
        values[number] = (1 - sum(given.values())) / (len(codes) - len(given))
        for code, value in given.items():
            values[number, codes.index(code)] = value
    examples = tuple(Example(code, "", "ab"[number % 2], "sentences") for number, (code, _) in enumerate(rows))
    return held_out.HeldOut(codes, examples, numpy.log(values + 1e-9), numpy.zeros_like(values)), values


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


def test_reliability_says_how_often_each_tenth_was_right() -> None:
    tested, values = made_scores(("ZF03", {"ZF03": 0.85}), ("NK06", {"ZF03": 0.85}))
    (row,) = held_out.reliability(tested, values)
    assert (row["from"], row["statements"], row["right"]) == (0.8, 2, 0.5)


def test_the_card_gives_the_figures_of_the_metrics() -> None:
    metrics = json.loads((model_path("category") / "metrics.json").read_text(encoding="utf-8"))
    card = (model_path("category") / "CARD.md").read_text(encoding="utf-8")
    keys = ("category_accuracy", "category_macro_f1", "subcategory_accuracy", "subcategory_macro_f1")
    for part in (metrics["held_out_writers"], metrics["test"]):
        for row in (part, *part["by_source"].values()):
            assert " | ".join(f"{row[key]:.3f}" for key in keys) in card
        assert all(f"{value:.3f}" in card for value in part["calibration"].values())
    for code, row in metrics["held_out_writers"]["by_category"].items():
        figures = " | ".join(f"{row[key]:.3f}" for key in ("precision", "recall", "f1"))
        assert f"| {code} {builtin().name_of(code)} | {figures} | {row['statements']} |" in card
    problem = json.loads((model_path("problem") / "metrics.json").read_text(encoding="utf-8"))
    told = (model_path("problem") / "CARD.md").read_text(encoding="utf-8")
    assert f"eight groups (9,220) | {problem['held_out_writers']['accuracy']:.3f} |" in told
    assert f"1,178 sentences | {problem['test']['accuracy']:.3f} |" in told
