"""How good the classifier is on a writer it has not read: leave one writer out, and the figures made of that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.classify.features import LONGEST, Splitter, grams
from pipeline.classify.indicators import lexicon
from pipeline.classify.linear import LinearModel, log_softmax
from pipeline.classify.scoring import points
from pipeline.taxonomy import categories, name_of
from pipeline.train.examples import REPORTS, SENTENCES, Example
from pipeline.train.fitting import INDICATOR_WEIGHT, fit
from pipeline.words import cut

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

_BINS = 10
_TEMPERATURES = tuple(step / 20 for step in range(6, 41))


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Scores of each statement by a model that never saw its writer: one row a statement, one column a code."""

    codes: tuple[str, ...]
    gold: tuple[str, ...]
    writers: tuple[str, ...]
    sources: tuple[str, ...]
    model: NDArray[numpy.float32]
    phrases: NDArray[numpy.float32]

    def together(self, *, weight: float = INDICATOR_WEIGHT) -> NDArray[numpy.float32]:
        """Return what the classifier goes by: log-probabilities of the model and weighted points of the phrases."""
        return self.model + weight * self.phrases


def held_out(examples: Sequence[Example], further: Sequence[Example] = (), *, split: Splitter = grams) -> HeldOut:
    """Return the scores with each writer left out once; further examples are learnt from in every round."""
    import numpy

    scores: dict[int, NDArray[numpy.float32]] = {}
    codes: tuple[str, ...] = ()
    for writer in sorted({example.writer for example in examples}):
        rest = [example for example in examples if example.writer != writer]
        model = fit([*rest, *further], split=split)
        codes = model.codes
        for number, example in enumerate(examples):
            if example.writer == writer:
                scores[number] = model.log_probabilities(model.vocabulary.row(example.text))
    return HeldOut(
        codes=codes,
        gold=tuple(example.code for example in examples),
        writers=tuple(example.writer for example in examples),
        sources=tuple(example.source for example in examples),
        model=numpy.array([scores[number] for number in range(len(examples))]),
        phrases=numpy.array([points(lexicon().find(example.text), codes) for example in examples]),
    )


def test_figures(model: LinearModel, examples: Sequence[Example]) -> dict[str, Any]:
    """Return the agreement and calibration of a model on statements by writers that it has not learnt from."""
    import numpy

    tested = HeldOut(
        codes=model.codes,
        gold=tuple(example.code for example in examples),
        writers=tuple(example.writer for example in examples),
        sources=tuple(example.source for example in examples),
        model=numpy.array([model.log_probabilities(model.vocabulary.row(example.text)) for example in examples]),
        phrases=numpy.array([points(lexicon().find(example.text), model.codes) for example in examples]),
    )
    values = probabilities(tested.together(), model.settings.temperature)
    return {**agreement(tested, values), "calibration": calibration(tested, values)}


def probabilities(scores: NDArray[numpy.float32], temperature: float = 1.0) -> NDArray[numpy.float32]:
    """Return the rows of scores as probabilities."""
    import numpy

    return numpy.array([numpy.exp(log_softmax(row / temperature)) for row in scores])


def best_temperature(tested: HeldOut, *, without: str | None = None) -> float:
    """Return the temperature of the least log-loss over subcategories, among steps of 0.05."""
    import numpy

    kept = [number for number, writer in enumerate(tested.writers) if writer != without]
    scores, wanted = tested.together()[kept], [tested.codes.index(tested.gold[number]) for number in kept]
    losses = {
        step: -float(numpy.log(probabilities(scores, step)[range(len(kept)), wanted] + 1e-12).mean())
        for step in _TEMPERATURES
    }
    return min(losses, key=lambda step: losses[step])


def figures(tested: HeldOut) -> dict[str, Any]:
    """Return the figures of the model card; each writer is calibrated by the temperature of the others."""
    import numpy

    scores = tested.together()
    parts = {writer: best_temperature(tested, without=writer) for writer in sorted(set(tested.writers))}
    calibrated = numpy.concatenate(
        [probabilities(scores[number : number + 1], parts[writer]) for number, writer in enumerate(tested.writers)]
    )
    result = agreement(tested, calibrated)
    result["by_source"] = {name: agreement(tested, calibrated, source=name) for name in (SENTENCES, REPORTS)}
    result["calibration"] = calibration(tested, calibrated)
    result["by_category"] = by_category(tested, calibrated)
    return result


def agreement(tested: HeldOut, values: NDArray[numpy.float32], *, source: str | None = None) -> dict[str, Any]:
    """Return how many statements there are, and the shares whose category and subcategory are right.

    source: only statements of this kind of source count.
    """
    kept = [number for number, name in enumerate(tested.sources) if source in (None, name)]
    category, leaf = _choices(tested.codes, values[kept])
    gold_leaf = [tested.gold[number] for number in kept]
    gold = [code[:2] for code in gold_leaf]
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
    gold = numpy.array([names.index(code[:2]) for code in tested.gold])
    sure, right = sums.max(axis=1), sums.argmax(axis=1) == gold
    bins = numpy.minimum((sure * _BINS).astype(int), _BINS - 1)
    gaps = [abs(float((sure[bins == b] - right[bins == b]).sum())) for b in range(_BINS)]
    exact = numpy.eye(len(names))[gold]
    brier = float(((sums - exact) ** 2).sum(axis=1).mean())
    return {"ece": round(sum(gaps) / len(gold), 4), "brier": round(brier, 4)}


def by_category(tested: HeldOut, values: NDArray[numpy.float32]) -> dict[str, dict[str, float]]:
    """Return precision, recall, F1 and number of statements of each category."""
    category, _ = _choices(tested.codes, values)
    gold = [code[:2] for code in tested.gold]
    names = [code for code in categories() if len(code) == 2]
    return {name: {**_scores(name, category, gold), "statements": gold.count(name)} for name in names}


def _choices(codes: tuple[str, ...], values: NDArray[numpy.float32]) -> tuple[list[str], list[str]]:
    names, sums = _sums(codes, values)
    category = [names[place] for place in sums.argmax(axis=1)]
    rows = [dict(zip(codes, row, strict=True)) for row in values.tolist()]
    leaf = [
        max((code for code in codes if code[:2] == best), key=row.__getitem__)
        for best, row in zip(category, rows, strict=True)
    ]
    return category, leaf


def _sums(codes: tuple[str, ...], values: NDArray[numpy.float32]) -> tuple[list[str], NDArray[numpy.float32]]:
    import numpy

    names = sorted({code[:2] for code in codes})
    return names, numpy.array(
        [values[:, [place for place, code in enumerate(codes) if code[:2] == name]].sum(axis=1) for name in names]
    ).T


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


def comparison(examples: Sequence[Example], phrases: Sequence[Example], test: Sequence[Example]) -> Iterator[str]:
    """Yield the lines of the leave-one-writer-out table, the adopted figures, and those of the writers for testing."""
    yield "逐一留出写作者的评测（类目准确率、类目宏F1、子类准确率、子类宏F1）"
    for name, split in _others():
        plain = held_out(examples, split=split)
        yield _line(f"仅模型（{name}）", agreement(plain, probabilities(plain.model)))
    plain = held_out(examples)
    yield _line("仅提示语", agreement(plain, probabilities(plain.phrases)))
    yield _line(f"仅模型（1–{LONGEST} 字）", agreement(plain, probabilities(plain.model)))
    yield _line("模型 + 提示语计分", agreement(plain, probabilities(plain.together())))
    tested = held_out(examples, phrases)
    yield _line("模型（提示语作例句）", agreement(tested, probabilities(tested.model)))
    yield _line("二者（采用）", agreement(tested, probabilities(tested.together())))
    temperature = best_temperature(tested)
    yield f"温度 {temperature}"
    model = fit([*examples, *phrases], temperature=temperature)
    yield from table({**figures(tested), "test": test_figures(model, test)})


def _others() -> Iterator[tuple[str, Splitter]]:
    """Yield the features that were tried and not taken."""
    yield "1–3 字", partial(grams, longest=3)
    yield "2–4 字", partial(grams, shortest=2, longest=4)
    yield "词", _words
    yield f"1–{LONGEST} 字与词", lambda text: grams(text) + _words(text)


def _words(text: str) -> Counter[str]:
    return Counter(f"词：{word}" for word in cut(text) if word.isalpha())


def table(metrics: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of the adopted classifier's figures."""
    yield _line("采用（校准后）", metrics)
    for name, row in metrics["by_source"].items():
        yield _line(f"  其中 {name}（{row['statements']}句）", row)
    if (test := metrics["test"])["statements"]:
        yield _line(f"测试写作者（{test['statements']}句，未参与训练）", test)
    yield f"校准：ECE {metrics['calibration']['ece']:.3f}，Brier {metrics['calibration']['brier']:.3f}"
    for code, row in metrics["by_category"].items():
        cells = f"P {row['precision']:.3f}  R {row['recall']:.3f}  F1 {row['f1']:.3f}  n {row['statements']}"
        yield f"{code} {name_of(code)}  {cells}"


def _line(name: str, metrics: dict[str, Any]) -> str:
    keys = ("category_accuracy", "category_macro_f1", "subcategory_accuracy", "subcategory_macro_f1")
    return f"{name}  " + "  ".join(f"{metrics[key]:.3f}" for key in keys)
