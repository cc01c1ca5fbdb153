"""The figures for people (tables, a list of faults) and for programs (JSON)."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pipeline.evaluate.bootstrap import RESAMPLES, SEED, Estimate, Rates
from pipeline.evaluate.faults import Fault
from pipeline.evaluate.names import STAGE_NAMES
from pipeline.evaluate.scores import STAGES, ReportScore
from pipeline.evaluate.summary import Breakdown, Group, Summary
from pipeline.shell import CONTROLS

if TYPE_CHECKING:
    from rich.table import Table

_BY_NAMES = {"genre": "按文种（由程序判定）", "writer": "按写作者", "category": "按问题类别"}
_KIND_NAMES = {"missed": "漏", "false": "误", "wrong": "错"}
# Stages that find things; the others say something of what was found.
_DETECTION = ("findings", "headings", "quantities")
_COLUMNS = ("环节", "应有", "找到", "精确率", "召回率", "F1", "判对占比")
_NOTE = "方括号内为 95% 置信区间（对报告重抽样 {resamples} 次，种子 {seed}）；判对占比：已找到的之中，该项判对的比例。"
# Wide enough for seven columns with intervals where nobody says how wide the paper is.
_PIPE_WIDTH = 130


def print_summary(summary: Summary) -> None:
    """Print the tables and a line that explains them."""
    from rich.console import Console

    console = Console(highlight=False, width=None if sys.stdout.isatty() else _PIPE_WIDTH)
    for table in summary_tables(summary):
        console.print(table)
    console.print(_NOTE.format(resamples=RESAMPLES, seed=SEED), markup=False, soft_wrap=True)


def summary_tables(summary: Summary) -> Iterator[Table]:
    """Yield a rich table of all reports, and one for each breakdown."""
    overall = summary.overall
    yield _table(f"全部（{overall.reports} 份报告）", [overall], grouped=False)
    for breakdown in summary.breakdowns:
        yield _table(_BY_NAMES[breakdown.by], breakdown.groups, grouped=True)


def _table(title: str, groups: Sequence[Group], *, grouped: bool) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold")
    for column in ("分组", *_COLUMNS) if grouped else _COLUMNS:
        left = column in ("分组", "环节")
        table.add_column(column, justify="left" if left else "right", no_wrap=not left, overflow="fold")
    for group in groups:
        _add_group(table, group, grouped=grouped)
    return table


def _add_group(table: Table, group: Group, *, grouped: bool) -> None:
    shown = [(stage, rates) for stage, rates in group.stages if stage in _DETECTION or rates.count.judged]
    for place, (stage, rates) in enumerate(shown):
        cells = _cells(stage, rates)
        last = place == len(shown) - 1
        table.add_row(*((group.name if place == 0 else "", *cells) if grouped else cells), end_section=grouped and last)


def _cells(stage: str, rates: Rates) -> tuple[str, ...]:
    estimates = (rates.precision, rates.recall, rates.f1)
    share = "" if stage in _DETECTION else percent(rates.share)
    return (STAGE_NAMES[stage], str(rates.count.gold), str(rates.count.found), *map(percent, estimates), share)


def percent(estimate: Estimate) -> str:
    """Return a rate as tables show it, e.g. "93.1 [90.2–95.6]"; "—" without a denominator."""
    if estimate.value is None:
        return "—"
    value = f"{100 * estimate.value:.1f}"
    if estimate.low is None or estimate.high is None:
        return value
    return f"{value} [{100 * estimate.low:.1f}–{100 * estimate.high:.1f}]"


def fault_lines(faults: Iterable[Fault]) -> Iterator[str]:
    """Yield the faults stage by stage, each with its report, text, what was wanted and got, and why."""
    rows = list(faults)
    for stage in STAGES:
        here = [row for row in rows if row.stage == stage]
        if here:
            yield f"{STAGE_NAMES[stage]}：{len(here)} 处"
            yield from (f"  {_line(row)}" for row in here)


def _line(fault: Fault) -> str:
    parts = [f"{_KIND_NAMES[fault.kind]} {fault.report}@{fault.start} {fault.text}"]
    if fault.wanted or fault.got:
        parts.append(f"应为 {fault.wanted or '无'}，程序为 {fault.got or '无'}")
    if fault.why:
        parts.append(fault.why)
    return " ｜ ".join(parts).translate(CONTROLS)


def as_json(summary: Summary, scores: Sequence[ReportScore], *, errors: bool = False) -> str:
    """Return the figures as JSON: rates overall and by group, and the summed counts of each table."""
    content: dict[str, Any] = {
        "reports": [{"name": row.name, "writer": row.writer, "genre": row.genre} for row in scores],
        "bootstrap": {"seed": SEED, "resamples": RESAMPLES},
        "overall": _group(summary.overall),
        "by": {row.by: _breakdown(row) for row in summary.breakdowns},
        "counts": counts(scores),
    }
    if errors:
        content["errors"] = [asdict(fault) for score in scores for fault in score.faults]
    return json.dumps(content, ensure_ascii=False, indent=1)


def counts(scores: Sequence[ReportScore]) -> dict[str, dict[str, int]]:
    """Return the counts of problems, sections and quantities, summed over the reports that have gold for them."""
    parts = {
        "problems": [asdict(score.problems) for score in scores if score.problems is not None],
        "sections": [asdict(score.headings) for score in scores if score.headings is not None],
        "quantities": [asdict(score.quantities) for score in scores if score.quantities is not None],
    }
    return {name: {key: sum(row[key] for row in rows) for key in rows[0]} for name, rows in parts.items() if rows}


def _group(group: Group) -> dict[str, Any]:
    return {"name": group.name, "reports": group.reports, "stages": {s: _rates(r) for s, r in group.stages}}


def _breakdown(breakdown: Breakdown) -> dict[str, Any]:
    return {group.code: _group(group) for group in breakdown.groups}


def _rates(rates: Rates) -> dict[str, Any]:
    names = ("precision", "recall", "f1", "share")
    return {"reports": rates.reports, **asdict(rates.count), **{name: asdict(getattr(rates, name)) for name in names}}
