"""Counts by a measure word that the table of units does not list: 购置餐具30摞, 发放鞋帽12双, 共查扣7匣."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pipeline.quantities import numerals
from pipeline.quantities.context_words import words_of
from pipeline.quantities.gate import Near, near
from pipeline.quantities.grammar import LEAD, NOT_INSIDE, TAIL, Amount, bound_of, is_approximate
from pipeline.quantities.numerals import HAN, NUMBER
from pipeline.quantities.units import rare_units

# A character that no measure word is: particles, prepositions, verbs of relation, words of time and order.
_NO_MEASURE = (
    "的了在是为与和及或以至到由向对从被将把使让时后前中内外上下左右间初末底余多来几整第号级度年月日周点分之比占较等"
    "均已未不无有也还都就才仅只再又更最并但而且则若因所其这那该各每某本我你他她它们大小新老高低好成能会可要需应须该零一二两三四五六七八九十百千万亿"
)
_BEFORE = 6
_TOTAL = re.compile(r"(?:[共计各]|总数)[\u4e00-\u9fff]{0,3}$")


@cache
def _pattern() -> Near:
    rare = "|".join(sorted(rare_units(), key=lambda unit: (-len(unit), unit)))
    unit = rf"(?P<rare>{rare})|(?P<other>[\u4e00-\u9fff])(?=[，,。；;、：）)\n]|$)"
    # No word that may lead the number is longer than four characters: 不得少于.
    return near(rf"{NOT_INSIDE}(?P<lead>{LEAD})?(?P<num>{NUMBER})(?:{unit})(?P<tail>{TAIL})", f"[{HAN}几数\\d]+", 4)


def unknown(text: str) -> Iterator[Amount]:
    """Yield the counts of protected flat text whose measure word is not listed, e.g. "发放绿植30钵" -> 30 钵.

    A rare measure word (双, 碗, 钵) counts after a verb that is said of counted things (发放, 购置), after 共 or a
    word for the extent (约, 超过), and after Arabic digits that follow a Chinese character; any other character only
    after such words, and where the clause ends behind it. To be read last.
    """
    for match in _pattern().finditer(text):
        number = numerals.parse(match["num"])
        if number is None or match["num"] == "一" or "." in match["num"] or not _counts(text, match):
            continue
        lead, tail = match["lead"] or "", match["tail"] or ""
        yield Amount(
            match.start(), match.end(), "count", None if number.vague else float(number.value),
            None if number.value_max is None or number.vague else float(number.value_max),
            unit=match["rare"] or match["other"], bound=bound_of(lead, tail),
            approximate=is_approximate(lead, tail) or number.approximate, note="unit not listed",
        )  # fmt: skip


def _counts(text: str, match: re.Match[str]) -> bool:
    """Tell whether the words before the number say that something is counted."""
    if match["other"] and match["other"] in _NO_MEASURE:
        return False
    before = text[max(0, match.start() - _BEFORE) : match.start()].removesuffix("了")
    said = bool(match["lead"]) or bool(_TOTAL.search(before)) or before.endswith(_verbs())
    return said or bool(match["rare"] and match["num"][0].isdigit() and re.search(r"[\u4e00-\u9fff]$", before))


@cache
def _verbs() -> tuple[str, ...]:
    return tuple(word for word in words_of("lead") if len(word) > 1)
