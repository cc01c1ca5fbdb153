"""The zip around a document: odd names, broken parts, limits."""

from __future__ import annotations

import pytest
from docx_cases import HEADINGS, LISTS
from docx_maker import NAMESPACES, make_docx, para

from pipeline.errors import DamagedFileError
from pipeline.limits import LIMITS, Limits
from pipeline.reading.docx import read_docx
from pipeline.reading.docx_package import keep_package, open_package, take_package


def test_read_docx_finds_a_main_part_of_another_name() -> None:
    data = make_docx(para("甲", lst=(1, 0)), numbering=LISTS, main="Word/document2.xml")
    assert read_docx(data, "t.docx", report_id="").text == "一、甲"


def test_read_docx_reads_the_strict_variant() -> None:
    strict = make_docx(extra={"word/document.xml": strict_body()})
    assert read_docx(strict, "t", report_id="").text == "甲"


def strict_body() -> bytes:
    spaces = NAMESPACES.replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    return f"<w:document {spaces}><w:body>{para('甲')}</w:body></w:document>".encode()


@pytest.mark.parametrize(
    ("part", "shown", "warning"),
    [
        ("word/numbering.xml", "甲", "自动编号未读出"),
        ("word/styles.xml", "一、甲", "样式未读出"),
        ("word/footnotes.xml", "一、甲", "脚注尾注未读出"),
    ],
)
def test_read_docx_does_without_a_broken_side_part(part: str, shown: str, warning: str) -> None:
    notes = {"footnotes": ""}
    data = make_docx(para("甲", lst=(1, 0)), numbering=LISTS, styles=HEADINGS, notes=notes, extra={part: b"<w:broken"})
    found = read_docx(data, "t.docx", report_id="")
    assert found.text == shown
    assert len(found.warnings) == 1 and warning in found.warnings[0]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"<w:document", "不是有效的 XML"),
        (b"", "不是有效的 XML"),
        (f"<w:document {NAMESPACES}/>".encode(), "没有正文"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "DTD"),
        (b"<x>" * 300 + b"</x>" * 300, "层次过深"),
    ],
)
def test_read_docx_refuses_a_broken_main_part(content: bytes, problem: str) -> None:
    data = make_docx(extra={"word/document.xml": content})
    with pytest.raises(DamagedFileError, match=f"^坏的.docx：.*{problem}"):
        read_docx(data, "坏的.docx", report_id="")


@pytest.mark.parametrize("limits", [Limits(member_bytes=10), Limits(unpacked_bytes=900)])
def test_read_docx_refuses_parts_that_unpack_too_far(limits: Limits) -> None:
    with pytest.raises(DamagedFileError, match="解压后过大"):
        read_docx(make_docx(para("甲")), "t.docx", report_id="", limits=limits)


def test_read_docx_refuses_a_bomb() -> None:
    blanks = b"<x>" + b" " * (40 << 20) + b"</x>"
    with pytest.raises(DamagedFileError, match=r"解压后过大（40 MB）"):
        read_docx(make_docx(extra={"word/document.xml": blanks}), "t.docx", report_id="")


def test_read_docx_refuses_too_many_members() -> None:
    with pytest.raises(DamagedFileError, match="内部文件过多"):
        read_docx(make_docx(para("甲")), "t.docx", report_id="", limits=Limits(members=2))


def test_read_docx_refuses_what_is_nested_deeper_than_the_limit() -> None:
    nested = para("{box:深}")
    assert read_docx(make_docx(nested), "t.docx", report_id="", limits=Limits(xml_depth=40)).text == "深"
    with pytest.raises(DamagedFileError, match="层次过深（超过 5 层）"):
        read_docx(make_docx(nested), "t.docx", report_id="", limits=Limits(xml_depth=5))


@pytest.mark.parametrize("part", ["_rels/.rels", "word/_rels/document.xml.rels"])
def test_read_docx_does_without_broken_relationships(part: str) -> None:
    data = make_docx(para("甲", lst=(1, 0)), numbering=LISTS, extra={part: b"<Relationships"})
    assert read_docx(data, "t.docx", report_id="").text == "一、甲"


def test_take_package_gives_what_was_kept_of_the_same_bytes_once() -> None:
    data, other = make_docx(para("甲")), make_docx(para("乙"))
    kept = open_package(data, "t.docx")
    keep_package(data, kept)
    assert take_package(bytes(bytearray(data)), "t.docx") is kept
    assert take_package(data, "t.docx") is not kept
    keep_package(data, kept)
    assert take_package(other, "t.docx") is not kept
    keep_package(data, kept)
    assert take_package(data, "t.docx", limits=Limits(members=LIMITS.members - 1)) is not kept


def test_a_part_is_parsed_once_and_only_where_its_root_is_wanted() -> None:
    data = make_docx(para("甲"), styles=HEADINGS, extra={"word/header1.xml": f"<w:hdr {NAMESPACES}/>".encode()})
    package = open_package(data, "t.docx")
    assert package.part("styles") is package.part("styles")
    assert [name for name, _ in package.roots_named(("hdr", "ftr"))] == ["word/header1.xml"]
