"""What is measured, how it is compared, and how it is kept: figures, rounds that take turns, results.json."""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

# The versions that explain a figure; dask only where it is installed.
_LIBRARIES = ("zicha", "lxml", "pandas", "numpy", "scikit-learn", "joblib", "jieba", "rjieba", "python-docx", "dask")
Thunk = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number: its part of the suite, its name there, one value a round, and the day it was taken."""

    part: str
    name: str
    unit: str
    values: tuple[float, ...]
    date: str

    @property
    def median(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.values)


@dataclass(frozen=True, slots=True)
class Results:
    """Figures and the machine that they come from."""

    machine: Mapping[str, str]
    figures: tuple[Figure, ...]

    def find(self, part: str, name: str) -> Figure | None:
        """Return the figure of that name, None where it has not been measured."""
        return next((one for one in self.figures if (one.part, one.name) == (part, name)), None)


def figure(part: str, name: str, unit: str, values: Iterable[float]) -> Figure:
    """Return a figure of today; ValueError without any value."""
    rounds = tuple(values)
    if not rounds:
        raise ValueError(f"no round of {part}, {name}")
    return Figure(part, name, unit, rounds, date.today().isoformat())


def seconds_of(work: Thunk) -> float:
    """Return how long one call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def in_turns(rounds: int, work: Mapping[str, Thunk]) -> dict[str, list[float]]:
    """Return seconds a round of each; in a round they take turns, so that a busy moment of the machine hits all."""
    taken: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, call in work.items():
            taken[name].append(seconds_of(call))
    return taken


def ratios(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """Return the ratio of each round: (2, 3) over (1, 2) -> [2.0, 1.5]."""
    return [a / b for a, b in zip(above, below, strict=True)]


def differences(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """Return the difference of each round."""
    return [a - b for a, b in zip(above, below, strict=True)]


def machine() -> dict[str, str]:
    """Return what a reader needs to judge the figures; no names of hosts and no paths."""
    versions = {name: _version(name) for name in _LIBRARIES}
    return {
        "cores": str(os.cpu_count()),
        "cpu": _cpu_model(),
        "memory": _memory(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "libraries": ", ".join(f"{name} {number}" for name, number in versions.items() if number),
    }


def _version(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return ""


def _cpu_model() -> str:
    return _field_of(Path("/proc/cpuinfo"), "model name") or platform.processor() or "unknown"


def _memory() -> str:
    kilobytes = _field_of(Path("/proc/meminfo"), "MemTotal").removesuffix(" kB")
    return f"{int(kilobytes) / 1024**2:.0f} GB" if kilobytes.isdecimal() else "unknown"


def _field_of(path: Path, name: str) -> str:
    """Return a field of a file of `name: value` lines, "" where there is none (another system)."""
    if not path.is_file():
        return ""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.split(":")[0].strip() == name), "")


def merged(old: Results | None, new: Results) -> Results:
    """Return the figures of both, the new ones where both have one; old ones of another machine are left out."""
    if old is None or not _same_machine(old.machine, new.machine):
        return new
    fresh = {(one.part, one.name) for one in new.figures}
    kept = tuple(one for one in old.figures if (one.part, one.name) not in fresh)
    return Results(new.machine, (*kept, *new.figures))


def _same_machine(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return all(one.get(key) == other.get(key) for key in ("cores", "cpu", "system"))


def load(path: Path) -> Results | None:
    """Return the stored results, None where there are none."""
    if not path.is_file():
        return None
    stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    figures = (Figure(**{**row, "values": tuple(row["values"])}) for row in stored["figures"])
    return Results(stored["machine"], tuple(figures))


def save(results: Results, path: Path) -> None:
    """Write the results as JSON, the figures in the order of their parts."""
    rows = [asdict(one) for one in sorted(results.figures, key=lambda one: one.part)]
    for row in rows:
        row["values"] = [float(f"{value:.6g}") for value in row["values"]]
    text = json.dumps({"machine": dict(results.machine), "figures": rows}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
