"""Words that noun phrases beside numbers begin and end with: verbs, heads of what is counted, those who act."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from pipeline.quantities.context_words import words_of
from pipeline.words import cut

REACH = 60
LONGEST = 24
SHORTEST = 2


CHINESE = re.compile(r"[\u4e00-\u9fffA-Za-z]")
STOPS = re.compile(r"[，,；;：:。！？!?\n、）)（(]")
# Verbs of one character, as 了, 过, 来 and auxiliaries show them: 换了, 应到, 交来.
VERB = (
    "配到学开有缴收发付查退换补交报领用做走跑去拨支还存借欠签写送来派设需达为是盖讲谈"
    "看住挂放拖花等耗建租停装差漏说问找请修买卖挪抽记算理议量批隔"
)
_DIRECTED = re.compile(
    rf"[{VERB}](?:了|过|到|在|来|去|出|回|下|上|给|好|完|掉|清|下去|上来|出来|过来|回来|起来|出去|进去|到位)"
)
_NO_VERBS = frozenset(("收回", "报到", "支出", "用来", "说来", "看来", "算了", "为了", "除了"))
# Nouns that are counted and end a noun phrase.
HEAD = (
    r"(?:事项|问题|人员|项目|工程|企业|单位|干部|职工|党员|员工|对象|任务|案件|线索|合同|资金|款项|账户|建议|措施|制度|文件|隐患|学员|教师"
    r"|学生|民警|群众)"
)
_PERSON = r"律师|主管|总监|主席|领导|书记|主任|经理|局长|成员|同志|代表|委员|负责人|[员师生人长工民者]"
_BODY = r"部门|公司|机构|学校|医院|银行|支部|党委|党组|小组|专班|乡镇|街道|社区|科室|[店厂校村站户]"
_THING = (
    r"记录|资料|台账|凭证|档案|设备|事故|标段|门面|土地|房屋|房产|断面|泵站|路口|场所|点位|网点|窗口|领域|食堂|岗位|账号|系统|环节|方面"
    r"|[函单表书票证卷账车机器房楼]"
)
COUNTED = re.compile(rf"(?:{HEAD}|{_PERSON}|{_BODY}|{_THING})$")
PERSON = re.compile(rf"(?:人员|主管|总监|主席|干部|职工|党员|员工|学员|教师|学生|民警|群众|{_PERSON})$")
BODY = re.compile(rf"(?:企业|单位|{_BODY})$")
# Those who act and are not what is counted: 县财政局 in 县财政局拨付120万元.
AGENT = re.compile(
    r"(?:[局委办处科站所院厅部室组镇乡村县市区]|[局校院村镇乡县市厂站所]里|工会|协会|妇联|团委|公司|中心|支部|党组会|党委会|常委会|书记|主任|[局镇县处科股]长|成员|干部|人员|同志|单位|部门"
    r"|领导|负责人|经理|员工|职工|[李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗某]某)$"
)
# Words of time and of no content: in 四季度增长5.6% nothing is named.
TIME = re.compile(
    r"(?:第?[一二三四]季度|[上下]半年|全年|[今去上当同前]年|年[内底初末]|期间|近年来?|近[期来]|目前|当前|现在|前后|平均|此后"
    r"|以来|[本此][次轮]|平时|日常|最[多少高低长短大久早晚]的?|任?期[内末]|实际|当[天日月时]|一直|[\d一二三四五六七八九十]{1,3}月份?"
    r"|[\u4e00-\u9fff]{1,4}(?:期间|时期)){1,6}"
)


# Words whose kind is remembered; a run of many reports must not grow.
_MOST_KEPT = 20_000


@lru_cache(maxsize=_MOST_KEPT)
def is_verb(word: str) -> bool:
    """Tell whether a word is a verb that ends a noun phrase: 发放, 交来, 谈到."""
    return word in words_of("verb") or (word not in _NO_VERBS and _DIRECTED.fullmatch(word) is not None)


@cache
def leads() -> frozenset[str]:
    """Return the verbs before a counted thing that are never part of its name, e.g. 印发, but not 计划 or 重点."""
    words = (word for word in words_of("lead") if len(word) > 1)
    return frozenset(words) - words_of("noun_verb", "modifier")


@cache
def deeds() -> frozenset[str]:
    """Return the verbs that also name what is done: 检查, 罚款, but not 增长."""
    return words_of("noun_verb") - words_of("increase", "decrease")


@cache
def _empty() -> frozenset[str]:
    return words_of("lead", "trail", "stop", "verb") - deeds() - (words_of("modifier") - words_of("lead"))


def says_nothing(words: Sequence[str]) -> bool:
    """Tell whether words name nothing by themselves: 基本完成, 正在推进."""
    return all(word not in deeds() and (word in _empty() or is_verb(word)) or TIME.fullmatch(word) for word in words)


def cut_off(pattern: re.Pattern[str], text: str) -> str:
    """Return text up to where the pattern is found first, all of it where it is not."""
    match = pattern.search(text)
    return text[: match.start()] if match else text


# No match of the patterns for what ends a clause (_LINKS, _LEFT_OUT, AGENT) is longer; more need not be searched.
LONGEST_ENDING = 9


def cut_end(ending: re.Pattern[str], text: str) -> str:
    """Return text without what the pattern, which ends in $, finds there."""
    match = ending.search(text, max(0, len(text) - LONGEST_ENDING))
    return text[: match.start()] if match else text


def acts(name: str) -> bool:
    """Tell whether a name ends like that of somebody who acts: 县财政局."""
    return AGENT.search(name, max(0, len(name) - LONGEST_ENDING)) is not None


def acted(item: str | None) -> bool:
    """Tell whether a noun phrase names somebody who does things: 客户经理陈某, 镇党委."""
    return item is None or acts(item) or item.endswith(("某", "委"))


# 行为 and 表达 are words, 执行率为 and 普及率达 are not.
GLUED = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:(?<![行作人认成有])为|(?<![表传到发])达|(?<![公平])均|共|仅|仍)$")


def without_glue(item: str) -> str:
    """Return an item without a short word that the segmenter has left at its end."""
    return GLUED.sub("", item) if item[-1:] in _GLUE else item


_GLUE = frozenset("为达均共仅仍")


def whole(phrase: str, item: str) -> str:
    """Return an item without what the segmenter cut wrongly: 科主任 of 约|谈科|主任, 完成率 of 完|成率."""
    item = without_glue(item)
    at = phrase.find(item)
    verbs = words_of("lead", "verb", "noun_verb", "trail")
    if at < 1 or len(item) < SHORTEST or item[:2] in verbs or phrase[at - 1] + item[0] not in verbs:
        return item
    return item[1:] if len(item) > SHORTEST else phrase[at - 1] + item


_VERB_AND_OBJECT = 4


def words_in(phrase: str) -> list[str]:
    """Return the words of a phrase, where the segmenter cuts the table's words wrongly put right.

    下发文件, one word for it, is a verb and its object; 约|谈, 组约|谈 and 在|岗 hold one word each.
    """
    words: list[str] = []
    for word in cut(phrase):
        if len(word) == _VERB_AND_OBJECT and (is_verb(word[:2]) or word[:2] in leads()):
            words += [word[:2], word[2:]]
        elif len(word) == 1 and words and words[-1][-1] + word in _pairs() and words[-1] not in _pairs(longer=True):
            words[-1:] = [part for part in (words[-1][:-1], words[-1][-1] + word) if part]
        else:
            words.append(word)
    return words


@cache
def _pairs(*, longer: bool = False) -> frozenset[str]:
    words = words_of("lead", "verb", "noun_verb", "modifier")
    return frozenset(word for word in words if len(word) > longer)
