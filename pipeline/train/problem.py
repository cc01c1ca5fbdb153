"""Fits models/problem: whether a single sentence states a problem."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pipeline.model_store import CORPUS, fingerprints, save
from pipeline.problem_model import CLASSES, OTHER, PROBLEM, cue_features, log_odds, marked
from pipeline.text_model import Features, TextModel
from pipeline.train.category import DATE, versions
from pipeline.train.examples import (
    PAIRS,
    REPORTS,
    SENTENCES,
    TEST_WRITERS,
    Example,
    read_pairs,
    read_reports,
    read_sentences,
)
from pipeline.train.fitting import Labelled, Recipe, fit
from pipeline.train.held_out import writer_groups
from pipeline.train.roles import training_sentences

RECIPE = Recipe(Features(shortest=1, longest=2, letters_only=False), inverse_penalty=30.0, balanced=True)
WORD_LISTS = ("lexicon/cues.tsv", "lexicon/blockers.tsv", "lexicon/idioms.tsv", "lexicon/signals.tsv")
# Sentences of reports have the role of their section, which is not always their own.
_SECTION_SHARE = 0.5


def problem_examples(*, test: bool = False) -> tuple[Example, ...]:
    """Return the sentences to learn from, problems and others; test: those of the writers kept for testing instead.

    To learn from, the sentences of annotated reports are added: what is marked as a problem, and what stands in other
    parts. They are in ordinary official wording, while the single sentences were written to be hard.
    """
    singles = [one for one in (*read_sentences(), *read_pairs()) if (one.writer in TEST_WRITERS) is test]
    return tuple(singles) if test else (*singles, *read_reports(), *_of_other_parts())


def _of_other_parts() -> tuple[Example, ...]:
    return tuple(
        Example("", row.text, row.report[0], REPORTS, _SECTION_SHARE, row.role)
        for row in training_sentences(singles=False)
        if row.role != PROBLEM
    )


def fit_problem(examples: Sequence[Example]) -> TextModel:
    """Return the model of problem statements, fitted to sentences by their role."""
    return fit([_labelled(example) for example in examples], RECIPE, classes=CLASSES)


def _labelled(example: Example) -> Labelled:
    label = PROBLEM if example.role == PROBLEM else OTHER
    return Labelled(marked(example.text), label, example.writer, example.share, cue_features(example.text))


def problem_figures(model: TextModel, examples: Sequence[Example]) -> dict[str, Any]:
    """Return how many sentences a model tells right that has not learnt from their writers; see `shares_right`."""
    return shares_right([(example, _is_right(model, example)) for example in examples])


def held_out_figures(examples: Sequence[Example]) -> dict[str, Any]:
    """Return how many single sentences are told right by models that have read nothing by their writer."""
    told: list[tuple[Example, bool]] = []
    for group in writer_groups(examples):
        model = fit_problem([example for example in examples if example.writer not in group])
        asked = [example for example in examples if example.writer in group and example.source == SENTENCES]
        told.extend((example, _is_right(model, example)) for example in asked)
    return {**shares_right(told), "by_writer": _by(told, lambda example: example.writer)}


def shares_right(told: Sequence[tuple[Example, bool]]) -> dict[str, Any]:
    """Return the number of sentences and the shares told right: in all, of those that are no pairs, of each role."""
    return {
        "sentences": len(told),
        "accuracy": _share([hit for _, hit in told]),
        "single_sentences": _share([hit for example, hit in told if example.source != PAIRS]),
        "by_role": _by(told, lambda example: example.role),
    }


def _by(told: Sequence[tuple[Example, bool]], key: Callable[[Example], str]) -> dict[str, float]:
    groups: dict[str, list[bool]] = {}
    for example, hit in told:
        groups.setdefault(key(example), []).append(hit)
    return {name: _share(hits) for name, hits in groups.items()}


def _is_right(model: TextModel, example: Example) -> bool:
    return (log_odds(example.text, model) > 0) == (example.role == PROBLEM)


def _share(hits: Sequence[bool]) -> float:
    return round(sum(hits) / max(len(hits), 1), 4)


def save_problem(folder: Path, model: TextModel, metrics: dict[str, Any]) -> None:
    """Write the model and the fingerprints of what it was fitted to into folder."""
    config = {
        "kind": "problem",
        "date": DATE,
        "inverse_penalty": RECIPE.inverse_penalty,
        "least_groups": RECIPE.least_groups,
        "seed": None,
        "inputs": fingerprints(*WORD_LISTS, *CORPUS),
        "made_with": versions(),
    }
    save(folder, model, config, metrics)
