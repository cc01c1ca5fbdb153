"""The units of corpus/lexicon/units.tsv as patterns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import cast, get_args

from pipeline.errors import ResourceError
from pipeline.records import QuantityKind
from pipeline.resources import read_table

_TABLE = "lexicon/units.tsv"
# After 千 these are the second half of another unit: 三百千瓦 is 300千瓦 and not 300000瓦.
_AFTER_THOUSAND = frozenset(("瓦", "克", "米", "伏", "赫", "卡", "焦", "升", "字节", "比特"))


@dataclass(frozen=True, slots=True)
class Unit:
    """A row of the table, whose header explains the columns. 万元 is no unit: 万 belongs to the numeral."""

    unit: str
    kind: str
    form: str
    not_before: str
    alone: str


@cache
def units() -> dict[str, Unit]:
    """Return every unit by its name, e.g. units()["人次"].kind -> "count"."""
    table = {row.unit: row for row in read_table(_TABLE, Unit)}
    for row in table.values():
        if (
            row.kind not in get_args(QuantityKind)
            or row.form not in ("any", "digits")
            or row.alone not in ("yes", "no")
        ):
            raise ResourceError(
                f"units.tsv：{row.unit} 的 kind、form 或 alone 不对（{row.kind}、{row.form}、{row.alone}）。"
            )
    return table


def kind_of(unit: str) -> QuantityKind:
    """Return the kind of value that a unit measures, e.g. "公里" -> "physical"."""
    return cast(QuantityKind, units()[unit].kind)


@cache
def unit_pattern(*, alone: bool = False) -> str:
    """Return a pattern for the longest unit at a place; the numeral before it decides by `fits` whether it counts.

    alone: only the units that prove a missing number, e.g. 次 after *.
    """
    names = (row.unit for row in units().values() if row.alone == "yes" or not alone)
    return "(?:" + "|".join(map(_alternative, sorted(names, key=lambda unit: (-len(unit), unit)))) + ")"


def _alternative(unit: str) -> str:
    before = "(?<!千)" if unit in _AFTER_THOUSAND else ""
    longer = "|".join(
        sorted(other[len(unit) :] for other in _AFTER_THOUSAND if other != unit and other.startswith(unit))
    )
    after = f"(?!{longer})" if longer else "(?![A-Za-z0-9])" if unit[-1].isascii() and unit[-1].isalnum() else ""
    return before + re.escape(unit) + after


def fits(unit: str, numeral: str, following: str) -> bool:
    """Tell whether a unit after a numeral counts: 5国 does, 三国 does not; 一项 does, the 项 of 一项目 does not."""
    row = units()[unit]
    arabic = numeral[:1].isdigit()
    if row.form == "digits" and not arabic:
        return False
    risky = row.form == "digits" or row.kind == "ratio" or numeral in ("一", "")
    return not (risky and is_other_word(unit, following))


def is_other_word(unit: str, following: str) -> bool:
    """Tell whether unit and what follows begin another word: 项 before 目, 场 before 所."""
    words = units()[unit].not_before
    return bool(words) and following.startswith(tuple(words.split("/")))
