"""The text nodes of a .docx, each with the reason why it is not shown, if any.

This walks the XML anew, part by part and node by node, and shares nothing with the reader but how the zip is opened and
parsed: a mistake in what the reader makes of it must not hide itself here. Rules: ECMA-376 part 1, 17.3, 17.7.3 (toggle
properties), 17.13.5 (tracked changes), 17.16 (fields); part 3, 7 (alternate content).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipeline.audit.docx_hidden import HiddenStyles, says_vanish, vanish
from pipeline.audit.records import WILDCARD, Piece, Reason, SourceParagraph
from pipeline.reading.docx_package import Package

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MICROSOFT = ("http://schemas.microsoft.com/office/word/", "http://schemas.microsoft.com/office/drawing/")
_ROOTS: dict[str, Reason] = {
    "hdr": "header",
    "ftr": "footer",
    "comments": "comment",
    "chartSpace": "graphic",
    "dataModel": "graphic",
}
_NOTES = {"footnotes": "footnoteReference", "endnotes": "endnoteReference"}
_INNER: dict[str, Reason] = {
    "del": "deleted",
    "moveFrom": "deleted",
    "delText": "deleted",
    "instrText": "field-code",
    "delInstrText": "field-code",
    "rt": "reading",
}
_TEXTS = ("t", "delText", "instrText", "delInstrText")
_PAGES = ("PAGE", "NUMPAGES", "SECTIONPAGES")
_SCOPES = (*_INNER, "p", "r", "tr", "tc", "fldSimple", "txbxContent", "Choice", "Fallback")
# All elements that say anything here, in any namespace (drawings have paragraphs and text of their own).
_TAGS = tuple(
    "{*}" + name for name in dict.fromkeys((*_SCOPES, *_TEXTS, "fldChar", "noBreakHyphen", "sym", "symEx", "textpath"))
)
_RUN = _W + "r"
_PPR, _PSTYLE, _RPR, _RSTYLE, _VAL = (_W + name for name in ("pPr", "pStyle", "rPr", "rStyle", "val"))
# What a flat paragraph has: runs, and what those may hold.
_FLAT = {_W + name: name for name in ("r", "t", "fldChar", "instrText", "noBreakHyphen", "sym")}
_PRIVATE = re.compile("[\uf020-\uf0ff]")


@dataclass(slots=True)
class _Story:
    """The fields that are open in a story: None once the result has begun, before that the code so far."""

    codes: list[str | None] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def hidden(self) -> bool:
        return any(code is not None for code in self.codes)

    def shows_page(self) -> bool:
        return any(name in _PAGES for name in self.names)

    def draws(self) -> bool:
        """Say whether the innermost field is an equation, which has a code and no result."""
        return bool(self.codes) and (self.codes[-1] or "").split()[:1] in (["eq"], ["EQ"])

    def mark(self, kind: str | None) -> None:
        if kind == "begin":
            self.codes.append("")
            self.names.append("")
        elif self.codes and kind == "separate" and self.codes[-1] is not None:
            self.names[-1] = (self.codes[-1].split() or [""])[0].upper()
            self.codes[-1] = None
        elif self.codes and kind == "end":
            self.codes.pop()
            self.names.pop()

    def instruct(self, text: str) -> None:
        if self.codes and self.codes[-1] is not None:
            self.codes[-1] += text


def source_of_docx(package: Package) -> Iterator[SourceParagraph]:
    """Yield every paragraph of every part that holds text: body, notes, headers, footers, comments, graphics.

    Raises DamagedFileError where the main part is broken; another broken part has no text (the reader warns).
    """
    main = package.main_part()
    hidden = HiddenStyles(package.part("styles"))
    yield from _PartReader(main, package.main, hidden).paragraphs()
    for name, root in package.roots_named((*_NOTES, *_ROOTS)):
        kind = etree.QName(root).localname
        if kind in _NOTES:
            shown = {node.get(f"{_W}id") for node in main.iter(f"{_W}{_NOTES[kind]}")}
            yield from _notes(root, name, hidden, shown)
        else:
            yield from _PartReader(root, name, hidden, reason=_ROOTS[kind]).paragraphs()


def _notes(root: etree._Element, name: str, hidden: HiddenStyles, shown: set[str | None]) -> Iterator[SourceParagraph]:
    """Yield the notes of a part; separators have no text, and a note that nothing refers to is not shown."""
    for note in root.iterchildren(f"{_W}footnote", f"{_W}endnote"):
        is_shown = note.get(f"{_W}id") in shown and note.get(f"{_W}type") in (None, "normal")
        yield from _PartReader(note, name, hidden, reason=None if is_shown else "unreferenced").paragraphs()


class _PartReader:
    """Walks one part by start and end events, so that depth costs no recursion.

    Most paragraphs are flat: runs and what they hold, nothing around or between. Those are read in one go.
    """

    def __init__(self, root: etree._Element, name: str, hidden: HiddenStyles, *, reason: Reason | None = None) -> None:
        self._root = root
        self._name = name
        self._hidden = hidden
        self._whole = reason
        self._reasons: list[tuple[etree._Element, Reason]] = []
        self._stories: list[_Story] = [_Story()]
        self._open: list[list[Piece]] = []
        self._styles: list[str | None] = []
        self._may_hide = hidden.any or says_vanish(root)
        kinds = [node.get(f"{_W}fldCharType") for node in root.iter(f"{_W}fldChar")]
        self._balanced = kinds.count("begin") == kinds.count("end")

    def paragraphs(self) -> Iterator[SourceParagraph]:
        """Yield the paragraphs in the order in which they end; text outside any paragraph is one of its own."""
        count = 0
        self._open.append([])
        walk = etree.iterwalk(self._root, events=("start", "end"), tag=_TAGS)
        for event, node in walk:
            name = node.tag.rpartition("}")[2]
            if event == "start":
                self._start(node, name)
                if name == "p" and self._read_flat(node):
                    walk.skip_subtree()
            elif name == "p":
                count += 1
                self._styles.pop()
                yield SourceParagraph(tuple(self._open.pop()), f"{self._name} 第{count}段")
                if not self._balanced:
                    self._stories[-1] = _Story()
            else:
                self._end(node, name)
        yield SourceParagraph(tuple(self._open.pop()), self._name)

    def _read_flat(self, paragraph: etree._Element) -> bool:
        """Read what a flat paragraph holds; say whether it is one, otherwise nothing was read."""
        nodes = list(paragraph.iter(*_TAGS))
        if not _is_flat(nodes):
            return False
        run = paragraph
        for node in nodes[1:]:
            name = _FLAT[node.tag]
            if name == "r":
                self._end(run, name)
                run = node
                self._start(node, name)
            else:
                self._start(node, name)
                self._end(node, name)
        self._end(run, "r")
        return True

    def _start(self, node: etree._Element, name: str) -> None:
        if name == "t":
            self._put(_without_symbols(node.text or ""))
            return
        reason = self._reason_from(node, name)
        if reason is not None:
            self._reasons.append((node, reason))
        if name == "p":
            self._open.append([])
            self._styles.append(_style(node) if self._hidden.any else None)
        elif name == "txbxContent":
            if self._stories[-1].hidden():
                self._reasons.append((node, "field-code"))
            self._stories.append(_Story())
        elif name == "fldChar":
            self._field(node)
        elif name == "instrText":
            self._stories[-1].instruct(node.text or "")
        self._text(node, name)

    def _field(self, node: etree._Element) -> None:
        """Follow the fields; what an EQ field or a form field draws is no text node, so its form is the reader's."""
        kind, story = node.get(f"{_W}fldCharType"), self._stories[-1]
        if any(node.find(f"{_W}ffData/{_W}{name}") is not None for name in ("checkBox", "ddList")):
            self._put(WILDCARD)
        drawn = kind == "end" and story.draws()
        story.mark(kind)
        if drawn:
            self._put(WILDCARD)

    def _end(self, node: etree._Element, name: str) -> None:
        if name == "txbxContent":
            self._stories.pop()
        while self._reasons and self._reasons[-1][0] is node:
            self._reasons.pop()

    def _text(self, node: etree._Element, name: str) -> None:
        if name in _TEXTS:
            self._put(_without_symbols(node.text or ""))
        elif name == "noBreakHyphen":
            self._put("-")
        elif name in ("sym", "symEx"):
            self._put(WILDCARD)
        elif name == "textpath":
            # Word art stands for itself, as a text box does.
            art, self._open[-1] = self._open[-1], []
            self._put(node.get("string") or "")
            self._open[-1] = art + self._open[-1]

    def _put(self, text: str) -> None:
        if text:
            self._open[-1].append(Piece(text, self._reason()))

    def _reason(self) -> Reason | None:
        story = self._stories[-1]
        if self._reasons:
            return self._reasons[0][1]
        if story.hidden():
            return "field-code"
        if self._whole in ("header", "footer") and story.shows_page():
            return "page-number"
        return self._whole

    def _reason_from(self, node: etree._Element, name: str) -> Reason | None:
        """Return why what stands in this element is not shown, None where the element says nothing."""
        if name in _INNER:
            return _INNER[name]
        if name == "r":
            return "hidden" if self._may_hide and self._is_hidden(node) else None
        if name == "tr":
            return "deleted" if node.find(f"{_W}trPr/{_W}del") is not None else None
        if name == "tc":
            return _cell_reason(node)
        if name == "fldSimple" and self._whole in ("header", "footer"):
            code = (node.get(f"{_W}instr") or "").split()
            return "page-number" if code and code[0].upper() in _PAGES else None
        if name in ("Choice", "Fallback"):
            return None if _is_shown_branch(node) else "duplicate"
        return None

    def _is_hidden(self, run: etree._Element) -> bool:
        properties = next(run.iterchildren(_RPR), None)
        own = vanish(properties)
        if own is not None or not self._hidden.any:
            return bool(own)
        if self._hidden.default:
            return True
        named = None if properties is None else next(properties.iterchildren(_RSTYLE), None)
        character = None if named is None else named.get(_VAL)
        paragraph = self._styles[-1] if self._styles else None
        if character not in self._hidden:
            character = self._hidden.character_default
        if paragraph not in self._hidden:
            paragraph = self._hidden.paragraph_default
        return self._hidden.hides(character) != self._hidden.hides(paragraph)


def _without_symbols(text: str) -> str:
    return _PRIVATE.sub(WILDCARD, text)


def _style(paragraph: etree._Element) -> str | None:
    styles = (style for said in paragraph.iterchildren(_PPR) for style in said.iterchildren(_PSTYLE))
    style = next(styles, None)
    return None if style is None else style.get(_VAL)


def _is_flat(nodes: list[etree._Element]) -> bool:
    """Say whether a paragraph, the first of all that says anything in it, has runs in it and all else in those runs."""
    paragraph = run = nodes[0]
    for node in nodes[1:]:
        tag, parent = node.tag, node.getparent()
        if tag not in _FLAT or parent is not (paragraph if tag == _RUN else run):
            return False
        run = node if tag == _RUN else run
    return True


def _cell_reason(cell: etree._Element) -> Reason | None:
    properties = cell.find(f"{_W}tcPr")
    if properties is None:
        return None
    if properties.find(f"{_W}cellDel") is not None:
        return "deleted"
    for name, cell_or_row in (("vMerge", cell.getparent()), ("hMerge", cell)):
        merge = properties.find(f"{_W}{name}")
        continues = merge is not None and merge.get(f"{_W}val") in (None, "continue")
        # The first row, or cell, has nothing that could cover it.
        if continues and cell_or_row is not None and _has_one_before(cell_or_row):
            return "covered"
    return None


def _has_one_before(node: etree._Element) -> bool:
    return next(node.itersiblings(str(node.tag), preceding=True), None) is not None


def _is_shown_branch(branch: etree._Element) -> bool:
    """Say whether a branch of mc:AlternateContent is the one that Word shows: the first that it understands."""
    parent = branch.getparent()
    if parent is None or parent.tag != f"{_MC}AlternateContent":
        return True
    shown = next((node for node in parent.iterchildren(f"{_MC}Choice") if _is_understood(node)), None)
    return branch is (parent.find(f"{_MC}Fallback") if shown is None else shown)


def _is_understood(choice: etree._Element) -> bool:
    spaces = [choice.nsmap.get(prefix, "") for prefix in (choice.get("Requires") or "").split()]
    return bool(spaces) and all((space or "").startswith(_MICROSOFT) for space in spaces)
