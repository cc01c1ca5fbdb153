"""The 密级 stop: a mark where the standard puts it, and nothing that only speaks of secrets."""

from __future__ import annotations

import pytest

from pipeline.classified import check_classified, find_mark
from pipeline.errors import ClassifiedError, ReadError
from pipeline.records import Block, Document

REST = "清河市水务局文件\n关于内控自查情况的报告\n市财政局：\n按照要求，我局开展了自查。\n一、基本情况\n机构设置完整。"


def document(text: str, *, with_blocks: bool = True) -> Document:
    blocks, place = [], 0
    for line in text.split("\n"):
        blocks.append(Block(place, place + len(line)))
        place += len(line) + 1
    return Document("c", "内控.docx", "txt", text, tuple(blocks) if with_blocks else ())


@pytest.mark.parametrize("with_blocks", [True, False])
@pytest.mark.parametrize(
    ("head", "level"),
    [
        ("机密★1年", "机密"),
        ("秘密★", "秘密"),
        ("绝　密★长期", "绝密"),
        ("000012\n机密★3年\n特急", "机密"),
        ("000012  机密★3年", "机密"),
        ("机密★1年　特急", "机密"),
        ("秘密★6个月    清水发〔2024〕1号", "秘密"),
        ("密级：秘密", "秘密"),
        ("【机密】", "机密"),
        ("秘密", "秘密"),
        ("机密级★2年", "机密"),
        ("秘密☆", "秘密"),
    ],
)
def test_find_mark_in_the_head(head, level, with_blocks):
    found = find_mark(document(f"{head}\n{REST}", with_blocks=with_blocks))
    assert found is not None and found.level == level
    assert level in found.span.of(f"{head}\n{REST}").replace("　", "")


@pytest.mark.parametrize(
    "text",
    [
        REST,
        f"内部资料\n{REST}",
        f"密级：公开\n{REST}",
        f"密级：\n{REST}",
        f"机密文件管理自查报告\n{REST}",
        f"保守国家秘密情况自查报告\n{REST}",
        f"秘密★（已解密）\n{REST}",
        f"商业秘密★保护月活动小结\n{REST}",
        f"{REST}\n严守工作秘密。\n秘密",
        f"{REST}\n" + "各项工作有序开展。\n" * 20 + "机密★1年",
        "",
    ],
)
def test_find_mark_passes_what_is_no_mark(text):
    assert find_mark(document(text)) is None


def test_find_mark_with_a_star_below_a_cover_sentence():
    assert find_mark(document(f"本件共印12份。\n机密★1年\n{REST}")) is not None


def test_check_classified_stops_and_names_the_way_on():
    with pytest.raises(ClassifiedError, match=r"^内控.docx：首页标有密级“机密”.*--allow-classified") as caught:
        check_classified(document(f"机密★1年\n{REST}"))
    assert isinstance(caught.value, ReadError)
    assert "水务局" not in str(caught.value)


def test_check_classified_goes_on_with_a_warning_where_allowed():
    marked = document(f"机密★1年\n{REST}")
    found = check_classified(marked, allowed=True)
    assert found.text == marked.text and "机密" in found.warnings[-1]


def test_check_classified_leaves_an_open_report_as_it_is():
    plain = document(REST)
    assert check_classified(plain) is plain


def test_check_classified_passes_every_shared_report(shared):
    for path in sorted((shared / "reports/text").glob("*.txt")):
        assert find_mark(document(path.read_text(encoding="utf-8"))) is None
