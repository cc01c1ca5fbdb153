"""A reviewed workbook → corrections. Every row is checked on its own; what is wrong with one costs only that row."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import DamagedFileError, ReadError
from pipeline.review.codes import STATUS_NAMES, CodeReader, main_categories, read_status, read_yes
from pipeline.review.columns import CODES, HEADINGS, SHEET, TAXONOMY_CELLS, as_text, fingerprint
from pipeline.review.files import read_bytes
from pipeline.review.records import Correction, Field, Imported, Key, printable
from pipeline.taxonomy import Taxonomy

_Row = Mapping[str, object]
_ADVICE = "请用 zicha review export 重新导出"


class _RowError(ValueError):
    """What is wrong with a row, in Chinese."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """What the rows of one workbook are read with."""

    taxonomy: Taxonomy
    categories: CodeReader
    leaves: CodeReader
    who: str | None
    at: str

    def corrections(self, row: _Row) -> tuple[Correction, ...]:
        """Return what the person changed in a row; _RowError where that is not clear."""
        _check_evidence(row)
        changes = self._changes(row)
        who = _answer(row, "复核人") or (self.who or "").strip()
        if changes and not who:
            raise _RowError("没有填复核人。请填写复核人，或在导入时用 --who 指定")
        return tuple(self._correction(row, field, old, new, who) for field, (old, new) in changes.items())

    def _changes(self, row: _Row) -> dict[Field, tuple[str, str]]:
        old_code = _code_of(row, "建议子类") or _code_of(row, "建议类别")
        old_status = read_status(_answer(row, "建议状态")) or ""
        wanted: dict[Field, tuple[str, str]] = {}
        new_code, new_status = self._subcategory(row), _new_status(row)
        if new_code not in ("", old_code):
            wanted["subcategory"] = (old_code, new_code)
        if new_status not in ("", old_status):
            wanted["status"] = (old_status, new_status)
        if not _is_no_problem(row):
            return wanted
        if wanted:
            raise _RowError("既填了“不是问题”，又改了类别或状态。请只留一样")
        return {"is_problem": ("yes", "no")}

    def _subcategory(self, row: _Row) -> str:
        """Return the code of the subcategory that the person chose, "" for none."""
        main, leaf = _answer(row, "改为类别"), _answer(row, "改为子类")
        category = self._read_category(main) if main else ""
        if not leaf:
            return self._only_leaf(category) if category else ""
        code = self.leaves.read(leaf)
        if code is None:
            hint = "这是类别，请选其下的子类" if self.categories.read(leaf) else "请从下拉项中选择"
            raise _RowError(f"改为子类“{leaf}”不在分类体系中，或不止一个子类叫这个名称。{hint}")
        if category and self.taxonomy.category_of(code) != category:
            raise _RowError(f"改为子类 {code} 不属于改为类别 {category}。请改正其中之一，或清空“改为类别”")
        return code

    def _read_category(self, text: str) -> str:
        code = self.categories.read(text)
        if code is None:
            hint = "这是子类，请填到“改为子类”" if self.leaves.read(text) else "请从下拉项中选择"
            raise _RowError(f"改为类别“{text}”不在分类体系中。{hint}")
        return code

    def _only_leaf(self, category: str) -> str:
        below = self.taxonomy.below(category)
        if len(below) != 1:
            raise _RowError(f"只填了改为类别 {category}，还要填“改为子类”，可选 {'、'.join(below)}")
        return below[0]

    def _correction(self, row: _Row, field: Field, old: str, new: str, who: str) -> Correction:
        return Correction(
            report_id=as_text(row["report_id"]),
            start=int(as_text(row["start"])),
            end=int(as_text(row["end"])),
            text=as_text(row["问题表述"]),
            field=field,
            old=old,
            new=new,
            who=who,
            at=self.at,
            source_file=as_text(row["来源文件"]),
            finding_id=as_text(row["finding_id"]),
            taxonomy=self.taxonomy.digest,
            note=_answer(row, "备注"),
        )


def import_workbook(path: Path, taxonomy: Taxonomy, *, who: str | None, at: str) -> Imported:
    """Return the corrections in a workbook of `export_workbook` that a person filled in.

    who: stands for 复核人 where a row names none. at: when the review was handed in, ISO 8601 with offset.
    A row with a fault is left out, e.g. "第5行：改为子类 JF03 不属于改为类别 NK。……"; rows count as in the sheet.
    Raises ReadError for a file that is no such workbook or was made with another taxonomy.
    """
    book = _opened(path)
    rows = list(_rows(book[SHEET], path.name))
    _check_taxonomy(book, rows, taxonomy, path.name)
    reader = _Reader(taxonomy, CodeReader(main_categories(taxonomy)), CodeReader(taxonomy.leaves), who, at)
    corrections: dict[tuple[Key, str], Correction] = {}
    origins: dict[Key, tuple[int, str]] = {}
    faults: list[str] = []
    unchanged = 0
    for number, row in rows:
        try:
            found = reader.corrections(row)
            _check_agreement(found, origins)
        except _RowError as fault:
            faults.append(f"第{number}行：{fault}。")
            continue
        unchanged += not found
        for correction in found:
            corrections[correction.key, correction.new] = correction
            origins[correction.key] = (number, correction.new)
    return Imported(tuple(corrections.values()), tuple(faults), unchanged)


def _opened(path: Path) -> Any:
    from openpyxl import load_workbook

    content = io.BytesIO(read_bytes(path))
    with warnings.catch_warnings():
        # What openpyxl does not know (Excel's extensions) is no part of what is read here.
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(content, data_only=True)
        except Exception as error:  # openpyxl lets out whatever zipfile, lxml or its own parts raise
            advice = f"请另存为 .xlsx 后重试；若仍不行，{_ADVICE}"
            raise DamagedFileError(path.name, "不是 .xlsx 工作簿，或文件已损坏", advice) from error
    if SHEET not in book.sheetnames:
        raise ReadError(path.name, f"不是复核工作簿（没有工作表“{SHEET}”）", _ADVICE)
    return book


def _rows(sheet: Any, name: str) -> Iterator[tuple[int, _Row]]:
    """Yield the rows that hold anything with their numbers; ReadError where a column is missing."""
    lines = sheet.iter_rows(values_only=True)
    header = [as_text(value) for value in next(lines, ())]
    missing = [heading for heading in HEADINGS if heading not in header]
    if missing:
        raise ReadError(name, f"不是复核工作簿，或表头被改动（缺少列 {'、'.join(missing)}）", _ADVICE)
    for number, line in enumerate(lines, start=2):
        if any(value is not None for value in line):
            yield number, dict(zip(header, line, strict=False))


def _check_taxonomy(book: Any, rows: list[tuple[int, _Row]], taxonomy: Taxonomy, name: str) -> None:
    named = {key: _code_cell(book, coordinate) for key, coordinate in TAXONOMY_CELLS.items()}
    digests = {as_text(row["taxonomy"]) for _, row in rows} | {named["digest"]}
    others = sorted(digests - {"", taxonomy.digest})
    if others:
        made_with = f"分类体系 {named['version']}（{others[0]}）"
        current = f"{taxonomy.version}（{taxonomy.digest}）"
        advice = "请用 --taxonomy 给出导出时所用的分类体系文件，或重新导出"
        raise ReadError(name, f"工作簿按{made_with}导出，现在用的是 {current}", advice)


def _code_cell(book: Any, coordinate: str) -> str:
    return as_text(book[CODES][coordinate].value) if CODES in book.sheetnames else ""


def _check_evidence(row: _Row) -> None:
    if not as_text(row["report_id"]) or not as_text(row["start"]).isdecimal() or not as_text(row["end"]).isdecimal():
        raise _RowError("这一行不是导出的，无法对应到报告中的问题。请不要自行加行")
    if fingerprint(row) != as_text(row["fingerprint"]):
        raise _RowError("来源文件至判据各列（或隐藏列）被改动，无法确认原文。请恢复原样，或重新导出后填写")


def _check_agreement(found: tuple[Correction, ...], origins: Mapping[Key, tuple[int, str]]) -> None:
    """Raise _RowError where an earlier row says something else of the same statement: two copies of one report do."""
    for correction in found:
        number, new = origins.get(correction.key, (0, correction.new))
        if new != correction.new:
            raise _RowError(f"与第{number}行不一致（同一份报告的同一处，那一行改为 {new}）。请改成一样的")


def _answer(row: _Row, heading: str) -> str:
    return printable(as_text(row[heading])).strip()


def _code_of(row: _Row, heading: str) -> str:
    return as_text(row[heading]).split(" ")[0]


def _new_status(row: _Row) -> str:
    text = _answer(row, "改为状态")
    status = read_status(text) if text else ""
    if status is None:
        raise _RowError(f"改为状态“{text}”不认识，应为 {' 或 '.join(STATUS_NAMES.values())}")
    return status


def _is_no_problem(row: _Row) -> bool:
    text = _answer(row, "不是问题")
    answer = read_yes(text)
    if answer is None:
        raise _RowError(f"不是问题“{text}”不认识，应填 是，或留空")
    return answer
