"""The command `zicha classify`: one sentence a line in, CSV out."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from dataclasses import astuple
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from pipeline.lines import read_lines
from pipeline.records import Role
from pipeline.shell import ChineseCommand, OwnModel, OwnTaxonomy, UsageError

if TYPE_CHECKING:
    from pipeline.classify.single import Judged

COLUMNS = (
    *("text", "is_problem", "problem_probability", "category"),
    *("subcategory", "secondary", "confidence", "cues"),
)


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("classify", cls=ChineseCommand, epilog="示例：zicha classify 句子.txt --role PROBLEM > 归类.csv")(
        classify_command
    )


def classify_command(
    file: Annotated[
        str, typer.Argument(metavar="FILE", show_default=False, help="文本文件，一行一句；- 或不写为标准输入。")
    ] = "-",
    role: Annotated[
        str | None, typer.Option("--role", metavar="ROLE", help="句子所在章节的角色，如 PROBLEM；不写则只看句子。")
    ] = None,
    taxonomy: OwnTaxonomy = None,
    model: OwnModel = None,
) -> None:
    """给单句归类：是不是问题、属于哪一类、凭什么。

    \b
    输出 CSV，一句一行，次序不变：
    text、is_problem、problem_probability、category、
    subcategory、secondary、confidence、cues。
    category 说的是句子的内容属于哪一类，
    不论它是不是问题；confidence 是该类的概率。
    """
    from pipeline.classify.own import classifier_for
    from pipeline.classify.single import classify_sentences

    chosen = classifier_for(taxonomy, model)
    _write(classify_sentences(read_lines(file), role=_role(role), classifier=chosen))


def _role(given: str | None) -> Role | None:
    if given is not None and given.upper() not in get_args(Role):
        raise UsageError(f"--role 应为 {'、'.join(get_args(Role))} 之一，不能是 {given}。")
    return None if given is None else cast("Role", given.upper())


def _write(judged: Iterable[Judged]) -> None:
    from pipeline.export.csv_files import cell_text

    # A text stream would turn \n into \r\n on Windows, and csv would double it.
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in judged:
        cells = (";".join(value) if isinstance(value, tuple) else value for value in astuple(row))
        writer.writerow([cell_text(cell) for cell in cells])
