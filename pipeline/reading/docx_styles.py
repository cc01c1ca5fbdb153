"""What paragraphs and runs look like: direct properties over styles over the document's defaults.

Rules: ECMA-376 part 1, 17.7. Limit: what a table style adds to its cells (a bold header row) is not followed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from pipeline.reading.ooxml import VAL, W, attribute, child, children, integer, is_on, value_of
from pipeline.reading.symbols import is_symbol_font

_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])$", re.IGNORECASE)
_BODY_TEXT = 9
_THEME_FONT = ""
_NO_LIST = "0"
_FALLBACK_SIZE = 10.0

_RSTYLE, _BOLD, _VANISH, _FONTS, _SIZE = (W + name for name in ("rStyle", "b", "vanish", "rFonts", "sz"))
_EAST_ASIA, _EAST_ASIA_THEME, _ASCII = W + "eastAsia", W + "eastAsiaTheme", W + "ascii"
_PSTYLE, _OUTLINE, _NUMBERS, _JUSTIFY, _MARK = (W + name for name in ("pStyle", "outlineLvl", "numPr", "jc", "rPr"))
_DELETED = frozenset({W + "del", W + "moveFrom"})
_SIMPLE = frozenset({_RSTYLE, _BOLD, _VANISH, _SIZE})


@dataclass(frozen=True, slots=True)
class Look:
    """How a run looks. font: the East Asian one, None where a theme decides; size in points.

    symbols: the Latin font where it is a symbol font ("Wingdings"), which decides what its characters show.
    """

    bold: bool = False
    hidden: bool = False
    font: str | None = None
    size: float | None = None
    symbols: str | None = None


@dataclass(frozen=True, slots=True)
class RunProperties:
    """What one w:rPr says; None is "nothing said", font "" is "as the theme says"."""

    style: str | None = None
    bold: bool | None = None
    hidden: bool | None = None
    font: str | None = None
    size: float | None = None
    latin: str | None = None


@dataclass(frozen=True, slots=True)
class ParagraphProperties:
    """What one w:pPr says; None is "nothing said". list_id: w:numId ("0" switches off), list_level: w:ilvl.

    mark_deleted: a tracked change deleted (or moved away) the end of the paragraph, mark_hidden: it is hidden.
    """

    style: str | None = None
    outline: int | None = None
    list_id: str | None = None
    list_level: int | None = None
    centred: bool | None = None
    mark_deleted: bool = False
    mark_hidden: bool = False


@dataclass(frozen=True, slots=True)
class ParagraphLook:
    """What a paragraph is after its styles.

    styles: the ids of its style and of what that is based on. list_level: as the paragraph itself says,
    style_level: as a style says. style_list: the list of its style where the paragraph itself names another one.
    """

    style: str | None = None
    outline: int | None = None
    list_id: str | None = None
    list_level: int | None = None
    style_level: int | None = None
    style_list: str | None = None
    styles: tuple[str, ...] = ()
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """A w:style: its name as the user sees it, what it is based on, and what it says itself."""

    style_id: str
    name: str | None
    based_on: str | None
    paragraph: ParagraphProperties
    run: RunProperties


class Styles:
    """The styles of a document; each is read when it is first asked for, since few of many are used."""

    def __init__(self, root: etree._Element | None = None) -> None:
        """Take the styles under a w:styles, none where a document has no styles part."""
        nodes = list(children(root))
        self._nodes = {attribute(node, "styleId") or "": node for node in nodes if node.tag == W + "style"}
        self._read: dict[str, Style] = {}
        self.defaults = NOTHING if root is None else run_properties(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
        self.paragraph_default = self._default("paragraph")
        self.character_default = self._default("character")

    def _default(self, kind: str) -> str | None:
        return next(
            (
                style_id
                for style_id, node in self._nodes.items()
                if attribute(node, "type") == kind and attribute(node, "default") in ("1", "true", "on")
            ),
            None,
        )

    def __contains__(self, style_id: str | None) -> bool:
        return style_id in self._nodes

    def style(self, style_id: str) -> Style:
        """Return the style with this id. Raises KeyError where there is none."""
        if style_id not in self._read:
            self._read[style_id] = _style(style_id, self._nodes[style_id])
        return self._read[style_id]

    def chain(self, style_id: str | None) -> tuple[Style, ...]:
        """Return a style and what it is based on, nearest first; a circle ends where it would repeat."""
        found: dict[str, Style] = {}
        while style_id is not None and style_id in self._nodes and style_id not in found:
            found[style_id] = self.style(style_id)
            style_id = found[style_id].based_on
        return tuple(found.values())

    def list_of(self, style_id: str) -> str | None:
        """Return the list (w:numId) that a numbering style names, None where there is none."""
        return self.style(style_id).paragraph.list_id if style_id in self else None


def _style(style_id: str, node: etree._Element) -> Style:
    return Style(
        style_id,
        value_of(child(node, "name")),
        value_of(child(node, "basedOn")),
        paragraph_properties(child(node, "pPr")),
        run_properties(child(node, "rPr")),
    )


def run_properties(node: etree._Element | None) -> RunProperties:
    """Return what a w:rPr (None where absent) says about the look of a run."""
    style = bold = hidden = font = size = latin = None
    for item in children(node):
        tag = item.tag
        if tag == _FONTS:
            font = _THEME_FONT if item.get(_EAST_ASIA_THEME) else item.get(_EAST_ASIA)
            latin = item.get(_ASCII)
        elif tag == _SIZE:
            half_points = integer(item.get(VAL))
            size = None if half_points is None else half_points / 2
        elif tag == _BOLD:
            bold = is_on(item)
        elif tag == _VANISH:
            hidden = is_on(item)
        elif tag == _RSTYLE:
            style = item.get(VAL)
    return RunProperties(style, bold, hidden, font, size, latin)


NOTHING = RunProperties()


def paragraph_properties(node: etree._Element | None) -> ParagraphProperties:
    """Return what a w:pPr (None where absent) says about a paragraph."""
    style = outline = list_id = list_level = centred = None
    mark_deleted = mark_hidden = False
    for item in children(node):
        tag = item.tag
        if tag == _PSTYLE:
            style = item.get(VAL)
        elif tag == _JUSTIFY:
            centred = item.get(VAL) == "center"
        elif tag == _OUTLINE:
            outline = integer(item.get(VAL))
        elif tag == _NUMBERS:
            list_id = value_of(child(item, "numId"))
            list_level = integer(value_of(child(item, "ilvl")))
        elif tag == _MARK:
            mark_deleted, mark_hidden = _mark(item)
    return ParagraphProperties(style, outline, list_id, list_level, centred, mark_deleted, mark_hidden)


def _mark(properties: etree._Element) -> tuple[bool, bool]:
    """Say of the properties of a paragraph's end whether a tracked change deleted it, and whether it is hidden."""
    deleted = hidden = False
    for item in properties:
        tag = item.tag
        if tag == _VANISH:
            hidden = is_on(item)
        elif tag in _DELETED:
            deleted = True
    return deleted, hidden


class Looks:
    """Answers what paragraphs and runs look like, remembering the answers for one document."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._paragraphs: dict[ParagraphProperties, ParagraphLook] = {}
        self._runs: dict[tuple[object, ...], Look] = {}
        self._alike: dict[Look, Look] = {}
        self._known: dict[str | None, RunProperties] = {}

    def paragraph(self, own: ParagraphProperties) -> ParagraphLook:
        """Return what a paragraph is, its styles followed."""
        look = self._paragraphs.get(own)
        if look is None:
            look = self._paragraphs[own] = self._paragraph(own)
        return look

    def _paragraph(self, own: ParagraphProperties) -> ParagraphLook:
        chain = self._styles.chain(own.style) or self._styles.chain(self._styles.paragraph_default)
        said = (own, *(style.paragraph for style in chain))
        outline = next((item.outline for item in said if item.outline is not None), None)
        if outline is None:
            outline = next((level for style in chain if (level := _heading_level(style.name)) is not None), None)
        style_list = next((style.paragraph.list_id for style in chain if style.paragraph.list_id is not None), None)
        list_id = style_list if own.list_id is None else own.list_id
        return ParagraphLook(
            style=chain[0].name if chain else None,
            outline=outline if outline is not None and 0 <= outline < _BODY_TEXT else None,
            list_id=None if list_id == _NO_LIST else list_id,
            list_level=own.list_level,
            style_level=next((level for style in chain if (level := style.paragraph.list_level) is not None), None),
            style_list=style_list if style_list != list_id and _NO_LIST not in (style_list, list_id) else None,
            styles=tuple(style.style_id for style in chain),
            centred=next((item.centred for item in said if item.centred is not None), False),
        )

    def run(self, properties: etree._Element | None, paragraph_style: str | None) -> Look:
        """Return how a run with this w:rPr looks in a paragraph of the style with this id (None: the default one).

        Runs that look alike get the same object.
        """
        key: list[object] = [paragraph_style]
        if properties is not None:
            for item in properties:
                tag = item.tag
                if tag == _FONTS:
                    key += item.items()
                elif tag in _SIMPLE:
                    key += (tag, item.get(VAL))
        known = tuple(key)
        look = self._runs.get(known)
        if look is None:
            look = self._runs[known] = self.look_of(run_properties(properties), paragraph_style)
        return look

    def look_of(self, own: RunProperties, paragraph_style: str | None) -> Look:
        """Return how a run looks that says this of itself; see `run`."""
        look = self._run(own, paragraph_style)
        return self._alike.setdefault(look, look)

    def _run(self, own: RunProperties, paragraph_style: str | None) -> Look:
        styles = self._styles
        character = self._said_by(own.style if own.style in styles else styles.character_default)
        paragraph = self._said_by(paragraph_style if paragraph_style in styles else styles.paragraph_default)
        layers = (own, character, paragraph, styles.defaults)
        font = next((layer.font for layer in layers if layer.font is not None), None)
        latin = next((layer.latin for layer in layers if layer.latin is not None), None)
        return Look(
            _toggled(own.bold, character.bold, paragraph.bold, styles.defaults.bold),
            _toggled(own.hidden, character.hidden, paragraph.hidden, styles.defaults.hidden),
            font or None,
            next((layer.size for layer in layers if layer.size is not None), _FALLBACK_SIZE),
            latin if is_symbol_font(latin) else None,
        )

    def _said_by(self, style_id: str | None) -> RunProperties:
        """Return what a style and its bases say together, the nearest first."""
        if style_id not in self._known:
            said = [style.run for style in self._styles.chain(style_id)]
            self._known[style_id] = RunProperties(
                None,
                next((item.bold for item in said if item.bold is not None), None),
                next((item.hidden for item in said if item.hidden is not None), None),
                next((item.font for item in said if item.font is not None), None),
                next((item.size for item in said if item.size is not None), None),
                next((item.latin for item in said if item.latin is not None), None),
            )
        return self._known[style_id]


def _toggled(own: bool | None, character: bool | None, paragraph: bool | None, default: bool | None) -> bool:
    """Combine an on/off property: the run itself decides; two styles that both switch it on cancel out (17.7.3)."""
    if own is not None:
        return own
    if default:
        return True
    return bool(character) != bool(paragraph)


def _heading_level(name: str | None) -> int | None:
    """Return 0 for a style called "heading 1" or "标题 1", None for any other name."""
    match = _HEADING.match((name or "").strip())
    return int(match[1]) - 1 if match else None
