"""Many reports, on one core or several, in the same order and with the same result."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.analyze import analyze
from pipeline.conversions import converted_sources
from pipeline.errors import ReadError, ZichaError
from pipeline.files import SourceFile, explain, find_files
from pipeline.limits import LIMITS, Limits
from pipeline.records import Report, failed_report
from pipeline.taxonomy import builtin

if TYPE_CHECKING:
    from pipeline.guard import Worker
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
) -> Iterator[Report]:
    """Yield one report a file, sorted by path, whatever jobs is; folders stand for the files below them.

    Example: `[r.document.source_file for r in analyze_many("报告")]` -> ["一季度/甲局.docx", "乙镇.doc"].
    A file that cannot be read is a report with status "failed" and its reason; nothing is raised for it.
    jobs: processes; 0 or -1 for as many as there are cores. progress is called with the reports done and their
    number after each one. A file with a 密级 mark fails unless allow_classified. limits: where given, each file is
    analysed in a process that can be stopped, and fails alone when it asks for more. taxonomy: a file with an
    office's own categories; model: a folder that `zicha train` wrote; reviews: a store of corrections that
    `zicha review import` wrote, applied to the findings. Raises ValueError for jobs below -1, ResourceError where
    taxonomy, model or reviews cannot be used.
    """
    given = [paths] if isinstance(paths, (str, Path)) else paths
    own = [None if path is None else Path(path) for path in (taxonomy, model, reviews)]
    check_own(*own)
    options = Options(allow_classified, limits is not None, limits or LIMITS, *own)
    work = partial(analyze_file, options=options)
    return analyze_files(find_files(given), jobs=jobs, progress=progress, work=work)


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
    report = _within_limits(source, options) if options.guarded else _caught(source, options)
    return replace(report, elapsed_ms=round(1000 * (time.perf_counter() - started)))


def _within_limits(source: SourceFile, options: Options) -> Report:
    """Analyse in a process of its own that can be stopped when the time is up."""
    try:
        return _worker(options).call(source, file=source.name)
    except ZichaError as error:
        return failed_report(source.name, str(error))


@cache
def _worker(options: Options) -> Worker[SourceFile, Report]:
    from pipeline.guard import Worker

    return Worker(partial(_caught, options=options), limits=options.limits)


def _caught(source: SourceFile, options: Options) -> Report:
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
    sources: Sequence[SourceFile], *, jobs: int = 1, progress: Progress | None = None, work: Work = analyze_file
) -> Iterator[Report]:
    """Yield what `work` makes of each file, in the order given; as analyze_many, for files that were looked up before.

    work runs in other processes where jobs is not 1: it must be a function of a module.
    """
    if jobs < -1:
        raise ValueError(f"jobs 应为正整数，或用 0、-1 表示全部核心，不能是 {jobs}。")
    return _counted(_reports(sources, jobs, work), len(sources), progress)


def _counted(reports: Generator[Report, None, None], total: int, progress: Progress | None) -> Iterator[Report]:
    with closing(reports):
        for done, report in enumerate(reports, start=1):
            if progress is not None:
                progress(done, total)
            yield report


def _reports(sources: Sequence[SourceFile], jobs: int, work: Work) -> Generator[Report, None, None]:
    workers = min(_workers(jobs), len(sources))
    with tempfile.TemporaryDirectory(prefix="zicha-") as folder:
        if workers < 2:
            yield from map(work, converted_sources(sources, Path(folder)))
        else:
            yield from _in_parallel(sources, workers, work, Path(folder))


def _workers(jobs: int) -> int:
    if jobs > 0:
        return jobs
    from joblib import cpu_count

    return int(cpu_count())


def _in_parallel(sources: Sequence[SourceFile], workers: int, work: Work, folder: Path) -> Iterator[Report]:
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import BrokenProcessPool

    _quiet_tracker()
    done = 0
    while done < len(sources):
        tasks = (delayed(work)(source) for source in converted_sources(sources[done:], folder / str(done)))
        try:
            with _interrupts_ignored():
                reports = Parallel(n_jobs=workers, backend="loky", return_as="generator")(tasks)
            with _left_quietly(reports):
                for report in reports:
                    done += 1
                    yield report
        except BrokenProcessPool:
            # A worker died and took along what the others had under way. The culprit is among the next few files:
            # each of them gets processes of its own, so that it fails alone.
            suspects = sources[done : done + 2 * workers]
            done += len(suspects)
            yield from (_alone(source, work) for source in suspects)


def _quiet_tracker() -> None:
    """Keep loky's tracker from warning of leaked semaphores after an interrupt; it is a process of its own.

    It removes what is left over in any case; the warning would stand under 已中断 and frighten whoever pressed Ctrl-C.
    """
    wanted, given = "ignore:resource_tracker:UserWarning", os.environ.get("PYTHONWARNINGS", "")
    if wanted not in given:
        os.environ["PYTHONWARNINGS"] = f"{given},{wanted}".strip(",")


@contextmanager
def _left_quietly(reports: Generator[Report, None, None]) -> Iterator[None]:
    """Close joblib's generator here, without its warning that work was thrown away: whoever leaves early means it.

    Left to the garbage collector, the warning would come at some later moment, in the middle of something else.
    """
    try:
        yield
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            reports.close()


def _alone(source: SourceFile, work: Work) -> Report:
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import BrokenProcessPool

    try:
        # Two workers for one task: with one, joblib would run it in this process, which must survive.
        with _interrupts_ignored():
            reports = Parallel(n_jobs=2, backend="loky", return_as="generator")([delayed(work)(source)])
        report: Report = next(reports)
    except BrokenProcessPool:
        advice = "请关闭其他程序后重试，或将文件另存为 .docx 后重试"
        return failed_report(source.name, str(ReadError(source.name, "分析进程意外终止（可能是内存不足）", advice)))
    return report


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Let workers start deaf to Ctrl-C, which a terminal sends to them too: this process ends them.

    What is ignored stays ignored in a new program (POSIX exec); a signal mask would not do, loky lifts it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)
