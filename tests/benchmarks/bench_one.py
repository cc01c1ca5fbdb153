"""One process: a report against python-docx and the floor, words against jieba, and the share of each stage."""

from __future__ import annotations

import importlib
import tempfile
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial, wraps
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import docx
from conftest import ROOT
from lxml import etree

from benchmarks.bench_figures import Figure, figure, in_turns, ratios
from benchmarks.make_reports import report_lines
from pipeline import words
from pipeline.marked import parse_marked
from pipeline.records import Report
from pipeline.tables import TABLES, rows

SAMPLES = ROOT / "corpus" / "samples"
ONE = "township-self-report"
_TEXT_OF_RUN = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"
# Short calls are repeated within a round, or the clock and the scheduler would be measured too.
_OURS_A_ROUND, _THEIRS_A_ROUND, _FLOOR_A_ROUND = 1, 3, 20
# The stages in their order, each with the function that `analyze` calls for it.
STAGES = {
    "read": "pipeline.reading.read",
    "classified": "pipeline.classified.check_classified",
    "audit": "pipeline.audit.audit_document",
    "quality": "pipeline.quality.rate",
    "structure": "pipeline.structure.split",
    "metadata": "pipeline.metadata.read_metadata",
    "findings": "pipeline.findings.find",
    "classify": "pipeline.classify.label",
    "quantities": "pipeline.quantities.extract",
    "remedies": "pipeline.remedies.find",
    "link": "pipeline.remedies.link",
    "attach": "pipeline.covering.attach_quantities",
    "checks": "pipeline.checks.run",
}


def samples() -> list[Path]:
    """Return the six sample reports."""
    return sorted(SAMPLES.glob("*.docx"))


def whole_way(path: Path) -> Report:
    """Analyse a report and make the rows of all its tables."""
    # By its full name: `pipeline.analyze` is the function, which hides the module.
    report: Report = importlib.import_module("pipeline.analyze").analyze(path)
    _make_tables(report)
    return report


def _make_tables(report: Report) -> None:
    for table in TABLES:
        list(rows([report], table))


def with_python_docx(path: Path) -> list[str]:
    """Open a report with python-docx and return the text of its paragraphs."""
    return [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]


def floor(path: Path) -> list[str]:
    """Do the least that any reader of words must: unzip, parse the main part, cut its text into words."""
    import rjieba

    with zipfile.ZipFile(path) as archive:
        body = archive.read("word/document.xml")
    text = "".join(run.text or "" for run in etree.fromstring(body).iter(_TEXT_OF_RUN))
    found: list[str] = rjieba.cut(text)
    return found


def measure_report(rounds: int, *, fresh: int = 20) -> list[Figure]:
    """Return parts a and a2: the whole way through reports ÷ python-docx, and ÷ the floor.

    fresh: how many generated reports a round reads besides the samples, others each round. What was kept by text
    from one round to the next would flatter the samples; there it cannot help.
    """
    found = _compared(ONE, [[SAMPLES / f"{ONE}.docx"]] * rounds)
    found += _compared("all six samples", [samples()] * rounds)
    with tempfile.TemporaryDirectory() as folder:
        made = _save_reports(Path(folder), fresh * rounds)
        found += _compared("new reports each round", [made[n * fresh : (n + 1) * fresh] for n in range(rounds)])
    return found


def _save_reports(folder: Path, count: int) -> list[Path]:
    """Save generated reports with python-docx: it opens its own packages, with all their styles, as it opens Word's."""
    paths = [folder / f"report-{index:06d}.docx" for index in range(count)]
    for index, path in enumerate(paths):
        document = docx.Document()
        for line in report_lines(index):
            document.add_paragraph(line)
        document.save(str(path))
    return paths


def _compared(name: str, lots: Sequence[Sequence[Path]]) -> list[Figure]:
    """Return the figures of one kind of reports; each round reads a lot."""
    # The first call compiles patterns and reads models and dictionaries.
    for work in (whole_way, with_python_docx, floor):
        work(SAMPLES / f"{ONE}.docx")
    calls = {
        "ours": _by_lot(whole_way, lots, _OURS_A_ROUND),
        "docx": _by_lot(with_python_docx, lots, _THEIRS_A_ROUND),
        "floor": _by_lot(floor, lots, _FLOOR_A_ROUND),
    }
    taken = in_turns(len(lots), calls)
    ours = _per_file(taken["ours"], lots, _OURS_A_ROUND)
    theirs = _per_file(taken["docx"], lots, _THEIRS_A_ROUND)
    least = _per_file(taken["floor"], lots, _FLOOR_A_ROUND)
    return [
        figure("a", f"{name}: ours ÷ python-docx", "×", ratios(ours, theirs)),
        figure("a", f"{name}: ours", "ms a report", ours),
        figure("a", f"{name}: python-docx", "ms a report", theirs),
        figure("a2", f"{name}: ours ÷ floor", "×", ratios(ours, least)),
        figure("a2", f"{name}: floor", "ms a report", least),
    ]


def _by_lot(work: Callable[[Path], object], lots: Sequence[Sequence[Path]], times: int) -> Callable[[], None]:
    """Return a call that works on the next lot each time."""
    left = iter(lots)
    return lambda: _each(work, next(left), times)


def _per_file(seconds: Sequence[float], lots: Sequence[Sequence[Path]], times: int) -> list[float]:
    return [1000 * value / (len(lot) * times) for value, lot in zip(seconds, lots, strict=True)]


def _each(work: Callable[[Path], object], paths: Sequence[Path], times: int) -> None:
    for path in paths:
        for _ in range(times):
            work(path)


def corpus_texts() -> list[str]:
    """Return the plain text of the annotated reports of the corpus."""
    paths = sorted((ROOT / "corpus" / "reports").glob("*.txt"))
    return [parse_marked(path.read_text(encoding="utf-8")).text for path in paths]


def measure_words(rounds: int, texts: Sequence[str] | None = None) -> list[Figure]:
    """Return part b: our words ÷ jieba.lcut on the text of the corpus."""
    import jieba

    jieba.setLogLevel("ERROR")
    given = corpus_texts() if texts is None else texts
    size = sum(map(len, given))
    calls = {"ours": partial(_all_words, words.cut, given), "jieba": partial(_all_words, jieba.lcut, given)}
    words.cut("预热"), jieba.lcut("预热")
    taken = in_turns(rounds, calls)
    return [
        figure("b", "words: ours ÷ jieba.lcut", "×", ratios(taken["ours"], taken["jieba"])),
        figure("b", "words: ours", "million characters a second", (size / value / 1e6 for value in taken["ours"])),
    ]


def _all_words(cut: Callable[[str], object], texts: Sequence[str]) -> None:
    for text in texts:
        cut(text)


def measure_stages(rounds: int, paths: Sequence[Path] | None = None) -> list[Figure]:
    """Return part c: milliseconds a report and share of each stage; `rest` is what no stage accounts for."""
    given = samples() if paths is None else paths
    _each(whole_way, given, 1)
    taken = [_stage_seconds(given) for _ in range(rounds)]
    names = [name for name in (*STAGES, "tables", "rest") if name in taken[0]]
    spent = {name: [1000 * row[name] / len(given) for row in taken] for name in names}
    wholes = [sum(row.values()) for row in taken]
    shares = {name: [100 * row[name] / whole for row, whole in zip(taken, wholes, strict=True)] for name in names}
    return [
        *(figure("c", f"share of {name}", "%", shares[name]) for name in names),
        *(figure("c", name, "ms a report", spent[name]) for name in names),
    ]


def _stage_seconds(paths: Sequence[Path]) -> dict[str, float]:
    """Return the seconds of each stage over all reports, as `analyze` itself calls them."""
    spent: dict[str, float] = defaultdict(float)
    begun = time.perf_counter()
    with _watched(spent):
        for path in paths:
            report = importlib.import_module("pipeline.analyze").analyze(path)
            with _timed(spent, "tables"):
                _make_tables(report)
    spent["rest"] = max(0.0, time.perf_counter() - begun - sum(spent.values()))
    return dict(spent)


@contextmanager
def _watched(spent: dict[str, float]) -> Iterator[None]:
    """Time every call of a stage's function; a stage that is called otherwise by now is counted in `rest`."""
    with ExitStack() as stack:
        for name, target in STAGES.items():
            module, _, attribute = target.rpartition(".")
            owner = importlib.import_module(module)
            if hasattr(owner, attribute):
                stack.enter_context(mock.patch.object(owner, attribute, _watch(owner, attribute, spent, name)))
        yield


def _watch(owner: ModuleType, attribute: str, spent: dict[str, float], name: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(owner, attribute)

    @wraps(function)
    def timed(*arguments: Any, **options: Any) -> Any:
        with _timed(spent, name):
            return function(*arguments, **options)

    return timed


@contextmanager
def _timed(spent: dict[str, float], name: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    spent[name] += time.perf_counter() - begun
