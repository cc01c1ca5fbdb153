"""The account of a file: every visible character is kept, left out for its reason, or reported as missing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from docx_cases import HEADINGS, LISTS
from docx_maker import NAMESPACES, cell, make_docx, para, table
from typer.testing import CliRunner

from pipeline.audit import REASONS, Account, audit, audit_document, unaccounted_warning
from pipeline.audit.match import settle
from pipeline.audit.records import Piece, SourceParagraph
from pipeline.cli_audit import account_lines, register
from pipeline.errors import UnsupportedFormatError, ZichaError
from pipeline.reading import read
from pipeline.reading.docx import read_docx
from pipeline.reading.office import find_soffice
from pipeline.reading.plain import read_plain
from pipeline.records import Block, Document

ROOT = Path(__file__).parent.parent


def account(*body: str, notes: dict[str, str] | None = None, extra: dict[str, bytes] | None = None) -> Account:
    data = make_docx(*body, styles=HEADINGS, numbering=LISTS, notes=notes, extra=extra)
    return audit_document(read_docx(data, "t.docx", report_id="0"), data)


def reasons(found: Account) -> dict[str, int]:
    return {item.reason: item.chars for item in found.left_out}


@pytest.mark.parametrize(
    ("body", "left_out", "kept"),
    [
        (para("发现问题"), {}, 4),
        (para("发现{ins:三个}问题"), {}, 6),
        (para("发现{del:三个}问题"), {"deleted": 2}, 4),
        (para("{from:移走}{to:移来}"), {"deleted": 2}, 2),
        (para("发现{hide:三个}问题"), {"hidden": 2}, 4),
        (para("甲{box:框内}"), {"duplicate": 2}, 3),
        (para("甲{vml:框内}"), {}, 3),
        (para("甲{art:艺术字}"), {}, 4),
        (para("第{code:PAGE|3}页"), {"field-code": 4}, 3),
        (para("第{simple:3}页"), {}, 3),
        (para("约{ruby:谈|tán}话"), {"reading": 3}, 3),
        (para("{sym:Wingdings|F0FE}是"), {}, 2),
        (para("{math:a+b}元"), {}, 4),
        (para("A{hyphen:}B"), {}, 3),
        # A run within a hidden run: the short way for flat paragraphs must leave it to the long one.
        ("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:r><w:t>甲</w:t></w:r><w:t>乙</w:t></w:r></w:p>", {"hidden": 2}, 0),
        (para("甲", mark="<w:del/>") + para("乙"), {}, 2),
        (para("{hide:甲}{b:乙}{hei:丙}{link:丁}{smart:戊}{sdt:己}"), {"hidden": 1}, 5),
        (table([cell("甲"), cell("乙")]), {}, 2),
        (
            table([cell("甲", more='<w:vMerge w:val="restart"/>')], [cell("盖住", more="<w:vMerge/>")]),
            {"covered": 2},
            1,
        ),
        (
            f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr>{cell('删行')}</w:tr><w:tr>{cell('甲')}</w:tr></w:tbl>",
            {"deleted": 2},
            1,
        ),
    ],
)
def test_audit_accounts_for_what_a_paragraph_holds(body: str, left_out: dict[str, int], kept: int) -> None:
    found = account(body)
    assert (reasons(found), found.kept, found.unaccounted) == (left_out, kept, 0)
    assert found.source == kept + sum(left_out.values())


def test_audit_accounts_for_style_hidden_text() -> None:
    ghost = '<w:p><w:r><w:rPr><w:rStyle w:val="ghost"/></w:rPr><w:t>藏</w:t></w:r></w:p>'
    assert reasons(account(ghost, para("甲"))) == {"hidden": 1}


def test_audit_accounts_for_other_parts() -> None:
    page = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>12</w:t></w:r></w:fldSimple>'
    extra = {
        "word/header1.xml": f"<w:hdr {NAMESPACES}>{para('清河市水务局')}</w:hdr>".encode(),
        "word/footer1.xml": f"<w:ftr {NAMESPACES}>{para('第{code:PAGE|3}页')}<w:p>{page}</w:p></w:ftr>".encode(),
        "word/comments.xml": f"<w:comments {NAMESPACES}><w:comment>{para('请核实')}</w:comment></w:comments>".encode(),
    }
    found = account(para("正文"), extra=extra)
    assert reasons(found) == {"header": 6, "comment": 3, "footer": 2, "page-number": 3, "field-code": 4}
    assert (found.kept, found.unaccounted) == (2, 0)


def test_audit_accounts_for_notes() -> None:
    notes = {
        "footnotes": f'<w:footnote w:type="separator" w:id="0">{para("线")}</w:footnote>'
        f'<w:footnote w:id="1">{para("脚注")}</w:footnote><w:footnote w:id="2">{para("无人引用")}</w:footnote>'
    }
    found = account(para("正文{note:1}"), notes=notes)
    assert (found.kept, reasons(found), found.unaccounted) == (4, {"unreferenced": 5}, 0)


def test_audit_knows_what_the_reader_writes_out() -> None:
    found = account(para("学习", lst=(1, 0)), para(r"第{code:eq \o\ac(○,5)}项"))
    assert (found.numbers, found.drawn, found.drawn_example) == (2, 1, "⑤")
    assert found.unaccounted == 0


TEXTS = ("发现问题三个，已整改两个。", "个别科室台账登记不全。", "发现问题三个，已整改两个。", "审批手续不完整")


def document(*texts: str) -> Document:
    blocks, place = [], 0
    for text in texts:
        blocks.append(Block(place, place + len(text)))
        place += len(text) + 1
    return Document("0", "t.txt", "txt", "\n".join(texts), tuple(blocks))


def source(*texts: str) -> list[SourceParagraph]:
    return [SourceParagraph((Piece(text),), f"第{place}段") for place, text in enumerate(texts, start=1)]


def test_settle_finds_nothing_missing_in_a_whole_document() -> None:
    found = settle(document(*TEXTS), source(*TEXTS), "原文")
    assert (found.unaccounted, found.drawn, found.kept) == (0, 0, sum(map(len, TEXTS)))


@pytest.mark.parametrize("lost", range(len(TEXTS)))
def test_settle_sees_a_lost_paragraph(lost: int) -> None:
    kept = [text for place, text in enumerate(TEXTS) if place != lost]
    found = settle(document(*kept), source(*TEXTS), "原文")
    assert found.unaccounted == len(TEXTS[lost])
    assert [item.text for item in found.missing] == [TEXTS[lost]]


def test_settle_sees_a_lost_word() -> None:
    found = settle(document(TEXTS[0].replace("三个", ""), *TEXTS[1:]), source(*TEXTS), "原文")
    assert 2 <= found.unaccounted <= 4 and "三个" in found.missing[0].text
    assert found.missing[0].place in ("第1段", "第3段")


def test_settle_sees_a_doubled_paragraph() -> None:
    found = settle(document(*TEXTS, TEXTS[1]), source(*TEXTS), "原文")
    assert (found.unaccounted, found.drawn) == (0, len(TEXTS[1]))


def test_settle_follows_joined_and_split_paragraphs() -> None:
    assert settle(document(TEXTS[0] + TEXTS[1]), source(TEXTS[0], TEXTS[1]), "原文").unaccounted == 0
    assert settle(document(TEXTS[0], TEXTS[1]), source(TEXTS[0] + TEXTS[1]), "原文").unaccounted == 0


def test_settle_regardless_of_order_still_sees_what_is_missing() -> None:
    one, two = "收支一百二十元", "元十二百一支收"
    assert settle(document(two), source(one), "原文").unaccounted > 0
    assert settle(document(two), source(one), "原文", ordered=False).unaccounted == 0
    lost = settle(document(two.replace("二", "")), source(one), "原文", ordered=False)
    assert [item.text for item in lost.missing] == ["二"]


def test_settle_uses_no_character_twice() -> None:
    assert settle(document(TEXTS[0]), source(TEXTS[0], TEXTS[0]), "原文").unaccounted == len(TEXTS[0])


def test_unaccounted_warning_names_count_and_example() -> None:
    lost = settle(document(TEXTS[1]), source(*TEXTS[:2]), "原文")
    assert unaccounted_warning(lost) == f"有 13 个字未读入，原因不明（如“{TEXTS[0]}”），请核对原文"
    assert unaccounted_warning(settle(document(TEXTS[1]), source(TEXTS[1]), "原文")) is None


def test_audit_of_text_reports_bytes_that_cannot_be_read() -> None:
    good = ("发现问题三个。" * 30).encode()
    assert audit_document(read_plain(good, "t.txt", report_id="0"), good).unaccounted == 0
    bad = good[:60] + b"\xff" + good[60:]
    assert audit_document(read_plain(bad, "t.txt", report_id="0"), bad).unaccounted > 0


def test_audit_of_markdown_leaves_out_its_marks(tmp_path: Path) -> None:
    path = tmp_path / "甲局.md"
    path.write_text(
        "# 自查报告\n\n**一是**学习不够。\n\n| 问题 | 整改 |\n| --- | --- |\n| 台账不全 | 已补 |\n", encoding="utf-8"
    )
    found = audit(path)
    assert found.unaccounted == 0 and found.kept == len("自查报告一是学习不够。问题整改台账不全已补")
    assert set(reasons(found)) == {"markup"}


def test_audit_refuses_what_it_cannot_compare() -> None:
    with pytest.raises(UnsupportedFormatError, match=r"^t.txt：png 没有可对照的原文"):
        audit_document(replace(document("甲"), format="png"), b"")


def test_audit_of_every_sample() -> None:
    for path in sorted((ROOT / "corpus/samples").iterdir()):
        assert audit(path).unaccounted == 0, path.name


@pytest.mark.slow
def test_audit_of_every_shared_report(shared: Path) -> None:
    done = 0
    for path in sorted(path for path in (shared / "reports").glob("*/*") if path.parent.name != "gold"):
        is_office = path.read_bytes()[:4] == b"\xd0\xcf\x11\xe0"
        if (is_office and find_soffice() is None) or path.suffix == ".pdf":
            continue
        try:
            document = read(path)
        except UnsupportedFormatError:
            assert is_office
            continue
        found = audit_document(document, path.read_bytes())
        assert found.unaccounted == 0 and found.drawn == 0, (path.name, found.missing[:3], found.drawn_example)
        assert found.kept > 50
        done += 1
    assert done > 20


def command() -> typer.Typer:
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    return app


def test_audit_command_prints_the_account(tmp_path: Path) -> None:
    path = tmp_path / "甲局.docx"
    path.write_bytes(make_docx(para("发现{del:三个}问题", lst=(1, 0)), numbering=LISTS))
    done = CliRunner().invoke(command(), ["audit", str(path)])
    assert done.exit_code == 0, done.output
    assert "甲局.docx" in done.output and "未读 2 字：修订中已删除，如“三个”" in done.output
    assert "自动编号 2 字" in done.output and "原因不明 0 字" in done.output


def test_audit_command_prints_json(tmp_path: Path) -> None:
    path = tmp_path / "甲局.txt"
    path.write_text("发现问题三个。", encoding="utf-8")
    done = CliRunner().invoke(command(), ["audit", str(path), "--json"])
    assert json.loads(done.output)["kept"] == 7 and json.loads(done.output)["unaccounted"] == 0


def test_audit_command_fails_where_text_is_missing() -> None:
    lines = account_lines(settle(document(TEXTS[1]), source(*TEXTS), "原文"))
    assert any(line.startswith("原因不明") and "：" in line for line in lines)
    assert f"  第1段：{TEXTS[0]}" in lines


def test_audit_command_refuses_a_folder(tmp_path: Path) -> None:
    done = CliRunner().invoke(command(), ["audit", str(tmp_path)])
    assert isinstance(done.exception, ZichaError) and "文件夹" in str(done.exception)


def test_every_reason_has_words() -> None:
    assert all(REASONS.values()) and len(set(REASONS.values())) == len(REASONS)
