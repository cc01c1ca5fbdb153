"""The text nodes of a .docx, each with the reason why it is not shown, if any.

This reads the XML anew, part by part and node by node, and shares nothing with the reader but how the zip is opened:
a mistake there must not hide itself here. Rules: ECMA-376 part 1, 17.3, 17.7.3 (toggle properties), 17.13.5 (tracked
changes), 17.16 (fields); part 3, 7 (alternate content).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

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
_OFF = ("0", "false", "off")


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
    hidden = _HiddenStyles(package.part("styles"))
    shown_notes = {part: {node.get(f"{_W}id") for node in main.iter(f"{_W}{mark}")} for part, mark in _NOTES.items()}
    yield from _PartReader(main, package.main, hidden).paragraphs()
    for name, root in package.other_roots():
        kind = etree.QName(root).localname
        if kind in _NOTES:
            yield from _notes(root, name, hidden, shown_notes[kind])
        elif kind in _ROOTS:
            yield from _PartReader(root, name, hidden, reason=_ROOTS[kind]).paragraphs()


def _notes(root: etree._Element, name: str, hidden: _HiddenStyles, shown: set[str | None]) -> Iterator[SourceParagraph]:
    """Yield the notes of a part; separators have no text, and a note that nothing refers to is not shown."""
    for note in root.iterchildren(f"{_W}footnote", f"{_W}endnote"):
        is_shown = note.get(f"{_W}id") in shown and note.get(f"{_W}type") in (None, "normal")
        yield from _PartReader(note, name, hidden, reason=None if is_shown else "unreferenced").paragraphs()


class _HiddenStyles:
    """Which styles hide their text (w:vanish), bases followed."""

    def __init__(self, root: etree._Element | None) -> None:
        self._own: dict[str, tuple[bool | None, str | None]] = {}
        self.default = False
        self.paragraph_default: str | None = None
        self.character_default: str | None = None
        if root is None:
            return
        self.default = bool(_vanish(root.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr")))
        for node in root.iterchildren(f"{_W}style"):
            self._add(node)

    def _add(self, node: etree._Element) -> None:
        name = node.get(f"{_W}styleId") or ""
        base = node.find(f"{_W}basedOn")
        self._own[name] = (_vanish(node.find(f"{_W}rPr")), None if base is None else base.get(f"{_W}val"))
        if node.get(f"{_W}default") in ("1", "true", "on"):
            if node.get(f"{_W}type") == "paragraph" and self.paragraph_default is None:
                self.paragraph_default = name
            elif node.get(f"{_W}type") == "character" and self.character_default is None:
                self.character_default = name

    def __contains__(self, style: str | None) -> bool:
        return style in self._own

    def hides(self, style: str | None) -> bool:
        seen: set[str] = set()
        while style is not None and style in self._own and style not in seen:
            seen.add(style)
            own, base = self._own[style]
            if own is not None:
                return own
            style = base
        return False


def _vanish(properties: etree._Element | None) -> bool | None:
    if properties is None:
        return None
    found = [node.get(f"{_W}val") not in _OFF for node in properties.iterchildren(f"{_W}vanish")]
    return found[-1] if found else None


class _PartReader:
    """Walks one part by start and end events, so that depth costs no recursion."""

    def __init__(self, root: etree._Element, name: str, hidden: _HiddenStyles, *, reason: Reason | None = None) -> None:
        self._root = root
        self._name = name
        self._hidden = hidden
        self._whole = reason
        self._reasons: list[tuple[etree._Element, Reason]] = []
        self._stories: list[_Story] = [_Story()]
        self._open: list[list[Piece]] = []
        self._styles: list[str | None] = []
        kinds = [node.get(f"{_W}fldCharType") for node in root.iter(f"{_W}fldChar")]
        self._balanced = kinds.count("begin") == kinds.count("end")

    def paragraphs(self) -> Iterator[SourceParagraph]:
        """Yield the paragraphs in the order in which they end; text outside any paragraph is one of its own."""
        count = 0
        self._open.append([])
        for event, node in etree.iterwalk(self._root, events=("start", "end")):
            tag = node.tag
            if not isinstance(tag, str):
                continue
            name = tag.rpartition("}")[2]
            if event == "start":
                self._start(node, name)
            elif name == "p" and len(self._open) > 1:
                count += 1
                self._styles.pop()
                yield SourceParagraph(tuple(self._open.pop()), f"{self._name} 第{count}段")
                if not self._balanced:
                    self._stories[-1] = _Story()
            else:
                self._end(node, name)
        yield SourceParagraph(tuple(self._open.pop()), self._name)

    def _start(self, node: etree._Element, name: str) -> None:
        reason = self._reason_from(node, name)
        if reason is not None:
            self._reasons.append((node, reason))
        if name == "p":
            self._open.append([])
            style = node.find(f"{_W}pPr/{_W}pStyle")
            self._styles.append(None if style is None else style.get(f"{_W}val"))
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
            return "hidden" if self._is_hidden(node) else None
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
        properties = run.find(f"{_W}rPr")
        own = _vanish(properties)
        if own is not None:
            return own
        if self._hidden.default:
            return True
        named = None if properties is None else properties.find(f"{_W}rStyle")
        character = None if named is None else named.get(f"{_W}val")
        paragraph = self._styles[-1] if self._styles else None
        if character not in self._hidden:
            character = self._hidden.character_default
        if paragraph not in self._hidden:
            paragraph = self._hidden.paragraph_default
        return self._hidden.hides(character) != self._hidden.hides(paragraph)


def _without_symbols(text: str) -> str:
    return "".join(WILDCARD if "\uf020" <= char <= "\uf0ff" else char for char in text)


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
