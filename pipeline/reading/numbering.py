"""Word's automatic numbers: what the numbering part defines, and the counters that run through a document.

Rules: ECMA-376 part 1, 17.9. Where Word differs from it or the standard is silent, Word is followed:
lists that share an abstract definition share its counters; a level that has not been used when a deeper one is
counts as used (an item 1.1 before any 1 makes the next one 2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from pipeline.reading.number_formats import format_number
from pipeline.reading.ooxml import W, attribute, child, integer, is_on, value_of

LEVELS = 9
BULLET = "•"
_PLACEHOLDER = re.compile(r"%([1-9])")
_NUMBER_FORMAT, _START, _LEGAL, _TEXT, _RESTART, _SUFFIX, _PARAGRAPH_STYLE = (
    W + name for name in ("numFmt", "start", "isLgl", "lvlText", "lvlRestart", "suff", "pStyle")
)
_SYMBOL_FONTS = ("wingdings", "symbol", "webdings", "zapf dingbats")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list definition (w:lvl).

    text: what Word writes, %1 standing for the counter of the first level, e.g. "（%2）"; a bullet's glyph as read.
    restart: the one-based level whose advance restarts this one, None for any higher level, 0 for never.
    legal: all counters are written in digits. suffix: "tab", "space" or "nothing".
    """

    start: int = 1
    style: str = "decimal"
    pattern: str | None = None
    text: str = ""
    restart: int | None = None
    legal: bool = False
    suffix: str = "tab"
    paragraph_style: str | None = None


@dataclass(frozen=True, slots=True)
class ListDefinition:
    """What a w:num says: whose counters it uses, its nine levels, and where it begins anew."""

    abstract: str
    levels: tuple[Level, ...]
    new_starts: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Label:
    """A number as Word shows it, e.g. Label("（一）", "") or Label("1.1", " "); gap follows it in the text."""

    number: str
    gap: str


@dataclass(frozen=True, slots=True)
class Definitions:
    """All lists of a document by w:numId."""

    lists: Mapping[str, ListDefinition] = field(default_factory=dict)

    def level_of_style(self, list_id: str, style: str) -> int | None:
        """Return the level of a list that names a paragraph style as its own, None where none does."""
        definition = self.lists.get(list_id)
        levels = definition.levels if definition else ()
        return next((place for place, level in enumerate(levels) if level.paragraph_style == style), None)

    def same_counters(self, one: str, other: str) -> bool:
        """Say whether two lists share their counters."""
        lists = (self.lists.get(one), self.lists.get(other))
        return lists[0] is not None and lists[1] is not None and lists[0].abstract == lists[1].abstract


class Counters:
    """The running counters of one story; `advance` is called once for each numbered paragraph, in order."""

    def __init__(self, definitions: Definitions) -> None:
        self._lists = definitions.lists
        self._values: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()

    def advance(self, list_id: str, level: int) -> Label | None:
        """Count one paragraph and return its number, None where the list is not defined (Word shows nothing).

        A label whose number is "" counts without showing anything.
        """
        definition = self._lists.get(list_id)
        if definition is None or not 0 <= level < LEVELS:
            return None
        values = self._values.setdefault(definition.abstract, [None] * LEVELS)
        self._count(list_id, definition, level, values)
        return label(definition.levels, level, values)

    def _count(self, list_id: str, definition: ListDefinition, level: int, values: list[int | None]) -> None:
        first_use = (list_id, level) not in self._begun
        self._begun.add((list_id, level))
        current = values[level]
        if current is None or (first_use and level in definition.new_starts):
            values[level] = _start(definition, level)
        else:
            values[level] = current + 1
        for higher in range(level):
            if values[higher] is None:
                values[higher] = _start(definition, higher)
        for deeper in range(level + 1, LEVELS):
            restart = definition.levels[deeper].restart
            if restart is None or level < restart:
                values[deeper] = None


def _start(definition: ListDefinition, level: int) -> int:
    return definition.new_starts.get(level, definition.levels[level].start)


def label(levels: tuple[Level, ...], level: int, values: list[int | None]) -> Label:
    """Return the number of a level with the counters `values`, e.g. "（%2）" with [1, 3] -> "（三）".

    Its gap is "" where Word puts nothing after the number (w:suff), else " "; `gap_before` says whether it is kept.
    """
    own = levels[level]

    def written(match: re.Match[str]) -> str:
        place = int(match[1]) - 1
        value = values[place]
        if place > level or value is None:
            return ""
        style = "decimal" if own.legal and levels[place].style not in ("none", "bullet") else levels[place].style
        return format_number(value, style, pattern=levels[place].pattern)

    number = own.text if own.style == "bullet" else _PLACEHOLDER.sub(written, own.text)
    return Label(number, "" if own.suffix == "nothing" else " ")


def gap_before(mark: Label, text: str) -> str:
    """Return what stands between a number and its text: " " or "".

    Word shows a tab or a blank after most numbers; in the text it is kept as one blank only where the number ends in
    an ASCII letter or digit ("1.1", "A") or where its last character would join with digits ("1." before "2023年").
    "（一）", "一、" and "①" need none.
    """
    if not mark.gap or not mark.number or not text:
        return ""
    last = mark.number[-1]
    if last.isascii() and last.isalnum():
        return mark.gap
    digits_meet = last in ".-/:" and text[0].isascii() and text[0].isdigit()
    return mark.gap if digits_meet else ""


def read_definitions(
    root: etree._Element | None, list_of_style: Callable[[str], str | None] = lambda style: None
) -> Definitions:
    """Return the lists that a numbering part defines; root is its w:numbering, None where a document has none.

    list_of_style: gives the w:numId of a numbering style, which a definition may point to (w:numStyleLink).
    """
    if root is None:
        return Definitions()
    abstracts = {attribute(node, "abstractNumId") or "": node for node in root.iterchildren(W + "abstractNum")}
    numbers = {attribute(node, "numId") or "": node for node in root.iterchildren(W + "num")}
    return Definitions(_Lists(numbers, lambda node: _definition(node, abstracts, numbers, list_of_style)))


class _Lists(Mapping[str, ListDefinition]):
    """The lists of a numbering part, each read when it is first asked for: of dozens a report uses a few."""

    def __init__(self, nodes: dict[str, etree._Element], read: Callable[[etree._Element], ListDefinition]) -> None:
        self._nodes = nodes
        self._read = read
        self._known: dict[str, ListDefinition] = {}

    def __getitem__(self, list_id: str) -> ListDefinition:
        if list_id not in self._known:
            self._known[list_id] = self._read(self._nodes[list_id])
        return self._known[list_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)


def _definition(
    node: etree._Element,
    abstracts: dict[str, etree._Element],
    numbers: dict[str, etree._Element],
    list_of_style: Callable[[str], str | None],
) -> ListDefinition:
    abstract = _resolved(value_of(child(node, "abstractNumId")) or "", abstracts, numbers, list_of_style)
    levels = [Level()] * LEVELS
    if abstract in abstracts:
        for level in abstracts[abstract].iterchildren(W + "lvl"):
            _put(levels, level)
    starts: dict[int, int] = {}
    for override in node.iterchildren(W + "lvlOverride"):
        for level in override.iterchildren(W + "lvl"):
            _put(levels, level)
        place = integer(attribute(override, "ilvl"))
        start = integer(value_of(child(override, "startOverride")))
        if place is not None and start is not None:
            starts[place] = start
    return ListDefinition(abstract, tuple(levels), starts)


def _resolved(
    abstract: str,
    abstracts: dict[str, etree._Element],
    numbers: dict[str, etree._Element],
    list_of_style: Callable[[str], str | None],
) -> str:
    """Follow w:numStyleLink to the definition that carries the levels; a circle ends where it began."""
    seen: set[str] = set()
    while abstract in abstracts and abstract not in seen:
        seen.add(abstract)
        link = value_of(child(abstracts[abstract], "numStyleLink"))
        if link is None:
            break
        target = next((key for key, node in abstracts.items() if value_of(child(node, "styleLink")) == link), None)
        number = numbers.get(list_of_style(link) or "")
        if target is None and number is not None:
            target = value_of(child(number, "abstractNumId"))
        if target is None:
            break
        abstract = target
    return abstract


def _put(levels: list[Level], node: etree._Element) -> None:
    place = integer(attribute(node, "ilvl"))
    if place is not None and 0 <= place < LEVELS:
        levels[place] = _level(node)


def _level(node: etree._Element) -> Level:
    said: dict[str, etree._Element] = {}
    for item in node.iterchildren():
        said.setdefault(item.tag, item)
    number_format = said.get(_NUMBER_FORMAT)
    if number_format is None:
        # Word wraps a custom one in mc:AlternateContent, with a plain one as fallback.
        number_format = next(node.iter(_NUMBER_FORMAT), None)
    style = value_of(number_format) or "decimal"
    start = integer(value_of(said.get(_START)))
    legal = said.get(_LEGAL)
    text = value_of(said.get(_TEXT)) or ""
    return Level(
        start=0 if start is None else start,
        style=style,
        pattern=attribute(number_format, "format") if number_format is not None else None,
        text=_bullet(node, text) if style == "bullet" else text,
        restart=integer(value_of(said.get(_RESTART))),
        legal=legal is not None and is_on(legal),
        suffix=value_of(said.get(_SUFFIX)) or "tab",
        paragraph_style=value_of(said.get(_PARAGRAPH_STYLE)),
    )


def _bullet(node: etree._Element, text: str) -> str:
    """Return the glyph of a bullet as plain text.

    Glyphs of symbol fonts (private-use characters, or letters in Wingdings) and pictures become "•"; a real
    character such as "—" or "●" stays.
    """
    if child(node, "lvlPicBulletId") is not None:
        return BULLET
    if not text:
        return ""
    fonts = next(node.iter(W + "rFonts"), None)
    names = [(attribute(fonts, key) or "").lower() for key in ("ascii", "hAnsi")] if fonts is not None else []
    symbolic = any(name.startswith(_SYMBOL_FONTS) for name in names)
    private = any("\ue000" <= char <= "\uf8ff" for char in text)
    return BULLET if symbolic or private or text.isascii() and text.isalnum() else text
