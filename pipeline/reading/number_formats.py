"""How Word writes a counter: 1 as 一, （一）'s 一, ①, 甲, A, iv …"""

from __future__ import annotations

from collections.abc import Callable

_DIGITS = "零一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_LEGAL_TRADITIONAL = "零壹貳參肆伍陸柒捌玖"
_JAPANESE_LEGAL = "〇壱弐参四伍六七八九"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)
_LONGEST_LETTERS = 30
_MOST_ROMAN = 32767


def format_number(value: int, style: str, *, pattern: str | None = None) -> str:
    """Return a counter as Word shows it in the number format `style` (w:numFmt, ECMA-376 part 1, 17.18.59).

    `format_number(12, "chineseCounting")` -> "十二"; (3, "decimalEnclosedCircle") -> "③"; (1, "none") -> "".
    pattern: the w:format of style "custom", e.g. "001, 002, 003, ...", which gives leading zeros.
    A format that is not known here (Thai, Hebrew …) and a value that the format cannot show are written in digits,
    as Word does. Limit: ordinalText and cardinalText (English words) are written in digits.
    """
    if style == "custom":
        return _padded(value, pattern or "")
    write = _FORMATS.get(style)
    if write is None or (value < 1 and style not in _ALSO_ZERO):
        return str(value)
    return write(value)


def _padded(value: int, pattern: str) -> str:
    first = pattern.partition(",")[0].strip()
    return str(value).zfill(len(first)) if first.isascii() and first.isdigit() else str(value)


def _below_ten_thousand(value: int, digits: str, units: str, *, first_ten: str = "十") -> str:
    """Write 0 < value < 10000 in Chinese: 105 -> 一百零五; a leading 一十 is 十, as first_ten says."""
    text, gap = "", False
    for place, unit in ((1000, units[2]), (100, units[1]), (10, units[0]), (1, "")):
        digit = value // place % 10
        if digit == 0:
            gap = bool(text)
            continue
        text += (digits[0] if gap else "") + digits[digit] + unit
        gap = False
    opening = digits[1] + units[0]
    return first_ten + text[2:] if text.startswith(opening) else text


def _counting(digits: str, units: str, ten_thousand: str, *, first_ten: str = "十") -> Callable[[int], str]:
    def write(value: int) -> str:
        high, low = divmod(value, 10000)
        if high >= 10000:
            return str(value)
        text = _below_ten_thousand(high, digits, units, first_ten=first_ten) + ten_thousand if high else ""
        return text + (_below_ten_thousand(low, digits, units, first_ten=first_ten) if low else "")

    return write


def _digit_by_digit(zero: str) -> Callable[[int], str]:
    table = str.maketrans("0123456789", zero + _DIGITS[1:])
    return lambda value: str(value).translate(table)


def _counting_below_hundred(value: int) -> str:
    """Write 一, 十, 九十九 and, from a hundred on, digit by digit (一○○), as chineseCounting does."""
    return _SIMPLIFIED(value) if value < 100 else _CIRCLE_ZERO(value)


def _japanese_counting(value: int) -> str:
    """Write 百, not 一百, and no 零: what Word does for japaneseCounting, which old Chinese templates use."""
    if value > 9999:
        return _SIMPLIFIED(value)
    text = _below_ten_thousand(value, _DIGITS, "十百千").replace("零", "")
    return text.replace("一百", "百").replace("一千", "千").replace("一十", "十")


def _row(characters: str) -> Callable[[int], str]:
    """Return a writer for a format that has one character a value and goes back to digits after the last."""
    return lambda value: characters[value - 1] if value <= len(characters) else str(value)


def _wheel(characters: str) -> Callable[[int], str]:
    """Return a writer for a format that begins again after its last character."""
    return lambda value: characters[(value - 1) % len(characters)]


def _sixty(value: int) -> str:
    return _STEMS[(value - 1) % 10] + _BRANCHES[(value - 1) % 12]


def _letters(value: int) -> str:
    """Write A … Z, AA, BB …: Word repeats the letter and does not count like a spreadsheet."""
    repeat = (value - 1) // 26 + 1
    return chr(ord("A") + (value - 1) % 26) * repeat if repeat <= _LONGEST_LETTERS else str(value)


def _roman(value: int) -> str:
    if value > _MOST_ROMAN:
        return str(value)
    text = ""
    for worth, letters in _ROMAN:
        text += letters * (value // worth)
        value %= worth
    return text


def _ordinal(value: int) -> str:
    teens = 10 < value % 100 < 20
    return f"{value}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th')}"


def _full_width(value: int) -> str:
    return str(value).translate({ord("0") + digit: chr(ord("０") + digit) for digit in range(10)})


def _series(first: str, count: int) -> str:
    return "".join(chr(ord(first) + step) for step in range(count))


_SIMPLIFIED = _counting(_DIGITS, "十百千", "万")
_TRADITIONAL = _counting(_DIGITS, "十百千", "萬")
_CIRCLE_ZERO = _digit_by_digit("○")
_CIRCLED = _row(_series("①", 20))

_ALSO_ZERO = frozenset({"decimal", "decimalZero", "decimalFullWidth", "decimalFullWidth2", "numberInDash", "none"})

_FORMATS: dict[str, Callable[[int], str]] = {
    "none": lambda value: "",
    "bullet": lambda value: "",
    "decimal": str,
    "decimalHalfWidth": str,
    "decimalZero": lambda value: f"{value:02d}",
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "numberInDash": lambda value: f"- {value} -",
    "decimalEnclosedCircle": _CIRCLED,
    "decimalEnclosedCircleChinese": _CIRCLED,
    "decimalEnclosedParen": _row(_series("⑴", 20)),
    "decimalEnclosedFullstop": _row(_series("⒈", 20)),
    "ideographEnclosedCircle": _row(_series("㈠", 10)),
    "chineseCounting": _counting_below_hundred,
    "taiwaneseCounting": _counting_below_hundred,
    "chineseCountingThousand": _SIMPLIFIED,
    "taiwaneseCountingThousand": _TRADITIONAL,
    "japaneseCounting": _japanese_counting,
    "ideographDigital": _digit_by_digit("〇"),
    "taiwaneseDigital": _CIRCLE_ZERO,
    "japaneseDigitalTenThousand": _digit_by_digit("〇"),
    "chineseLegalSimplified": _counting(_LEGAL, "拾佰仟", "万", first_ten="壹拾"),
    "ideographLegalTraditional": _counting(_LEGAL_TRADITIONAL, "拾佰仟", "萬", first_ten="壹拾"),
    "japaneseLegal": _counting(_JAPANESE_LEGAL, "拾百阡", "萬", first_ten="壱拾"),
    "ideographTraditional": _wheel(_STEMS),
    "ideographZodiac": _wheel(_BRANCHES),
    "ideographZodiacTraditional": _sixty,
    "upperLetter": _letters,
    "lowerLetter": lambda value: _letters(value).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda value: _roman(value).lower(),
    "ordinal": _ordinal,
    "hex": lambda value: f"{value:X}",
}
