"""What a reader sees inside one paragraph: its runs as pieces of text, and the text boxes anchored in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from pipeline.reading.docx_fields import Fields, form_text
from pipeline.reading.docx_plain import PlainParagraph, PlainParagraphs, run_properties_of
from pipeline.reading.docx_styles import Look, Looks
from pipeline.reading.ooxml import MC, M, V, W, attribute, child, children, code_point
from pipeline.reading.symbols import replace_private, symbol

_RUN, _RPR, _TEXT, _FIELD, _CODE = W + "r", W + "rPr", W + "t", W + "fldChar", W + "instrText"
_PARAGRAPH = W + "p"
_SYMBOL, _BREAK, _RUBY, _BOX = W + "sym", W + "br", W + "ruby", W + "txbxContent"
_ALTERNATE, _SDT = MC + "AlternateContent", W + "sdt"
_WORD_ART = V + "textpath"
_EMOJI = "symEx"
_GRAPHIC = "{http://schemas.openxmlformats.org/drawingml/2006/main}graphicData"
_FIXED = {W + "tab": "\t", W + "ptab": "\t", W + "cr": "\n", W + "noBreakHyphen": "-"}
_NOTES = {W + "footnoteReference": "footnotes", W + "endnoteReference": "endnotes"}
_DRAWINGS = frozenset({W + "drawing", W + "pict", W + "object"})
_SKIPPED = frozenset(
    W + name for name in ("pPr", "del", "moveFrom", "bookmarkStart", "bookmarkEnd", "proofErr", "sdtPr", "rt", "rubyPr")
)
_UNDERSTOOD = ("http://schemas.microsoft.com/office/word/", "http://schemas.microsoft.com/office/drawing/")
_MATH = frozenset({M + "oMath", M + "oMathPara"})


class Piece(NamedTuple):
    """Characters that look alike."""

    text: str
    look: Look


@dataclass(slots=True)
class Line:
    """A paragraph's visible pieces, the text boxes anchored in it (or the text of word art)."""

    pieces: list[Piece] = field(default_factory=list)
    boxes: list[etree._Element | str] = field(default_factory=list)


class InlineReader:
    """Reads paragraphs in order; it holds what runs on from one to the next: open fields, notes referred to."""

    def __init__(self, looks: Looks, plain: PlainParagraphs, *, lenient_fields: bool = False) -> None:
        self.fields = Fields()
        self.notes: list[tuple[str, str]] = []
        self.unread: set[str] = set()
        self._looks = looks
        self._plain = plain
        self._plain_looks: dict[tuple[bytes, str | None], Look] = {}
        self._lenient = lenient_fields
        self._line = Line()
        self._texts: list[str] = []
        self._look = Look()
        self._broken = False
        self._style: str | None = None

    def read(self, paragraph: etree._Element, style: str | None) -> Line:
        """Return what a w:p shows; style is the id of its paragraph style."""
        self._line, self._style = Line(), style
        self._items(paragraph)
        return self._ended()

    def read_plain(self, paragraph: PlainParagraph) -> Line:
        """Return what a paragraph shows that is nothing but text."""
        self._line, self._style = Line(), paragraph.properties.style
        self._plain_runs(paragraph)
        return self._ended()

    def _ended(self) -> Line:
        self._end_piece()
        self._broken = False
        if self._lenient and not self.fields.visible:
            self.fields.give_up_codes()
        return self._line

    def _plain_runs(self, paragraph: PlainParagraph) -> None:
        style, looks = self._style, self._plain_looks
        if not self.fields.visible:
            return
        for key, text in paragraph.runs:
            look = looks.get((key, style))
            if look is None:
                look = looks[key, style] = self._looks.look_of(run_properties_of(key), style)
            if look.hidden or look.symbols is not None or self._broken or "\n" in text:
                self._add_text(text, look)
                continue
            if look is not self._look:
                self._end_piece()
                self._look = look
            self._texts.append(text)

    def _items(self, parent: etree._Element | None) -> None:
        for node in children(parent):
            tag = node.tag
            if tag == _RUN:
                self._run(node)
            elif tag in _SKIPPED or not isinstance(tag, str):
                continue
            elif tag == _ALTERNATE:
                self._items(chosen_branch(node))
            elif tag in _MATH:
                self._math(node)
            elif tag in _DRAWINGS:
                self._drawing(node, self._looks.run(None, self._style))
            elif (plain := self._plain.of(node)) is not None:
                self._plain_runs(plain)
            else:
                self._items(node)

    def _run(self, run: etree._Element) -> None:
        first = next(iter(run), None)
        if first is not None:
            properties = first if first.tag == _RPR else None
            self._run_items(run, self._looks.run(properties, self._style))

    def _run_items(self, parent: etree._Element, look: Look) -> None:
        for node in parent:
            tag = node.tag
            if tag == _TEXT:
                self._add_text(node.text or "", look)
            elif tag in _FIXED:
                self._add(_FIXED[tag], look)
            elif tag == _BREAK:
                self._break(node, look)
            elif tag == _FIELD:
                self._field(node, look)
            elif tag == _CODE:
                self.fields.instruct(node.text or "")
            elif tag != _RPR:
                self._rare(node, look)

    def _rare(self, node: etree._Element, look: Look) -> None:
        tag = node.tag
        if tag in _DRAWINGS:
            self._drawing(node, look)
        elif tag == _SYMBOL:
            self._add(symbol(code_point(attribute(node, "char")), attribute(node, "font")), look)
        elif tag == _RUBY:
            self._items(child(node, "rubyBase"))
        elif tag == _ALTERNATE:
            branch = chosen_branch(node)
            if branch is not None:
                self._run_items(branch, look)
        elif tag in _NOTES:
            if self.fields.visible and not look.hidden:
                self.notes.append((_NOTES[tag], attribute(node, "id") or ""))
        elif isinstance(tag, str) and tag.endswith("}" + _EMOJI):
            self._emoji(node, look)

    def _emoji(self, node: etree._Element, look: Look) -> None:
        code = next((str(value) for key, value in node.attrib.items() if str(key).endswith("}char")), None)
        self._add(symbol(code_point(code), None), look)

    def _break(self, node: etree._Element, look: Look) -> None:
        """Take a line break as one; a page or column break only where text stands on both sides of it."""
        if attribute(node, "type") not in ("page", "column"):
            self._add("\n", look)
        elif self._texts or self._line.pieces:
            self._broken = True

    def _add_text(self, text: str, look: Look) -> None:
        if "\n" in text:
            text = text.replace("\n", " ")
        self._add(text if look.symbols is None else replace_private(text, look.symbols), look)

    def _add(self, text: str, look: Look) -> None:
        if not text or not self.fields.visible:
            return
        if look.hidden:
            if not text.isspace():
                self.unread.add("hidden")
            return
        if look is not self._look:
            self._end_piece()
            self._look = look
        if self._broken and not text.isspace():
            self._broken = False
            self._texts.append("\n")
        self._texts.append(text)

    def _end_piece(self) -> None:
        if self._texts:
            self._line.pieces.append(Piece("".join(self._texts), self._look))
            self._texts.clear()

    def _field(self, node: etree._Element, look: Look) -> None:
        kind = attribute(node, "fldCharType")
        if kind == "begin":
            self._add(form_text(node), look)
            self.fields.begin()
        elif kind == "separate":
            self.fields.separate()
        elif kind == "end":
            self._add(self.fields.end(), look)

    def _math(self, node: etree._Element) -> None:
        look = self._looks.run(None, self._style)
        for part in node.iter(M + "t", _TEXT, _PARAGRAPH):
            plain = self._plain.of(part) if part.tag == _PARAGRAPH else None
            if plain is not None:
                self._add("".join(text for _, text in plain.runs), look)
            elif part.tag != _PARAGRAPH:
                self._add(part.text or "", look)

    def _drawing(self, node: etree._Element, look: Look) -> None:
        if not self.fields.visible or look.hidden:
            return
        self.unread.add("object" if node.tag == W + "object" else "picture")
        self._boxes(node)

    def _boxes(self, parent: etree._Element | None) -> None:
        """Collect text boxes once, wherever they are nested in groups and canvases."""
        for node in children(parent):
            tag = node.tag
            if tag == _BOX:
                self._line.boxes.append(node)
            elif tag == _ALTERNATE:
                self._boxes(chosen_branch(node))
            elif tag == _WORD_ART:
                self._line.boxes.append(node.get("string") or "")
            elif isinstance(tag, str):
                if tag == _GRAPHIC and (node.get("uri") or "").rpartition("/")[2] in ("chart", "diagram"):
                    self.unread.add("chart")
                self._boxes(node)


def chosen_branch(alternate: etree._Element) -> etree._Element | None:
    """Return the branch of mc:AlternateContent that Word shows: the first mc:Choice whose needs are all met.

    Understood are the extensions of Word and of its drawings (wps, wpg, w14 …); otherwise it is mc:Fallback.
    ECMA-376 part 3, 7.2 and 7.6.
    """
    for choice in alternate.iterchildren(MC + "Choice"):
        spaces = [choice.nsmap.get(prefix) for prefix in (choice.get("Requires") or "").split()]
        if spaces and all(space is not None and space.startswith(_UNDERSTOOD) for space in spaces):
            return choice
    return alternate.find(MC + "Fallback")
