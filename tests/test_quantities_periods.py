"""Stretches of time and their dates, in the mark-up of test_quantities: ⟦raw|period|value||max:…|from:…|to:…⟧."""

from __future__ import annotations

import pytest
from marked_quantities import read_marks

from pipeline.quantities import extract, quantities_of
from pipeline.quantities.dates import Point, read_iso
from pipeline.quantities.periods import NamedPeriod
from pipeline.records import Document, Quantity
from pipeline.resources import read_table

SUMMER, MONTH, JANUARY = "2024-06-30", "2024-06", "2025-01-14"


def find(text: str, report_date: str | None) -> tuple[Quantity, ...]:
    document = Document(report_id="r1", source_file="r1.txt", format="txt", text=text, blocks=())
    found = extract(document, (), (), report_date=report_date)
    for quantity in found:
        assert text[quantity.start : quantity.end] == quantity.raw
    return found


def shown(value: object) -> str:
    return f"{value:.13g}" if isinstance(value, float) else str(value or "")


def check(marked: str, report_date: str | None) -> None:
    """Fail unless exactly the marked quantities are found; a period has no dates but those that its mark gives."""
    text, expected = read_marks(marked)
    found = find(text, report_date)
    assert [(quantity.start, quantity.raw) for quantity in found] == [(mark.start, mark.raw) for mark in expected]
    for quantity, mark in zip(found, expected, strict=True):
        assert (quantity.kind, shown(quantity.value)) == (mark.kind, mark.value), quantity
        assert quantity.approximate == mark.approximate, quantity
        dated = quantity.kind in ("date", "period")
        wanted = dict.fromkeys(("value_max", "period_start", "period_end") if dated else (), "") | dict(mark.extras)
        for field, value in wanted.items():
            assert shown(getattr(quantity, field)) == value, quantity


NAMED = (
    "⟦“十四五”期间|period|2021||max:2025|from:2021-01-01|to:2025-12-31⟧争取资金。",
    '⟦"十三五"时期|period|2016||max:2020|from:2016-01-01|to:2020-12-31⟧，⟦十五五时期|period|2026||max:2030|from:2026-01-01|to:2030-12-31⟧。',
    "产量为⟦“十四五”以来|period|2021||from:2021-01-01⟧最高，⟦“十四五”规划实施以来|period|2021||from:2021-01-01⟧逐年上升。",
    "党的⟦十九大以来|period|2017-10-18||from:2017-10-18⟧、党的⟦二十大胜利召开以来|period|2022-10-16||from:2022-10-16⟧。",
    "党的⟦二十届三中全会以来|period|2024-07-15||from:2024-07-15⟧，⟦十九届期间|period|2017-10-18||max:2022-10-16|from:2017-10-18|to:2022-10-16⟧。",
    "⟦十九届中央任期|period|2017-10-18||max:2022-10-16|from:2017-10-18|to:2022-10-16⟧，县⟦十九届期间|period||⟧换届。",
    "⟦改革开放以来|period|1978-12-18||from:1978-12-18⟧、⟦新中国成立以来|period|1949-10-01||from:1949-10-01⟧、⟦建党以来|period|1921-07||from:1921-07-01⟧。",
    "中央⟦八项规定出台以来|period|2012-12-04||from:2012-12-04⟧，⟦八项规定实施至今|period|2012-12-04||from:2012-12-04⟧。",
    # near misses: plans as names, points, titles, other numerals, stretches that every unit dates otherwise
    "“十四五”规划、“十四五”期末、“十四五”良好开局，党的二十大精神，八项规定精神。",
    "编制《“十四五”期间水利发展规划》，学习《党的十八大以来大事记》。",
    "疫情以来、换届以来、任职以来、近年来、自查期间，情况稳定。",
)
PARTS = (
    "⟦2022年第一季度|period|2022-01||max:2022-03|from:2022-01-01|to:2022-03-31⟧发文，第三季度不再发。",
    "⟦2023年一季度|period|2023-01||max:2023-03|from:2023-01-01|to:2023-03-31⟧、⟦2024年前三季度|period|2024-01||max:2024-09|from:2024-01-01|to:2024-09-30⟧。",
    "⟦2023年下半年至2024年上半年|period|2023-07||max:2024-06|from:2023-07-01|to:2024-06-30⟧停发。",
    "⟦2022年第四季度至2023年3月|period|2022-10||max:2023-03|from:2022-10-01|to:2023-03-31⟧停发。",
    "⟦2022年四季度以来|period|2022-10||from:2022-10-01⟧未查，⟦2023年下半年以来|period|2023-07||from:2023-07-01⟧欠租。",
    "⟦2024年前11个月|period|2024-01||max:2024-11|from:2024-01-01|to:2024-11-30⟧用完。",
    "⟦2025年一季度末前|date|2025-03-31||<=⟧整改到位。",
    "一季度、上半年、上一季度、同一季度都没有记录。",
)
CALENDAR = (
    "⟦2020年1月以来|period|2020-01||from:2020-01-01⟧的账，⟦8月以来|period|--08||from:--08-01⟧的单。",
    "⟦2021年以来至2023年底|period|2021||max:2023-12-31|from:2021-01-01|to:2023-12-31⟧未收。",
    "自⟦2023年1月1日起至2024年6月30日|period|2023-01-01||max:2024-06-30|from:2023-01-01|to:2024-06-30⟧止。",
    "⟦2019年到2021年三年间|period|2019||max:2021|from:2019-01-01|to:2021-12-31⟧未建账。",
    "⟦2023年11月至次年3月|period|2023-11||max:2024-03|from:2023-11-01|to:2024-03-31⟧供暖。",
    "⟦2023年11月至3月|period|2023-11||max:--03|from:2023-11-01⟧供暖。",
    "⟦2022-2023学年|period|2022||max:2023|from:2022-09-01|to:2023-08-31⟧有效。",
    "⟦2021年底以来|period|2021-12-31||from:2021-12-31⟧未开会。",
    "⟦2024年1至7月|period|2024-01||max:2024-07|from:2024-01-01|to:2024-07-31⟧⟦606万元|money|6060000|⟧。",
    "⟦2024年|date|2024|⟧初步核算，⟦2024年|date|2024|⟧底数不清，⟦2024年|date|2024|⟧度假区开业，⟦截至8月底|date|2024-08-31|⟧账上有余额。",
)
THIS_YEAR = (
    "⟦今年以来|period|2024||from:2024-01-01|to:2024-06-30⟧开会，⟦去年以来|period|2023||from:2023-01-01|to:2024-06-30⟧发文。",
    "⟦今年上半年|period|2024-01||max:2024-06|from:2024-01-01|to:2024-06-30⟧，⟦今年1至6月|period|2024-01||max:2024-06|from:2024-01-01|to:2024-06-30⟧。",
    "⟦去年11月至今年3月|period|2023-11||max:2024-03|from:2023-11-01|to:2024-03-31⟧停工。",
    "⟦今年3月以来|period|2024-03||from:2024-03-01|to:2024-06-30⟧补训，⟦今年8月起|period|2024-08||from:2024-08-01⟧启用。",
    "⟦去年9月|date|2023-09|⟧、⟦截至今年6月底|date|2024-06-30|⟧、⟦去年底|date|2023-12-31|⟧、⟦明年3月底前|date|2025-03-31||<=⟧。",
    "⟦2021年至今年6月|period|2021||max:2024-06|from:2021-01-01|to:2024-06-30⟧未报。",
    "⟦24年3月|date|2024-03|⟧立项，⟦23年底|date|2023-12-31|⟧竣工，⟦89年3月|date|--03|⟧入职，工龄⟦12年|duration|12|⟧。",
    # 今年 and 去年 alone, what counts from another year, and words that only begin like a date
    "去年、今年、本季度、上年度、当前、去年同期，过去年年如此，今年初步建成，今年底数不清，成本年末结转。",
)
COUNTED = (
    (
        "⟦近三年|period|||~|from:2021-06-30|to:2024-06-30⟧，⟦过去五年|period|||~|from:2019-06-30|to:2024-06-30⟧。",
        SUMMER,
    ),
    ("⟦三年来|period|||~|from:2021-06-30|to:2024-06-30⟧，⟦近半年|period|||~|from:2023-12-30|to:2024-06-30⟧。", SUMMER),
    (
        "⟦近一年半|period|||~|from:2022-12-30|to:2024-06-30⟧，⟦近两周|period|||~|from:2024-06-16|to:2024-06-30⟧。",
        SUMMER,
    ),
    ("⟦未来三年|period|||~|from:2024-06-30|to:2027-06-30⟧建成。", SUMMER),
    ("⟦近两个会计年度|period|||~|from:2022-01-01|to:2023-12-31⟧亏损。", SUMMER),
    ("⟦近三年|period|||~|from:2021-06-01|to:2024-06-30⟧，⟦近10天|period||⟧。", MONTH),
    (
        "⟦过去一年|period|2024||~|from:2024-01-01|to:2024-12-31⟧，⟦半年来|period|||~|from:2024-07-14|to:2025-01-14⟧。",
        JANUARY,
    ),
    ("⟦未来三年|period|||~|from:2025-01-01|to:2027-12-31⟧建成。", JANUARY),
    (
        "⟦近三个月|period|||~|from:2023-11-29|to:2024-02-29⟧，⟦一年来|period|2023||~|from:2023-01-01|to:2023-12-31⟧。",
        "2024-02-29",
    ),
    ("⟦近一个月|period|||~|from:2024-02-29|to:2024-03-31⟧停工。", "2024-03-31"),
    ("⟦近几年|period|||~⟧、⟦近两三年|period||⟧、⟦三年多来|period|||~⟧、⟦近两轮|period||⟧巡察。", SUMMER),
    ("⟦近三年|period||⟧，⟦三年来|period||⟧，⟦近半年|period||⟧。", None),
    ("⟦近三年|period||⟧，⟦今年以来|period|2024||from:2024-01-01⟧。", "2024"),
    (
        "⟦近三年|period|||from:2021-09-01|to:2024-09-30⟧"
        "（⟦2021年9月至2024年9月|period|2021-09||max:2024-09|from:2021-09-01|to:2024-09-30⟧）。",
        None,
    ),
)
LENGTHS = (
    "闲置⟦将近一年|duration|1||~⟧，历时⟦近三个月|duration|3||~⟧，提前⟦一个月|duration|1|⟧提醒。",
    "结题前⟦两个月|duration|2|⟧领用，家长连着⟦三天|duration|3|⟧来后厨跟班。",
    "成绩来之不易：⟦过去一年|period|||~|from:2023-06-30|to:2024-06-30⟧来之不易。",
)


@pytest.mark.parametrize("marked", NAMED)
def test_extract_dates_named_stretches_and_no_names(marked: str) -> None:
    check(marked, None)


@pytest.mark.parametrize("marked", [*PARTS, *CALENDAR])
def test_extract_dates_parts_of_years_without_a_report_date(marked: str) -> None:
    check(marked, None)


@pytest.mark.parametrize("marked", THIS_YEAR)
def test_extract_gives_this_year_the_year_of_the_report(marked: str) -> None:
    check(marked, SUMMER)


@pytest.mark.parametrize(("marked", "report_date"), COUNTED)
def test_extract_counts_stretches_back_from_the_report(marked: str, report_date: str | None) -> None:
    check(marked, report_date)


@pytest.mark.parametrize("marked", LENGTHS)
def test_extract_leaves_lengths_without_dates(marked: str) -> None:
    check(marked, SUMMER)


@pytest.mark.parametrize(
    ("text", "report_date", "note"),
    [
        ("今年以来开会。", None, "report date unknown"),
        ("今年以来开会。", SUMMER, "year from the report date"),
        ("今年上半年开会。", JANUARY, "year unclear: report of January or February"),
        ("近三年开会。", None, "report date unknown"),
        ("近三年开会。", SUMMER, "counted from the report date"),
        ("近三年（2021—2023年）开会。", SUMMER, "dates in brackets"),
        ("近几年开会。", SUMMER, "length not exact"),
        ("今年6月开会。", None, "year missing"),
    ],
)
def test_extract_says_where_the_dates_come_from(text: str, report_date: str | None, note: str) -> None:
    assert find(text, report_date)[0].note == note


@pytest.mark.parametrize("word", ["今年以来", "去年下半年", "今年底", "明年一季度"])
@pytest.mark.parametrize("report_date", [None, JANUARY, "2024-02"])
def test_extract_does_not_guess_the_year_of_this_year(word: str, report_date: str | None) -> None:
    (found,) = find(f"{word}完成整改。", report_date)
    assert (found.raw, found.value, found.period_start, found.period_end) == (word, None, None, None)


@pytest.mark.parametrize("text", ["2024-6-30", "2024年6月", "24", "2024-13", "2024-02-30", "2024-06-30T00:00", ""])
def test_extract_refuses_a_report_date_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="no ISO date"):
        find("近三年", text)


@pytest.mark.parametrize(
    ("text", "point"), [("2024", Point(2024)), ("2024-06", Point(2024, 6)), ("2024-02-29", Point(2024, 2, 29))]
)
def test_read_iso_is_as_exact_as_its_text(text: str, point: Point) -> None:
    assert read_iso(text) == point


def test_periods_table_holds_dates_in_order() -> None:
    for row in read_table("lexicon/periods.tsv", NamedPeriod):
        assert row.form in ("plan", "term", "event")
        assert read_iso(row.start).first() < (read_iso(row.end).last() if row.end else "9999")
        assert bool(row.end) == (row.form != "event") or row.name == "二十届"


@pytest.mark.parametrize(
    "piece", ["近三年", "今年", "“十四五", "十四五期间", "2021年第一季度至", "今年1月至", "24年3月", "以来"]
)
def test_extract_survives_endless_periods(piece: str) -> None:
    text = piece * 2000
    assert all(text[row.start : row.end] == row.raw for row in find(text, SUMMER))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2023年1月、9月各查一次。", ["2023-01", "2023-09"]),
        ("2022年9月、11月和次年1月收取。", ["2022-09", "2022-11", "2023-01"]),
        ("4月8日至5月24日开展自查。", ["2024-04-08"]),
        ("12月起停工。", ["2023-12"]),
        ("6月20日前完成，3月底前先行上报。", ["2024-06-20", "2025-03-31"]),
        # no year is lent by another sentence, by a comparison, or backwards
        ("2021年立项。3月批复。", ["2021", "2024-03"]),
        ("与2022年相比，4月好转。", ["2022", "2024-04"]),
        ("2022年11月启动，3月结束。", ["2022-11", "2024-03"]),
        ("2021至2023年，4月检查。", ["2021", "2024-04"]),
    ],
)
def test_extract_gives_months_the_year_of_the_sentence_or_of_the_report(text: str, values: list[str]) -> None:
    found = quantities_of(text, report_date="2024-05-28")
    assert [row.value for row in found if row.kind in ("date", "period")] == values


def test_extract_leaves_the_year_missing_where_nothing_tells() -> None:
    (row,) = quantities_of("4月8日检查。")
    assert (row.value, row.note) == ("--04-08", "year missing")


def test_extract_ends_a_february_with_its_last_day() -> None:
    ends = [
        quantities_of(f"{text}停发。", report_date="2024-05-28")[0].period_end
        for text in ("1月至2月", "1月3日至2月28日")
    ]
    assert ends == ["2024-02-29", "2024-02-28"]
