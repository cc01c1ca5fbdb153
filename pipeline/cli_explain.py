"""The command `zicha explain`: a report sentence by sentence, with what was taken, what was refused, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from pipeline.console import category_label
from pipeline.files import shown
from pipeline.places import SectionIndex, index_sections
from pipeline.records import Finding, Refusal, Report, Role, Section, Span
from pipeline.sentences import split_sentences
from pipeline.shell import CONTROLS, AllowClassified, AsJson, ChineseCommand, OwnModel, OwnTaxonomy, UsageError
from pipeline.taxonomy import Taxonomy, builtin

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Decision = Literal["heading", "taken", "refused", "passed"]
_MARKS: dict[Decision, str] = {"heading": "■", "taken": "✓", "refused": "✗", "passed": "·"}
_STYLES: dict[Decision, str] = {"heading": "bold", "taken": "green", "refused": "yellow", "passed": ""}
_DETAIL = "dim"
_STATUS = {"open": "待整改", "rectified": "称已整改"}


@dataclass(frozen=True, slots=True)
class Statement:
    """A stretch of the report and what became of it; roles are those of its innermost section.

    finding: of what was taken. refusal: of what was refused. section: the one that begins here, of a heading.
    """

    start: int
    end: int
    decision: Decision
    roles: tuple[Role, ...] = ()
    finding: Finding | None = None
    refusal: Refusal | None = None
    section: Section | None = None


def statements(report: Report) -> Iterator[Statement]:
    """Yield the whole report in text order: headings, findings, refusals, and the sentences between them.

    A heading that is a finding itself is both, one after the other. Every finding and every refusal is there; all
    text but white space and the marks between headings and bodies is covered.
    """
    index = index_sections(report.sections)
    place = 0
    for row in sorted(_decided(report, index), key=lambda row: (row.start, row.decision != "heading", -row.end)):
        yield from _between(report, index, place, row.start)
        yield row
        place = max(place, row.end)
    yield from _between(report, index, place, len(report.document.text))


def _decided(report: Report, index: SectionIndex) -> Iterator[Statement]:
    for section in report.sections:
        yield Statement(section.start, section.heading_end, "heading", section.roles, section=section)
    for finding in report.findings:
        roles = _roles_at(finding.start, index)
        yield Statement(finding.start, finding.end, "taken", roles, finding=finding)
    for refusal in report.refusals:
        roles = _roles_at(refusal.start, index)
        yield Statement(refusal.start, refusal.end, "refused", roles, refusal=refusal)


def _roles_at(offset: int, index: SectionIndex) -> tuple[Role, ...]:
    section = index.innermost(offset)
    return () if section is None else section.roles


def _between(report: Report, index: SectionIndex, start: int, end: int) -> Iterator[Statement]:
    """Yield the sentences between two decided stretches; a lone 。 or ： after a heading is none."""
    for span in split_sentences(report.document.text, start=start, end=max(start, end)):
        if any(char.isalnum() for char in span.of(report.document.text)):
            yield Statement(span.start, span.end, "passed", _roles_at(span.start, index))


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("explain", cls=ChineseCommand, epilog="示例：zicha explain 甲局.docx")(explain_command)


def explain_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="一个报告文件。")],
    as_json: AsJson = False,
    allow_classified: AllowClassified = False,
    taxonomy: OwnTaxonomy = None,
    model: OwnModel = None,
) -> None:
    """逐句说明：哪些认作问题，哪些没有，为什么。

    \b
    ✓ 认作问题：类别、置信度、线索，核心部分加下划线
    ✗ 像问题而未认作：缘由和线索
    · 其他句子：所在章节的角色
    ■ 标题
    """
    if file.is_dir():
        raise UsageError(f"{file}：这是文件夹。explain 一次只看一个文件，请给出文件的路径。")
    from pipeline.analyze import analyze

    report = analyze(file, name=shown(file.name), allow_classified=allow_classified, taxonomy=taxonomy, model=model)
    if as_json:
        typer.echo(json.dumps(_content(report), ensure_ascii=False, indent=1))
    else:
        _print(report)


def _print(report: Report) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    rows = list(statements(report))
    _line(console, _plain(_heading_line(report, rows)), style="bold")
    for row in rows:
        _line(console, _shown(report, row))
        for detail in _details(report, row):
            _line(console, f"    {_plain(detail)}", style=_DETAIL)


def _line(console: Console, text: str | Text, *, style: str = "") -> None:
    # Without soft_wrap a line that is piped into grep would be cut at the width of a terminal.
    console.print(text, style=style, markup=False, emoji=False, soft_wrap=True)


def _heading_line(report: Report, rows: Sequence[Statement]) -> str:
    from pipeline.evaluate.names import GENRE_NAMES

    tally = {name: sum(row.decision == name for row in rows) for name in _MARKS}
    return (
        f"{report.document.source_file}（{GENRE_NAMES[report.outline.genre]}）：认作问题 {tally['taken']} 处，"
        f"像问题而未认作 {tally['refused']} 处，其他 {tally['passed']} 句。"
    )


def _shown(report: Report, row: Statement) -> Text:
    """Return the line of a statement: its mark and text in colour, the core underlined, the role where it is plain."""
    from rich.text import Text

    from pipeline.evaluate.names import role_names

    text = report.document.text
    line = Text(f"{_MARKS[row.decision]} {text[row.start : row.end].translate(CONTROLS)}", style=_STYLES[row.decision])
    if row.finding is not None:
        offset = len(_MARKS[row.decision]) + 1 - row.start
        line.stylize("underline", row.finding.core_start + offset, row.finding.core_end + offset)
    if row.decision in ("heading", "passed") and row.roles:
        line.append(f"　〔{role_names(row.roles)}〕", style=_DETAIL)
    return line


def _details(report: Report, row: Statement) -> Iterator[str]:
    """Yield why a statement was taken or refused, one line a matter."""
    from pipeline.evaluate.names import reason_name

    if row.finding is not None:
        finding = row.finding
        review = "，需复核" if finding.needs_review else ""
        category = _category(finding, report.taxonomy or builtin())
        yield f"{category}　置信度 {finding.confidence:.2f}{review}　{_STATUS[finding.status]}"
        yield f"线索：{'、'.join(finding.cues) or '无'}"
        core = Span(finding.core_start, finding.core_end).of(report.document.text)
        if core.rstrip("。；") != finding.text.rstrip("。；"):
            yield f"核心：{core}"
    if row.refusal is not None:
        cues = f"　线索：{'、'.join(row.refusal.cues)}" if row.refusal.cues else ""
        yield f"未认作问题：{reason_name(row.refusal.reason)}（{row.refusal.reason}）{cues}"


def _category(finding: Finding, taxonomy: Taxonomy) -> str:
    code = finding.subcategory or finding.category
    return category_label(finding, taxonomy) + (f"（{code}）" if code else "")


def _plain(text: str) -> str:
    return text.translate(CONTROLS)


def _content(report: Report) -> dict[str, Any]:
    return {
        "source_file": report.document.source_file,
        "genre": report.outline.genre,
        "warnings": list(report.document.warnings),
        "statements": [_entry(report, row) for row in statements(report)],
    }


def _entry(report: Report, row: Statement) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "start": row.start,
        "end": row.end,
        "decision": row.decision,
        "text": report.document.text[row.start : row.end],
        "roles": list(row.roles),
    }
    if row.section is not None:
        entry |= {"section_id": row.section.section_id, "level": row.section.level, "number": row.section.number}
    if row.finding is not None:
        entry |= _finding_entry(row.finding)
    if row.refusal is not None:
        entry |= {"reason": row.refusal.reason, "cues": list(row.refusal.cues)}
    return entry


def _finding_entry(finding: Finding) -> dict[str, Any]:
    return {
        "finding_id": finding.finding_id,
        "category": finding.category,
        "subcategory": finding.subcategory,
        "confidence": finding.confidence,
        "needs_review": finding.needs_review,
        "status": finding.status,
        "core_start": finding.core_start,
        "core_end": finding.core_end,
        "cues": list(finding.cues),
    }
