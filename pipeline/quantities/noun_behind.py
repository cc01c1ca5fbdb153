"""The noun phrase behind a number: 整改单 in 12张整改单只换了封面, 柜员 in 5名柜员6月底前轮换."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.quantities.context_words import words_of
from pipeline.quantities.noun_words import (
    BODY,
    CHINESE,
    COUNTED,
    HEAD,
    LONGEST,
    PERSON,
    REACH,
    STOPS,
    TIME,
    cut_off,
    is_verb,
    leads,
    without_glue,
    words_in,
)

# These cannot begin a noun phrase, even where the segmenter has glued them to the next word: 只换, 经市局, 扩至.
_NOT_FIRST = re.compile(
    r"^(?:[扩升降压改增减缩调提涨跌延转变换移推拉](?:至|到|为|成)|里|其|中(?![小央心学级层国医药共华])|只|仅|均(?!衡)|都(?!市)|仍|又|才(?![艺能])"
    r"|没(?!收)|却|把(?!手|关)|被(?![告害巡审监检投]|征地|服务)|已(?!故|婚|建|购|签)|系(?!统|列|数)|不(?![正良合实明当动同规法满])"
    r"|经(?![济营费办理验销纪典贸手常])|由(?!来)|为(?!民|期)|从(?![业事])|因(?![公私病素])|向(?!日)|将(?!军)|并(?![购网联])|要(?!素|点|求)"
    r"|拟(?![任提建])|这|那|给|让|比(?![对例赛])|就(?![业医诊]))"
)
# The same inside a phrase: 标段未批先建, 承租人不同意.
_NOT_INSIDE = re.compile(r"(?:未(?![成来])|无(?![人线障])|拟|均(?!衡)|仍|已(?!故)|不(?![良动锈锈])|只|都(?!市)|没)")
# Such verbs begin a noun phrase where a noun for people or affairs ends it: 30项需处理事项中, 43名在岗员工.
_NOT_YET = re.compile(
    rf"的?(?P<item>(?:[需应拟待未新]|在[岗编职册建校读办研])[\u4e00-\u9fff]{{0,4}}?{HEAD})"
    r"(?:(?<=[人职党员]员)|(?<=干部)|(?<=职工)|(?=[中里的均已未全，,；;。、）)（(\n]|$))"
)
# 离岗、调出人员: the parts of a list describe the same noun.
_DESCRIBED_TWICE = re.compile(rf"的?(?P<item>[\u4e00-\u9fff]{{2,4}}、[\u4e00-\u9fff]{{2,6}}?(?:人员|{HEAD}))")
# One character is enough for these: 6个村中有4个村未更新, 请上级协调的两件事.
_ALONE = frozenset(
    "村县乡镇市区州省国组班站校所店点厂岗科室馆院系事人车房地桥路船树牛羊猪鸡井塔课书文信药床灯泵水油粮煤林函单表票证卷线钱"
)
_GOES_ON = re.compile(r"[去来同分说有都在也就要拟这把将被给让没未已不还由从对向先后曾往看问]")
_MAN = re.compile(r"人(?![员民才口士大事工力均次家群选物数])")
# The end of a quotation that began before the number: “12名干部漏报”问题.
_QUOTED_TAIL = re.compile(r"^([^“‘”’]*)[”’]")
# “四不两直”夜查: verbs inside a name do not end it.
_QUOTED_NAME = re.compile(r"“[^“”]{2,18}”")
_WITHIN = re.compile(r"(?:里|之间|当中)(?=有|没|只|仅|的|$)")
_BODY_UNITS = frozenset(("名", "位", "家", "个", "所", "户"))
_ASPECT = frozenset(("了", "过", "着"))


def after(
    text: str, start: int, ceiling: int, *, unit: str = "", strict: bool = False, object_: bool = False
) -> str | None:
    """Return the noun phrase that begins at start: 创新成果 in 2项创新成果入选全国最佳实践.

    unit: after 名 and 家 it ends with the person or body counted (5名干部程序完整 -> 干部), after 起 what happened may
    be a whole clause (两起私自外出饮酒); strict: it must not begin with a verb; object_: a verb stands before the
    number, so a noun must follow (提出4条审议意见).
    """
    within = min(ceiling, start + REACH)
    if not strict and (whole := _NOT_YET.match(text, start, within) or _twice(text, start, within)):
        return whole["item"]
    phrase = cut_off(_WITHIN, cut_off(STOPS, text[start:within].removeprefix("的")))
    if name := _QUOTED_NAME.match(phrase):
        return name[0] + _until_verb(phrase[name.end() :], unit, strict=True, object_=False)
    if quoted := _QUOTED_TAIL.match(phrase):
        phrase = quoted[1]
    if not phrase or not (CHINESE.match(phrase) or phrase[0] in "“‘《\"'"):
        return None
    if _MAN.match(phrase) or (phrase[0] in _ALONE and _GOES_ON.match(phrase, 1)):
        return phrase[0]
    if _NOT_FIRST.match(phrase):
        return None if strict else _described(phrase, unit) or None
    item = _event(phrase) if unit in ("起", "宗") else None
    item = item or _until_head(_until_verb(phrase, unit, strict=strict, object_=object_), unit)
    item = without_glue(item)
    alone = len(item) == 1 and item in _ALONE
    return item if (alone or 1 < len(item) <= LONGEST) and not TIME.fullmatch(item) else None


def _twice(text: str, start: int, end: int) -> re.Match[str] | None:
    match = _DESCRIBED_TWICE.match(text, start, end)
    return match if match and match["item"].partition("、")[0] in words_of("modifier", "noun_verb", "verb") else None


def _until_head(item: str, unit: str) -> str:
    """Return a noun phrase up to what is counted, without the subject or predicate of a clause behind it.

    Behind the person or body that 名, 家 and 个 count anything goes, else two words and more, since one may belong to
    the name (5个项目公司, but 5个项目绩效自评).
    """
    if not unit or "的" in item or "“" in item:
        return item
    words = words_in(item)
    heads = [at for at, word in enumerate(words) if COUNTED.search(word)]
    if not heads:
        return item
    head = words[heads[-1]]
    whom = unit in _BODY_UNITS and (PERSON if unit in ("名", "位") else BODY).search(head)
    return "".join(words[: heads[-1] + 1]) if len(words) - 1 - heads[-1] >= (1 if whom else 2) else item


_HAPPENED = re.compile(r"^[^的了，。]{2,14}?(?:问题|案件|事件|事故|行为|现象|情况|案|纠纷)|^[^的了]{2,12}$")


def _event(phrase: str) -> str | None:
    """Return what happened, verbs included: 私自外出饮酒."""
    match = _HAPPENED.match(phrase)
    if match is None:
        return None
    first = words_in(match[0])[0]
    verb = first in words_of("stop", "lead") or is_verb(first)
    return match[0] if first in words_of("modifier") or not verb else None


def _until_verb(phrase: str, unit: str, *, strict: bool, object_: bool) -> str:
    """Return the words of a phrase up to the first verb, number or particle, or the head of what a verb describes."""
    words = words_in(phrase)
    kept = 0
    while kept < len(words) and not _ends(words, kept, strict=strict, object_=object_):
        kept += 1
    if kept == 0:
        return "" if strict else _described(phrase, unit)
    if (
        kept < len(words)
        and words[kept] == "的"
        and (head := _described(phrase, unit))
        and not COUNTED.search(words[kept - 1])
    ):
        return head
    item = "".join(words[:kept]).rstrip("的中里").removeprefix("级")
    return item if item.count("“") == item.count("”") else item.strip("“”")


def _ends(words: Sequence[str], at: int, *, strict: bool, object_: bool) -> bool:
    """Tell whether a noun phrase ends before the word at."""
    word = words[at]
    if word[0].isdigit() or not word.strip() or (at and _NOT_INSIDE.match(word)):
        return True
    if word == "的":
        return at == 1 or not _verbal(words[0])
    if at == 0 and object_ and len(words) > 1 and words[1] not in _ASPECT and word not in words_of("stop"):
        return False
    if at == 0 and word in words_of("modifier"):
        return False
    if at == 0 and not strict and word in words_of("noun_verb"):
        return len(words) > 1 and words[1] in (*_ASPECT, "给", "到", "为")
    if at == 1 and words[0] in words_of("modifier") and word in words_of("noun_verb", "modifier"):
        return False
    return _verbal(word) or (at > 0 and at + 1 < len(words) and words[at + 1] in _ASPECT)


def _verbal(word: str) -> bool:
    return word in words_of("stop") or word in leads() or is_verb(word)


def _described(phrase: str, unit: str) -> str:
    """Return the noun that a relative clause describes: 皮卡车 in 两辆到了报废年限的皮卡车停在楼后."""
    clause, found, rest = phrase.rpartition("的")
    if not found or not 1 < len(clause) <= LONGEST or not rest:
        return ""
    head = _until_head(_until_verb(rest, unit, strict=True, object_=False), unit)
    whom = unit in ("名", "位", "人", "个", "")
    return head if COUNTED.search(head) and (whom or not PERSON.search(head)) else ""


_ACT_OPENING = frozenset(
    (
        "完成",
        "予以",
        "进行",
        "及时",
        "全部",
        "全面",
        "书面",
        "一次性",
        "逐一",
        "组织",
        "开展",
        "依法",
        "主动",
        "均",
        "须",
        "应",
        "要",
    )
)
_ACT_END = frozenset("的并和与或后至到向对将给为在把使由达从被是") | {"达到", "并且", "以及", "提高", "下降", "控制在"}
_ACT_WORDS = 3


def _act_ends(words: Sequence[str], at: int, first: int) -> bool:
    """Tell whether what is done ends before the word at: 上门|催收 goes on, 例行|检查|给出 does not."""
    if words[at] in _ACT_END or at == first:
        return words[at] in _ACT_END
    begun = any(is_verb(word) or word in words_of("noun_verb") for word in words[first:at])
    stops = words[at] in words_of("stop") or (begun and is_verb(words[at]))
    return stops and words[at] not in words_of("noun_verb")


def act_after(text: str, start: int, ceiling: int) -> str | None:
    """Return what is done within a term or so many times: 分解拨付 in 30日内分解拨付, 整改 in 60日内完成整改."""
    phrase = cut_off(_WITHIN, cut_off(STOPS, text[start : min(ceiling, start + REACH)]))
    words = words_in(phrase)
    first = next((at for at, word in enumerate(words) if word not in _ACT_OPENING), len(words))
    last = next((at for at in range(first, len(words)) if _act_ends(words, at, first)), len(words))
    act = "".join(words[first : min(last, first + _ACT_WORDS)])
    usable = CHINESE.match(act) and not _NOT_FIRST.match(act)
    return act if usable and 1 < len(act) <= LONGEST else None
