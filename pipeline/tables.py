"""Records to rows: the six tables, their columns, and one converter a record.

Rows are plain tuples, so that the CSV files stream without pandas; `to_frames` is for those who go on in pandas.
An unknown or empty cell is None. Several values of one cell are joined by ";", section roles by "+".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from pipeline.records import Check, Finding, Quantity, Remedy, Report, Section
from pipeline.taxonomy import Taxonomy, builtin
from pipeline.version import __version__

if TYPE_CHECKING:
    import pandas

Value = str | int | float | bool | None
Row = tuple[Value, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TABLES: dict[str, tuple[str, ...]] = {
    "reports": _words(
        "report_id source_file title unit doc_number date genre chars sections findings quantities remedies "
        "text_quality warnings status error elapsed_ms version taxonomy_version genre_confidence taxonomy_hash"
    ),
    "sections": _words("report_id source_file section_id parent_id level number title role start end"),
    "findings": _words(
        "report_id source_file unit finding_id section_path heading section_category category category_name "
        "subcategory subcategory_name secondary mandate text start end core_start core_end status found_by scope "
        "hedge nature cause consequence amount_yuan quantity_ids remedy_ids remedy_link confidence cues needs_review "
        "taxonomy_version taxonomy_hash"
    ),
    "quantities": _words(
        "report_id source_file quantity_id finding_id section_path raw start end kind value value_max unit bound "
        "approximate masked item role period_start period_end note actor part_of compared_with change"
    ),
    "remedies": _words(
        "report_id source_file remedy_id section_path text start end owner deadline state quantity_ids finding_ids"
    ),
    "checks": _words("report_id source_file check severity message start end other_start other_end other_file"),
}

# A column has one type in whichever table it stands; those not named here are text. `value` is a number, or a date
# as ISO text, so it holds Python objects.
_COLUMNS_OF_TYPE: dict[str, tuple[str, ...]] = {
    "Int64": _words(
        "chars sections findings quantities remedies elapsed_ms level start end core_start core_end other_start "
        "other_end hedge"
    ),
    "Float64": _words("text_quality amount_yuan confidence genre_confidence"),
    "boolean": _words("approximate masked needs_review"),
    "object": _words("value value_max"),
}


def rows(reports: Iterable[Report], table_name: str) -> Iterator[Row]:
    """Yield the rows of one table in the order of the reports, each with the cells of `TABLES[table_name]`.

    Example: `next(rows([report], "findings"))[13]` is the statement, e.g. "深入一线不够。".
    A failed report has its row in "reports" and nothing elsewhere. Raises KeyError for a name not in `TABLES`.
    """
    convert = _CONVERTERS[table_name]
    for report in reports:
        # What a failed report holds besides its error is not shown: it was not read to the end.
        if report.status == "failed" and table_name != "reports":
            continue
        for row in convert(report):
            yield tuple([None if cell == "" else cell for cell in row]) if "" in row else row


def to_frames(reports: Iterable[Report]) -> dict[str, pandas.DataFrame]:
    """Return the six tables as data frames by name, with pandas' nullable types, unknown as NA.

    Offsets and counts are Int64, money and confidence Float64, flags boolean, the rest text. `value` and
    `value_max` hold objects, since a date stands there as an ISO string. Holds all rows in memory.
    """
    collected: dict[str, list[Row]] = {name: [] for name in TABLES}
    for report in reports:
        for name, lines in collected.items():
            lines.extend(rows([report], name))
    return {name: _frame(columns, collected[name]) for name, columns in TABLES.items()}


def _frame(columns: tuple[str, ...], lines: list[Row]) -> pandas.DataFrame:
    import pandas

    cells = list(zip(*lines, strict=True)) or [()] * len(columns)
    series = {
        column: pandas.Series([pandas.NA if cell is None else cell for cell in values], dtype=dtype_of(column))
        for column, values in zip(columns, cells, strict=True)
    }
    return pandas.DataFrame(series)


def dtype_of(column: str) -> str:
    """Return the type of a column in pandas: "Int64", "Float64", "boolean", "string", or "object" (number or date)."""
    return next((dtype for dtype, columns in _COLUMNS_OF_TYPE.items() if column in columns), "string")


def _joined(values: Iterable[str]) -> str:
    return ";".join(values)


def _origin(report: Report) -> tuple[Value, Value]:
    return report.document.report_id, report.document.source_file


def report_row(report: Report) -> Row:
    """Return the row of reports.csv; of a file that could not be read nothing is counted, so the counts are None."""
    document, outline = report.document, report.outline
    counted: Row = (None, None, None, None, None, None)
    if report.status == "ok":
        parts = (report.sections, report.findings, report.quantities, report.remedies)
        counted = (outline.genre, len(document.text), *map(len, parts))
    return (
        *_origin(report),
        *(outline.title, outline.unit, outline.doc_number, outline.date),
        *counted,
        report.text_quality,
        _joined(document.warnings),
        *(report.status, report.error, report.elapsed_ms, __version__, _taxonomy(report).version),
        outline.genre_confidence if report.status == "ok" else None,
        _taxonomy(report).digest,
    )


def _taxonomy(report: Report) -> Taxonomy:
    return report.taxonomy or builtin()


def section_row(report: Report, section: Section) -> Row:
    """Return the row of one heading in sections.csv, e.g. role "PROBLEM+CAUSE" for 存在问题及原因分析."""
    return (
        *_origin(report),
        *(section.section_id, section.parent_id, section.level, section.number, section.title),
        "+".join(section.roles),
        *(section.start, section.end),
    )


def finding_row(report: Report, finding: Finding) -> Row:
    """Return the row of one problem statement in findings.csv, the Chinese names of its codes beside them."""
    taxonomy = _taxonomy(report)
    return (
        *_origin(report),
        *(report.outline.unit, finding.finding_id, finding.section_path, finding.heading, finding.section_category),
        *(finding.category, taxonomy.name_of(finding.category)),
        *(finding.subcategory, taxonomy.name_of(finding.subcategory)),
        *(_joined(finding.secondary), finding.mandate, finding.text),
        *(finding.start, finding.end, finding.core_start, finding.core_end),
        *(finding.status, finding.found_by, finding.scope, finding.hedge),
        *(finding.nature, finding.cause, finding.consequence, finding.amount_yuan),
        *(_joined(finding.quantity_ids), _joined(finding.remedy_ids), finding.remedy_link),
        *(finding.confidence, _joined(finding.cues), finding.needs_review),
        *(taxonomy.version, taxonomy.digest),
    )


def quantity_row(report: Report, quantity: Quantity) -> Row:
    """Return the row of one counted or measured value in quantities.csv."""
    return (
        *_origin(report),
        *(quantity.quantity_id, quantity.finding_id, quantity.section_path, quantity.raw),
        *(quantity.start, quantity.end, quantity.kind, quantity.value, quantity.value_max),
        *(quantity.unit, quantity.bound, quantity.approximate, quantity.masked),
        *(quantity.item, quantity.role, quantity.period_start, quantity.period_end, quantity.note),
        *(quantity.actor, quantity.part_of, quantity.compared_with, quantity.change),
    )


def remedy_row(report: Report, remedy: Remedy) -> Row:
    """Return the row of one step in remedies.csv."""
    return (
        *_origin(report),
        *(remedy.remedy_id, remedy.section_path, remedy.text, remedy.start, remedy.end),
        *(remedy.owner, remedy.deadline, remedy.state),
        *(_joined(remedy.quantity_ids), _joined(remedy.finding_ids)),
    )


def check_row(report: Report, check: Check) -> Row:
    """Return the row of one remark in checks.csv."""
    return (
        *_origin(report),
        *(check.check, check.severity, check.message, check.start, check.end),
        *(check.other_start, check.other_end, check.other_file),
    )


_CONVERTERS: dict[str, Callable[[Report], Iterable[Row]]] = {
    "reports": lambda report: [report_row(report)],
    "sections": lambda report: (section_row(report, item) for item in report.sections),
    "findings": lambda report: (finding_row(report, item) for item in report.findings),
    "quantities": lambda report: (quantity_row(report, item) for item in report.quantities),
    "remedies": lambda report: (remedy_row(report, item) for item in report.remedies),
    "checks": lambda report: (check_row(report, item) for item in report.checks),
}
