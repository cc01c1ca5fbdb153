"""The units of corpus/lexicon/units.toml as patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, cast, get_args

from pipeline.errors import ResourceError
from pipeline.records import QuantityKind
from pipeline.resources import read_toml

_TABLE = "lexicon/units.toml"
_RARE = "rare"
# After 千 these are the second half of another unit: 三百千瓦 is 300千瓦 and not 300000瓦.
_AFTER_THOUSAND = frozenset(("瓦", "克", "米", "伏", "赫", "卡", "焦", "升", "字节", "比特"))


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the table, whose header explains the fields. 万元 is no unit: 万 belongs to the numeral."""

    unit: str
    kind: QuantityKind
    digits: bool = False
    alone: bool = False
    name: bool = False
    same_as: str = ""
    not_before: tuple[str, ...] = ()


@cache
def units() -> dict[str, Unit]:
    """Return every unit by its name, e.g. units()["人次"].kind -> "count"."""
    table: dict[str, Unit] = {}
    for kind, rows in read_toml(_TABLE).items():
        if kind == _RARE:
            continue
        for name, row in rows.items():
            if name in table:
                raise ResourceError(f"units.toml：单位 {name} 出现了两次（{table[name].kind}、{kind}）。")
            table[name] = _unit(name, kind, row)
    return table


def _unit(name: str, kind: str, row: dict[str, Any]) -> Unit:
    try:
        unit = Unit(name, cast(QuantityKind, kind), **{**row, "not_before": tuple(row.get("not_before", ()))})
    except TypeError as error:
        raise ResourceError(f"units.toml：单位 {name} 有不认识的项（{'、'.join(row)}）。") from error
    if kind not in get_args(QuantityKind):
        raise ResourceError(
            f"units.toml：单位 {name} 的种类 {kind} 不对，应为 {'、'.join(get_args(QuantityKind))} 之一。"
        )
    return unit


@cache
def rare_units() -> frozenset[str]:
    """Return the measure words that are mostly words of their own, e.g. 双; see `pipeline.quantities.unknown`."""
    return frozenset(read_toml(_TABLE)[_RARE]["words"]) - units().keys()


def kind_of(unit: str) -> QuantityKind:
    """Return the kind of value that a unit measures, e.g. "公里" -> "physical"; "count" for one that is not listed."""
    row = units().get(unit)
    return "count" if row is None else row.kind


def name_of(unit: str) -> str:
    """Return the name that the tables give for a unit, e.g. "块钱" -> "元", "公里" -> "公里"."""
    row = units().get(unit)
    return row.same_as if row is not None and row.same_as else unit


@cache
def unit_pattern(*, alone: bool = False, masked: bool = False) -> str:
    """Return a pattern for the longest unit at a place; the numeral before it decides by `fits` whether it counts.

    alone: only the units that prove a missing number, e.g. 次 in 制定了项措施. masked: only those that are units also
    after XX, where others end a name (XX组).
    """
    rows = units().values()
    if masked:
        rows_kept = (row.unit for row in rows if not (row.digits or row.name))
    else:
        rows_kept = (row.unit for row in rows if row.alone or not alone)
    return _longest_of(rows_kept)


def _longest_of(names: Iterable[str]) -> str:
    """Return a pattern that branches on the first character, so that few alternatives are tried at a place."""
    by_first: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda unit: (-len(unit), unit)):
        by_first.setdefault(name[0], []).append(_alternative(name))
    firsts = "".join(map(re.escape, by_first))
    branches = (f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in by_first.items())
    return f"(?=[{firsts}])(?:{'|'.join(branches)})"


def _alternative(unit: str) -> str:
    """Return the pattern of a unit behind its first character."""
    before = "(?<!千.)" if unit in _AFTER_THOUSAND else ""
    longer = "|".join(
        sorted(other[len(unit) :] for other in _AFTER_THOUSAND if other != unit and other.startswith(unit))
    )
    after = f"(?!{longer})" if longer else "(?![A-Za-z0-9])" if unit[-1].isascii() and unit[-1].isalnum() else ""
    return before + re.escape(unit[1:]) + after


def fits(unit: str, numeral: str, following: str) -> bool:
    """Tell whether a unit after a numeral counts: 5国 does, 三国 does not; 一项 does, the 项 of 一项目 does not."""
    row = units()[unit]
    arabic = numeral[:1].isdigit()
    if row.digits and not arabic:
        return False
    risky = row.digits or row.kind == "ratio" or numeral in ("一", "")
    return not (risky and is_other_word(unit, following))


def is_other_word(unit: str, following: str) -> bool:
    """Tell whether unit and what follows begin another word: 项 before 目, 场 before 所."""
    return following.startswith(units()[unit].not_before)
