"""By how much something changed, and against what: the 20% of 同比增长20%, the 3人 of 比上年减少3人."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.quantities.context_words import words_of
from pipeline.quantities.placed import Placed, clause_start
from pipeline.records import Change, QuantityKind

_KINDS: tuple[QuantityKind, ...] = ("percent", "ratio", "count", "money", "physical", "duration", "masked")
_REACH, _WINDOW = 80, 40
_TIME = (
    r"(?:上一?年度?|去年|前年|上个?月|上个?季度|上半年|下半年|年初|年底|年末|期初|往年|历年|以往|以前|过去|此前|之前|同期"
    r"|(?:19|20)\d\d年(?:度|\d{1,2}月份?)?|(?:前|上)[一二三四五两]?[年届轮次期批]|[一二三四五六七八九十两]年前)"
)
_SAME_TIME = rf"{_TIME}{{1,2}}(?:的?(?:同期|年底|年末|底|末|初|同季|同月|平均|平均数|水平))?"
_PHRASE = r"[^，,；;：:。、\d（）()“”\n]"
# 比 and 较 are parts of other words in 占比, 比例, 较快, 比较.
_COMPARED = re.compile(
    rf"同比|环比"
    rf"|相?[比较]于?{_SAME_TIME}|[与同和跟]{_SAME_TIME}相?比"
    rf"|(?P<over>(?<!不)(?:[高低多少快慢优好]于|高出|低出)(?:{_SAME_TIME}|{_PHRASE}{{1,14}}))"
    rf"|(?:(?<![同环占对相类配评值])(?<!一[年天次月])比(?![较重例率分值赛特对提])|(?<![比计相])较(?![大小好快高低多少为强长轻重差真量劲])|相[较比]于?)"
    rf"{_PHRASE}{{1,14}}?(?=(?:分别|每[年月天次]|[偏还均都也又更略再])?(?:[高低多少快慢增减降升扩压缩]|提[高升]|上[升涨调浮]|下[降滑跌调]|回[升落]))"
)
_OPENING = re.compile(r"[与同和跟][^，,；;：:。、（）()“”\n]{1,14}相比")
_MORE, _LESS = "高多快长", "低少慢短"
_SHIFT = re.compile(r"(?<![提升走])(?P<word>[高低多少快慢])(?![到至为])[\u4e00-\u9fff]{0,2}$")
# Which of the two a value of the list is against, only its place in the list tells.
_BOTH = re.compile(r"(?:同比|环比)[、和及与](?:同比|环比)")
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


# 涨了三次: so many times, not by so much.
_TIMES = ("次", "轮", "回", "遍", "年", "届")


def direction_of(before: str, kind: QuantityKind, unit: str = "") -> Change | None:
    """Return how a value changed, by the word directly before it: 下降 in 下降了5%; None for levels like 降至5%."""
    if kind not in _KINDS:
        return None
    match = _direction_pattern().search(before[-12:])
    if match is not None and len(match["word"]) == 1 and unit in _TIMES:
        return None
    # 连降六年, 增长三年: so long it went on.
    if match is None or (kind == "duration" and match["word"] not in words_of("shorter_longer")):
        return None
    if before[-12:][: match.end("word")].endswith(_not_change()):
        return None
    return "decrease" if match["word"] in words_of("decrease") else "increase"


def differences(text: str, rows: Sequence[Placed]) -> list[Difference]:
    """Return the change of each quantity of flat text, with the comparison that it is stated against.

    "立案12件，同比增长20%" -> nothing for 12件, increase against 同比 for 20%. A value that says how much higher
    something is (高于全国0.2个百分点) is an increase against 高于全国. Limits: 由5%提高到8%, 降至5% and 与上年持平 are
    levels.
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
    change = direction_of(clause, row.row.kind, row.row.unit) or _folded(row)
    compared = _last_comparison(clause)
    if change is None and compared is not None:
        change = _shifted(clause, compared)
    if change is None:
        return _in_list(text, row, previous)
    if _BOTH.search(text, max(floor, begin - 10), row.start):
        return Difference(_level(row, change))
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
    """Return the comparison nearest to the value: 较上年 in 同比较上年增长."""
    last = None
    for match in _COMPARED.finditer(clause):
        last = match
    return last


def _end(compared: re.Match[str]) -> int:
    """Return where the words of a comparison end, without what is compared: 高于全国平均水平, 比上年."""
    return compared.end("over") if compared["over"] else compared.end()


def _shifted(clause: str, compared: re.Match[str]) -> Change | None:
    """Return the direction of 高于全国2个百分点 and 比上年多3人."""
    if compared["over"]:
        first = compared["over"][0]
        whole = compared.end() == len(clause) and not clause.endswith("的")
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
