"""The command `zicha`: thin over the library, the only part that prints.

Exit codes: 0 all files read, 1 some file failed, 2 wrong usage or an OUT that cannot be used, 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from pipeline import (
    cli_audit,
    cli_classify,
    cli_evaluate,
    cli_explain,
    cli_quantities,
    cli_review,
    cli_taxonomy,
    cli_train,
)
from pipeline.batch import Options, analyze_file, analyze_files, check_own
from pipeline.cli_review import STORE
from pipeline.console import Tally, print_report, print_summary, progress_bar
from pipeline.export import write_csv
from pipeline.files import SourceFile, find_files, shown
from pipeline.limits import LIMITS, Limits
from pipeline.records import Report
from pipeline.shell import (
    FAILED,
    OK,
    AllowClassified,
    ChineseCommand,
    ChineseGroup,
    OwnModel,
    OwnTaxonomy,
    UsageError,
    say,
)
from pipeline.taxonomy import taxonomy_version
from pipeline.version import __version__

app = typer.Typer(
    cls=ChineseGroup,
    # Shell completion, rich help and pretty tracebacks would triple the time to start.
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    epilog="示例：zicha analyze 自查报告/ -o 台账",
)


def main() -> None:
    """Run the command line; leaves by SystemExit."""
    app()


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"zicha {__version__}（分类体系 {taxonomy_version()}）")
        raise typer.Exit


@app.callback()
def _zicha(
    version: Annotated[
        bool, typer.Option("--version", help="显示版本号。", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """从自查、巡察、整改报告中提取问题、计量和整改措施。

    \b
    每一行结果都注明在原文中的起止位置，供人工核对。
    程序只提建议，不作定性；不连接网络。
    """


@app.command("analyze", cls=ChineseCommand, epilog="示例：zicha analyze 自查报告/ 甲局.docx -o 台账 --jobs 2")
def analyze_command(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="报告文件，或装有报告的文件夹。")],
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="OUT", help="写入六张 CSV 表的文件夹。")] = None,
    force: Annotated[bool, typer.Option("--force", help="覆盖 OUT 中已有的同名表格。")] = False,
    jobs: Annotated[
        int, typer.Option("--jobs", metavar="N", show_default=False, help="同时分析几个文件，0 为全部核心；默认 1。")
    ] = 1,
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
) -> None:
    """分析报告，列出其中的问题表述。

    \b
    不带 -o 时在屏幕上列出问题；带 -o 时写出六张表：
    reports、sections、findings、quantities、
    remedies、checks，并显示汇总。
    有文件未能读取时退出码为 1，用法不对时为 2。
    """
    sources = _sources(paths, out=out, force=force, jobs=jobs)
    store = _store(reviews)
    check_own(taxonomy, model, store)
    # A process of its own costs a third of a second, so a few files on the screen do without the time limit.
    given = LIMITS.seconds if seconds is None and (out is not None or limit) else seconds or 0
    options = Options(allow_classified, given > 0, _limits(limit, given), taxonomy, model, store)
    tally = Tally()
    # On a terminal the reports appear one by one, which is progress enough.
    with progress_bar(len(sources), wanted=out is not None or not sys.stdout.isatty()) as progress:
        work = partial(analyze_file, options=options)
        reports = tally.watch(analyze_files(sources, jobs=jobs, progress=progress, work=work))
        _put_out(reports, out, force=force)
    _sum_up(tally, out)
    raise typer.Exit(FAILED if tally.failures else OK)


def _sum_up(tally: Tally, out: Path | None) -> None:
    """Print what the run found, and on stderr what could not be read."""
    if out is None:
        typer.echo(f"合计：报告 {tally.reports} 份（未能读取 {len(tally.failures)} 份），{tally.sentence()}")
    else:
        print_summary(tally)
        typer.echo(f"六张表已写入 {out}。")
    for line in tally.failure_lines():
        say(line)


def _put_out(reports: Iterator[Report], out: Path | None, *, force: bool) -> None:
    """Write the tables, or print the findings of one report after the other where no folder is given."""
    if out is not None:
        write_csv(reports, out, force=force)
        return
    for report in reports:
        if report.status == "ok":
            print_report(report)


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


def _sources(paths: list[Path], *, out: Path | None, force: bool, jobs: int) -> tuple[SourceFile, ...]:
    if force and out is None:
        raise UsageError("--force 只与 -o OUT 一起使用。")
    if jobs < -1:
        raise UsageError(f"--jobs 应为正整数，或用 0 表示全部核心，不能是 {jobs}。")
    sources = find_files(paths, without=out)
    if not sources:
        raise UsageError("没有找到可以分析的文件（隐藏文件和 ~$ 开头的文件不算）。请检查给出的文件夹。")
    return sources


@app.command("text", cls=ChineseCommand, epilog="示例：zicha text 甲局.docx > 甲局.txt")
def text_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="一个报告文件。")],
    allow_classified: AllowClassified = False,
) -> None:
    """输出程序读到的报告全文（UTF-8）。

    \b
    表中的 start、end 就是这份文本中的字符位置，
    从 0 数起，含首不含尾。
    """
    if file.is_dir():
        raise UsageError(f"{file}：这是文件夹。text 一次只读一个文件，请给出文件的路径。")
    from pipeline.classified import check_classified
    from pipeline.reading import read

    document = check_classified(read(file, name=shown(file.name)), allowed=allow_classified)
    # The bytes themselves: a text stream would turn \n into \r\n on Windows, and every offset would be wrong.
    sys.stdout.buffer.write(document.text.encode("utf-8", errors="replace"))


cli_classify.register(app)
cli_quantities.register(app)
cli_taxonomy.register(app)
cli_train.register(app)
cli_review.register(app)
cli_explain.register(app)
cli_evaluate.register(app)
cli_audit.register(app)


if __name__ == "__main__":
    main()
