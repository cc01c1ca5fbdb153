"""The thing that a value counts, verbatim: 谈话提醒 in 谈话提醒12次, 党员 in 3名党员, 覆盖率 in 覆盖率达95%."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.quantities.context_words import words_of
from pipeline.quantities.grammar import Amount
from pipeline.quantities.noun_before import Counted, Left, before, noun, topic
from pipeline.quantities.noun_behind import act_after, after
from pipeline.quantities.noun_words import COUNTED, REACH, acted, is_verb
from pipeline.records import QuantityKind
from pipeline.words import cut

_FAR = 8
_SHORT_GAP = 6
_TIMES = ("date", "period")
_SENTENCE_ENDS = "。！？\n"
_CLAUSE_ENDS = _SENTENCE_ENDS + "，,；;：:！?"
# 涉及款项 speaks of what was named before; 追缴资金 names something of its own.
_REFERRING = re.compile(r"涉及?(?:违规|违纪|问题)?[\u4e00-\u9fff]{2,4}$")
# 沉淀资金, 追缴款项 name something of their own.
_OWN = re.compile(
    r"(?:沉淀|结余|闲置|滞留|截留|挪用|套取|侵占|拖欠|欠付|追缴|清退|收缴|退缴|盘活|整合|统筹|筹集|筹措|投入|拨付|下拨|违规|违纪)(?:资金|款项|金额)$"
)
# 41笔、共29.5万元备用金 speaks of one thing.
_SAME_THING = frozenset(("", "、", "共", "、共", "，共", "计", "，计", "、计", "合计", "，合计"))
# 逾期两次、最长17天 speaks of one thing.
_EXTREME = re.compile(r"[、，,]?(?:最长|最短|最多|最少|最高|最低|平均)(?:的?达?|[一每][笔次个人])$")
_PARTS = re.compile(r"、|和|与|及|以及")
# What is counted so may be something done: 现场督办23次, 通报批评5人.
_ACTS = frozenset(
    ("次", "场", "场次", "轮", "遍", "趟", "回", "期", "人次", "批次", "人", "起", "件次", "课时", "学时")
)
_DONE = frozenset(("次", "场", "场次", "轮", "遍", "趟", "回", "期", "人次", "批次"))
# A noun never follows these directly: 3人办理调动手续.
_NO_NOUN = frozenset(("人", "人次", "岁", "%", "个百分点", "倍"))
_BODIES = frozenset(("名", "人", "位", "人次", "户", "家"))
_ALIKE = ({"名", "人", "位", "人次"}, {"件", "起", "宗", "条", "个", "项"}, {"户", "家"}, {"份", "张", "本", "册"})
_PERSONS = _ALIKE[0]


def items_of(text: str, amounts: Sequence[Amount]) -> list[str | None]:
    """Return the counted thing of each amount of flat text (amounts in text order), None where none is named."""
    items: list[str | None] = []
    for place, amount in enumerate(amounts):
        plain = amount.kind not in _TIMES
        items.append(_item(text, amounts, items, place) if plain else None)
    return items


def _item(text: str, amounts: Sequence[Amount], items: Sequence[str | None], place: int) -> str | None:
    """Return the thing counted by the amount at place; items holds those of the amounts before it."""
    amount = amounts[place]
    if _possessive(text, amounts, items, place):
        return _earlier(text, amounts, items, place, near=True)
    item = _shared_out(text, amounts, place) or _inside(text, amount) or _behind(text, amounts, place)
    if item:
        return item
    left = _left(text, amounts, place)
    if left.item is None:
        return None if left.closed else _not_named(text, amounts, items, place, left)
    if left.item in words_of("generic") and not _OWN.search(text[max(0, amount.start - REACH) : amount.start]):
        referring = bool(_REFERRING.search(text[max(0, amount.start - len(left.item) - 4) : amount.start]))
        return _earlier(text, amounts, items, place, alike=not referring, referring=referring) or left.item
    return left.item


def _possessive(text: str, amounts: Sequence[Amount], items: Sequence[str | None], place: int) -> bool:
    """Tell whether what stands behind 的 belongs to what was counted before: 310份单据中，18份的日期对不上."""
    amount = amounts[place]
    same = place > 0 and amounts[place - 1].unit == amount.unit and items[place - 1] is not None
    return (
        same
        and plain_kind(amount) == "count"
        and text.startswith("的", amount.end)
        and _reaches(text, amounts, place - 1, place)
    )


def _not_named(text: str, amounts: Sequence[Amount], items: Sequence[str | None], place: int, left: Left) -> str | None:
    """Return what a value counts that has no name before it in its clause, nor directly behind it."""
    gap = text[amounts[place - 1].end : amounts[place].start] if place else "。"
    if _EXTREME.fullmatch(gap):
        return items[place - 1]
    return (
        _told_behind(text, amounts, place, left)
        or _earlier(text, amounts, items, place, near=True)
        or (left.spare if left.firm else None)
        or _topic(text, amounts, place)
        or (items[place - 1] if gap.endswith("、") and len(gap) <= _SHORT_GAP else None)
        or (None if left.bare else _earlier(text, amounts, items, place))
        or left.spare
    )


_COUNTED: dict[str, Counted] = {"duration": "state", "percent": "share", "ratio": "share"}
_MASKED: dict[str, QuantityKind] = {"%": "percent", "个百分点": "percent"}
_MASKED |= dict.fromkeys(("年", "个月", "天", "日", "周", "小时", "分钟", "岁"), "duration")


def plain_kind(amount: Amount) -> QuantityKind:
    """Return the kind of a value, that of its unit where the value is masked: *万元 is money, *名 a count."""
    if amount.kind != "masked":
        return amount.kind
    return "money" if amount.unit.endswith("元") else _MASKED.get(amount.unit, "count")


def _left(text: str, amounts: Sequence[Amount], place: int) -> Left:
    amount = amounts[place]
    counted = _COUNTED.get(plain_kind(amount), "deed" if amount.unit in _ACTS else "thing")
    return before(text, *_room_before(text, amounts, place), counted=counted, persons=amount.unit in _PERSONS)


def _ceiling(text: str, amounts: Sequence[Amount], place: int) -> int:
    return amounts[place + 1].start if place + 1 < len(amounts) else len(text)


_BETWEEN_DATES = re.compile(r"[、和及与至到]?(?:次年|同年|当年)?")


def _room_before(text: str, amounts: Sequence[Amount], place: int) -> tuple[int, int]:
    """Return where the words before an amount begin and end; dates directly before it are passed over.

    In 维修费2021年12.6万元 the counted thing stands before the date.
    """
    start = amounts[place].start
    while place and amounts[place - 1].kind in _TIMES and _BETWEEN_DATES.fullmatch(text, amounts[place - 1].end, start):
        place -= 1
        start = amounts[place].start
    return (amounts[place - 1].end if place else 0), start


# The thing that is done so often stands inside: 每月集中学习1次, 每半年“回头看”一次.
_OFTEN = re.compile(
    r"^[每逢](?:[一两二三四五六半\d]{0,2})(?:个?(?:季度|月|星期|学期|学年|工作日)|季(?!度)|半?年度?|周|旬|天|日|半月)(?:内|里|都|均)?"
    r"(?P<act>[^\d，。；]{2,10}?)(?:至少|不少于|不低于|不得少于|最少|[约近超])?(?:[一二两三四五六七八九十\d*＊×X]{1,4})[次场期轮回遍]"
)
_PLAIN_ACT = re.compile(
    r"^(?:都|要|应当?|须|必须|至少|不少于|定期|分别|各|由|组织|开展|召开|进行|举行|举办|安排|全面){1,6}|(?:至少|不少于)$"
)


_WITH_WHOM = re.compile(r"[与和向由在]|(?<![比核校应面])对")


def _inside(text: str, amount: Amount) -> str | None:
    """Return what a frequency says is done: 集中学习 in 每月至少集中学习一次; None where it only says how often."""
    match = _OFTEN.match(text[amount.start : amount.end]) if amount.unit.count("/") == 1 else None
    if match is None or amount.kind not in ("frequency", "masked"):
        return None
    act = _PLAIN_ACT.sub("", match["act"]).strip("“”")
    return act if len(act) > 1 and not _WITH_WHOM.search(act) else None


def _behind(text: str, amounts: Sequence[Amount], place: int) -> str | None:
    """Return what stands behind the value of a count, behind 的, or behind a length: 土地 in 21.4亩土地."""
    amount, ceiling = amounts[place], _ceiling(text, amounts, place)
    if plain_kind(amount) == "count" and amount.end == ceiling < len(text):
        other = amounts[place + 1]
        if (
            other.kind in _TIMES
            or text.startswith("的", other.end)
            or text[other.end - 2 : other.end] in ("以上", "以下")
        ):
            return after(text, other.end, _ceiling(text, amounts, place + 1), unit=amount.unit)
    if plain_kind(amount) == "duration" and text[amount.end - 1] == "内" and text[amount.end - 2] != "以":
        return act_after(text, amount.end, ceiling)
    of = text.startswith("的", amount.end)
    if plain_kind(amount) == "physical" and not of:
        return after(text, amount.end, ceiling, strict=True)
    if not of and (plain_kind(amount) not in ("count", "ordinal", "frequency") or amount.unit in _NO_NOUN):
        return None
    if amount.unit in _DONE and not of:
        return act_after(text, amount.end, ceiling) if acted(_left(text, amounts, place).item) else None
    return after(text, amount.end, ceiling, unit=amount.unit, object_=_takes_object(text, amount.start))


def _takes_object(text: str, start: int) -> bool:
    """Tell whether a verb stands directly before a number, so that its object follows: 提出4条审议意见."""
    left = text[max(0, start - 6) : start].removesuffix("了")
    word = cut(left)[-1] if left else ""
    lead = word in words_of("lead") and word not in words_of("trail", "noun_verb", "modifier")
    return len(word) > 1 and (lead or is_verb(word))


def _told_behind(text: str, amounts: Sequence[Amount], place: int, left: Left) -> str | None:
    """Return the noun behind a sum or share with nothing before it, or behind the next value: 41笔、29.5万元备用金."""
    amount, ceiling = amounts[place], _ceiling(text, amounts, place)
    if plain_kind(amount) in ("physical", "money") or (plain_kind(amount) in ("percent", "ratio") and left.bare):
        return after(text, amount.end, ceiling, strict=True)
    if plain_kind(amount) == "duration" and (amount.unit == "岁" or not left.bare):
        return after(text, amount.end, ceiling)
    if plain_kind(amount) != "count" or not left.bare:
        return None
    if text[amount.end : ceiling] in _SAME_THING and place + 1 < len(amounts):
        return after(text, amounts[place + 1].end, _ceiling(text, amounts, place + 1))
    return None


def _shared_out(text: str, amounts: Sequence[Amount], place: int) -> str | None:
    """Return the part of a list that belongs to a value: in A、B分别达1个、2个 the first counts A, the second B."""
    amount = amounts[place]
    left = text[max(0, amount.start - REACH * 2) : amount.start]
    if "分别" not in left:
        return None
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
    return noun(parts[values.index(amount)])


def _same_list(text: str, origin: int, amount: Amount) -> bool:
    return amount.start - origin < REACH * 2 and not any(mark in text[origin : amount.start] for mark in _CLAUSE_ENDS)


_SHARES = ("率", "比", "比例", "比重")
# Of which earlier values a value may take the thing: a duration never from a sum, a count never from a percentage.
_TAKES_FROM = {
    "count": ("count", "money", "physical", "percent"),
    "money": ("money", "count", "percent"),
    "frequency": ("frequency", "count"),
    "duration": ("duration", "physical"),
    "physical": ("physical", "count"),
}


def _earlier(
    text: str,
    amounts: Sequence[Amount],
    items: Sequence[str | None],
    place: int,
    *,
    alike: bool = False,
    referring: bool = False,
    near: bool = False,
) -> str | None:
    """Return the item of an earlier value in the sentence: 收到问题线索12件，办结9件 counts 问题线索 twice.

    The nearest with the same unit comes first, then one with a like unit; alike: only values of the same kind;
    referring: values of any kind; near: only counts with the same unit or a like one, and anything that is no count.
    """
    amount = amounts[place]
    kinds = (plain_kind(amount),) if alike else None if referring else _TAKES_FROM.get(plain_kind(amount))
    reached = [at for at in range(place - 1, max(-1, place - _FAR), -1) if _reaches(text, amounts, at, place)]
    named = [at for at in reached if items[at] is not None and (kinds is None or plain_kind(amounts[at]) in kinds)]
    if plain_kind(amount) == "money":
        named = [at for at in named if plain_kind(amounts[at]) != "percent" or not str(items[at]).endswith(_SHARES)]
    if amount.unit in _PERSONS:
        named = [at for at in named if amounts[at].unit in _PERSONS]
    if plain_kind(amount) == "count":
        named.sort(key=lambda at: _distance(amounts[at].unit, amount.unit))
        named = [at for at in named if not near or _distance(amounts[at].unit, amount.unit) < _UNLIKE]
    if plain_kind(amount) == "count" and amount.unit not in _PERSONS:
        named = [at for at in named if amounts[at].unit not in _PERSONS]
    return items[named[0]] if named else None


_UNLIKE = 2


def _distance(unit: str, other: str) -> int:
    if unit == other:
        return 0
    return 1 if any(unit in units and other in units for units in _ALIKE) else _UNLIKE


def _reaches(text: str, amounts: Sequence[Amount], earlier: int, place: int) -> bool:
    """Tell whether two amounts stand near each other in one sentence, or with the same unit in the next."""
    between = text[amounts[earlier].end : amounts[place].start]
    if len(between) > REACH * 2 or "\n" in between:
        return False
    ends = sum(map(between.count, _SENTENCE_ENDS))
    return ends == 0 or (ends == 1 and amounts[earlier].unit == amounts[place].unit)


def _topic(text: str, amounts: Sequence[Amount], place: int) -> str | None:
    """Return what the clause before speaks of, for counts that nothing else names: 备用金超期不还，今年又有两笔."""
    amount = amounts[place]
    if plain_kind(amount) not in ("count", "frequency", "money"):
        return None
    begin = max(text.rfind(mark, max(0, amount.start - REACH), amount.start) for mark in _SENTENCE_ENDS + "：:") + 1
    value = next((row.end for row in reversed(amounts[max(0, place - _FAR) : place]) if row.kind not in _TIMES), 0)
    if value > begin:
        begin = next((at for at in range(value, amount.start) if text[at] in _CLAUSE_ENDS), amount.start)
    clause = max(text.rfind(mark, begin, amount.start) for mark in _CLAUSE_ENDS)
    named = topic(text, begin, clause) if clause > begin else None
    return None if named and amount.unit in _BODIES and not COUNTED.search(named) else named
