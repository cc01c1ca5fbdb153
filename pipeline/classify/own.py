"""A classifier for an office's own taxonomy, made at once from the names, definitions and indicators in its file.

Three views are multiplied: how near the wording is to what the file says of a category, what the built-in classifier
makes of the statement (carried over by what it makes of the file's own words), and the indicator phrases.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.classify.classifier import (
    Bridge,
    Classifier,
    Settings,
    classifier,
    load_classifier,
    read_classifier,
    read_parts,
)
from pipeline.classify.features import clean
from pipeline.classify.indicators import bare_phrase, own_lexicon
from pipeline.taxonomy import Category, Taxonomy, builtin
from pipeline.taxonomy_file import taxonomy_of
from pipeline.text_model import TextModel, Vocabulary, vocabulary

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

SETTINGS = Settings(temperature=1.0, indicator_weight=0.5)
_NEARNESS = 8.0
_LEAST_SHARE = 0.02
_OTHER_SHARE = 0.1
# Nothing is said of 其他, so it stands where hardly any other category is near.
_OTHER_NEARNESS = 0.05
_MARKS = re.compile(r"[，、；。/]")


@cache
def classifier_for(taxonomy_file: Path | None = None, model_folder: Path | None = None) -> Classifier:
    """Return the classifier of a taxonomy file and a model folder, either of which may be left out.

    Without a taxonomy it is the built-in one, without a model the shipped one, or for an own taxonomy one that is made
    of its file. Raises ResourceError where they cannot be read or do not fit together.
    """
    taxonomy = taxonomy_of(taxonomy_file)
    if taxonomy.digest == builtin().digest:
        return load_classifier() if model_folder is None else read_classifier(model_folder, taxonomy)
    if model_folder is None:
        return own_classifier(taxonomy)
    return assembled(taxonomy, *read_parts(model_folder, taxonomy))


def own_classifier(taxonomy: Taxonomy) -> Classifier:
    """Return a classifier of an own taxonomy that has no examples yet.

    Example: a file with CG01 规避招标 (indicators 化整为零, 拆分) labels "工程拆成三段分别比价" as CG01.
    """
    return assembled(taxonomy, _nearness_model(taxonomy))


def assembled(taxonomy: Taxonomy, model: TextModel, settings: Settings = SETTINGS) -> Classifier:
    """Return a classifier of an own taxonomy with this model: its phrases and its bridge come from its file."""
    return classifier(taxonomy, model, own_lexicon(taxonomy), settings, bridge=bridge(taxonomy))


def words_of(row: Category) -> tuple[str, ...]:
    """Return what a file says of a category, as short texts: name, parts of the definition, indicators."""
    parts = [row.name_zh, row.definition, *row.include, *_MARKS.split(row.definition), *row.indicators]
    return tuple(dict.fromkeys(text for text in (clean(bare_phrase(part)) for part in parts) if len(text) > 1))


def bridge(taxonomy: Taxonomy) -> Bridge:
    """Return how the built-in classifier's view is carried over: what it makes of the words of each category."""
    import numpy

    base = load_classifier()
    columns = [
        _view_of_other(base) if row.code == taxonomy.other else _view(base, words_of(row)) for row in taxonomy.leaves
    ]
    shares = numpy.array(columns, dtype=numpy.float32).T + numpy.float32(_LEAST_SHARE / len(columns))
    return Bridge(base, (shares / shares.sum(axis=1, keepdims=True)).astype(numpy.float32))


def _view_of_other(base: Classifier) -> NDArray[numpy.float32]:
    """Return the view that stands for 其他: it takes the built-in 其他, and some of what no own category speaks of."""
    import numpy

    shares = numpy.full(len(base.codes), _OTHER_SHARE, dtype=numpy.float32)
    shares[base.codes.index(base.taxonomy.other)] = 1.0
    return shares


def _view(base: Classifier, words: tuple[str, ...]) -> NDArray[numpy.float32]:
    """Return the mean probabilities that the built-in classifier gives to these words; none where there are none."""
    import numpy

    if not words:
        return numpy.zeros(len(base.codes), dtype=numpy.float32)
    result: NDArray[numpy.float32] = numpy.mean([base.score(text).probabilities for text in words], axis=0)
    return result


def _nearness_model(taxonomy: Taxonomy) -> TextModel:
    """Return a model whose scores are cosines to the words of each category, scaled; see `text_model.TextModel`."""
    import numpy

    known = _vocabulary(taxonomy)
    weights = numpy.zeros((len(known.terms), len(taxonomy.leaves)), dtype=numpy.float32)
    for column, row in enumerate(taxonomy.leaves):
        for text in words_of(row):
            vector = known.row(text)
            weights[vector.places, column] += vector.values
    lengths = numpy.sqrt((weights**2).sum(axis=0))
    weights *= _NEARNESS / numpy.maximum(lengths, 1e-6)
    classes = tuple(row.code for row in taxonomy.leaves)
    intercept = numpy.array([_NEARNESS * _OTHER_NEARNESS if code == taxonomy.other else 0.0 for code in classes])
    return TextModel(classes, known, weights, intercept.astype(numpy.float32))


def _vocabulary(taxonomy: Taxonomy) -> Vocabulary:
    """Return the n-grams of the file's words, weighted by how rare they are in the built-in model's training texts."""
    import numpy

    base = load_classifier().model.vocabulary
    terms = sorted({gram for row in taxonomy.leaves for text in words_of(row) for gram in base.features.split(text)})
    rarest = float(base.idf.max())
    idf = [float(base.idf[base.places[term]]) if term in base.places else rarest for term in terms]
    return vocabulary(terms, numpy.array(idf, dtype=numpy.float32), base.features)
