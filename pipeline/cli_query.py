"""The command `zicha query`: SQL about the tables of a run, as a table on the screen or as CSV."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from pipeline.errors import OutputError
from pipeline.shell import CONTROLS, ChineseCommand, UsageError, say

if TYPE_CHECKING:
    from rich.table import Table

_EXAMPLE = '示例：zicha query 台账 "select category, count(*) from findings group by 1"'
_ROWS_ON_SCREEN = 200
# As many rows decide how wide the columns are where the output goes into a pipe.
_ROWS_MEASURED = 1000
_GAP = "  "
# A column with less than this on a terminal cannot be read.
_NARROWEST = 10


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("query", cls=ChineseCommand, epilog=_EXAMPLE)(query_command)


def query_command(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="分析写出的文件夹，或 .duckdb、.sqlite 文件。")],
    sql: Annotated[
        str | None, typer.Argument(metavar="SQL", show_default=False, help="一句查询；不写则列出各表。")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV，供其他程序使用。")] = False,
    file: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="把结果写入 CSV 文件，可用 Excel 打开。")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有的 FILE。")] = False,
) -> None:
    """用 SQL 查询分析结果，只读，不改动任何文件。

    \b
    表名为 reports、sections、findings、quantities、
    remedies、checks，列名与 CSV 表相同。
    value 列有数也有日期，求和时写
    try_cast(value as double)。
    文件夹和 .duckdb 文件用 DuckDB 的 SQL，需要
    pip install 'zicha[store]'；.sqlite 文件用 SQLite 的。
    """
    from pipeline.query import opened

    _check_usage(sql, as_csv=as_csv, file=file, force=force)
    with opened(out) as database:
        if sql is None:
            _list_tables([(name, database.count(name), columns) for name, columns in database.tables.items()])
            return
        result = database.ask(sql)
        if file is not None:
            typer.echo(f"{_write_file(file, result.columns, result.rows)} 行已写入 {file}。")
        elif as_csv:
            _write_csv(sys.stdout, result.columns, result.rows, line_end="\n")
        else:
            _show(result.columns, result.rows)


def _check_usage(sql: str | None, *, as_csv: bool, file: Path | None, force: bool) -> None:
    if sql is None and (as_csv or file is not None):
        raise UsageError("--csv 和 -o 只与 SQL 一起使用。")
    if as_csv and file is not None:
        raise UsageError("--csv 和 -o 只能用一个。")
    if force and file is None:
        raise UsageError("--force 只与 -o FILE 一起使用。")
    if file is None:
        return
    if file.is_dir():
        raise OutputError(f"{file}：这是文件夹。请给出要写入的文件名。")
    if file.exists() and not force:
        raise OutputError(f"{file}：文件已存在，没有写入任何内容。请换一个文件名，或加 --force 覆盖。")


def _list_tables(tables: Iterable[tuple[str, int, tuple[str, ...]]]) -> None:
    for name, rows, columns in tables:
        typer.echo(f"{name}（{rows} 行）\n  {' '.join(columns)}")


def _write_file(file: Path, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> int:
    """Write the result for Excel and return the number of rows; the file appears when it is whole."""
    from pipeline.export.output_files import all_or_none, explained

    with all_or_none([file]) as (part,), ExitStack() as open_files:
        with explained(file.parent):
            text = open_files.enter_context(part.open("w", encoding="utf-8-sig", errors="replace", newline=""))
        written = _write_csv(text, columns, rows, line_end="\r\n")
        with explained(file.parent):
            text.close()
    return written


def _write_csv(text: TextIO, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]], *, line_end: str) -> int:
    from pipeline.export.csv_files import cell_text

    writer = csv.writer(text, lineterminator=line_end)
    writer.writerow([cell_text(column) for column in columns])
    written = 0
    for row in rows:
        writer.writerow([cell_text(_plain(value)) for value in row])
        written += 1
    return written


def _plain(value: object) -> str | int | float | bool | None:
    """Return a value of the engine as a cell: a date, a list or a decimal as its text."""
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def _show(columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> None:
    from pipeline.export.csv_files import plain_text

    # What a report holds must neither steer the terminal nor break the table.
    cells = ([plain_text(_plain(value)).translate(CONTROLS) for value in row] for row in rows)
    titles = [column.translate(CONTROLS) for column in columns]
    if sys.stdout.isatty():
        _show_on_terminal(titles, cells)
    else:
        _print_aligned(titles, cells)


def _show_on_terminal(titles: list[str], rows: Iterator[list[str]]) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    first = list(islice(rows, _ROWS_ON_SCREEN))
    if len(titles) * _NARROWEST > console.width:
        _show_records(titles, first)
    else:
        console.print(_table(titles, first))
    if next(rows, None) is not None:
        say(f"只显示前 {_ROWS_ON_SCREEN} 行。全部结果请用 --csv 或 -o FILE。")


def _table(titles: list[str], rows: list[list[str]]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD)
    for title in titles:
        table.add_column(Text(title), overflow="fold")
    for row in rows:
        # Text, not str: rich would read [red] and :smile: in a report as mark-up.
        table.add_row(*map(Text, row))
    return table


def _show_records(titles: list[str], rows: list[list[str]]) -> None:
    """Print a line a cell: a table of thirty columns cannot be read on a terminal."""
    for number, row in enumerate(rows, start=1):
        typer.echo(f"第{number}行")
        for title, cell in zip(titles, row, strict=True):
            if cell:
                typer.echo(f"  {title}：{cell}")


def _print_aligned(titles: list[str], rows: Iterator[list[str]]) -> None:
    """Print all rows; the first thousand decide the widths, so that the rest need not be held in memory."""
    from rich.cells import cell_len, set_cell_size

    first = list(islice(rows, _ROWS_MEASURED))
    widths = [max(map(cell_len, cells)) for cells in zip(titles, *first, strict=True)]
    for row in chain([titles], first, rows):
        padded = (
            cell if cell_len(cell) >= width else set_cell_size(cell, width)
            for cell, width in zip(row, widths, strict=True)
        )
        sys.stdout.write(_GAP.join(padded).rstrip() + "\n")
