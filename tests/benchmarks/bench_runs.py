"""Whole processes: two jobs against one, Dask against loky, the cost of a report at every scale, and the cold start."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from pathlib import Path
from time import perf_counter

from benchmarks.bench_figures import Figure, differences, figure, ratios
from benchmarks.make_reports import write_reports

Command = tuple[str, ...]
ZICHA: Command = (sys.executable, "-m", "pipeline.cli")
IMPORTS: Command = (sys.executable, "-c", "import pandas, sklearn")
# A base that is large enough for the start not to matter; every size is compared with it.
BASE_SIZE = 1000
# So many reports in all are read at one size, so that a long size is not repeated for hours.
_REPORTS_A_SIZE = 20_000
_SAMPLE_SECONDS = 0.02
_OPTIONS_OF = {"one": ("--jobs", "1"), "two": ("--jobs", "2"), "dask": ("--jobs", "2", "--dask", "local")}


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took: wall seconds, memory and processor time of itself without children, bytes written.

    largest_mb: the memory of the largest process, which is one of those that it has waited for or itself.
    """

    seconds: float
    peak_mb: float
    largest_mb: float
    cpu_seconds: float
    out_bytes: int


@dataclass(slots=True)
class Watcher:
    """Samples one process from /proc: wait4 would count the workers that it has waited for, too."""

    pid: int
    peak_mb: float = 0.0
    cpu_seconds: float = 0.0
    _ended: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Sample in a thread until the block is left."""
        thread = threading.Thread(target=self._sample_until_end, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    def _sample_until_end(self) -> None:
        while not self._ended.wait(_SAMPLE_SECONDS):
            self._sample()

    def _sample(self) -> None:
        try:
            status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
            stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8")
        except OSError:
            return
        # A process that has ended and is not yet waited for has no memory lines any more.
        peak = next((line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")), "0")
        self.peak_mb = max(self.peak_mb, int(peak) / 1024)
        # Behind the name in brackets, which may hold blanks: user and system time are the 12th and 13th field.
        ticks = stat.rpartition(")")[2].split()[11:13]
        self.cpu_seconds = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def run(command: Sequence[str], *, out: Path | None = None) -> Run:
    """Run a command to its end; RuntimeError with what it said where it fails. out: the folder whose size is taken."""
    with tempfile.TemporaryFile() as said:
        begun = perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
        watcher = Watcher(process.pid)
        with watcher.watching():
            _, status, used = os.wait4(process.pid, 0)
        seconds = perf_counter() - begun
        # Popen has not waited itself, so it is told how the process ended.
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            reason = said.read().decode("utf-8", errors="replace")[-500:]
            raise RuntimeError(f"a run of {' '.join(command[1:4])} ended with {process.returncode}: {reason}")
    largest = used.ru_maxrss / 1024
    return Run(
        seconds, watcher.peak_mb or largest, largest, watcher.cpu_seconds, 0 if out is None else folder_bytes(out)
    )


def folder_bytes(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def analyze(reports: Path, *options: str, zicha: Command = ZICHA) -> Run:
    """Run `zicha analyze reports -o OUT` with these options, and remove OUT."""
    with tempfile.TemporaryDirectory(dir=reports.parent) as folder:
        out = Path(folder) / "out"
        return run((*zicha, "analyze", str(reports), "-o", str(out), *options), out=out)


def knows_dask(zicha: Command = ZICHA) -> bool:
    """Return whether this version has the option --dask."""
    told = subprocess.run((*zicha, "analyze", "--help"), capture_output=True, check=False, encoding="utf-8")
    return "--dask" in told.stdout


@contextmanager
def made(count: int, folder: Path | None = None) -> Iterator[Path]:
    """Give a folder with that many generated reports, in a temporary place that is removed afterwards."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="zicha-bench-") as place:
        reports = Path(place) / "reports"
        write_reports(reports, count)
        yield reports


def _runs_in_turns(rounds: int, work: Mapping[str, Callable[[], Run]]) -> dict[str, list[Run]]:
    taken: dict[str, list[Run]] = defaultdict(list)
    for _ in range(rounds):
        for name, call in work.items():
            taken[name].append(call())
    return taken


def _seconds(runs: Sequence[Run]) -> list[float]:
    return [one.seconds for one in runs]


def measure_jobs(rounds: int, *, count: int = 600, folder: Path | None = None, zicha: Command = ZICHA) -> list[Figure]:
    """Return part d: --jobs 2 against --jobs 1, whole processes and without their start."""
    whole, start = _with_start(("one", "two"), rounds, count, folder, zicha)
    faster = ratios(whole["one"], whole["two"])
    between = {name: differences(whole[name], start[name]) for name in whole}
    return [
        figure("d", f"{count} reports: --jobs 1 ÷ --jobs 2", "×", faster),
        figure(
            "d", f"{count} reports, without the start: --jobs 1 ÷ --jobs 2", "×", _rates(between["one"], between["two"])
        ),
        figure("d", "--jobs 1", "ms a report", (1000 * value / count for value in whole["one"])),
        figure("d", "--jobs 2", "ms a report", (1000 * value / count for value in whole["two"])),
        figure("d", "--jobs 1, without the start", "ms a report", (1000 * value / count for value in between["one"])),
        figure("d", "start with --jobs 1", "s", start["one"]),
        figure("d", "start with --jobs 2", "s", start["two"]),
    ]


def _rates(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """Return ratios of times without the start; a tiny run may end before a start does, so none is below a moment."""
    return ratios([max(value, 1e-3) for value in above], [max(value, 1e-3) for value in below])


def measure_dask(rounds: int, *, count: int = 600, folder: Path | None = None, zicha: Command = ZICHA) -> list[Figure]:
    """Return part e: --dask local against loky, two workers each; nothing where this version has no --dask."""
    if not knows_dask(zicha):
        return []
    whole, start = _with_start(("two", "dask"), rounds, count, folder, zicha)
    between = {name: differences(whole[name], start[name]) for name in whole}
    return [
        figure("e", f"{count} reports: --dask local ÷ --jobs 2", "×", ratios(whole["dask"], whole["two"])),
        figure(
            "e",
            f"{count} reports, without the start: --dask local ÷ --jobs 2",
            "×",
            _rates(between["dask"], between["two"]),
        ),
        figure("e", "--dask local", "ms a report", (1000 * value / count for value in whole["dask"])),
        figure("e", "start with --dask local", "s", start["dask"]),
    ]


def _with_start(
    names: Sequence[str], rounds: int, count: int, folder: Path | None, zicha: Command
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Return seconds of whole runs and of runs with two reports only, so that both workers have to start."""
    with made(count, folder) as many, made(2, folder) as few:
        work: dict[str, Callable[[], Run]] = {}
        for name in names:
            work[name] = partial(analyze, many, *_OPTIONS_OF[name], zicha=zicha)
            work[f"start {name}"] = partial(analyze, few, *_OPTIONS_OF[name], zicha=zicha)
        taken = _runs_in_turns(rounds, work)
    return (
        {name: _seconds(taken[name]) for name in names},
        {name: _seconds(taken[f"start {name}"]) for name in names},
    )


def measure_sizes(
    rounds: int, sizes: Sequence[int], *, jobs: int = 2, folder: Path | None = None, zicha: Command = ZICHA
) -> list[Figure]:
    """Return part f: time, memory and disk a report at each size; a round goes through all sizes that it still owes."""
    taken: dict[int, list[Run]] = defaultdict(list)
    for number in range(rounds):
        # The start belongs to each round: it is taken off what the round took.
        for size in (jobs, *sizes):
            if number < rounds_of(size, rounds):
                with made(size, folder) as reports:
                    taken[size].append(analyze(reports, "--jobs", str(jobs), zicha=zicha))
    start = taken.pop(jobs) if jobs not in sizes else taken[jobs]
    found = [one for size in sizes for one in _size_figures(size, taken[size], start)]
    return [*found, figure("f", "start-up", "s", _seconds(start)), *_growth(taken, start)]


def rounds_of(size: int, rounds: int) -> int:
    """Return how often a size is run: 100 as often as asked, 10,000 twice, 100,000 once."""
    return min(rounds, max(1, _REPORTS_A_SIZE // size))


def _size_figures(size: int, runs: Sequence[Run], start: Sequence[Run]) -> list[Figure]:
    return [
        figure("f", f"{size:,} reports: whole run", "ms a report", (1000 * one.seconds / size for one in runs)),
        figure("f", f"{size:,} reports: without start-up", "ms a report", _net(size, runs, start)),
        figure("f", f"{size:,} reports: peak memory of the parent", "MB", (one.peak_mb for one in runs)),
        figure("f", f"{size:,} reports: memory of the largest process", "MB", (one.largest_mb for one in runs)),
        figure("f", f"{size:,} reports: processor time of the parent", "ms a report", _parent(size, runs, start)),
        figure("f", f"{size:,} reports: size of OUT", "KB a report", (one.out_bytes / size / 1e3 for one in runs)),
    ]


def _net(size: int, runs: Sequence[Run], start: Sequence[Run]) -> list[float]:
    return [1000 * (a.seconds - b.seconds) / size for a, b in zip(runs, start, strict=False)]


def _parent(size: int, runs: Sequence[Run], start: Sequence[Run]) -> list[float]:
    return [1000 * (a.cpu_seconds - b.cpu_seconds) / size for a, b in zip(runs, start, strict=False)]


def _growth(taken: Mapping[int, Sequence[Run]], start: Sequence[Run]) -> list[Figure]:
    """Return how the cost of a report at each larger size compares with the base, where the base was run.

    A size that is run less often than the base is compared with the base before and after it: a machine that grows
    faster or slower within the hour shows in the spread and not as growth.
    """
    if BASE_SIZE not in taken:
        return []
    base = _net(BASE_SIZE, taken[BASE_SIZE], start)
    found = []
    for size in (size for size in taken if size > BASE_SIZE):
        net = _net(size, taken[size], start)
        pairs = zip(net, base, strict=True) if len(net) == len(base) else product(net, base)
        above, below = zip(*pairs, strict=True)
        found.append(figure("f", f"cost of a report: {size:,} ÷ {BASE_SIZE:,}", "×", _rates(above, below)))
    return found


def measure_cold_start(rounds: int, *, folder: Path | None = None, zicha: Command = ZICHA) -> list[Figure]:
    """Return part g: one report as a whole process, and the same minus importing pandas and scikit-learn."""
    with made(1, folder) as reports:
        work = {"zicha": partial(analyze, next(reports.rglob("*.docx")), zicha=zicha), "imports": partial(run, IMPORTS)}
        taken = _runs_in_turns(rounds + 1, work)
    # The first round reads the files from disk.
    ours, theirs = _seconds(taken["zicha"][1:]), _seconds(taken["imports"][1:])
    return [
        figure("g", "zicha analyze ONE.docx − import pandas, sklearn", "s", differences(ours, theirs)),
        figure("g", "zicha analyze ONE.docx -o OUT", "s", ours),
        figure("g", "python -c 'import pandas, sklearn'", "s", theirs),
    ]
