"""The command `zicha train`: the shipped models again, or a classifier for one office."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.shell import ChineseCommand, OwnTaxonomy, UsageError

if TYPE_CHECKING:
    from pipeline.taxonomy import Taxonomy
    from pipeline.train.own import OwnExample

_NEEDS = "训练需要 scikit-learn。请运行 pip install 'zicha[train]'。"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("train", cls=ChineseCommand, epilog="示例：zicha train --with-reviews 复核.sqlite -o 本局模型")(
        train_command
    )


def train_command(
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="DIR", help="模型写入的文件夹。")] = None,
    with_reviews: Annotated[
        Path | None,
        typer.Option("--with-reviews", metavar="FILE", help="从 zicha review import 存下的复核中学习。"),
    ] = None,
    examples: Annotated[
        list[Path] | None,
        typer.Option("--examples", metavar="FILE", help="本单位的例句：类目码、制表符、句子，可多次使用。"),
    ] = None,
    taxonomy: OwnTaxonomy = None,
    compare: Annotated[bool, typer.Option("--compare", help="只比较各种做法，不写文件，要十来分钟。")] = False,
) -> None:
    """训练分类模型。

    \b
    不带选项时重新训练随程序安装的三个模型（须在源码目录中，
    或用 -o 写到别处）；相同的语料和程序库得到相同的模型。
    带 --with-reviews、--examples 或 --taxonomy 时训练本单位的
    模型，写入 -o 指定的文件夹，
    以后用 zicha analyze --model DIR 使用。
    """
    try:
        for line in _run(out, with_reviews, examples or [], taxonomy, compare=compare):
            typer.echo(line)
    except ModuleNotFoundError as error:
        raise UsageError(f"缺少 {error.name}：{_NEEDS}") from error


def _run(
    out: Path | None, reviews: Path | None, files: list[Path], taxonomy: Path | None, *, compare: bool
) -> Iterator[str]:
    if compare:
        from pipeline.train.compare import comparison

        yield from comparison()
    elif reviews or files or taxonomy:
        if out is None:
            raise UsageError("训练本单位的模型须用 -o DIR 指定写入的文件夹。")
        yield from _own(out, reviews, files, taxonomy)
    else:
        yield from _shipped(out)


def _shipped(out: Path | None) -> Iterator[str]:
    from pipeline.resources import in_checkout, model_path
    from pipeline.train.shipped import train_shipped

    if out is None and not in_checkout():
        raise UsageError("程序是安装版，请用 -o DIR 指定写入的文件夹。")
    folder = out or model_path("")
    yield from train_shipped(folder)
    yield f"已写入 {folder}。"


def _own(out: Path, reviews: Path | None, files: list[Path], taxonomy_file: Path | None) -> Iterator[str]:
    from pipeline.taxonomy_file import taxonomy_of
    from pipeline.train.own import fit_own, save_own

    taxonomy = taxonomy_of(taxonomy_file)
    examples = _examples(reviews, files, taxonomy)
    save_own(out, fit_own(examples, taxonomy), examples)
    yield f"学习了 {len(examples)} 条例句，模型已写入 {out}。使用：zicha analyze 报告 --model {out}"


def _examples(reviews: Path | None, files: list[Path], taxonomy: Taxonomy) -> list[OwnExample]:
    from pipeline.train.own import read_own_examples, reviewed_examples

    found = [example for file in files for example in read_own_examples(file, taxonomy)]
    if reviews is not None:
        found.extend(reviewed_examples(reviews, taxonomy))
    return found
