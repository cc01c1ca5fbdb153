"""Web pages as Documents: the text of the page without the site around it, headings and tables kept.

What a browser hides is left out, scripts are never run, and nothing that a page refers to is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.errors import DamagedFileError, ReadError, UnsupportedFormatError
from pipeline.reading.docx_blocks import lead_length
from pipeline.reading.docx_inline import Piece
from pipeline.reading.docx_styles import Look
from pipeline.reading.html_lists import ListNumbers
from pipeline.reading.html_main import is_chrome, main_part, walk
from pipeline.reading.html_tables import TableGrid, is_data_table
from pipeline.reading.page_lines import joined_pieces, look_of
from pipeline.reading.plain import decode
from pipeline.records import Block, Document, TablePlace

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MOST_BYTES = 32 << 20
MOST_DEPTH = 800
_LINKS = 0.6
_LONGEST_TITLE = 300
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs"}
_NESTING = re.compile(
    r"<(/?)(?:div|span|table|ul|ol|font|b|i|u|em|strong|section|article|blockquote|center|dl|a|big|small|sub|sup|form)\b",
    re.IGNORECASE,
)
_BLOCKS = frozenset(
    (
        *("p", "div", "section", "article", "main", "header", "footer", "aside", "address", "details", "summary"),
        *(
            "ul",
            "ol",
            "li",
            "dl",
            "dt",
            "dd",
            "blockquote",
            "pre",
            "center",
            "form",
            "fieldset",
            "figure",
            "figcaption",
        ),
        *("table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "br", "body"),
    )
)
_BOLD_TAGS = frozenset({"b", "strong", "th"})
_HEADING = re.compile(r"^h[1-6]$")
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|bolder|[6-9]00)", re.IGNORECASE)
_PLAIN_STYLE = re.compile(r"font-weight\s*:\s*(?:normal|lighter|[1-5]00)", re.IGNORECASE)
_CENTRED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
_FAMILY = re.compile(r"font-family\s*:\s*[\"']?([^;,\"']+)", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BLANKS = re.compile(r"[ \n]+")
_CHINESE = re.compile(r"[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef“”‘’]")
_SITE = re.compile(r"\s*[-_|—–]+\s*[^-_|—–]{2,24}$")


def read_html(data: bytes, file: str, *, report_id: str, most_bytes: int = MOST_BYTES) -> Document:
    """Return the document in the bytes of a web page.

    h1 to h6 give `outline` 0 to 5, tables of data give cells, numbers of lists are rendered. Of a page of a website the
    part with the text is read, its title first; of one that an office program saved, everything.
    Raises ReadError (too large), DamagedFileError (nested too deep) or UnsupportedFormatError (no text at all).
    """
    if len(data) > most_bytes:
        raise ReadError(file, f"网页过大（{len(data) >> 20} MB）", "请拆分后重试，或另存为 .docx")
    return _read(_decoded(data, file), file, report_id, "html")


def read_mht(data: bytes, file: str, *, report_id: str, most_bytes: int = MOST_BYTES) -> Document:
    """Return the document in a page that was saved as a single file (.mht): its first part of text/html."""
    from email import message_from_bytes
    from email.policy import default

    if len(data) > most_bytes:
        raise ReadError(file, f"网页过大（{len(data) >> 20} MB）", "请拆分后重试，或另存为 .docx")
    for part in message_from_bytes(data, policy=default).walk():
        if part.get_content_type() == "text/html":
            body = part.get_payload(decode=True)
            if isinstance(body, bytes):
                return _read(_decoded(body, file, part.get_content_charset()), file, report_id, "mht")
    raise DamagedFileError(file, "单个文件网页中没有正文", "请在浏览器或 Word 中打开，另存为 .docx 后重试")


def _read(source: str, file: str, report_id: str, kind: str) -> Document:
    from selectolax.lexbor import LexborHTMLParser

    _check_depth(source, file)
    tree = LexborHTMLParser(source)
    body = tree.body
    if body is None:
        raise DamagedFileError(file, "网页中没有正文", "请在浏览器中打开检查后另存，或复制到 Word 存为 .docx")
    main = main_part(body, _generator(tree))
    builder = _Builder()
    for node, entering in walk(main):
        builder.take(node, entering)
    builder.end()
    title = "" if main.tag == "body" else _title(tree)
    text, blocks = _assembled(builder.lines, title)
    warnings = () if blocks else ("网页中没有文字",)
    return Document(report_id, file, kind, text, blocks, warnings)


def _decoded(data: bytes, file: str, charset: str | None = None) -> str:
    """Decode by byte order mark, by what the page says of itself if that fits, else by what the bytes look like."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    said = _CHARSET.search(data[:8192])
    name = (said[1].decode("ascii") if said else charset or "").lower()
    found = decode(data)
    try:
        text = data.decode(_SUPERSETS.get(name, name)) if name else ""
    except (UnicodeDecodeError, LookupError):
        text = ""
    if text or found is not None:
        return text or (found.text if found is not None else "")
    raise UnsupportedFormatError(file, "网页的编码无法判断", "请在浏览器中打开，另存为 UTF-8 编码的网页后重试")


def _check_depth(source: str, file: str) -> None:
    """Refuse pages that would take the parser ages: its time grows with the square of the depth."""
    depth = 0
    for match in _NESTING.finditer(source):
        depth = depth - 1 if match[1] else depth + 1
        if depth > MOST_DEPTH:
            raise DamagedFileError(
                file, f"网页嵌套过深（超过 {MOST_DEPTH} 层）", "请复制正文到 Word 中，存为 .docx 后重试"
            )


def _generator(tree: Any) -> str:
    node = tree.css_first('meta[name="generator" i]') or tree.css_first('meta[name="ProgId" i]')
    return "" if node is None else node.attributes.get("content") or ""


def _title(tree: Any) -> str:
    """Return what the page calls its text: the site's own field, the only h1, or the window title without the site."""
    field_ = tree.css_first('meta[name="ArticleTitle" i]')
    if field_ is not None and (field_.attributes.get("content") or "").strip():
        return " ".join(field_.attributes["content"].split())
    heads = [" ".join(node.text().split()) for node in tree.css("h1")]
    if len(heads) == 1 and heads[0]:
        return heads[0]
    node = tree.css_first("title")
    return "" if node is None else _SITE.sub("", " ".join(node.text()[:_LONGEST_TITLE].split()))


@dataclass(slots=True)
class _Line:
    """A paragraph in the making."""

    pieces: list[Piece]
    outline: int | None = None
    number: str | None = None
    centred: bool = False
    table: TablePlace | None = None
    linked: int = 0


@dataclass(slots=True)
class _State:
    """What an open element hands down to what is in it."""

    look: Look = Look()
    outline: int | None = None
    centred: bool = False
    table: TablePlace | None = None
    grid: TableGrid | None = None
    link: bool = False
    kept: bool = False


@dataclass(slots=True)
class _Builder:
    """Collects paragraphs from a walk over the page."""

    lines: list[_Line] = field(default_factory=list)
    _states: list[_State] = field(default_factory=lambda: [_State()])
    _lists: ListNumbers = field(default_factory=ListNumbers)
    _line: _Line | None = None
    _number: str | None = None
    _tables: int = 0

    def take(self, node: LexborNode, entering: bool) -> None:
        """Take one step of the walk."""
        if node.is_text_node:
            self._text(node.text_content or "")
            return
        tag = node.tag or ""
        if tag in _BLOCKS:
            self._break()
        if entering:
            self._enter(node, tag)
        else:
            self._states.pop()
            self._lists.leave(tag)

    def end(self) -> None:
        """Finish the last paragraph."""
        self._break()

    def _enter(self, node: LexborNode, tag: str) -> None:
        state, attributes = self._states[-1], node.attributes
        style = attributes.get("style") or ""
        state = _State(
            _look(state.look, tag, style, attributes),
            int(tag[1]) - 1 if _HEADING.match(tag) else state.outline,
            state.centred or tag == "center" or bool(_CENTRED.search(style)) or attributes.get("align") == "center",
            state.table,
            state.grid,
            state.link or tag == "a",
            state.kept or tag == "pre",
        )
        if tag == "table":
            self._table(node, state)
        elif tag in ("td", "th") and state.grid is not None:
            state.table = state.grid.place(attributes)
        elif tag == "tr" and state.grid is not None:
            state.grid.next_row()
        number = self._lists.enter(tag, attributes, style)
        self._number = number or self._number
        self._states.append(state)

    def _table(self, node: LexborNode, state: _State) -> None:
        """A table of data has places; one that only arranges the page, and one inside a cell, has none."""
        if state.table is None and is_data_table(node):
            state.grid = TableGrid(self._tables)
            self._tables += 1
        else:
            state.grid = None

    def _text(self, text: str) -> None:
        state = self._states[-1]
        text = text if state.kept else _SPACE.sub(lambda blank: "\n" if "\n" in blank[0] else " ", text)
        if state.kept and "\n" in text:
            for part in text.split("\n"):
                self._break()
                self._add(part, state)
        else:
            self._add(text, state)

    def _add(self, text: str, state: _State) -> None:
        if self._line is None:
            text = text.lstrip()
            if not text:
                return
            self._line = _Line([], state.outline, self._number, state.centred, state.table)
            self._number = None
        self._line.pieces.append(Piece(text, state.look))
        self._line.linked += len(text.strip()) if state.link else 0

    def _break(self) -> None:
        if self._line is not None:
            self.lines.append(self._line)
        self._line = None


def _look(look: Look, tag: str, style: str, attributes: Mapping[str, str | None]) -> Look:
    bold = (look.bold or tag in _BOLD_TAGS or bool(_BOLD_STYLE.search(style))) and not _PLAIN_STYLE.search(style)
    family = _FAMILY.search(style)
    font = family[1].strip() if family else (attributes.get("face") if tag == "font" else None)
    if bold == look.bold and (font or look.font) == look.font:
        return look
    return Look(bold, font=font or look.font)


def _assembled(lines: list[_Line], title: str) -> tuple[str, tuple[Block, ...]]:
    texts: list[str] = []
    blocks: list[Block] = []
    place = 0
    shown = [line for line in lines if not _is_chrome(line)]
    if title and not any("".join(_flat(line).split()) == "".join(title.split()) for line in shown[:6]):
        shown.insert(0, _Line([Piece(title, Look())], 0, centred=True))
    for line in shown:
        text, block = _block(line, place)
        if text:
            texts.append(text)
            blocks.append(block)
            place += len(text) + 1
    return "\n".join(texts), tuple(blocks)


def _flat(line: _Line) -> str:
    return "".join(piece.text for piece in _stripped(line.pieces))


def _is_chrome(line: _Line) -> bool:
    """Say whether a line is a button, a path, a foot, or nothing but links; links to what is attached are text."""
    text = _flat(line)
    only_links = line.linked > _LINKS * len(text) and line.table is None and line.outline is None
    only_links = only_links and "。" not in text and not text.startswith("附")
    return only_links or is_chrome(text)


def _block(line: _Line, start: int) -> tuple[str, Block]:
    pieces = joined_pieces(_stripped(line.pieces))
    body = "".join(piece.text for piece in pieces)
    if not body:
        return "", Block(start, start)
    opening = line.number or ""
    lead, look = lead_length(pieces), look_of(pieces)
    block = Block(
        start=start,
        end=start + len(opening) + len(body),
        kind="paragraph" if line.table is None else "cell",
        outline=line.outline,
        number=opening.strip() or None,
        bold=look.bold,
        centred=line.centred,
        font=look.font,
        lead_end=None if lead is None else start + len(opening) + lead,
        table=line.table,
    )
    return opening + body, block


def _stripped(pieces: list[Piece]) -> Iterator[Piece]:
    """Yield the pieces of a line without blanks at its ends, single ones inside, none where Chinese was wrapped."""
    whole = "".join(piece.text for piece in pieces)
    cuts = {match.start(): (match.end(), _blank(whole, match)) for match in _BLANKS.finditer(whole)}
    begin, end = len(whole) - len(whole.lstrip()), len(whole.rstrip())
    place, until = 0, begin
    for piece in pieces:
        shown = []
        for position in range(place, place + len(piece.text)):
            if position < until or position >= end:
                continue
            if position in cuts:
                until, blank = cuts[position]
                shown.append(blank)
            else:
                shown.append(whole[position])
        place += len(piece.text)
        yield Piece("".join(shown), piece.look)


def _blank(whole: str, match: re.Match[str]) -> str:
    """Return what a run of blanks shows: nothing for a line end of the source between Chinese characters."""
    around = whole[match.start() - 1 : match.start()], whole[match.end() : match.end() + 1]
    wrapped = "\n" in match[0] and all(_CHINESE.match(char) for char in around)
    return "" if wrapped else " "
