"""万 too many or too few: 2.83万元 in one place and 2.83元 in another, and sums that fit once a unit is changed."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.checks.amounts import Figure, Sentence, common_end, is_each, say, slack, subject
from pipeline.places import SectionIndex, where
from pipeline.records import Check, Document

_WAN = 1e4
_YI = 1e8
_SURE = 4
_FEW = 3
_MOST = 20


def slip_in_sum(total: Figure, parts: tuple[Figure, ...], allowed: float) -> str | None:
    """Return what to read differently so that the parts add up to the total, None where they may as well stand.

    共5.2万元，其中A 3.1万元、B 2.1元 -> "2.1元若以万元计，各分项合计与总数5.2万元相符". Only money, only two parts or
    more.
    """
    added = sum(part.value for part in parts)
    if total.row.kind != "money" or len(parts) < 2 or abs(added - total.value) <= allowed:
        return None
    for chosen in [*((part,) for part in parts), parts]:
        if len({part.scale for part in chosen}) == 1 and _fits_changed(total, parts, chosen):
            unit = "万元" if chosen[0].scale == 1.0 else "元"
            named = chosen[0].row.raw if len(chosen) == 1 else "各分项"
            return f"{named}若以{unit}计，各分项合计与总数{total.row.raw}相符"
    return None


def _fits_changed(total: Figure, parts: tuple[Figure, ...], chosen: tuple[Figure, ...]) -> bool:
    """Tell whether the sum fits where the chosen parts are read in 万元 instead of 元, or in 元 instead of 万元."""
    factor = {1.0: _WAN, _WAN: 1 / _WAN}.get(round(chosen[0].scale, 6))
    if factor is None:
        return False
    changed = sum(part.value * (factor if part in chosen else 1) for part in parts)
    steps = sum(part.step * (factor if part in chosen else 1) / 2 for part in parts) + total.step / 2
    return abs(changed - total.value) <= (steps if slack((total, *parts)) > 1e-3 else 1e-6)


def check_slips(document: Document, index: SectionIndex, sentences: tuple[Sentence, ...]) -> Iterator[Check]:
    """Yield one sum or count whose digits stand a second time at ten thousand times (or ten, a thousand) its value.

    "挂账往来款2.83万元" and "往来款2.83元" -> unit_slip on the second. 28300元 is the same value and no slip.
    Limit: two digits are too few unless they have decimals (2.1万元); both places must name the same thing, unless four
    or more digits agree.
    """
    seen: dict[tuple[str, str, str], list[Figure]] = {}
    for figure in (figure for sentence in sentences for figure in sentence.figures):
        if not figure.exact or figure.row.kind not in ("money", "count"):
            continue
        digits = _digits(figure)
        if len(digits) < 2 or is_each(figure):
            continue
        former = seen.setdefault((figure.row.kind, figure.unit, digits), [])
        twin = next((row for row in former[:_MOST] if _is_slip(row, figure, len(digits))), None)
        if twin is not None:
            yield _check(document, index, figure, twin)
        former.append(figure)


def _digits(figure: Figure) -> str:
    """Return the digits of a number without the zeros at its ends: 283 for 2.83万元 and for 28300元."""
    number = f"{figure.value / figure.step:.0f}" if figure.step else ""
    return number.strip("0")


def _is_slip(first: Figure, second: Figure, digits: int) -> bool:
    low, high = sorted((first.value, second.value))
    ratio = round(high / low, 6) if low else 0.0
    written_alike = abs(first.value / first.scale - second.value / second.scale) < 1e-9
    if ratio == _WAN and written_alike and digits >= _SURE:
        return True
    if not _same_thing(first, second):
        return False
    if ratio == _WAN:
        return digits >= _FEW or (written_alike and first.decimals)
    return digits >= _FEW and ratio in (10.0, 1000.0, _YI) and first.scale != second.scale


def _same_thing(first: Figure, second: Figure) -> bool:
    one, other = first.row.item or subject(first), second.row.item or subject(second)
    return one == other or common_end(one, other) >= 2 or common_end(subject(first), subject(second)) >= 2


def _check(document: Document, index: SectionIndex, figure: Figure, twin: Figure) -> Check:
    place, other = where(document, index, figure.start), where(document, index, twin.start)
    same = say(figure.value, twin)
    message = (
        f"{place}“{figure.lead[-12:]}{figure.row.raw}”：与{other}的“{twin.lead[-12:]}{twin.row.raw}”数字相同而单位不同"
        f"（前者合{same}），疑似单位（元、万元、亿元）有误，建议核对。"
    )
    return Check("unit_slip", "warning", message, figure.start, figure.end, twin.start, twin.end)
