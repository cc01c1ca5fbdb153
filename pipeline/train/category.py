"""Fits the classifier of categories: models/category.

The arrays are the same, byte for byte, for the same data and the same versions of Python, numpy, scipy and
scikit-learn: nothing is drawn at random, the solver runs on one thread, and the archive carries no time.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.classify.classifier import Classifier, Settings, classifier
from pipeline.classify.indicators import lexicon
from pipeline.errors import ResourceError
from pipeline.model_store import CORPUS, fingerprints, save
from pipeline.taxonomy import builtin
from pipeline.text_model import Features
from pipeline.train.examples import PHRASE_SHARE, Example, phrase_examples, read_examples
from pipeline.train.fitting import Labelled, Recipe, fit

DATE = "2026-11-24"
RECIPE = Recipe(Features(shortest=1, longest=2), inverse_penalty=100.0)
INDICATOR_WEIGHT = 0.2
INDICATORS = "lexicon/indicators.tsv"


def fit_category(
    examples: Sequence[Example], *, temperature: float = 1.0, recipe: Recipe = RECIPE, weight: float = INDICATOR_WEIGHT
) -> Classifier:
    """Return a classifier of the built-in taxonomy, fitted to problem statements.

    Raises ResourceError where a subcategory has no example.
    """
    codes = [row.code for row in builtin().leaves]
    texts = [Labelled(one.text, one.code, one.writer, one.share) for one in examples]
    try:
        model = fit(texts, recipe, classes=codes)
    except ValueError as error:
        raise ResourceError(f"有的类目没有例句（{error}）。请在 corpus/sentences 中补写后再训练。") from error
    return classifier(builtin(), model, lexicon(), Settings(temperature, weight))


def save_category(folder: Path, made: Classifier, metrics: dict[str, Any]) -> None:
    """Write a classifier of the built-in taxonomy, and the fingerprints of what it was fitted to, into folder."""
    config = {
        "kind": "category",
        "date": DATE,
        "taxonomy": {"version": made.taxonomy.version, "digest": made.taxonomy.digest},
        "temperature": made.settings.temperature,
        "indicator_weight": made.settings.indicator_weight,
        "phrase_share": PHRASE_SHARE,
        "inverse_penalty": RECIPE.inverse_penalty,
        "least_groups": RECIPE.least_groups,
        "seed": None,
        "inputs": fingerprints(INDICATORS, *CORPUS),
        "made_with": versions(),
    }
    save(folder, made.model, config, metrics)


def versions() -> dict[str, str]:
    """Return the versions of the libraries that the arrays depend on."""
    from importlib.metadata import version

    return {name: version(name) for name in ("numpy", "scipy", "scikit-learn")}


def learnt_from() -> tuple[Example, ...]:
    """Return what the shipped model is fitted to: labelled statements and the indicator phrases."""
    return (*read_examples(), *phrase_examples())
