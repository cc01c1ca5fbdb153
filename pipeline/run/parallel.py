"""Batches of files through one call, on one core, several (loky), or a cluster (Dask); a dead worker costs one file.

All through joblib: what differs is the backend. Results come as they are ready, or in the order given.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pipeline.files import SourceFile

if TYPE_CHECKING:
    from joblib.parallel import ParallelBackendBase

ResultT = TypeVar("ResultT")
Batch = tuple[SourceFile, ...]
Work = Callable[[Batch], list[ResultT]]
_WATCH_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where batches are worked on: jobs processes here, or the cluster of `dask` (an address, or "local")."""

    jobs: int = 1
    dask: str | None = None

    def cores(self) -> int:
        """Return how many processes that makes here; 0 and -1 stand for all cores."""
        if self.jobs > 0:
            return self.jobs
        from joblib import cpu_count

        return int(cpu_count())


def completed(
    batches: Iterable[Batch],
    work: Work[ResultT],
    lost: Callable[[SourceFile], ResultT],
    *,
    place: Place,
    ordered: bool = False,
) -> Generator[list[ResultT], None, None]:
    """Yield what `work` makes of each batch, as they are ready, or in their order.

    batches are taken as they are needed, a few ahead. work and its results must pickle where place is more than one
    process; lost(source) stands for a file whose worker died twice, the second time when it was alone.
    Raises UsageError where the cluster cannot be reached.
    """
    if place.dask is None and place.cores() < 2:
        yield from map(work, batches)
        return
    from pipeline.run.cluster import backend_for

    with backend_for(place) as backend:
        yield from _Crew(work, lost, backend, ordered).results(batches)


@dataclass(slots=True)
class _Crew(Generic[ResultT]):
    """The workers of a run: gives them batches, and takes up those that a dead worker left."""

    work: Work[ResultT]
    lost: Callable[[SourceFile], ResultT]
    backend: tuple[str | ParallelBackendBase, int]
    ordered: bool
    # What has been handed out and has not come back, by number.
    under_way: dict[int, Batch] = field(default_factory=dict)

    def results(self, batches: Iterable[Batch]) -> Generator[list[ResultT], None, None]:
        numbered = enumerate(batches)
        while True:
            try:
                with closing(self._parallel(self._handed_out(numbered))) as made:
                    for number, result in made:
                        del self.under_way[number]
                        yield result
                return
            except _dead_workers():
                # A worker died and took along what the others had under way. The culprit is among these: each batch,
                # then each file of a batch that fails again, gets the machine for itself.
                for number in sorted(self.under_way):
                    yield self._alone(self.under_way.pop(number))

    def _handed_out(self, numbered: Iterator[tuple[int, Batch]]) -> Iterator[tuple[int, Batch]]:
        for number, batch in numbered:
            self.under_way[number] = batch
            yield number, batch

    def _alone(self, batch: Batch) -> list[ResultT]:
        try:
            with closing(self._parallel(iter([(0, batch)]))) as made:
                return next(made)[1]
        except _dead_workers():
            if len(batch) == 1:
                return [self.lost(batch[0])]
            return [result for source in batch for result in self._alone((source,))]

    def _parallel(self, numbered: Iterator[tuple[int, Batch]]) -> Generator[tuple[int, list[ResultT]], None, None]:
        from joblib import Parallel, delayed, parallel_config

        _quiet_tracker()
        backend, jobs = self.backend
        call = delayed(partial(_numbered, self.work, os.getpid() if backend == "loky" else None))
        return_as = "generator" if self.ordered else "generator_unordered"
        with interrupts_ignored(), parallel_config(backend=backend, n_jobs=jobs):
            results = Parallel(return_as=return_as, batch_size=1)(call(number, batch) for number, batch in numbered)
        with _left_quietly(results):
            # Not `yield from`, which would close joblib's generator before _left_quietly can keep it quiet.
            for result in results:  # noqa: UP028
                yield result


def _numbered(work: Work[Any], parent: int | None, number: int, batch: Batch) -> tuple[int, list[Any]]:
    if parent is not None:
        _leave_with(parent)
    return number, work(batch)


@cache
def _leave_with(parent: int) -> None:
    """End this worker when the program that gives it work is gone: loky's would wait for more for ever.

    A program that is killed (-9, out of memory) cannot end them itself. Windows does not tell; there they stay.
    """
    if sys.platform != "win32":
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH_SECONDS)
    os._exit(1)


def _dead_workers() -> tuple[type[BaseException], ...]:
    """Return what joblib raises where workers died: loky's pool, or a task that killed several Dask workers."""
    from joblib.externals.loky.process_executor import BrokenProcessPool

    from pipeline.run.cluster import killed_worker

    return (BrokenProcessPool, *killed_worker())


def _quiet_tracker() -> None:
    """Keep loky's tracker from warning of leaked semaphores after an interrupt; it is a process of its own.

    It removes what is left over in any case; the warning would stand under 已中断 and frighten whoever pressed Ctrl-C.
    """
    wanted, given = "ignore:resource_tracker:UserWarning", os.environ.get("PYTHONWARNINGS", "")
    if wanted not in given:
        os.environ["PYTHONWARNINGS"] = f"{given},{wanted}".strip(",")


@contextmanager
def _left_quietly(results: Generator[Any, None, None]) -> Iterator[None]:
    """Close joblib's generator here, without its warning that work was thrown away: whoever leaves early means it.

    Left to the garbage collector, the warning would come at some later moment, in the middle of something else.
    """
    try:
        yield
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            results.close()


@contextmanager
def interrupts_ignored() -> Iterator[None]:
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
