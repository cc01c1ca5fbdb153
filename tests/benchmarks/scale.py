"""What very many reports would take, by arithmetic from what was measured on few.

    PYTHONPATH=tests python -m benchmarks.scale                                     # from results.json
    PYTHONPATH=tests python -m benchmarks.scale --ms 40 --ms 80                     # for other costs of a report
    PYTHONPATH=tests python -m benchmarks.scale --write tests/benchmarks/SCALE.md   # renew the tables there

Assumes that reports are independent and that workers are kept busy; where that ends is what SCALE.md is about.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bench_figures import Results, load
from benchmarks.bench_report import markdown_table, number

RESULTS = Path(__file__).parent / "results.json"
REPORTS = (1_000_000, 10_000_000, 100_000_000)
CORES = (16, 64, 256, 1024)
_MS = (5.0, 10.0, 20.0, 50.0, 100.0)
_MARKS = ("<!-- computed: begin -->", "<!-- computed: end -->")
_TODO = "TODO"
_DISK = "size of OUT"
_PARENT = "processor time of the parent"
_MEMORY = "peak memory of the parent"
_LARGEST = "memory of the largest process"


@dataclass(frozen=True, slots=True)
class Costs:
    """What one report costs, None where it was not measured: core, parent and OUT; and the memory of processes."""

    core_ms: float | None = None
    kept_busy: float | None = None
    parent_ms: float | None = None
    out_kb: float | None = None
    parent_mb: float | None = None
    largest_mb: float | None = None


def costs(results: Results | None) -> Costs:
    """Return the costs that results hold; those of scale by the largest size that was run."""
    if results is None:
        return Costs()
    faster = _value(results, "d", r"without the start: --jobs 1 ÷")
    return Costs(
        core_ms=_value(results, "d", r"^--jobs 1, without the start"),
        kept_busy=None if faster is None else faster / 2,
        parent_ms=_value(results, "f", _PARENT),
        out_kb=_value(results, "f", _DISK),
        parent_mb=_value(results, "f", _MEMORY),
        largest_mb=_value(results, "f", _LARGEST),
    )


def _value(results: Results, part: str, pattern: str) -> float | None:
    """Return the median of the figure of that name, of the largest size where there are several."""
    found = [one for one in results.figures if one.part == part and re.search(pattern, one.name)]
    return max(found, key=lambda one: size_of(one.name)).median if found else None


def size_of(name: str) -> int:
    """Return the size that a figure's name begins with: "10,000 reports: size of OUT" -> 10000; 0 without one."""
    match = re.match(r"[\d,]+(?= reports)", name)
    return int(match[0].replace(",", "")) if match else 0


def core_hours(reports: int, ms: float) -> float:
    """Return the hours of one core: (100_000_000, 50) -> 1388.9."""
    return reports * ms / 3.6e6


def hours_table(milliseconds: Sequence[float], measured: float | None = None) -> str:
    """Return core-hours and hours on many cores for each cost of a report; the measured one is marked."""
    head = ("reports", "ms a report", "core-hours", *(f"hours on {cores:,} cores" for cores in CORES))
    rows = [head]
    for reports in REPORTS:
        for ms in sorted({*milliseconds, *([] if measured is None else [measured])}):
            told = number(ms) + (" (measured)" if ms == measured else "")
            hours = core_hours(reports, ms)
            rows.append((f"{reports:,}", told, number(hours), *(number(hours / cores) for cores in CORES)))
    return markdown_table(rows)


def limits_table(known: Costs, reports: int = REPORTS[-1]) -> str:
    """Return what the parent and the disk set as limits, TODO for what was not measured."""
    busy = None if known.kept_busy is None else f"{100 * known.kept_busy:.0f} %"
    parent_hours = None if known.parent_ms is None else core_hours(reports, known.parent_ms)
    rows = [
        ("what", "figure"),
        ("work on one report, one core", _told(known.core_ms, "ms")),
        ("two workers are kept busy", busy or _TODO),
        ("work of the parent on one report", _told(known.parent_ms, "ms")),
        ("cores that one parent can feed", _told(cores_fed(known), "")),
        (f"parent alone, {reports:,} reports", _told(parent_hours, "hours")),
        ("OUT, one report", _told(known.out_kb, "KB")),
        (f"OUT, {reports:,} reports", _told(None if known.out_kb is None else known.out_kb * reports / 1e9, "TB")),
        ("peak memory of the parent, largest run", _told(known.parent_mb, "MB")),
        ("memory of the largest process", _told(known.largest_mb, "MB")),
    ]
    return markdown_table(rows)


def cores_fed(known: Costs) -> float | None:
    """Return how many workers keep one parent wholly busy: (50 ms of a worker, 2 ms of the parent) -> 25.0."""
    if known.core_ms is None or not known.parent_ms:
        return None
    return known.core_ms / known.parent_ms


def _told(value: float | None, unit: str) -> str:
    return _TODO if value is None else f"{number(value)} {unit}".rstrip()


def computed(results: Results | None, milliseconds: Sequence[float] = _MS) -> str:
    """Return both tables as Markdown."""
    known = costs(results)
    return f"{limits_table(known)}\n\n{hours_table(milliseconds, known.core_ms)}"


def renew(text: str, tables: str, *, marks: tuple[str, str] = _MARKS) -> str:
    """Return a text with new tables between its two marks; ValueError where it has none."""
    before, begin, rest = text.partition(marks[0])
    _, end, after = rest.partition(marks[1])
    if not begin or not end:
        raise ValueError(f"no {marks[0]} … {marks[1]} to put the tables between")
    return f"{before}{begin}\n\n{tables}\n\n{end}{after}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables, or put them into a file; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--ms", type=float, action="append", help="cost of a report; can be given several times")
    parser.add_argument("--results", type=Path, default=RESULTS, help="results.json of the benchmark")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the tables between the marks of FILE")
    options = parser.parse_args(arguments)
    tables = computed(load(options.results), options.ms or _MS)
    if options.write is None:
        print(tables)
    else:
        options.write.write_text(renew(options.write.read_text(encoding="utf-8"), tables), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
