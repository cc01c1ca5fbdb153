"""The kinds of files that a run can write, and how: rows to bytes in the workers, bytes to files at the end.

A run over many reports encodes each report where it is analysed and keeps the bytes; `publish` turns them into the
final files. Both ends stream, so memory does not grow with the number of reports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.export.csv_files import encode_csv, publish_csv
from pipeline.export.duckdb_files import check_database, check_duckdb, publish_duckdb, publish_parquet
from pipeline.export.json_lines import encode_jsonl, encode_typed, publish_jsonl
from pipeline.export.workbook import publish_workbook
from pipeline.tables import Row

Tables = Mapping[str, Sequence[Row]]
Chunks = Callable[[str], Iterable[bytes]]


def _always(target: Path) -> None:
    """Nothing to check: needs nothing beyond the folder."""


def _check_parquet(target: Path) -> None:
    check_duckdb()


@dataclass(frozen=True, slots=True)
class Format:
    """How tables become files of one kind.

    encode: the rows of one or several reports by table name, to bytes; runs in the workers. Joined in the order of
    the reports, the bytes of a table are what publish wants.
    publish: (chunks, target) writes the final files and returns their paths; chunks(name) gives the bytes of one
    table and is called once or more. target is the folder, for "duckdb" the file. Files appear when all are whole.
    check: (target) raises OutputError before a run where publish could not work: a library is missing, or the file
    is somebody else's.
    """

    name: str
    encode: Callable[[Tables], dict[str, bytes]]
    publish: Callable[[Chunks, Path], list[Path]]
    check: Callable[[Path], None] = _always


FORMATS: dict[str, Format] = {
    format_.name: format_
    for format_ in (
        Format("csv", encode_csv, publish_csv),
        Format("jsonl", encode_jsonl, publish_jsonl),
        Format("parquet", encode_typed, publish_parquet, _check_parquet),
        Format("xlsx", encode_jsonl, publish_workbook),
        Format("duckdb", encode_typed, publish_duckdb, check_database),
    )
}


def format_of(name: str) -> Format:
    """Return the format of that name: csv, jsonl, parquet, xlsx or duckdb, e.g. `format_of("csv").publish`.

    Raises UsageError for another name; the message, in Chinese, lists those there are.
    """
    if name not in FORMATS:
        from pipeline.shell import UsageError

        raise UsageError(f"没有输出格式 {name}，可用的有：{'、'.join(FORMATS)}。")
    return FORMATS[name]
