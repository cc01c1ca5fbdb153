"""The command `zicha evaluate`: every stage against annotated reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.console import progress_bar
from pipeline.shell import AsJson, ChineseCommand, UsageError

if TYPE_CHECKING:
    from pipeline.evaluate import GoldReport, ReportScore

_ALWAYS = ("genre", "category")


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("evaluate", cls=ChineseCommand, epilog="示例：zicha evaluate 标注/ --by category --errors")(
        evaluate_command
    )


def evaluate_command(
    gold: Annotated[
        Path | None, typer.Argument(metavar="GOLD", help="标注文件或文件夹；默认为随程序安装的标注报告。")
    ] = None,
    as_json: AsJson = False,
    errors: Annotated[bool, typer.Option("--errors", help="逐条列出漏、误、错及其缘由。")] = False,
    by: Annotated[
        str | None, typer.Option("--by", metavar="genre|writer|category", help="只按文种、写作者或类别分组。")
    ] = None,
    held_out: Annotated[
        str | None, typer.Option("--held-out", metavar="LETTERS", help="只用这些写作者的报告，如 mn。")
    ] = None,
) -> None:
    """对照标注报告，评测各环节的精确率、召回率和 F1。

    \b
    GOLD 可以是带标注的 .txt 文件或其文件夹，也可以是
    装有 *.problems.tsv、*.sections.tsv、
    *.quantities.tsv 及其原文的文件夹。
    不带 --by 时按文种和类别分组。
    随程序安装的标注报告多数参与过训练，
    未参与的看 --held-out mnopq。
    """
    from pipeline.evaluate import BREAKDOWNS, read_gold

    if by is not None and by not in BREAKDOWNS:
        raise UsageError(f"--by 应为 {'、'.join(BREAKDOWNS)} 之一，不能是 {by}。")
    reports = read_gold(gold, writers=held_out)
    with progress_bar(len(reports)) as progress:
        scores = _scored(reports, progress)
    _show(scores, by=_ALWAYS if by is None else (by,), as_json=as_json, errors=errors)


def _scored(reports: Sequence[GoldReport], progress: Callable[[int, int], None] | None) -> list[ReportScore]:
    from pipeline.evaluate import evaluate

    scores = []
    for score in evaluate(reports):
        scores.append(score)
        if progress is not None:
            progress(len(scores), len(reports))
    return scores


def _show(scores: Sequence[ReportScore], *, by: Sequence[str], as_json: bool, errors: bool) -> None:
    from pipeline.evaluate import show, summarize

    summary = summarize(scores, by=by)
    if as_json:
        typer.echo(show.as_json(summary, scores, errors=errors))
        return
    show.print_summary(summary)
    if errors:
        for line in show.fault_lines(fault for score in scores for fault in score.faults):
            typer.echo(line)
