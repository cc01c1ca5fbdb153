"""What holds a numeral and counts nothing: list numbers, document numbers, titles, names, set phrases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pipeline.quantities.flat import claim
from pipeline.quantities.gate import gated, near
from pipeline.quantities.units import is_other_word, unit_pattern
from pipeline.resources import read_table

_NUMERAL = "0-9零一二两三四五六七八九十百千万亿"
_SMALL = "一二三四五六七八九十"
_NUMERALS = frozenset("0123456789零一二两三四五六七八九十百千万亿")
_NUMERALS_BEFORE = _NUMERALS | set(".第")


@dataclass(frozen=True, slots=True)
class SetPhrase:
    """A fixed phrase with a numeral, e.g. SetPhrase("三公", "abbreviation", "里/斤"); see the table for the columns."""

    phrase: str
    group: str
    not_before: str


# Each pattern stands for one kind of number that is a name or an address and not an amount. What must not stand before
# it is asked behind its first character (二(?<!第.)), since a search for a character is quick.
_PATTERNS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        # list and heading numbers: 一、 （一） 1. 1.1 1、 （1） 第一章 一是 第一，
        rf"^(?:[{_SMALL}]{{1,3}}[、.．:：]|\d{{1,2}}(?:\.\d{{1,2}}){{2,4}}\.?(?!\d)"
        r"|\d{1,2}[.．](?=\D|$|(?:19|20)\d\d年|\d+(?:名|人|个(?![月百小工])|项(?!目)|件|次|家|户|条(?![件款例])|份))|\d{1,2}[)）、])",
        rf"[（(〔【\[](?:[{_SMALL}]{{1,3}}|\d{{1,2}})[)）〕】\]]",
        rf"[其第](?<![\u4e00-\u9fff].)[{_SMALL}]{{1,3}}[，,、：:]",
        rf"[{_SMALL}](?<![{_NUMERAL}第].)[{_SMALL}]{{0,2}}(?:是|则|来(?=[，、]))",
        rf"(?:问题|附件|表|图|案例|事项|任务|措施|专栏|清单)[{_SMALL}\d]{{1,3}}(?=[：:、，]|[.．](?!\d))",
        # documents, articles, standards, records
        r"[〔\[（(【][^〔\[（(【\n]?(?:19|20)\d\d[〕\]）)】](?:第)?\d{0,5}(?:号)?",
        rf"第[{_NUMERAL}]{{1,8}}(?:条|款|章|节|编|页|卷|辑|版|册|部分|号|课|集|目|单元|案|师|军|团|旅|中学|小学|医院|季度)",
        r"(?:GB|DB|ISO|IEC|HJ|JGJ|CJJ|YY|WS|LY|NY|SL|JT|Q)(?:/[TZ])?[- ]?\d{2,6}(?:[.\-—]\d{1,4}){0,8}",
        # names built of numbers: 千亿级, 百强企业; others of the kind stand in the tables below
        rf"[十百千万亿](?<![{_NUMERAL}.余多几数].)[十百千万亿]{{0,2}}(?:元)?(?:级|企业|产业|集群|园区|俱乐部|大县|强县|富翁|元村|元镇|元县|元户|(?<!十)户)",
        r"亿元(?=以上(?:的)?(?:项目|企业|产业|工业))|万元(?=(?:GDP|地区|产值|增加值|国内|工业|户))",
        # 一企一策, 两增两减: two short halves with a numeral each, unless they say how often (一年一次)
        r"一(?<![第十百千点].)(?![年月季周日天十百千万亿点分元块角毛])[\u4e00-\u9fff]{1,2}一[\u4e00-\u9fff]",
        r"[两三四五六七八九](?<![第十百千点\d].)(?![年月季周日天十百千万亿点分至到或比成折元块角毛又])[\u4e00-\u9fff][一两三四五六七八九](?![十百千万个年月天元])[\u4e00-\u9fff]",
        # sessions: 十二届市委五次、六次全会, 十六届人大二次会议
        # 全会, 政权 and organisations by number
        rf"[{_SMALL}]{{1,3}}(?:大(?=[报精以召开代]|$)|届[{_SMALL}]{{1,2}}(?:中)?全会)",
        r"一(?:些|系列|批|(?<!翻一)(?<!翻了一)番|般|切|旦|律|致|定|直|度|起(?=[、，。；的])|(?<!发生一)(?<!查处一)(?<!通报一)(?<!出现一)(?<!处置一)(?<!处理一)(?<!办理一)(?<!受理一)(?<!接报一)起(?!案|事|信访|违|问题|交通|火灾|较大|安全|举报|投诉|纠纷|典型|矛盾|工伤|亡人|未|群|涉|刑|治)|道(?=[，。来去])|经|概|并|同|再|方面|线|流|贯|揽子)",
        rf"[{_SMALL}\d](?<![\d{_SMALL}百].)[{_SMALL}\d]?年(?:[\u4e00-\u9fff]{{0,6}}(?:行动|攻坚)|规划|计划|方案|目标|任务)",
        r"[上下头](?<![会网场线路].)一[次笔批轮届期年家]",
        rf"二(?<![{_NUMERAL}第].)[次期类种维层线手审等度](?=[\u4e00-\u9fff])",
        r"(?:若干|多少|无数)[个次项条件名家]?",
    )
)
# The same for kinds that show themselves by a character inside: each is tried only so many characters before it.
_SIGNED = tuple(
    near(pattern, sign, back, re.MULTILINE)
    for pattern, sign, back in (
        (
            rf"(?<!月)(?<![{_NUMERAL}.])(?:第)?[{_NUMERAL}]{{1,6}}号(?:文件|文|令|公告|通知|院|楼|线|门|窗口|房|机|库|井|卡)?",
            "号",
            7,
        ),
        # 1+N, 3+5+X
        (
            rf"[{_NUMERAL}NXnx]{{1,6}}(?:[+＋][{_NUMERAL}NXnx]{{1,6}}){{1,8}}(?:[{_NUMERAL}]?级)?",
            "[+＋]",
            6,
        ),
        # 5A级, 二级
        (rf"[{_NUMERAL}]{{1,4}}(?:[万亿]?元)?(?:级|等)(?=[^以]|$)", rf"[{_NUMERAL}元][级等]", 5),
        (
            rf"(?:[单双首每]|(?<![{_NUMERAL}])多|平均)[百千万亿]{{1,2}}(?:元|人|吨|亩)?|每[百千万亿]{{1,2}}[人元吨亩名户]",
            "[百千万亿]",
            2,
        ),
        (
            r"(?<![只就])[这那哪某每同任何是为]一[个项位名件次条种场家户座份支部套批天年]|(?<!第)[统唯单专合]一|[又再]一(?:[次批项]|个(?!月|星期|小时))",
            "一",
            1,
        ),
        (
            rf"(?<!第)(?:二?十[{_SMALL}]?|二十[{_SMALL}]?)届(?!期间|任期)|(?<![每第少])一期|(?<=[\u4e00-\u9fff])(?<![办班训共了展织第发刊登])[二三四五]期"
            r"|(?<![\d第])[二三四五]期(?=\d|工程|项目|建|开|投|竣|扩|主体|施工|厂|地块|用地|标段|、|和|及)",
            "[届期]",
            3,
        ),
        (
            r"(?<=[的键要凡])(?<!过去的)一年(?=[。，；！\n]|$)|[两三]位数|[两三四]{1,2}轮(?=车|驱|电动|摩托)|一日之|一年(?:更)?比一年|[一二三四五六七八九十]个(?=[“\"])",
            "一[年日]|位数|轮|个",
            2,
        ),
        # 3人制篮球, and examples strung together: 一片叶、一根竹、一张纸
        (
            r"(?:\d{1,2}|[三四五六七八九])人制|一[片根张棵滴粒株朵盏][\u4e00-\u9fff]{1,2}(?:、一[片根张棵滴粒株朵盏头条只][\u4e00-\u9fff]{1,2}){1,4}",
            "人制|一",
            2,
        ),
    )
)
# The same for kinds that are seldom: each is tried only in sentences that hold its sign.
_SELDOM = tuple(
    gated(pattern, sign)
    for pattern, sign in (
        (
            r"(?<![\d.])1[3-9]\d[\d*]{8}(?!\d)|(?<![\d.])0\d{2,3}[-—]\d{7,8}(?!\d)|(?<!\d)\d{17}[\dXx](?![\dA-Za-z])",
            r"\d[\d*]{6}",
        ),
        (
            r"(?:(?<![A-Za-z])[A-Za-z]{2,10}://|www\.)[A-Za-z0-9_./?%&=#:+~\-()]{1,400}|(?<![A-Za-z0-9_.\-])[A-Za-z0-9_.\-]{1,60}@[A-Za-z0-9_.\-]{1,60}",
            "www|://|@",
        ),
        (
            rf"[{_NUMERAL}]{{1,6}}(?:世纪)?[\d{_SMALL}零]{{2}}年代|(?<!个)[{_NUMERAL}]{{1,3}}世纪|(?<!\d)[056789]0后",
            "年代|世纪|0后",
        ),
        (
            r"(?<![\d.比例为到至])\d{1,2}[:：][0-5]\d(?:[:：][0-5]\d)?(?![\d.])",
            r"\d[:：][0-5]",
        ),
        (
            r"(?<![\d.])\d[AaGgKkDd](?:级|[^A-Za-z]|$)",
            r"\d[AaGgKkDd]",
        ),
        (
            rf"[{_SMALL}]{{1,3}}次(?:、[{_SMALL}]{{1,3}}次){{0,6}}(?:全会|全体会议)|(?<=[大协委会])[{_SMALL}]{{1,3}}次会议",
            "全会|全体会议|次会议",
        ),
        (
            rf"(?<!年)[上下本前后大小两]半(?:年|月|场|段|区|部|程)(?!以|之)|半年(?=报|度|刊)|[{_SMALL}1-4]季度(?!一[次轮场期回])|[{_SMALL}]季(?![度])",
            "[半季]",
        ),
        (
            rf"[{_NUMERAL}]{{1,3}}(?:分钟|小时)[\u4e00-\u9fff]{{0,8}}圈",
            "圈",
        ),
    )
)
_TITLE = re.compile(r"《[^《》\n]{1,80}》")
_QUOTED = re.compile(r"[“‘\"「『]([^“”‘’\"「」『』\n]{1,30})[”’\"」』]")
_ZERO = re.compile(r"零[^零]{2,6}")
# In a longer quotation an amount is an amount where it has digits, or a unit that no name has.
_REAL_AMOUNT = re.compile(
    rf"\d[\d.,]*[万亿]?(?:元|年|个(?!百分百)|名|人|次|天|%|小时|家|件|起|份|笔|项|条|公里|吨|亩|处|辆|台|户|平方米|座)"
    rf"|[{_NUMERAL[3:]}]+(?:元|个月|名|人次|次|天|年[未没无不仍以])"
)
# A name of a service, a scheme or a programme keeps its numbers, however long it is.
_NAMED = re.compile(r"(?:圈|工程|行动|计划|服务|模式|机制|工作法|体系|制度|活动|平台|热线|规划|战略|布局)$")
# Wording that ends in an amount is no name: “集体研讨80分钟” but not “两个70%”.
_ENDS_IN_AMOUNT = re.compile(rf"^[^{_NUMERAL}]{{2,}}\d[\d.,]*(?:分钟|小时|天|%|亩|户|处|家|件|份|人)$")
_LIMIT = re.compile(r"(?:不得?(?:高于|低于|少于|多于|超过)|至少|至多|最多|最少)\d")
# In a short one only what no name contains: “挂账3年以上” but not “两个70%”, “24小时自助”.
_SHORT_AMOUNT = re.compile(r"\d[\d.,]*[万亿]?(?:万元|元(?!店|餐|购)|名|人次|个月|年以上|次)")
_LONGEST_NAME = 8


def protect(text: str) -> str:
    """Return text of the same length in which no numeral that counts nothing can be read.

    "落实三会一课制度12次" leaves the 12次; "“十百千”工程" and "国发〔2013〕5号" leave nothing.
    """
    return claim(text, [*_titles(text), *_set_phrases(text), *_by_pattern(text), *_second_level(text)])


def _titles(text: str) -> Iterator[tuple[int, int]]:
    for match in _TITLE.finditer(text):
        yield match.span()
    for match in _QUOTED.finditer(text):
        if _is_name(match[1]):
            yield match.span()


def _is_name(quoted: str) -> bool:
    """Tell whether a quotation is a name (“十百千”) and not wording with an amount in it (“挂账3年以上未清理”)."""
    if _ZERO.fullmatch(quoted):
        return False
    if _LIMIT.match(quoted) or _ENDS_IN_AMOUNT.match(quoted):
        return False
    if len(quoted) <= _LONGEST_NAME or _NAMED.search(quoted):
        return not _SHORT_AMOUNT.search(quoted)
    return not _REAL_AMOUNT.search(quoted)


def _by_pattern(text: str) -> Iterator[tuple[int, int]]:
    for pattern in _PATTERNS:
        yield from (match.span() for match in pattern.finditer(text))
    for signed in _SIGNED:
        yield from (match.span() for match in signed.finditer(text))
    for seldom in _SELDOM:
        yield from (match.span() for match in seldom.finditer(text))


_SECOND_LEVEL = re.compile(r"^\d{1,2}\.\d{1,2}(?![\d.,，、万亿百千余多折来-])", re.MULTILINE)


@cache
def _unit() -> re.Pattern[str]:
    return re.compile(unit_pattern())


def _second_level(text: str) -> Iterator[tuple[int, int]]:
    """Yield heading numbers like 1.2 at the start of a line: no unit follows, or one that is part of a word (项目)."""
    for match in _SECOND_LEVEL.finditer(text):
        unit = _unit().match(text, match.end())
        if unit is None or is_other_word(unit[0], text[unit.end() : unit.end() + 8]):
            yield match.span()


@cache
def _phrases() -> dict[str, tuple[SetPhrase, ...]]:
    """Return the set phrases (two characters and more) by their first two characters, the longest first.

    One pattern of them all would be slow, and so would the hundreds that begin with 三.
    """
    table: dict[str, list[SetPhrase]] = {}
    for row in read_table("lexicon/set_phrases.tsv", SetPhrase):
        table.setdefault(row.phrase[:2], []).append(row)
    return {first: tuple(sorted(rows, key=lambda row: -len(row.phrase))) for first, rows in table.items()}


@cache
def _beginnings() -> re.Pattern[str]:
    """Return the pattern of the characters that begin a phrase, each before a second one that goes on with it."""
    seconds: dict[str, str] = {}
    for first in sorted(_phrases()):
        seconds[first[0]] = seconds.get(first[0], "") + first[1:]
    pairs = (f"{re.escape(first)}(?=[{re.escape(second)}])" for first, second in seconds.items())
    return re.compile("|".join(pairs))


def _set_phrases(text: str) -> Iterator[tuple[int, int]]:
    phrases = _phrases()
    for match in _beginnings().finditer(text):
        start = match.start()
        for row in phrases[text[start : start + 2]]:
            if text.startswith(row.phrase, start) and _stands_alone(text, start, row):
                yield start, start + len(row.phrase)
                break


def _stands_alone(text: str, start: int, row: SetPhrase) -> bool:
    """Tell whether a phrase neither cuts a longer numeral nor stands before an excluded word."""
    end = start + len(row.phrase)
    if row.phrase[0] in _NUMERALS and text[start - 1 : start] in _NUMERALS_BEFORE and start:
        return False
    if row.phrase[-1] in _NUMERALS and end < len(text) and text[end] in _NUMERALS:
        return False
    return not (row.not_before and text.startswith(tuple(row.not_before.split("/")), end))
