"""The trained linear model of models/category.npz: a statement in, log-probabilities of the subcategories out.

Plain arrays, read by numpy alone with allow_pickle=False; what they mean stands in models/category.json.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from pipeline.classify.features import LONGEST, Row, Vocabulary
from pipeline.errors import ResourceError
from pipeline.resources import model_path
from pipeline.taxonomy import subcategories

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

ARRAYS = "category.npz"
CONFIG = "category.json"
NAMES = ("codes", "terms", "idf", "weights", "intercept")
_ADVICE = "请重新安装 zicha，或运行 python -m pipeline.train 重新训练。"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the arrays do not say: sharpness of the probabilities, weight of one point of an indicator phrase."""

    temperature: float
    indicator_weight: float


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Multinomial logistic regression over n-grams; weights has a row for each n-gram and a column for each code."""

    codes: tuple[str, ...]
    vocabulary: Vocabulary
    weights: NDArray[numpy.float32]
    intercept: NDArray[numpy.float32]
    settings: Settings

    def log_probabilities(self, row: Row) -> NDArray[numpy.float32]:
        """Return one natural log-probability for each of `codes`, of the model alone."""
        scores: NDArray[numpy.float32] = row.values @ self.weights[row.places] + self.intercept
        return log_softmax(scores)

    def by_category(self, probabilities: NDArray[numpy.float32]) -> dict[str, float]:
        """Return the sum of the probabilities below each category, e.g. {"ZZ": 0.03, …, "QT": 0.01}."""
        sums = {row.parent: 0.0 for row in subcategories()}
        for code, value in zip(self.codes, probabilities, strict=True):
            sums[code[:2]] += float(value)
        return sums

    def telling(self, row: Row, code: str, *, limit: int = 3) -> list[str]:
        """Return the n-grams of two or more characters that speak most for a code, the strongest first."""
        import numpy

        shares = row.values * self.weights[row.places, self.codes.index(code)]
        terms = list(self.vocabulary.places)
        ranked = [terms[row.places[at]] for at in numpy.argsort(-shares, kind="stable") if shares[at] > 0]
        return [term for term in ranked if len(term) > 1][:limit]


def log_softmax(scores: NDArray[numpy.float32]) -> NDArray[numpy.float32]:
    """Return scores shifted so that their exponentials add up to one."""
    import numpy

    shifted = scores - scores.max()
    result: NDArray[numpy.float32] = shifted - numpy.log(numpy.exp(shifted).sum())
    return result


@cache
def load_model() -> LinearModel:
    """Return the installed model."""
    return read_model(model_path(ARRAYS), model_path(CONFIG))


def read_model(arrays: Path, config: Path) -> LinearModel:
    """Return the model of two files.

    Raises ResourceError where one is missing or damaged, or where they, the taxonomy and this program do not fit
    together.
    """
    import numpy

    settings = _read_config(config)
    try:
        with arrays.open("rb") as raw, numpy.load(raw, allow_pickle=False) as file:
            data = {name: file[name] for name in NAMES}
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise ResourceError(f"模型文件 {arrays.name} 无法读取。{_ADVICE}") from error
    codes = tuple(str(code) for code in data["codes"])
    _check(settings, codes, data)
    places = {str(term): place for place, term in enumerate(data["terms"])}
    return LinearModel(
        codes=codes,
        vocabulary=Vocabulary(places, data["idf"].astype(numpy.float32)),
        weights=data["weights"].astype(numpy.float32),
        intercept=data["intercept"].astype(numpy.float32),
        settings=Settings(float(settings["temperature"]), float(settings["indicator_weight"])),
    )


def _read_config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ResourceError(f"模型说明 {path.name} 无法读取。{_ADVICE}") from error
    missing = [name for name in ("arrays", "longest_ngram", "temperature", "indicator_weight") if name not in config]
    if missing:
        raise ResourceError(f"模型说明 {path.name} 缺少 {'、'.join(missing)}。{_ADVICE}")
    return dict(config)


def _check(config: dict[str, Any], codes: tuple[str, ...], data: dict[str, NDArray[Any]]) -> None:
    if codes != tuple(row.code for row in subcategories()):
        raise ResourceError(f"模型的类目与 taxonomy.tsv 不一致。{_ADVICE}")
    if config["longest_ngram"] != LONGEST:
        raise ResourceError(f"模型的特征与程序不一致。{_ADVICE}")
    if any(config["arrays"].get(name) != [list(array.shape), str(array.dtype)] for name, array in data.items()):
        raise ResourceError(f"模型的数组与 {CONFIG} 不一致。{_ADVICE}")
    terms = len(data["terms"])
    if data["weights"].shape != (terms, len(codes)) or data["idf"].shape != (terms,):
        raise ResourceError(f"模型的数组大小不一致。{_ADVICE}")
