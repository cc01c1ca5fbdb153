"""Chinese and Arabic numerals: one numeral at a time, and the patterns by which a longer text is searched for them.

All arithmetic is decimal, so 2.83万 is 28300 and not 28299.999…
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from pipeline.records import Bound

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
_TENS = {"廿": 20, "卅": 30}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_BIG = {"万": 10**4, "亿": 10**8, "兆": 10**12}
_LETTERS = {"k": 10**3, "K": 10**3, "w": 10**4, "W": 10**4, "M": 10**6}
# A numeral longer than this is no numeral of a report, and the bound keeps every step linear.
LONGEST = 40
# Numerals that are remembered: reports write the same few hundred again and again.
_MOST_KEPT = 4096

_WIDTH = str.maketrans("０１２３４５６７８９％．－／〇兩萬億點個負幾餘數圓圆", "0123456789%.-/零两万亿点个负几余数元元")
_WIDE = re.compile("[０-９％．－／〇兩萬億點個負幾餘數圓圆]")
_FORMAL = str.maketrans("壹贰貳叁參参肆伍陆陸柒捌玖拾佰仟", "一二二三三三四五六六七八九十百千")
_FORMAL_RUN = re.compile(r"[零壹贰貳叁參肆伍陆陸柒捌玖拾佰仟万亿一二三四五六七八九十]{2,40}")
_ANY_FORMAL = re.compile("[壹贰貳叁肆伍陆陸柒捌玖拾佰仟]")
_FORMAL_PROOF = re.compile(r"[壹贰貳叁肆柒捌玖佰仟]|[伍陆陸]拾|拾[伍陆陸叁]")
_ONE_FORMAL = re.compile(r"(?<=[\d一二两三四五六七八九])[佰仟拾]|[贰貳叁肆伍陆陸柒捌玖壹]元")

HAN = "零一二两三四五六七八九十百千万亿"
ARABIC_NUMBER = r"(?:\d{1,3}(?:[,，]\d{3}){1,5}(?!\d)(?:\.\d{1,8})?|\d{1,16}(?:\.\d{1,10})?)"
_SCALE = r"(?:[十百千]?万亿|[十百千]?[万亿]|[百千](?!分)|[kKwW](?![A-Za-z]))"
_ARABIC = rf"{ARABIC_NUMBER}(?:[余多来几]?{_SCALE}(?:零?\d{{1,4}}(?:\.\d{{1,4}})?[千百]?万?)?)?[余多来]?"
_CHINESE = rf"[几数]?[{HAN}]{{1,20}}(?:点[零一二三四五六七八九]{{1,8}}[万亿]{{0,2}})?(?:[余多来几][十百千万亿]{{0,2}})?"
# One numeral as it stands in a report whose characters went through `plain`.
NUMBER = rf"(?:{_ARABIC}|{_CHINESE})"


@dataclass(frozen=True, slots=True)
class Number:
    """The value of a numeral; value_max is set where it names a range by itself (三五百 is 300 to 500).

    approximate: it says 余, 多, 来, 几 or 数, e.g. "三十余" -> Number(Decimal(30), None, True).
    vague: it names only an order of magnitude, e.g. 几十 (10 to 100). bound: what 上, 超过, 不足 … before it say.
    """

    value: Decimal
    value_max: Decimal | None = None
    approximate: bool = False
    vague: bool = False
    bound: Bound = "="


def plain(text: str) -> str:
    """Return text of the same length with half-width digits and everyday numerals, e.g. "貳拾５" -> "二十5".

    Formal numerals are changed only where the neighbours prove that they are numerals, so 队伍 and 大陆 stay.
    """
    text = _WIDE.sub(lambda match: match[0].translate(_WIDTH), text)
    if not _ANY_FORMAL.search(text):
        return text
    text = _FORMAL_RUN.sub(_everyday, text)
    return _ONE_FORMAL.sub(lambda match: match[0].translate(_FORMAL), text)


def _everyday(match: re.Match[str]) -> str:
    return match[0].translate(_FORMAL) if _FORMAL_PROOF.search(match[0]) else match[0]


def everyday(text: str) -> str:
    """Return text of the same length with half-width digits and every formal numeral changed: "壹角" -> "一角".

    For strings that are known to be sums or numerals; in running text `plain` leaves 队伍 and 大陆 alone.
    """
    return text.translate(_WIDTH).translate(_FORMAL)


def parse(text: str) -> Number | None:
    """Return the number that text as a whole writes, None where it is no numeral.

    "两千三百五" -> 2350, "1,236.5" -> 1236.5, "2.83万" -> 28300, "三十余" -> about 30, "三分之二" -> 0.666…,
    "负0.2" -> -0.2, "半" -> 0.5. Blanks inside are ignored.
    """
    squeezed = "".join(text.split())
    if not squeezed or len(squeezed) > LONGEST:
        return None
    return _whole(squeezed)


@lru_cache(maxsize=_MOST_KEPT)
def _whole(squeezed: str) -> Number | None:
    return _signed(everyday(squeezed))


def _signed(text: str) -> Number | None:
    if text[:1] in ("-", "负"):
        number = _fraction(text[1:])
        return None if number is None else _scaled(number, Decimal(-1))
    return _fraction(text)


def _scaled(number: Number, factor: Decimal) -> Number:
    top = None if number.value_max is None else number.value_max * factor
    return Number(number.value * factor, top, number.approximate)


def _fraction(text: str) -> Number | None:
    """Read 三又五分之一, 三分之二, 3/5; anything else is an ordinary number."""
    whole, mixed, rest = text.rpartition("又")
    below, part, above = rest.partition("分之")
    if not part:
        above, part, below = rest.partition("/")
    if not part:
        return None if mixed else _ordinary(text)
    numbers = [_signed(below), _signed(above), _ordinary(whole) if mixed else Number(Decimal(0))]
    values = [number.value for number in numbers if number is not None]
    if len(values) < 3 or values[0] == 0:
        return None
    return Number(values[2] + values[1] / values[0], None, any(n.approximate for n in numbers if n is not None))


_SCIENTIFIC = re.compile(r"\d*\.?\d+[eE]-?\d{1,3}")
_NEIGHBOURS = re.compile(
    r"((?:[一二两三四五六七八九]?[十百千万]){0,3})([一二两三四五六七八])([二两三四五六七八九])([十百千万亿]{0,3})"
)
_VAGUE = re.compile(r"[几数]([十百千万亿]{1,3})")
_LETTERED = re.compile(rf"({ARABIC_NUMBER})([kKwWM])")


def _ordinary(text: str) -> Number | None:
    if _SCIENTIFIC.fullmatch(text):
        return Number(Decimal(text))
    if text == "半":
        return Number(Decimal("0.5"))
    if match := _LETTERED.fullmatch(text):
        return Number(_arabic(match[1]) * _LETTERS[match[2]])
    if match := _VAGUE.fullmatch(text):
        lower = _spelled("一" + match[1]) or Decimal(0)
        return Number(lower, lower * 10, True, vague=text[0] == "几")
    if (match := _NEIGHBOURS.fullmatch(text)) and _adjacent(match):
        return _neighbours(match)
    bare = text.translate({ord(char): None for char in "余多来几"})
    value = _spelled(bare)
    return None if value is None else Number(value, None, bare != text)


def _adjacent(match: re.Match[str]) -> bool:
    low, high = _DIGITS[match[2]], _DIGITS[match[3]]
    return high == low + 1 or (low, high) in ((3, 5), (3, 2))


def _neighbours(match: re.Match[str]) -> Number | None:
    """Read 七八, 三五百, 十七八: two neighbouring digits that mean a range."""
    low = _spelled(match[1] + match[2] + match[4])
    high = _spelled(match[1] + match[3] + match[4])
    return None if low is None or high is None else Number(min(low, high), max(low, high), True)


_TOKEN = re.compile(rf"{ARABIC_NUMBER}|\.\d+|[{HAN}兆廿卅]|点[零一二三四五六七八九]+|k")


def _arabic(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("，", ""))


def _tokens(text: str) -> list[str] | None:
    """Return the digits, units and Arabic groups of a numeral, None where anything else stands in it."""
    tokens = _TOKEN.findall(text)
    return tokens if tokens and sum(map(len, tokens)) == len(text) else None


def _spelled(text: str) -> Decimal | None:
    """Return the value of a numeral without sign and 余/多, e.g. "一百二十万三" -> 1203000."""
    tokens = _tokens(text)
    if tokens is None:
        return None
    if all(token in _DIGITS for token in tokens):
        return Decimal("".join(str(_DIGITS[token]) for token in tokens))
    total, section, pending = Decimal(0), Decimal(0), None
    last_big, step, previous = 0, 0, ""
    for token in tokens:
        if token in _TENS:
            section, pending, step = section + _TENS[token], None, 10
        elif token in _SMALL:
            unit = _SMALL[token]
            section += (Decimal(1) if pending is None else pending) * unit
            pending, step = None, unit
        elif token in _BIG:
            total, last_big = _with_big(total, section + (pending or 0), _BIG[token], last_big, previous)
            section, pending, step = Decimal(0), None, _BIG[token]
        elif token == "零":
            pending, step = (pending * 10 if pending is not None else None), 0
        else:
            pending = _joined(pending, token)
            if pending is None:
                return None
        previous = token
    return total + section + _trailing(pending, step, previous)


def _with_big(total: Decimal, current: Decimal, big: int, last_big: int, previous: str) -> tuple[Decimal, int]:
    """Return the sum after 万, 亿 or 兆: 四万亿 multiplies what stands before, 五亿六百万 adds to it."""
    if not previous:
        return Decimal(big), big
    if previous in _BIG:
        return total * big, max(big, last_big)
    if last_big and big > last_big:
        return (total + current) * big, big
    return total + current * big, big


def _joined(pending: Decimal | None, token: str) -> Decimal | None:
    """Return the digits read so far with one more token; None where they do not fit together."""
    if token.startswith("点"):
        digits = "".join(str(_DIGITS[char]) for char in token[1:])
        return (pending or Decimal(0)) + Decimal("0." + digits)
    if token in _DIGITS:
        return Decimal(_DIGITS[token]) if pending is None else pending * 10 + _DIGITS[token]
    if pending is not None:
        return None
    return _arabic(token)


def _trailing(pending: Decimal | None, step: int, last: str) -> Decimal:
    """Return the value of the last digit: the 五 of 十三万五 counts thousands, the one of 一百零五 counts ones."""
    if pending is None:
        return Decimal(0)
    short = step >= 100 and (last in _DIGITS or last.isdigit() and len(last) == 1 and step >= 1000)
    return pending * (step // 10) if short else pending
