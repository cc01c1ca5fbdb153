"""Remedies: the steps that a report plans or has taken to put its problems right.

A remedy is a sentence, or an item between ； or of 一是…；二是…, of a section that plans or reports rectification; what
follows a label such as 整改措施：; or, inside a problem statement, the clause that says that it was put right.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from pipeline.changing import changer
from pipeline.ledgers import read_ledgers
from pipeline.places import index_sections
from pipeline.records import Document, Finding, Remedy, Section, Span
from pipeline.remedies.facts import deadline_of, owner_of, state_of
from pipeline.remedies.pieces import items_of
from pipeline.remedies.tables import find_in_tables, is_covered, ledger_spans
from pipeline.remedies.words import FoundLabel, find_cue, find_label, has_action, is_step, may_hold_cue
from pipeline.sentences import split_sentences

_numbered = changer(Remedy, "remedy_id")
_REPAIRED_IN = frozenset(("PROBLEM", "CAUSE", "OTHER"))
_FACTS = ("owner", "deadline")
_PLAN_LEAD = re.compile(r"^(?:对此[，,])?(?:下一步|下步|下一阶段|下阶段|接下来|今后)(?:工作中)?[，,：:]?")
_LABEL_OR_LEAD = re.compile("[:：]|下一步|下步|下一阶段|下阶段|接下来|今后")
_GENERAL = re.compile(
    r"^(?:针对|围绕|聚焦|对照)[^，,。；]{0,30}(?:存在|上述|以上|查摆|反馈)[^，,。；]{0,10}(?:问题|不足|短板)"
)
_TURN = re.compile(r"[，,；;。]?(?:但|然而|不过|仍|尚)")
_ITEM_START = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,3}(?:是|[、.．)）])|[①-⑳]")
_NUMBERING = re.compile(r"^[一二三四五六七八九十]{1,2}是")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class _Body:
    """A stretch of body text.

    opens: it stands between a heading and its first subheading, where lead-ins stand. cells: the places of the cells of
    ledgers, which are read apart.
    """

    span: Span
    opens: bool
    cells: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of body text and what the labels before it make of it: None where no label governs it."""

    span: Span
    text: str
    mode: str | None


def find(document: Document, sections: tuple[Section, ...], findings: tuple[Finding, ...]) -> tuple[Remedy, ...]:
    """Return the remedies of a report in text order, not yet linked to findings.

    Example: "三、下一步措施\\n修订采购办法，2024年6月底前完成。" -> one remedy, state "planned", deadline "2024-06-30".
    Headings, lead-ins (重点抓好三项工作：), tallies (25个问题已完成整改19个) and slogans are left out.
    Limits: a step without a verb of doing is missed; table columns count where their head names 措施 or 整改情况.
    """
    index = index_sections(sections)
    stated = _Stated.of(findings)
    drafts: list[Remedy] = []
    ledgers = read_ledgers(document)
    cells = ledger_spans(ledgers)
    last_child = {row.parent_id: row.start for row in index.sections}
    for section, body in index.bodies(len(document.text)):
        if not _may_hold_steps(document.text, section, body):
            continue
        opens = section is not None and last_child.get(section.section_id, -1) >= body.end
        drafts.extend(_in_body(document, section, _Body(body, opens, cells), stated.near(body)))
    drafts.extend(find_in_tables(document, ledgers, index))
    ordered = _without_overlaps(sorted(drafts, key=lambda row: (row.start, -row.end)))
    return tuple(_numbered(row, f"{document.report_id}-r{n:03d}") for n, row in enumerate(ordered, start=1))


def _may_hold_steps(text: str, section: Section | None, body: Span) -> bool:
    """Tell whether a stretch can hold a remedy: most outside the parts on plans and rectification hold none.

    There it takes a label, 下一步 or one of its like, or a wording for what was put right.
    """
    roles = set(section.roles) if section else set()
    if roles & {"PLAN", "RECTIFY"} or _LABEL_OR_LEAD.search(text, body.start, body.end):
        return True
    if section is not None and not roles & _REPAIRED_IN:
        return False
    return any(may_hold_cue(kind, text, body.start, body.end) for kind in ("repair", "all"))


@dataclass(frozen=True, slots=True)
class _Stated:
    """The places of the problems by where they begin, and how far those up to each reach."""

    spans: tuple[Span, ...]
    starts: tuple[int, ...]
    reaches: tuple[int, ...]

    @staticmethod
    def of(findings: tuple[Finding, ...]) -> _Stated:
        spans = tuple(sorted((Span(row.start, row.end) for row in findings), key=lambda span: span.start))
        reaches = tuple(accumulate((span.end for span in spans), max))
        return _Stated(spans, tuple(span.start for span in spans), reaches)

    def near(self, body: Span) -> tuple[Span, ...]:
        """Return the places that share text with a stretch, perhaps with some before it."""
        return self.spans[bisect_right(self.reaches, body.start) : bisect_left(self.starts, body.end)]


def _without_overlaps(rows: list[Remedy]) -> list[Remedy]:
    kept: list[Remedy] = []
    for row in rows:
        if not kept or row.start >= kept[-1].end:
            kept.append(row)
    return kept


def _in_body(document: Document, section: Section | None, body: _Body, near: Sequence[Span]) -> Iterator[Remedy]:
    """Yield the remedies of one stretch of body text; owners and deadlines on lines of their own go to those before."""
    group: list[Remedy] = []
    closed, early = False, ""
    for piece in _pieces(document.text, body):
        if body.opens and _GENERAL.match(piece.text):
            continue
        if piece.mode in _FACTS:
            group = [_with_facts(row, piece.text) for row in group]
            early += "" if group else piece.text + "；"
            closed = True
            continue
        found = list(_judge(document.text, section, piece, near))
        if found and closed and group:
            yield from group
            group, early = [], ""
        if found:
            group.extend(_with_facts(row, early) for row in found)
            closed = False
    yield from group


def _with_facts(row: Remedy, facts: str) -> Remedy:
    if not facts:
        return row
    owner = row.owner or owner_of(facts)
    return replace(row, owner=owner, deadline=row.deadline or deadline_of(facts, state="done"))


def _pieces(text: str, body: _Body) -> Iterator[_Piece]:
    """Yield sentences and items with the label that governs them; the label itself is not part of the piece."""
    mode: str | None = None
    last = body.span.start
    for sentence in split_sentences(text, start=body.span.start, end=body.span.end, stops="；;"):
        if is_covered(body.cells, sentence.start):
            continue
        for span in items_of(text, sentence):
            words = span.of(text)
            label = find_label(words)
            mode = _mode_after(mode, words, label, new_line=text.find("\n", last, span.start) >= 0)
            last = span.end
            if label is not None and mode not in _FACTS:
                yield _Piece(Span(span.start + label.length, span.end), words[label.length :], mode)
            else:
                yield _Piece(span, words, mode)


def _mode_after(mode: str | None, text: str, label: FoundLabel | None, *, new_line: bool) -> str | None:
    """Return what governs a piece: its own label, or what governed the one before.

    A fact governs one piece only; 问题： and 下一步 govern their paragraph and the numbered lines after it; a label of
    steps governs what follows up to the next label or heading.
    """
    if label is not None:
        return label.kind
    if mode == "step":
        return mode
    if _PLAN_LEAD.match(text):
        return "lead"
    ended = mode in _FACTS or (new_line and not _ITEM_START.match(text))
    return None if ended else mode


def _judge(text: str, section: Section | None, piece: _Piece, stated: Sequence[Span]) -> Iterator[Remedy]:
    if _HAN.search(piece.text) is None or piece.mode in ("problem", "cause"):
        return
    roles = section.roles if section else ()
    is_finding = _is_stated(piece.span, stated)
    if piece.mode == "step" or ("PLAN" in roles or "RECTIFY" in roles) and "PROBLEM" not in roles:
        if not is_finding and _is_remedy(piece):
            yield _remedy(piece.span, piece.text, section)
    elif not is_finding and (piece.mode == "lead" or _marked_step(piece, roles)):
        if _is_remedy(piece):
            yield _remedy(piece.span, piece.text, section)
    elif section is None or set(roles) & _REPAIRED_IN:
        yield from _repairs(text, section, piece)


def _is_stated(piece: Span, stated: Sequence[Span]) -> bool:
    """Tell whether a problem holds at least half of a piece."""
    start, end = piece.start, piece.end
    return any(2 * (min(end, span.end) - max(start, span.start)) >= end - start for span in stated)


def _is_remedy(piece: _Piece) -> bool:
    """Tell whether the piece is a step; after a label a short answer (已完成) is one too."""
    if is_step(piece.text):
        return True
    told = find_cue("done", piece.text) or find_cue("ongoing", piece.text)
    return piece.mode == "step" and told is not None and find_cue("skip", piece.text) is None


def _marked_step(piece: _Piece, roles: tuple[str, ...]) -> bool:
    """Tell whether a sentence of a combined section (存在问题及整改措施) says by itself that it is a step."""
    if "PROBLEM" not in roles or not {"PLAN", "RECTIFY"} & set(roles):
        return False
    marked = any(find_cue(kind, piece.text) for kind in ("planned", "ongoing", "done"))
    return marked or has_action(_NUMBERING.sub("", piece.text)[:4])


def _repairs(text: str, section: Section | None, piece: _Piece) -> Iterator[Remedy]:
    """Yield the part of a problem statement that says that it was put right: "…，目前已全部清退。"."""
    match = find_cue("repair", piece.text) or find_cue("all", piece.text)
    if match is None:
        return
    start = max(piece.text.rfind(mark, 0, match.start() + 1) for mark in "，,；;。") + 1
    turn = _TURN.search(piece.text, match.end())
    end = len(piece.text) if turn is None else turn.start()
    span = Span(piece.span.start + start, piece.span.start + end)
    yield _remedy(span, span.of(text), section)


def _remedy(span: Span, text: str, section: Section | None) -> Remedy:
    state = state_of(text, section.roles if section else ())
    return Remedy(
        remedy_id="",
        start=span.start,
        end=span.end,
        text=text,
        state=state,
        section_path=section.path if section else "",
        owner=owner_of(text),
        deadline=deadline_of(text, state=state),
    )
