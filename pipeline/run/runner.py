"""A run from the files to the tables: batches out, finished ones kept, files that killed their process tried again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from pipeline.batch import Options, died
from pipeline.files import SourceFile
from pipeline.resources import corpus_path, model_path
from pipeline.run.outputs import Output
from pipeline.run.parallel import Batch, Place, completed
from pipeline.run.work import Done, Job, encoded, work_on
from pipeline.taxonomy_file import taxonomy_of
from pipeline.version import __version__

Watch = Callable[[Done], None]

# Some seconds of work: little is lost when the power goes, and handing it out costs next to nothing.
_FILES = 32
_BYTES = 8 << 20


def run(
    sources: Sequence[SourceFile], output: Output, options: Options, *, place: Place, watch: Watch = lambda done: None
) -> list[Path]:
    """Analyse the files, keep each finished batch in output, write the tables, and return their paths.

    Files whose key output knows from a former run are not analysed again. watch is called with each file that is
    finished, in no certain order; the tables are in the order of sources whatever that was.
    Raises OutputError, ClusterError.
    """
    job = Job(options, output.encode, version_of(options, output.name))
    known = output.known()
    named = [replace(source, known=known.get(source.name)) for source in sources]
    killed = [done.name for done in _first(named, job, output, place, watch) if done.killed]
    again = [source for source in named if source.name in set(killed)]
    for batch in _completed(((source,) for source in again), job, Place(1, place.dask)):
        _keep(batch, output, watch)
    return output.finish([source.name for source in sources])


def _first(sources: Sequence[SourceFile], job: Job, output: Output, place: Place, watch: Watch) -> Iterator[Done]:
    """Keep what is finished; yield what killed its process, which is tried again when nothing else is going on."""
    cores = place.cores()
    place = replace(place, jobs=min(cores, len(sources)))
    for batch in _completed(batches_of(sources, cores), job, place):
        _keep([done for done in batch if not done.killed], output, watch)
        yield from (done for done in batch if done.killed)


def _keep(batch: Sequence[Done], output: Output, watch: Watch) -> None:
    output.add(batch)
    for done in batch:
        watch(done)


def _completed(batches: Iterable[Batch], job: Job, place: Place) -> Iterator[list[Done]]:
    made = completed(batches, partial(work_on, job=job), partial(_lost, job=job), place=place)
    with closing(made):
        yield from made


def _lost(source: SourceFile, job: Job) -> Done:
    """Return the failure of a file that took its worker along twice; with its key, so that it is not tried for ever."""
    return encoded(died(source), None if source.url or source.error else job.key_of(source), job.encode)


def batches_of(sources: Sequence[SourceFile], cores: int) -> Iterator[Batch]:
    """Yield the files in batches, in order: at most 32 or 8 MB, fewer where each core would not get two batches."""
    most = min(_FILES, max(1, -(-len(sources) // (2 * cores)))) if cores > 1 else _FILES
    batch: list[SourceFile] = []
    size = 0
    for source in sources:
        weight = _weight(source)
        if batch and (len(batch) == most or size + weight > _BYTES):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(source)
        size += weight
    if batch:
        yield tuple(batch)


def _weight(source: SourceFile) -> int:
    try:
        return 0 if source.url or source.error else source.path.stat().st_size
    except (OSError, ValueError):
        return 0


def version_of(options: Options, encoding: str) -> str:
    """Return a hash of all that decides about the rows of a file besides its content.

    The program's version, its word lists and models, the taxonomy, the corrections, the limits, and how rows are
    encoded: where one of them has changed, a run that goes on reads every file again.
    """
    digest = hashlib.sha256(f"{__version__} {encoding} {options.allow_classified} {options.limits}".encode())
    digest.update(taxonomy_of(options.taxonomy).digest.encode())
    for folder in (corpus_path("lexicon"), options.model or model_path("")):
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    if options.reviews is not None:
        digest.update(options.reviews.read_bytes())
    return digest.hexdigest()
