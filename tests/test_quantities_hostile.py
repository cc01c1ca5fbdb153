"""Hostile text: no line, however it is made, may cost more than in proportion to its length.

A pattern that costs the square of the length takes a second on 20 000 characters and hours on a million. So the long
lines have a limit that no linear reading comes near, and the rule that prevents such patterns is tested by itself.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.guard import Worker
from pipeline.limits import LIMITS
from pipeline.quantities import quantities_of
from pipeline.quantities.extract import _verbatim
from pipeline.quantities.flat import Flat, flatten
from pipeline.quantities.grammar import Amount

REPORTS = Path(__file__).parent.parent / "corpus" / "reports"
UNITS = (
    *(
        "9",
        "一",
        "万",
        "1,",
        "1.",
        "*",
        "X",
        "（",
        "每",
        "近三",
        "2021年",
        "分之",
        "、3",
        "和3",
        "第",
        "年月日",
        "1-",
        "约",
    ),
    *("“", "其中", "分别"),
    # Each of these once cost the square of its length, or is the dearest of its kind.
    *("2021、", "3 000 ", "一次、", "3次、", "一年", "每月一"),
)
MEGABYTE = 1_000_000
_LIMITS = replace(LIMITS, seconds=120.0, memory_bytes=4 << 30)


def repeated(unit: str, size: int) -> str:
    """Return a line of so many bytes of UTF-8."""
    return unit * (size // len(unit.encode()))


def mixed(size: int) -> str:
    pieces = random.Random(20240630).choices(UNITS, k=size // 4)
    return "".join(pieces).encode()[:size].decode(errors="ignore")


def prose(size: int) -> str:
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(REPORTS.glob("*.txt"))[:4])
    return repeated(text.replace("\n", ""), size)


def listed(size: int) -> str:
    """Return a list whose item stands only at its head, so that every value looks back for it."""
    return "党员干部" + repeated("3次、", size)


MADE = {"mixed": mixed, "prose": prose, "listed": listed}
SHAPES = (*UNITS, *MADE)


def shape(name: str, size: int) -> str:
    return MADE[name](size) if name in MADE else repeated(name, size)


def count(text: str) -> int:
    """Return how many quantities a text has, after proof that each is a stretch of it, in order, and none overlaps."""
    end = 0
    found = quantities_of(text, report_date="2024-06-30")
    for quantity in found:
        assert end <= quantity.start < quantity.end <= len(text)
        assert text[quantity.start : quantity.end] == quantity.raw
        end = quantity.end
    return len(found)


@pytest.fixture(scope="module")
def worker():
    with Worker(count, limits=_LIMITS) as worker:
        yield worker


@pytest.mark.parametrize("name", SHAPES)
def test_a_line_of_one_shape_is_read(name: str, worker: Worker[str, int]) -> None:
    assert worker.call(shape(name, 6_000), file=name) >= 0


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
def test_a_line_of_a_megabyte_is_read_in_time(name: str, worker: Worker[str, int]) -> None:
    text = shape(name, MEGABYTE)
    assert MEGABYTE * 0.9 < len(text.encode()) < MEGABYTE * 1.1
    assert worker.call(text, file=name) >= 0


@pytest.mark.parametrize(
    ("name", "kind", "rate"), [("2021年", "date", 5), ("3次、", "count", 3), ("一年", "duration", 2)]
)
def test_every_value_of_a_long_line_is_found(name: str, kind: str, rate: int) -> None:
    text = repeated(name, 6_000)
    assert {quantity.kind for quantity in quantities_of(text)} == {kind}
    assert count(text) == len(text) // rate


class CountedText(str):
    """A text that counts how many characters are searched backwards."""

    searched: list[int]

    def rfind(self, sub: str, start: int = 0, end: int = sys.maxsize) -> int:  # type: ignore[override]
        self.searched.append(end - start)
        return super().rfind(sub, start, end)


def test_the_item_is_looked_for_within_a_fixed_distance() -> None:
    text = CountedText(listed(200_000))
    text.searched = []
    flat = Flat(text, tuple(range(len(text))))
    last = Amount(len(text) - 3, len(text) - 1, "count", 3.0, unit="次")
    assert _verbatim(text, flat, "党员干部", last) == "党员干部"
    assert sum(text.searched) <= 20_000 < len(text)


@pytest.mark.parametrize(
    ("text", "flat"),
    [
        ("支出1 200元", "支出1200元"),
        ("支出1 200 300元", "支出1200300元"),
        ("1 200  3", "1 200 3"),
        ("1 200 3", "1 200 3"),
    ],
)
def test_only_a_group_of_three_that_no_digit_follows_is_a_thousand(text: str, flat: str) -> None:
    assert flatten(text).text == flat


@pytest.mark.parametrize("years", [2, 5, 12])
def test_years_of_a_list_are_dates(years: int) -> None:
    text = "、".join(str(2010 + at) for at in range(years)) + "年"
    assert [quantity.value for quantity in quantities_of(text)] == [str(2010 + at) for at in range(years)]


def test_sessions_of_a_list_are_no_counts() -> None:
    assert quantities_of("落实市委二次、三次、四次、五次全会精神") == ()


@pytest.mark.parametrize(
    ("text", "raws"),
    [
        ("每月近三年一次", ["近三年", "一次"]),
        ("每月召开三会一课学习1次", ["每月召开三会一课学习1次"]),
    ],
)
def test_a_frequency_reaches_across_set_phrases_but_not_across_values(text: str, raws: list[str]) -> None:
    assert [quantity.raw for quantity in quantities_of(text)] == raws


def test_a_set_phrase_stays_one_whatever_stands_before_it() -> None:
    assert [quantity.raw for quantity in quantities_of("三三会一课和三会一课12次")] == ["12次"]


# Prints the patterns of the readers in which more than one character is repeated without a bound, as (a、)+ does it.
_SCAN = """
import json, re, sys
from re import _constants as name, _parser

found, compiled = [("planted", pattern, 0) for pattern in sys.argv[2:]], re.compile

def noted(pattern, flags=0):
    module = sys._getframe(1).f_globals.get("__name__", "")
    if module.startswith("pipeline.quantities") and isinstance(pattern, str):
        found.append((module, pattern, flags))
    return compiled(pattern, flags)

def bodies(node):
    if len(node) == 3 and node[1] is name.MAXREPEAT:
        yield list(node[2])
    for part in node:
        if isinstance(part, (list, tuple, _parser.SubPattern)):
            yield from bodies(part)

def is_wide(body):
    return len(body) > 1 or body[0][0] in (name.SUBPATTERN, name.BRANCH)

re.compile = noted
from pipeline.quantities import quantities_of
quantities_of(sys.argv[1], report_date="2024-06-30")
wide = [row[:2] for row in found if any(map(is_wide, bodies(_parser.parse(*row[1:]))))]
print(json.dumps({"patterns": len(found), "wide": wide}))
"""
# Readers compile their patterns on use, so the text has something for each of them.
_EVERYTHING = (
    "每季度至少召开1次，近三年“十四五”期间2024年6月约12.5万元，*次，两个半月，翻一番，30钵，三分之二，了项，五元五角"
)


def scan(*planted: str) -> tuple[int, list[list[str]]]:
    command = [sys.executable, "-c", _SCAN, _EVERYTHING, *planted]
    done = subprocess.run(command, capture_output=True, check=True, cwd=REPORTS.parent.parent)
    result = json.loads(done.stdout)
    return result["patterns"], result["wide"]


def test_no_pattern_repeats_more_than_one_character_without_a_bound() -> None:
    patterns, wide = scan()
    assert patterns > 100
    assert wide == []


@pytest.mark.parametrize("pattern", ["年(?=(?:[、和]\\d{4})+年)", "(?:一|二次)*x", "(?:(?:、三次){2,})?"])
def test_the_scan_finds_such_a_pattern(pattern: str) -> None:
    assert scan(pattern, "[、和]+年|(?:、三次){2,9}")[1] == [["planted", pattern]]
