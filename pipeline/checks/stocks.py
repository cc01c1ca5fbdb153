"""What a unit has, said twice with two numbers: 现有党员56名 and 党员总数58名; a heading's number and its text's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pipeline.checks.amounts import Figure, Sentence, addable, is_change, squeezed, words_of
from pipeline.places import SectionIndex, where
from pipeline.records import Check, Document

_NUMBERED = re.compile(
    r"^(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十\d]{1,3}[、.．])(?=[\u4e00-\u9fff])"
)
_OPENING = re.compile(
    r"^(?:截至目前|目前|截至今年|现阶段|据统计|经统计|统计|到目前为止|对|其|今年|本年|本次|此次|这次|针对|围绕|已经?)+"
)
_TOTAL_OF = r"(?:总数|总量|总人数|人数|总额|总计)?"
_LINK = r"(?:共计|共有|总计|合计|累计|共|有|为|达到|达|是|数为)?"
_YEAR = re.compile(r"(?:19|20)\d{2}(?=年|[—–-])")
_BODY = re.compile(
    r"[\u4e00-\u9fff]{0,8}?(?:支部|总支|公司|大队|中队|支队|机关|馆|队(?!伍)|街道|社区|学院|医院|卫生院|分局|县局|市局|中心|科室|镇|乡|村|所|站|局|校|院|区|县|市|厂)"
)
_ENDED = re.compile(r"[，,、；;。（(和及与中均]|全部|都|$")
_WINDOW = 120
_MOST_VALUES = 2
_HEADING_LIMIT = 30


@dataclass(frozen=True, slots=True)
class _Stock:
    """A number of something that the unit has: whose, what, and the time that the text names for it."""

    owner: str
    what: str
    unit: str
    times: frozenset[str]
    topic: str
    figure: Figure


def check_stocks(document: Document, index: SectionIndex, sentences: tuple[Sentence, ...]) -> Iterator[Check]:
    """Yield a thing of the unit that has two exact numbers, both said to be the whole of it, at the same time.

    "学院现有在职教职工312人" and "全院在职教职工321人" -> value_conflict. Another owner (机关支部), another year, a
    part (其中), a change (新发展) or 约 is no contradiction; three numbers or more are an enumeration of units.
    """
    groups: dict[tuple[str, str, str], list[_Stock]] = {}
    for sentence in sentences:
        for figure in sentence.figures:
            stock = _stock(document, index, sentence, figure)
            if stock is not None:
                groups.setdefault((stock.owner, stock.what, stock.unit), []).append(stock)
    for rows in groups.values():
        if len({row.figure.value for row in rows}) == _MOST_VALUES:
            first = rows[0]
            second = next(row for row in rows if row.figure.value != first.figure.value)
            if first.times == second.times and first.topic == second.topic:
                yield _check(document, index, second.figure, first.figure)


def _check(document: Document, index: SectionIndex, figure: Figure, other: Figure) -> Check:
    message = (
        f"{where(document, index, figure.start)}“{_shown(figure)}”：与{where(document, index, other.start)}的"
        f"“{_shown(other)}”疑似不一致，建议核对口径。"
    )
    return Check("value_conflict", "warning", message, figure.start, figure.end, other.start, other.end)


def _shown(figure: Figure) -> str:
    item = squeezed(figure.row.item or "")
    behind = item if item and figure.after.startswith(item) else ""
    return f"{figure.lead[-12:]}{figure.row.raw}{behind}"


def _stock(document: Document, index: SectionIndex, sentence: Sentence, figure: Figure) -> _Stock | None:
    if not addable(figure) or is_change(figure) or figure.row.role in ("plan", "requirement", "structural"):
        return None
    named = _named(figure)
    if named is None:
        return None
    before = squeezed(document.text[max(sentence.span.start, figure.start - _WINDOW) : figure.start])
    if "其中" in before or re.search("[（(][^）)]*$", before):
        return None
    owner, what = named
    text, start = document.text, figure.start
    paragraph = squeezed(text[max(0, start - _WINDOW) : start].rpartition("\n")[2])
    times = frozenset(_YEAR.findall(paragraph)) | frozenset(word for word in words_of("prior") if word in paragraph)
    return _Stock(owner, what, figure.unit, times, _topic(index, start, paragraph), figure)


def _named(figure: Figure) -> tuple[str, str] | None:
    """Return whose and what a number is the whole of, None where the words do not say so."""
    item = squeezed(figure.row.item or "")
    behind = bool(item) and figure.after.startswith(item)
    rest = figure.after[len(item) :] if behind else ""
    if behind and _ENDED.match(rest):
        named = _whole(re.sub("(?:了|共)$", "", figure.lead) + item, ended=True)
        return named or _whole(figure.lead, ended=False)
    return _whole(figure.lead, ended=bool(_ENDED.match(figure.after)))


def _whole(lead: str, *, ended: bool) -> tuple[str, str] | None:
    """Return owner and thing of words that say that a whole is counted: 学院现有在职教职工 -> "", 在职教职工.

    ended: nothing follows that could make it a part, as 参加 does in 全局干部职工61人参加培训.
    """
    if _stock_word().search(lead) is None:
        return None
    match = _stock_pattern().search(_OPENING.sub("", _NUMBERED.sub("", lead)))
    if match is None or any(word in match["left"] for word in words_of("not_own")):
        return None
    left, counted = match["left"], bool(match["total"])
    if not (ended or counted):
        return None
    if match["tally"]:
        return (left, match["tally"]) if counted else None
    marked = next((word for word in words_of("stock_mark") if left.endswith(word)), None)
    owner = left.removesuffix(marked) if marked else left
    own = _is_own(owner)
    whole = marked or counted or (own and owner)
    return ("" if own else owner, match["kind"] + match["stock"]) if whole else None


@cache
def _stock_word() -> re.Pattern[str]:
    return re.compile("|".join((*words_of("stock"), *words_of("tally"))))


@cache
def _stock_pattern() -> re.Pattern[str]:
    stock, tally = ("|".join(words_of(use)) for use in ("stock", "tally"))
    kinds = "在编|在职|在岗|在册|正式|离退休|退休|专职|兼职|聘用|编外"
    return re.compile(
        rf"^(?P<left>[^\d]{{0,14}}?)(?:(?P<kind>(?:{kinds})?)(?P<stock>{stock})|(?P<tally>{tally}))"
        rf"(?P<total>{_TOTAL_OF}){_LINK}$"
    )


def _is_own(owner: str) -> bool:
    """Tell whether words name the unit that reports: nothing, 我局, 全院, 单位."""
    return not owner or bool(re.fullmatch("[我本全][\u4e00-\u9fff]{1,2}", owner)) or owner in words_of("own")


def _topic(index: SectionIndex, start: int, paragraph: str) -> str:
    """Return the body that the headings or the beginning of the paragraph name: what follows is about that one."""
    titles = [squeezed(row.title) for row in index.ancestry(index.innermost(start))]
    named = [match.group() for title in titles[:2] if (match := _BODY.search(title))]
    opening = re.match(rf"(?:{_BODY.pattern})(?=[：:，,])", _NUMBERED.sub("", paragraph))
    return "|".join([*named, *([opening.group()] if opening else [])])


def check_declared_values(document: Document, index: SectionIndex, sentences: tuple[Sentence, ...]) -> Iterator[Check]:
    """Yield a heading whose number differs from the one that its text begins with: 整改问题28个 over 本次整改问题26个.

    The text must name the same thing in the first sentence under the heading, as a whole (共, 本次, 全部, 总).
    """
    for first, second in zip(sentences, sentences[1:], strict=False):
        if len(first.figures) != 1 or not _is_heading(document, index, first):
            continue
        declared, said = first.figures[0], second.figures[0]
        between = document.text[first.span.end : second.span.start].strip()
        if between or not (addable(declared) and addable(said)) or declared.unit != said.unit:
            continue
        if declared.value != said.value and _same_whole(declared, said):
            yield _check(document, index, said, declared)


def _is_heading(document: Document, index: SectionIndex, sentence: Sentence) -> bool:
    """Tell whether a sentence is a heading: of a section, or a short numbered line of its own."""
    span, section = sentence.span, index.innermost(sentence.span.start)
    if section is not None and span.end <= section.heading_end:
        return True
    alone = (
        document.text[max(0, span.start - 1) : span.start] in ("", "\n")
        and document.text[span.end : span.end + 1] == "\n"
    )
    return alone and span.end - span.start <= _HEADING_LIMIT and bool(_NUMBERED.match(span.of(document.text)))


def _same_whole(declared: Figure, said: Figure) -> bool:
    name = _NUMBERED.sub("", _phrase(declared))
    body = _phrase(said)
    rest = body.removesuffix(name) if len(name) >= 2 and body.endswith(name) else None
    return rest is not None and bool(re.fullmatch("(?:本次|此次|这次|共|全部|总|累计|本轮|对|上述|我局|我校)+", rest))


def _phrase(figure: Figure) -> str:
    item = squeezed(figure.row.item or "")
    return figure.lead + (item if item and figure.after.startswith(item) else "")
