"""What stands around a quantity in its sentence, and the words there that tell its role."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from pipeline.quantities.context_words import ContextWord
from pipeline.resources import read_table

Verb = Literal["settled", "examined", "done", "found"]

_VERBS: tuple[Verb, ...] = ("settled", "examined", "done", "found")
# A comma inside a number (1,346份) ends no phrase.
_BREAK = re.compile(r"[，；;：:。（(]|,(?!\d{3})")
_SEMICOLON = re.compile(r"[；;]")
# 共计12.72万元 measures what the phrase before it names.
_SUM = re.compile(
    r"(?:(?:总共|[共合总累]计?|计|涉及(?:金额|资金|款项)?|金额|(?:货|价|原)?值|最?[长高多]的?|分别|依次)(?:为|达|是)?){1,2}$"
)
_NOT = r"(?:尚?未(?:能|曾|及时|按[^，；、]{0,6})?|没有?|无法|难以|不再?|拒不|被|受到?|[应需须待要])[^，；、\d已]{0,2}"
_NOT_BEGINS = "尚未没无难拒不被受应需须待要"
_QUOTED = re.compile(r"“[^”“]{0,40}”")
_TURN = re.compile(r"[，；,](?:但是?|然而|不过|却|可是|只是|而)(?![且后])")
_CONCEDED = re.compile(r"(?:虽|尽管)")


# 整治补助 and 检查组 are things, 比计划晚 and 模拟 plan nothing.
_THINGS = re.compile(
    r"(?:整治|整改|处置|检查|督查|巡察|巡查|核查|排查|清理|反馈)(?=补助|经费|项目|工程|办法|制度|方案|机制|工作|任务|台账|清单|小组|措施"
    r"|人员|意见|要求|组|期|费|专项|事项|中心|通知|员|队|站|表|记录|会)"
)
_NO_PLAN = re.compile(
    r"[模虚草比摹代]拟|拟[定订合]|[比按照原超额入度于]计划|计划(?:晚|外|内|生育|单列|由|数|表|书|性)|目标[任责管]"
)


@dataclass(frozen=True, slots=True)
class Around:
    """The sentence around a quantity: before and after it, and of these the phrase that it stands in.

    clause: what stands before the quantity since the last semicolon.
    "制度不全，查处违规问题3起，给予处分4人" around 4人 -> phrase 给予处分, rest empty.
    """

    before: str
    after: str
    phrase: str
    rest: str
    clause: str


def around(before: str, after: str) -> Around:
    """Return what stands around a quantity; a phrase that only adds up takes in the phrase before it."""
    parts = _BREAK.split(before)
    phrase = parts[-1]
    while _SUM.fullmatch(phrase) and len(parts) > 1:
        parts.pop()
        phrase = parts[-1] + phrase
    rest, clause = _BREAK.split(after, maxsplit=1)[0], _SEMICOLON.split(before)[-1]
    return Around(before=before, after=after, phrase=phrase, rest=rest, clause=clause)


@cache
def words(use: str) -> tuple[str, ...]:
    """Return the words of one use, the longest first."""
    rows = read_table("lexicon/quantity_roles.tsv", ContextWord, key=("word", "use"))
    return tuple(sorted((row.word for row in rows if row.use == use), key=len, reverse=True))


@cache
def any_of(*uses: str) -> str:
    """Return a pattern for any word of the uses, the longest first; it branches on the first character."""
    by_first: dict[str, list[str]] = {}
    for word in sorted({word for use in uses for word in words(use)}, key=len, reverse=True):
        by_first.setdefault(word[0], []).append(re.escape(word[1:]))
    branches = (f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in by_first.items())
    return f"(?:{'|'.join(branches)})"


@cache
def _pattern(use: str) -> re.Pattern[str]:
    return re.compile(any_of(use))


# No word of the table with what may follow it is longer; the text before it need not be searched.
_LONGEST_ENDING = 20


def ends(text: str, use: str) -> bool:
    """Tell whether the text ends in a word of that use, or in one and 共, 为, 达 after it."""
    return bool(_ending(use).search(text[-_LONGEST_ENDING:]))


@cache
def _ending(use: str) -> re.Pattern[str]:
    return re.compile(rf"{any_of(use)}(?:合计|总计|共计|共|为|达|有|各)?$")


def has(text: str, use: str) -> bool:
    """Tell whether a word of that use stands in the text; 按计划 and 模拟 speak of no plan, nor does what is quoted."""
    if use in ("plan", "ahead"):
        text = _NO_PLAN.sub("", text) if "拟" in text or "计划" in text or "目标" in text else text
        text = _QUOTED.sub("", text) if "“" in text else text
    return _pattern(use).search(text) is not None


@cache
def _verb_pattern() -> re.Pattern[str]:
    firsts = "".join(sorted({word[0] for use in _VERBS for word in words(use)}))
    return re.compile(rf"(?=[{_NOT_BEGINS}{re.escape(firsts)}])(?P<not>{_NOT})?(?P<verb>{any_of(*_VERBS)})")


@cache
def _use_of() -> dict[str, Verb]:
    return {word: use for use in reversed(_VERBS) for word in words(use)}


# The same phrase is asked about several times, one after the other.
@lru_cache(maxsize=32)
def last_verb(text: str) -> Verb | None:
    """Return what the last verb of a phrase does: 发现并纠正差错 -> settled; 未整改 and 被处分 do nothing."""
    found = [
        _use_of()[match["verb"]] for match in _verb_pattern().finditer(_THINGS.sub("", text)) if match["not"] is None
    ]
    return found[-1] if found else None


def is_conceded(place: Around) -> bool:
    """Tell whether the sentence turns against what the quantity states: 虽然办件提速30%，但等候时间偏长."""
    return bool(_TURN.search(_SEMICOLON.split(place.after)[0])) and (
        bool(_CONCEDED.search(place.before)) or last_verb(place.phrase) in ("done", "examined")
    )


def after_turn(place: Around) -> str | None:
    """Return what stands between the last turn of the clause (但, 却) and the quantity, None without a turn."""
    turns = list(_TURN.finditer(place.clause))
    return place.clause[turns[-1].end() :] if turns else None
