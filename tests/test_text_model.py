"""Linear models over n-grams and words: features, vectors, probabilities, what speaks for a class."""

from __future__ import annotations

import numpy
import pytest

from pipeline.text_model import Features, TextModel, log_softmax, vocabulary


def model() -> TextModel:
    """Return a model of two classes that tells 账 from 会."""
    known = vocabulary(["账", "会", "挂账", "开会"], numpy.ones(4, dtype=numpy.float32), Features(1, 2))
    weights = numpy.array([[2, 0], [0, 2], [4, 0], [0, 4]], dtype=numpy.float32)
    return TextModel(("NK", "DJ"), known, weights, numpy.zeros(2, dtype=numpy.float32))


def test_features_do_not_reach_over_punctuation_and_figures() -> None:
    assert Features(1, 2).split("未报，批3件") == {"未": 1, "报": 1, "未报": 1, "批": 1, "件": 1}


def test_features_of_everything_keep_punctuation_and_figures() -> None:
    assert Features(2, 2, letters_only=False).split("未，3") == {"未，": 1, "，3": 1}


def test_features_count_words_of_two_characters_and_more() -> None:
    found = Features(1, 1, words=True).split("压实主体责任。")
    assert found["词：主体责任"] == 1
    assert not any(len(feature.removeprefix("词：")) < 2 for feature in found if feature.startswith("词："))


def test_a_row_has_length_one_and_leaves_what_it_does_not_know() -> None:
    row = model().vocabulary.row("挂账驴")
    assert sorted(model().vocabulary.terms[place] for place in row.places) == ["挂账", "账"]
    assert numpy.linalg.norm(row.values) == pytest.approx(1)


def test_a_row_of_nothing_known_is_empty_and_the_classes_are_even() -> None:
    row = model().vocabulary.row("驴")
    assert len(row.places) == 0
    assert numpy.exp(model().log_probabilities(row)) == pytest.approx(numpy.array([[0.5, 0.5]]))


TEXTS = ("挂账开会，挂账", "", "驴", "账", "A挂账b账 会", "开会\U00020000挂账\ud800")


@pytest.mark.parametrize("features", [Features(1, 2), Features(2, 3), Features(1, 3, letters_only=False)])
def test_rows_are_the_rows_of_each_text(features: Features) -> None:
    terms = ["会", "账", "开会", "A挂", "挂账", "b", "会，挂", "开会\U00020000", "词：挂账", "账\ud800", "驴"]
    known = vocabulary(terms, numpy.linspace(1, 2, len(terms), dtype=numpy.float32), features)
    for row, text in zip(known.rows(TEXTS), TEXTS, strict=True):
        alone = known.row(text)
        order = alone.places.argsort()
        assert row.places.tolist() == alone.places[order].tolist(), text
        assert row.values == pytest.approx(alone.values[order]), text
        assert row.values.dtype == numpy.float32


def test_rows_with_words_or_long_n_grams_are_made_one_by_one() -> None:
    known = vocabulary(["挂账开会", "挂账", "词：开会"], numpy.ones(3, dtype=numpy.float32), Features(2, 4, words=True))
    assert [len(row.places) for row in known.rows(["挂账开会", "挂账"])] == [3, 1]
    assert known.rows([]) == []


def test_a_row_takes_further_features() -> None:
    known = vocabulary(["cue:x"], numpy.ones(1, dtype=numpy.float32), Features())
    assert len(known.row("驴", further=("cue:x", "cue:y")).places) == 1


def test_of_texts_gives_a_row_a_text_and_none_for_none() -> None:
    logs = model().of_texts(["挂账", "开会"])
    assert logs.argmax(axis=1).tolist() == [0, 1]
    assert model().of_texts([]).shape == (0, 2)


def test_telling_names_what_speaks_for_a_class_and_against_another() -> None:
    row = model().vocabulary.row("开会挂账")
    assert model().telling(row, "NK") == ["挂账"]
    assert model().telling(row, "DJ", against="NK") == ["开会"]


def test_log_softmax_of_rows_adds_up_to_one() -> None:
    values = numpy.exp(log_softmax(numpy.array([[1000.0, 999.0], [0.0, 0.0]], dtype=numpy.float32)))
    assert values.sum(axis=1) == pytest.approx([1, 1])
