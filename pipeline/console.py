"""What the command line shows: findings as a table, the summary of a run, the progress bar. Uses rich on demand."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from pipeline.records import Finding, Report
from pipeline.shell import plain
from pipeline.tally import Tally
from pipeline.taxonomy import Taxonomy

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress
    from rich.table import Table

# Wide enough for seven columns where nobody says how wide the paper is.
_PIPE_WIDTH = 120
_SHOWN_CHARACTERS = 100
_STATUS = {"open": "待整改", "rectified": "称已整改"}
_UNKNOWN = "未归类"


def print_report(report: Report) -> None:
    """Print the findings of one report as a table, and a line with its counts."""
    outline, tally = report.outline, Tally()
    tally.add(report)
    console = _console()
    heading = "　".join(part for part in (report.document.source_file, outline.title, outline.unit) if part)
    _print_line(console, heading, style="bold")
    for warning in report.document.warnings:
        _print_line(console, f"提示：{warning}")
    if report.findings:
        console.print(_findings_table(report.findings, tally.taxonomy))
    _print_line(console, f"{tally.sentence()}\n")


def print_summary(tally: Tally) -> None:
    """Print what a run found: reports, findings by category in the order of the taxonomy, what needs a person."""
    console = _console()
    table = _table(("项目", "left", None), ("数量", "right", None))
    counts = [("报告", tally.reports), ("　其中未能读取", len(tally.failures)), ("问题表述", tally.findings)]
    counts += [
        (f"　{tally.taxonomy.name_of(code) or _UNKNOWN}", tally.categories[code])
        for code in _in_order(tally.categories, tally.taxonomy)
    ]
    counts += [("　需要人工复核", tally.to_review), ("计量", tally.quantities)]
    counts += [("整改措施", tally.remedies), ("核对提示", tally.checks)]
    for label, count in counts:
        _add_row(table, label, str(count))
    console.print(table)


@contextmanager
def progress_bar(total: int, *, wanted: bool = True) -> Iterator[Callable[[int, int], None] | None]:
    """Give a function that moves a bar on stderr, or None where stderr is no terminal or no bar is wanted."""
    if not wanted or not sys.stderr.isatty():
        yield None
        return
    with stderr_bar() as bar:
        task = bar.add_task("", total=total, told="")
        yield lambda done, _: bar.update(task, completed=done)


def stderr_bar() -> Progress:
    """Return a bar on stderr that is gone afterwards; its tasks need a field `told`, shown behind the count."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        *(TextColumn("分析报告"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[told]}")),
        *(TextColumn("剩余"), TimeRemainingColumn()),
        console=Console(stderr=True),
        transient=True,
        # What goes to stdout must go there and not into the bar.
        redirect_stdout=False,
        redirect_stderr=False,
    )


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else _PIPE_WIDTH)


def _print_line(console: Console, text: str, *, style: str = "") -> None:
    # Without soft_wrap a line that is piped into grep would be cut at the width of a table.
    ending = "\n" if text.endswith("\n") else ""
    console.print(plain(text.rstrip("\n")) + ending, style=style, markup=False, emoji=False, soft_wrap=True)


def _findings_table(findings: Iterable[Finding], taxonomy: Taxonomy) -> Table:
    table = _table(
        *(("序号", "right", None), ("所在章节", "left", 14), ("类别", "left", 18), ("问题表述", "left", None)),
        *(("状态", "left", None), ("置信度", "right", None), ("需复核", "left", None)),
    )
    table.expand = True
    # The statement takes the width that the others leave.
    table.columns[3].ratio = 1
    for number, finding in enumerate(findings, start=1):
        _add_row(
            table,
            *(str(number), plain(finding.section_path), category_label(finding, taxonomy), shorten(finding.text)),
            *(_STATUS[finding.status], f"{finding.confidence:.2f}", "是" if finding.needs_review else ""),
        )
    return table


def _table(*columns: tuple[str, Literal["left", "right"], int | None]) -> Table:
    """Return a table with columns of (title, side, largest width)."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD)
    for title, side, width in columns:
        table.add_column(title, justify=side, max_width=width, overflow="fold")
    return table


def _add_row(table: Table, *cells: str) -> None:
    # Text, not str: rich would read [red] and :smile: in a report as mark-up.
    from rich.text import Text

    table.add_row(*(Text(cell) for cell in cells))


def shorten(text: str) -> str:
    """Return a statement on one line, cut after 100 characters with "…"."""
    line = plain(text)
    return line if len(line) <= _SHOWN_CHARACTERS else f"{line[: _SHOWN_CHARACTERS - 1]}…"


def category_label(finding: Finding, taxonomy: Taxonomy) -> str:
    """Return the names of a finding's category and subcategory, e.g. "内控·资产管理"; "未归类" without any."""
    names = (taxonomy.name_of(finding.category), taxonomy.name_of(finding.subcategory))
    return "·".join(dict.fromkeys(name for name in names if name)) or _UNKNOWN


def _in_order(found: Iterable[str | None], taxonomy: Taxonomy) -> list[str | None]:
    places = {code: place for place, code in enumerate(taxonomy.categories)}
    return sorted(found, key=lambda code: len(places) if code is None else places[code])
