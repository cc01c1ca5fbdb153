"""The commands `zicha review`: findings out to people, their corrections in, and what is stored."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.batch import Options, analyze_file, analyze_files, check_own
from pipeline.console import progress_bar
from pipeline.files import SourceFile, find_files
from pipeline.records import Report
from pipeline.shell import (
    CONTROLS,
    FAILED,
    OK,
    AllowClassified,
    AsJson,
    ChineseCommand,
    ChineseGroup,
    OwnModel,
    OwnTaxonomy,
    UsageError,
    say,
)
from pipeline.taxonomy import Taxonomy, builtin

if TYPE_CHECKING:
    from pipeline.review import Correction, Imported

STORE = Path("zicha-reviews.sqlite")
_KINDS = (".xlsx", ".json", ".jsonl")
_ANSWERS = {"yes": "是问题", "no": "不是问题"}

_Store = Annotated[Path, typer.Option("--store", metavar="FILE", show_default=False, help=f"更正库，默认 {STORE}。")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    review = typer.Typer(cls=ChineseGroup, no_args_is_help=True, add_completion=False, rich_markup_mode=None)
    for name, command, example in (
        ("export", export_command, "zicha review export 复核.xlsx 自查报告/"),
        ("import", import_command, "zicha review import 复核.xlsx --who 张三"),
        ("list", list_command, "zicha review list --json"),
    ):
        review.command(name, cls=ChineseCommand, epilog=f"示例：{example}")(command)
    app.add_typer(
        review,
        name="review",
        help="人工复核：导出问题，导入更正，查看更正。",
        epilog="示例：zicha review export 复核.xlsx 自查报告/",
    )


def export_command(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="要写的文件：.xlsx、.json 或 .jsonl。")],
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH", help="报告文件或文件夹；不写则用当前文件夹。"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有的 OUT。")] = False,
    taxonomy: OwnTaxonomy = None,
    model: OwnModel = None,
    allow_classified: AllowClassified = False,
    store: Annotated[
        Path | None, typer.Option("--store", metavar="FILE", help="先采用这个更正库中已有的更正。")
    ] = None,
) -> None:
    """导出问题表述，供人工复核。

    \b
    OUT 的扩展名决定格式：
    .xlsx   复核工作簿，用 WPS 或 Excel 填写
    .json   Label Studio 任务，另写同名 .xml 标注配置
    .jsonl  doccano 序列标注
    写 .xlsx 时，PATH 也可以是 zicha analyze -o 写出的
    文件夹，此时直接用其中的 findings.csv。
    有文件未能读取时退出码为 1，用法不对时为 2。
    """
    from pipeline.review import read
    from pipeline.review.files import check_target

    kind = _kind(out)
    for target in _targets(out):
        check_target(target, force=force)
    rules = _taxonomy(taxonomy)
    corrections = () if store is None else read(store)
    options = Options(allow_classified, taxonomy=taxonomy, model=model)
    reports, failed = _told_apart(_reports(_checked(paths or [Path()], kind), options, without=out))
    if reports or not failed:
        _write(_corrected(reports, corrections, rules), out, rules, force=force)
    for report in failed:
        say(report.error or f"{report.document.source_file}：读取失败。")
    raise typer.Exit(FAILED if failed else OK)


def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="复核后的 .xlsx、.json 或 .jsonl 文件。")],
    store: _Store = STORE,
    who: Annotated[
        str | None, typer.Option("--who", metavar="NAME", help="文件中没写复核人时用，默认为登录名。")
    ] = None,
    taxonomy: OwnTaxonomy = None,
) -> None:
    """导入复核结果，存入更正库。

    \b
    更正只增不改，旧值一直保留；同一文件导入两次
    不会重复。有疑问的行不采用，逐条说明原因，
    其余照常存入。有这样的行时退出码为 1。
    """
    from pipeline.review import add

    at = datetime.now().astimezone().isoformat(timespec="seconds")
    found = _imported(file, _kind(file), who or _login_name(), at, _taxonomy(taxonomy))
    added = add(store, found.corrections) if found.corrections else 0
    known = len(found.corrections) - added
    typer.echo(
        f"已存入更正 {added} 条（此前已存 {known} 条），未改动 {found.unchanged} 条，有疑问 {len(found.faults)} 条。"
    )
    for fault in found.faults:
        say(fault.translate(CONTROLS))
    raise typer.Exit(FAILED if found.faults else OK)


def list_command(store: _Store = STORE, as_json: AsJson = False) -> None:
    """列出更正库中的更正，先存的在前。

    每行：时间、复核人、来源文件、原值→新值、原文。
    """
    from pipeline.review import read

    corrections = read(store)
    if as_json:
        typer.echo(json.dumps([asdict(item) for item in corrections], ensure_ascii=False, indent=1))
        return
    for item in corrections:
        typer.echo(_line(item))


def _line(item: Correction) -> str:
    from pipeline.review.codes import STATUS_NAMES
    from pipeline.review.records import cut

    words = _ANSWERS | STATUS_NAMES
    old, new = (words.get(value, value) for value in (item.old or "无", item.new))
    parts = (item.at, item.who, item.source_file, f"{old}→{new}", cut(item.text))
    return "  ".join(parts).translate(CONTROLS)


def _kind(file: Path) -> str:
    kind = file.suffix.lower()
    if kind not in _KINDS:
        raise UsageError(f"{file}：扩展名应为 {'、'.join(_KINDS)} 之一，它决定文件的格式。")
    return kind


def _targets(out: Path) -> list[Path]:
    """Return the files that an export writes: a Label Studio project needs its labelling configuration, too."""
    return [out, out.with_suffix(".xml")] if _kind(out) == ".json" else [out]


def _taxonomy(path: Path | None) -> Taxonomy:
    if path is None:
        return builtin()
    from pipeline.taxonomy_file import read_taxonomy

    return read_taxonomy(path)


def _login_name() -> str | None:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return None


def _checked(paths: Sequence[Path], kind: str) -> Sequence[Path]:
    from pipeline.review.rows import has_table

    tables = [path for path in paths if has_table(path)]
    if tables and kind != ".xlsx":
        raise UsageError(f"{tables[0]}：表格中没有报告全文，写不出 {kind}。请给出报告文件，或改写 .xlsx。")
    return paths


def _reports(paths: Sequence[Path], options: Options, *, without: Path) -> Iterator[Report]:
    """Yield the reports of folders that hold findings.csv, then those of all other paths, analysed now.

    without: a file that an earlier export wrote among the reports.
    """
    from pipeline.review.rows import has_table, tabled_reports

    tables = [path for path in paths if has_table(path)]
    for folder in tables:
        yield from tabled_reports(folder, _taxonomy(options.taxonomy))
    sources = _sources([path for path in paths if path not in tables], without)
    if not sources and not tables:
        raise UsageError("没有找到可以分析的文件（隐藏文件和 ~$ 开头的文件不算）。请检查给出的文件夹。")
    if sources:
        check_own(options.taxonomy, options.model)
    work = partial(analyze_file, options=options)
    with progress_bar(len(sources)) as progress:
        yield from analyze_files(sources, progress=progress, work=work)


def _sources(paths: Sequence[Path], without: Path) -> tuple[SourceFile, ...]:
    left_out = {target.resolve() for target in _targets(without)}
    return tuple(source for source in find_files(paths) if source.path.resolve() not in left_out)


def _told_apart(reports: Iterator[Report]) -> tuple[list[Report], list[Report]]:
    found = list(reports)
    return [item for item in found if item.status == "ok"], [item for item in found if item.status == "failed"]


def _corrected(reports: Sequence[Report], corrections: Sequence[Correction], taxonomy: Taxonomy) -> list[Report]:
    from pipeline.review import apply

    if not corrections:
        return list(reports)
    applied = [apply(report, corrections, taxonomy) for report in reports]
    typer.echo(f"已采用更正库中的更正：改动 {sum(number for _, number in applied)} 条问题。")
    for (after, _), before in zip(applied, reports, strict=True):
        for warning in after.document.warnings[len(before.document.warnings) :]:
            say(f"{after.document.source_file}：{warning}。")
    return [report for report, _ in applied]


def _write(reports: Sequence[Report], out: Path, taxonomy: Taxonomy, *, force: bool) -> None:
    from pipeline.review import export_workbook, label_config, to_doccano, to_label_studio
    from pipeline.review.files import as_json, as_json_lines, write_bytes
    from pipeline.review.rows import finding_rows

    kind = _kind(out)
    if kind == ".xlsx":
        export_workbook((row for report in reports for row in finding_rows(report)), out, taxonomy, force=force)
    elif kind == ".json":
        write_bytes(out, as_json(to_label_studio(reports, taxonomy)), force=force)
        write_bytes(out.with_suffix(".xml"), label_config(taxonomy).encode(), force=force)
    else:
        write_bytes(out, as_json_lines(to_doccano(reports, taxonomy)), force=force)
    findings = [finding for report in reports for finding in report.findings]
    doubtful = sum(finding.needs_review for finding in findings)
    written = "、".join(map(str, _targets(out)))
    typer.echo(f"已写入 {written}：报告 {len(reports)} 份，问题 {len(findings)} 条（需复核 {doubtful} 条）。")


def _imported(file: Path, kind: str, who: str | None, at: str, taxonomy: Taxonomy) -> Imported:
    from pipeline.review import from_doccano, from_label_studio, import_workbook
    from pipeline.review.files import read_json, read_json_lines

    if kind == ".xlsx":
        return import_workbook(file, taxonomy, who=who, at=at)
    if kind == ".json":
        return from_label_studio(read_json(file), who, at, taxonomy, name=file.name)
    return from_doccano(read_json_lines(file), who, at, taxonomy, name=file.name)
