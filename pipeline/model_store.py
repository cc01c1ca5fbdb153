"""Models in folders: arrays.npz (plain arrays, no pickle), config.json, metrics.json and a card for people.

config.json says what the arrays are, what made them, and the fingerprints of the data that they were fitted to: a model
that does not fit the program's word lists, categories or corpus is refused, with the advice to train it again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from pipeline.errors import ResourceError
from pipeline.resources import corpus_path
from pipeline.text_model import Features, TextModel, vocabulary

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

ARRAYS, CONFIG, METRICS = "arrays.npz", "config.json", "metrics.json"
NAMES = ("classes", "terms", "idf", "weights", "intercept")
FORMAT = 1
CORPUS = ("sentences", "reports")
_ADVICE = "请重新安装 zicha，或运行 zicha train 重新训练。"


@dataclass(frozen=True, slots=True)
class Stored:
    """A model as it stands in a folder: the arrays made into a model, and what config.json says besides."""

    model: TextModel
    config: dict[str, Any]


def save(folder: Path, model: TextModel, config: Mapping[str, Any], metrics: Mapping[str, Any]) -> None:
    """Write arrays, config and metrics into folder, made where it does not exist.

    config: what the program needs besides the arrays (settings), and what a reader wants to know (date, seed).
    """
    import numpy

    arrays = {
        "classes": numpy.array(model.classes),
        "terms": numpy.array(model.vocabulary.terms),
        "idf": model.vocabulary.idf.astype(numpy.float32),
        "weights": model.weights.astype(numpy.float16),
        "intercept": model.intercept.astype(numpy.float32),
    }
    folder.mkdir(parents=True, exist_ok=True)
    numpy.savez_compressed(folder / ARRAYS, allow_pickle=False, **arrays)
    described = {
        "format": FORMAT,
        **config,
        "features": asdict(model.vocabulary.features),
        "arrays": {name: [list(array.shape), str(array.dtype)] for name, array in arrays.items()},
        "sha256": _digest_of((folder / ARRAYS).read_bytes()),
    }
    _write_json(folder / CONFIG, described)
    _write_json(folder / METRICS, metrics)


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def load(folder: Path, *, needs: Iterable[str] = ()) -> Stored:
    """Return the model in a folder.

    needs: settings without which the caller cannot use it. Raises ResourceError, which says how to train it again,
    where a file is missing or damaged, or where the data that it was fitted to are no longer those of the program.
    """
    config = _read_config(folder, (*needs, "features", "arrays", "sha256", "inputs"))
    for name, digest in config["inputs"].items():
        if fingerprint(name) != digest:
            raise ResourceError(f"模型 {folder.name} 训练时的 {name} 与现在的不同。{_ADVICE}")
    data = _read_arrays(folder, config)
    features = Features(**config["features"])
    terms = vocabulary(data["terms"].tolist(), _float32(data["idf"]), features)
    classes = tuple(str(name) for name in data["classes"])
    return Stored(TextModel(classes, terms, _float32(data["weights"]), _float32(data["intercept"])), config)


def _float32(array: NDArray[Any]) -> NDArray[numpy.float32]:
    import numpy

    return array.astype(numpy.float32)


def _read_config(folder: Path, needs: Iterable[str]) -> dict[str, Any]:
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ResourceError(f"模型 {folder.name} 的 {CONFIG} 缺失或无法读取。{_ADVICE}") from error
    missing = [name for name in ("format", *needs) if name not in config]
    if missing:
        raise ResourceError(f"模型 {folder.name} 的 {CONFIG} 缺少 {'、'.join(missing)}。{_ADVICE}")
    if config["format"] != FORMAT:
        raise ResourceError(f"模型 {folder.name} 的格式是 {config['format']}，程序只认 {FORMAT}。{_ADVICE}")
    return dict(config)


def _read_arrays(folder: Path, config: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    import numpy

    path = folder / ARRAYS
    try:
        if _digest_of(path.read_bytes()) != config["sha256"]:
            raise ResourceError(f"模型 {folder.name} 的 {ARRAYS} 与 {CONFIG} 不一致。{_ADVICE}")
        with path.open("rb") as raw, numpy.load(raw, allow_pickle=False) as file:
            data = {name: file[name] for name in NAMES}
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise ResourceError(f"模型 {folder.name} 的 {ARRAYS} 缺失或无法读取。{_ADVICE}") from error
    terms, classes = len(data["terms"]), len(data["classes"])
    if data["weights"].shape != (terms, classes) or data["idf"].shape != (terms,):
        raise ResourceError(f"模型 {folder.name} 的数组大小不一致。{_ADVICE}")
    return data


def fingerprints(*names: str) -> dict[str, str]:
    """Return the fingerprint of each named part of corpus/, e.g. of "lexicon/indicators.tsv" and "sentences"."""
    return {name: fingerprint(name) for name in names}


@cache
def fingerprint(name: str) -> str:
    """Return 16 hexadecimal digits of a file below corpus/, or of all files in a folder of it, names included."""
    path = corpus_path(name)
    files = sorted(item for item in path.iterdir() if item.is_file()) if path.is_dir() else [path]
    parts = []
    for file in files:
        if not file.is_file():
            raise ResourceError(f"缺少数据文件 {name}。请重新安装 zicha。")
        # Git may have turned line ends into those of Windows.
        parts.append(file.name.encode() + b"\0" + file.read_bytes().replace(b"\r\n", b"\n"))
    return _digest_of(b"\0".join(parts))[:16]


def _digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
