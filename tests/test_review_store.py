"""Corrections: kept in a file that only grows, and applied to the reports of later runs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from made_reports import STATEMENT, TEXT, made_finding, made_report

from pipeline.errors import OutputError, ResourceError
from pipeline.records import Quantity, Remedy, Report
from pipeline.review import Correction, add, apply, latest, read
from pipeline.taxonomy import builtin

START = TEXT.index(STATEMENT)
END = START + len(STATEMENT)


def correction(**changes: object) -> Correction:
    fields: dict[str, object] = {
        "report_id": "abc123",
        "start": START,
        "end": END,
        "text": STATEMENT,
        "field": "subcategory",
        "old": "ZF03",
        "new": "NK06",
        "who": "张三",
        "at": "2026-11-24T10:00:00+08:00",
        "source_file": "甲局.docx",
        "finding_id": "abc123-f001",
        "taxonomy": builtin().digest,
        "note": "",
    }
    return Correction(**{**fields, **changes})  # type: ignore[arg-type]


def not_a_problem(**changes: object) -> Correction:
    return correction(**{"field": "is_problem", "old": "yes", "new": "no", **changes})


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "更正 #1?.sqlite"


def test_store_gives_back_what_it_got_in_order(store: Path) -> None:
    first, second = correction(note="见凭证\n第3号"), not_a_problem(who="李四")
    assert add(store, [first]) == 1
    assert add(store, [second]) == 1
    assert read(store) == (first, second)


def test_store_takes_nothing_twice(store: Path) -> None:
    assert add(store, [correction(), correction(at="2026-11-24T10:00:01+08:00")]) == 1
    assert add(store, [correction(who="李四")]) == 0
    assert read(store) == (correction(),)


def test_store_keeps_old_values_when_a_person_changes_their_mind(store: Path) -> None:
    steps = [correction(), correction(old="NK06", new="JF03"), correction(old="JF03", new="NK06")]
    assert [add(store, [step]) for step in steps] == [1, 1, 1]
    assert read(store) == tuple(steps)
    assert latest(read(store)) == {correction().key: steps[-1]}


def test_latest_has_the_last_made_at_the_end() -> None:
    other = correction(start=0, end=2)
    found = latest([correction(), other, correction(new="JF03")])
    assert list(found.values()) == [other, correction(new="JF03")]


def test_store_is_append_only(store: Path) -> None:
    add(store, [correction()])
    with closing(sqlite3.connect(store)) as connection:
        for statement in ("UPDATE corrections SET new = 'JF03'", "DELETE FROM corrections"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)


def test_store_takes_all_or_nothing(store: Path) -> None:
    def broken():
        yield correction()
        raise KeyError

    with pytest.raises(KeyError):
        add(store, broken())
    assert read(store) == ()


def test_store_takes_text_that_is_no_unicode(store: Path) -> None:
    assert add(store, [correction(text="走访\ud83d少\x00")]) == 1
    assert read(store)[0].text == "走访 少 "


def test_missing_store_is_said_and_not_made(store: Path) -> None:
    with pytest.raises(ResourceError, match="没有这个更正库文件.*zicha review import"):
        read(store)
    assert not store.exists()


@pytest.mark.parametrize("action", [read, lambda path: add(path, [correction()])])
def test_file_that_is_no_database_is_left_alone(tmp_path: Path, action) -> None:
    path = tmp_path / "甲局.txt"
    path.write_text("走访少，台账不全。" * 100, encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(ResourceError, match=r"甲局.txt：不是复核更正库"):
        action(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("action", [read, lambda path: add(path, [correction()])])
@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("CREATE TABLE ledger (id)", "其他程序的数据库"),
        ("CREATE TABLE corrections (id)", "其他程序的数据库"),
        ("CREATE TABLE corrections (id); PRAGMA user_version = 2", "格式版本是 2，本程序只认 1。请升级 zicha"),
    ],
)
def test_database_of_another_schema_is_refused(store: Path, action, script: str, message: str) -> None:
    with closing(sqlite3.connect(store)) as connection:
        connection.executescript(script)
    with pytest.raises(ResourceError, match=message):
        action(store)


@pytest.mark.parametrize("place", [".", "没有/更正.sqlite"])
def test_store_that_cannot_be_made_is_said(tmp_path: Path, place: str) -> None:
    with pytest.raises(OutputError, match="更正库打不开或写不进去"):
        add(tmp_path / place, [correction()])


def test_store_in_use_is_said(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.review.store._WAIT_SECONDS", 0.0)
    add(store, [correction()])
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(OutputError, match="正被其他程序使用"):
            add(store, [not_a_problem()])


def test_apply_subcategory_sets_all_that_hangs_on_it() -> None:
    report = made_report(findings=(made_finding(secondary=("ZF04", "ZG02")),))
    changed, number = apply(report, [correction(new="ZG02")], builtin())
    (finding,) = changed.findings
    assert number == 1
    assert (finding.category, finding.subcategory, finding.mandate) == ("ZG", "ZG02", "L4")
    assert finding.secondary == ("ZF04",)
    assert (finding.confidence, finding.needs_review) == (1.0, False)
    assert finding.cues == ("degree:不够", "only:只", "review:张三 2026-11-24 ZF03→ZG02")
    assert changed.document == report.document


def test_apply_status_changes_nothing_else() -> None:
    changed, number = apply(
        made_report(), [correction(field="status", old="open", new="rectified", who="甲;乙")], builtin()
    )
    (finding,) = changed.findings
    assert number == 1
    assert (finding.status, finding.subcategory) == ("rectified", "ZF03")
    assert finding.cues[-1] == "review:甲；乙 2026-11-24 open→rectified"


def _linked_report() -> Report:
    report = made_report(
        findings=(made_finding(), made_finding(finding_id="abc123-f002", start=0, end=5, text="一、存在问"))
    )
    quantity, other = report.quantities
    return replace(
        report,
        quantities=(
            replace(quantity, finding_id="abc123-f001"),
            replace(other, finding_id="abc123-f002"),
        ),
        remedies=(replace(report.remedies[0], finding_ids=("abc123-f001", "abc123-f002")),),
    )


def _ids(items: tuple[Quantity, ...] | tuple[Remedy, ...], name: str) -> list[object]:
    return [getattr(item, name) for item in items]


def test_apply_no_problem_moves_the_finding_to_the_refusals() -> None:
    changed, number = apply(_linked_report(), [correction(), not_a_problem()], builtin())
    assert number == 1
    assert _ids(changed.findings, "finding_id") == ["abc123-f002"]
    (refusal,) = changed.refusals
    assert (refusal.start, refusal.end, refusal.reason) == (START, END, "reviewed")
    assert refusal.cues[-1] == "review:张三 2026-11-24 yes→no"
    assert _ids(changed.quantities, "finding_id") == [None, "abc123-f002"]
    assert _ids(changed.remedies, "finding_ids") == [("abc123-f002",)]


def test_apply_twice_is_as_good_as_once() -> None:
    once, _ = apply(_linked_report(), [not_a_problem()], builtin())
    assert apply(once, [not_a_problem()], builtin()) == (once, 0)


def test_apply_takes_the_last_word() -> None:
    words = [not_a_problem(), not_a_problem(old="no", new="yes"), correction(), correction(new="JF03")]
    changed, _ = apply(made_report(), words, builtin())
    assert _ids(changed.findings, "subcategory") == ["JF03"]


def test_apply_finds_a_statement_that_moved() -> None:
    changed, number = apply(made_report(), [correction(start=START + 7, end=END + 7)], builtin())
    assert (number, _ids(changed.findings, "subcategory")) == (1, ["NK06"])


def test_apply_prefers_the_same_place_among_equal_statements() -> None:
    twin = made_finding(finding_id="abc123-f002", start=0, end=len(STATEMENT))
    changed, number = apply(made_report(findings=(twin, made_finding())), [correction()], builtin())
    assert (number, _ids(changed.findings, "subcategory")) == (1, ["ZF03", "NK06"])


@pytest.mark.parametrize(
    "changes", [{"text": "台账不全。"}, {"start": START + 7, "end": END + 7}], ids=["other text", "one of two"]
)
def test_apply_says_which_corrections_have_no_finding(changes: dict[str, object]) -> None:
    twin = made_finding(finding_id="abc123-f002", start=0, end=len(STATEMENT))
    report = made_report(findings=(twin, made_finding()))
    changed, number = apply(report, [correction(**changes)], builtin())
    assert (number, changed.findings) == (0, report.findings)
    assert changed.document.warnings[-1] == "有 1 条人工更正未采用：在本报告中找不到所更正的问题表述"


def test_apply_has_nothing_to_say_of_a_refused_statement_that_is_not_found_any_more() -> None:
    report = made_report(findings=(made_finding(text="台账不全。"),))
    assert apply(report, [correction(), not_a_problem()], builtin()) == (report, 0)


@pytest.mark.parametrize("code", ["CG01", "NK"])
def test_apply_leaves_out_codes_that_are_no_subcategory(code: str) -> None:
    changed, number = apply(made_report(), [correction(new=code)], builtin())
    assert (number, changed.findings) == (0, made_report().findings)
    assert f"有 1 条人工更正未采用：分类体系 {builtin().version}" in changed.document.warnings[-1]
    assert changed.document.warnings[-1].endswith(f"中没有 {code}")


def test_apply_leaves_other_reports_alone() -> None:
    assert apply(made_report(), [correction(report_id="def456")], builtin()) == (made_report(), 0)
