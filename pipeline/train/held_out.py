"""How good the classifier is on a writer it has not read: writers left out in groups, and the figures made of that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.classify.classifier import Classifier
from pipeline.taxonomy import builtin, categories
from pipeline.text_model import log_softmax
from pipeline.train.category import INDICATOR_WEIGHT, fit_category
from pipeline.train.examples import PAIRS, REPORTS, SENTENCES, Example

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

Fit = Callable[[Sequence[Example]], Classifier]

_BINS = 10
_GROUPS = 8
_TEMPERATURES = tuple(step / 20 for step in range(6, 41))


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Scores of each statement by a model that never saw its writer: one row a statement, one column a code."""

    codes: tuple[str, ...]
    examples: tuple[Example, ...]
    model: NDArray[numpy.float32]
    phrases: NDArray[numpy.float32]

    def together(self, *, weight: float = INDICATOR_WEIGHT) -> NDArray[numpy.float32]:
        """Return what the classifier goes by: log-probabilities of the model and weighted points of the phrases."""
        return self.model + weight * self.phrases


def writer_groups(examples: Sequence[Example]) -> list[set[str]]:
    """Return the writers dealt into eight groups, in the order of the alphabet."""
    writers = sorted({example.writer for example in examples})
    return [set(writers[start::_GROUPS]) for start in range(min(_GROUPS, len(writers)))]


def held_out(examples: Sequence[Example], further: Sequence[Example] = (), *, fit: Fit = fit_category) -> HeldOut:
    """Return the scores of each statement by a model that has read nothing by its writer.

    Each group of writers is left out once; further examples are learnt from in every round.
    """
    import numpy

    parts: dict[int, tuple[NDArray[numpy.float32], NDArray[numpy.float32]]] = {}
    codes: tuple[str, ...] = ()
    for group in writer_groups(examples):
        made = fit([*(example for example in examples if example.writer not in group), *further])
        codes = made.codes
        numbers = [number for number, example in enumerate(examples) if example.writer in group]
        scored = scored_by(made, [examples[number] for number in numbers])
        parts |= dict(zip(numbers, zip(scored.model, scored.phrases, strict=True), strict=True))
    order = range(len(examples))
    model, phrases = (numpy.array([parts[number][side] for number in order]) for side in (0, 1))
    return HeldOut(codes, tuple(examples), model, phrases)


def scored_by(made: Classifier, examples: Sequence[Example]) -> HeldOut:
    """Return the scores that one classifier gives to statements, which it should not have learnt from."""
    import numpy

    model = made.model.of_texts([example.text for example in examples])
    phrases = [made.points(made.lexicon.find(example.text)) for example in examples]
    return HeldOut(made.codes, tuple(examples), model, numpy.array(phrases, dtype=numpy.float32))


def test_figures(made: Classifier, examples: Sequence[Example]) -> dict[str, Any]:
    """Return agreement and calibration of a classifier on statements by writers that it has not learnt from."""
    tested = scored_by(made, examples)
    values = probabilities(tested.together(), made.settings.temperature)
    return {
        **agreement(tested, values),
        "by_source": _by_source(tested, values),
        "calibration": calibration(tested, values),
        "reliability": reliability(tested, values),
    }


def probabilities(scores: NDArray[numpy.float32], temperature: float = 1.0) -> NDArray[numpy.float32]:
    """Return the rows of scores as probabilities."""
    import numpy

    return numpy.exp(log_softmax(scores / numpy.float32(temperature)))


def best_temperature(tested: HeldOut, *, without: str | None = None) -> float:
    """Return the temperature of the least log-loss over subcategories, among steps of 0.05."""
    import numpy

    kept = [number for number, example in enumerate(tested.examples) if example.writer != without]
    scores, wanted = tested.together()[kept], [tested.codes.index(tested.examples[number].code) for number in kept]
    losses = {
        step: -float(numpy.log(probabilities(scores, step)[range(len(kept)), wanted] + 1e-12).mean())
        for step in _TEMPERATURES
    }
    return min(losses, key=lambda step: losses[step])


def figures(tested: HeldOut) -> dict[str, Any]:
    """Return the figures of the model card; each writer is calibrated by the temperature of the others."""
    import numpy

    scores = tested.together()
    writers = [example.writer for example in tested.examples]
    parts = {writer: best_temperature(tested, without=writer) for writer in sorted(set(writers))}
    calibrated = numpy.concatenate(
        [probabilities(scores[number : number + 1], parts[writer]) for number, writer in enumerate(writers)]
    )
    return {
        **agreement(tested, calibrated),
        "by_source": _by_source(tested, calibrated),
        "calibration": calibration(tested, calibrated),
        "reliability": reliability(tested, calibrated),
        "by_category": by_category(tested, calibrated),
    }


def _by_source(tested: HeldOut, values: NDArray[numpy.float32]) -> dict[str, Any]:
    present = {example.source for example in tested.examples}
    names = [name for name in (SENTENCES, PAIRS, REPORTS) if name in present]
    return {name: agreement(tested, values, source=name) for name in names}


def agreement(tested: HeldOut, values: NDArray[numpy.float32], *, source: str | None = None) -> dict[str, Any]:
    """Return how many statements there are, and the shares whose category and subcategory are right.

    source: only statements of this kind of source count.
    """
    kept = [number for number, example in enumerate(tested.examples) if source in (None, example.source)]
    category, leaf = _choices(tested.codes, values[kept])
    gold_leaf = [tested.examples[number].code for number in kept]
    gold = [builtin().category_of(code) for code in gold_leaf]
    return {
        "statements": len(gold),
        "category_accuracy": _share(category, gold),
        "category_macro_f1": _macro_f1(category, gold),
        "subcategory_accuracy": _share(leaf, gold_leaf),
        "subcategory_macro_f1": _macro_f1(leaf, gold_leaf),
    }


def calibration(tested: HeldOut, values: NDArray[numpy.float32]) -> dict[str, float]:
    """Return the expected calibration error (ten even bins) and the Brier score (0 to 2) of categories."""
    import numpy

    names, sums = _sums(tested.codes, values)
    gold = _gold_places(tested, names)
    exact = numpy.eye(len(names))[gold]
    brier = float(((sums - exact) ** 2).sum(axis=1).mean())
    bins = reliability(tested, values)
    ece = sum(abs(row["mean_probability"] - row["right"]) * row["statements"] for row in bins) / len(gold)
    return {"ece": round(ece, 4), "brier": round(brier, 4)}


def reliability(tested: HeldOut, values: NDArray[numpy.float32]) -> list[dict[str, float]]:
    """Return the reliability diagram of categories: for each tenth of probability what share was right."""
    import numpy

    names, sums = _sums(tested.codes, values)
    sure, right = sums.max(axis=1), sums.argmax(axis=1) == _gold_places(tested, names)
    bins = numpy.minimum((sure * _BINS).astype(int), _BINS - 1)
    return [
        {
            "from": number / _BINS,
            "statements": int((bins == number).sum()),
            "mean_probability": round(float(sure[bins == number].mean()), 4),
            "right": round(float(right[bins == number].mean()), 4),
        }
        for number in range(_BINS)
        if (bins == number).any()
    ]


def _gold_places(tested: HeldOut, names: Sequence[str]) -> NDArray[numpy.int64]:
    import numpy

    return numpy.array([names.index(builtin().category_of(example.code)) for example in tested.examples])


def by_category(tested: HeldOut, values: NDArray[numpy.float32]) -> dict[str, dict[str, float]]:
    """Return precision, recall, F1 and number of statements of each category."""
    category, _ = _choices(tested.codes, values)
    gold = [builtin().category_of(example.code) for example in tested.examples]
    names = [row.code for row in categories().values() if row.level == "1"]
    return {name: {**_scores(name, category, gold), "statements": gold.count(name)} for name in names}


def _choices(codes: tuple[str, ...], values: NDArray[numpy.float32]) -> tuple[list[str], list[str]]:
    """Return the category of the greatest sum of each row, and the best subcategory inside it."""
    names, sums = _sums(codes, values)
    category = [names[place] for place in sums.argmax(axis=1)]
    inside = {name: [codes.index(code) for code in codes if builtin().category_of(code) == name] for name in names}
    leaf = [codes[max(inside[best], key=row.__getitem__)] for best, row in zip(category, values.tolist(), strict=True)]
    return category, leaf


def _sums(codes: tuple[str, ...], values: NDArray[numpy.float32]) -> tuple[list[str], NDArray[numpy.float32]]:
    import numpy

    parents = [builtin().category_of(code) for code in codes]
    names = sorted(set(parents))
    columns = [[place for place, parent in enumerate(parents) if parent == name] for name in names]
    return names, numpy.array([values[:, places].sum(axis=1) for places in columns]).T


def _share(found: Sequence[str], gold: Sequence[str]) -> float:
    return round(sum(a == b for a, b in zip(found, gold, strict=True)) / len(gold), 4)


def _scores(name: str, found: Sequence[str], gold: Sequence[str]) -> dict[str, float]:
    hits = sum(a == b == name for a, b in zip(found, gold, strict=True))
    precision, recall = hits / max(found.count(name), 1), hits / max(gold.count(name), 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def _macro_f1(found: Sequence[str], gold: Sequence[str]) -> float:
    names = sorted(set(gold))
    return round(sum(_scores(name, found, gold)["f1"] for name in names) / len(names), 4)
