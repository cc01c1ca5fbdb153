"""The paragraphs of a .docx in the order in which a reader meets them."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from pipeline.reading.docx_fields import Fields
from pipeline.reading.docx_inline import InlineReader, Line, Piece, chosen_branch
from pipeline.reading.docx_plain import PlainParagraphs
from pipeline.reading.docx_styles import Looks, ParagraphLook, ParagraphProperties, paragraph_properties
from pipeline.reading.docx_tables import grid_cells
from pipeline.reading.ooxml import MC, W, child, children
from pipeline.records import BlockKind, TablePlace

_PARAGRAPH, _TABLE, _CHUNK, _ALTERNATE = W + "p", W + "tbl", W + "altChunk", MC + "AlternateContent"
_SKIPPED = frozenset(W + name for name in ("del", "moveFrom", "sectPr", "sdtPr", "bookmarkStart", "bookmarkEnd"))


@dataclass(slots=True)
class Paragraph:
    """A paragraph as read: what it is, its visible pieces, and where it stands."""

    look: ParagraphLook
    pieces: tuple[Piece, ...]
    kind: BlockKind
    table: TablePlace | None = None


@dataclass(slots=True)
class _Place:
    """What is being walked: the kind of its paragraphs, and the paragraphs whose end a tracked change deleted."""

    kind: BlockKind
    table: TablePlace | None
    held: Line | None = None
    held_look: ParagraphLook | None = None


class Walker:
    """Collects the paragraphs of the body and then of the notes; tables are counted across all of them."""

    def __init__(self, looks: Looks, inline: InlineReader, plain: PlainParagraphs) -> None:
        self.paragraphs: list[Paragraph] = []
        self._looks = looks
        self._inline = inline
        self._plain = plain
        self._tables = 0

    def walk(self, container: etree._Element, kind: BlockKind, table: TablePlace | None = None) -> None:
        """Take every paragraph under a container (body, cell, text box, note); empty ones too, they may count."""
        place = _Place(kind, table)
        self._items(container, place)
        self._flush(place)

    def _items(self, container: etree._Element | None, place: _Place) -> None:
        for node in children(container):
            tag = node.tag
            if tag == _PARAGRAPH:
                self._paragraph(node, place)
            elif tag == _TABLE:
                self._flush(place)
                self._table(node)
            elif tag == _ALTERNATE:
                self._items(chosen_branch(node), place)
            elif tag == _CHUNK:
                self._inline.unread.add("chunk")
            elif isinstance(tag, str) and tag not in _SKIPPED:
                self._items(node, place)

    def _paragraph(self, node: etree._Element, place: _Place) -> None:
        plain = self._plain.of(node)
        own = paragraph_properties(child(node, "pPr")) if plain is None else plain.properties
        line = self._inline.read(node, own.style) if plain is None else self._inline.read_plain(plain)
        held = place.held
        if held is not None:
            line = Line(held.pieces + line.pieces, held.boxes + line.boxes)
        shows = line.pieces or line.boxes
        place.held = None
        if own.mark_deleted:
            place.held, place.held_look = line if shows else None, self._looks.paragraph(own)
        elif shows or not own.mark_hidden:
            self._emit(line, self._looks.paragraph(own), place)

    def _flush(self, place: _Place) -> None:
        """Give out what waits for a next paragraph that does not come (a table, or the end of the container)."""
        if place.held is not None and place.held_look is not None:
            self._emit(place.held, place.held_look, place)
        place.held = None

    def _emit(self, line: Line, look: ParagraphLook, place: _Place) -> None:
        self.paragraphs.append(Paragraph(look, tuple(line.pieces), place.kind, place.table))
        for box in line.boxes:
            self._box(box)

    def _box(self, box: etree._Element | str) -> None:
        if isinstance(box, str):
            look = self._looks.run(None, None)
            pieces = (Piece(box, look),) if box else ()
            self.paragraphs.append(Paragraph(self._looks.paragraph(ParagraphProperties()), pieces, "textbox"))
            return
        outer = self._inline.fields
        self._inline.fields = Fields()
        self.walk(box, "textbox")
        self._inline.fields = outer

    def _table(self, node: etree._Element) -> None:
        table = self._tables
        self._tables += 1
        cells, covered = grid_cells(node)
        for cell in cells:
            self.walk(cell.node, "cell", TablePlace(table, cell.row, cell.column, cell.rows, cell.columns))
        if any(self._has_text(cell) for cell in covered):
            self._inline.unread.add("covered")

    def _has_text(self, cell: etree._Element) -> bool:
        plain = (self._plain.of(node) for node in cell.iter(_PARAGRAPH))
        held = any(text.strip() for paragraph in plain if paragraph is not None for _, text in paragraph.runs)
        return held or any((node.text or "").strip() for node in cell.iter(W + "t"))
