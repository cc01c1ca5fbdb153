"""Builds text, Word files and gold tables from marked-up reports: `python tests/build_reports.py OUT [FOLDER]`.

OUT gets text/ID.txt, docx/ID.docx, gold/ID.problems.tsv and gold/ID.sections.tsv for each report of corpus/reports or
FOLDER. `zicha evaluate OUT/gold` scores the text against them.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from word_reports import LOOKS, counts_on, save_word

from pipeline.evaluate.gold import labelled_segments
from pipeline.evaluate.locate import meet
from pipeline.marked import MarkedReport, parse_marked
from pipeline.records import Span

REPORTS = Path(__file__).parent.parent / "corpus" / "reports"
PROBLEM_COLUMNS = ("seg", "label", "codes", "status", "note")
SECTION_COLUMNS = ("start", "level", "number", "role", "title_chars")
Row = tuple[object, ...]


def build(source: Path, out: Path, *, look: str) -> None:
    """Write one report's text, Word file and gold tables into the folders of out."""
    report = parse_marked(source.read_text(encoding="utf-8"))
    for folder in ("text", "docx", "gold"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    (out / "text" / source.name).write_text(report.text, encoding="utf-8", newline="")
    save_word(report, out / "docx" / f"{source.stem}.docx", look=look)
    _save_rows(out / "gold" / f"{source.stem}.problems.tsv", PROBLEM_COLUMNS, problem_rows(report))
    _save_rows(out / "gold" / f"{source.stem}.sections.tsv", SECTION_COLUMNS, section_rows(report))


def problem_rows(report: MarkedReport) -> Iterator[Row]:
    """Yield a row a segment, with the status of the first mark that it meets."""
    for number, segment in enumerate(labelled_segments(report)):
        met = (mark.status for mark in report.problems if meet(segment.place, Span(mark.start, mark.end)))
        yield number, segment.label, ",".join(segment.codes), next(filter(None, met), ""), ""


def section_rows(report: MarkedReport) -> Iterator[Row]:
    """Yield a row a heading; title_chars counts the number too."""
    for heading in report.headings:
        yield heading.start, heading.level, "", "+".join(heading.roles), heading.end - heading.start


def _save_rows(path: Path, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE)
        writer.writerow(columns)
        writer.writerows(rows)


def build_all(out: Path, folder: Path = REPORTS) -> int:
    """Build every report of a folder, each look in turn, and return how many there were."""
    sources = sorted(folder.glob("*.txt"))
    for index, source in enumerate(sources):
        build(source, out, look=_look(source, index))
    return len(sources)


def _look(source: Path, index: int) -> str:
    """Return each look in turn, but automatic numbers only where Word would count as the report does."""
    look = list(LOOKS)[index % len(LOOKS)]
    automatic = look in ("list", "style") and counts_on(parse_marked(source.read_text(encoding="utf-8")))
    return look if automatic or look == "tracked" else "typed"


if __name__ == "__main__":
    print(build_all(Path(sys.argv[1]), *map(Path, sys.argv[2:])))
