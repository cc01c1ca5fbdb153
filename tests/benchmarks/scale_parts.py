"""What a run does besides reading reports, measured piece by piece for SCALE.md: sending, keeping, assembling, tasks.

    PYTHONPATH=tests python -m benchmarks.scale_parts                       # on 1,000 generated reports
    PYTHONPATH=tests python -m benchmarks.scale_parts --reports 300
    PYTHONPATH=tests python -m benchmarks.scale_parts --write tests/benchmarks/SCALE.md

One round each: these are sizes for a plan, not ratios to be compared. Dask is left out where it is not installed.
"""

from __future__ import annotations

import argparse
import pickle
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from benchmarks.bench_report import markdown_table, number
from benchmarks.make_reports import report_lines, txt_bytes, write_reports
from benchmarks.scale import renew
from pipeline.analyze import analyze
from pipeline.batch import Options
from pipeline.files import SourceFile, find_files
from pipeline.run import runner
from pipeline.run.outputs import output_for
from pipeline.run.parallel import Place
from pipeline.run.work import Done, Job, work_on

_TIMES_LONGER = 10
_TASKS = (1, 10, 32, 100)
_MARKS = ("<!-- parts: begin -->", "<!-- parts: end -->")
Line = tuple[str, str]


def measured(reports: int) -> Iterator[Line]:
    """Yield what was measured, each with its figure and unit."""
    with tempfile.TemporaryDirectory(prefix="zicha-scale-") as name:
        folder = Path(name)
        write_reports(folder / "in", reports)
        sources = find_files([folder / "in"])
        sizes = {}
        for kind in ("csv", "parquet"):
            lines, sizes[kind] = _written(sources, folder / kind, kind)
            yield from lines
        yield "size of the tables: Parquet ÷ CSV", f"{number(sizes['parquet'] / sizes['csv'])} ×"
        yield "a report ten times as long ÷ ten reports", f"{number(_longer(folder))} ×"
        yield from _tasks(sources[: min(reports, 600)], folder)


def _written(sources: Sequence[SourceFile], out: Path, kind: str) -> tuple[list[Line], int]:
    """Return what it costs to send, keep and assemble the rows of these files, and the size of the tables."""
    with closing(output_for(out, None, kind, resume=False, force=False)) as output:
        job = Job(Options(), output.encode, "")
        batches = [work_on(batch, job=job) for batch in runner.batches_of(sources, 1)]
        count, sent = len(sources), sum(_packed(batch) for batch in batches)
        told = [(f"{kind}: rows of a report as they are sent", f"{number(sent / count / 1e3)} KB")]
        sending = _seconds(lambda: [pickle.loads(pickle.dumps(batch)) for batch in batches])  # noqa: S301
        told.append((f"{kind}: to pack and unpack a message, a report", f"{number(1e3 * sending / count)} ms"))
        keeping = _seconds(lambda: [output.add(batch) for batch in batches])
        told.append((f"{kind}: to commit a report", f"{number(1e3 * keeping / count)} ms"))
        assembling = _seconds(lambda: output.finish([source.name for source in sources]))
        size = sum(path.stat().st_size for path in out.iterdir() if path.is_file())
    told.append((f"{kind}: to assemble the tables, a report", f"{number(1e3 * assembling / count)} ms"))
    told.append((f"{kind}: assembling, tables written", f"{number(size / assembling / 1e6)} MB a second"))
    return told, size


def _packed(batch: Sequence[Done]) -> int:
    return sum(len(data) for done in batch for data in (done.rows or {}).values())


def _longer(folder: Path) -> float:
    """Return the time of one report with the paragraphs of ten ÷ the time of the ten."""
    texts = [report_lines(number) for number in range(_TIMES_LONGER)]
    files = [folder / f"{number}.txt" for number in range(_TIMES_LONGER)]
    for file, lines in zip(files, texts, strict=True):
        file.write_bytes(txt_bytes(lines))
    long = folder / "long.txt"
    long.write_bytes(txt_bytes([line for lines in texts for line in lines]))
    analyze(long)
    return _seconds(lambda: analyze(long)) / _seconds(lambda: [analyze(file) for file in files])


def _tasks(sources: Sequence[SourceFile], folder: Path) -> Iterator[Line]:
    """Yield the cost of a report on a local Dask cluster of two workers, by how many reports make a task."""
    if find_spec("distributed") is None:
        return
    usual = runner._FILES
    try:
        for size in _TASKS:
            runner._FILES = size
            with closing(output_for(folder / f"dask{size}", None, "csv", resume=False, force=False)) as output:
                run = _seconds(lambda into=output: runner.run(sources, into, Options(), place=Place(2, "local")))
            told = f"--dask local, two workers, {len(sources)} reports, tasks of {size}"
            yield told, f"{number(1e3 * run / len(sources))} ms a report, with the start"
    finally:
        runner._FILES = usual


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, or put it into a file; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--reports", type=int, default=1000)
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table between the marks of FILE")
    options = parser.parse_args(arguments)
    table = markdown_table([("what", "figure"), *measured(options.reports)])
    if options.write is None:
        print(table)
    else:
        text = options.write.read_text(encoding="utf-8")
        options.write.write_text(renew(text, table, marks=_MARKS), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
