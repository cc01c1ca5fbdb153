from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.quantities import parse_number, read_number
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


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("叁万贰仟", 32000),
        ("1.2万", 12000),
        ("3千500", 3500),
        ("1万2", 12000),
        ("卅五", 35),
        ("三十余", 30),
        ("上百", 100),
        ("数千", 1000),
        ("一千八九百", 1800),
        ("三两", 2),
        ("3至5", 3),
        ("100-200万", 1000000),
        ("百分之三十五", 0.35),
        ("35%", 0.35),
        ("千分之三", 0.003),
        ("三成", 0.3),
        ("七成六", 0.76),
        ("八五折", 0.85),
        ("9.9折", 0.99),
        ("半数", 0.5),
        ("壹拾壹元整", 11),
        ("壹佰捌拾壹圆柒角", 181.7),
        ("2^5", 32),
        ("三打", 36),
        ("２.５", 2.5),
    ],
)
def test_parse_number_reads_what_a_whole_string_writes(text: str, value: float) -> None:
    assert parse_number(text) == pytest.approx(value)


def test_parse_number_gives_int_where_the_value_is_whole() -> None:
    assert isinstance(parse_number("2.83万"), int)
    assert isinstance(parse_number("2.835"), float)


@pytest.mark.parametrize(
    "text",
    ["", "几十", "好几百万", "党员", "三会", "第3", "2021年", "12次", "至", "元", "成", "折", "5至3", "^2", "一" * 41],
)
def test_parse_number_of_anything_else_is_none(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "low", "high", "bound", "approximate"),
    [
        ("3至5", 3, 5, "=", False),
        ("3-5万", 30000, 50000, "=", False),
        ("上万", 10000, None, ">=", True),
        ("超过三十", 30, None, ">", False),
        ("不足百分之五", 0.05, None, "<", False),
        ("约1.2万", 12000, None, "=", True),
        ("五百左右", 500, None, "=", True),
        ("三十以上", 30, None, ">=", False),
    ],
)
def test_read_number_tells_range_bound_and_doubt(
    text: str, low: float, high: float | None, bound: str, approximate: bool
) -> None:
    number = read_number(text)
    assert number is not None
    assert float(number.value) == pytest.approx(low)
    assert number.value_max == high
    assert (number.bound, number.approximate, number.vague) == (bound, approximate, False)


def test_read_number_marks_an_order_of_magnitude_as_vague() -> None:
    number = read_number("几十")
    assert number is not None
    assert (number.vague, number.value, number.value_max) == (True, 10, 100)
