"""What is right in a report, as people annotated it: from marked-up reports and from tables beside a plain text.

Marked-up reports (see `pipeline.marked`) hold headings and problem statements; tables hold headings, problem statements
and quantities: ID.problems.tsv, ID.sections.tsv, ID.sections_optional.tsv, ID.quantities.tsv beside ID.txt.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.evaluate.gold_records import (
    GoldError,
    GoldReport,
    GoldSegment,
    marked_headings,
    read_text,
    writer_of,
)
from pipeline.evaluate.gold_tables import prefixes, read_tables
from pipeline.evaluate.locate import meet, segments
from pipeline.files import shown
from pipeline.marked import MarkedReport, MarkupError, parse_marked
from pipeline.records import Span
from pipeline.resources import corpus_path


def read_gold(path: str | Path | None = None, *, writers: str | None = None) -> tuple[GoldReport, ...]:
    """Return the annotated reports at path, sorted by name; those of the installed corpus where it is None.

    path: a folder of tables (ID.problems.tsv …; the texts in it, in text/ within it or beside it), a folder of
    marked-up reports, or one file of either kind. writers: only reports by these writers, e.g. "mn".
    Raises GoldError where nothing is found or something is malformed.
    """
    found = tuple(_read(corpus_path("reports") if path is None else Path(path)))
    kept = tuple(report for report in found if writers is None or (report.writer or "-") in writers)
    if not kept:
        known = (
            "、".join(sorted({report.writer for report in found if report.writer})) or "无（文件名不以字母加 - 开头）"
        )
        raise GoldError(f"没有写作者 {writers} 的标注报告。已有的写作者：{known}。")
    return kept


def _read(path: Path) -> Iterator[GoldReport]:
    if not path.exists():
        raise GoldError(f"{shown(str(path))}：找不到该文件或文件夹。请检查路径。")
    tables = prefixes(path)
    marked = [path] if path.is_file() else sorted(path.glob("*.txt"))
    if tables:
        yield from (read_tables(prefix) for prefix in tables)
    elif marked:
        yield from (read_marked(file) for file in marked)
    else:
        raise GoldError(f"{shown(str(path))}：没有标注文件（*.problems.tsv 或带标注的 *.txt）。请检查路径。")


def read_marked(path: Path) -> GoldReport:
    """Return the gold of one marked-up report; its segments are labelled by the marks that they meet."""
    source = read_text(path).replace("\r\n", "\n")
    try:
        marked = parse_marked(source)
    except MarkupError as error:
        raise GoldError(f"{shown(path.name)}：{error}。") from error
    return GoldReport(
        name=shown(path.stem),
        writer=writer_of(path.stem),
        text=marked.text,
        segments=tuple(labelled_segments(marked)),
        headings=marked_headings(marked),
    )


def labelled_segments(marked: MarkedReport) -> Iterator[GoldSegment]:
    """Yield every segment: P with the codes of all marks that it meets, ? where it meets only marks `?`, else N."""
    for place in segments(marked.text):
        met = [mark for mark in marked.problems if meet(place, Span(mark.start, mark.end))]
        codes = tuple(dict.fromkeys(code for mark in met for code in mark.codes))
        if codes:
            yield GoldSegment(place, "P", codes)
        else:
            yield GoldSegment(place, "?" if met else "N")
