"""Sums as people say and write them out: 50元6角三分, 三块五, 两毛二, 8分钱, 几十万块."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from pipeline.quantities import numerals
from pipeline.quantities.gate import gated
from pipeline.quantities.grammar import LEAD, Amount, bound_of, is_approximate
from pipeline.quantities.numerals import HAN, NUMBER

_DIGIT = r"[一二两三四五六七八九\d]"
_START = rf"(?<![\d.{HAN}第])(?<![\d{HAN}]点)"
_CLAUSE_END = r"(?=[，,。；;、）)和\n]|$)"
_TENTHS = rf"(?P<jiao>{_DIGIT})[角毛](?:(?P<fen>{_DIGIT})分?(?![{HAN}\d个年月]))?"
# 五元五角, 15块六毛三, 3元5分; in 三块五 the last digit counts tenths.
_WITH_YUAN = gated(
    rf"{_START}(?P<yuan>{NUMBER})(?:元|块)(?:钱)?零?(?:{_TENTHS}|(?P<cents>{_DIGIT})分(?![之钟])"
    rf"|(?<=块)(?P<tenth>[一二两三四五六七八九])(?={_CLAUSE_END[3:-1]}|钱))(?:钱|整)?",
    "[角毛块分]",
)
_WITHOUT_YUAN = gated(
    rf"{_START}(?:(?P<jiao>{_DIGIT})[角毛](?:(?P<fen>{_DIGIT})分?(?:钱)?(?![{HAN}\d个年月])|钱)"
    rf"|(?P<cents>\d{{1,2}}|{_DIGIT})分钱)",
    "[角毛]|分钱",
)
# 块 counts things in a report (3块展板). It is money where nothing is named behind it, and the words before it spend,
# or the number is beyond that of things.
_SPOKEN = gated(
    rf"{_START}(?P<lead>{LEAD})?(?P<num>{NUMBER})块(?:{_CLAUSE_END}|(?=[一每][年月天次]))",
    "块",
)
_SPENDING = re.compile(
    r"(?:[花付交缴收罚补赚卖买值价费钱款找欠借]|每[斤份张人月天次]|一[斤份张人月天次])[\u4e00-\u9fff]{0,3}$"
)
_MANY = re.compile(r"[百千万亿]|\d{3}")


def coins(text: str) -> Iterator[Amount]:
    """Yield sums with 角 and 分, e.g. "50元6角三分" -> 50.63 元, "两毛二" -> 0.22 元, "8分钱" -> 0.08 元."""
    for pattern in (_WITH_YUAN, _WITHOUT_YUAN):
        for match in pattern.finditer(text):
            value = _value(match.groupdict())
            if value is not None:
                yield Amount(match.start(), match.end(), "money", float(value), unit="元")


def _value(parts: dict[str, str | None]) -> Decimal | None:
    """Return yuan, tenths and hundredths added up; None where one of them is no numeral."""
    sizes = {"yuan": Decimal(1), "jiao": Decimal("0.1"), "tenth": Decimal("0.1"), "fen": Decimal("0.01")}
    total = Decimal(0)
    for name, size in {**sizes, "cents": Decimal("0.01")}.items():
        if part := parts.get(name):
            number = numerals.parse(part)
            if number is None:
                return None
            total += number.value * size
    return total


def spoken(text: str) -> Iterator[Amount]:
    """Yield sums in 块, e.g. "花费我三块" -> 3 元, "三五百块" -> 300 to 500 元; 制作展板3块 is no sum."""
    for match in _SPOKEN.finditer(text):
        number = numerals.parse(match["num"])
        spent = _SPENDING.search(text[max(0, match.start() - 5) : match.start()])
        if number is None or not (spent or _MANY.search(match["num"])):
            continue
        top = None if number.value_max is None or number.vague else float(number.value_max)
        yield Amount(
            match.start(), match.end(), "money", None if number.vague else float(number.value), top, unit="元",
            bound=bound_of(match["lead"] or "", ""),
            approximate=number.approximate or is_approximate(match["lead"] or "", ""),
        )  # fmt: skip
