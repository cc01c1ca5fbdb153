"""Makes small .docx files for tests from a mini-language, so that a test shows only what it is about.

`para("支出{del:3.50}{ins:2.83}万元", lst=(1, 0))` is a paragraph of list 1, level 0. Marks are {name:text}: ins, del,
to and from (moved), b (bold), hide, hei (黑体), kai (楷体), sdt, link, smart, simple (simple field), code (field, its
result after |), box and vml (text boxes), art (word art), ruby (base|reading), math, note and end (ids of notes), sym
(font|hex), and the empty {tab:} {br:} {page:} {cr:} {hyphen:} {soft:}. An unknown mark is an error.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPACES = {
    "w": W,
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "v": "urn:schemas-microsoft-com:vml",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "x": "http://example.org/not-understood",
}
NAMESPACES = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _SPACES.items())
_MARK = re.compile(r"\{(\w+):([^{}]*)\}")
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def run(text: str, properties: str = "") -> str:
    """Return a w:r; properties is the inside of its w:rPr."""
    wrapped = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{wrapped}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


def box(inner: str) -> str:
    """Return a run with a text box as Word writes it: once for Word, once for older readers."""
    content = f"<w:txbxContent>{inner}</w:txbxContent>"
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{content}</wps:txbx></w:drawing>'
        f"</mc:Choice><mc:Fallback>{_pict(content)}</mc:Fallback></mc:AlternateContent></w:r>"
    )


def _pict(content: str) -> str:
    return f"<w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict>"


def field(code: str, result: str | None) -> str:
    """Return a complex field; result None is a field without one."""
    shown = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(result)}'
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{escape(code)}</w:instrText></w:r>'
        f'{shown}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _sym(text: str) -> str:
    font, char = text.split("|")
    return f'<w:r><w:sym w:font="{font}" w:char="{char}"/></w:r>'


def _ruby(text: str) -> str:
    base, reading = text.split("|")
    return f"<w:r><w:ruby><w:rt>{run(reading)}</w:rt><w:rubyBase>{run(base)}</w:rubyBase></w:ruby></w:r>"


def _field(text: str) -> str:
    code, bar, result = text.partition("|")
    return field(code, result if bar else None)


def _single(tag: str) -> Callable[[str], str]:
    return lambda text: f"<w:r><w:{tag}/></w:r>"


_WRITERS: dict[str, Callable[[str], str]] = {
    "ins": lambda text: f'<w:ins w:id="1" w:author="a">{run(text)}</w:ins>',
    "del": lambda text: f'<w:del w:id="1" w:author="a"><w:r><w:delText>{text}</w:delText></w:r></w:del>',
    "to": lambda text: f'<w:moveTo w:id="1" w:author="a">{run(text)}</w:moveTo>',
    "from": lambda text: f'<w:moveFrom w:id="1" w:author="a">{run(text)}</w:moveFrom>',
    "b": lambda text: run(text, "<w:b/>"),
    "hide": lambda text: run(text, "<w:vanish/>"),
    "hei": lambda text: run(text, '<w:rFonts w:eastAsia="黑体"/>'),
    "kai": lambda text: run(text, '<w:rFonts w:eastAsia="楷体_GB2312"/>'),
    "sdt": lambda text: f"<w:sdt><w:sdtPr><w:id/></w:sdtPr><w:sdtContent>{run(text)}</w:sdtContent></w:sdt>",
    "link": lambda text: f"<w:hyperlink>{run(text)}</w:hyperlink>",
    "smart": lambda text: f'<w:smartTag w:element="date"><w:customXml>{run(text)}</w:customXml></w:smartTag>',
    "simple": lambda text: f'<w:fldSimple w:instr="DATE">{run(text)}</w:fldSimple>',
    "math": lambda text: f"<m:oMath><m:r><m:t>{text}</m:t></m:r></m:oMath>",
    "code": _field,
    "box": lambda text: box(para(text)),
    "vml": lambda text: f"<w:r>{_pict(f'<w:txbxContent>{para(text)}</w:txbxContent>')}</w:r>",
    "art": lambda text: f'<w:r><w:pict><v:shape><v:textpath string="{text}"/></v:shape></w:pict></w:r>',
    "ruby": _ruby,
    "note": lambda text: f'<w:r><w:footnoteReference w:id="{text}"/></w:r>',
    "end": lambda text: f'<w:r><w:endnoteReference w:id="{text}"/></w:r>',
    "sym": _sym,
    "tab": _single("tab"),
    "br": _single("br"),
    "cr": _single("cr"),
    "page": lambda text: '<w:r><w:br w:type="page"/><w:lastRenderedPageBreak/></w:r>',
    "hyphen": _single("noBreakHyphen"),
    "soft": _single("softHyphen"),
}


def inline(marked: str) -> str:
    """Return the runs of a marked-up line."""
    runs, place = [], 0
    for match in _MARK.finditer(marked):
        runs += [run(marked[place : match.start()]), _WRITERS[match[1]](match[2])]
        place = match.end()
    rest = marked[place:]
    if "{" in rest or "}" in rest:
        raise ValueError(f"unclosed mark in {marked!r}")
    return "".join([*runs, run(rest)])


def para(marked: str, *, style: str = "", lst: tuple[int, int] | None = None, more: str = "", mark: str = "") -> str:
    """Return a w:p; lst is (list, level), more further paragraph properties, mark the properties of its end."""
    numbers = f'<w:numPr><w:ilvl w:val="{lst[1]}"/><w:numId w:val="{lst[0]}"/></w:numPr>' if lst else ""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    end = f"<w:rPr>{mark}</w:rPr>" if mark else ""
    return f"<w:p><w:pPr>{named}{numbers}{more}{end}</w:pPr>{inline(marked)}</w:p>"


def cell(*contents: str, more: str = "") -> str:
    """Return a w:tc with paragraphs (marked-up lines, or XML that begins with <)."""
    inner = "".join(item if item.startswith("<") else para(item) for item in contents)
    return f"<w:tc><w:tcPr>{more}</w:tcPr>{inner}</w:tc>"


def table(*rows: list[str]) -> str:
    """Return a w:tbl; each row is a list of cells."""
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(cells)}</w:tr>" for cells in rows) + "</w:tbl>"


def level(place: int, style: str, text: str, *, more: str = "", start: int | None = 1) -> str:
    """Return a w:lvl; more is XML that follows (w:suff, w:isLgl, w:lvlRestart, w:pStyle …)."""
    begin = "" if start is None else f'<w:start w:val="{start}"/>'
    return f'<w:lvl w:ilvl="{place}">{begin}<w:numFmt w:val="{style}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def lists(abstracts: dict[int, str], numbers: dict[int, tuple[int, str]] | None = None) -> str:
    """Return a numbering part: levels (or links) by abstract id; (abstract, overrides) by list id, 1:1 by default."""
    used = numbers if numbers is not None else {key: (key, "") for key in abstracts}
    defined = "".join(f'<w:abstractNum w:abstractNumId="{key}">{xml}</w:abstractNum>' for key, xml in abstracts.items())
    given = "".join(
        f'<w:num w:numId="{key}"><w:abstractNumId w:val="{abstract}"/>{xml}</w:num>'
        for key, (abstract, xml) in used.items()
    )
    return f"<w:numbering {NAMESPACES}>{defined}{given}</w:numbering>"


def make_docx(
    *body: str,
    numbering: str = "",
    styles: str = "",
    notes: dict[str, str] | None = None,
    main: str = "word/document.xml",
    extra: dict[str, bytes] | None = None,
) -> bytes:
    """Return the bytes of a .docx; styles is the inside of w:styles, notes the inside of footnotes/endnotes."""
    parts = {main: f"<w:document {NAMESPACES}><w:body>{''.join(body)}<w:sectPr/></w:body></w:document>"}
    folder = main.rpartition("/")[0]
    if numbering:
        parts[f"{folder}/numbering.xml"] = numbering
    if styles:
        parts[f"{folder}/styles.xml"] = f"<w:styles {NAMESPACES}>{styles}</w:styles>"
    for name, inner in (notes or {}).items():
        parts[f"{folder}/{name}.xml"] = f"<w:{name} {NAMESPACES}>{inner}</w:{name}>"
    related = [name for name in parts if name != main]
    parts["[Content_Types].xml"] = _content_types(main, related)
    parts["_rels/.rels"] = _relationships([("officeDocument", main)])
    parts[f"{folder}/_rels/{main.rpartition('/')[2]}.rels"] = _relationships(
        [(Path(name).stem, Path(name).name) for name in related]
    )
    return _zipped({name: text.encode() for name, text in parts.items()} | (extra or {}))


def _content_types(main: str, related: list[str]) -> str:
    overrides = f'<Override PartName="/{main}" ContentType="{_TYPE}.document.main+xml"/>'
    overrides += "".join(
        f'<Override PartName="/{name}" ContentType="{_TYPE}.{Path(name).stem}+xml"/>' for name in related
    )
    default = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    return (
        f'<Types xmlns="{space}">{default}<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relationships(targets: list[tuple[str, str]]) -> str:
    nodes = "".join(
        f'<Relationship Id="rId{place}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for place, (kind, target) in enumerate(targets)
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{nodes}</Relationships>'
    )


def _zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
