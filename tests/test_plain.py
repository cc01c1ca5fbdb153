"""Text files: encodings, line ends, lines as blocks."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from pipeline.errors import UnsupportedFormatError
from pipeline.reading import read
from pipeline.reading.plain import commonness, decode, read_plain
from pipeline.records import Document

SIMPLE = "一、基本情况\n　　本单位对照检查，查找出3个方面的问题。\n\n（一）学习抓得不紧；有的同志“学用脱节”。\n"
TRADITIONAL = "一、基本情況\n本會逐項對照檢查，查找出三個方面的問題。\n（一）學習抓得不緊，有的同志「學用脫節」。\n"


def plain(data: bytes) -> Document:
    return read_plain(data, "t.txt", report_id="0" * 12)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLE, "utf-8"),
        (SIMPLE, "utf-8-sig"),
        (SIMPLE, "utf-16"),
        (SIMPLE, "utf-16-le"),
        (SIMPLE, "utf-16-be"),
        (SIMPLE, "utf-32"),
        (SIMPLE, "gb18030"),
        (SIMPLE + "㐀𠀀", "gb18030"),
        (SIMPLE, "gb2312"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "gbk"),
        (TRADITIONAL, "utf-8"),
        ("Self-inspection report 2023\n", "utf-8"),
        ("Self-inspection report 2023\n", "utf-16-le"),
    ],
)
def test_decode_gives_back_what_was_encoded(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding))
    assert decoded is not None
    assert (decoded.text, decoded.broken, decoded.sure) == (text, 0, True)


@pytest.mark.parametrize("line", ["整改不力", "问题较多", "农业强省", "（一）学", "数据不实，应付了事"])
def test_decode_reads_short_gbk(line: str) -> None:
    decoded = decode(line.encode("gbk"))
    assert decoded is not None and decoded.text == line


def test_decode_keeps_utf8_that_has_no_chinese() -> None:
    decoded = decode("Résumé – naïve café\n".encode())
    assert decoded is not None and decoded.text == "Résumé – naïve café\n"


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 8,
        b"\x00\x01\x02\x03" * 50,
        b"abc\x00def",
        "正文".encode() + b"\x00" * 9,
        b"\x01\x02\x03\x04 text",
        codecs.BOM_UTF16_LE + b"\x00\x00\x01\x00",
        "Übergröße: café".encode("latin-1"),
    ],
)
def test_decode_refuses_what_is_no_text(data: bytes) -> None:
    assert decode(data) is None


def test_commonness_tells_right_from_wrong_encodings() -> None:
    assert commonness(SIMPLE) == 1.0
    assert commonness(SIMPLE.encode("gbk").decode("big5", "ignore")) < 0.8
    assert commonness(TRADITIONAL.encode("big5").decode("gb18030", "replace")) < 0.8
    assert commonness("plain ascii") == 0.5


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_read_plain_replaces_broken_bytes_and_says_so(encoding: str) -> None:
    whole = ("存在的问题还比较多。\n" * 40).encode(encoding)
    found = plain(whole[: len(whole) // 2 + 1] + b"\xff\xff" + whole[len(whole) // 2 + 1 :])
    assert found.text.count("存在的问题还比较多。") >= 38
    assert len(found.warnings) == 1 and "字节无法识别" in found.warnings[0]


def test_read_plain_warns_where_two_encodings_are_as_good() -> None:
    found = plain("項對照檢".encode("big5"))
    assert len(found.warnings) == 1 and "编码难以判断" in found.warnings[0]


def test_read_plain_keeps_the_text_as_it_is() -> None:
    text = " \t一、概况  \n\n　\n㈠①１％ﬁ\n末行"
    found = plain(text.encode())
    assert found.text == text
    assert [text[block.start : block.end] for block in found.blocks] == [" \t一、概况  ", "㈠①１％ﬁ", "末行"]
    assert {(block.kind, block.number, block.table) for block in found.blocks} == {("paragraph", None, None)}
    assert (found.format, found.warnings) == ("txt", ())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_read_plain_makes_line_ends_alike(end: str) -> None:
    found = plain(f"甲{end}{end}乙{end}".encode())
    assert found.text == "甲\n\n乙\n"
    assert [(block.start, block.end) for block in found.blocks] == [(0, 1), (3, 4)]


def test_read_plain_makes_mixed_line_ends_alike() -> None:
    assert plain("甲\r\n乙\n丙\r丁\r\n".encode("gbk") + "戊己庚辛".encode("gbk")).text == "甲\n乙\n丙\n丁\n戊己庚辛"


def test_read_plain_drops_the_byte_order_mark_only() -> None:
    assert plain("\ufeff甲\ufeff乙".encode()).text == "甲\ufeff乙"


def test_read_plain_of_blanks_has_no_blocks() -> None:
    found = plain("　\n \n".encode())
    assert (found.text, found.blocks, found.warnings) == ("　\n \n", (), ("文件中没有文字",))


def test_read_plain_refuses_binary_in_chinese() -> None:
    with pytest.raises(UnsupportedFormatError, match="^t.txt：无法识别的二进制文件"):
        plain(b"\x00\x01\x02\x03" * 50)


def test_read_keeps_the_offsets_of_real_text(shared: Path) -> None:
    for path in sorted((shared / "reports" / "text").glob("*.txt")):
        found = read(path)
        content = path.read_bytes().decode("utf-8")
        assert found.text == content.replace("\r\n", "\n")
        assert found.warnings == ()


def test_read_finds_gbk_in_a_real_report(shared: Path) -> None:
    path = shared / "reports" / "gbk" / "gwr_cn_2018.gbk.txt"
    found = read(path)
    expected = path.read_bytes().decode("gbk").replace("\r\n", "\n").replace("\r", "\n")
    assert (found.text, found.warnings) == (expected, ())
    assert "\r" not in found.text and len(found.blocks) > 100


def test_decode_finds_gbk_in_single_lines_of_a_real_list(shared: Path) -> None:
    content = (shared / "reports" / "audit_problem_list.txt").read_text(encoding="utf-8")
    lines = [line for line in content.split("\n") if len(line) > 5]
    decoded = [decode(line.encode("gb18030")) for line in lines]
    assert [found.text if found else None for found in decoded] == lines
