"""What a run has finished, in one SQLite file in the folder of the tables: each batch is one transaction.

A power cut or `kill -9` loses the batches that were under way and nothing else. The file stays after the run, so that a
later one with `--resume` reads only what changed; whoever does not want that may delete it.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import OutputError
from pipeline.run.work import Done
from pipeline.tables import TABLES
from pipeline.tally import Counts

FORMAT = 1
_SCHEMA = """
create table if not exists settings(name text primary key, value text);
create table if not exists files(id integer primary key, name text not null unique, key text, counts text not null);
create table if not exists places(place integer primary key, name text not null);
"""


class RunStore:
    """The finished files of a run, with their rows by table; see `pipeline.run.work.Done`.

    Raises OutputError, also later, where the file cannot be read or written, is damaged, is no such store, or is of
    another version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(path, isolation_level=None)
            # Every commit reaches the disk before the next batch is counted as done.
            self._base.execute("pragma synchronous = full")
            with self._transaction():
                for statement in (*_SCHEMA.split(";"), *map(_rows_table, TABLES)):
                    self._base.execute(statement)
            if self.setting("format", str(FORMAT)) != str(FORMAT):
                advice = "请换一个输出文件夹，或加 --force 重新开始"
                raise OutputError(f"{path}：由另一版本的程序写成，不能接着用。{advice}。")

    def setting(self, name: str, default: str) -> str:
        """Return a setting; where it has none yet, it gets this default."""
        with self._explained():
            self._base.execute("insert or ignore into settings values(?, ?)", (name, default))
            (value,) = self._base.execute("select value from settings where name = ?", (name,)).fetchone()
        return str(value)

    def set(self, name: str, value: str) -> None:
        """Change a setting."""
        with self._explained():
            self._base.execute("insert or replace into settings values(?, ?)", (name, value))

    def known(self) -> dict[str, str]:
        """Return the key of each finished file by its name; files that could not be opened are not finished."""
        with self._explained():
            return dict(self._base.execute("select name, key from files where key is not null"))

    def add(self, batch: Iterable[Done]) -> None:
        """Keep the files of a batch, in one transaction; those without rows are there already."""
        with self._explained(), self._transaction():
            for done in batch:
                if done.rows is not None and done.counts is not None:
                    self._put(done, done.rows, done.counts)

    def _put(self, done: Done, rows: Mapping[str, bytes], counts: Counts) -> None:
        told = json.dumps(counts.as_json(), ensure_ascii=False)
        (number,) = self._base.execute(
            "insert into files(name, key, counts) values(?, ?, ?) on conflict(name) do update "
            "set key = excluded.key, counts = excluded.counts returning id",
            (done.name, done.key, told),
        ).fetchone()
        for table in TABLES:
            self._base.execute(f"insert or replace into rows_{table} values(?, ?)", (number, rows[table]))

    def arrange(self, names: Sequence[str]) -> None:
        """Say which files belong to the run, in which order; `chunks` follows it."""
        with self._explained(), self._transaction():
            self._base.execute("delete from places")
            self._base.executemany("insert into places values(?, ?)", enumerate(names))

    def chunks(self, table: str) -> Iterator[bytes]:
        """Yield the encoded rows of a table, one piece a file, in order."""
        query = f"select data from places join files using(name) join rows_{table} using(id) order by place"
        with self._explained():
            for (data,) in self._base.execute(query):
                yield zlib.decompress(data)

    def counts_of(self, name: str) -> Counts | None:
        """Return the counts of a finished file, None where it is not there."""
        with self._explained():
            found = self._base.execute("select counts from files where name = ?", (name,)).fetchone()
        return None if found is None else Counts(**json.loads(found[0]))

    def close(self) -> None:
        """Close the file; what was not committed is gone."""
        self._base.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._base.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._base.execute("rollback")
            raise
        self._base.execute("commit")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, zlib.error, OSError) as error:
            advice = "请检查磁盘空间和权限；这个文件已损坏时加 --force 重新开始，或换一个输出位置"
            raise OutputError(f"{self.path}：读写失败（{error}）。{advice}。") from error


def _rows_table(table: str) -> str:
    return f"create table if not exists rows_{table}(id integer primary key references files, data blob not null)"
