"""The short cut for plain paragraphs: it takes what is plain, leaves what is not, and reads the same."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import fuzz_reading
import pytest
from docx_cases import HEADINGS, LISTS
from docx_maker import NAMESPACES, cell, make_docx, para, run, table

from pipeline.reading import docx_plain
from pipeline.reading.docx import read_docx
from pipeline.reading.docx_plain import PlainParagraphs, slimmed_styles
from pipeline.records import Document

SAMPLES = Path(__file__).parent.parent / "corpus/samples"


def part(*body: str) -> bytes:
    return f"<w:document {NAMESPACES}><w:body>{''.join(body)}</w:body></w:document>".encode()


def without_short_cut(data: bytes) -> Document:
    with fuzz_reading.without_short_cut():
        return read_docx(data, "t.docx", report_id="0")


SPLIT = (
    '<w:p w:rsidR="00AA"><w:pPr><w:spacing w:after="0"/><w:rPr><w:b/></w:rPr></w:pPr><w:proofErr w:type="spellStart"/>'
    f'<w:r w:rsidR="1"><w:t>问</w:t></w:r>{run("题", "<w:lang/>")}<w:bookmarkEnd w:id="1"/></w:p>'
)


@pytest.mark.parametrize(
    ("body", "taken", "text"),
    [
        (para("问题"), 1, "问题"),
        (SPLIT, 1, "问题"),
        (para("{b:学习}不够{hei:深入}"), 1, "学习不够深入"),
        (para("问题", style="1", lst=(1, 0)), 1, "一、问题"),
        ("<w:p></w:p>" + para("甲"), 2, "甲"),
        (para("甲", more="<w:sectPr/>"), 0, "甲"),
        (para("甲{ins:乙}"), 0, "甲乙"),
        (para("甲{del:乙}"), 0, "甲"),
        (para("甲{br:}乙"), 0, "甲\n乙"),
        (para("甲{code:PAGE|3}"), 0, "甲3"),
        (para("甲&乙"), 0, "甲&乙"),
        (para("甲\r乙"), 0, "甲 乙"),
        (para("甲\n乙"), 1, "甲 乙"),
        (para("甲{box:框}"), 2, "甲\n框"),
        (table([cell("甲", more="<w:tcW/>"), cell("乙")]), 2, "甲\n乙"),
        ("<w:p/>" + para("甲"), 1, "甲"),
        ("<w:p><w:r><w:t/></w:r></w:p>" + para("甲"), 1, "甲"),
        (f"<w:p>{run('甲', '<w:strange/>')}</w:p>", 0, "甲"),
        (f"<w:p>字{run('甲')}</w:p>", 0, "甲"),
        (f"<w:p>{run('甲')}<!-- {para('乙')} --></w:p>", 0, "甲"),
        (f"<w:p><w:r><w:t><![CDATA[{para('乙')}]]></w:t></w:r></w:p>", 0, para("乙")),
        (para("甲") + '<w:p zicha-plain="0"/>', 0, "甲"),
    ],
)
def test_taken_out_takes_only_what_is_plain(body: str, taken: int, text: str) -> None:
    plain = PlainParagraphs()
    plain.taken_out(part(body))
    assert len(plain.paragraphs) == taken
    data = make_docx(extra={"word/document.xml": part(body)}, styles=HEADINGS, numbering=LISTS)
    found = read_docx(data, "t.docx", report_id="0")
    assert found.text == text and found == without_short_cut(data)


def test_taken_out_joins_runs_that_look_alike() -> None:
    plain = PlainParagraphs()
    plain.taken_out(part(SPLIT))
    assert [text for _, text in plain.paragraphs[0].runs] == ["问题"]


@pytest.mark.parametrize(
    "xml",
    [
        part(para("甲")).replace(b"xmlns:w=", b"xmlns:q=").replace(b"w:", b"q:"),
        b'<?xml version="1.0" encoding="gb2312"?>' + part(para("甲")),
        part(para("甲"), "<?php ?>"),
        part(para("甲"), '<w:p xmlns:w="http://example.org/other"/>'),
    ],
)
def test_taken_out_leaves_unusual_xml_as_it_is(xml: bytes) -> None:
    assert PlainParagraphs().taken_out(xml) == xml


def test_text_under_a_merged_cell_is_reported_with_plain_paragraphs() -> None:
    merged = table([cell("甲", more='<w:vMerge w:val="restart"/>')], [cell("盖住", more="<w:vMerge/>")])
    found = read_docx(make_docx(merged), "t.docx", report_id="0")
    assert found.text == "甲" and any("遮盖" in warning for warning in found.warnings)


def test_slimmed_styles_drops_table_styles_and_latent_ones() -> None:
    plain = '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="正文"/></w:style>'
    styles = (
        f"<w:styles {NAMESPACES}><w:latentStyles><w:lsdException/></w:latentStyles>{plain}"
        f'<w:style w:type="table" w:styleId="t"><w:name w:val="表"/></w:style></w:styles>'
    ).encode()
    assert slimmed_styles(styles) == f"<w:styles {NAMESPACES}>{plain}</w:styles>".encode()


def test_the_short_cut_changes_no_sample() -> None:
    for path in sorted(SAMPLES.glob("*.docx")):
        assert read_docx(path.read_bytes(), "t.docx", report_id="0") == without_short_cut(path.read_bytes())


def test_the_short_cut_changes_no_shared_document(shared: Path) -> None:
    paths = [path for path in sorted((shared / "reports").glob("*/*.doc*")) if path.read_bytes()[:2] == b"PK"]
    assert paths
    for path in paths:
        assert read_docx(path.read_bytes(), "t.docx", report_id="0") == without_short_cut(path.read_bytes())


def test_the_short_cut_takes_most_of_a_shared_report(shared: Path) -> None:
    path = next((shared / "reports/docx").glob("*.docx"))
    with zipfile.ZipFile(BytesIO(path.read_bytes())) as archive:
        xml = archive.read("word/document.xml")
    assert len(PlainParagraphs().taken_out(xml)) < len(xml) / 10
    assert docx_plain.PLACE.encode() not in xml


@pytest.mark.parametrize("seed", [7, 8])
def test_fuzz_finds_nothing_in_a_short_run(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tally, failures = fuzz_reading.fuzz(30.0, seed, most=200)
    assert failures == []
    assert all(tried > 30 for tried, _ in tally.values()) and tally["tree"][1] > 0
