"""The statements that are judged, each with what its place in the report says about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

from pipeline.cues import find_cues, lead_in, signal
from pipeline.records import Document, Outline, Role, Section, Span
from pipeline.sentences import split_sentences
from pipeline.squeeze import View, squeeze

_ITEM = re.compile(
    r"(?:^|(?<=[，；：。]))(?:[一二三四五六七八九十]{1,2}是(?!否)|第[一二三四五六七八九十][，、是]|其[一二三四五六][，、是])"
)
_SOME = re.compile(r"(?:^|(?<=[，；：。]))有的(?!放矢)")
_CIRCLED = re.compile(r"[①-⑳]|[（(][1-9][）)]")
# What divides a sentence, each after a sign without which it need not be looked for.
_DIVIDERS = ((re.compile("[是第其]"), _ITEM), (re.compile("有的"), _SOME), (re.compile("[①-⑳（(]"), _CIRCLED))
_COLON_TAIL = re.compile(r"[：:]$")


@dataclass(frozen=True, slots=True)
class Unit:
    """A statement in its place.

    roles: of its section, or of the label that it stands under. passage: it stands in a passage of problems that a
    sentence announced. mode: what an earlier statement of its paragraph set it to (cause, plan), None otherwise.
    following: the next statement of its paragraph, "" where it is the last.
    """

    start: int
    end: int
    view: View
    roles: tuple[Role, ...]
    section: Section | None
    passage: bool = False
    mode: str | None = None
    in_cell: bool = False
    following: str = ""


def split_units(document: Document, outline: Outline, *, skip: frozenset[int] = frozenset()) -> Iterator[Unit]:
    """Yield the statements of a report in order: sentences, further divided at ；, 一是…二是…, and 有的…有的….

    Headings are not among them. A sentence that only announces (主要表现在以下方面：) is one of its own.
    skip: where the blocks begin that are no running text (cells of ledgers and of figures).
    """
    follows = _Following()
    for span, section, in_cell in _stretches(document, outline.sections, skip):
        label, body = label_of(document, span)
        follows.enter(section, label, alone=body.start >= body.end)
        views = list(pieces(document.text, body))
        nexts = [view.text for _, view in views[1:]]
        for (piece, view), following in zip(views, [*nexts, ""], strict=False):
            yield follows.place(piece, view, in_cell, following)
        follows.leave(document, span)


def _stretches(
    document: Document, sections: Sequence[Section], skip: frozenset[int]
) -> Iterator[tuple[Span, Section | None, bool]]:
    """Yield the body text block by block, each with its innermost section; what a heading covers is left out."""
    position = 0
    current: Section | None = None
    for block in document.blocks[: _signed_from(document)]:
        if block.start in skip:
            continue
        start = block.start
        while position < len(sections) and sections[position].start < block.end:
            section = sections[position]
            if start < section.start:
                yield Span(start, section.start), current, block.kind == "cell"
            current, start = section, _after_heading(document.text, section.heading_end, block.end)
            position += 1
        if start < block.end:
            yield Span(start, block.end), current, block.kind == "cell"


def _signed_from(document: Document) -> int:
    """Return the index of the block where the signature begins: a date at the end and the short lines above it."""
    blocks = document.blocks
    last = len(blocks)
    if not blocks or signal("sign-date").match(_line(document, last - 1)) is None:
        return last
    last -= 1
    while last > 0 and 0 < len(line := _line(document, last - 1)) <= 24 and not re.search(r"[。；，：:;,.]", line):
        last -= 1
    return last


def _line(document: Document, number: int) -> str:
    block = document.blocks[number]
    return document.text[block.start : block.end].strip()


def _after_heading(text: str, place: int, end: int) -> int:
    while place < end and text[place] in "。：:．. \t\u3000；;，,\n":
        place += 1
    return place


def label_of(document: Document, span: Span) -> tuple[Role | None, Span]:
    """Return the role that a label at the start names (整改措施：…), and the stretch after the label."""
    view = squeeze(document.text, span.start, min(span.end, span.start + 24))
    found = lead_in(view.text, "label")
    if found is None:
        return None, span
    return found[0], Span(_after_heading(document.text, view.places[found[1].end() - 1] + 1, span.end), span.end)  # type: ignore[return-value]


def pieces(text: str, span: Span) -> Iterator[tuple[Span, View]]:
    """Yield the statements of a stretch of text, each with its view.

    They are sentences, divided at ；, 一是…二是…, 有的…有的…, ①…② and lead-ins.
    """
    for sentence in split_sentences(text, start=span.start, end=span.end, stops="；;"):
        view = squeeze(text, sentence.start, sentence.end)
        cuts = _cuts(view.text)
        if not cuts:
            yield sentence, view
            continue
        for left, right in pairwise((0, *cuts, len(view.text))):
            if left < right:
                piece = view.span(left, right)
                yield piece, squeeze(text, piece.start, piece.end)


def _cuts(view: str) -> list[int]:
    """Return where a sentence divides: before each of two or more 一是…二是… or 有的…, and after a lead-in's colon."""
    for sign, pattern in _DIVIDERS:
        if not sign.search(view):
            continue
        marks = [match.start() for match in pattern.finditer(view)]
        if len(marks) >= 2 or (len(marks) == 1 and marks[0] > 0 and view[marks[0] - 1] == "："):
            return [mark for mark in marks if mark > 0]
    colon = view.find("：")
    if 0 < colon < len(view) - 4 and lead_in(view[: colon + 1], "opens"):
        return [colon + 1]
    return []


class _Following:
    """What earlier statements say about later ones: passages of problems, labels, causes and plans."""

    def __init__(self) -> None:
        self._section: Section | None = None
        self._label: Role | None = None
        self._standing: Role | None = None
        self._passage = False
        self._mode: str | None = None
        self._open_ended = False
        self._begun = False

    def enter(self, section: Section | None, label: Role | None, *, alone: bool) -> None:
        """Begin a paragraph. A label holds for it, or up to the next label or heading where it stands alone."""
        if section is not self._section:
            self._passage = self._open_ended = False
            self._standing = None
        self._section = section
        if label is not None:
            self._standing = label if alone else None
        self._label = label or self._standing
        self._mode = None
        self._begun = False

    def leave(self, document: Document, span: Span) -> None:
        """End a paragraph: a passage goes on only where the paragraph ended by announcing what comes."""
        tail = squeeze(document.text, max(span.start, span.end - 30), span.end).text
        announced = (
            _COLON_TAIL.search(tail) is not None
            or re.search(r"(?:以下|如下|下列)[^，。；]{0,10}[。]?$", tail) is not None
        )
        self._open_ended = (self._passage and announced) or (self._open_ended and self._passage)
        self._passage = self._passage and self._open_ended

    def place(self, piece: Span, view: View, in_cell: bool, following: str) -> Unit:
        """Return the statement in its place, and take note of what it says about the next ones."""
        if self._passage and lead_in(view.text, "closes"):
            self._passage = self._open_ended = False
        if self._announces(view.text, also_states=True):
            self._passage = True
        if self._roles() == ("OTHER",) and lead_in(view.text, "turns"):
            self._passage = self._open_ended = True
        named = lead_in(view.text, "label")
        if named is not None:
            self._label = cast("Role", named[0])
        unit = Unit(
            piece.start, piece.end, view, self._roles(), self._section, self._passage, self._mode, in_cell, following
        )
        if self._announces(view.text):
            self._passage = True
        self._mode = next_mode(view.text, self._mode, whole=not self._begun or self._mode == "cause")
        self._begun = True
        return unit

    def _announces(self, text: str, *, also_states: bool = False) -> bool:
        """Return whether a statement opens a passage of problems; also_states: and then names one itself."""
        found = lead_in(text, "opens")
        if found is None or {"PLAN", "REQUEST"} & set(self._roles()):
            return False
        rest = text[found[1].end() :]
        return not also_states or any(cue.strength > 1 for cue in find_cues(rest))

    def _roles(self) -> tuple[Role, ...]:
        if self._label is not None:
            return (self._label,)
        return () if self._section is None else self._section.roles


def next_mode(view: str, mode: str | None, *, whole: bool = False) -> str | None:
    """Return the mode for the next statement: an opening that enumerates (究其原因，一是…；) holds for its sentence.

    whole: a paragraph that opens with a cause goes on with causes.
    """
    for name, pattern in (("cause", signal("cause-open")), ("plan", signal("plan-open"))):
        if pattern.search(view):
            mode = name
            break
    lasting = mode == "plan" or (mode == "cause" and whole) or view.endswith(("；", "：", "，"))
    return mode if lasting else None
