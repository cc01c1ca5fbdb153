"""The command `zicha taxonomy`: the categories, and what is wrong with an office's own file of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.shell import FAILED, OK, ChineseCommand, UsageError
from pipeline.taxonomy import Taxonomy

_SEVERITIES = {"error": "错误", "warning": "提醒"}


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("taxonomy", cls=ChineseCommand, epilog="示例：zicha taxonomy 本局分类.toml --check")(taxonomy_command)


def taxonomy_command(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="本单位的分类体系；默认为随程序安装的分类体系。")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="检查文件写得对不对，有错误时退出码为 1。")] = False,
    rules: Annotated[bool, typer.Option("--rules", help="同时列出归入、不归入的情形和易混类的判别规则。")] = False,
) -> None:
    """列出问题类别：代码、名称、定义。

    \b
    本单位的分类体系是一个 TOML 文件，两级，类目数不限：
    version = "1.0"
    [[category]]
    code = "CG"
    name = "采购"
    [[category.subcategory]]
    code = "CG01"
    name = "规避招标"
    definition = "拆分项目、化整为零"
    indicators = ["化整为零", "拆分"]
    """
    from pipeline.taxonomy_file import taxonomy_of

    if check:
        raise typer.Exit(_checked(file))
    _print(taxonomy_of(file), rules=rules)


def _checked(file: Path | None) -> int:
    from pipeline.resources import corpus_path
    from pipeline.taxonomy import FILE
    from pipeline.taxonomy_file import check

    if file is not None and file.is_dir():
        raise UsageError(f"{file}：这是文件夹，请给出 .toml 文件的路径。")
    faults = check(file or corpus_path(FILE))
    for fault in faults:
        typer.echo(f"{_SEVERITIES[fault.severity]}：{fault.message}")
    errors = sum(fault.severity == "error" for fault in faults)
    typer.echo(f"错误 {errors} 处，提醒 {len(faults) - errors} 处。" + ("" if errors else "这个文件可以使用。"))
    return FAILED if errors else OK


def _print(taxonomy: Taxonomy, *, rules: bool) -> None:
    for row in taxonomy.categories.values():
        indent = "  " if row.level == "2" else ""
        typer.echo(f"{indent}{row.code}  {row.name_zh}：{row.definition}".rstrip("："))
        if rules:
            for title, items in (("归入", row.include), ("不归入", row.exclude), ("提示语", row.indicators)):
                if items:
                    typer.echo(f"{indent}      {title}：{'；'.join(items)}")
    if rules:
        for pair in taxonomy.close_pairs:
            typer.echo(f"{'/'.join(pair.codes)}  {pair.rule}")
