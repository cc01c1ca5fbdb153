"""Where the rows of a run go: a folder of tables or a DuckDB file made at the end, or a database batch by batch."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pipeline.errors import OutputError
from pipeline.export.formats import Format, format_of
from pipeline.export.output_files import explained, is_occupied, make_folder
from pipeline.run.lock import Lock
from pipeline.run.store import RunStore
from pipeline.run.work import Done, Encode
from pipeline.tables import TABLES, Row
from pipeline.tally import Counts

if TYPE_CHECKING:
    from pipeline.export.sql import SqlStore

STATE = ".zicha"
_RUN, _LOCK = "run.sqlite", "lock"
DUCKDB = "duckdb:"


class Output(Protocol):
    """What a run needs of the place that its rows go to."""

    name: str
    encode: Encode

    def known(self) -> dict[str, str]:
        """Return the key of each file that a former run has finished, by file name; see `work.Done.key`."""

    def counts_of(self, name: str) -> Counts | None:
        """Return the counts of a file that a former run has finished, None where they were not kept."""

    def add(self, batch: Sequence[Done]) -> None:
        """Keep the finished files of a batch, all or none."""

    def finish(self, names: Sequence[str]) -> list[Path]:
        """Write what is written at the end, for these files in this order, and return the paths."""

    def close(self) -> None:
        """Let go of files and connections; what was added stays."""


def output_for(out: Path | None, to: str | None, kind: str, *, resume: bool, force: bool) -> Output:
    """Return the output that a command line names: a folder with tables of a format, or a database.

    Raises OutputError where it cannot be used: it has something else in it (without force), or a former run is not
    finished (without resume or force).
    """
    if out is not None:
        return TablesOutput(format_of(kind), out, out / STATE, resume=resume, force=force)
    if to is not None and to.startswith(DUCKDB):
        file = Path(to.removeprefix(DUCKDB))
        state = file.with_name(f"{file.name}{STATE}")
        return TablesOutput(format_of("duckdb"), file, state, resume=resume, force=force)
    return DatabaseOutput(str(to), resume=resume)


class TablesOutput:
    """Tables that are made at the end, from a store of finished files in the folder `state`."""

    def __init__(self, kind: Format, target: Path, state: Path, *, resume: bool, force: bool) -> None:
        self.name, self.encode = kind.name, kind.encode
        self._kind, self._target, self._state = kind, target, state
        self._refuse(resume=resume, force=force)
        self._lock = Lock(state / _LOCK)
        try:
            self._store = self._opened(anew=force and not resume)
        except OutputError:
            self._lock.close()
            raise

    def _opened(self, *, anew: bool) -> RunStore:
        """Return the store, emptied where the run begins anew; OutputError where it does not go with this run."""
        if anew:
            with explained(self._state):
                for name in (_RUN, f"{_RUN}-journal"):
                    (self._state / name).unlink(missing_ok=True)
        store = RunStore(self._state / _RUN)
        former = store.setting("encoding", self.name)
        if former != self.name:
            store.close()
            raise OutputError(
                f"{self._target}：上次运行写的是 {former}，这次要的是 {self.name}。"
                "请用同一种 --format，或换一个输出位置，或加 --force 重新开始。"
            )
        return store

    def known(self) -> dict[str, str]:
        """Return the keys of the files in the store."""
        self._store.set("state", "running")
        return self._store.known()

    def counts_of(self, name: str) -> Counts | None:
        """Return the counts of a file in the store."""
        return self._store.counts_of(name)

    def add(self, batch: Sequence[Done]) -> None:
        """Keep the files of a batch, in one transaction."""
        self._store.add(batch)

    def finish(self, names: Sequence[str]) -> list[Path]:
        """Write the tables from the store."""
        self._store.arrange(names)
        paths = self._kind.publish(self._store.chunks, self._target)
        self._store.set("state", "finished")
        return paths

    def close(self) -> None:
        """Close the store and let the next run in."""
        self._store.close()
        self._lock.close()

    def _refuse(self, *, resume: bool, force: bool) -> None:
        """Refuse a place that another run is writing to, that a former one has not finished, or with other things."""
        self._kind.check(self._target)
        make_folder(self._target.parent if self._is_file() else self._target)
        begun = (self._state / _RUN).exists()
        if begun:
            Lock(self._state / _LOCK).close()
        if begun and not (resume or force):
            self._refuse_unfinished()
        if not (force or (begun and resume)):
            self._refuse_others()

    def _is_file(self) -> bool:
        return self._kind.name == "duckdb"

    def _refuse_unfinished(self) -> None:
        store = RunStore(self._state / _RUN)
        state, finished = store.setting("state", "running"), len(store.known())
        store.close()
        if state != "finished":
            raise OutputError(
                f"{self._target}：上次运行没有做完（已完成 {finished} 份）。加 --resume 接着做，或加 --force 重新开始。"
            )

    def _refuse_others(self) -> None:
        """Refuse what is there and is not ours; what a killed run left behind is no reason."""
        tables = [self._target / f"{name}.csv" for name in TABLES]
        is_file = self._is_file()
        if self._target.exists() if is_file else is_occupied(self._target, ours=[self._state], targets=tables):
            what = "文件已经存在" if is_file else "输出文件夹不是空的"
            raise OutputError(
                f"{self._target}：{what}，没有写入任何内容。请换一个位置；"
                "加 --resume 只分析新增和改动的报告；加 --force 重新开始，覆盖其中的同名表格。"
            )


class DatabaseOutput:
    """A database that takes each batch in one transaction, rows by their ids; it also knows what is finished."""

    name = "sql"

    def __init__(self, url: str, *, resume: bool) -> None:
        from pipeline.export.sql import SqlStore

        self.encode: Encode = encode_rows
        self._resume = resume
        self._store: SqlStore = SqlStore(url)

    def known(self) -> dict[str, str]:
        """Return the keys of the files in the database; without resume every file is read again."""
        return {name: key for name, key in self._store.known().items() if key} if self._resume else {}

    def counts_of(self, name: str) -> Counts | None:
        """Return None: counts are a query away."""
        return None

    def add(self, batch: Sequence[Done]) -> None:
        """Write the rows of a batch, in one transaction."""
        from pipeline.export.sql import FileRows

        self._store.write(
            [FileRows(done.name, done.key or "", decode_rows(done.rows)) for done in batch if done.rows is not None]
        )

    def finish(self, names: Sequence[str]) -> list[Path]:
        """Return no paths: all is written."""
        return []

    def close(self) -> None:
        """Close the connection."""
        self._store.close()


def encode_rows(tables: Mapping[str, Sequence[Row]]) -> dict[str, bytes]:
    """Return the rows of each table as JSON, from which `decode_rows` makes them again."""
    return {name: json.dumps(rows).encode() for name, rows in tables.items()}


def decode_rows(packed: Mapping[str, bytes]) -> dict[str, list[Row]]:
    """Return the rows by table that `encode_rows` wrote and a worker packed."""
    return {name: [tuple(row) for row in json.loads(zlib.decompress(data))] for name, data in packed.items()}
