"""Fits models/problem: whether a single sentence states a problem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.model_store import CORPUS, fingerprints, save
from pipeline.problem_model import CLASSES, OTHER, PROBLEM, cue_features, log_odds, marked
from pipeline.text_model import Features, TextModel
from pipeline.train.category import DATE, versions
from pipeline.train.examples import (
    PAIRS,
    REPORTS,
    TEST_WRITERS,
    Example,
    read_pairs,
    read_reports,
    read_sentences,
)
from pipeline.train.fitting import Labelled, Recipe, fit
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
    """Return how many sentences are told right: in all, of single sentences and of minimal pairs, of each role."""
    right = [(example, _is_right(model, example)) for example in examples]
    roles = Counter(example.role for example in examples)
    return {
        "sentences": len(right),
        "accuracy": _share([hit for _, hit in right]),
        "single_sentences": _share([hit for example, hit in right if example.source != PAIRS]),
        "by_role": {role: _share([hit for one, hit in right if one.role == role]) for role in roles},
    }


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
