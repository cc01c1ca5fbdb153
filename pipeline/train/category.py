"""Fits the classifier: `python -m pipeline.train` writes models/category.npz and models/category.json.

The arrays are the same, byte for byte, for the same data and the same versions of Python, numpy, scipy and
scikit-learn: nothing is drawn at random, the solver runs on one thread, and the archive carries no time. `--evaluate`
prints the figures of the model card instead of writing anything. Needs scikit-learn (extra `train`); use does not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.classify.features import LONGEST, Row, Splitter, Vocabulary, clean, grams
from pipeline.classify.indicators import lexicon, variants
from pipeline.classify.linear import ARRAYS, CONFIG, LinearModel, Settings
from pipeline.classify.topics import bare_title
from pipeline.errors import ResourceError, ZichaError
from pipeline.marked import parse_marked
from pipeline.resources import corpus_path, model_path, read_table
from pipeline.taxonomy import subcategories, taxonomy_version

if TYPE_CHECKING:
    from numpy.typing import NDArray

DATE = "2026-11-24"
MIN_WRITERS = 2
INVERSE_PENALTY = 30.0
PHRASE_SHARE = 0.1
INDICATOR_WEIGHT = 0.25
TEST_WRITERS = "mn"
SENTENCES, REPORTS, PHRASES = "sentences", "reports", "phrases"
_MAX_STEPS = 1000


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """A row of corpus/sentences/writer-*.tsv."""

    code: str
    text: str
    unit: str


@dataclass(frozen=True, slots=True)
class Example:
    """A statement to learn from: who wrote it, from which kind of source, and how much it counts."""

    code: str
    text: str
    writer: str
    source: str
    share: float = 1.0


def read_examples() -> tuple[Example, ...]:
    """Return the labelled statements to learn from: single sentences first, then those of the annotated reports.

    Raises ResourceError for a code that the taxonomy lacks, a statement that stands twice, or missing files.
    """
    return (*read_sentences(), *read_reports())


def read_sentences() -> tuple[Example, ...]:
    """Return the statements of corpus/sentences/writer-*.tsv, in the order of the files."""
    known = {row.code for row in subcategories()}
    examples = []
    for path in sorted(corpus_path("sentences").glob("writer-*.tsv")):
        name = f"sentences/{path.name}"
        for row in read_table(name, SentenceRow, key=("text",)):
            if row.code not in known:
                raise ResourceError(f"{name}：类目 {row.code} 不在 taxonomy.tsv 中（{row.text[:12]}…）。请改正类目码。")
            examples.append(Example(row.code, clean(row.text), path.stem.removeprefix("writer-"), SENTENCES))
    if not examples:
        raise ResourceError("corpus/sentences 中没有 writer-*.tsv。训练须在源码目录中进行。")
    return tuple(examples)


def read_reports(*, test: bool = False) -> tuple[Example, ...]:
    """Return the problem statements of corpus/reports/*.txt with their main code.

    The first letter of a file names its writer. test: those of the writers kept for testing instead of all others.
    """
    examples = []
    paths = sorted(corpus_path("reports").glob("*.txt"))
    for path in (path for path in paths if (path.name[0] in TEST_WRITERS) is test):
        report = parse_marked(path.read_text(encoding="utf-8"))
        for problem in report.problems:
            if problem.codes:
                text = report.text[problem.start : problem.end]
                heading = any(row.start <= problem.start < row.end for row in report.headings)
                bare = bare_title(text) if heading else clean(text)
                examples.append(Example(problem.codes[0], bare, path.stem[0], REPORTS))
    return tuple(examples)


def phrase_examples(*, share: float = PHRASE_SHARE) -> tuple[Example, ...]:
    """Return the indicator phrases of subcategories as short statements that count little.

    They teach the general wording of the field (作风, 内控) to a model that has read mostly concrete facts.
    """
    rows = [row for row in lexicon().indicators if len(row.code) == 4 and row.weight >= 2]
    return tuple(Example(row.code, variants(row.pattern)[0].replace("…", ""), PHRASES, PHRASES, share) for row in rows)


def fit(examples: Sequence[Example], *, temperature: float = 1.0, split: Splitter = grams) -> LinearModel:
    """Return multinomial logistic regression with an L2 penalty over the n-grams that two writers used.

    split: what the features of a text are.
    """
    import numpy
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    codes = tuple(row.code for row in subcategories())
    vocabulary = _vocabulary(examples, split)
    rows = [vocabulary.row(example.text) for example in examples]
    wanted = numpy.array([codes.index(example.code) for example in examples])
    shares = numpy.array([example.share for example in examples])
    learner = LogisticRegression(C=INVERSE_PENALTY, max_iter=_MAX_STEPS)
    with threadpool_limits(1):
        learner.fit(_matrix(rows, len(vocabulary.places)), wanted, sample_weight=shares)
    if len(learner.classes_) != len(codes):
        raise ResourceError("有的类目没有例句。请在 corpus/sentences 中补写后再训练。")
    weights, intercept = _rounded(learner.coef_.T), learner.intercept_.astype(numpy.float32)
    return LinearModel(codes, vocabulary, weights, intercept, Settings(temperature, INDICATOR_WEIGHT))


def _vocabulary(examples: Sequence[Example], split: Splitter) -> Vocabulary:
    import numpy

    writers: dict[str, set[str]] = {}
    documents: Counter[str] = Counter()
    for example in examples:
        for gram in split(example.text):
            documents[gram] += 1
            writers.setdefault(gram, set()).add(example.writer)
    terms = sorted(term for term, who in writers.items() if len(who) >= MIN_WRITERS)
    counts = numpy.array([documents[term] for term in terms], dtype=numpy.float64)
    idf = numpy.log((1 + len(examples)) / (1 + counts)) + 1
    return Vocabulary({term: place for place, term in enumerate(terms)}, idf.astype(numpy.float32), split)


def _matrix(rows: Sequence[Row], columns: int) -> Any:
    import numpy
    from scipy.sparse import csr_matrix

    starts = numpy.cumsum([0, *(len(row.places) for row in rows)])
    values = numpy.concatenate([row.values for row in rows]).astype(numpy.float64)
    return csr_matrix((values, numpy.concatenate([row.places for row in rows]), starts), shape=(len(rows), columns))


def _rounded(weights: NDArray[Any]) -> NDArray[Any]:
    """Return the weights as the artefact will hold them, so that what is measured is what is used."""
    import numpy

    return weights.astype(numpy.float16).astype(numpy.float32)


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
    from pipeline.train.held_out import best_temperature, figures, held_out, test_figures

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
    from pipeline.train.held_out import comparison, table

    if evaluate:
        yield from comparison(read_examples(), phrase_examples(), read_reports(test=True))
    else:
        yield from table(train())
        yield f"已写入 {model_path(ARRAYS).name} 与 {model_path(CONFIG).name}。"
