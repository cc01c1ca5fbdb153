"""Findings as rows of findings.csv, and reports without their text from such a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from pipeline.errors import DamagedFileError, ReadError
from pipeline.records import Document, Finding, Outline, Report
from pipeline.review.files import read_bytes
from pipeline.taxonomy import Taxonomy

TABLE = "findings.csv"
_FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"
_NEEDED = ("report_id", "source_file", "finding_id", "text", "start", "end", "core_start", "core_end")
_FIELDS = frozenset(field.name for field in fields(Finding))
_WHOLE = ("start", "end", "core_start", "core_end", "hedge")
_REAL = ("confidence", "amount_yuan")
_JOINED = ("secondary", "quantity_ids", "remedy_ids", "cues")


def finding_rows(report: Report) -> Iterator[dict[str, object]]:
    """Yield each finding with the columns of findings.csv, but for the names of categories."""
    origin = {
        "report_id": report.document.report_id,
        "source_file": report.document.source_file,
        "unit": report.outline.unit,
    }
    for finding in report.findings:
        values = {name: getattr(finding, name) for name in sorted(_FIELDS)}
        yield origin | {name: ";".join(value) if name in _JOINED else value for name, value in values.items()}


def has_table(path: Path) -> bool:
    """Return whether a path is a folder that `zicha analyze -o` wrote."""
    return (path / TABLE).is_file()


def tabled_reports(folder: Path, taxonomy: Taxonomy) -> list[Report]:
    """Return the reports of a folder that `zicha analyze -o` wrote: their findings, without text and without the rest.

    Raises ReadError where findings.csv cannot be read, is not such a table, or was made with another taxonomy.
    A report without findings is not there.
    """
    found: dict[tuple[str, str, str], list[Finding]] = {}
    for number, row in _table(folder / TABLE):
        _check_taxonomy(row, taxonomy)
        origin = (row["report_id"], _without_apostrophe(row["source_file"]), _without_apostrophe(row.get("unit") or ""))
        try:
            found.setdefault(origin, []).append(_finding(row))
        except (ValueError, TypeError, KeyError) as error:
            raise DamagedFileError(TABLE, f"第{number}行的内容不对", "请用 zicha analyze 重新写出表格") from error
    return [_report(*origin, tuple(findings)) for origin, findings in found.items()]


def _check_taxonomy(row: dict[str, str], taxonomy: Taxonomy) -> None:
    digest = row.get("taxonomy_hash") or taxonomy.digest
    if digest != taxonomy.digest:
        made_with = f"分类体系 {row.get('taxonomy_version') or ''}（{digest}）"
        problem = f"表格按{made_with}写出，现在用的是 {taxonomy.version}（{taxonomy.digest}）"
        raise ReadError(TABLE, problem, "请用 --taxonomy 给出分析时所用的分类体系文件，或重新分析")


def _report(report_id: str, source_file: str, unit: str, findings: tuple[Finding, ...]) -> Report:
    document = Document(report_id, source_file, format="", text="", blocks=())
    return Report(document, Outline(sections=(), genre="other", unit=unit or None), findings)


def _table(path: Path) -> list[tuple[int, dict[str, str]]]:
    content = read_bytes(path)
    try:
        text = io.StringIO(content.decode("utf-8-sig"), newline="")
        rows = list(enumerate(csv.DictReader(text), start=2))
    except (UnicodeDecodeError, csv.Error) as error:
        raise DamagedFileError(TABLE, "不是 UTF-8 编码的 CSV 表格", "请用 zicha analyze 重新写出表格") from error
    missing = [name for name in _NEEDED if rows and rows[0][1].get(name) is None]
    if missing:
        raise DamagedFileError(TABLE, f"缺少列 {'、'.join(missing)}", "请用 zicha analyze 重新写出表格")
    return rows


def _finding(row: dict[str, str]) -> Finding:
    values = {name: _value(name, cell) for name, cell in row.items() if name in _FIELDS and cell}
    start, end = values["start"], values["end"]
    # With its apostrophe the statement would be longer than its place.
    values["text"] = row["text"] if len(row["text"]) == end - start else _without_apostrophe(row["text"])
    return Finding(**values)


def _value(name: str, cell: str) -> Any:
    if name in _WHOLE:
        return int(cell)
    if name in _REAL:
        return float(cell)
    if name in _JOINED:
        return tuple(_without_apostrophe(cell).split(";"))
    return cell.lower() == "true" if name == "needs_review" else _without_apostrophe(cell)


def _without_apostrophe(cell: str) -> str:
    """Return a cell without the apostrophe that the CSV writer puts before what a spreadsheet would run."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] and cell[1] in _FORMULA_STARTS else cell
