"""Masked numbers that the same report gives elsewhere: 谈话提醒*次 in one part, 谈话提醒12次 in another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.checks.amounts import Figure, Sentence, common_end, is_change, is_each, squeezed, subject, words_of
from pipeline.places import SectionIndex, where
from pipeline.records import Check, Document

_YEAR = re.compile(r"(?:19|20)\d{2}(?=年|[—–-])")
_ENOUGH = 6
_FEWEST = 2
_MOST = 50
_WINDOW = 80


@dataclass(frozen=True, slots=True)
class _Place:
    """A figure, the words that name what it counts, and the times that its sentence names before it."""

    figure: Figure
    words: str
    times: frozenset[str]


def check_leaks(document: Document, index: SectionIndex, sentences: tuple[Sentence, ...]) -> Iterator[Check]:
    """Yield masked numbers whose value another place of the report tells.

    "组织谈话提醒*次" and "全年谈话提醒12次" -> masked_leak on the first, pointing at the second. The unit and the words
    next to the number must be the same; another year, a plan, a change, a standard for one of many is another number.
    """
    if not any(figure.row.masked for sentence in sentences for figure in sentence.figures):
        return
    masked: list[_Place] = []
    known: dict[tuple[str, str], list[_Place]] = {}
    for sentence in sentences:
        for figure in sentence.figures:
            if not (figure.row.masked or _tells(figure)):
                continue
            place = _place(document, sentence, figure)
            if figure.row.masked:
                masked.append(place)
            elif len(place.words) >= _FEWEST:
                known.setdefault((figure.unit, place.words[-_FEWEST:]), []).append(place)
    for place in masked:
        candidates = known.get((place.figure.unit, place.words[-_FEWEST:]), [])[:_MOST]
        found = [row for row in candidates if _is_same(place, row)]
        if found:
            yield _check(document, index, place, found)


def _place(document: Document, sentence: Sentence, figure: Figure) -> _Place:
    before = squeezed(document.text[max(sentence.span.start, figure.start - _WINDOW) : figure.start])
    times = frozenset(_YEAR.findall(before)) | frozenset(word for word in words_of("prior") if word in before)
    return _Place(figure, subject(figure), times)


def _tells(figure: Figure) -> bool:
    row = figure.row
    stated = row.role not in ("plan", "requirement", "structural") and isinstance(row.value, int | float)
    return stated and bool(row.unit) and not is_change(figure) and not is_each(figure)


def _is_same(masked: _Place, known: _Place) -> bool:
    """Tell whether two places speak of one number: the shorter wording is the end of the longer, or much is shared."""
    if not masked.figure.unit or (masked.times and known.times and masked.times != known.times):
        return False
    if "万" in masked.figure.row.raw and (not isinstance(known.figure.row.value, float) or known.figure.value < 1e4):
        return False
    shared = common_end(masked.words, known.words)
    shorter = min(len(masked.words), len(known.words))
    return shared >= _FEWEST and (shared == shorter or shared >= _ENOUGH) and not _is_general(masked.words[-shared:])


def _is_general(words: str) -> bool:
    """Tell whether words name no thing of their own: 开展*次 and 开展12次 may be anything."""
    return bool(
        re.fullmatch(
            "(?:开展|组织|完成|召开|进行|举办|涉及|金额|资金|人员|群众|活动|工作|企业|问题|问题线索|参加|参与)+", words
        )
    )


def _check(document: Document, index: SectionIndex, masked: _Place, found: list[_Place]) -> Check:
    row, other = masked.figure, max(found, key=lambda place: common_end(place.words, masked.words)).figure
    shown = f"{other.lead[-12:]}{other.row.raw}"
    more = f"等{len(found)}处" if len(found) > 1 else ""
    message = (
        f"{where(document, index, row.start)}“{row.lead[-12:]}{row.row.raw}”：数字已掩码，而"
        f"{where(document, index, other.start)}“{shown}”{more}疑似写明同一数字，建议核对掩码是否一致。"
    )
    return Check("masked_leak", "warning", message, row.start, row.end, other.start, other.end)
