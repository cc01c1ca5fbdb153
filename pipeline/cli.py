"""The command `zicha`: thin over the library, the only part that prints.

Exit codes: 0 all files read, 1 some file failed, 2 wrong usage or an OUT that cannot be used, 130 interrupted.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline import (
    cli_analyze,
    cli_audit,
    cli_classify,
    cli_evaluate,
    cli_explain,
    cli_quantities,
    cli_query,
    cli_review,
    cli_taxonomy,
    cli_train,
)
from pipeline.files import shown
from pipeline.shell import AllowClassified, ChineseCommand, ChineseGroup, UsageError
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


cli_analyze.register(app)


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
cli_query.register(app)
cli_taxonomy.register(app)
cli_train.register(app)
cli_review.register(app)
cli_explain.register(app)
cli_evaluate.register(app)
cli_audit.register(app)


if __name__ == "__main__":
    main()
