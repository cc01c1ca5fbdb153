"""The figures of a report, sentence by sentence, with the words right before and after each number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.records import Document, Quantity, Span
from pipeline.resources import read_table
from pipeline.sentences import split_sentences

_KINDS = ("count", "money", "physical", "percent", "ratio", "duration")
_ADDABLE = ("count", "money", "physical")
_PEOPLE = ("人", "名", "位")
_REACH = 60
_TAIL = 24
_MOST = 40
_MARK = re.compile(r"[，、；：。;:\n（）()？！]|,(?!\d{3})")
_NUMBER = re.compile(r"\d[\d,，]*(?:\.(?P<decimals>\d+))?")
_DATE_DIGITS = re.compile(r"\d{1,4}(?:[至—~～.．-]\d{1,4})?[年月日岁号届期]")
_FILLED = re.compile(
    r"(?:了|共计|合计|累计|总计|共|计|达到|达|为|约|仅|已|有|的|先后|均|只|近|超过|高达|只有|仅有|是){1,4}$"
)
_OPENING = re.compile(
    r"^(?:一年来|全年|今年|本年度?|年内|当年|去年|先后|累计|共|仅|只|存在|还|仍|对|上述|其中|该|此|本次|此次|以来|目前|"
    r"截至目前|期间|已|均|组织|开展|进行|组织开展|另|另外|同时|并|虽然|虽|尽管){1,5}"
)
_COMPARED = re.compile(r"^(?:比(?![例重率])|较(?![大多高好])|同比|环比)|相比|(?:比|较)(?:上|去|前|往|同)")
_AFTER = re.compile(r"余|多(?!数)|左右|上下|以[上下内]|不等|不止|强(?!化)|弱")


@dataclass(frozen=True, slots=True)
class FigureWord:
    """A word close to a number and what it tells; see the table for the uses."""

    word: str
    use: str
    group: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a sentence, with what stands between it and the marks around it, blanks left out.

    step: what one unit of the last written digit is worth (2.83万元 -> 100.0). decimals: whether it has any.
    scale: 10,000 for 万, 1 for a plain number. exact: no 约, no 以上, no range, no mask.
    """

    row: Quantity
    value: float
    unit: str
    step: float
    scale: float
    decimals: bool
    exact: bool
    lead: str
    after: str

    @property
    def start(self) -> int:
        """Where the number begins in the document."""
        return self.row.start

    @property
    def end(self) -> int:
        """Where its unit ends."""
        return self.row.end


@dataclass(frozen=True, slots=True)
class Sentence:
    """The place of a sentence and its figures in text order."""

    span: Span
    figures: tuple[Figure, ...]


@cache
def words_of(use: str) -> tuple[str, ...]:
    """Return the words of one use, the longest first, e.g. words_of("rest") holds 其余."""
    found = [row.word for row in _table() if row.use == use]
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


@cache
def groups_of(use: str) -> dict[str, tuple[str, ...]]:
    """Return the words of one use by group, e.g. groups_of("attribute")["sex"] holds 女."""
    groups: dict[str, tuple[str, ...]] = {}
    for row in _table():
        if row.use == use:
            groups[row.group] = (*groups.get(row.group, ()), row.word)
    return groups


@cache
def _table() -> tuple[FigureWord, ...]:
    return read_table("lexicon/check_figures.tsv", FigureWord, key=("word", "use", "group"))


def sentences_with_figures(
    document: Document, quantities: tuple[Quantity, ...], spans: Sequence[Span] | None = None
) -> tuple[Sentence, ...]:
    """Return the sentences that hold at least one figure; one with more than 40 comes in pieces of 40.

    "现有党员56名，其中女25名" -> one sentence, figures 56名 (lead 现有党员) and 25名 (lead 其中女). Dates are no
    figures. spans: the sentences of the text, where they are known.
    """
    rows = sorted((row for row in quantities if row.kind in _KINDS or row.masked), key=lambda row: row.start)
    found, place = [], 0
    for span in spans if spans is not None else split_sentences(document.text):
        if place == len(rows):
            break
        if span.end <= rows[place].start:
            continue
        inside: list[Quantity] = []
        while place < len(rows) and rows[place].start < span.end:
            inside += [rows[place]] if rows[place].start >= span.start else []
            place += 1
        for first in range(0, len(inside), _MOST):
            found.append(Sentence(span, tuple(_figures(document.text, span, inside[first : first + _MOST]))))
    return tuple(found)


def _figures(text: str, span: Span, rows: list[Quantity]) -> Iterator[Figure]:
    for number, row in enumerate(rows):
        ceiling = rows[number + 1].start if number + 1 < len(rows) else span.end
        yield _figure(row, _lead(text, span, row), squeezed(text[row.end : min(ceiling, row.end + _TAIL)]))


def _lead(text: str, span: Span, row: Quantity) -> str:
    before = text[max(span.start, row.start - _REACH) : row.start]
    return squeezed(before[_last_mark(before) :])


def _last_mark(before: str) -> int:
    """Return where the last mark of a text ends, 0 where there is none; a comma in 1,200 is no mark."""
    ends = [match.end() for match in _MARK.finditer(before)]
    return ends[-1] if ends else 0


def _figure(row: Quantity, lead: str, after: str) -> Figure:
    value = float(row.value) if isinstance(row.value, int | float) else 0.0
    number = _NUMBER.search(row.raw)
    written = float(number.group().replace(",", "").replace("，", "")) if number else 0.0
    decimals = len(number["decimals"] or "") if number else 0
    scale = round(value / written, 6) if written and value else 1.0
    percent = row.kind == "ratio" and not row.unit
    return Figure(
        row=row,
        value=100 * value if percent else value,
        unit="人" if row.unit in _PEOPLE else row.unit,
        step=scale / 10**decimals,
        scale=scale,
        decimals=decimals > 0,
        exact=_is_exact(row, lead, after),
        lead=lead,
        after=after,
    )


def _is_exact(row: Quantity, lead: str, after: str) -> bool:
    vague = row.masked or row.approximate or row.bound != "=" or row.value_max is not None
    if vague or not isinstance(row.value, int | float):
        return False
    return not (_AFTER.match(after) or _about().search(lead, max(0, len(lead) - _about_reach())))


@cache
def _about() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(words_of('about'))})" + r"[^，]{0,6}$")


@cache
def _about_reach() -> int:
    """Return from how far before the number a word of doubt can reach it."""
    return 6 + max(map(len, words_of("about")))


def squeezed(text: str) -> str:
    """Return text without blanks."""
    return "".join(text.split())


def addable(figure: Figure) -> bool:
    """Tell whether a figure is an exact count, sum of money or size, which can be a total or a part."""
    return figure.exact and figure.row.kind in _ADDABLE


def same_unit(first: Figure, second: Figure) -> bool:
    """Tell whether two figures can be compared: 名 and 人 are one unit, 元 and 万元 too."""
    return first.unit == second.unit and first.row.kind == second.row.kind


def is_change(figure: Figure) -> bool:
    """Tell whether a figure says by how much something rose or fell, e.g. 29份 in 比上年多29份."""
    lead = figure.lead.removesuffix("了")
    return bool(_COMPARED.search(lead)) or lead.endswith(words_of("change")) or figure.row.note == "decrease"


def is_each(figure: Figure) -> bool:
    """Tell whether a figure holds for one of many, e.g. 每人5元, or is a limit."""
    return any(word in figure.lead for word in words_of("each")) or figure.lead.endswith("各")


def between(text: str, first: int, second: int) -> str:
    """Return what stands between two offsets without blanks, at most 120 characters of it."""
    return squeezed(text[first : min(second, first + 120)])


def without_dates(text: str) -> str:
    """Return text without the digits of dates, so that digits left over are numbers that nobody has read."""
    return _DATE_DIGITS.sub("", text)


def slack(figures: tuple[Figure, ...]) -> float:
    """Return how far the sum of these figures may be off by rounding: half a unit of the last digit of each.

    Whole numbers of one unit are exact: 0.0.
    """
    rounded = any(figure.decimals for figure in figures) or len({figure.scale for figure in figures}) > 1
    return sum(figure.step / 2 for figure in figures) * 1.000001 if rounded else 1e-6


def say(value: float, like: Figure) -> str:
    """Return a computed value in the unit of a figure, e.g. 55000.0 like "5.2万元" -> "5.5万元"."""
    number = f"{value / like.scale:.4f}".rstrip("0").rstrip(".")
    written = _NUMBER.search(like.row.raw)
    unit = like.row.raw[written.end() :].strip() if written else ""
    return number + (unit or like.row.unit)


def quoted(text: str, start: int, end: int) -> str:
    """Return the passage from start to end as a message quotes it, at most 120 characters read."""
    return text[start : min(end, start + 120)]


def subject(figure: Figure) -> str:
    """Return the words that name what a figure counts, without 共, 已, 全年.

    谈话提醒 for 全年谈话提醒12次 and for 12次谈话提醒.
    """
    lead, item = figure.lead, squeezed(figure.row.item or "")
    if item and figure.after.removeprefix("的").startswith(item):
        lead = _FILLED.sub("", lead) + item
    return _OPENING.sub("", _FILLED.sub("", lead))


def common_end(first: str, second: str) -> int:
    """Return how many characters two texts share at their ends, e.g. 2 for 上述会费 and 收取会费."""
    count = 0
    while count < min(len(first), len(second)) and first[-1 - count] == second[-1 - count]:
        count += 1
    return count
