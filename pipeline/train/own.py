"""Fits a classifier for one office: its own categories, its own examples, the corrections of its people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.classify.classifier import Classifier
from pipeline.classify.features import clean
from pipeline.classify.own import assembled, classifier_for, words_of
from pipeline.errors import ReadError
from pipeline.lines import read_lines
from pipeline.model_store import fingerprints, save
from pipeline.taxonomy import Taxonomy, builtin
from pipeline.train.category import DATE, INDICATORS, RECIPE, fit_category, learnt_from, versions
from pipeline.train.examples import Example
from pipeline.train.fitting import Labelled, fit

# A correction is worth more than a sentence of the corpus: it is about the office's own wording.
CORRECTION_SHARE = 3.0
_WORDS_SHARE = 0.3
_OWN = "own"


@dataclass(frozen=True, slots=True)
class OwnExample:
    """A statement and the code that an office gives to it."""

    code: str
    text: str


def read_own_examples(file: Path, taxonomy: Taxonomy) -> tuple[OwnExample, ...]:
    """Return the examples of a text file with a code, a tab and a statement a line.

    A first line that begins with "code" is a heading. Raises ReadError, which names the line, for an unknown code or a
    line of another form.
    """
    known = {row.code for row in taxonomy.leaves}
    examples = []
    for number, line in enumerate(read_lines(str(file)), start=1):
        if not line.strip() or line.startswith("#") or (number == 1 and line.startswith("code")):
            continue
        code, tab, text = line.partition("\t")
        if not tab or not text.strip():
            raise ReadError(file.name, f"第{number}行不是“类目码、制表符、句子”的形式", "请改正后重试")
        if code.strip() not in known:
            raise ReadError(file.name, f"第{number}行的类目 {code} 不在分类体系中，或不是最下一级", "请改正后重试")
        examples.append(OwnExample(code.strip(), text.strip()))
    return tuple(examples)


def reviewed_examples(store: Path, taxonomy: Taxonomy) -> tuple[OwnExample, ...]:
    """Return what people said of findings in a store of corrections: the latest subcategory of each statement.

    Statements that are no problem, and codes that the taxonomy does not know, are left out. Raises ResourceError where
    the store cannot be read.
    """
    from pipeline.review import latest, read

    known = {row.code for row in taxonomy.leaves}
    corrections = latest(read(store)).values()
    refused = {
        (one.report_id, one.start, one.end) for one in corrections if (one.field, one.new) == ("is_problem", "no")
    }
    return tuple(
        OwnExample(one.new, one.text)
        for one in corrections
        if one.field == "subcategory" and one.new in known and (one.report_id, one.start, one.end) not in refused
    )


def fit_own(examples: Sequence[OwnExample], taxonomy: Taxonomy) -> Classifier:
    """Return a classifier that has learnt from an office's examples.

    With the built-in taxonomy they are learnt beside the corpus; with another one, beside what its file says of each
    category.
    """
    if taxonomy.digest == builtin().digest:
        settings = classifier_for().settings
        own = [
            Example(one.code, clean(one.text), f"{_OWN}{number}", _OWN, CORRECTION_SHARE)
            for number, one in enumerate(examples)
        ]
        return fit_category([*learnt_from(), *own], temperature=settings.temperature)
    texts = [Labelled(clean(one.text), one.code, number) for number, one in enumerate(examples)]
    texts += [
        Labelled(words, row.code, f"{row.code}{place}", _WORDS_SHARE)
        for row in taxonomy.leaves
        for place, words in enumerate((row.name_zh, *words_of(row)))
    ]
    model = fit(texts, RECIPE, classes=[row.code for row in taxonomy.leaves])
    return assembled(taxonomy, model)


def save_own(folder: Path, made: Classifier, examples: Sequence[OwnExample]) -> None:
    """Write an office's classifier into folder, with how many examples each code had."""
    config = {
        "kind": "own category",
        "date": DATE,
        "taxonomy": {"version": made.taxonomy.version, "digest": made.taxonomy.digest},
        "temperature": made.settings.temperature,
        "indicator_weight": made.settings.indicator_weight,
        "inverse_penalty": RECIPE.inverse_penalty,
        "seed": None,
        "inputs": fingerprints(INDICATORS),
        "made_with": versions(),
    }
    counts = Counter(one.code for one in examples)
    save(folder, made.model, config, {"examples": {row.code: counts[row.code] for row in made.taxonomy.leaves}})
