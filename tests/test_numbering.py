"""Automatic numbers: how counters are written, and how they run."""

from __future__ import annotations

import pytest
from docx_maker import level, lists
from lxml import etree

from pipeline.reading.number_formats import format_number
from pipeline.reading.numbering import Counters, Label, gap_before, read_definitions

CHINESE = (
    level(0, "chineseCountingThousand", "%1、") + level(1, "chineseCounting", "（%2）") + level(2, "decimal", "%3.")
)
OUTLINE = level(0, "chineseCounting", "第%1章") + level(1, "decimal", "%1.%2", more="<w:isLgl/>")
CHAPTERS = level(0, "decimal", "%1.") + level(1, "decimal", "%1.%2.") + level(2, "decimal", "%1.%2.%3.")


def numbers(numbering: str, *steps: tuple[int, int]) -> list[str | None]:
    """Return the numbers of paragraphs that are given as (list, level)."""
    counters = Counters(read_definitions(etree.fromstring(numbering)))
    labels = [counters.advance(str(list_id), place) for list_id, place in steps]
    return [None if label is None else label.number for label in labels]


@pytest.mark.parametrize(
    ("style", "value", "shown"),
    [
        ("decimal", 0, "0"),
        ("decimal", 21, "21"),
        ("decimalZero", 7, "07"),
        ("decimalZero", 17, "17"),
        ("decimalFullWidth", 12, "１２"),
        ("chineseCounting", 1, "一"),
        ("chineseCounting", 10, "十"),
        ("chineseCounting", 12, "十二"),
        ("chineseCounting", 20, "二十"),
        ("chineseCounting", 99, "九十九"),
        ("chineseCounting", 105, "一○五"),
        ("chineseCountingThousand", 105, "一百零五"),
        ("chineseCountingThousand", 110, "一百一十"),
        ("chineseCountingThousand", 1001, "一千零一"),
        ("chineseCountingThousand", 10001, "一万一"),
        ("taiwaneseCountingThousand", 14, "十四"),
        ("taiwaneseCountingThousand", 10000, "一萬"),
        ("taiwaneseCounting", 30, "三十"),
        ("japaneseCounting", 11, "十一"),
        ("japaneseCounting", 100, "百"),
        ("japaneseCounting", 210, "二百十"),
        ("ideographDigital", 10, "一〇"),
        ("ideographTraditional", 3, "丙"),
        ("ideographTraditional", 11, "甲"),
        ("ideographZodiac", 12, "亥"),
        ("ideographZodiacTraditional", 13, "丙子"),
        ("chineseLegalSimplified", 3, "叁"),
        ("chineseLegalSimplified", 11, "壹拾壹"),
        ("ideographLegalTraditional", 2, "貳"),
        ("decimalEnclosedCircle", 1, "①"),
        ("decimalEnclosedCircle", 20, "⑳"),
        ("decimalEnclosedCircle", 21, "21"),
        ("decimalEnclosedCircleChinese", 10, "⑩"),
        ("decimalEnclosedParen", 2, "⑵"),
        ("decimalEnclosedFullstop", 2, "⒉"),
        ("ideographEnclosedCircle", 4, "㈣"),
        ("upperLetter", 26, "Z"),
        ("upperLetter", 28, "BB"),
        ("lowerLetter", 2, "b"),
        ("upperRoman", 1994, "MCMXCIV"),
        ("lowerRoman", 4, "iv"),
        ("ordinal", 22, "22nd"),
        ("ordinal", 13, "13th"),
        ("numberInDash", 3, "- 3 -"),
        ("none", 3, ""),
        ("bullet", 3, ""),
        ("thaiLetters", 3, "3"),
        ("chineseCounting", 0, "0"),
        ("upperLetter", 2_000_000_000, "2000000000"),
    ],
)
def test_format_number_writes_what_word_shows(style: str, value: int, shown: str) -> None:
    assert format_number(value, style) == shown


@pytest.mark.parametrize(
    ("pattern", "shown"), [("001, 002, 003, ...", "007"), ("01, 02", "07"), ("", "7"), ("甲", "7")]
)
def test_format_number_pads_custom_patterns(pattern: str, shown: str) -> None:
    assert format_number(7, "custom", pattern=pattern) == shown


def test_advance_restarts_a_level_when_a_higher_one_moves() -> None:
    steps = [(1, 0), (1, 1), (1, 1), (1, 0), (1, 1), (1, 2), (1, 2), (1, 1), (1, 2)]
    shown = ["一、", "（一）", "（二）", "二、", "（一）", "1.", "2.", "（二）", "1."]
    assert numbers(lists({1: CHINESE}), *steps) == shown


def test_advance_counts_levels_that_were_skipped() -> None:
    # Word numbers a first heading 1 that follows a heading 2 as 2
    assert numbers(lists({1: CHAPTERS}), (1, 1), (1, 1), (1, 0), (1, 2)) == ["1.1.", "1.2.", "2.", "2.1.1."]


def test_advance_shares_counters_between_lists_of_one_definition() -> None:
    numbering = lists({1: CHINESE}, {1: (1, ""), 2: (1, ""), 3: (1, "")})
    assert numbers(numbering, (1, 0), (2, 0), (3, 0), (1, 0)) == ["一、", "二、", "三、", "四、"]


def test_advance_begins_anew_where_a_list_overrides_the_start() -> None:
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbering = lists({1: CHINESE}, {1: (1, ""), 2: (1, override)})
    assert numbers(numbering, (1, 0), (1, 0), (2, 0), (2, 0), (1, 0)) == ["一、", "二、", "一、", "二、", "三、"]


def test_advance_uses_the_levels_that_a_list_overrides() -> None:
    override = f'<w:lvlOverride w:ilvl="0">{level(0, "upperLetter", "%1)")}</w:lvlOverride>'
    assert numbers(lists({1: CHINESE}, {1: (1, override)}), (1, 0), (1, 1)) == ["A)", "（一）"]


@pytest.mark.parametrize(
    ("restart", "shown"),
    [
        ("", ["1", "2", "1", "1"]),
        ('<w:lvlRestart w:val="0"/>', ["1", "2", "3", "4"]),
        ('<w:lvlRestart w:val="1"/>', ["1", "2", "3", "1"]),
    ],
)
def test_advance_follows_the_restart_rule_of_a_level(restart: str, shown: list[str]) -> None:
    levels = CHAPTERS.replace("%1.%2.%3.", "").replace('<w:lvl w:ilvl="2">', '<w:lvl w:ilvl="8">')
    numbering = lists({1: levels + level(2, "decimal", "%3", more=restart)})
    found = numbers(numbering, (1, 0), (1, 1), (1, 2), (1, 2), (1, 1), (1, 2), (1, 0), (1, 2))
    assert [found[place] for place in (2, 3, 5, 7)] == shown


def test_advance_writes_legal_levels_in_digits() -> None:
    assert numbers(lists({1: OUTLINE}), (1, 0), (1, 0), (1, 1)) == ["第一章", "第二章", "2.1"]


def test_advance_writes_nothing_for_a_bullet_inside_a_number() -> None:
    levels = level(0, "decimal", "%1.") + level(1, "bullet", "—") + level(2, "decimal", "%1.%2%3")
    assert numbers(lists({1: levels}), (1, 0), (1, 1), (1, 2)) == ["1.", "—", "1.1"]


@pytest.mark.parametrize(
    ("text", "more", "shown"),
    [
        ("\uf0b7", "", "•"),
        ("l", '<w:rPr><w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/></w:rPr>', "•"),
        ("o", '<w:rPr><w:rFonts w:ascii="Courier New"/></w:rPr>', "•"),
        ("●", "", "●"),
        ("——", "", "——"),
        ("", "", ""),
        ("", '<w:lvlPicBulletId w:val="0"/>', "•"),
    ],
)
def test_advance_shows_bullets_as_plain_characters(text: str, more: str, shown: str) -> None:
    assert numbers(lists({1: level(0, "bullet", text, more=more)}), (1, 0)) == [shown]


def test_advance_starts_where_the_level_says() -> None:
    levels = level(0, "decimal", "%1.", start=3) + level(1, "decimal", "%2)", start=None)
    assert numbers(lists({1: levels}), (1, 0), (1, 1), (1, 0)) == ["3.", "0)", "4."]


def test_advance_follows_links_to_a_numbering_style() -> None:
    numbering = lists({1: '<w:numStyleLink w:val="公文"/>', 2: f'<w:styleLink w:val="公文"/>{CHINESE}'})
    assert numbers(numbering, (1, 0), (2, 0)) == ["一、", "二、"]


def test_advance_survives_a_circle_of_links() -> None:
    numbering = lists({1: '<w:numStyleLink w:val="甲"/>', 2: '<w:styleLink w:val="甲"/><w:numStyleLink w:val="甲"/>'})
    assert numbers(numbering, (1, 0)) == [""]


def test_read_definitions_follows_a_link_through_the_style() -> None:
    numbering = etree.fromstring(lists({1: '<w:numStyleLink w:val="公文"/>', 2: CHINESE}))
    counters = Counters(read_definitions(numbering, {"公文": "2"}.get))
    assert counters.advance("1", 1) == Label("（一）", " ")


def test_advance_reads_a_custom_format_with_its_fallback() -> None:
    custom = '<mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="01, 02"/></mc:Choice>'
    custom += '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>'
    levels = level(0, "decimal", "%1").replace('<w:numFmt w:val="decimal"/>', custom)
    assert numbers(lists({1: levels}), (1, 0)) == ["01"]


@pytest.mark.parametrize("step", [(7, 0), (1, 9), (1, -1)])
def test_advance_gives_no_number_where_nothing_is_defined(step: tuple[int, int]) -> None:
    assert numbers(lists({1: CHINESE}), step) == [None]


def test_read_definitions_of_no_part_is_empty() -> None:
    assert read_definitions(None).lists == {}


@pytest.mark.parametrize(
    ("number", "gap", "text", "between"),
    [
        ("一、", " ", "基本情况", ""),
        ("（一）", " ", "基本情况", ""),
        ("①", " ", "基本情况", ""),
        ("1.", " ", "基本情况", ""),
        ("1.", " ", "2023年以来", " "),
        ("1.1", " ", "总则", " "),
        ("A", " ", "总则", " "),
        ("1", "", "总则", ""),
        ("", " ", "总则", ""),
        ("第一章", " ", "总则", ""),
    ],
)
def test_gap_before_keeps_numbers_from_running_into_the_text(number: str, gap: str, text: str, between: str) -> None:
    assert gap_before(Label(number, gap), text) == between
