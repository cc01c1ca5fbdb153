"""Measures the speed of this project, in ratios that hold on other machines too.

    make bench                                                          # everything but the longest size
    make bench ARGS='--only a,b,g --rounds 9'                           # some parts
    make bench ARGS='--only f --sizes 100,1000'                         # some sizes
    make bench ARGS='--full --markdown tests/benchmarks/RESULTS.md'     # all, kept in RESULTS.md and results.json

Parts: a, a2 one report against python-docx and against the floor; b words against jieba; c share of each stage;
d two jobs against one; e Dask against loky; f cost of a report from 100 to 100,000; g cold start. What is compared
takes turns round by round; medians, least and most are printed, and the targets beside them. Figures are kept after
each part, so a long run that is broken off loses only the part under way. A missed target is no error; the exit code
is 1 where a part could not be measured.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import bench_one, bench_runs
from benchmarks.bench_figures import Figure, Results, load, machine, merged, save
from benchmarks.bench_report import TITLES, markdown, plain

_SIZES = (100, 1000, 10_000)
_ALL_SIZES = (*_SIZES, 100_000)
_MOST_REPORTS = 1_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and keep the figures where a file is named; return the exit code."""
    options = _options(arguments)
    told, failed = machine(), False
    found: list[Figure] = []
    for names, measure in _parts(options).items():
        if options.only.isdisjoint(names):
            continue
        figures = _measured(names, measure)
        failed = failed or figures is None
        found += [one for one in figures or () if one.part in options.only]
        if options.markdown is not None:
            keep(Results(told, tuple(found)), options.markdown)
    print(plain(Results(told, tuple(found))))
    return 1 if failed else 0


def keep(results: Results, path: Path) -> None:
    """Merge results into results.json beside path, and write path from all of them."""
    stored = path.parent / "results.json"
    everything = merged(load(stored), results)
    save(everything, stored)
    path.write_text(markdown(everything), encoding="utf-8")


def _measured(names: Sequence[str], measure: Callable[[], list[Figure]]) -> list[Figure] | None:
    """Return the figures of some parts, None where a run failed; what is under way is said on stderr."""
    print(f"measuring {', '.join(names)} …", file=sys.stderr, flush=True)
    try:
        figures = measure()
    except RuntimeError as error:
        print(f"{names[0]} could not be measured: {error}", file=sys.stderr)
        return None
    if not figures:
        print(f"{names[0]}: this version cannot do it, nothing was measured", file=sys.stderr)
    return figures


def _parts(options: argparse.Namespace) -> dict[tuple[str, ...], Callable[[], list[Figure]]]:
    rounds, folder, count = options.rounds, options.folder, options.reports
    return {
        ("a", "a2"): lambda: bench_one.measure_report(rounds),
        ("b",): lambda: bench_one.measure_words(rounds),
        ("c",): lambda: bench_one.measure_stages(rounds),
        ("d",): lambda: bench_runs.measure_jobs(rounds, count=count, folder=folder),
        ("e",): lambda: bench_runs.measure_dask(rounds, count=count, folder=folder),
        ("f",): lambda: bench_runs.measure_sizes(rounds, options.sizes, jobs=options.jobs, folder=folder),
        ("g",): lambda: bench_runs.measure_cold_start(rounds, folder=folder),
    }


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").split("\n")[0],
        epilog="Example: python -m benchmarks.bench --only a,b,g --rounds 9",
    )
    parser.add_argument("--only", type=_part_names, default=frozenset(TITLES), help="parts, e.g. a,b,g")
    parser.add_argument("--rounds", type=_positive, default=5, help="how often everything takes its turn")
    parser.add_argument("--sizes", type=_size_list, default=_SIZES, help="numbers of reports of part f")
    parser.add_argument("--full", dest="sizes", action="store_const", const=_ALL_SIZES, help="part f up to 100,000")
    parser.add_argument("--reports", type=_positive, default=600, help="number of reports of parts d and e")
    parser.add_argument("--jobs", type=_positive, default=2, help="processes of part f")
    parser.add_argument("--folder", type=Path, help="where reports are made and removed again; default: temporary")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write FILE, and results.json beside it")
    return parser.parse_args(arguments)


def _part_names(text: str) -> frozenset[str]:
    names = frozenset(text.split(","))
    if not names <= TITLES.keys():
        raise argparse.ArgumentTypeError(f"{text}: parts are {', '.join(TITLES)}")
    return names


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} measures nothing; give 1 or more")
    return number


def _size_list(text: str) -> tuple[int, ...]:
    sizes = tuple(sorted({_positive(size) for size in text.split(",")}))
    if sizes[-1] > _MOST_REPORTS:
        raise argparse.ArgumentTypeError(f"{sizes[-1]} reports are more than {_MOST_REPORTS}")
    return sizes


if __name__ == "__main__":
    sys.exit(main())
