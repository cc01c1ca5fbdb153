"""The review workbook: what a person sees, what they may change, and how it comes back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from made_reports import STATEMENT, made_finding, made_report
from openpyxl import Workbook, load_workbook

from pipeline.errors import OutputError, ReadError
from pipeline.review import Imported, add, apply, export_workbook, import_workbook, read
from pipeline.review.rows import finding_rows
from pipeline.tables import TABLES, rows
from pipeline.taxonomy import Taxonomy, builtin
from pipeline.taxonomy_file import read_taxonomy

AT = "2026-11-24T10:00:00+08:00"
OWN = """
title = "本局分类"
version = "3.0"
other = "QT"
[[category]]
code = "CG"
name = "采购"
[[category.subcategory]]
code = "CG01"
name = "规避招标"
[[category.subcategory]]
code = "CG02"
name = "验收不严"
[[category]]
code = "GZ"
name = "公章"
[[category.subcategory]]
code = "GZ01"
name = "验收不严"
[[category]]
code = "QT"
name = "其他"
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "复核.xlsx"


@pytest.fixture
def own(tmp_path: Path) -> Taxonomy:
    path = tmp_path / "本局分类.toml"
    path.write_text(OWN, encoding="utf-8")
    return read_taxonomy(path)


def row(**changes: object) -> dict[str, object]:
    """Return a row of findings.csv."""
    (values,) = rows([made_report(findings=(made_finding(category="NK", subcategory="NK06"),))], "findings")
    return dict(zip(TABLES["findings"], values, strict=True)) | changes


def cell(sheet, heading: str, number: int = 2):
    return sheet.cell(number, [item.value for item in sheet[1]].index(heading) + 1)


def fill(book: Path, number: int = 2, **answers: object) -> None:
    """Fill in answers as a person does."""
    opened = load_workbook(book)
    for heading, value in answers.items():
        cell(opened["问题复核"], heading, number).value = value
    opened.save(book)


def imported(book: Path, taxonomy: Taxonomy | None = None, who: str | None = "李四") -> Imported:
    return import_workbook(book, taxonomy or builtin(), who=who, at=AT)


def reviewed(book: Path, **answers: object) -> Imported:
    """Export one finding (NK06, open), fill in the answers, import."""
    export_workbook([row()], book, builtin(), force=True)
    fill(book, **answers)
    return imported(book)


def test_round_trip_gives_the_edited_finding(book: Path, tmp_path: Path) -> None:
    report = made_report(findings=(made_finding(category="NK", subcategory="NK06", mandate="L3"),))
    assert export_workbook(finding_rows(report), book, builtin()) == 1
    fill(book, 改为子类="JF03", 改为状态="已整改", 复核人="张三", 备注="见凭证")
    found = imported(book)
    assert (found.faults, found.unchanged) == ((), 0)
    assert {(item.field, item.old, item.new, item.who, item.note) for item in found.corrections} == {
        ("subcategory", "NK06", "JF03", "张三", "见凭证"),
        ("status", "open", "rectified", "张三", "见凭证"),
    }
    store = tmp_path / "更正.sqlite"
    assert add(store, found.corrections) == 2
    assert add(store, imported(book).corrections) == 0
    changed, number = apply(report, read(store), builtin())
    assert number == 1
    assert [(item.subcategory, item.status) for item in changed.findings] == [("JF03", "rectified")]


def test_correction_carries_its_origin(book: Path) -> None:
    (found,) = reviewed(book, 不是问题="是").corrections
    finding = made_finding()
    assert (found.field, found.old, found.new, found.who, found.at) == ("is_problem", "yes", "no", "李四", AT)
    assert (found.report_id, found.source_file, found.finding_id) == ("abc123", "甲局.docx", "abc123-f001")
    assert (found.start, found.end, found.text) == (finding.start, finding.end, STATEMENT)
    assert found.taxonomy == builtin().digest


def test_untouched_rows_are_unchanged(book: Path) -> None:
    assert export_workbook([row(), row(start=40, end=50)], book, builtin()) == 2
    fill(book, 复核人="张三", 备注="没有意见", 改为子类="NK06", 改为状态="未整改", 不是问题="否")
    assert imported(book) == Imported(unchanged=2)


def test_rows_from_a_csv_file_are_the_same(book: Path, tmp_path: Path) -> None:
    texts = {name: "" if value is None else str(value) for name, value in row(needs_review="true").items()}
    export_workbook([texts], book, builtin())
    export_workbook([row()], tmp_path / "另.xlsx", builtin())
    one, other = (
        list(load_workbook(path)["问题复核"].iter_rows(values_only=True)) for path in (book, tmp_path / "另.xlsx")
    )
    assert one == other


def test_least_certain_come_first(book: Path) -> None:
    order = [("a", True, 0.9), ("b", False, 0.1), ("c", True, 0.2), ("d", False, 0.3), ("e", True, None)]
    export_workbook(
        [row(text=text, needs_review=doubt, confidence=sure) for text, doubt, sure in order], book, builtin()
    )
    sheet = load_workbook(book)["问题复核"]
    assert [cell(sheet, "问题表述", number).value for number in range(2, 7)] == ["e", "c", "a", "b", "d"]


def test_evidence_is_locked_and_answers_are_not(book: Path) -> None:
    export_workbook([row()], book, builtin())
    sheet = load_workbook(book)["问题复核"]
    answers = ("改为类别", "改为子类", "改为状态", "不是问题", "复核人", "备注")
    assert {item.value for item in sheet[1] if not sheet.cell(2, item.column).protection.locked} == set(answers)
    assert sheet.protection.sheet and sheet.protection.password is None
    assert not sheet.protection.autoFilter
    assert sheet.auto_filter.ref == "A1:Q2"
    assert sheet.freeze_panes == "A2"
    assert cell(sheet, "问题表述").alignment.wrap_text
    hidden = {sheet[f"{letter}1"].value for letter, width in sheet.column_dimensions.items() if width.hidden}
    assert hidden == {"report_id", "finding_id", "start", "end", "fingerprint", "taxonomy"}


def test_sheets_guide_the_person(book: Path) -> None:
    export_workbook([row()], book, builtin())
    opened = load_workbook(book)
    assert {sheet.title: sheet.sheet_state for sheet in opened} == {
        "问题复核": "visible",
        "说明": "visible",
        "代码表": "hidden",
    }
    guide = "\n".join(str(line[0]) for line in opened["说明"].iter_rows(values_only=True))
    assert "怎样填写" in guide and "NK06 往来款与历史旧账清理：" in guide and builtin().digest in guide
    sheet = opened["问题复核"]
    assert cell(sheet, "建议类别").value == "NK 内控"
    assert cell(sheet, "建议子类").value == "NK06 往来款与历史旧账清理"
    assert cell(sheet, "建议状态").value == "未整改"


def _drop_downs(book: Path) -> dict[str, tuple[str, str]]:
    """Return the range and the formula of each drop-down by heading."""
    sheet = load_workbook(book)["问题复核"]
    found = {}
    for item in sheet.data_validations.dataValidation:
        (place,) = item.sqref.ranges
        found[sheet.cell(1, place.min_col).value] = (place.coord, item.formula1)
    return found


def _listed(book: Path, reference: str) -> list[object]:
    """Return what stands in a one-column reference such as '代码表'!$B$2:$B$4."""
    sheet, _, place = reference.replace("$", "").replace("'", "").partition("!")
    return [line[0].value for line in load_workbook(book)[sheet][place]]


@pytest.mark.parametrize("kind", ["builtin", "own"])
def test_drop_downs_point_at_the_codes(book: Path, own: Taxonomy, kind: str) -> None:
    taxonomy = own if kind == "own" else builtin()
    export_workbook([row(), row(start=40)], book, taxonomy)
    found = _drop_downs(book)
    mains = [f"{item.code} {item.name_zh}" for item in taxonomy.categories.values() if item.level == "1"]
    assert found["改为类别"][0] == "L2:L3"
    assert _listed(book, found["改为类别"][1]) == mains
    assert found["改为状态"] == ("N2:N3", '"未整改,已整改"')
    assert found["不是问题"] == ("O2:O3", '"是"')
    place, formula = found["改为子类"]
    match = re.fullmatch(
        r"OFFSET\('代码表'!\$B\$1,IFERROR\(MATCH\(\$L2,(?P<parents>[^,]+),0\),1\),0,"
        r"IF\(COUNTIF\((?P=parents),\$L2\)=0,(?P<all>\d+),COUNTIF\((?P=parents),\$L2\)\),1\)",
        formula,
    )
    assert match is not None and place == "M2:M3"
    parents = _listed(book, match["parents"])
    leaves = _listed(book, match["parents"].replace("$C", "$B"))
    assert int(match["all"]) == len(leaves) == len(taxonomy.leaves)
    for main in mains:
        first = parents.index(main)
        offered = leaves[first : first + parents.count(main)]
        assert [str(item).split()[0] for item in offered] == list(taxonomy.below(main.split()[0]))


def test_categories_stay_together_where_the_program_adds_one(book: Path, tmp_path: Path) -> None:
    path = tmp_path / "分类.toml"
    late = '\n[[category]]\ncode = "ZZ"\nname = "政治"\n'
    early = '[[category]]\ncode = "QT"\nname = "其他"\n[[category.subcategory]]\ncode = "QT01"\nname = "杂项"\n'
    path.write_text('version = "1"\n' + early + late, encoding="utf-8")
    export_workbook([], book, read_taxonomy(path))
    assert _listed(book, "'代码表'!$B$2:$B$4") == ["QT01 杂项", "QT00 其他/待人工归类", "ZZ 政治"]
    assert imported(book, read_taxonomy(path)) == Imported()


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1项未整改", "@SUM(A1)", "#N/A", "＝A1"])
def test_text_is_never_a_formula(book: Path, text: str) -> None:
    export_workbook([row(text=text)], book, builtin())
    shown = cell(load_workbook(book)["问题复核"], "问题表述")
    assert (shown.data_type, shown.value) == ("s", text)
    fill(book, 不是问题="是")
    assert imported(book).corrections[0].text == text


def test_characters_that_xml_forbids_are_replaced(book: Path) -> None:
    text = "台账\x0b不全\x00，\ud83d走访\uffff少😀𠮷"
    report = made_report(findings=(made_finding(text=text),))
    export_workbook(finding_rows(report), book, builtin())
    assert cell(load_workbook(book)["问题复核"], "问题表述").value == "台账 不全 ， 走访 少😀𠮷"
    fill(book, 不是问题="是")
    changed, number = apply(report, imported(book).corrections, builtin())
    assert (number, changed.findings) == (1, ())


def test_very_long_text_comes_back(book: Path) -> None:
    report = made_report(findings=(made_finding(text="走访少😀" * 10_000),))
    export_workbook(finding_rows(report), book, builtin())
    fill(book, 不是问题="是")
    assert apply(report, imported(book).corrections, builtin())[1] == 1


def test_existing_file_is_not_overwritten_unless_forced(book: Path) -> None:
    export_workbook([row()], book, builtin())
    before = book.read_bytes()
    with pytest.raises(OutputError, match="文件已存在.*--force"):
        export_workbook([], book, builtin())
    assert book.read_bytes() == before
    assert export_workbook([], book, builtin(), force=True) == 0
    assert [path.name for path in book.parent.iterdir()] == ["复核.xlsx"]


@pytest.mark.parametrize(("place", "message"), [(".", "这是文件夹"), ("没有/复核.xlsx", "文件夹不存在")])
def test_unusable_target_is_said(tmp_path: Path, place: str, message: str) -> None:
    with pytest.raises(OutputError, match=message):
        export_workbook([row()], tmp_path / place, builtin(), force=True)


@pytest.mark.parametrize(
    "typed",
    ["JF03", "JF03 支出报销与会计基础", "支出报销与会计基础", " ｊｆ０３　", "JF03：支出报销与会计基础", "jf03"],
)
def test_subcategory_is_read_as_people_type_it(book: Path, typed: str) -> None:
    found = reviewed(book, 改为子类=typed)
    assert [(item.field, item.new) for item in found.corrections] == [("subcategory", "JF03")]


@pytest.mark.parametrize("typed", ["是", "√", "1", 1, 1.0, True, "y", " Ｙ "])
def test_no_problem_is_read_as_people_type_it(book: Path, typed: object) -> None:
    assert [item.new for item in reviewed(book, 不是问题=typed).corrections] == ["no"]


@pytest.mark.parametrize("typed", ["否", "", " ", 0, False])
def test_no_problem_denied_is_no_change(book: Path, typed: object) -> None:
    assert reviewed(book, 不是问题=typed) == Imported(unchanged=1)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"改为子类": "CG01"}, "改为子类“CG01”不在分类体系中"),
        ({"改为子类": "JF"}, "这是类别，请选其下的子类"),
        ({"改为类别": "采购"}, "改为类别“采购”不在分类体系中"),
        ({"改为类别": "JF03"}, "这是子类，请填到“改为子类”"),
        ({"改为类别": "NK 内控", "改为子类": "JF03"}, "改为子类 JF03 不属于改为类别 NK"),
        ({"改为类别": "JF"}, "只填了改为类别 JF，还要填“改为子类”，可选 JF01、JF02、JF03、JF04、JF05"),
        ({"改为状态": "整改中"}, "改为状态“整改中”不认识，应为 未整改 或 已整改"),
        ({"不是问题": "也许"}, "不是问题“也许”不认识"),
        ({"不是问题": "是", "改为子类": "JF03"}, "既填了“不是问题”，又改了类别或状态"),
        ({"问题表述": "联系群众很好。"}, "各列（或隐藏列）被改动"),
        ({"建议子类": "NK05 资产管理"}, "各列（或隐藏列）被改动"),
        ({"start": 3}, "各列（或隐藏列）被改动"),
        ({"置信度": 0.9}, "各列（或隐藏列）被改动"),
        ({"report_id": None}, "这一行不是导出的"),
    ],
)
def test_fault_costs_its_row_and_nothing_else(book: Path, answers: dict[str, object], message: str) -> None:
    export_workbook([row(), row(start=40, end=50, text="台账不全。", finding_id="abc123-f002")], book, builtin())
    fill(book, number=3, 改为子类="JF03")
    fill(book, number=2, **answers)
    found = imported(book)
    assert [item.finding_id for item in found.corrections] == ["abc123-f002"]
    (fault,) = found.faults
    assert fault.startswith("第2行：") and message in fault and fault.endswith("。")
    assert found.unchanged == 0


def test_row_needs_somebody_who_reviewed_it(book: Path) -> None:
    export_workbook([row(), row(start=40)], book, builtin())
    fill(book, 改为子类="JF03")
    found = imported(book, who=None)
    assert (found.corrections, found.unchanged) == ((), 1)
    assert "没有填复核人" in found.faults[0] and "--who" in found.faults[0]


def test_category_alone_will_do_where_nothing_is_left_to_choose(book: Path, own: Taxonomy) -> None:
    export_workbook([row(category="CG", subcategory="CG01", start=start) for start in (20, 30, 40)], book, own)
    fill(book, number=2, 改为类别="公章")
    fill(book, number=3, 改为类别="QT 其他")
    fill(book, number=4, 改为类别="CG")
    found = imported(book, own)
    assert [(item.old, item.new) for item in found.corrections] == [("CG01", "GZ01"), ("CG01", "QT")]
    assert len(found.faults) == 1 and "可选 CG01、CG02" in found.faults[0]


def test_name_that_two_subcategories_have_is_a_fault(book: Path, own: Taxonomy) -> None:
    export_workbook([row(category="CG", subcategory="CG01")], book, own)
    fill(book, 改为子类="验收不严")
    found = imported(book, own)
    assert found.corrections == () and "不止一个子类叫这个名称" in found.faults[0]
    fill(book, 改为子类="GZ01验收不严")
    assert [item.new for item in imported(book, own).corrections] == ["GZ01"]


def test_copies_of_one_report_must_agree(book: Path) -> None:
    export_workbook([row(), row(source_file="副本.docx"), row(source_file="另.docx")], book, builtin())
    for number, code in ((2, "JF03"), (3, "JF03"), (4, "JF02")):
        fill(book, number=number, 改为子类=code)
    found = imported(book)
    assert [item.new for item in found.corrections] == ["JF03"]
    assert len(found.faults) == 1 and found.faults[0].startswith("第4行：与第3行不一致")


def test_white_space_that_office_programs_change_is_no_fault(book: Path) -> None:
    report = made_report(findings=(made_finding(text="走访少，\n台账不全。"),))
    export_workbook(finding_rows(report), book, builtin())
    fill(book, 问题表述="走访少，\r\n台账不全。 ", 不是问题="是")
    found = imported(book)
    assert found.faults == ()
    assert apply(report, found.corrections, builtin())[1] == 1


def test_workbook_of_another_taxonomy_is_refused(book: Path, own: Taxonomy) -> None:
    export_workbook([row(category="CG", subcategory="CG01")], book, own)
    with pytest.raises(ReadError, match=rf"按分类体系 3\.0（{own.digest}）导出，现在用的是 {builtin().version}（"):
        imported(book)


def test_code_unknown_to_the_taxonomy_is_shown_and_can_be_corrected(book: Path, own: Taxonomy) -> None:
    export_workbook([row()], book, own)
    fill(book, 改为子类="CG01")
    assert [(item.old, item.new) for item in imported(book, own).corrections] == [("NK06", "CG01")]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", "不是工作簿".encode()])
def test_file_that_is_no_workbook_is_refused(book: Path, content: bytes) -> None:
    book.write_bytes(content)
    with pytest.raises(ReadError, match=r"复核.xlsx：不是 .xlsx 工作簿，或文件已损坏。请另存为 .xlsx 后重试"):
        imported(book)


def test_other_workbook_is_refused(book: Path) -> None:
    other = Workbook()
    other.save(book)
    with pytest.raises(ReadError, match="没有工作表“问题复核”"):
        imported(book)
    other.active.title = "问题复核"
    other.active.append(["来源文件", "单位"])
    other.save(book)
    with pytest.raises(ReadError, match="表头被改动（缺少列 所在章节、"):
        imported(book)


@pytest.mark.parametrize(("place", "message"), [("没有.xlsx", "找不到该文件"), (".", "这是文件夹")])
def test_missing_file_is_said(tmp_path: Path, place: str, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        imported(tmp_path / place)
