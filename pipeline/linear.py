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

from pipeline.errors import ResourceError
from pipeline.features import LONGEST, Row, Vocabulary
from pipeline.resources import model_path
from pipeline.taxonomy import subcategories

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

ARRAYS = "category.npz"
CONFIG = "category.json"
NAMES = ("codes", "terms", "idf", "weights", "intercept")


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
        with numpy.load(arrays, allow_pickle=False) as file:
            data = {name: file[name] for name in NAMES}
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise ResourceError(f"模型文件 {arrays.name} 无法读取。请重新安装 zicha，或运行 python -m pipeline.train。") from error
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
        raise ResourceError(f"模型说明 {path.name} 无法读取。请重新安装 zicha，或运行 python -m pipeline.train。") from error
    missing = [name for name in ("arrays", "longest_ngram", "temperature", "indicator_weight") if name not in config]
    if missing:
        raise ResourceError(f"模型说明 {path.name} 缺少 {'、'.join(missing)}。请运行 python -m pipeline.train 重新生成。")
    return dict(config)


def _check(config: dict[str, Any], codes: tuple[str, ...], data: dict[str, NDArray[Any]]) -> None:
    advice = "请运行 python -m pipeline.train 重新训练。"
    if codes != tuple(row.code for row in subcategories()):
        raise ResourceError(f"模型的类目与 taxonomy.tsv 不一致。{advice}")
    if config["longest_ngram"] != LONGEST:
        raise ResourceError(f"模型的特征与程序不一致。{advice}")
    if any(config["arrays"].get(name) != [list(array.shape), str(array.dtype)] for name, array in data.items()):
        raise ResourceError(f"模型的数组与 {CONFIG} 不一致。{advice}")
    terms = len(data["terms"])
    if data["weights"].shape != (terms, len(codes)) or data["idf"].shape != (terms,):
        raise ResourceError(f"模型的数组大小不一致。{advice}")
