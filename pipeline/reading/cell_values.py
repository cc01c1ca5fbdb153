"""What Excel shows for a stored value and a number format: (45000, yyyy"年"m"月"d"日") -> "2023年3月15日"."""

from __future__ import annotations

import datetime
import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from pipeline.reading.number_formats import format_number

# Formats that files name by number only (ECMA-376 part 1, 18.8.30; 27 to 36 and 50 to 58 as in Chinese editions).
_BUILT_IN = {
    **{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00"},
    **{14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM"},
    **{20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 37: "#,##0;-#,##0", 38: "#,##0;-#,##0"},
    **{39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00", 41: "#,##0;-#,##0;-", 42: '"¥"#,##0;"¥"-#,##0;"¥"-'},
    **{43: "#,##0.00;-#,##0.00;-", 44: '"¥"#,##0.00;"¥"-#,##0.00;"¥"-', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0"},
    **{48: "##0.0E+0", 49: "@"},
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    **{30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"'},
    **{34: '上午/下午h"时"mm"分"', 35: '上午/下午h"时"mm"分"ss"秒"', 55: '上午/下午h"时"mm"分"'},
    56: '上午/下午h"时"mm"分"ss"秒"',
}
_TOKEN = re.compile(
    r'"(?P<text>[^"]*)"|\\(?P<one>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]|(?P<half>AM/PM|A/P|上午/下午)'
    r"|(?P<date>y+|m+|d+|h+|s+|a{3,4}|\.0+(?=[^\d#]*$))|(?P<general>General|G/通用格式)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_DATE_LETTERS = re.compile(r"[ymdhs]|a{3}|上午/下午", re.IGNORECASE)
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE | re.DOTALL)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[\d.]+)\]")
_FIGURES = re.compile(r"[0#?][0#?,]*(?:\.[0#?]*)?|\.[0#?]+")
_WEEKDAYS = "一二三四五六日"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DIGITS = "〇一二三四五六七八九"
_LATEST = 2958465


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of a format between semicolons, and the condition under which it is used."""

    code: str
    operator: str | None = None
    limit: float = 0.0


def format_code(number: int, own: dict[int, str]) -> str:
    """Return the code of a format by its number: as the file says, else the built-in one, else "General"."""
    return own.get(number) or _BUILT_IN.get(number, "General")


def shown_number(value: float, code: str, *, from_1904: bool = False) -> str:
    """Return a number as Excel shows it: (0.186, "0.0%") -> "18.6%", (28300.5, "#,##0.00") -> "28,300.50".

    Limits: fractions (# ?/?) are shown as decimals; a format that is not understood shows the plain value.
    """
    section, negative = _section(value, code)
    if section.code.strip().lower() in ("", "general", "@", "g/通用格式"):
        return _general(value)
    if _DATE_LETTERS.search(_LITERALS.sub("", section.code).replace("General", "")):
        return _date(value, section.code, from_1904=from_1904)
    return _figures(-value if negative else value, section.code)


@cache
def _sections(code: str) -> tuple[_Section, ...]:
    parts, place, quoted = [""], 0, False
    while place < len(code):
        char = code[place]
        if char == "\\" and not quoted:
            parts[-1] += code[place : place + 2]
            place += 2
            continue
        quoted ^= char == '"'
        if char == ";" and not quoted:
            parts.append("")
        else:
            parts[-1] += char
        place += 1
    return tuple(_conditional(part) for part in parts)


def _conditional(code: str) -> _Section:
    found = _CONDITION.search(code)
    return _Section(code) if found is None else _Section(_CONDITION.sub("", code), found[1], float(found[2]))


def _section(value: float, code: str) -> tuple[_Section, bool]:
    """Return the section for a value, and whether the sign is the section's to show."""
    parts = _sections(code)
    if any(part.operator for part in parts[:2]):
        for part in parts[:3]:
            if part.operator is None or _holds(value, part):
                return part, False
        return parts[-1], False
    if value < 0 and len(parts) > 1:
        return parts[1], True
    if value == 0 and len(parts) > 2:
        return parts[2], False
    return parts[0], False


def _holds(value: float, part: _Section) -> bool:
    limit = part.limit
    holds = {
        "<": value < limit,
        ">": value > limit,
        "=": value == limit,
        "<=": value <= limit,
        ">=": value >= limit,
        "<>": value != limit,
    }
    return holds[part.operator or "="]


def _general(value: float) -> str:
    """Return a number as the format General shows it: at most eleven characters, so 12 digits become a power."""
    if not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < 1e11:
        return str(int(value))
    if 1e-4 <= abs(value) < 1e11:
        return f"{value:.10g}"
    mantissa, _, power = f"{value:.5E}".partition("E")
    return f"{mantissa.rstrip('0').rstrip('.')}E{power}"


def _figures(value: float, code: str) -> str:
    bare = _LITERALS.sub(lambda match: "\x00" * len(match[0]), code)
    plain = re.search(r"General|G/通用格式", bare, re.IGNORECASE)
    if plain is not None:
        return _literal(code[: plain.start()]) + _general(value) + _literal(code[plain.end() :])
    found = _FIGURES.search(bare)
    if found is None:
        return ("-" if value < 0 else "") + _literal(code)
    figures, before, after = found[0], code[: found.start()], code[found.end() :]
    if re.match(r"E[+-]", bare[found.end() :], re.IGNORECASE):
        return _power(value, figures)
    shown = _scaled(value, figures, bare.count("%"))
    sign = "-" if value < 0 and shown.strip("0.,") else ""
    return f"{sign}{_literal(before)}{shown}{_literal(re.sub(r'^[0#?/ ]+', '', after))}"


def _scaled(value: float, figures: str, percents: int) -> str:
    whole, _, part = figures.partition(".")
    thousands = len(whole) - len(whole.rstrip(","))
    number = Decimal(repr(abs(value))) * 100**percents / 1000**thousands
    number = number.quantize(Decimal(1).scaleb(-len(part)), ROUND_HALF_UP) if number < Decimal(10) ** 20 else number
    least = sum(char == "0" for char in whole)
    digits, _, decimals = f"{number:f}".partition(".")
    digits = "" if digits == "0" and not least else digits.rjust(least, "0")
    if "," in whole.rstrip(",") and digits:
        digits = f"{int(digits):,}".rjust(least, "0")
    needed = len(part.rstrip("#?"))
    while len(decimals) > needed and decimals.endswith("0"):
        decimals = decimals[:-1]
    return f"{digits}.{decimals}" if decimals else digits


def _power(value: float, figures: str) -> str:
    return f"{value:.{len(figures.partition('.')[2])}E}"


def _literal(code: str) -> str:
    """Return what a format writes around the figures: quoted text, escaped and plain characters."""
    shown = []
    for match in _TOKEN.finditer(code):
        bracket = match["bracket"]
        currency = bracket[1:].split("-")[0] if bracket and bracket.startswith("$") else ""
        shown.append(match["text"] or match["one"] or currency or match["other"] or match["date"] or "")
    return "".join(shown).strip()


def _moment(value: float, *, from_1904: bool) -> datetime.datetime | None:
    """Return the moment of a day number; day 60 is the 29th of February 1900 that never was."""
    if not 0 <= value <= _LATEST:
        return None
    start = datetime.datetime(1904, 1, 1) if from_1904 else datetime.datetime(1899, 12, 31 if value < 60 else 30)
    return start + datetime.timedelta(seconds=round(value * 86400))


def _date(value: float, code: str, *, from_1904: bool) -> str:
    moment = _moment(value, from_1904=from_1904)
    if moment is None:
        return _general(value)
    tokens = list(_TOKEN.finditer(code))
    chinese = any((token["bracket"] or "").upper() == "DBNUM1" for token in tokens)
    half = any(token["half"] for token in tokens)
    shown: list[str] = []
    for index, token in enumerate(tokens):
        if token["half"]:
            shown.append(
                ("上午", "下午")[moment.hour > 11] if "午" in token["half"] else ("AM", "PM")[moment.hour > 11]
            )
        elif token["date"]:
            shown.append(_date_part(token["date"].lower(), moment, tokens, index, half=half, chinese=chinese))
        elif (token["bracket"] or "").lower() in ("h", "hh"):
            shown.append(str(int(value * 24 + 1e-9)))
        else:
            shown.append(token["text"] or token["one"] or token["other"] or "")
    return "".join(shown).strip()


def _date_part(
    letters: str, moment: datetime.datetime, tokens: list[re.Match[str]], index: int, *, half: bool, chinese: bool
) -> str:
    kind, long = letters[0], len(letters) > 1
    if kind == "y":
        year = f"{moment.year:04d}" if len(letters) > 2 else f"{moment.year % 100:02d}"
        return "".join(_DIGITS[int(digit)] for digit in year) if chinese else year
    if kind == "a":
        return ("星期" if len(letters) > 3 else "") + _WEEKDAYS[moment.weekday()]
    if kind == "d" and len(letters) > 2:
        return "星期" + _WEEKDAYS[moment.weekday()]
    if kind == "m" and not _is_minute(tokens, index) and len(letters) > 2:
        return _MONTHS[moment.month - 1]
    if kind == ".":
        return "." + "0" * (len(letters) - 1)
    hour = (moment.hour % 12 or 12) if half else moment.hour
    month = moment.minute if kind == "m" and _is_minute(tokens, index) else moment.month
    number = {"m": month, "d": moment.day, "h": hour, "s": moment.second}[kind]
    if chinese:
        return format_number(number, "chineseCountingThousand")
    return f"{number:02d}" if long else str(number)


def _is_minute(tokens: list[re.Match[str]], index: int) -> bool:
    """Say whether m means minutes: it stands after hours or before seconds."""
    kinds = [(token["date"] or token["bracket"] or "").lower()[:1] for token in tokens]
    before = next((kind for kind in reversed(kinds[:index]) if kind in tuple("ymdhs")), "")
    after = next((kind for kind in kinds[index + 1 :] if kind in tuple("ymdhs")), "")
    return before == "h" or after == "s"
