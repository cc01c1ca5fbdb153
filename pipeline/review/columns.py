"""The columns of the review workbook, and the fingerprint that tells whether somebody changed the evidence in a row."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.review.codes import STATUS_NAMES, entry
from pipeline.review.records import printable
from pipeline.taxonomy import Taxonomy

SHEET, GUIDE, CODES = "问题复核", "说明", "代码表"
# Where the sheet of codes says which taxonomy they are of.
TAXONOMY_CELLS = {"title": "E2", "version": "F2", "digest": "G2"}

Kind = Literal["evidence", "answer", "hidden"]
Cell = str | int | float


@dataclass(frozen=True, slots=True)
class Column:
    """A column: evidence is locked, an answer is for the person to fill in, hidden ones lead back to the finding."""

    heading: str
    kind: Kind
    width: int = 12


COLUMNS = (
    Column("来源文件", "evidence", 18),
    Column("单位", "evidence", 14),
    Column("所在章节", "evidence", 10),
    Column("原标题", "evidence", 20),
    Column("问题表述", "evidence", 60),
    Column("建议类别", "evidence", 11),
    Column("建议子类", "evidence", 24),
    Column("建议状态", "evidence", 9),
    Column("置信度", "evidence", 8),
    Column("需复核", "evidence", 8),
    Column("判据", "evidence", 32),
    Column("改为类别", "answer", 12),
    Column("改为子类", "answer", 26),
    Column("改为状态", "answer", 10),
    Column("不是问题", "answer", 9),
    Column("复核人", "answer", 10),
    Column("备注", "answer", 24),
    Column("report_id", "hidden"),
    Column("finding_id", "hidden"),
    Column("start", "hidden"),
    Column("end", "hidden"),
    Column("fingerprint", "hidden"),
    Column("taxonomy", "hidden"),
)
HEADINGS = tuple(column.heading for column in COLUMNS)
_PROVEN = tuple(column.heading for column in COLUMNS if column.kind == "evidence") + HEADINGS[-6:-2]


def row_cells(row: Mapping[str, object], taxonomy: Taxonomy) -> dict[str, Cell]:
    """Return the cells of a row of findings.csv by heading, the answers empty.

    Example: subcategory "NK06" -> 建议子类 "NK06 往来款与历史旧账清理"; a code unknown to the taxonomy stands alone.
    """
    status = as_text(row.get("status"))
    cells: dict[str, Cell] = {
        "来源文件": as_text(row.get("source_file")),
        "单位": as_text(row.get("unit")),
        "所在章节": as_text(row.get("section_path")),
        "原标题": as_text(row.get("heading")),
        "问题表述": as_text(row.get("text")),
        "建议类别": _shown_code(row.get("category"), taxonomy),
        "建议子类": _shown_code(row.get("subcategory"), taxonomy),
        "建议状态": STATUS_NAMES.get(status, status),
        "置信度": _number(row.get("confidence")),
        "需复核": "是" if needs_review(row) else "",
        "判据": as_text(row.get("cues")),
        "report_id": as_text(row.get("report_id")),
        "finding_id": as_text(row.get("finding_id")),
        "start": _whole(row.get("start")),
        "end": _whole(row.get("end")),
        "taxonomy": taxonomy.digest,
    }
    return cells | {"fingerprint": fingerprint(cells)}


def needs_review(row: Mapping[str, object]) -> bool:
    """Return whether a row of findings.csv is marked for review, e.g. "true" -> True."""
    return as_text(row.get("needs_review")).lower() in ("true", "1")


def certainty(row: Mapping[str, object]) -> tuple[bool, float]:
    """Return what rows are sorted by: those marked for review first, then the least certain."""
    confidence = _number(row.get("confidence"))
    return not needs_review(row), confidence if isinstance(confidence, (int, float)) else 0.0


def fingerprint(cells: Mapping[str, object]) -> str:
    """Return 16 hexadecimal digits that change with any word or number of the evidence.

    White space does not count, nor does how a number is written: office programs change both when they save.
    """
    parts = [_proof(cells.get(heading)) for heading in _PROVEN]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def as_text(value: object) -> str:
    """Return a value of a row as printable text; None, NA and nan are "", True is "true", 3.0 is "3"."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    return "" if value is None or text in ("<NA>", "nan", "NaT") else text.lower()


def _proof(value: object) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:.4f}"
    return "".join(as_text(value).split())


def _number(value: object) -> Cell:
    text = as_text(value)
    try:
        return float(text)
    except ValueError:
        return text


def _whole(value: object) -> Cell:
    text = as_text(value)
    return int(text) if text.isdecimal() else text


def _shown_code(value: object, taxonomy: Taxonomy) -> str:
    code = as_text(value)
    return entry(taxonomy.categories[code]) if code in taxonomy.categories else code
