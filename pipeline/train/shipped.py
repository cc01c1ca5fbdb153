"""Makes the three models of the package from corpus/, with the figures of their cards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.taxonomy import name_of
from pipeline.train.category import fit_category, learnt_from, save_category
from pipeline.train.examples import phrase_examples, read_examples
from pipeline.train.held_out import best_temperature, figures, held_out, test_figures
from pipeline.train.problem import fit_problem, held_out_figures, problem_examples, problem_figures, save_problem
from pipeline.train.roles import save_roles, training_sentences

_FIGURES = ("category_accuracy", "category_macro_f1", "subcategory_accuracy", "subcategory_macro_f1")


def train_shipped(folder: Path) -> Iterator[str]:
    """Fit the models into folder/roles, folder/problem and folder/category; yield lines of figures on the way.

    Each is the same, byte for byte, for the same corpus and the same versions of the libraries.
    """
    save_roles(folder / "roles", training_sentences())
    yield "章节角色模型：已训练。"
    yield from _train_problem(folder / "problem")
    yield from _train_category(folder / "category")


def _train_problem(folder: Path) -> Iterator[str]:
    examples = problem_examples()
    model = fit_problem(examples)
    test = problem_figures(model, problem_examples(test=True))
    metrics = {"held_out_writers": held_out_figures(examples), "test": test}
    save_problem(folder, model, metrics)
    for title, part in (("留出写作者的单句", metrics["held_out_writers"]), ("测试写作者", test)):
        yield f"问题句模型：{title} {part['sentences']} 句，正确 {part['accuracy']:.3f}"


def _train_category(folder: Path) -> Iterator[str]:
    """Fit on all writers but those for testing, with the temperature that suits held-out writers best."""
    tested = held_out(read_examples(), phrase_examples())
    made = fit_category(learnt_from(), temperature=best_temperature(tested))
    metrics = {"held_out_writers": figures(tested), "test": test_figures(made, read_examples(test=True))}
    save_category(folder, made, metrics)
    yield from lines(metrics)


def lines(metrics: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of the classifier's figures."""
    yield "分类模型（类目准确率、类目宏F1、子类准确率、子类宏F1）"
    for title, part in (("留出写作者", metrics["held_out_writers"]), ("测试写作者", metrics["test"])):
        yield line(f"{title}（{part['statements']}句）", part)
        for name, row in part["by_source"].items():
            yield line(f"  其中 {name}（{row['statements']}句）", row)
        yield f"  校准：ECE {part['calibration']['ece']:.3f}，Brier {part['calibration']['brier']:.3f}"
    for code, row in metrics["held_out_writers"]["by_category"].items():
        cells = f"P {row['precision']:.3f}  R {row['recall']:.3f}  F1 {row['f1']:.3f}  n {row['statements']}"
        yield f"{code} {name_of(code)}  {cells}"


def line(name: str, metrics: dict[str, Any]) -> str:
    """Return one line of figures."""
    return f"{name}  " + "  ".join(f"{metrics[key]:.3f}" for key in _FIGURES)
