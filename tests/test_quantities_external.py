"""The public cases of other extractors (shared/external), and where this project means to differ.

Cases are named by their line number; each difference has its reason and is counted, so a case that begins to agree
must leave the list.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.quantities import extract
from pipeline.quantities.numerals import parse
from pipeline.records import Document, Quantity

KINDS = {
    "jionlp_money_extract": {"money"},
    "jionlp_money_parse": {"money"},
    "recognizers_age": {"duration"},
    "recognizers_currency": {"money"},
    "recognizers_dimension": {"physical"},
    "recognizers_duration": {"duration"},
    "recognizers_percent": {"percent", "ratio"},
}
AGREED: dict[str, dict[str, tuple[int, ...]]] = {
    "jionlp_money_parse": {
        "a number without a unit is no sum of a report": (5, 7, 15),
        "two currencies in one sum contradict each other": (12,),
        "块 counts things in a report (3块展板), its yuan is spoken language": (16, 26),
        "a k shared over a range does not occur in reports": (20,),
    },
    "numerals": {
        "a unit belongs to the sum, which extract reads": (23, 24, 25, 35, 59),
        "a dozen does not occur in reports": (80,),
        "powers do not occur in reports": (107, 157, 158),
    },
    "recognizers_age": {"大 after an age stays outside the span": (2, 4)},
    "recognizers_currency": {
        "a sum in two foreign units does not occur in reports": (6, 9),
        "块 counts things in a report (3块展板), its yuan is spoken language": (10,),
        "a currency without a number is no quantity": (12,),
        "a full-width comma between digits separates thousands": (16,),
        "24 digits are a serial number": (18,),
    },
    "recognizers_dimension": {
        "超过 belongs to the span": (4,),
        "位 counts people": (6,),
        "两 is a numeral; as a weight it does not occur in reports": (15, 16, 17),
    },
    "recognizers_duration": {
        "时 alone is a time of day": (4,),
        "two spans of time whose units do not nest stay two values": (6, 7),
    },
    "recognizers_percent": {
        "a shop's discount (折) is no quantity of a report": (1, 2, 4, 7, 8, 14, 17, 18, 57),
        "七成六 is spoken language": (3,),
        "adjacent digits are a range, 20 to 30 points": (25, 59),
        "百分之百 is a set phrase": (45,),
        "a share of five hundred is a share": (48,),
        "a formal 佰 by itself is not taken for 百": (72,),
        "5-20% is one range": (75,),
    },
}


@dataclass(frozen=True, slots=True)
class Case:
    """One line of a suite: the text and the spans with their values (None where the suite gives none)."""

    text: str
    spans: tuple[tuple[int, int, object], ...]


def read_cases(path: Path) -> list[Case]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Case(row["text"], tuple((span["start"], span["end"], span["value"]) for span in row["spans"])) for row in rows
    ]


def find(text: str, kinds: set[str]) -> list[Quantity]:
    document = Document(report_id="r1", source_file="r1.txt", format="txt", text=text, blocks=())
    return [quantity for quantity in extract(document, (), ()) if quantity.kind in kinds]


def agrees(case: Case, kinds: set[str]) -> bool:
    found = find(case.text, kinds)
    places = [(quantity.start, quantity.end) for quantity in found]
    if places != [(start, end) for start, end, _ in case.spans]:
        return False
    return all(_same(quantity, value) for quantity, (_, _, value) in zip(found, case.spans, strict=True))


def _same(quantity: Quantity, wanted: object) -> bool:
    """Compare values; the suites give shares in percent, and durations as TIMEX, which is not compared."""
    if not isinstance(wanted, int | float):
        return True
    if not isinstance(quantity.value, float):
        return False
    share = quantity.kind == "ratio" and quantity.unit == ""
    return quantity.value * (100 if share else 1) == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("suite", sorted(KINDS))
def test_extract_agrees_with_suite_but_for_the_agreed_differences(suite: str, shared: Path) -> None:
    cases = read_cases(shared / "external" / f"{suite}.jsonl")
    different = [number for number, case in enumerate(cases, start=1) if not agrees(case, KINDS[suite])]
    agreed = [number for numbers in AGREED.get(suite, {}).values() for number in numbers]
    assert different == sorted(agreed)


def test_parse_agrees_with_numeral_cases_but_for_the_agreed_differences(shared: Path) -> None:
    cases = read_cases(shared / "external" / "numerals.jsonl")
    different = []
    for number, case in enumerate(cases, start=1):
        (_, _, wanted) = case.spans[0]
        read = parse(case.text)
        if read is None or float(read.value) != pytest.approx(wanted, rel=1e-9):
            different.append(number)
    agreed = [number for numbers in AGREED["numerals"].values() for number in numbers]
    assert different == sorted(agreed)


def test_agreed_differences_have_a_reason_and_are_counted() -> None:
    counts = {suite: sum(map(len, reasons.values())) for suite, reasons in AGREED.items()}
    assert counts == {
        "jionlp_money_parse": 7,
        "numerals": 9,
        "recognizers_age": 2,
        "recognizers_currency": 6,
        "recognizers_dimension": 5,
        "recognizers_duration": 3,
        "recognizers_percent": 16,
    }
    assert all(reason for reasons in AGREED.values() for reason in reasons)
