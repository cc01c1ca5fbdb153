"""Paragraphs that are nothing but runs of text, read from the bytes: nine in ten, and most of the work saved.

A w:p that holds properties and runs with one w:t each (and marks that show nothing) needs no tree. Such a paragraph is
taken out of the XML, an empty w:p with its number stays in its place, and the rest is parsed as ever. What is written
in any other way is left to the parser: entities, fields, tracked changes, breaks, pictures, properties that hold
something which the standard does not put there; and whole parts with comments, CDATA, another prefix or encoding. So a
paragraph reads the same here and there, which tests and the fuzz target compare.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from pipeline.reading.docx_styles import ParagraphProperties, RunProperties, paragraph_properties, run_properties
from pipeline.reading.ooxml import W_NAMESPACE

PLACE = "zicha-plain"
_DECLARED = f'xmlns:w="{W_NAMESPACE}"'.encode()
_FRAGMENT = _DECLARED + b' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
_MARKER = PLACE.encode()
_OPENS = re.compile(rb"<w:p(?: [^<>]*[^<>/])?>")
_ENDS = b"</w:p>"
_STYLE, _STYLE_ENDS, _LATENT_ENDS = b"<w:style ", b"</w:style>", b"</w:latentStyles>"
_PROPERTIES, _PROPERTIES_END = b"<w:pPr>", b"</w:pPr>"
_RUN = re.compile(
    rb"(<w:r(?: [^<>/]*)?>(?:<w:rPr>((?:<[^<>]*/>)*)</w:rPr>)?(?:<w:lastRenderedPageBreak/>)?"
    rb'<w:t(?: xml:space="preserve")?>([^<]*)</w:t></w:r>'
    rb'|<w:(?:proofErr|bookmarkStart|bookmarkEnd)(?: [\w:]+="[^"<>&]*")*/>)'
)
_ATTRIBUTES = rb'(?: [\w:]+="[^"<>&]*")* ?'
_RUN_NAMES = (
    rb"rFonts|bCs|b|iCs|i|caps|smallCaps|strike|dstrike|outline|shadow|emboss|imprint|noProof|snapToGrid|vanish"
    rb"|webHidden|color|spacing|w|kern|position|szCs|sz|highlight|u|effect|bdr|shd|fitText|vertAlign|rtl|cs|em|lang"
    rb"|eastAsianLayout|specVanish|rStyle"
)
_RUN_PROPERTIES = re.compile(
    rb"(?:<(?:w:(?:" + _RUN_NAMES + rb")|w14:(?:ligatures|numForm|cntxtAlts))(?=[ /])" + _ATTRIBUTES + rb"/>)*"
)
_DECIDING = re.compile(rb"<w:(b|vanish|sz|rStyle|rFonts)(?=[ /])(" + _ATTRIBUTES + rb")/>")
_FONT = re.compile(rb' w:(?:eastAsia|eastAsiaTheme|ascii)="[^"]*"')
_LATIN = re.compile(rb' w:ascii="(?!symbol|wingdings)[^"]*"', re.IGNORECASE)
# What the parser refuses or changes; the line end behind the XML declaration is none of the text.
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n")
_DECLARATION_LENGTH = 64
_HEAD = 8192
# Properties are the same few in most reports, so what they say is remembered from one document to the next.
_SHORT, _REMEMBERED = 2000, 1000
_PARAGRAPH_NAMES = re.compile(
    rb"w14:(?:ligatures|numForm|cntxtAlts)|w:(?:pStyle|jc|outlineLvl|numPr|ilvl|numId|tabs|tab|pBdr|top|left|bottom|right|between|spacing|ind|keepNext"
    rb"|keepLines|pageBreakBefore|widowControl|kinsoku|wordWrap|overflowPunct|topLinePunct|autoSpaceDE|autoSpaceDN"
    rb"|adjustRightInd|snapToGrid|textAlignment|shd|contextualSpacing|suppressLineNumbers|suppressAutoHyphens|bidi"
    rb"|mirrorIndents|rPr|del|ins|moveFrom|moveTo|" + _RUN_NAMES + rb")"
)
_TAGS = re.compile(rb"</?([\w:]+)")
_CELL_NAMES = re.compile(
    rb"w:(?:tcW|gridSpan|vMerge|hMerge|tcBorders|top|left|start|bottom|right|end|insideH|insideV|tl2br|tr2bl|shd|noWrap"
    rb"|tcMar|textDirection|tcFitText|vAlign|hideMark|cnfStyle|cellDel)"
)
_CELL_DECIDING = re.compile(rb"<w:(?:gridSpan|vMerge|hMerge|cellDel)(?=[ />])" + _ATTRIBUTES + rb"/?>")


@dataclass(frozen=True, slots=True)
class PlainParagraph:
    """A paragraph of nothing but text: what its w:pPr says, and its runs: properties (`run_properties_of`) and text."""

    properties: ParagraphProperties
    runs: list[tuple[bytes, str]]


@dataclass(slots=True)
class PlainParagraphs:
    """The paragraphs that were taken out of one part, by the number that stands in their place."""

    paragraphs: list[PlainParagraph] = field(default_factory=list)
    _paragraph_known: dict[bytes, ParagraphProperties | None] = field(default_factory=dict)
    _run_known: dict[bytes, bytes | None] = field(default_factory=dict)
    _keys: dict[bytes, bytes] = field(default_factory=dict)

    def of(self, node: etree._Element) -> PlainParagraph | None:
        """Return the paragraph that a w:p stands for, None for one that holds its content itself."""
        # Where nothing was taken out, a mark would be the writer's own.
        place = node.get(PLACE) if self.paragraphs else None
        return None if place is None else self.paragraphs[int(place)]

    def taken_out(self, xml: bytes) -> bytes:
        """Return the XML with the plain paragraphs replaced by their numbers; the same XML where it is unusual."""
        if not _is_usual(xml) or not _is_clean(xml):
            return xml
        place = 0
        parts: list[bytes] = []
        openings = list(_OPENS.finditer(xml))
        # A plain paragraph holds no other, so its end is sought no further than where the next one begins.
        limits = [opening.start() for opening in openings[1:]] + [len(xml)]
        for opening, limit in zip(openings, limits, strict=False):
            begin = opening.end()
            end = xml.find(_ENDS, begin, limit)
            if end < 0:
                continue
            found = self._plain(xml, begin, end) if xml.find(b"&", begin, end) < 0 else None
            if found is not None:
                parts += (xml[place : opening.start()], b'<w:p %b="%d"/>' % (_MARKER, len(self.paragraphs)))
                self.paragraphs.append(found)
                place = end + len(_ENDS)
        parts.append(xml[place:])
        return _shorter_cells(b"".join(parts))

    def _plain(self, xml: bytes, place: int, end: int) -> PlainParagraph | None:
        said: ParagraphProperties | None = _NOTHING_SAID
        if xml.startswith(_PROPERTIES, place):
            close = xml.find(_PROPERTIES_END, place, end)
            said = self._paragraph_properties(xml[place + len(_PROPERTIES) : close]) if close >= 0 else None
            place = close + len(_PROPERTIES_END)
        if said is None:
            return None
        found = _RUN.findall(xml, place, end)
        # Nothing between the runs, nothing before or behind: together they are as long as the paragraph.
        if sum([len(whole) for whole, _, _ in found]) != end - place:
            return None
        runs = self._runs(found)
        return None if runs is None else PlainParagraph(said, runs)

    def _runs(self, found: list[tuple[bytes, bytes, bytes]]) -> list[tuple[bytes, str]] | None:
        """Return properties and text of runs as they were found, those that look alike joined."""
        known = self._run_known
        runs: list[tuple[bytes, list[bytes]]] = []
        last: bytes | None = None
        for _, inner, text in found:
            key = known[inner] if inner in known else self._run_key(inner)
            if key is None:
                return None
            if key is last:
                runs[-1][1].append(text)
            elif text:
                runs.append((key, [text]))
                last = key
        try:
            return [(key, b"".join(texts).decode()) for key, texts in runs]
        except UnicodeDecodeError:
            return None

    def _paragraph_properties(self, inner: bytes) -> ParagraphProperties | None:
        if inner not in self._paragraph_known:
            read = _known_properties if len(inner) <= _SHORT else _read_properties
            self._paragraph_known[inner] = read(inner)
        return self._paragraph_known[inner]

    def _run_key(self, inner: bytes) -> bytes | None:
        """Return what decides of the properties of a run, the same object for the same; None where not plain."""
        key = _known_key(inner) if len(inner) <= _SHORT else _key_of(inner)
        self._run_known[inner] = None if key is None else self._keys.setdefault(key, key)
        return self._run_known[inner]


_NOTHING_SAID = ParagraphProperties()


@lru_cache(maxsize=_REMEMBERED)
def run_properties_of(key: bytes) -> RunProperties:
    """Return what the w:rPr of a run of a plain paragraph says."""
    return run_properties(etree.fromstring(b"<w:rPr " + _DECLARED + b">" + key + b"</w:rPr>"))


def _read_properties(inner: bytes) -> ParagraphProperties | None:
    if not all(_PARAGRAPH_NAMES.fullmatch(name) for name in _TAGS.findall(inner)):
        return None
    try:
        node = etree.fromstring(b"<w:pPr " + _FRAGMENT + b">" + inner + b"</w:pPr>")
    except etree.XMLSyntaxError:
        return None
    return paragraph_properties(node)


_known_properties = lru_cache(maxsize=_REMEMBERED)(_read_properties)


def _key_of(inner: bytes) -> bytes | None:
    return _deciding(inner) if _RUN_PROPERTIES.fullmatch(inner) else None


_known_key = lru_cache(maxsize=_REMEMBERED)(_key_of)


def _deciding(inner: bytes) -> bytes:
    """Return the properties that decide how a run looks; of a Latin font only that it is no symbol font."""
    kept = []
    for name, attributes in _DECIDING.findall(inner):
        fonts = _LATIN.sub(b' w:ascii="-"', b"".join(_FONT.findall(attributes)))
        kept.append(b"<w:%b%b/>" % (name, fonts if name == b"rFonts" else attributes))
    return b"".join(kept)


def _shorter_cells(xml: bytes) -> bytes:
    """Drop the borders and widths of cells, which are most of the elements of a table."""
    head, *cells = xml.split(b"<w:tcPr>")
    known: dict[bytes, bytes] = {}
    parts = [head]
    for cell in cells:
        inner, end, after = cell.partition(b"</w:tcPr>")
        # No end: the former properties of a tracked change stand inside, and all stays as it is.
        short = known.get(inner) if end else inner
        if short is None:
            short = known[inner] = _shorter_cell(inner)
        parts += (b"<w:tcPr>", short, end, after)
    return b"".join(parts)


def _shorter_cell(inner: bytes) -> bytes:
    if not all(_CELL_NAMES.fullmatch(name) for name in _TAGS.findall(inner)):
        return inner
    return b"".join(item.rstrip(b"/>") + b"/>" for item in _CELL_DECIDING.findall(inner))


def _is_usual(xml: bytes) -> bool:
    """Say whether the XML is written so plainly that searching its bytes finds elements and nothing else."""
    declaration = xml[: _text_begin(xml)]
    return (
        _has_elements_only(xml)
        and _DECLARED in xml[:_HEAD]
        and xml.count(b"xmlns:w=") == 1
        and (b"encoding" not in declaration or b"utf-8" in declaration.lower())
    )


def _text_begin(xml: bytes) -> int:
    return xml.find(b"?>") + 2 if xml.startswith(b"<?") else 0


def _has_elements_only(xml: bytes) -> bool:
    text = _text_begin(xml)
    # "!" and "?" are rare and quickly looked for, "<!" is not.
    no_declarations = b"!" not in xml or b"<!" not in xml
    no_instructions = xml.find(b"?", text) < 0 or xml.find(b"<?", text) < 0
    return no_declarations and no_instructions


def _is_clean(xml: bytes) -> bool:
    """Say whether the text holds no character that the parser refuses or changes, and not our own mark."""
    text = xml[_DECLARATION_LENGTH:]
    return not any(code in text for code in _CONTROLS) and _MARKER not in xml


def slimmed_styles(xml: bytes) -> bytes:
    """Return the XML of a styles part without table styles and the list of styles that Word only knows by name.

    LibreOffice and some versions of WPS write hundreds of kilobytes of them.
    """
    if not _has_elements_only(xml):
        return xml
    slim = _without_table_styles(xml)
    # What was cut out are whole elements, so that the rest says whether their names mean what they should.
    return slim if _is_usual(slim) else xml


def _without_table_styles(xml: bytes) -> bytes:
    """Return the XML without them, found by their places: to split half a megabyte is to copy it twice."""
    kept: list[bytes] = []
    begin = 0
    for start, end in sorted(_cuts(xml)):
        kept.append(xml[begin:start])
        begin = max(begin, end)
    kept.append(xml[begin:])
    return b"".join(kept)


def _cuts(xml: bytes) -> Iterator[tuple[int, int]]:
    """Yield where the latent styles and the table styles begin and end."""
    latent = xml.find(b"<w:latentStyles")
    end = xml.find(_LATENT_ENDS, latent) if latent >= 0 else -1
    if end >= 0:
        yield latent, end + len(_LATENT_ENDS)
    place = xml.find(_STYLE)
    while place >= 0:
        following = xml.find(_STYLE, place + len(_STYLE))
        limit = following if following >= 0 else len(xml)
        if xml.find(b'w:type="table"', place, xml.find(b">", place, limit)) >= 0:
            # From behind, where it nearly always is.
            end = xml.rfind(_STYLE_ENDS, place, limit)
            if end >= 0:
                yield place, end + len(_STYLE_ENDS)
        place = following
