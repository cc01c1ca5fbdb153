"""What a run says on the way: a bar on a terminal, a line a minute in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.console import stderr_bar
from pipeline.run.account import duration
from pipeline.shell import say

if TYPE_CHECKING:
    from rich.progress import Progress

Step = Callable[[bool], None]
_LINE_SECONDS = 60.0


class Meter:
    """Counts finished and failed files, and says how many a second that is and how long the rest will take."""

    def __init__(self, total: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.total, self.done, self.failed = total, 0, 0
        self._clock, self._started = clock, clock()

    def step(self, failed: bool) -> None:
        """Count one file."""
        self.done += 1
        self.failed += failed

    @property
    def rate(self) -> float:
        """Files a second since the beginning."""
        return self.done / max(self._clock() - self._started, 1e-3)

    def line(self) -> str:
        """Return how far it is, e.g. "已完成 1200/100000 份，失败 3 份，每秒 20.0 份，还需约 1 小时 22 分"."""
        told = f"已完成 {self.done}/{self.total} 份，失败 {self.failed} 份，每秒 {self.rate:.1f} 份"
        return f"{told}，还需约 {duration((self.total - self.done) / self.rate)}" if self.done else told


@contextmanager
def progress(total: int, *, quiet: bool = False) -> Iterator[Step]:
    """Give a function to call after each file (True for a failed one), which shows the progress on stderr.

    A bar where stderr is a terminal; elsewhere a plain line a minute; nothing where quiet.
    """
    meter = Meter(total)
    if quiet:
        yield meter.step
    elif sys.stderr.isatty():
        with stderr_bar() as bar:
            yield _moving(bar, meter)
    else:
        yield logging(meter)


def logging(meter: Meter, *, clock: Callable[[], float] = time.monotonic) -> Step:
    """Return a function that counts a file and prints a line with date and time, when a minute has passed."""
    last = clock()

    def step(failed: bool) -> None:
        nonlocal last
        meter.step(failed)
        if clock() - last >= _LINE_SECONDS:
            last = clock()
            say(f"{datetime.now():%Y-%m-%d %H:%M:%S} {meter.line()}。")

    return step


def _moving(bar: Progress, meter: Meter) -> Step:
    task = bar.add_task("", total=meter.total, told="")

    def step(failed: bool) -> None:
        meter.step(failed)
        bar.update(task, completed=meter.done, told=f"每秒 {meter.rate:.1f} 份，失败 {meter.failed} 份")

    return step
