"""The command `zicha quantities`: one text a line in, one quantity a line out, as JSON Lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, cast, get_args

import typer

from pipeline.files import shown
from pipeline.lines import read_lines
from pipeline.records import Outline, QuantityKind, Report
from pipeline.shell import ChineseCommand, UsageError
from pipeline.tables import TABLES, Value, quantity_row

_EXAMPLE = "示例：zicha quantities 句子.txt --date 2024-06-30 > 计量.jsonl"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("quantities", cls=ChineseCommand, epilog=_EXAMPLE)(quantities_command)


def quantities_command(
    file: Annotated[
        str, typer.Argument(metavar="FILE", show_default=False, help="文本文件，一行一段；- 或不写为标准输入。")
    ] = "-",
    date: Annotated[
        str | None,
        typer.Option("--date", metavar="DATE", help="文本的日期，用来换算“今年以来”“近三年”。"),
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help="只要这些种类，用逗号隔开，如 money,count。")
    ] = None,
) -> None:
    """列出每行文字中的计量：次数、金额、比例、时间。

    \b
    输出 JSON Lines，一个计量一行：line 是行号，
    从 1 数起；其余各项与 quantities.csv 的列相同。
    start、end 是该行文字中的位置，从 0 数起。
    种类：count、money、percent、ratio、duration、
    date、period、frequency、physical、ordinal、masked。
    """
    kinds = _kinds(kind)
    given = _checked_date(date)
    name = file if file == "-" else shown(Path(file).name)
    for entry in entries(read_lines(file), source_file=name, report_date=given):
        if entry["kind"] in kinds:
            sys.stdout.write(json.dumps(entry, ensure_ascii=False) + "\n")
            # Whoever reads the pipe gets a quantity when it is found, not when 8 KB are full.
            sys.stdout.flush()


def _kinds(given: str | None) -> frozenset[QuantityKind]:
    known: tuple[QuantityKind, ...] = get_args(QuantityKind)
    if given is None:
        return frozenset(known)
    names = given.lower().replace("，", ",").replace("、", ",").split(",")
    for name in (name.strip() for name in names):
        if name not in known:
            raise UsageError(f"--kind 应为 {'、'.join(known)} 中的一个或几个，用逗号隔开，不能是 {name or '空的'}。")
    return frozenset(cast("QuantityKind", name.strip()) for name in names)


def _checked_date(given: str | None) -> str | None:
    from pipeline.quantities.dates import read_iso

    if given is None:
        return None
    try:
        read_iso(given)
    except ValueError as error:
        raise UsageError(f"--date 应写成 2024-06-30、2024-06 或 2024，并且真有这一天，不能是 {given}。") from error
    return given


def entries(
    lines: Iterable[str], *, source_file: str = "-", report_date: str | None = None
) -> Iterator[dict[str, Value]]:
    """Yield the quantities of the lines, each with `line` (from 1) and the columns of quantities.csv in their order.

    Example: of ["", "谈话提醒12次"] the only one has line 2, raw "12次", value 12, item "谈话提醒". Each line is read
    by itself, as a text with an id of its own, so equal lines have equal ids. finding_id is None, section_path "".
    """
    from pipeline.export.json_values import json_value
    from pipeline.quantities.single import document_of, quantities_of

    for number, line in enumerate(lines, start=1):
        report = Report(document_of(line, source_file=source_file), Outline((), "other"))
        for quantity in quantities_of(line, report_date=report_date):
            cells = map(json_value, quantity_row(report, quantity))
            yield {"line": number, **dict(zip(TABLES["quantities"], cells, strict=True))}
