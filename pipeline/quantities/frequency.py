"""How often: 每季度至少召开1次, 每月一次, 一年两次. Number and stretch of time may stand apart (每个季度…一次)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.quantities import numerals
from pipeline.quantities.gate import near
from pipeline.quantities.grammar import LEAD, TAIL, Amount, bound_of, is_approximate
from pipeline.quantities.numerals import HAN, NUMBER

_EVENT = r"(?:人次|场次|次|场|期|轮|遍|回|堂|节|批)"
_STRETCH = r"(?:个?季度|季|个月|双月|月|年度|年|周|个?星期|旬|天|日|个?学期|个?学年|届|半年|小时|个工作日|班)"
_EVERY = re.compile(
    rf"(?:每|逢)(?P<often>[{HAN}]{{1,3}}|\d{{1,3}})?(?P<stretch>半年|半个?月|{_STRETCH})"
    rf"(?:[^\n，。；：！？,;:!?“”《》每]{{0,24}}?)(?P<lead>{LEAD})?(?<![\d.{HAN}第])(?P<num>{NUMBER})(?P<unit>{_EVENT})(?P<tail>{TAIL})"
)
_ONCE = near(
    rf"(?<![\d.{HAN}第])(?P<often>[一两三四五六半]|两三|[1-6](?=个))"
    rf"(?P<stretch>年|季|月|周|天|日|旬|个季度|个月|学期|个学期|季度|个?星期)(?:时间|里)?内?(?:[才只也就仅要须应得能]{{1,2}}有?)?(?P<lead>{LEAD})?"
    rf"(?:开展|召开|组织|安排|进行|去|来|开|搞|跑|讲|过|查|报|走)?(?P<num>[一二两三四五六]|[一二两三四五六七]{{2}}|\d{{1,2}})(?P<unit>次|场|期|轮|回|遍|趟)(?P<tail>{TAIL})",
    "[一两三四五六半1-6]",
    0,
)
_NAMES = {
    "季": "季度",
    "个季度": "季度",
    "个月": "月",
    "年度": "年",
    "个星期": "星期",
    "个学期": "学期",
    "个学年": "学年",
}


def frequencies(text: str) -> Iterator[Amount]:
    """Yield the frequencies of protected flat text, e.g. "每季度至少召开1次" -> 1 次/季度, at least."""
    for pattern in (_EVERY, _ONCE):
        for match in pattern.finditer(text):
            number = numerals.parse(match["num"])
            if number is not None and not _is_other(text, match):
                yield _frequency(text, match, float(number.value), number.value_max)


def _is_other(text: str, match: re.Match[str]) -> bool:
    """Tell whether the event word is the beginning of another word (每月1期间 does not occur, 每年一批次 does)."""
    return match["unit"] == "次" and text.startswith(("性", "序", "品"), match.end("unit"))


def _frequency(text: str, match: re.Match[str], value: float, top: object) -> Amount:
    lead, tail = _lead(match), match["tail"] or ""
    often = numerals.parse(match["often"]) if match["often"] else None
    stretch = _NAMES.get(match["stretch"], match["stretch"])
    many = "" if often is None or often.value == 1 else _many(match["often"], often)
    return Amount(
        match.start(),
        match.end(),
        "frequency",
        value,
        None if top is None else float(str(top)),
        unit=f"{match['unit']}/{many}{stretch}",
        bound=bound_of(lead, tail),
        approximate=is_approximate(lead, tail),
    )


def _many(written: str, often: numerals.Number) -> str:
    """Return how many stretches one event falls into, as the unit names it: "半", "2", "2-3"."""
    if written == "半":
        return "半"
    return f"{often.value:f}" if often.value_max is None else f"{often.value:f}-{often.value_max:f}"


_APART = re.compile(r"至少|不少于|不低于|不得少于|最少|最多|至多|不超过|不得超过")


def _lead(match: re.Match[str]) -> str:
    """Return 至少 also where a verb stands between it and the number: 每季度至少召开1次."""
    if match["lead"]:
        return match["lead"]
    found = _APART.search(match[0])
    return found[0] if found else ""
