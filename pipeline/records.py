"""The records that every stage takes and returns.

Offsets are characters of `Document.text`, start inclusive, end exclusive. Records never change;
a stage that adds to one makes a new one with `dataclasses.replace`. Unknown is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast, get_args

if TYPE_CHECKING:
    import pandas

    from pipeline.taxonomy import Taxonomy

BlockKind = Literal["paragraph", "cell", "textbox", "footnote", "endnote"]
Role = Literal["OVERVIEW", "PRACTICE", "PROBLEM", "CAUSE", "PLAN", "RECTIFY", "REQUEST", "APPENDIX", "OTHER"]
Genre = Literal["self-report", "feedback", "rectification", "comparison", "audit", "work-report", "news", "other"]
FindingStatus = Literal["open", "rectified"]
FoundBy = Literal["self", "inspection", "audit", "public", "notice"]
QuantityKind = Literal[
    "count", "money", "percent", "ratio", "duration", "date", "period", "frequency", "physical", "ordinal", "masked"
]
QuantityRole = Literal["achievement", "problem", "plan", "requirement", "background", "structural"]
Bound = Literal["=", ">=", "<=", ">", "<"]
Change = Literal["increase", "decrease", "level"]
RemedyState = Literal["planned", "ongoing", "done"]
RemedyLink = Literal["direct", "weak", "none"]
Severity = Literal["info", "warning", "error"]


ROLES: tuple[Role, ...] = get_args(Role)


def as_roles(text: str) -> tuple[Role, ...]:
    """Return roles from their joined form, "PROBLEM+CAUSE" -> ("PROBLEM", "CAUSE"); ValueError for an unknown one."""
    parts = text.split("+")
    unknown = [part for part in parts if part not in ROLES]
    if unknown:
        raise ValueError(f"unknown role {unknown[0]!r}; known: {', '.join(ROLES)}")
    return cast("tuple[Role, ...]", tuple(parts))


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of characters, e.g. `Span(0, 2)` of "一、基本情况" is "一、"."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the characters that this span covers in text."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where a cell stands: zero-based table, row and column of its upper left corner, and its extent."""

    table: int
    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph (or table cell paragraph, text box paragraph, note) of a report.

    number: the automatic number that Word shows, which the text contains, e.g. "（一）"; None where there is none.
    outline: 0 for a first-level heading style, 1 for a second-level one …; None for body text.
    lead_end: offset where an emphasised opening (bold, 黑体, 楷体) of a paragraph ends, None where there is none
        or the whole paragraph looks alike.
    page: the page that the block begins on, from 1, where the file has pages (PDF, OFD, pictures).
    """

    start: int
    end: int
    kind: BlockKind = "paragraph"
    style: str | None = None
    outline: int | None = None
    number: str | None = None
    bold: bool = False
    centred: bool = False
    font: str | None = None
    size: float | None = None
    lead_end: int | None = None
    table: TablePlace | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A report's text as the reader built it, once; everything else points into `text`."""

    report_id: str
    source_file: str
    format: str
    text: str
    blocks: tuple[Block, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it.

    level: 1 is the outermost of this report. number: as written ("（一）"), "" where there is none.
    start: where the number begins. heading_end: after the title, before its final 。. end: where the section ends.
    """

    section_id: str
    parent_id: str | None
    level: int
    number: str
    title: str
    roles: tuple[Role, ...]
    start: int
    heading_end: int
    end: int
    path: str


@dataclass(frozen=True, slots=True)
class Outline:
    """The section tree of a report in text order, and what kind of report it is."""

    sections: tuple[Section, ...]
    genre: Genre
    title: str | None = None
    unit: str | None = None
    doc_number: str | None = None
    date: str | None = None
    genre_confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem statement: a sentence, or one item of 一是…；二是… or 有的…；有的…

    core: the part that carries the problem, the B of 虽然A，但B. hedge: 1 (有待加强) to 5 (违规, 没有).
    cues: why it was taken, e.g. "degree:不够". amount_yuan: money that the statement names, in 元.
    """

    finding_id: str
    start: int
    end: int
    text: str
    core_start: int
    core_end: int
    section_id: str | None = None
    section_path: str = ""
    heading: str | None = None
    section_category: str | None = None
    category: str | None = None
    subcategory: str | None = None
    secondary: tuple[str, ...] = ()
    mandate: str | None = None
    status: FindingStatus = "open"
    found_by: FoundBy = "self"
    scope: str | None = None
    hedge: int | None = None
    nature: str | None = None
    cause: str | None = None
    consequence: str | None = None
    amount_yuan: float | None = None
    quantity_ids: tuple[str, ...] = ()
    remedy_ids: tuple[str, ...] = ()
    remedy_link: RemedyLink = "none"
    confidence: float = 0.0
    cues: tuple[str, ...] = ()
    needs_review: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """A statement that looked like a problem and was not taken, and why, e.g. reason "plan"."""

    start: int
    end: int
    reason: str
    cues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quantity:
    """A counted or measured value.

    value: in base units (2.83万元 -> 28300.0 with unit 元); an ISO string for a date ("2021-12-31" for 2021年底);
    None where the report masks it. bound: "=" unless the text says 以上, 超过, 不足 …
    period_start, period_end: the stretch of a period, or the one that a value holds for (2023年，立案12件).
    actor: the unit or body that did or has it, as written (区纪委监委), never a person's name. part_of: the
    quantity_id of the total that it is a part of. compared_with, change: against what (同比) and how it changed.
    """

    quantity_id: str
    start: int
    end: int
    raw: str
    kind: QuantityKind
    value: float | str | None
    value_max: float | str | None = None
    unit: str = ""
    bound: Bound = "="
    approximate: bool = False
    masked: bool = False
    item: str | None = None
    role: QuantityRole = "background"
    period_start: str | None = None
    period_end: str | None = None
    note: str | None = None
    section_path: str = ""
    finding_id: str | None = None
    actor: str | None = None
    part_of: str | None = None
    compared_with: str | None = None
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Remedy:
    """A step that is planned or done; deadline as written in the report, ISO where it is exact."""

    remedy_id: str
    start: int
    end: int
    text: str
    state: RemedyState
    section_path: str = ""
    owner: str | None = None
    deadline: str | None = None
    quantity_ids: tuple[str, ...] = ()
    finding_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """Something that a person should look at, e.g. check "masked", message "第1处：数字被掩码（*次）"."""

    check: str
    severity: Severity
    message: str
    start: int
    end: int
    other_start: int | None = None
    other_end: int | None = None
    other_file: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All that was read out of one file; `status` is "ok", or "failed" with `error` saying why and what to do.

    text_quality: how far the text can be trusted, 0 to 1; below one half the values of quantities are withheld.
    taxonomy: what the categories of the findings are codes of; None stands for the built-in one.
    """

    document: Document
    outline: Outline
    findings: tuple[Finding, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    checks: tuple[Check, ...] = ()
    status: Literal["ok", "failed"] = "ok"
    error: str | None = None
    elapsed_ms: int = 0
    text_quality: float | None = None
    taxonomy: Taxonomy | None = None

    @property
    def sections(self) -> tuple[Section, ...]:
        """The headings in text order."""
        return self.outline.sections

    def to_frames(self) -> dict[str, pandas.DataFrame]:
        """Return the six tables of this report, by name, with the columns of the CSV files.

        Example: `analyze("a.docx").to_frames()["findings"]` has one row a problem statement.
        """
        from pipeline.tables import to_frames

        return to_frames([self])


def failed_report(source_file: str, error: str, *, report_id: str = "") -> Report:
    """Return the row that stands for a file that could not be read; error is Chinese and says what to do."""
    document = Document(report_id=report_id, source_file=source_file, format="", text="", blocks=())
    return Report(document=document, outline=Outline(sections=(), genre="other"), status="failed", error=error)
