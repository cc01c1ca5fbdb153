"""`zicha analyze`: findings on the screen, or all tables of many reports into a folder or a database."""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.batch import Options, analyze_file, analyze_files, check_own
from pipeline.cli_review import STORE
from pipeline.console import print_report, print_summary, progress_bar
from pipeline.files import SourceFile, find_files
from pipeline.limits import LIMITS, Limits
from pipeline.run.parallel import Place
from pipeline.shell import (
    FAILED,
    OK,
    AllowClassified,
    ChineseCommand,
    OwnModel,
    OwnTaxonomy,
    UsageError,
    say,
)
from pipeline.tally import Tally

if TYPE_CHECKING:
    from pipeline.run.account import Account
    from pipeline.run.outputs import Output

# What could not be read is named one by one up to here; the tables have all of it.
_NAMED = 50


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("analyze", cls=ChineseCommand, epilog="示例：zicha analyze 自查报告/ 甲局.docx -o 台账 --jobs 2")(
        analyze_command
    )


@dataclass(frozen=True, slots=True)
class Target:
    """Where the tables go: a folder, or a database; None and None for the screen."""

    out: Path | None
    to: str | None
    kind: str
    force: bool
    resume: bool

    @property
    def wanted(self) -> bool:
        """Whether tables are written at all."""
        return self.out is not None or self.to is not None

    def check(self) -> None:
        """Raise UsageError for options that do not go together."""
        if self.out is not None and self.to is not None:
            raise UsageError("-o 与 --to 请只用一个：表格写到文件夹，或写进数据库。")
        if (self.force or self.resume) and not self.wanted:
            raise UsageError(f"{'--force' if self.force else '--resume'} 只与 -o OUT 或 --to 一起使用。")
        if self.force and self.resume:
            raise UsageError("--force（重新开始）与 --resume（接着做）请只用一个。")

    def shown(self) -> str:
        """Return where the tables are, without the password of a database."""
        from pipeline.run.outputs import DUCKDB

        if self.to is None or self.to.startswith(DUCKDB):
            return str(self.out or (self.to or "").removeprefix(DUCKDB))
        from pipeline.export.sql_address import read_address, shown_address

        return shown_address(read_address(self.to))


def analyze_command(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="报告文件，或装有报告的文件夹。")],
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="OUT", help="写入六张表的文件夹。")] = None,
    kind: Annotated[
        str,
        typer.Option("--format", metavar="FMT", show_default=False, help="csv（默认）、parquet、jsonl 或 xlsx。"),
    ] = "csv",
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="URL", help="写进数据库，如 sqlite:///x.db、duckdb:x.duckdb。"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="重新开始，覆盖 OUT 中的同名表格。")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="接着上次做，只分析没做完和有改动的。")] = False,
    jobs: Annotated[
        int, typer.Option("--jobs", metavar="N", show_default=False, help="同时分析几个文件，0 为全部核心；默认 1。")
    ] = 1,
    dask: Annotated[
        str | None,
        typer.Option("--dask", metavar="ADDR", help="用 Dask 集群，如 tcp://主机:8786；local 为本机。"),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option("--seconds", metavar="S", help="每个文件的时限（秒），0 为不限；写表时默认 900。"),
    ] = None,
    limit: Annotated[
        list[str] | None, typer.Option("--limit", metavar="名称=数值", help="改动一项上限，可多次使用，如 pages=800。")
    ] = None,
    allow_classified: AllowClassified = False,
    taxonomy: OwnTaxonomy = None,
    model: OwnModel = None,
    reviews: Annotated[
        Path | None,
        typer.Option("--reviews", metavar="FILE", help="采用其中的人工更正，默认用当前文件夹中的。"),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="不显示进度和汇总，只报未能读取的文件。")] = False,
) -> None:
    """分析报告，列出其中的问题表述。

    \b
    不带 -o 时在屏幕上列出问题；带 -o 时写出六张表：
    reports、sections、findings、quantities、
    remedies、checks，并显示汇总。
    中断后加 --resume 可接着做。
    --to 也可以是 postgresql://用户@主机/库。
    PATH 也可以是 s3:// 等远程地址（需另装 fsspec 支持）。
    有文件未能读取时退出码为 1，用法不对时为 2。
    """
    target = Target(out, to, kind, force, resume)
    target.check()
    sources = _sources(paths, out=out, jobs=jobs)
    store = _store(reviews)
    check_own(taxonomy, model, store)
    # A process of its own costs a third of a second, so a few files on the screen do without the time limit.
    given = LIMITS.seconds if seconds is None and (target.wanted or limit) else seconds or 0
    options = Options(allow_classified, given > 0, _limits(limit, given), taxonomy, model, store)
    place = Place(jobs, dask)
    tally = (
        _write(sources, target, options, place, quiet=quiet)
        if target.wanted
        else _show(sources, options, place, quiet=quiet)
    )
    raise typer.Exit(FAILED if tally.failures else OK)


def _show(sources: tuple[SourceFile, ...], options: Options, place: Place, *, quiet: bool) -> Tally:
    """Print the findings of one report after the other."""
    tally = Tally()
    # On a terminal the reports appear one by one, which is progress enough.
    with progress_bar(len(sources), wanted=not quiet and not sys.stdout.isatty()) as progress:
        work = partial(analyze_file, options=options)
        reports = analyze_files(sources, jobs=place.jobs, progress=progress, work=work, dask=place.dask)
        for report in tally.watch(reports):
            if report.status == "ok":
                print_report(report)
    if not quiet:
        typer.echo(f"合计：报告 {tally.reports} 份（未能读取 {len(tally.failures)} 份），{tally.sentence()}")
    _tell_failures(tally)
    return tally


def _write(sources: tuple[SourceFile, ...], target: Target, options: Options, place: Place, *, quiet: bool) -> Tally:
    """Write the tables, and print what the run found and how it went."""
    from pipeline.run.account import Account
    from pipeline.run.outputs import output_for
    from pipeline.taxonomy_file import taxonomy_of

    output = output_for(target.out, target.to, target.kind, resume=target.resume, force=target.force)
    account = Account(Tally(taxonomy=taxonomy_of(options.taxonomy)))
    with closing(output):
        try:
            _run(sources, output, options, place, account, quiet=quiet)
        except KeyboardInterrupt:
            say(f"已完成 {account.tally.reports} 份并保存；加 --resume 可从这里接着做。")
            raise
    if not quiet:
        print_summary(account.tally)
        for line in account.lines():
            typer.echo(line)
        typer.echo(f"六张表已写入 {target.shown()}。")
    _tell_failures(account.tally)
    return account.tally


def _run(
    sources: tuple[SourceFile, ...],
    output: Output,
    options: Options,
    place: Place,
    account: Account,
    *,
    quiet: bool,
) -> None:
    from pipeline.run.progress import progress
    from pipeline.run.runner import run
    from pipeline.run.work import Done

    with progress(len(sources), quiet=quiet) as step:

        def watch(done: Done) -> None:
            unchanged = done.rows is None
            counts = output.counts_of(done.name) if unchanged else done.counts
            account.add(done.name, counts, unchanged=unchanged)
            step(counts is not None and counts.error is not None)

        run(sources, output, options, place=place, watch=watch)


def _tell_failures(tally: Tally) -> None:
    """Name on stderr what could not be read."""
    for line in tally.failure_lines()[:_NAMED]:
        say(line)
    if len(tally.failures) > _NAMED:
        say(f"另有 {len(tally.failures) - _NAMED} 份未能读取，见 reports 表的 error 列。")


def _limits(given: list[str] | None, seconds: float) -> Limits:
    """Return the limits with those changed that the command line names; UsageError for an unknown name."""
    names = [field.name for field in fields(Limits) if field.name != "seconds"]
    changes: dict[str, int] = {}
    for item in given or []:
        name, _, value = item.partition("=")
        if name not in names or not value.isdecimal():
            raise UsageError(f"--limit {item} 不对，应为 名称=数值，名称可用：{'、'.join(names)}；时限用 --seconds。")
        changes[name] = int(value)
    changed: Limits = replace(LIMITS, seconds=seconds, **changes)
    return changed


def _store(given: Path | None) -> Path | None:
    """Return the store of corrections that applies, and say so where nobody named it."""
    if given is None and STORE.is_file():
        say(f"采用 {STORE} 中的人工更正。")
        return STORE
    return given


def _sources(paths: list[str], *, out: Path | None, jobs: int) -> tuple[SourceFile, ...]:
    if jobs < -1:
        raise UsageError(f"--jobs 应为正整数，或用 0 表示全部核心，不能是 {jobs}。")
    sources = find_files(paths, without=out)
    if not sources:
        raise UsageError("没有找到可以分析的文件（隐藏文件和 ~$ 开头的文件不算）。请检查给出的文件夹。")
    return sources
