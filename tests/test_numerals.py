from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.quantities.numerals import LONGEST, parse, plain


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("零", "0"),
        ("〇", "0"),
        ("十", "10"),
        ("二十", "20"),
        ("廿", "20"),
        ("一百零八", "108"),
        ("一百二", "120"),
        ("两千三百五", "2350"),
        ("一万零五十", "10050"),
        ("三万五", "35000"),
        ("七十二万零四百", "720400"),
        ("四亿零六百万", "406000000"),
        ("九万亿", "9000000000000"),
        ("二〇二五", "2025"),
        ("三点一四", "3.14"),
        ("负六点五", "-6.5"),
        ("贰仟叁佰", "2300"),
        ("２３", "23"),
        ("1,236.5", "1236.5"),
        ("1，236", "1236"),
        ("2.83万", "28300"),
        ("1.5千万", "15000000"),
        ("5亿3千万", "530000000"),
        ("40k", "40000"),
        ("1 200", "1200"),
        ("半", "0.5"),
        ("四分之一", "0.25"),
        ("3/4", "0.75"),
        ("一又二分之一", "1.5"),
        ("-.5", "-0.5"),
    ],
)
def test_parse_reads_the_exact_value(text: str, value: str) -> None:
    number = parse(text)
    assert number is not None
    assert (number.value, number.value_max, number.approximate) == (Decimal(value), None, False)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("三十余", "30", None),
        ("十几", "10", None),
        ("二十多万", "200000", None),
        ("300余万", "3000000", None),
        ("七八", "7", "8"),
        ("三五百", "300", "500"),
        ("十七八", "17", "18"),
        ("几十", "10", "100"),
        ("数百万", "1000000", "10000000"),
    ],
)
def test_parse_marks_vague_numerals(text: str, low: str, high: str | None) -> None:
    number = parse(text)
    assert number is not None
    assert number.approximate
    assert number.value == Decimal(low)
    assert number.value_max == (None if high is None else Decimal(high))


@pytest.mark.parametrize("text", ["", "  ", "人", "十人", "1.2.3", "几", "2^5", "三分之零点", "五/零", "3万4.5.6"])
def test_parse_refuses_what_is_no_numeral(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize("text", ["9" * (LONGEST + 1), "一" * 100_000, "9" * 100_000])
def test_parse_refuses_numerals_beyond_any_report(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("计贰拾叁万元", "计二十三万元"),
        ("５０％", "50%"),
        ("兩萬個", "两万个"),
        ("队伍参加大陆收拾", "队伍参加大陆收拾"),
    ],
)
def test_plain_changes_only_numerals(text: str, expected: str) -> None:
    assert plain(text) == expected
    assert len(plain(text)) == len(text)
