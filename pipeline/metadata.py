"""Who wrote a report, what it is called, its number and its date: read where GB/T 9704-2012 puts them, never guessed.

Head (版头, 7.2): 密级, red head, document number. Body (主体, 7.3): title, addressee (主送机关, first line below the
title), opening. Signature (署名) and date (成文日期) behind the text and before 附注, attachments and 版记 (7.4);
a report may give its date in brackets below the title instead.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from functools import cache

from pipeline.classified import find_mark
from pipeline.records import Document
from pipeline.resources import read_table

_HEAD_LINES = 24
_TAIL_LINES = 8
_TITLE_LIMIT = 60
_DIGITS = {char: str(number) for number, char in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0", "Ｏ": "0"}


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a report says about itself; None where it does not say it, or not in the place for it.

    date is ISO. secrecy: 绝密, 机密 or 秘密. addressee: whom it is sent to, as written, without the colon.
    """

    title: str | None = None
    unit: str | None = None
    doc_number: str | None = None
    date: str | None = None
    secrecy: str | None = None
    addressee: str | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording by kind: genre and open (how titles end), body (how units end), skip (head lines that are no title)."""

    pattern: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    centred: bool
    paragraph: bool


_NUMBER_LINE = re.compile(
    r"^(?P<number>[\u4e00-\u9fff]{1,14}[〔\[【（(](?:19|20)\d{2}[〕\]】）)](?:第)?\d{1,5}号)(?:\s*签发人.*)?$"
)
_ARABIC = r"(?P<year>(?:19|20)\d{2})\s*年\s*(?P<month>\d{1,2})\s*月(?:\s*(?P<day>\d{1,2})\s*日)?"
_CHINESE = (
    r"(?P<cyear>[一二][〇零○Ｏ一二三四五六七八九]{3})年(?P<cmonth>[一二三四五六七八九十]{1,2})月"
    r"(?:(?P<cday>[一二三四五六七八九十]{1,3})日)?"
)
_DATE_LINE = re.compile(rf"^(?P<who>[^\d，,。；;：:]{{0,40}}?)\s*[（(]?\s*(?:{_ARABIC}|{_CHINESE})\s*[）)]?$")
_SPOKEN = re.compile(rf"^[—\-]{{0,4}}\s*{_ARABIC}[^。；]{{0,40}}(?:会议|大会|全会|代表会)")
_HEADING = re.compile(r"^(?:[一二三四五六七八九十]{1,3}[、．.]|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.、．])")
_SENTENCE_END = re.compile(r"[。；;，,！!？?]$")
_ADDRESSEE = re.compile(r"^[^。；;]{2,60}[：:]$")
_OPENING = re.compile(r"如下|以下|下列|情况|报告|汇报|各位|尊敬|同志们|[。？！]")
_ATTACHMENT = re.compile(r"^附\s*件\s*[0-9一二三四五六七八九十]{0,2}\s*$")
_AFTER_DATE = re.compile(r"^(?:抄\s*送|主题词|[（(](?:联系|此件|信息公开|公开方式)|.{0,40}印发$)")
_SUBTITLE = re.compile(r"^(?:——|--+|—)")
_MASK = re.compile(r"[XxＸ×*＊□_]{1,}|某")
_GENERIC = re.compile(
    r"^(?:我|本|该|各|有关|相关|全|此|其|这|贵|上级"
    r"|(?:[省市县区州镇乡]|自治区)?(?:人民政府|政府|局|委|公司|学校|单位|党委|党组|支部|党支部)$)"
)


@cache
def _wordings(kind: str) -> str:
    return "|".join(
        f"(?:{row.pattern})" for row in read_table("lexicon/metadata_wordings.tsv", Wording) if row.kind == kind
    )


@cache
def _ends_as_title(kind: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{_wordings(kind)})(?:[（(][^（）()]{{1,12}}[）)])?$")


@cache
def _unit_name() -> re.Pattern[str]:
    return re.compile(rf"^(?:中共)?[\u4e00-\u9fff（）()·]{{1,30}}?(?:{_wordings('body')})$")


@cache
def _skipped() -> re.Pattern[str]:
    return re.compile(_wordings("skip"))


def read_metadata(document: Document) -> Metadata:
    """Return title, unit, document number, date, 密级 and addressee of a report.

    Example: lines "清河市水务局关于内控自查情况的报告", …, "清河市水务局", "2024年3月5日" ->
    Metadata("清河市水务局关于内控自查情况的报告", "清河市水务局", None, "2024-03-05", None, None).
    A unit is a name (never 我局, never XX局); signature, title, red head and opening are asked in this order.
    Limits: a title that ends with a full stop is not seen; a date without a month is none.
    """
    lines = _lines(document)
    head, tail = _head(lines), _tail(lines)
    mark = find_mark(document)
    title = _title(head)
    signature_unit, signature_date = _signature(tail) if len(lines) > 3 else (None, None)
    unit = signature_unit or _unit_of_title(title) or _red_head(head) or _unit_of_opening(lines)
    return Metadata(
        title,
        unit,
        _doc_number(head),
        signature_date or _date_below_title(head),
        mark.level if mark is not None else None,
        _addressee(lines[: len(head) + 1]),
    )


def _lines(document: Document) -> list[_Line]:
    """Return the lines that are not empty, of the blocks where there are any, of the text otherwise."""
    if not document.blocks:
        return [_Line(line.strip(), False, True) for line in document.text.split("\n") if line.strip()]
    lines = []
    for block in document.blocks:
        if block.kind in ("paragraph", "textbox"):
            for piece in document.text[block.start : block.end].split("\n"):
                if piece.strip():
                    lines.append(_Line(piece.strip(), block.centred, block.kind == "paragraph"))
    return lines


def _head(lines: list[_Line]) -> list[_Line]:
    """Return the lines before the body: up to the first heading, addressee or sentence."""
    head: list[_Line] = []
    for line in lines[:_HEAD_LINES]:
        is_body = _HEADING.match(line.text) or _ADDRESSEE.match(line.text) or "。" in line.text
        if (is_body or _SENTENCE_END.search(line.text) or len(line.text) > 2 * _TITLE_LIMIT) and not _is_spoken(line):
            break
        head.append(line)
    return head


def _tail(lines: list[_Line]) -> list[_Line]:
    """Return the last lines of the text itself: without attachments, and without 版记 and 附注."""
    begin = next((place for place, line in enumerate(lines) if place > 3 and _ATTACHMENT.match(line.text)), len(lines))
    text = lines[:begin] if _ends_with_date(lines[:begin]) else lines
    while text and _AFTER_DATE.match(text[-1].text):
        text = text[:-1]
    return text[-_TAIL_LINES:]


def _ends_with_date(lines: list[_Line]) -> bool:
    return any(_DATE_LINE.match(line.text) for line in lines[-_TAIL_LINES // 2 :])


def _addressee(lines: list[_Line]) -> str | None:
    """Return whom a report is sent to: the first line that ends in a colon and names units, before the body.

    "市纪委监委、市财政局：" -> "市纪委监委、市财政局"; never 各位代表： (spoken to), 现将情况报告如下： (opening).
    """
    for line in lines:
        name = line.text.rstrip("：: ")
        if _ADDRESSEE.match(line.text) and not _OPENING.search(name) and not _MASK.search(name):
            parts = re.split(r"[、，,]", name)
            if any(_addressed().search(part) for part in parts):
                return name
    return None


@cache
def _addressed() -> re.Pattern[str]:
    return re.compile(rf"(?:{_wordings('body')}|{_wordings('addressee')})$")


def _is_spoken(line: _Line) -> bool:
    """Tell whether a line below the title says when and where the report was given: 2025年1月14日在…会议上…。"""
    return _SPOKEN.match(line.text) is not None and len(line.text) <= _TITLE_LIMIT + 20


def _title(head: list[_Line]) -> str | None:
    """Return the first run of title lines of the head, joined; None where there is none or it is a placeholder.

    A line that ends like a title (…的报告, …总结) closes the run. Where no line does, only a line that stands alone
    before the opening is a title.
    """
    run: list[str] = []
    for line in head:
        if _is_no_title(line):
            if run:
                break
            continue
        text = _without_subtitle(line.text)
        run.append(text)
        if _ends_as_title("genre").search(text) or text != line.text:
            return _joined(run)
    if run and _ends_as_title("open").search(run[-1]):
        return _joined(run)
    alone = len(run) == 1 and len(run[0]) >= 6 and head[0].text == run[0] and not _unit_name().match(run[0])
    return _joined(run) if alone else None


def _without_subtitle(text: str) -> str:
    return re.split(r"——|--", text)[0].strip()


def _joined(run: list[str]) -> str | None:
    """Return the lines of a title as one; a unit's name on a line of its own belongs to it."""
    title = "".join(run)
    title = re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", title)
    return title if 4 <= len(title) <= 2 * _TITLE_LIMIT and "此处" not in title else None


def _is_no_title(line: _Line) -> bool:
    text = _without_subtitle(line.text) or line.text
    shape = _NUMBER_LINE.match(text) or _DATE_LINE.match(text) or _SUBTITLE.match(text) or _SPOKEN.match(text)
    return bool(shape or _skipped().search(text)) or not line.paragraph or len(text) > _TITLE_LIMIT


def _doc_number(head: list[_Line]) -> str | None:
    """Return the number that stands on a line of its own in the head, e.g. "清水发〔2024〕12号"."""
    for line in head:
        match = _NUMBER_LINE.match(line.text)
        if match and not _MASK.search(match["number"]):
            return match["number"]
    return None


def _signature(tail: list[_Line]) -> tuple[str | None, str | None]:
    """Return unit and date of the signature block: the date on one of the last lines, the unit before it."""
    for place in range(len(tail) - 1, -1, -1):
        match = _DATE_LINE.match(tail[place].text)
        if match is None:
            continue
        date = _iso(match)
        signed = [match["who"].strip()] if match["who"].strip() else []
        signed += [tail[place - 1].text] if place and not signed else []
        return next((name for name in map(_as_unit, signed) if name), None), date
    return None, None


def _as_unit(text: str) -> str | None:
    """Return text where it is the name of a unit and nothing else."""
    name = re.sub(r"\s+", "", text)
    if _MASK.search(name) or _GENERIC.match(name) or not _unit_name().match(name):
        return None
    return name


def _unit_of_title(title: str | None) -> str | None:
    """Return the unit that a title begins with, e.g. "清河市水务局关于…" or "清河市水务局2024年工作总结"."""
    if title is None:
        return None
    match = re.match(rf"(?P<unit>.{{2,36}}?(?:{_wordings('body')}))(?=关于|(?:19|20)\d{{2}}年|[“\"《])", title)
    return None if match is None else _as_unit(match["unit"])


def _red_head(head: list[_Line]) -> str | None:
    """Return the unit of a red head, e.g. "清河市水务局文件" -> "清河市水务局"."""
    for line in head:
        flat = re.sub(r"\s+", "", line.text)
        if flat.endswith("文件") and (unit := _as_unit(flat.removesuffix("文件"))):
            return unit
    return None


def _unit_of_opening(lines: list[_Line]) -> str | None:
    """Return the unit that the opening names: 现将清河市水务局…情况报告如下, 我代表清河市人民政府，向大会报告."""
    opening = "\n".join(line.text for line in lines[: _HEAD_LINES // 2])
    body = _wordings("body")
    for pattern in (
        rf"现将(?P<unit>[^，,。；;：:\n我本]{{2,30}}?(?:{body}))[^，,。；;\n]{{0,50}}(?:报告|汇报|总结)如下",
        rf"我代表(?P<unit>[^，,。；;：:\n]{{2,30}}?(?:{body}))[，,]?\s*向",
    ):
        match = re.search(pattern, opening)
        if match and (unit := _as_unit(match["unit"])):
            return unit
    return None


def _date_below_title(head: list[_Line]) -> str | None:
    """Return a date on a line of its own in the head , or the day on which the report was given (在…会议上)."""
    for line in head[1:]:
        alone = re.fullmatch(rf"[（(]?\s*(?:{_ARABIC}|{_CHINESE})\s*[）)]?", line.text)
        match = alone or (_SPOKEN.match(line.text) if _is_spoken(line) else None)
        if match is not None:
            return _iso(match)
    return None


def _iso(match: re.Match[str]) -> str | None:
    """Return the ISO form of a matched date, as exact as it is written; None for a day that does not exist."""
    parts = match.groupdict()
    if parts.get("year"):
        year, month, day = int(parts["year"]), int(parts["month"]), int(parts["day"] or 0)
    else:
        year = int("".join(_DIGITS[char] for char in parts["cyear"]))
        month, day = _small(parts["cmonth"]), _small(parts["cday"] or "")
    if not 1 <= month <= 12 or day > monthrange(year, month)[1]:
        return None
    return f"{year}-{month:02d}-{day:02d}" if day else f"{year}-{month:02d}"


def _small(text: str) -> int:
    """Return the value of a Chinese numeral up to 99, 0 for none, e.g. "二十五" -> 25."""
    tens, ten, ones = text.rpartition("十")
    low = int(_DIGITS[ones]) if ones else 0
    return low if not ten else 10 * (int(_DIGITS[tens]) if tens else 1) + low
