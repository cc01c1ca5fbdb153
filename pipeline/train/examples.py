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

# Nothing is learnt from these writers, chosen or dropped by them: m to q wrote reports, x and y single sentences,
# p6 and p7 minimal pairs.
TEST_WRITERS = ("m", "n", "o", "p", "q", "x", "y", "p6", "p7")
PHRASE_SHARE = 0.1
# The halves of a pair have most of their words in common.
PAIR_SHARE = 0.5
PAIRS_TABLE = "sentences/minimal-pairs.tsv"
SENTENCES, PAIRS, REPORTS, PHRASES = "sentences", "pairs", "reports", "phrases"
PROBLEM = "PROBLEM"
# What a sentence of a report may be besides a problem statement.
OTHER_ROLES = (
    *("PLAN", "REQUIREMENT", "ACHIEVEMENT", "CAUSE", "ZERO", "SCOPE"),
    *("RECTIFIED", "CASE", "BACKGROUND", "LEAD-IN"),
)


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """A row of corpus/sentences/writer-*.tsv; code is empty where role is not PROBLEM."""

    role: str
    code: str
    text: str
    unit: str


@dataclass(frozen=True, slots=True)
class PairRow:
    """A row of corpus/sentences/minimal-pairs.tsv: two rows of one pair differ in little and are of different kinds."""

    pair: str
    role: str
    code: str
    text: str
    writer: str


@dataclass(frozen=True, slots=True)
class Example:
    """A statement to learn from: who wrote it, from which kind of source, and how much it counts.

    code is empty where role is not PROBLEM.
    """

    code: str
    text: str
    writer: str
    source: str
    share: float = 1.0
    role: str = PROBLEM


def read_examples(*, test: bool = False) -> tuple[Example, ...]:
    """Return the labelled problem statements to learn from: single sentences, minimal pairs, then those of reports.

    test: those of the writers kept for testing instead. Raises ResourceError for a code that the taxonomy lacks, a
    statement that stands twice, or missing files.
    """
    singles = [example for example in (*read_sentences(), *read_pairs()) if example.role == PROBLEM]
    return (*(one for one in singles if (one.writer in TEST_WRITERS) is test), *read_reports(test=test))


def read_sentences() -> tuple[Example, ...]:
    """Return the sentences of corpus/sentences/writer-*.tsv, problems and others, in the order of the files."""
    examples = []
    for path in sorted(corpus_path("sentences").glob("writer-*.tsv")):
        name = f"sentences/{path.name}"
        writer = path.stem.removeprefix("writer-")
        for row in read_table(name, SentenceRow, key=("text",)):
            _check(name, row.role, row.code, row.text)
            examples.append(Example(row.code, clean(row.text), writer, SENTENCES, role=row.role))
    if not examples:
        raise ResourceError("corpus/sentences 中没有 writer-*.tsv。训练须在源码目录中进行。")
    return tuple(examples)


def read_pairs() -> tuple[Example, ...]:
    """Return the sentences of corpus/sentences/minimal-pairs.tsv; none where the file does not exist."""
    if not corpus_path(PAIRS_TABLE).is_file():
        return ()
    rows = read_table(PAIRS_TABLE, PairRow, key=("text",))
    for row in rows:
        _check(PAIRS_TABLE, row.role, row.code, row.text)
    return tuple(Example(row.code, clean(row.text), row.writer, PAIRS, PAIR_SHARE, row.role) for row in rows)


def _check(name: str, role: str, code: str, text: str) -> None:
    if role != PROBLEM and role not in OTHER_ROLES:
        raise ResourceError(f"{name}：角色 {role} 应为 {PROBLEM}、{'、'.join(OTHER_ROLES)} 之一（{text[:12]}…）。")
    if code not in ({row.code for row in subcategories()} if role == PROBLEM else {""}):
        raise ResourceError(f"{name}：{role} 的类目不能是 {code or '空'}（{text[:12]}…）。请改正类目码。")


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
