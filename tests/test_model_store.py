"""Models in folders: they come back as they were, and what does not fit is refused with what to do."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy
import pytest

from pipeline import model_store
from pipeline.classify.classifier import read_classifier
from pipeline.errors import ResourceError
from pipeline.model_store import ARRAYS, CONFIG, NAMES, fingerprint, load, save
from pipeline.problem_model import problem_model
from pipeline.resources import corpus_path, model_path
from pipeline.taxonomy import Taxonomy, builtin
from pipeline.text_model import Features, TextModel, vocabulary

SHIPPED = ("category", "problem", "roles")


def made_model() -> TextModel:
    known = vocabulary(["挂账", "开会"], numpy.array([1.5, 2.5], dtype=numpy.float32), Features(2, 2))
    weights = numpy.array([[0.5, 0], [0, -0.25]], dtype=numpy.float32)
    return TextModel(("NK", "DJ"), known, weights, numpy.array([0.1, 0.2], dtype=numpy.float32))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(tmp_path / "本局", made_model(), {"inputs": {}, "seed": None}, {"made": True})
    return tmp_path / "本局"


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """Return a copy of the shipped classifier that a test may damage."""
    return Path(shutil.copytree(model_path("category"), tmp_path / "category"))


def changed(folder: Path, **values: Any) -> Path:
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    for key, value in values.items():
        config.pop(key) if value is None else config.update({key: value})
    (folder / CONFIG).write_text(json.dumps(config), encoding="utf-8")
    return folder


def test_a_saved_model_comes_back(folder: Path) -> None:
    stored = load(folder)
    assert stored.model.classes == ("NK", "DJ")
    assert stored.model.vocabulary.features == Features(2, 2)
    assert numpy.array_equal(stored.model.weights, made_model().weights)
    assert numpy.array_equal(stored.model.of_texts(["挂账"]), made_model().of_texts(["挂账"]))


def test_saving_twice_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    save(tmp_path / "again", made_model(), {"inputs": {}, "seed": None}, {"made": True})
    for file in folder.iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"format": 9}, "格式是 9"),
        ({"features": None}, "缺少 features"),
        ({"sha256": "0"}, "arrays.npz 与 config.json 不一致"),
        ({"inputs": {"taxonomy.toml": "0"}}, "训练时的 taxonomy.toml 与现在的不同"),
        ({"inputs": {"sentences": "0"}}, "训练时的 sentences 与现在的不同"),
    ],
)
def test_load_refuses_what_does_not_fit_and_says_how_to_train(
    folder: Path, values: dict[str, Any], message: str
) -> None:
    with pytest.raises(ResourceError, match=message) as caught:
        load(changed(folder, **values))
    assert "zicha train" in str(caught.value)


def test_load_refuses_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="无.*config.json 缺失"):
        load(tmp_path / "无")


def test_load_refuses_pickled_arrays(folder: Path) -> None:
    numpy.savez(folder / ARRAYS, **{name: numpy.array([None], dtype=object) for name in NAMES})
    with pytest.raises(ResourceError, match="无法读取"):
        load(changed(folder, sha256=sha256((folder / ARRAYS).read_bytes()).hexdigest()))


def test_load_refuses_truncated_arrays(folder: Path) -> None:
    (folder / ARRAYS).write_bytes((folder / ARRAYS).read_bytes()[:100])
    with pytest.raises(ResourceError, match="不一致"):
        load(folder)


def test_load_asks_for_the_settings_that_the_caller_needs(folder: Path) -> None:
    with pytest.raises(ResourceError, match="缺少 temperature"):
        load(folder, needs=("temperature",))


def test_read_classifier_refuses_another_taxonomy(shipped: Path) -> None:
    other = Taxonomy("别的", "9", "QT00", "0123456789ab", builtin().categories)
    with pytest.raises(ResourceError, match="另一个分类体系"):
        read_classifier(shipped, other)


def test_a_fingerprint_changes_with_the_content_and_not_with_line_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_store, "corpus_path", lambda name: tmp_path / name)
    file = tmp_path / "table.tsv"
    prints = []
    for content in (b"a\nb\n", b"a\r\nb\r\n", b"a\nc\n"):
        file.write_bytes(content)
        prints.append(fingerprint.__wrapped__("table.tsv"))
    assert prints[0] == prints[1] != prints[2]


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_models_are_plain_arrays_with_config_metrics_and_card(name: str) -> None:
    folder = model_path(name)
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    with numpy.load(folder / ARRAYS, allow_pickle=False) as file:
        assert set(file.files) == set(NAMES)
        assert {item: [list(file[item].shape), str(file[item].dtype)] for item in NAMES} == config["arrays"]
    assert (folder / ARRAYS).stat().st_size < 6_000_000
    assert json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert (folder / "CARD.md").read_text(encoding="utf-8").startswith("# Model card")
    assert all(corpus_path(item).exists() for item in config["inputs"])


def test_problem_model_is_loaded_once() -> None:
    assert problem_model() is problem_model()
