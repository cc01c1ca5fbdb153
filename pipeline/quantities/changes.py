"""By how much something changed, and against what: the 20% of 同比增长20%, the 3人 of 比上年减少3人."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.quantities.items import words_of
from pipeline.quantities.placed import Placed, clause_start
from pipeline.records import Change, QuantityKind

_KINDS: tuple[QuantityKind, ...] = ("percent", "ratio", "count", "money", "physical", "duration", "masked")
_REACH, _WINDOW = 80, 40
_TIME = (
    r"(?:上一?年度?|去年|前年|上个?月|上个?季度|上半年|下半年|年初|年底|年末|期初|往年|历年|以往|以前|过去|此前|之前|同期"
    r"|(?:19|20)\d\d(?:年|-(?:19|20)\d\d年)(?:\d{1,2}月)?|(?:前|上)[一二三四五两]?[年届轮次期批]|整改前|改革前|治理前|疫情前"
    r"|[一二三四五六七八九十两]年前)"
)
_TIME_TAIL = r"(?:的?(?:同期|年底|年末|底|末|初|同季|同月|平均|平均数|水平))?"
_COMPARED = re.compile(
    rf"(?P<short>同比|环比)"
    rf"|(?P<dated>(?:相?[比较]于?|[与同和跟])(?:{_TIME}{_TIME_TAIL}){{1,2}}(?:相比|比)?)"
    rf"|(?P<over>(?:[高低多少快慢优好]于|高出|低出)(?P<base>[^，,；;：:。、\d（）()“”\n]{{1,14}}))"
    rf"|(?P<other>(?:(?<![同环占对相类配])比(?![较重例率分值赛特对])|(?<![比计相])较(?![大小好快高低多少为强长轻重差真量劲])|相较于?|相比于?)"
    rf"(?P<noun>[^，,；;：:。、\d（）()“”\n]{{1,14}}?)(?=高|低|多|少|快|慢|增|减|提|上|下|降|升|扩|压|缩|回))"
)
_OPENING = re.compile(r"[与同和跟][^，,；;：:。、（）()“”\n]{1,14}相比")
_MORE, _LESS = "高多快长", "低少慢短"
_SHIFT = re.compile(
    r"(?P<word>高出|低出|[高低多少快慢])(?:出|了|\u51fa\u4e86|约|近|[\u4e00-\u9fff]{1,2})?$"
)
_JOINT = re.compile(r"(?:[、，,和与及]|以及)?(?:又|再|分别)?$")
_BARE_JOINT = re.compile(r"[、和与及]|以及")


@dataclass(frozen=True, slots=True)
class Difference:
    """How a value changed, and where the words of comparison stand in the flat text; either may be missing."""

    change: Change | None = None
    against: tuple[int, int] | None = None


_NONE = Difference()


@cache
def _direction_pattern() -> re.Pattern[str]:
    words = sorted((*words_of("increase"), *words_of("decrease")), key=len, reverse=True)
    return re.compile(
        rf"(?P<word>{'|'.join(words)})(?:了|均|都|约|近|超过?|高?达|速|[率幅量额]度?(?:高?达到?|为|是|约)?|幅度(?:高?达到?|为|是|约)?)?$"
    )


@cache
def _not_change() -> tuple[str, ...]:
    return tuple(words_of("not_change"))


def direction_of(before: str, kind: QuantityKind) -> Change | None:
    """Return how a value changed, by the word directly before it: 下降 in 下降了5%; None for levels like 降至5%."""
    if kind not in _KINDS:
        return None
    match = _direction_pattern().search(before[-12:])
    if match is None or before[-12:][: match.end("word")].endswith(_not_change()):
        return None
    return "decrease" if match["word"] in words_of("decrease") else "increase"


def differences(text: str, rows: Sequence[Placed]) -> list[Difference]:
    """Return the change of each quantity of flat text, with the comparison that it is stated against.

    "立案12件，同比增长20%" -> nothing for 12件, increase against 同比 for 20%. A value that is higher than another by so
    much (高于全国0.2个百分点) is an increase against 高于全国. Limits: 由5%提高到8%, 降至5% and 与上年持平 are levels.
    """
    result: list[Difference] = []
    for at, row in enumerate(rows):
        previous = (rows[at - 1], result[-1]) if at and rows[at - 1].sentence == row.sentence else None
        result.append(_difference(text, row, previous))
    return result


def _difference(text: str, row: Placed, previous: tuple[Placed, Difference] | None) -> Difference:
    if row.row.kind not in _KINDS:
        return _NONE
    floor = max(row.sentence, row.start - _REACH)
    begin = max(clause_start(text, floor, row.start), row.start - _WINDOW)
    clause = text[begin : row.start]
    change = direction_of(clause, row.row.kind) or _folded(row)
    compared = _last_comparison(clause)
    if change is None and compared is not None:
        change = _shifted(clause, compared)
    if change is None:
        return _in_list(text, row, previous)
    if compared is not None:
        return Difference(_level(row, change), (begin + compared.start(), begin + _end(compared)))
    return Difference(_level(row, change), _inherited(text, row, previous, clause) or _opening(text, floor, begin))


def _level(row: Placed, change: Change) -> Change | None:
    """Return "level" for 增长0%; 增长-3% contradicts itself and says nothing."""
    if row.row.value == 0:
        return "level"
    return None if isinstance(row.row.value, float) and row.row.value < 0 else change


def _folded(row: Placed) -> Change | None:
    return "increase" if row.row.kind == "ratio" and "翻" in row.row.raw and row.row.raw.endswith("番") else None


def _last_comparison(clause: str) -> re.Match[str] | None:
    last = None
    for match in _COMPARED.finditer(clause):
        # 同比 before 较上年 says the same; the nearer of two is the one that the value is stated against.
        last = match
    return last


def _end(compared: re.Match[str]) -> int:
    """Return where the words of a comparison end, without what is compared: 高于全国平均水平, 比上年."""
    return compared.end("over") if compared["over"] else compared.end()


def _shifted(clause: str, compared: re.Match[str]) -> Change | None:
    """Return the direction of 高于全国2个百分点 and 比上年多3人."""
    if compared["over"]:
        first = compared["over"][0]
        whole = compared.end() == len(clause)
        return None if not whole or first in "优好" else "increase" if first in _MORE else "decrease"
    word = _SHIFT.search(clause[compared.end() :])
    if word is None:
        return None
    return "increase" if word["word"][0] in _MORE else "decrease"


def _in_list(text: str, row: Placed, previous: tuple[Placed, Difference] | None) -> Difference:
    """Return the change of 17.8% in 分别增长12.8%、17.8%: that of the value before it in the list."""
    if previous is None or previous[1].change is None or previous[0].row.unit != row.row.unit:
        return _NONE
    between = text[previous[0].end : row.start]
    return previous[1] if _BARE_JOINT.fullmatch(between) else _NONE


def _inherited(
    text: str, row: Placed, previous: tuple[Placed, Difference] | None, clause: str
) -> tuple[int, int] | None:
    """Return the comparison of the value before, in 同比增加3件、增长20%."""
    if previous is None or previous[1].against is None:
        return None
    between = text[previous[0].end : row.start]
    match = _direction_pattern().search(between[-12:])
    if len(between) > 12 or match is None or not _JOINT.fullmatch(between[: match.start()]):
        return None
    return previous[1].against


def _opening(text: str, floor: int, begin: int) -> tuple[int, int] | None:
    """Return the 与上年同期相比 that opens a sentence and holds for its values."""
    last = None
    for match in _OPENING.finditer(text, floor, begin):
        last = match.span()
    return last
