"""The noun phrase beside a number: 入党积极分子 in 培养入党积极分子3名, 整改单 in 12张整改单只换了封面."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.resources import read_table
from pipeline.words import word_spans

REACH = 60
_LONGEST = 24
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class ContextWord:
    """A word around a quantity and what it tells; see the table for the uses."""

    word: str
    use: str


@dataclass(frozen=True, slots=True)
class Left:
    """What stands before a number in its clause.

    item: the thing named there, None where there is none; spare: what may stand for it where nothing named before
    does (原借用的14人 -> 借用); firm: the spare one comes before a guess; bare: nothing at all stands there; closed: nobody is counted (由一人保管).
    """

    item: str | None
    spare: str | None = None
    firm: bool = False
    bare: bool = False
    closed: bool = False


@cache
def words_of(*uses: str) -> frozenset[str]:
    """Return the words of some uses, e.g. words_of("trail") holds 达到."""
    rows = read_table("lexicon/quantity_words.tsv", ContextWord, key=("word", "use"))
    return frozenset(row.word for row in rows if row.use in uses)


# Nouns that are counted and end a noun phrase.
_HEAD = (
    r"(?:事项|问题|人员|项目|工程|企业|单位|干部|职工|党员|员工|对象|任务|案件|线索|合同|资金|款项|账户|建议|措施|制度|文件|隐患|学员|教师|学生|民警|群众)"
)
_STOPS = re.compile(r"[，,；;：:。！？!?\n、）)（(]")
_ENDS_BRACKET = re.compile(r"[（(][^（）()\n]{1,30}[）)]$")
_CHINESE = re.compile(r"[\u4e00-\u9fffA-Za-z]")
_COMPARISON = re.compile(
    r"(?:高于|低于|高出|低出|快于|慢于|好于|优于|多于|少于|(?<![同环占对])比(?![重例率])|(?<![比])较(?![大小多少高低好强长短快慢差]))[^，,；;。、\n]{0,14}$"
)
# What a clause begins with before it says anything: 第八节, （a）, 一是, 但.
_OPENING = re.compile(
    r"^[ \u3000\t]*(?:第[一二三四五六七八九十\d]{1,4}[节章条篇][ \u3000\t]*|[（(]?[一二三四五六七八九十\dA-Za-z]{1,3}[.．）)][ \u3000\t]*"
    r"|[一二三四五六七八九十]{1,2}是|(?:但(?!书)是?|虽说?然?|而且|并且|同时|此外|另外|关于|其中的?|其余的?))"
)
# 占12%, 占总数的12%, but not 占地, 占用.
_SHARE = re.compile(r"(?<![侵抢强霸挤])占(?![用地道有据股线领比])(?![^，,；;。]{1,10}比[重例])[^，,；;。、\n]{0,12}$|(?:^|的)占比$")
_MULTIPLE = re.compile(r"(?:是|为|相当于|达到?)[^，,；;。、\n]{1,12}的$")
_AS_WHAT = re.compile(r"[^，,；;。、\n]{0,16}作为[^，,；;。、\n]{1,8}$")
# Words of time and of no content: in 四季度增长5.6% nothing is named.
_TIME = re.compile(
    r"(?:第?[一二三四]季度|[上下]半年|全年|今年|去年|上年|当年|年内|年底|期间|近年来?|近期|目前|当前|现在|前后|平均|此后|以来"
    r"|[\d一二三四五六七八九十]+月份?)+"
)
# The noun behind 的 is left out, because it has been named: 没有签字的26份, 属于我个人的有9条.
_LEFT_OUT = re.compile(r"的(?:只有|仅有|就有|也有|又有|还有|共有|多达|有|共|占|约|达|就|只|仅)?$")
# 实有, 应到, 只开 and 走了, 放到 behind the thing, where the segmenter may cut wrongly.
_VERB = "配到学开有缴收发付查退换补交报领用做走跑去拨支还存借欠签写送来派设需达为是盖讲谈看住挂放拖花等耗建租停"
_LINKS = re.compile(
    rf"(?:(?:应|实|已|仅|只|又|还|先|另|再|未|才|均|就|仍|须|曾|尚|共)[{_VERB}]"
    rf"|[{_VERB}](?:了|过|掉|完|出了|到了|成了|到过)"
    r"|(?:控制|保持|稳定|维持|提高|提升|增加|增长|上升|下降|降低|减少|缩短|缩减|压减|压缩|压降|调整|下调|上调|降|升|增|减|涨|压)"
    r"(?:在|到|至|为|了)|(?:最早|最长|最多|另外?|其中)?[一每][笔个件名次项户家])$"
)
# 由现在的平均58秒压到45秒, 由一人保管.
_FROM = re.compile(r"(?<=[\u4e00-\u9fff”）])(?:(?<![理事缘自案])由|从)(?:[\u4e00-\u9fff]{2,6}的|现在|原来|目前|过去|去年|上年)?(?:平均|不足|约|近)?$")
_AGENT_MARK = re.compile(r"(?:[由被让派给]|(?<![比核校应面针])对)$")
# 县财政局 in 县财政局拨付120万元 spends and is not what is counted.
_AGENT = re.compile(
    r"(?:[局委办处科站所院厅部室组镇乡村县市区]|公司|中心|支部|书记|主任|镇长|县长|成员|干部|人员|同志|单位|部门|领导|负责人|经理|员工|职工)$"
)
# 从质保金中扣回3万元, 以劳务费名义发放3万元: where it was done, or how.
_PLACE = re.compile(r"(?:之外|以外|范围|会上|[^其集]中|[里内外]|名义|名下|方式|形式|办法|渠道|途径|手段|理由|标准|口径|程序)$")
_ADJUNCT = re.compile(r"^(?:仍|均|已|也|都|并|再|先|又)?(?:按(?![揭时期摩])照?|以(?![上下往来])|凭(?!证)|依据|根据)")
_LOOSE = re.compile(r"[叫他她它你我们这那谁哪怎\d]")
_SHORT = 8
_ADJUNCTS = frozenset(("按", "按照", "以", "于", "因", "凭", "依", "据", "依据", "经"))
_PARTICLES = frozenset("了的个各等出到全过中里后时上我他她其") | {"我们", "本人", "自己", "他们"}


def before(text: str, floor: int, end: int, *, acts: bool = False, persons: bool = False) -> Left:
    """Return what stands before the number at end, floor being where the words before it begin.

    "培养入党积极分子" -> 入党积极分子, "已收回" -> None. acts: what is counted may be something done (谈话3次);
    persons: who is counted may also be the one who acts (由一人保管).
    """
    left = text[max(floor, end - REACH) : end]
    if left.endswith(("（", "(")):
        left = left[:-1]
    left = _cut(_ENDS_BRACKET, _unlinked(_cut(_COMPARISON, left)))
    clause = _clause(left)
    if not clause.strip():
        return Left(None, bare=True)
    if persons and _AGENT_MARK.search(clause):
        return Left(None, closed=True)
    clause = _cut(_FROM, clause)
    for leaning in (_AS_WHAT, _MULTIPLE, _SHARE):
        if leaning.search(clause):
            return Left(noun(_cut(leaning, clause), acts=acts))
    if _LEFT_OUT.search(clause):
        spare = noun(_cut(_LEFT_OUT, clause), acts=True)
        return Left(None, spare=spare if spare and len(spare) <= _SHORT and not _LOOSE.search(spare) else None)
    item = noun(clause, acts=acts)
    if item and not acts and item in words_of("status"):
        return Left(None, spare=item, firm=True)
    return Left(item)


def _clause(left: str) -> str:
    """Return the last clause of a piece of text, without an opening and what stands before a quotation."""
    begin = max((match.end() for match in _STOPS.finditer(left)), default=0)
    clause = left[begin:]
    quote = clause.rfind("“")
    if quote >= 0 and "”" not in clause[quote:]:
        clause = clause[quote + 1 :]
    return _OPENING.sub("", clause)


def _cut(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return text[: match.start()] if match else text


def _unlinked(left: str) -> str:
    """Return the words before a number without 达, 共 behind a bracket: 示范企业（平台、项目）共."""
    kept = left.rstrip("达共有为约近仅超")
    return kept if kept.endswith(("）", ")")) else left


def noun(phrase: str, *, acts: bool = False) -> str | None:
    """Return what a phrase names, without the verb before it and without 达, 增长, 共 behind it."""
    for _ in range(3):
        phrase = _LINKS.sub("", phrase)
    spans = word_spans(phrase)
    words = [span.of(phrase) for span in spans]
    last = _last_word(words, acts=acts)
    first = _first_word(words[:last])
    verbs = words_of("verb") | (words_of("lead") - words_of("trail"))
    if last < len(words) and (_ADJUNCTS & set(words[:last]) or _ADJUNCT.match(phrase)):
        return None
    item = _tidy(phrase[spans[first].start : spans[last - 1].end]) if set(words[first:last]) - _empty() else ""
    if _TIME.fullmatch(item) and last + 1 == len(words) and words[last] in words_of("increase", "decrease"):
        return item + words[last]
    if last < len(words) and words[last] in verbs and (_AGENT.search(item) or _PLACE.search(item)):
        return None
    item = _whole(phrase, item)
    item = item or next((word for word in reversed(words[last:]) if len(word) > 1 and word in _deeds()), "")
    return item if _names(item) else None


@cache
def _empty() -> frozenset[str]:
    """Return the words that name nothing by themselves: 基本, 完成, 正在, 推进."""
    return words_of("lead", "trail", "stop", "verb") - _deeds() - (words_of("modifier") - words_of("lead"))


@cache
def _deeds() -> frozenset[str]:
    """Return the verbs that also name what is done: 检查, 罚款, but not 增长."""
    return words_of("noun_verb") - words_of("increase", "decrease")


# 行为 and 表达 are words, 执行率为 and 普及率达 are not.
_GLUED = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:(?<![行作人认成有])为|(?<![表传到发])达|(?<![公平])均|共|仅|仍)$")


def _whole(phrase: str, item: str) -> str:
    """Return an item without what the segmenter cut wrongly: 科主任 of 约|谈科|主任, 执行率 of 执行|率为."""
    item = _GLUED.sub("", item)
    at = phrase.find(item)
    verbs = words_of("lead", "verb", "noun_verb", "trail")
    return item[1:] if at > 0 and len(item) > _SHORTEST and phrase[at - 1] + item[0] in verbs else item


def _names(item: str) -> bool:
    return 1 < len(item) <= _LONGEST and bool(_CHINESE.search(item)) and not _TIME.fullmatch(item)


def _last_word(words: Sequence[str], *, acts: bool) -> int:
    """Return where the noun phrase ends: before 达到, 共, 均 and, unless acts are counted, before verbs."""
    trails = words_of("trail") if acts else words_of("trail", "verb") | (words_of("lead") - words_of("noun_verb"))
    last = len(words)
    while last and words[last - 1] in trails and not "".join(words[max(0, last - 2) : last]).endswith("占比"):
        last -= 1
    return last


def _first_word(words: Sequence[str]) -> int:
    """Return where the noun phrase begins: behind the last verb, and behind verbs that stand at the very beginning.

    What stays must be long enough to name something: 收缴率 is not cut to 率.
    """
    first = next((at + 1 for at in range(len(words) - 2, -1, -1) if _cuts(words, at, "lead", "verb")), 0)
    acting = (at + 1 for at in range(first + 1, len(words) - 1) if _acts_at(words, first, at))
    first = next(acting, first)
    while first < len(words) - 1 and (words[first] in _PARTICLES or _cuts(words, first, "noun_verb")):
        first += 1
    return first


def _acts_at(words: Sequence[str], first: int, at: int) -> bool:
    """Tell whether somebody does at the word at what stands behind it: 抽查 in 审计组抽查凭证."""
    if words[at] not in words_of("noun_verb") or not _cuts(words, at, "noun_verb"):
        return False
    doer = at
    while doer > first and words[doer - 1] in words_of("stop", "lead"):
        doer -= 1
    return bool(_AGENT.search("".join(words[first:doer])))


def _cuts(words: Sequence[str], at: int, *uses: str) -> bool:
    """Tell whether a verb ends before the noun phrase; the 投入 of 研发投入强度 and the 挂牌 of 新三板挂牌企业 belong to it."""
    rest = "".join(words[at + 1 :])
    shortest = _SHORTEST + ("noun_verb" in uses and at > 0)
    if words[at] not in words_of(*uses) or len(rest) < shortest or rest in words_of("measure"):
        return False
    return at == 0 or words[at] not in words_of("modifier") or not re.fullmatch(_HEAD, rest)


def _tidy(item: str) -> str:
    """Return the head of a noun phrase: 补贴 of 原文书领取的补贴, 制度 of 请销假等制度."""
    item = item.strip("的 ") if item.count("“") == item.count("”") else item.strip("的“”\"' ")
    for link in ("的", "等"):
        head = item.rpartition(link)[2]
        if len(head) >= _SHORTEST and head not in words_of("generic") and head.count("”") == head.count("“"):
            item = head
    return item


# These cannot begin a noun phrase, even where the segmenter has glued them to the next word: 只换, 经市局.
_NOT_FIRST = re.compile(
    r"^(?:[扩升降压改增减缩调提涨跌延转变换移推拉](?:至|到|为|成)|里|其|中(?![小央心学级层国医药共华])|只|仅|均(?!衡)|都(?!市)|仍|又|才(?![艺能])|没(?!收)|却|把(?!手|关)|被(?![告害巡审监检投]|征地|服务)|已(?!故|婚|建|购|签)|系(?!统|列|数)"
    r"|不(?![正良合实明当动同规法满])|经(?![济营费办理验销纪典贸手常])|由(?!来)|为(?!民|期)|从(?![业事])|因(?![公私病素])|向(?!日)|将(?!军)|并(?![购网联]))"
)
# One character is enough for these: 6个村中有4个村未更新, 请上级协调的两件事.
_ALONE = frozenset("村县乡镇市区州省国组班站校所店点厂岗科室馆院系事人车房地桥路船树牛羊猪鸡井塔课书文信药床灯泵水油粮煤林函单表票证卷")
# Such verbs begin a noun phrase where a noun for people or affairs ends it: 30项需处理事项中, 43名在岗员工.
_NOT_YET = re.compile(
    rf"的?(?P<item>(?:[需应拟待未新]|在[岗编职册建校读办研])[\u4e00-\u9fff]{{0,4}}?{_HEAD})(?=[中里的均已未全，,；;。、）)（(\n]|$)"
)
_CLAUSE_STOP = re.compile(r"[，,；;：:。！？!?\n、）)（(]")
# The end of a quotation that began before the number: “12名干部漏报”问题.
_QUOTED_TAIL = re.compile(r"^([^“‘”’]*)[”’]")


def after(
    text: str, start: int, ceiling: int, *, event: bool = False, strict: bool = False, unit: str = ""
) -> str | None:
    """Return the noun phrase that begins at start: 创新成果 in 2项创新成果入选全国最佳实践.

    event: what happened may be a whole clause (两起私自外出饮酒); strict: it must not begin with a verb at all;
    unit: after 名 and 家 it ends with the person or body counted (5名干部程序完整 -> 干部).
    """
    if whole := _NOT_YET.match(text, start, min(ceiling, start + REACH)):
        return whole["item"]
    phrase = text[start : min(ceiling, start + REACH)].removeprefix("的")
    phrase = _cut(_CLAUSE_STOP, phrase)
    if quoted := _QUOTED_TAIL.match(phrase):
        phrase = quoted[1]
    phrase = _cut(_WITHIN, phrase)
    if not phrase or not (_CHINESE.match(phrase) or phrase[0] in "“‘《\"'"):
        return None
    if _NOT_FIRST.match(phrase):
        head = "" if strict else _described(phrase)
        return head if _COUNTED_HEAD.search(head) else None
    item = _event(phrase) if event else None
    item = item or _until_head(_until_verb(phrase, strict=strict), unit)
    alone = len(item) == 1 and item in _ALONE
    return item if item and (alone or 1 < len(item) <= _LONGEST) else None


_WITHIN = re.compile(r"(?:里|之间|当中)(?=有|没|只|仅|的|$)")
_PERSON_UNITS = frozenset(("名", "位", "家"))


def _until_head(item: str, unit: str) -> str:
    """Return a noun phrase up to what is counted, without the subject or predicate of a clause behind it.

    After 名 and 家 anything behind the person or body goes, else two words and more, since one may belong to the name
    (9个学校食堂, but 3个单位年底突击花钱).
    """
    if not unit or "的" in item or "“" in item:
        return item
    spans = word_spans(item)
    heads = [at for at, span in enumerate(spans) if _COUNTED_HEAD.search(span.of(item))]
    if not heads or len(spans) - 1 - heads[-1] < (1 if unit in _PERSON_UNITS else 2):
        return item
    return item[: spans[heads[-1]].end]


_HAPPENED = re.compile(r"^[^的了，。]{2,14}?(?:问题|案件|事件|事故|行为|现象|情况|案|纠纷)|^[^的了]{2,12}$")


def _event(phrase: str) -> str | None:
    """Return what happened, verbs included: 私自外出饮酒."""
    match = _HAPPENED.match(phrase)
    if match is None:
        return None
    first = word_spans(match[0])[0].of(match[0])
    return match[0] if first in words_of("modifier") or first not in words_of("stop", "verb", "lead") else None


def _until_verb(phrase: str, *, strict: bool) -> str:
    """Return the words of a phrase up to the first verb, number or particle, or the head of what a verb describes."""
    spans = word_spans(phrase)
    words = [span.of(phrase) for span in spans]
    stops = words_of("stop", "verb")
    kept = 0
    while kept < len(words):
        word = words[kept]
        opens = kept == 0 and not strict and _opens(words)
        opens = opens or (kept == 1 and words[0] in words_of("modifier") and word in words_of("noun_verb", "modifier"))
        ends = word == "的" and (kept == 1 or words[0] not in stops)
        if ends or (word in stops and not opens) or word[0].isdigit() or not word.strip():
            break
        kept += 1
    if 0 < kept < len(words) and words[kept] == "的" and (head := _described(phrase)) and _heads(head, words[kept - 1]):
        return head
    if kept == 0 and not strict:
        return _described(phrase)
    item = phrase[: spans[kept - 1].end if kept else 0].rstrip("的中里").removeprefix("级")
    return item if item.count("“") == item.count("”") else item.strip("“”")


def _opens(words: Sequence[str]) -> bool:
    """Tell whether a verb or adverb at the beginning belongs to the noun phrase: 一次全面盘点, 3名退休干部, 2笔支付在."""
    if words[0] in words_of("modifier"):
        return True
    return words[0] in words_of("noun_verb") and (len(words) == 1 or words[1] not in ("了", "过", "着", "给", "到", "为"))


_COUNTED_HEAD = re.compile(
    rf"(?:{_HEAD}|律师|农户|记录|资料|台账|凭证|档案|设备|事故|部门|公司|机构|学校|医院|银行|支部|党委|党组|小组|专班|领导|书记|主任"
    r"|经理|局长|成员|同志|代表|委员|负责人|乡镇|街道|社区|科室|标段|门面|土地|房屋|房产|断面|泵站|路口|场所|点位|网点|窗口"
    r"|[员师生人长工民户者函单表书票证据卷账车机器房楼店厂校村站])$"
)


def _heads(head: str, described: str) -> bool:
    """Tell whether the noun behind 的 is counted (敷衍办案的律师), and not the one before it (大堂经理的配偶)."""
    return bool(_COUNTED_HEAD.search(head)) and not _COUNTED_HEAD.search(described)


def _described(phrase: str) -> str:
    """Return the noun that a relative clause describes: 皮卡车 in 两辆到了报废年限的皮卡车停在院里."""
    clause, found, rest = phrase.rpartition("的")
    if not found or not 1 < len(clause) <= _LONGEST or not rest:
        return ""
    return _until_verb(rest, strict=True)


_ACT_OPENING = frozenset(
    ("完成", "予以", "进行", "及时", "全部", "全面", "书面", "一次性", "逐一", "组织", "开展", "依法", "主动", "均", "须", "应", "要")
)
_ACT_END = frozenset("的并和与或后至到向对将给为在把使由达从被") | {"达到", "并且", "以及", "提高", "下降", "控制在"}
_ACT_WORDS = 3


def act_after(text: str, start: int, ceiling: int) -> str | None:
    """Return what is done within a term or so many times: 分解拨付 in 30日内分解拨付, 整改 in 60日内完成整改."""
    phrase = _cut(_CLAUSE_STOP, text[start : min(ceiling, start + REACH)])
    words = [span.of(phrase) for span in word_spans(phrase)]
    first = next((at for at, word in enumerate(words) if word not in _ACT_OPENING), len(words))
    last = next((at for at in range(first, len(words)) if words[at] in _ACT_END), len(words))
    act = "".join(words[first : min(last, first + _ACT_WORDS)])
    return act if act and _CHINESE.match(act) and 1 < len(act) <= _LONGEST else None


_SUBJECT_OPENING = frozenset(("今年", "去年", "今年以来", "全年", "上半年", "下半年", "其中", "目前", "同时", "该", "本", "我"))


def acted(item: str | None) -> bool:
    """Tell whether a noun phrase names somebody who does things: 客户经理陈某, 镇党委."""
    return item is None or bool(_AGENT.search(item)) or item.endswith(("某", "委", "某某"))


def topic(text: str, floor: int, end: int) -> str | None:
    """Return what the clauses before end speak of: 备用金 in 备用金超期不还，今年又有两笔.

    A clause that begins with a verb speaks of its object (分批整理历史卷宗 -> 历史卷宗), else of its subject.
    """
    clauses = _STOPS.split(text[max(floor, end - REACH) : end].rstrip("，,；;、：:"))[-2:]
    found = [_subject(_OPENING.sub("", clause).strip("“”")) for clause in reversed(clauses)]
    return next((item for item in found if item and not _LOOSE.search(item) and len(item) <= _SHORT * 2), None)


def _subject(clause: str) -> str | None:
    words = [span.of(clause) for span in word_spans(clause)]
    while words and words[0] in _SUBJECT_OPENING:
        words.pop(0)
    if len(words) < _SHORTEST or _NOT_FIRST.match(words[0]):
        return None
    verbs = words_of("stop", "verb", "lead") - words_of("modifier")
    if words[0] in verbs | words_of("noun_verb"):
        return noun("".join(words))
    kept = next((at for at, word in enumerate(words) if word in verbs), len(words))
    item = _tidy("".join(words[:kept]))
    return item if _names(item) else None
