"""A classifier: a linear model and indicator phrases over one taxonomy. A statement in, calibrated probabilities out.

The built-in one stands in models/category; `own.py` makes one for an office's own taxonomy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.classify.indicators import Indicator, Lexicon, lexicon
from pipeline.errors import ResourceError
from pipeline.model_store import load
from pipeline.resources import model_path
from pipeline.taxonomy import Taxonomy, builtin
from pipeline.text_model import Row, TextModel, log_softmax

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

NAME = "category"
_NEEDS = ("temperature", "indicator_weight", "taxonomy")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the arrays do not say: sharpness of the probabilities, weight of one point of an indicator phrase."""

    temperature: float
    indicator_weight: float


@dataclass(frozen=True, slots=True)
class Bridge:
    """What the built-in classifier makes of a statement, carried over to another taxonomy.

    shares: one row for each built-in code, one column for each code of the other taxonomy; the rows add up to one.
    """

    base: Classifier
    shares: NDArray[numpy.float32]

    def log_probabilities(self, texts: Sequence[str]) -> NDArray[numpy.float32]:
        """Return log-probabilities, shape (texts, codes of the other taxonomy)."""
        import numpy

        views = numpy.array([scores.probabilities for scores in self.base.score_all(texts)])
        result: NDArray[numpy.float32] = numpy.log(views @ self.shares)
        return result


@dataclass(frozen=True, slots=True)
class Scores:
    """What is known of one statement; probabilities are calibrated, one for each of the classifier's codes."""

    row: Row
    indicators: tuple[Indicator, ...]
    probabilities: NDArray[numpy.float32]


@dataclass(frozen=True, slots=True)
class Classifier:
    """Scores statements; `codes` are the leaves of its taxonomy, in the order of every array of probabilities.

    places: for each code of the taxonomy the places in those arrays at or below it. parents: the category at each of
    the places. See `classifier`.
    """

    taxonomy: Taxonomy
    model: TextModel
    lexicon: Lexicon
    settings: Settings
    places: dict[str, tuple[int, ...]]
    parents: tuple[str, ...]
    bridge: Bridge | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes that a statement can be labelled with."""
        return self.model.classes

    def score(self, text: str, *, emphasis: float = 1.0) -> Scores:
        """Return the scores of a text that went through `features.clean`.

        softmax((log p(model) + w · points of the phrases) / temperature); w and temperature come with the model.
        emphasis: how many times more than in a whole statement the phrases count.
        """
        return self.score_all([text], emphasis=emphasis)[0]

    def score_all(self, texts: Sequence[str], *, emphasis: float = 1.0) -> list[Scores]:
        """Return what `score` does for each text; faster for many."""
        import numpy

        if not texts:
            return []
        rows = self.model.vocabulary.rows(texts)
        phrases = [self.lexicon.find(text) for text in texts]
        logs = self.model.log_probabilities(*rows)
        if self.bridge is not None:
            logs = logs + self.bridge.log_probabilities(texts)
        weight = numpy.float32(emphasis * self.settings.indicator_weight)
        points = numpy.array([self.points(found) for found in phrases], dtype=numpy.float32)
        together = (logs + weight * points) / numpy.float32(self.settings.temperature)
        probabilities = numpy.exp(log_softmax(together.astype(numpy.float32)))
        return [Scores(*parts) for parts in zip(rows, phrases, probabilities, strict=True)]

    def by_category(self, probabilities: NDArray[numpy.float32]) -> dict[str, float]:
        """Return the sum of the probabilities below each category, e.g. {"ZZ": 0.03, …, "QT": 0.01}."""
        sums = dict.fromkeys(self.parents, 0.0)
        for category, value in zip(self.parents, probabilities.tolist(), strict=True):
            sums[category] += value
        return sums

    def points(self, found: Iterable[Indicator]) -> list[int]:
        """Return the sum of the weights of the phrases for each code; a category's phrase counts for all below it."""
        total = [0] * len(self.codes)
        for indicator in found:
            for place in self.places[indicator.code]:
                total[place] += indicator.weight
        return total


def classifier(
    taxonomy: Taxonomy, model: TextModel, phrases: Lexicon, settings: Settings, *, bridge: Bridge | None = None
) -> Classifier:
    """Return a classifier of these parts; the model's classes are leaves of the taxonomy."""
    places = {
        code: tuple(place for place, leaf in enumerate(model.classes) if leaf in taxonomy.below(code))
        for code in taxonomy.categories
    }
    parents = tuple(taxonomy.category_of(code) for code in model.classes)
    return Classifier(taxonomy, model, phrases, settings, places, parents, bridge)


@cache
def load_classifier() -> Classifier:
    """Return the installed classifier of the built-in taxonomy."""
    return read_classifier(model_path(NAME), builtin())


def read_classifier(folder: Path, taxonomy: Taxonomy) -> Classifier:
    """Return the classifier of the built-in taxonomy that stands in a folder.

    Raises ResourceError where a file is missing or damaged, or where it was fitted to another taxonomy.
    """
    model, settings = read_parts(folder, taxonomy)
    return classifier(taxonomy, model, lexicon(), settings)


def read_parts(folder: Path, taxonomy: Taxonomy) -> tuple[TextModel, Settings]:
    """Return the model and the settings in a folder; ResourceError where they do not fit the taxonomy."""
    stored = load(folder, needs=_NEEDS)
    config = stored.config
    if config["taxonomy"]["digest"] != taxonomy.digest:
        raise ResourceError(
            f"模型 {folder.name} 是按另一个分类体系（版本 {config['taxonomy']['version']}）训练的。"
            "请用训练时的分类体系，或运行 zicha train 重新训练。"
        )
    return stored.model, Settings(float(config["temperature"]), float(config["indicator_weight"]))
