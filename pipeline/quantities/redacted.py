"""Numbers that the report masks or lost: *次, XX万元, 〔*〕%, 约万人次, 制定了项措施, 2025年X月."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pipeline.quantities.gate import Gated, Near, gated, near
from pipeline.quantities.grammar import LEAD, TAIL, Amount, is_approximate
from pipeline.quantities.units import is_other_word, unit_pattern
from pipeline.words import word_spans

_SIGN = r"[*＊×xX□○]"
_SIGNS = r"(?:[*＊]{1,8}|×{1,4}|[xX]{1,4}|[□○_＿]{1,8}|…{1,2})"
_MASK = rf"(?:[〔【\[(（]{_SIGNS}[〕】\])）]|{_SIGNS}|[(（〔][)）〕])"
_NOT_NAME = r"(?<![A-Za-z0-9*＊×□○_＿…+/.\-])"
_DAY = (
    rf"(?:{_MASK}年(?:{_MASK}月(?:{_MASK}日)?)?|(?:19|20)\d\d年{_MASK}月(?:{_MASK}日|底|份)?"
    rf"|{_MASK}月{_MASK}日|(?:19|20)\d\d年\d{{1,2}}月{_MASK}日|(?:19|20)\d\d年月日"
    rf"|(?:(?:19|20)?{_SIGN}{{1,4}}|(?:19|20)\d{_SIGN}|[一二][〇零九][〇零一二三四五六七八九]?{_SIGN}{{1,2}})年(?:\d{{1,2}}月(?:\d{{1,2}}日)?)?(?:底|初)?)"
)
_DATE = gated(rf"(?<![A-Za-z0-9]){_DAY}(?:[至到—-]{_DAY})?", r"[*＊×xX□○_＿…]|[(（〔][)）〕]|年月")
# 约万人次: 万 is written after digits, so the digits are missing; 近万人 and 万余人 are usual and are not masked.
_BEFORE_SCALE = (
    r"(?:(?<![预签节违合特契邀履制公条简大])约|大约|共计?|合计|累计|总计|[^\d]计|[^直]达到?|了"
    r"|资金|金额|款项|款|经费|费用|投入|收入|支出|投资)"
)


# 4×岁, 8*.5%, ×,×××元, X.X万元: some of the digits are masked, or the mask keeps the shape of the number.
_PARTLY = (
    rf"(?:\d{{1,4}}(?:{_SIGN}{{1,4}}(?:\.\d{{1,2}})?|\.{_SIGN}{{1,3}})|{_SIGN}{{1,4}}(?:[,.，]{_SIGN}{{1,3}}){{1,3}})"
)
_PERCENT = gated(
    rf"(?P<lead>{LEAD})?百分之{_SIGN}{{1,4}}",
    f"百分之{_SIGN}",
)
# The remnant of a number: 征求意见函余份, ，万元暂存款.
_REMNANT = near(
    r"(?<=[\u4e00-\u9fff])(?<![其多业剩富盈结残年月有之课工零一二两三四五六七八九十百千万亿])余(?P<unit>份|人次|人|次|件|名|个|户|家|万元)(?=[，,。；;、）)\n]|$)"
    r"|(?<=[，。；、：\n])[万亿](?P<unit2>元)(?=[\u4e00-\u9fff])(?!以[上下内])",
    "[余万亿]",
    0,
)


@cache
def _masked_pattern() -> Gated:
    unit = unit_pattern(masked=True)
    every = r"(?P<every>每(?P<stretch>旬|个?月|个?季度|季|半年|年|周)[\u4e00-\u9fff]{0,10}?)"
    number = rf"(?:{_PARTLY}|{_MASK}|N(?=[名个次人件条项起]))[余多]?[百千万亿]{{0,2}}[余多]?"
    return gated(
        rf"{_NOT_NAME}{every}?(?P<lead>{LEAD})?(?:[￥¥])?{number}(?P<unit>{unit})(?P<tail>{TAIL})",
        r"[*＊×xX□○_＿…N]|[(（〔][)）〕]",
    )


@cache
def _scale_pattern() -> Near:
    unit = unit_pattern(alone=True)
    return near(
        rf"{_BEFORE_SCALE}(?P<num>[万亿])(?P<unit>{unit})(?P<tail>{TAIL})(?=[，,。；;、：）)\n]|$)", "[万亿]", 3
    )


@cache
def _left_over_pattern() -> re.Pattern[str]:
    """A measure word without a number, at the end of a clause or after 了, 先后, 累计; `_is_word` has the last say."""
    unit = unit_pattern(alone=True)
    return re.compile(
        rf"(?P<before>了|先后|累计|共计|合计|总计|历时)(?P<unit>{unit})(?=[\u4e00-\u9fff])"
        rf"|(?<=[\u4e00-\u9fff])(?P<last>{unit})(?=[，,。；;、：）)\n]|$)"
    )


def redacted(text: str) -> Iterator[Amount]:
    """Yield masked numbers of protected flat text, e.g. "谈话提醒*次" -> "*次", unit 次, without a value."""
    for match in _DATE.finditer(text):
        yield _masked(match.start(), match.end(), "")
    for match in _masked_pattern().finditer(text):
        if not is_other_word(match["unit"], text[match.end("unit") : match.end("unit") + 8]):
            often = bool(match["stretch"]) and match["unit"] in _EVENTS
            start = match.end("every") if match["stretch"] and not often else match.start()
            unit = match["unit"] + (f"/{match['stretch'].removeprefix('个')}" if often else "")
            yield _masked(start, match.end(), unit, is_approximate(match["lead"] or "", match["tail"]))
    for match in _PERCENT.finditer(text):
        yield _masked(match.start(), match.end(), "%", is_approximate(match["lead"] or "", ""))
    for match in _REMNANT.finditer(text):
        yield _masked(match.start(), match.end(), match["unit"] or match["unit2"], note="number deleted")
    for match in _scale_pattern().finditer(text):
        about = match[0].startswith(("约", "大约"))
        start = match.start() if about else match.start("num")
        yield _masked(start, match.end(), match["unit"], about, note="number deleted")


def _masked(start: int, end: int, unit: str, approximate: bool = False, note: str | None = None) -> Amount:
    return Amount(start, end, "masked", None, unit=unit, approximate=approximate, masked=True, note=note)


# Before these a measure word is complete without a number: 多次, 每项, 各家, 逐条, 这起.
_COMPLETE = frozenset(
    "多几首再每各这那某该上下本整逐哪何数半双单其依屡档名层批场现市立广任同另头末历前后当些个若等弱强短长专立款奖选义"
)
_WINDOW = 12
# 场 and 次 end many nouns (资源场, 等次); after a word for an act they are measure words.
_EVENTS = frozenset(("场", "次", "场次", "批次"))
_EVENT_BEFORE = re.compile(
    r"(?:培训|活动|讲座|宣讲|座谈|座谈会|会议|会|演出|比赛|赛事|研讨|调研|走访|谈话|谈心|提醒|检查|督查|督导|学习|教育|巡察|约谈|慰问|演练|党课"
    r"|服务|宣传|专题|抽查|排查|整治|行动|测试|考试|观看|参观|家访|回访|接访|巡查|执法)$"
)


def left_over(text: str) -> Iterator[Amount]:
    """Yield measure words whose number was deleted: the 场 of 开展了各类培训场，, the 项 of 制定了项措施.

    To be read last: a measure word that belongs to a number has been claimed by then.
    """
    for match in _left_over_pattern().finditer(text):
        group = "unit" if match["unit"] else "last"
        start, end = match.span(group)
        if _is_incomplete(text, start, end, after_verb=group == "unit"):
            yield _masked(start, end, match[group], note="number deleted")


# Colloquial after 了 (等了个人), so no sign of a lost number there.
_PLAIN_AFTER_VERB = frozenset(("个", "位", "年", "天", "期", "人"))
# Nouns end in these (农户, 本人), so at the end of a clause they are no sign either.
_PLAIN_AT_END = frozenset(
    ("人", "年", "日", "天", "小时", "元", "期", "位", "家", "户", "名", "人次", "字", "例", "起", "批", "轮")
)


def _is_incomplete(text: str, start: int, end: int, *, after_verb: bool) -> bool:
    """Tell whether the measure word at start is a word by itself whose number is gone: the 场 of 各类培训场，."""
    unit = text[start:end]
    if is_other_word(unit, text[end : end + 8]) or unit in (_PLAIN_AFTER_VERB if after_verb else _PLAIN_AT_END):
        return False
    if not after_verb and text[start - 1] in _COMPLETE:
        return False
    if not after_verb and unit in _EVENTS and not _EVENT_BEFORE.search(text[max(0, start - 4) : start]):
        return False
    return _is_word(text, start, end, after=_WINDOW if after_verb else 0)


def _is_word(text: str, start: int, end: int, *, after: int) -> bool:
    """Tell whether the segmenter sees word boundaries at both ends, given the clause before."""
    floor = max(0, start - _WINDOW)
    left = max(floor, *(text.rfind(mark, floor, start) + 1 for mark in "，,。；;：\n、"))
    spans = word_spans(text[left : end + after])
    edges = {span.start for span in spans} | {span.end for span in spans}
    return {start - left, end - left} <= edges
