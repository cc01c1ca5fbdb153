"""Fits the classifier: `python -m pipeline.train` writes models/category.npz and models/category.json.

The arrays are the same, byte for byte, for the same data and the same versions of Python, numpy, scipy and
scikit-learn: nothing is drawn at random, the solver runs on one thread, and the archive carries no time. `--evaluate`
prints the figures of the model card instead of writing anything. Needs scikit-learn (extra `train`); use does not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.classify.features import LONGEST
from pipeline.classify.linear import ARRAYS, CONFIG, LinearModel
from pipeline.errors import ZichaError
from pipeline.resources import model_path
from pipeline.taxonomy import taxonomy_version
from pipeline.train.examples import PHRASE_SHARE, phrase_examples, read_examples, read_reports
from pipeline.train.fitting import INVERSE_PENALTY, MIN_WRITERS, fit
from pipeline.train.held_out import best_temperature, comparison, figures, held_out, table, test_figures

DATE = "2026-11-24"


def write_model(model: LinearModel, metrics: dict[str, Any], *, folder: Path | None = None) -> None:
    """Write both files of the model into folder, models/ where it is None."""
    import numpy

    arrays = {
        "codes": numpy.array(model.codes),
        "terms": numpy.array(list(model.vocabulary.places)),
        "idf": model.vocabulary.idf.astype(numpy.float32),
        "weights": model.weights.astype(numpy.float16),
        "intercept": model.intercept.astype(numpy.float32),
    }
    target = (folder / ARRAYS) if folder else model_path(ARRAYS)
    numpy.savez_compressed(target, allow_pickle=False, **arrays)
    shapes = {name: [list(array.shape), str(array.dtype)] for name, array in arrays.items()}
    config = _config(model, shapes, hashlib.sha256(target.read_bytes()).hexdigest(), metrics)
    text = json.dumps(config, ensure_ascii=False, indent=2) + "\n"
    target.with_name(CONFIG).write_text(text, encoding="utf-8")


def _config(model: LinearModel, shapes: dict[str, Any], digest: str, metrics: dict[str, Any]) -> dict[str, Any]:
    from importlib.metadata import version

    return {
        "date": DATE,
        "taxonomy_version": taxonomy_version(),
        "longest_ngram": LONGEST,
        "min_writers": MIN_WRITERS,
        "inverse_penalty": INVERSE_PENALTY,
        "phrase_share": PHRASE_SHARE,
        "indicator_weight": model.settings.indicator_weight,
        "temperature": model.settings.temperature,
        "arrays": shapes,
        "sha256": digest,
        "made_with": {name: version(name) for name in ("numpy", "scipy", "scikit-learn")},
        "metrics": metrics,
    }


def train(*, folder: Path | None = None) -> dict[str, Any]:
    """Fit on all writers but those for testing, with the temperature of held-out writers; write the files.

    Returns the figures of held-out writers, and under "test" those of the writers for testing.
    """
    examples = read_examples()
    tested = held_out(examples, phrase_examples())
    temperature = best_temperature(tested)
    model = fit([*examples, *phrase_examples()], temperature=temperature)
    metrics = {**figures(tested), "test": test_figures(model, read_reports(test=True))}
    write_model(model, metrics, folder=folder)
    return metrics


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status is 0, or 1 with a message for the user."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.train", description="训练问题分类模型")
    parser.add_argument("--evaluate", action="store_true", help="只评测（逐一留出写作者），不写文件")
    try:
        for line in _run(evaluate=parser.parse_args(arguments).evaluate):
            print(line, flush=True)
    except ZichaError as error:
        print(error)
        return 1
    except ImportError as error:
        print(f"缺少 {error.name}：训练需要 scikit-learn。请运行 pip install 'zicha[train]'。")
        return 1
    return 0


def _run(*, evaluate: bool) -> Iterator[str]:
    if evaluate:
        yield from comparison(read_examples(), phrase_examples(), read_reports(test=True))
    else:
        yield from table(train())
        yield f"已写入 {model_path(ARRAYS).name} 与 {model_path(CONFIG).name}。"
