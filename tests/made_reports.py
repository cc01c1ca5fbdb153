"""Reports made by hand for the tests of tables, export, batch and command line, and stand-ins for `analyze`."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from pipeline.errors import DamagedFileError
from pipeline.files import SourceFile
from pipeline.records import (
    Block,
    Check,
    Document,
    Finding,
    Outline,
    Quantity,
    Remedy,
    Report,
    Section,
    failed_report,
)

STATEMENT = "联系群众不够，全年只走访3户。"
TEXT = f"一、存在问题及原因\n{STATEMENT}\n二、整改措施\n每月走访一次。"


def _place(part: str) -> tuple[int, int]:
    start = TEXT.index(part)
    return start, start + len(part)


def _sections(report_id: str) -> tuple[Section, ...]:
    titles = (("一、", "存在问题及原因", ("PROBLEM", "CAUSE")), ("二、", "整改措施", ("PLAN",)))
    ends = (TEXT.index("二、"), len(TEXT))
    return tuple(
        Section(f"{report_id}-s{n:03d}", None, 1, number, title, roles, *_place(number + title), end, number[0])  # type: ignore[arg-type]
        for n, ((number, title, roles), end) in enumerate(zip(titles, ends, strict=True), start=1)
    )


def made_finding(report_id: str = "abc123", *, text: str = STATEMENT, **changes: object) -> Finding:
    """Return a finding with every field filled; changes replace fields."""
    start, end = _place(STATEMENT)
    fields: dict[str, object] = {
        "finding_id": f"{report_id}-f001",
        "start": start,
        "end": end,
        "text": text,
        "core_start": start,
        "core_end": start + 6,
        "section_id": f"{report_id}-s001",
        "section_path": "一",
        "heading": "存在问题及原因",
        "section_category": "ZF",
        "category": "ZF",
        "subcategory": "ZF03",
        "secondary": ("ZF04", "JD03"),
        "mandate": "L2",
        "hedge": 2,
        "nature": "不足",
        "amount_yuan": 5.3e12,
        "quantity_ids": (f"{report_id}-q001",),
        "remedy_ids": (f"{report_id}-r001",),
        "remedy_link": "direct",
        "confidence": 0.875,
        "cues": ("degree:不够", "only:只"),
        "needs_review": True,
    }
    return Finding(**{**fields, **changes})  # type: ignore[arg-type]


def made_report(name: str = "甲局.docx", *, report_id: str = "abc123", findings: tuple[Finding, ...] = ()) -> Report:
    """Return a report that has a row in every table."""
    document = Document(report_id, name, "docx", TEXT, (Block(0, len(TEXT)),), warnings=("有未接受的修订", "有文本框"))
    quantities = (
        Quantity(f"{report_id}-q001", *_place("3户"), "3户", "count", 3.0, unit="户", role="problem"),
        Quantity(f"{report_id}-q002", *_place("每月"), "每月", "date", "2021-12-31"),
    )
    return Report(
        document=document,
        outline=Outline(_sections(report_id), "self-report", "关于作风的自查报告", "甲局", None, "2024-05-08"),
        findings=findings or (made_finding(report_id),),
        quantities=quantities,
        remedies=(
            Remedy(
                f"{report_id}-r001", *_place("每月走访一次。"), "每月走访一次。", "planned", finding_ids=("f1", "f2")
            ),
        ),
        checks=(Check("masked", "warning", "第1处：数字被掩码", 0, 2, other_file="乙局.docx"),),
    )


def fake_analyze(path: str | Path, *, name: str | None = None, **_: object) -> Report:
    """Stand in for `analyze`: the content of the file says what becomes of it."""
    path = Path(path)
    content, shown = path.read_text(encoding="utf-8"), name or path.name
    if content == "damaged":
        raise DamagedFileError(shown, "文件已损坏", "请重新保存后重试")
    if content == "bug":
        raise KeyError("正文里的一句话")
    return made_report(shown)


def fake_work(source: SourceFile, **_: object) -> Report:
    """Stand in for `analyze_file` in another process; a file that says "die" kills the process."""
    content = source.path.read_text(encoding="utf-8")
    if content == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    return failed_report(source.name, "坏") if content == "bad" else made_report(source.name)


def slow_work(source: SourceFile, **_: object) -> Report:
    """Stand in for `analyze_file`: leave a mark beside the file, then take longer than any test waits."""
    source.path.with_suffix(".started").touch()
    time.sleep(60)
    return made_report(source.name)
