"""The labelled statements that the classifier learns from and is tested on: sentences, reports, indicator phrases."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.classify.features import clean
from pipeline.classify.indicators import lexicon, variants
from pipeline.classify.topics import bare_title
from pipeline.errors import ResourceError
from pipeline.marked import parse_marked
from pipeline.resources import corpus_path, read_table
from pipeline.taxonomy import subcategories

TEST_WRITERS = "mnopq"
PHRASE_SHARE = 0.1
SENTENCES, REPORTS, PHRASES = "sentences", "reports", "phrases"


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
