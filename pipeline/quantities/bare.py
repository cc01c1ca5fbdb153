"""Numbers in 万 and 亿 that leave their unit out: 总收入迈上万亿新台阶, 惠及80余万困难群众, 参与人数超630万."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.quantities import numerals
from pipeline.quantities.context_words import words_of
from pipeline.quantities.gate import gated
from pipeline.quantities.grammar import LEAD, Amount, bound_of, is_approximate
from pipeline.quantities.numerals import ARABIC_NUMBER, HAN, NUMBER

_START = rf"(?<![\d.{HAN}第])(?<![\d{HAN}]点)(?P<lead>{LEAD})?"
_END = r"(?P<tail>以上|左右)?(?=[，,。；;、）)\n]|$|大关|新台阶|台阶|目标|门槛)"
_BARE_SUM = gated(
    rf"{_START}(?P<num>{NUMBER})(?<=[万亿]){_END}",
    "[万亿]",
)
_PEOPLE = (
    r"(?:名|各族)?[\u4e00-\u9fff]{0,6}?(?:群众|人口|居民|农民|职工|学生|师生|党员|干部|老人|老年人|儿童|妇女|残疾人|市民|村民|用户|游客"
    r"|劳动者|务工人员|就业人员|从业人员|参保人|观众|旅客|听众|会员|志愿者|毕业生|儿女|人民|人员|高龄|企业|商户|农户)"
)
_BARE_PEOPLE = gated(
    rf"{_START}(?P<num>(?:{ARABIC_NUMBER})[余多]?[万亿])(?P<tail>)(?=余?{_PEOPLE})"
    rf"|(?:人次|人数|户数|数量|总数)(?:[^，,。；;、\n\d]{{0,4}}?)(?P<lead2>{LEAD})?(?P<num2>(?:{ARABIC_NUMBER})[余多]?[万亿])(?P<tail2>以上|左右)?(?=[，,。；;、）)\n]|$)",
    "[万亿]",
)


# Right before the number these are said of money: 花了88万, 退回来12万.
_SPENT = re.compile(r"(?:花|付|退回来?|列支?|拨付?|借|贷|赔|罚|赚|捐|欠)了?$")


def bare_sums(text: str) -> Iterator[Amount]:
    """Yield sums that leave 元 out, where money is spoken of: 旅游业总收入迈上万亿新台阶 -> 1e12 元, at least."""
    for match in _BARE_SUM.finditer(text):
        before = text[max(0, match.start() - 24) : match.start()]
        clause = re.split(r"[，,。；;\n]", before)[-1]
        number = numerals.parse(match["num"])
        lead, tail = match["lead"] or "", match["tail"] or ""
        bound = bound_of(lead, tail, before)
        reached = bound != "=" or before.endswith(("达", "达到", "迈向", "近", "重回", "冲刺"))
        spelled = not match["num"][0].isdigit()
        about_money = _SPENT.search(clause) or any(word in clause for word in words_of("money"))
        if number is None or not (reached or _SPENT.search(clause) if spelled else about_money):
            continue
        yield Amount(
            match.start(), match.end(), "money", float(number.value), unit="元", bound=bound,
            approximate=is_approximate(lead, tail) or number.approximate, note="元 omitted",
        )  # fmt: skip


def bare_people(text: str) -> Iterator[Amount]:
    """Yield numbers of people without a measure word, e.g. "惠及80余万困难群众" -> about 800000."""
    for match in _BARE_PEOPLE.finditer(text):
        suffix = "" if match["num"] else "2"
        lead, tail = match["lead" + suffix] or "", match["tail" + suffix] or ""
        number = numerals.parse(match["num" + suffix])
        if number is None:
            continue
        start = match.start("lead" + suffix) if lead else match.start("num" + suffix)
        end = match.end("tail" + suffix) if tail else match.end("num" + suffix)
        yield Amount(
            start, end, "count", float(number.value), bound=bound_of(lead, tail, text[max(0, start - 4) : start]),
            approximate=is_approximate(lead, tail) or number.approximate,
        )  # fmt: skip
