"""The thing that a value counts, verbatim: 谈话提醒 in 谈话提醒12次, 党员 in 3名党员, 覆盖率 in 覆盖率达95%."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.quantities.grammar import Amount
from pipeline.resources import read_table
from pipeline.words import word_spans

_REACH = 60
_LONGEST = 24
_FAR = 4
_SENTENCE_ENDS = "。！？\n"
_CLAUSE_ENDS = _SENTENCE_ENDS + "，,；;：:！?"
_STOPS_BEFORE = re.compile(r"[，,；;：:。！？!?\n、）)（(]")
_STOPS_AFTER = re.compile(r"[，,；;：:。！？!?\n、）)（(]")
_BRACKETS = re.compile(r"[（(][^（）()\n]{1,30}[）)]$")
# The end of a quotation that began before the number: “12名干部漏报”问题.
_QUOTED_TAIL = re.compile(r"^([^“‘”’]*)[”’]")
_COMPARISON = re.compile(
    r"(?:高于|低于|高出|低出|快于|慢于|好于|优于|多于|少于|(?<![同环占对])比(?![重例率])|(?<!比)较(?![大小多少高低好强弱长短快慢重轻为]))[^，,；;。、\n]{0,14}$"
)
# 涉及款项 speaks of what was named before; 追缴资金 names something of its own.
_REFERRING = re.compile(r"涉及?(?:违规|违纪|问题)?[\u4e00-\u9fff]{2,4}$")
_PARTS = re.compile(r"、|和|与|及|以及")
_CHINESE = re.compile(r"[\u4e00-\u9fffA-Za-z]")


@dataclass(frozen=True, slots=True)
class ContextWord:
    """A word around a quantity and what it tells; see the table for the uses."""

    word: str
    use: str


@cache
def words_of(use: str) -> frozenset[str]:
    """Return the words of one use, e.g. words_of("trail") holds 达到."""
    rows = read_table("lexicon/quantity_words.tsv", ContextWord, key=("word", "use"))
    return frozenset(row.word for row in rows if row.use == use)


def items_of(text: str, amounts: Sequence[Amount]) -> list[str | None]:
    """Return the counted thing of each amount of flat text (amounts in text order), None where none is named."""
    items: list[str | None] = []
    for place, amount in enumerate(amounts):
        if amount.kind in ("date", "period"):
            items.append(None)
            continue
        item = _shared_out(text, amounts, place)
        ceiling = amounts[place + 1].start if place + 1 < len(amounts) else len(text)
        item = item or _inside(text, amount) or _after(text, amount, ceiling)
        item = item or _before(text, *_room_before(amounts, place))
        if item is None and amount.kind in ("physical", "money", "duration"):
            item = _after(text, amount, ceiling, anyway=True)
        if item is None:
            item = _earlier(text, amounts, items, place)
        elif item in words_of("generic"):
            referring = _REFERRING.search(text[max(0, amount.start - len(item) - 4) : amount.start])
            item = _earlier(text, amounts, items, place, alike=referring is None) or item
        items.append(item)
    return items


def _room_before(amounts: Sequence[Amount], place: int) -> tuple[int, int]:
    """Return where the words before an amount begin and end; a date directly before it is passed over.

    In 维修费2021年12.6万元 the counted thing stands before the date.
    """
    start = amounts[place].start
    while place and amounts[place - 1].kind in ("date", "period") and amounts[place - 1].end == start:
        place -= 1
        start = amounts[place].start
    return (amounts[place - 1].end if place else 0), start


# The thing that is done so often stands inside: 每月集中学习1次, 每半年“回头看”一次.
_OFTEN = re.compile(
    r"^[每逢](?:[一两二三四五六半\d]{0,2})(?:个?(?:季度|月|星期|学期|学年|工作日)|季|半?年度?|周|旬|天|日|半月)(?:内|里|都|均)?"
    r"(?P<act>[^\d，。；]{2,10}?)(?:至少|不少于|不低于|不得少于|最少|[约近超])?(?:[一二两三四五六七八九十\d*＊×X]{1,4})[次场期轮回遍]"
)
_PLAIN_ACT = re.compile(r"^(?:都|要|应当?|须|必须|至少|不少于|定期|分别|各|由|组织|开展|召开|进行|举行|举办|安排|全面)+|(?:至少|不少于)$")


def _inside(text: str, amount: Amount) -> str | None:
    """Return what a frequency says is done: 集中学习 in 每月至少集中学习一次; None where it only says how often."""
    match = _OFTEN.match(text[amount.start : amount.end]) if amount.unit.count("/") == 1 else None
    if match is None or amount.kind not in ("frequency", "masked"):
        return None
    act = _PLAIN_ACT.sub("", match["act"]).strip("“”")
    return act if len(act) > 1 and not re.search(r"[与和对向由在]", act) else None


def _after(text: str, amount: Amount, ceiling: int, *, anyway: bool = False) -> str | None:
    """Return the noun phrase behind a number: 创新成果 in 2项创新成果入选全国最佳实践."""
    rest = text[amount.end : min(ceiling, amount.end + _REACH)]
    of = rest.startswith("的") or text[amount.end - 1] == "内"
    if amount.kind not in ("count", "masked", "ordinal", "frequency") and not of and not anyway:
        return None
    rest = rest.removeprefix("的")
    stop = _STOPS_AFTER.search(rest)
    phrase = rest[: stop.start()] if stop else rest
    if quoted := _QUOTED_TAIL.match(phrase):
        phrase = quoted[1]
    item = _until_stop(phrase)
    return item if item and (len(item) > 1 or item in _PLACES) and len(item) <= _LONGEST else None


# One character is enough for these: 6个村中有4个村未更新.
_PLACES = frozenset("村县乡镇市区州省国组班站校所店点厂岗科室馆院系")


# These end a noun phrase, but may also begin one: 一次全面盘点.
_ADVERBS = frozenset(("全面", "集中", "联合", "正式", "共同"))


def _until_stop(phrase: str) -> str:
    """Return the words of a phrase up to the first verb, number or particle."""
    if not phrase or not (_CHINESE.match(phrase) or phrase[0] in "“‘《\"'"):
        return ""
    kept = 0
    for span in word_spans(phrase):
        word = span.of(phrase)
        adverb = kept == 0 and word in _ADVERBS
        if (word in words_of("stop") and not adverb) or word[0].isdigit() or not word.strip():
            break
        kept = span.end
    item = phrase[:kept].rstrip("的中")
    item = item.removeprefix("级")
    return item if item.count("“") == item.count("”") else item.strip("“”")


def _before(text: str, floor: int, end: int) -> str | None:
    """Return the noun phrase before a number: 入党积极分子 in 培养入党积极分子3名."""
    left = text[max(floor, end - _REACH) : end]
    if compared := _COMPARISON.search(left):
        left = left[: compared.start()]
    tail = _BRACKETS.search(left)
    head = left[: tail.start()] if tail else left
    stop = None
    for match in _STOPS_BEFORE.finditer(head):
        stop = match.end()
    item = _noun(head[stop or 0 :] + (tail[0] if tail else ""))
    return None if item in words_of("lead") else item


def _noun(phrase: str) -> str | None:
    """Return what a phrase names, without the verb before it and without 达, 增长, 共 behind it."""
    spans = word_spans(phrase)
    words = [span.of(phrase) for span in spans]
    last = len(words)
    while last and words[last - 1] in words_of("trail"):
        last -= 1
    first = _first_word(words[:last])
    item = phrase[spans[first].start : spans[last - 1].end] if first < last else ""
    item = item.strip("的“”\"' ") if item.count("“") != item.count("”") else item.strip("的 ")
    if len(item) > _SHORTEST:
        item = item.rstrip("达为仅仍")
    return item if 1 < len(item) <= _LONGEST and _CHINESE.search(item) else None


_PARTICLES = frozenset(("了", "的", "个", "各", "等", "出", "到", "全", "过"))
_SHORTEST = 2


def _first_word(words: Sequence[str]) -> int:
    """Return where the noun phrase begins: behind the last verb, and behind verbs that stand at the very beginning.

    What stays must be long enough to name something: 收缴率 is not cut to 率.
    """
    first = next((at + 1 for at in range(len(words) - 2, -1, -1) if _cuts(words, at, "lead")), 0)
    while first < len(words) - 1 and (words[first] in _PARTICLES or _cuts(words, first, "noun_verb")):
        first += 1
    return first


def _cuts(words: Sequence[str], at: int, use: str) -> bool:
    """Tell whether a verb ends before the noun phrase; the 投入 of 研发投入强度 belongs to it."""
    rest = sum(map(len, words[at + 1 :]))
    shortest = _SHORTEST + (use == "noun_verb" and at > 0)
    return words[at] in words_of(use) and rest >= shortest


def _shared_out(text: str, amounts: Sequence[Amount], place: int) -> str | None:
    """Return the part of a list that belongs to a value: in A、B分别达1个、2个 the first counts A, the second B."""
    amount = amounts[place]
    left = text[max(0, amount.start - _REACH * 2) : amount.start]
    begin = max(left.rfind(mark) for mark in _CLAUSE_ENDS) + 1
    head, found, _ = left[begin:].partition("分别")
    if not found:
        return None
    origin = amount.start - len(left) + begin + len(head)
    values = [
        other
        for other in amounts[max(0, place - 8) : place + 9]
        if other.start >= origin and _same_list(text, origin, other)
    ]
    parts = [part for part in _PARTS.split(head) if part]
    if amount not in values or len(parts) != len(values):
        return None
    return _noun(parts[values.index(amount)])


def _same_list(text: str, origin: int, amount: Amount) -> bool:
    return amount.start - origin < _REACH * 2 and not any(mark in text[origin : amount.start] for mark in _CLAUSE_ENDS)


def _earlier(
    text: str, amounts: Sequence[Amount], items: Sequence[str | None], place: int, *, alike: bool = False
) -> str | None:
    """Return the item of an earlier value in the sentence: 收到问题线索12件，办结9件 counts 问题线索 twice.

    Of counts the nearest with the same unit comes first; alike: only values of the same kind, else any will do.
    """
    near = [at for at in range(place - 1, max(-1, place - _FAR), -1) if _reaches(text, amounts, at, place)]
    named = [at for at in near if items[at] is not None]
    amount = amounts[place]
    if amount.kind == "count":
        named.sort(key=lambda at: amounts[at].unit != amount.unit)
    if alike:
        named = [at for at in named if amounts[at].kind == amount.kind]
    return items[named[0]] if named else None


def _reaches(text: str, amounts: Sequence[Amount], earlier: int, place: int) -> bool:
    """Tell whether two amounts stand near each other in one sentence."""
    between = text[amounts[earlier].end : amounts[place].start]
    return len(between) <= _REACH and not any(mark in between for mark in _SENTENCE_ENDS)
