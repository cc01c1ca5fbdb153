"""What a worker makes of a batch: rows that are encoded already, and counts; so little goes back to the parent.

The parent of a run only stores bytes. It is not what holds up many workers, and its memory does not grow.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from pipeline.batch import Options, analyze_unguarded
from pipeline.conversions import converted_sources
from pipeline.errors import DamagedFileError, ZichaError
from pipeline.files import SourceFile
from pipeline.guard import guarded
from pipeline.reading.tools import tools_here
from pipeline.records import Block, Document, Report, failed_report
from pipeline.remote import fetched
from pipeline.run.parallel import Batch
from pipeline.tables import TABLES, Row, rows
from pipeline.tally import Counts, counts_of

Encode = Callable[[Mapping[str, Sequence[Row]]], dict[str, bytes]]
_READ_BYTES = 1 << 20
# The fastest level: the store is written once and read once.
_LEVEL = 1


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one file: its rows by table, encoded and packed, and its counts.

    key: hash of its content and of all that decides about its rows (`Job.key_of`), None where it could not be opened;
    of a file that failed also of what is installed to read files with (`key_of_failed`).
    rows: None where a former run has them already. killed: it took its process along, so it deserves another try.
    """

    name: str
    key: str | None
    rows: dict[str, bytes] | None
    counts: Counts | None
    killed: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """All that a worker must know besides the files; version: of all that decides about rows (`runner.version_of`)."""

    options: Options
    encode: Encode
    version: str

    def key_of(self, source: SourceFile) -> str | None:
        """Return the key of a file as it is now, None where it cannot be read."""
        digest = hashlib.sha256(self.version.encode())
        try:
            with source.path.open("rb") as file:
                while block := file.read(_READ_BYTES):
                    digest.update(block)
        except (OSError, ValueError):
            return None
        return digest.hexdigest()


def work_on(batch: Batch, *, job: Job) -> list[Done]:
    """Return what became of each file of a batch; nothing is raised for a file that cannot be read."""
    with tempfile.TemporaryDirectory(prefix="zicha-") as folder:
        return list(_each(batch, job, Path(folder)))


def _each(batch: Batch, job: Job, folder: Path) -> Iterator[Done]:
    here = [fetched(source, folder) for source in batch]
    keys = [None if source.error else job.key_of(source) for source in here]
    changed = [source for source, key in zip(here, keys, strict=True) if not _is_known(source, key)]
    converted = {source.name: source for source in converted_sources(changed, folder / "converted")}
    for source, key in zip(here, keys, strict=True):
        if source.name in converted:
            yield _done(converted[source.name], key, job)
        else:
            yield Done(source.name, key, None, None)


def _is_known(source: SourceFile, key: str | None) -> bool:
    return key is not None and source.known is not None and source.known in (key, key_of_failed(key))


def key_of_failed(key: str) -> str:
    """Return the key of a file that could not be read: it is worth another try where a program has been installed."""
    return hashlib.sha256(f"{key} {tools_here()}".encode()).hexdigest()


def _done(source: SourceFile, key: str | None, job: Job) -> Done:
    if source.error is not None:
        return encoded(failed_report(source.name, source.error), key, job.encode)
    if not job.options.guarded:
        return _analyzed((source, key), job)
    started = time.perf_counter()
    try:
        return guarded(_analyzed, (source, key), job, limits=job.options.limits, file=source.name)
    except ZichaError as error:
        report = replace(failed_report(source.name, str(error)), elapsed_ms=_milliseconds_since(started))
        return replace(encoded(report, key, job.encode), killed=isinstance(error, DamagedFileError))


def _analyzed(file: tuple[SourceFile, str | None], job: Job) -> Done:
    source, key = file
    if job.options.guarded:
        _load(job.options)
    started = time.perf_counter()
    report = analyze_unguarded(source, job.options)
    return encoded(replace(report, elapsed_ms=_milliseconds_since(started)), key, job.encode)


@cache
def _load(options: Options) -> None:
    """Load patterns and models before the first file of a process, which would seem slow otherwise."""
    from pipeline.analyze import analyze_document

    text = "一、存在问题\n学习不够，只走访3户。"
    # What is wrong with the models is told of each file.
    with suppress(Exception):
        document = Document("", "", "txt", text, (Block(0, len(text)),))
        analyze_document(document, taxonomy=options.taxonomy, model=options.model)


def _milliseconds_since(started: float) -> int:
    return round(1000 * (time.perf_counter() - started))


def encoded(report: Report, key: str | None, encode: Encode) -> Done:
    """Return a report as its rows, packed, and its counts."""
    tables = {table: list(rows([report], table)) for table in TABLES}
    packed = {table: zlib.compress(data, _LEVEL) for table, data in encode(tables).items()}
    kept = key_of_failed(key) if key is not None and report.status == "failed" else key
    return Done(report.document.source_file, kept, packed, counts_of(report))
