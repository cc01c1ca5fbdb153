"""The noun phrase before a number: 入党积极分子 in 培养入党积极分子3名, 漏损率 in 漏损率由反馈时的17.8%降至14.1%."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.quantities.context_words import words_of
from pipeline.quantities.noun_words import (
    CHINESE,
    HEAD,
    LONGEST,
    LONGEST_ENDING,
    REACH,
    SHORTEST,
    STOPS,
    TIME,
    VERB,
    acts,
    cut_end,
    cut_off,
    deeds,
    is_verb,
    says_nothing,
    whole,
    words_in,
)

# What a value may count: a thing (文件12份), a deed (谈话3次), a state that lasts (挂账3年), a share (占12%).
Counted = Literal["thing", "deed", "state", "share"]


@dataclass(frozen=True, slots=True)
class Left:
    """What stands before a number in its clause.

    item: the thing named there, None where there is none; spare: what may stand for it where nothing named before
    does (原借用的14人 -> 借用); firm: the spare one comes before a guess; bare: nothing at all stands there;
    closed: nobody is counted (由一人保管).
    """

    item: str | None
    spare: str | None = None
    firm: bool = False
    bare: bool = False
    closed: bool = False


_ENDS_BRACKET = re.compile(r"[（(][^（）()\n]{1,30}[）)][率费额量数]?$")
_COMPARISON = re.compile(
    r"(?:高于|低于|高出|低出|快于|慢于|好于|优于|多于|少于|(?<![同环占对])比(?![重例率])|(?<!比)较(?![大小多少高低好强长短快慢差]))"
    r"[^，,；;。、\n]{0,14}$"
)
# What a clause begins with before it says anything: 第八节, （a）, 一是, 但.
_OPENING = re.compile(
    r"^[ \u3000\t]*(?:[①-⑳]|第[一二三四五六七八九十\d]{1,4}[节章条篇][ \u3000\t]*"
    r"|[（(]?[一二三四五六七八九十\dA-Za-z]{1,3}[.．）)][ \u3000\t]*"
    r"|[一二三四五六七八九十]{1,2}是|(?:但(?!书)是?|虽说?然?|而且|并且|同时|此外|另外|关于|其中的?|其余的?)"
    r"|[我本该](?:局|院|校|行|县|市|区|镇|乡|村|所|委|厅|办|馆|公司|中心|集团|单位)(?=..))"
)
# A clause of time before the thing: 打分的时候分数占了七成, 暗访时9个没有人.
_WHEN = re.compile(
    r"^[^，,；;。、\n]{0,16}?(?:时候|(?<=..)(?:之后|以后|之前|以前|过程中|情况下))(?=..)"
    r"|^[^，,；;。、\n]{1,14}[^临及按同小平课工机学限实用耗延超定准届历短暂]时$"
)
# 占12%, 占总数的12%, but not 占地, 占用.
_SHARE = re.compile(
    r"(?<![侵抢强霸挤])就?占(?![用地道有据股线领比])(?![^，,；;。]{1,10}比[重例])[^，,；;。、\n]{0,12}$|^占比$"
)
_MULTIPLE = re.compile(r"(?:是|为|相当于|达到?)[^，,；;。、\n]{1,12}的$")
_AS_WHAT = re.compile(r"[^，,；;。、\n]{0,16}作为[^，,；;。、\n]{1,8}$")
# The noun behind 的 is left out, because it has been named: 没有签字的26份, 属于我个人的有9条.
_LEFT_OUT = re.compile(r"的(?:只有|仅有|就有|也有|又有|还有|共有|多达|占比|有|共|占|约|达|就|只|仅|是|为)?$")
_AMONG = re.compile(r"^([\u4e00-\u9fff]{2,14})中(?![心央级])[^，,；;。、\n]{2,24}$")
_MEASURE = "起笔个件名次项户家张份人本台套间亩月年天批期场桌"
# 实有, 应到, 只开 and 走了, 放到 behind the thing, where the segmenter may cut wrongly.
_LINKS = re.compile(
    rf"(?:(?:应|实|已|仅|只|又|还|先|另|再|未|才|均|就|仍|须|曾|尚|共|多|少|误|漏)[{VERB}计征]"
    rf"|[{VERB}](?:了|过|掉|完|到|出了|到了|成了|到过)"
    r"|(?:控制|保持|稳定|维持|提高|提升|增加|增长|上升|下降|降低|减少|缩短|缩减|压减|压缩|压降|调整|下调|上调|降|升|增|减|涨|压|扩)"
    rf"(?:在|到|至|为|了)|(?:最早|最长|最多|另外?|其中)?[一每][{_MEASURE}]|最[多少高低长短大](?:的?时)?"
    r"|人手|人均|户均|(?<=[月期批])分)$"
)
_DONE = re.compile(rf"[{VERB}](?:了|过|掉|完|到|出了|到了|成了|到过)$")
_EACH = re.compile(rf"[每][{_MEASURE}]$")
# 由现在的平均58秒压到45秒, 由一人保管.
_FROM = re.compile(
    r"(?<=[\u4e00-\u9fff”）])(?:(?<![理事缘自案])由|从)(?:[\u4e00-\u9fff]{2,6}的|现在|原来|目前|过去|去年|上年|法定)?(?:平均|不足|约|近)?$"
)
_AGENT_MARK = re.compile(r"(?:[由被让派给]|(?<![比核校应面针])对)$")
# 从质保金中扣回3万元, 以劳务费名义发放3万元: where it was done, or how.
_PLACE = re.compile(
    r"(?:之[外间]|以外|范围|[会账手]上|[^其集]中|[里内外]|名义|名下|方式|形式|办法|渠道|途径|手段|理由|标准|口径|程序)$"
)
_INSIDE = re.compile(r"(?<=..)(?:里面?|当中|之中)$")
_ADJUNCT = re.compile(
    r"^(?:仍|均|已|也|都|并|再|先|又)?(?:按(?![揭时期摩])照?|以(?![上下往来])|凭(?!证)|依据|根据|通过)"
)
_ADJUNCTS = frozenset(("按", "按照", "以", "于", "因", "凭", "依", "据", "依据", "经", "通过", "利用", "借助"))
_LOOSE = re.compile(r"[叫他她它你我们这那谁哪怎\d]")
_SHORT = 8
_PARTICLES = frozenset("了的个各等出到全过中里后时上我他她其有") | {"我们", "本人", "自己", "他们"}
_LINKED = frozenset(("及", "和", "与", "以及", "或", "、"))
_SUFFIXES = frozenset("费款率额金量组科室局处站员者")
_SHORT_VERBS = frozenset("看听进查发写读访问调收抽处讲学谈抓办做筛持买")


def before(text: str, floor: int, end: int, *, counted: Counted = "thing", persons: bool = False) -> Left:
    """Return what stands before the number at end, floor being where the words before it begin.

    "培养入党积极分子" -> 入党积极分子, "已收回" -> None. persons: who is counted may also be the one who acts
    (由一人保管).
    """
    left = text[max(floor, end - REACH) : end]
    if left.endswith(("（", "(")):
        left = left[:-1]
    if "于" in left or "出" in left or "比" in left or "较" in left:
        left = cut_off(_COMPARISON, left)
    if "）" in left or ")" in left:
        left = cut_off(_ENDS_BRACKET, _unlinked(left))
    clause = cut_end(_EACH, _clause(left))
    if not clause.strip():
        return Left(None, bare=True)
    if persons and _AGENT_MARK.search(clause, max(0, len(clause) - 2)):
        return Left(None, closed=True)
    return _left(cut_off(_FROM, clause) if "由" in clause or "从" in clause else clause, counted)


def _left(clause: str, counted: Counted) -> Left:
    for leaning, sign in ((_AS_WHAT, "作为"), (_MULTIPLE, "的"), (_SHARE, "占")):
        if sign in clause and (leaning is not _MULTIPLE or counted == "share") and leaning.search(clause):
            return Left(noun(cut_off(leaning, clause), counted=counted))
    if left_out := _LEFT_OUT.search(clause, max(0, len(clause) - LONGEST_ENDING)):
        return _of_what(clause[: left_out.start()])
    item = noun(clause, counted=counted)
    if item and counted in ("thing", "share") and item in words_of("status"):
        return Left(None, spare=item, firm=True)
    if item is None and counted == "deed":
        return _of_whom(clause)
    return Left(item)


def _of_whom(clause: str) -> Left:
    """Return who did something so many times (包村干部只去过2次), or what was done."""
    words = words_in(cut_end(_LINKS, clause))
    kept = next((at for at, word in enumerate(words) if says_nothing([word])), len(words))
    who = "".join(words[:kept])
    if len(who) > 1 and acts(who):
        return Left(None, spare=who, firm=True)
    done = next((word for word in reversed(words) if len(word) > 1 and is_verb(word)), None)
    return Left(None, spare=done)


def _of_what(clause: str) -> Left:
    """Return what a clause without its last noun speaks of: 居民 in 居民中说得出姓名的只有46%, else a spare name."""
    if among := _AMONG.match(clause):
        return Left(None, spare=noun(among[1]), firm=True)
    words = words_in(clause)
    if (
        len(words) > SHORTEST
        and not says_nothing(words[:1])
        and (subject := _subject(clause))
        and subject not in clause[-len(subject) :]
    ):
        return Left(None, spare=subject, firm=True)
    spare = noun(clause, counted="state") if len(clause) <= _SHORT else None
    spare = spare or (clause if len(clause) == SHORTEST and CHINESE.match(clause) else None)
    return Left(None, spare=None if spare is None or _LOOSE.search(spare) else spare)


def _clause(left: str) -> str:
    """Return the last clause of a piece of text, without an opening and what stands before a quotation."""
    clause = STOPS.split(left)[-1]
    quote = clause.rfind("“")
    if quote >= 0 and "”" not in clause[quote:]:
        clause = clause[quote + 1 :]
    clause = _behind(_OPENING, clause)
    timed = "时" in clause or "后" in clause or "前" in clause or "中" in clause or "下" in clause
    return _behind(_WHEN, clause) if timed else clause


def _behind(opening: re.Pattern[str], text: str) -> str:
    match = opening.match(text)
    return text[match.end() :] if match else text


_BEHIND_BRACKET = re.compile(
    r"(?<=[）)])(?P<unit>[率费额量数]?)(?:提高到?|增至|降至|稳定在|达到?|共有?|超过?|[有为约近仅]){1,3}$"
)


def _unlinked(left: str) -> str:
    """Return the words before a number without 达, 共 behind a bracket: 示范企业（平台、项目）共."""
    return _BEHIND_BRACKET.sub(lambda match: match["unit"], left)


def noun(phrase: str, *, counted: Counted = "thing") -> str | None:
    """Return what a phrase names, without the verb before it and without 达, 增长, 共 behind it."""
    acted = bool(_DONE.search(phrase, max(0, len(phrase) - LONGEST_ENDING)))
    for _ in range(3):
        phrase = cut_end(_LINKS, phrase)
    words = words_in(phrase)
    last = _last_word(words, counted)
    doing = next((at for at in range(last, len(words)) if _acts(words[at])), len(words))
    acted = acted or doing < len(words)
    if last < len(words) and (_ADJUNCTS & set(words[:last]) or _ADJUNCT.match(phrase)):
        return None
    first = _first_word(words[:last])
    if counted == "deed" and last - first > 1 and words[last - 1] in deeds() and acts("".join(words[first : last - 1])):
        first = last - 1
    item = "" if says_nothing(words[first:last]) else _tidy("".join(words[first:last]))
    if (
        not item
        and first < last < len(words)
        and last + 1 == len(words)
        and words[last] in words_of("increase", "decrease")
    ):
        return "".join(words[first:])
    if acted and (acts(item) or _PLACE.search("".join(words[:doing]))):
        return None
    item = whole(phrase, cut_end(_INSIDE, item))
    said = [word for word in words[last:] if len(word) > 1 and (word in deeds() or _acts(word))]
    item = item or (said[0] if len(said) == 1 and said[0] in deeds() else "")
    return item if _names(item) else None


def _acts(word: str) -> bool:
    """Tell whether a word behind a noun phrase says what somebody did: 拨付, but not 达到."""
    return is_verb(word) or (word in words_of("lead") and word not in words_of("trail"))


def _names(item: str) -> bool:
    return 1 < len(item) <= LONGEST and bool(CHINESE.search(item)) and not TIME.fullmatch(item)


_ALSO = frozenset(("累计", "共", "共计", "合计", "总计", "已", "均", "分别"))


def _last_word(words: Sequence[str], counted: Counted) -> int:
    """Return where the noun phrase ends: before 达到, 共, 均 and, unless a state is counted, before verbs."""
    last = len(words)
    while last and not "".join(words[max(0, last - 2) : last]).endswith("占比"):
        word = words[last - 1]
        verb = counted != "state" and (is_verb(word) or word in words_of("lead")) and word not in words_of("noun_verb")
        done = (
            counted in ("thing", "share")
            and last > 1
            and word in words_of("status")
            and not acts("".join(words[: last - 1]))
        )
        also = counted in ("thing", "share") and last > SHORTEST and word in deeds() and words[last - 2] in _ALSO
        also = also and not (acts("".join(words[: last - 2])) or says_nothing(words[: last - 2]))
        if not (verb or also or word in words_of("trail") or (done and len("".join(words[: last - 1])) > 1)):
            break
        last -= 1
    return last


def _first_word(words: Sequence[str]) -> int:
    """Return where the noun phrase begins: behind the last verb, and behind verbs that stand at the very beginning.

    What stays must be long enough to name something: 收缴率 is not cut to 率.
    """
    first = next((at + 1 for at in range(len(words) - 2, -1, -1) if _cuts(words, at)), 0)
    first = next((at + 1 for at in range(first + 1, len(words) - 1) if _acts_at(words, first, at)), first)
    while first < len(words) - 1 and _opens(words, first):
        first += 1
    return first


def _cuts(words: Sequence[str], at: int) -> bool:
    """Tell whether a verb ends before the noun phrase; the 挂牌 of 新三板挂牌企业 belongs to it."""
    if not (words[at] == "有" or words[at] in words_of("lead") or is_verb(words[at])):
        return False
    rest = "".join(words[at + 1 :])
    if len(rest) < SHORTEST or rest in words_of("measure"):
        return False
    if (words[at + 1] in _LINKED and words[-1] in _SUFFIXES) or words[at + 1] in _SUFFIXES:
        return False
    return at == 0 or words[at] not in words_of("modifier") or not re.fullmatch(HEAD, rest)


def _opens(words: Sequence[str], first: int) -> bool:
    """Tell whether a word at the beginning goes: 有, 我们, or the 培训 of 培训干部12人, but not that of 培训费."""
    word, rest = words[first], "".join(words[first + 1 :])
    if word in _PARTICLES or word in _LINKED or (word in _SHORT_VERBS and len(rest) >= SHORTEST):
        return True
    if len(rest) < SHORTEST or rest in words_of("measure") or len(words[first + 1]) == 1:
        return False
    trailing = word in words_of("trail") and len(word) > 1 and word not in words_of("modifier")
    acting = word in words_of("noun_verb") and word not in words_of("modifier")
    return trailing or (acting and rest not in words_of("compound"))


def _acts_at(words: Sequence[str], first: int, at: int) -> bool:
    """Tell whether somebody does at the word at what stands behind it: 抽查 in 审计组抽查凭证."""
    if words[at] not in words_of("noun_verb") and words[at] not in _SHORT_VERBS:
        return False
    rest = "".join(words[at + 1 :])
    if len(rest) < SHORTEST or rest in words_of("measure"):
        return False
    doer = at
    while doer > first and (words[doer - 1] in words_of("stop", "lead") or words[doer - 1] == "专题"):
        doer -= 1
    return acts("".join(words[first:doer]))


def _tidy(item: str) -> str:
    """Return the head of a noun phrase: 补贴 of 原文书领取的补贴, 制度 of 请销假等制度."""
    item = item.strip("的 ") if item.count("“") == item.count("”") else item.strip("的“”\"' ")
    for link in ("的", "等"):
        head = item.rpartition(link)[2]
        if len(head) >= SHORTEST and head not in words_of("generic") and head.count("”") == head.count("“"):
            item = head
    return item


_SUBJECT_OPENING = frozenset(("今年", "去年", "全年", "上半年", "下半年", "其中", "目前", "同时", "该", "本", "我"))


def topic(text: str, floor: int, end: int) -> str | None:
    """Return what the clauses before end speak of: 备用金 in 备用金超期不还，今年又有两笔.

    A clause that begins with a verb speaks of its object (分批整理历史卷宗 -> 历史卷宗), else of its subject.
    """
    clauses = STOPS.split(text[max(floor, end - REACH) : end].rstrip("，,；;、：:"))[-2:]
    found = [_subject(_OPENING.sub("", clause).strip("“”")) for clause in reversed(clauses)]
    return next((item for item in found if item and not _LOOSE.search(item) and len(item) <= _SHORT * 2), None)


def _subject(clause: str) -> str | None:
    described = clause.rpartition("的")[2]
    clause = described if len(described) >= SHORTEST else clause
    words = words_in(clause)
    while words and words[0] in _SUBJECT_OPENING:
        words.pop(0)
    if len(words) < SHORTEST:
        return None
    if words[0] in words_of("lead", "noun_verb") or is_verb(words[0]):
        return noun("".join(words))
    verbs = words_of("stop", "lead", "trail")
    kept = next((at for at, word in enumerate(words) if at and (word in verbs or is_verb(word))), len(words))
    item = _tidy("".join(words[:kept]))
    return item if _names(item) and not acts(item) and not _PLACE.search(item) else None
