"""Many reports, on one core or several, in the same order and with the same result."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.analyze import analyze
from pipeline.conversions import converted_sources
from pipeline.errors import ReadError, ZichaError
from pipeline.files import SourceFile, explain, find_files
from pipeline.guard import guarded
from pipeline.limits import LIMITS, Limits
from pipeline.records import Report, failed_report
from pipeline.remote import fetched
from pipeline.run.parallel import Batch, Place, completed
from pipeline.taxonomy import builtin

if TYPE_CHECKING:
    from pipeline.review import Correction

Work = Callable[[SourceFile], Report]
Progress = Callable[[int, int], None]


def analyze_many(
    paths: str | Path | Iterable[str | Path],
    *,
    jobs: int = 1,
    progress: Progress | None = None,
    allow_classified: bool = False,
    limits: Limits | None = None,
    taxonomy: str | Path | None = None,
    model: str | Path | None = None,
    reviews: str | Path | None = None,
    dask: str | None = None,
) -> Iterator[Report]:
    """Yield one report a file, sorted by path, whatever jobs is; folders stand for the files below them.

    Example: `[r.document.source_file for r in analyze_many("报告")]` -> ["一季度/甲局.docx", "乙镇.doc"].
    A file that cannot be read is a report with status "failed" and its reason; nothing is raised for it.
    jobs: processes; 0 or -1 for as many as there are cores. progress is called with the reports done and their
    number after each one. A file with a 密级 mark fails unless allow_classified. limits: where given, each file is
    analysed in a process that can be stopped, and fails alone when it asks for more. taxonomy: a file with an
    office's own categories; model: a folder that `zicha train` wrote; reviews: a store of corrections that
    `zicha review import` wrote, applied to the findings. dask: the address of a Dask scheduler that takes the place of
    jobs ("tcp://10.0.0.1:8786"), or "local" for a cluster of so many jobs on this machine.
    Raises ValueError for jobs below -1, ResourceError where taxonomy, model or reviews cannot be used, ClusterError
    where there is no such cluster.
    """
    given = [paths] if isinstance(paths, (str, Path)) else paths
    own = [None if path is None else Path(path) for path in (taxonomy, model, reviews)]
    check_own(*own)
    options = Options(allow_classified, limits is not None, limits or LIMITS, *own)
    work = partial(analyze_file, options=options)
    return analyze_files(find_files(given), jobs=jobs, progress=progress, work=work, dask=dask)


def check_own(taxonomy: Path | None, model: Path | None, reviews: Path | None = None) -> None:
    """Raise ResourceError where one of these files cannot be used: once for a run, not once for a file."""
    if taxonomy is not None or model is not None:
        from pipeline.classify.own import classifier_for

        classifier_for(taxonomy, model)
    if reviews is not None:
        _corrections(reviews)


@dataclass(frozen=True, slots=True)
class Options:
    """How files of a batch are treated.

    guarded: each file in a process that can be stopped when it takes more time or memory than limits allow.
    taxonomy, model: as in `analyze.analyze`. reviews: a store of corrections that are applied to the findings.
    """

    allow_classified: bool = False
    guarded: bool = False
    limits: Limits = LIMITS
    taxonomy: Path | None = None
    model: Path | None = None
    reviews: Path | None = None


def analyze_file(source: SourceFile, *, options: Options = Options()) -> Report:  # noqa: B008
    """Return the report of one file, failed where it cannot be read or where the program fails on it."""
    if source.error is not None:
        return failed_report(source.name, source.error)
    started = time.perf_counter()
    report = _within_limits(source, options) if options.guarded else analyze_unguarded(source, options)
    return replace(report, elapsed_ms=round(1000 * (time.perf_counter() - started)))


def _within_limits(source: SourceFile, options: Options) -> Report:
    """Analyse in a process of its own that can be stopped when the time is up."""
    try:
        return guarded(analyze_unguarded, source, options, limits=options.limits, file=source.name)
    except ZichaError as error:
        return failed_report(source.name, str(error))


def analyze_unguarded(source: SourceFile, options: Options) -> Report:
    """Return the report of one file, made in this process; failed where the file cannot be read."""
    try:
        report = analyze(
            source.path,
            name=source.name,
            converted=source.converted,
            allow_classified=options.allow_classified,
            limits=options.limits,
            taxonomy=options.taxonomy,
            model=options.model,
        )
        return report if options.reviews is None else _reviewed(report, options.reviews)
    except ZichaError as error:
        return failed_report(source.name, str(error))
    except OSError as error:
        return failed_report(source.name, explain(source.name, error))
    except Exception as error:
        return failed_report(source.name, _internal(source.name, error))


def _reviewed(report: Report, store: Path) -> Report:
    """Apply what people said of this report's findings."""
    from pipeline.review import apply

    return apply(report, _corrections(store), report.taxonomy or builtin())[0]


@cache
def _corrections(store: Path) -> Sequence[Correction]:
    from pipeline.review import read

    return read(store)


def _internal(name: str, error: Exception) -> str:
    """Return what went wrong and where; the exception's own message is left out, since it may quote the report."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    where = "" if last is None else f"，{Path(last.tb_frame.f_code.co_filename).name} 第{last.tb_lineno}行"
    problem = f"程序内部错误（{type(error).__name__}{where}）"
    return str(ReadError(name, problem, "请把括号中的内容告诉开发者，或将文件另存为 .docx 后重试"))


def analyze_files(
    sources: Sequence[SourceFile],
    *,
    jobs: int = 1,
    progress: Progress | None = None,
    work: Work = analyze_file,
    dask: str | None = None,
) -> Iterator[Report]:
    """Yield what `work` makes of each file, in the order given; as analyze_many, for files that were looked up before.

    work runs in other processes where jobs is not 1: it must be a function of a module.
    """
    if jobs < -1:
        raise ValueError(f"jobs 应为正整数，或用 0、-1 表示全部核心，不能是 {jobs}。")
    place = Place(min(Place(jobs).cores(), len(sources)), dask)
    return _counted(_reports(sources, place, work), len(sources), progress)


def _counted(reports: Generator[Report, None, None], total: int, progress: Progress | None) -> Iterator[Report]:
    with closing(reports):
        for done, report in enumerate(reports, start=1):
            if progress is not None:
                progress(done, total)
            yield report


def _reports(sources: Sequence[SourceFile], place: Place, work: Work) -> Generator[Report, None, None]:
    with tempfile.TemporaryDirectory(prefix="zicha-") as folder:
        batches = ((source,) for source in converted_sources(sources, Path(folder)))
        made = completed(batches, partial(_each, work), died, place=place, ordered=True)
        with closing(made):
            for batch in made:
                yield from batch


def _each(work: Work, batch: Batch) -> list[Report]:
    with tempfile.TemporaryDirectory(prefix="zicha-") as folder:
        return [work(fetched(source, Path(folder))) for source in batch]


def died(source: SourceFile) -> Report:
    """Return the row of a file whose process died twice, the second time when it was the only one."""
    advice = "请关闭其他程序后重试，或将文件另存为 .docx 后重试"
    return failed_report(source.name, str(ReadError(source.name, "分析进程意外终止（可能是内存不足）", advice)))
