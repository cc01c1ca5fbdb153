"""Makes the corpus of hostile files: each is small on disk and asks for more than a report ever does.

    python tests/hostile_files.py FOLDER

writes them all; the tests make them in a temporary folder. `expect` says what a reader must do with a file: "refuse"
it with an error of its own, or "read" it (the hostile part is harmless, or the file has text all the same).
"""

from __future__ import annotations

import io
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from docx_maker import NAMESPACES, level, lists, make_docx, para, run, table

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Hostile:
    """One hostile file: its name, how to make its bytes, what is expected, and a word of the error or of the text."""

    name: str
    make: Callable[[], bytes]
    expect: str
    word: str
    slow: bool = False


def _body(inner: str | bytes, *, before: bytes = b"") -> bytes:
    content = inner.encode() if isinstance(inner, str) else inner
    main = before + f"<w:document {NAMESPACES}><w:body>".encode() + content + b"</w:body></w:document>"
    return make_docx(extra={"word/document.xml": main})


def zip_bomb() -> bytes:
    """300 MB of blanks in one part, 300 KB packed."""
    return _body(b" " * (300 * MEGABYTE))


def many_bombs() -> bytes:
    """Parts that are each within the limit for one, and together beyond that for all."""
    filler = b"<w:footnotes>" + bytes(range(32, 59)) * 40_000 + b"</w:footnotes>"
    return make_docx(para("甲"), extra={f"word/part{place}.xml": filler for place in range(50)})


def lying_size() -> bytes:
    """A member whose header declares 10 bytes and whose data unpacks to 8 MB."""
    buffer = io.BytesIO(make_docx(para("甲"), extra={"word/styles.xml": b" " * (8 * MEGABYTE)}))
    data = bytearray(buffer.getvalue())
    true_size = struct.pack("<I", 8 * MEGABYTE)
    return bytes(data.replace(true_size, struct.pack("<I", 10)))


def overlapping_members() -> bytes:
    """Two thousand directory entries that all point to the same packed megabytes."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = b" " * MEGABYTE
    data = packed.compress(raw) + packed.flush()
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0, zlib.crc32(raw), len(data), len(raw), 17, 0)
    name = b"word/document.xml"
    body = local + name + data
    entry = struct.pack(
        "<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 0, zlib.crc32(raw), len(data), len(raw), 17, 0, 0, 0, 0, 0, 0
    )
    directory = (entry + name) * 2000
    return body + directory + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 2000, 2000, len(directory), len(body), 0)


def too_many_members() -> bytes:
    """Twenty-five thousand empty members."""
    return make_docx(para("甲"), extra={f"word/media/{place}": b"" for place in range(25_000)})


def path_traversal() -> bytes:
    """Members that point out of the folder; nothing is ever unpacked to disk."""
    outside = {"../../../../tmp/zicha-evil.xml": b"<x/>", "/etc/zicha-evil": b"<x/>", "C:\\zicha-evil.xml": b"<x/>"}
    return make_docx(para("正文仍可读"), extra=outside)


def traversing_target() -> bytes:
    """A main part by way of ../../ in its relationship."""
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="../../../../etc/passwd"/></Relationships>'
    )
    return make_docx(para("正文仍可读"), extra={"_rels/.rels": rels.encode()})


def external_parts() -> bytes:
    """Styles, a picture and a template that are to be fetched from a network address."""
    kinds = ("styles", "image", "attachedTemplate", "footnotes")
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    nodes = "".join(
        f'<Relationship Id="e{place}" Type="{office}/{kind}" Target="http://192.0.2.1/{kind}" TargetMode="External"/>'
        for place, kind in enumerate(kinds)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    rels = f'<Relationships xmlns="{space}">{nodes}</Relationships>'
    return make_docx(para("正文仍可读"), extra={"word/_rels/document.xml.rels": rels.encode()})


def billion_laughs() -> bytes:
    """Entities of entities."""
    steps = "".join(f'<!ENTITY e{place} "{f"&e{place - 1};" * 10}">' for place in range(1, 10))
    return _body("<w:p><w:r><w:t>&e9;</w:t></w:r></w:p>", before=f'<!DOCTYPE x [<!ENTITY e0 "哈">{steps}]>'.encode())


def quadratic_entities() -> bytes:
    """One long entity, used thousands of times."""
    before = f'<!DOCTYPE x [<!ENTITY e "{"长" * 50_000}">]>'.encode()
    return _body(f"<w:p><w:r><w:t>{'&e;' * 20_000}</w:t></w:r></w:p>", before=before)


def external_entity() -> bytes:
    """An entity that is a file of this machine."""
    before = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return _body("<w:p><w:r><w:t>&e;</w:t></w:r></w:p>", before=before)


def doctype_in_utf16() -> bytes:
    """The same in an encoding in which a search of the bytes does not find it."""
    text = (
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY e "甲">]>'
        f"<w:document {NAMESPACES}><w:body>{para('乙')}</w:body></w:document>"
    )
    return make_docx(extra={"word/document.xml": text.encode("utf-16")})


def nested_tables() -> bytes:
    """A hundred thousand tables inside each other."""
    return _body("<w:tbl><w:tr><w:tc>" * 100_000 + para("底") + "</w:tc></w:tr></w:tbl>" * 100_000)


def nested_within_the_limit() -> bytes:
    """As deep as XML may be: eighty tables inside each other."""
    return _body("<w:tbl><w:tr><w:tc>" * 80 + para("底") + "</w:tc></w:tr></w:tbl>" * 80)


def open_paragraphs() -> bytes:
    """Two hundred thousand paragraphs that begin inside each other, and end all at once."""
    return _body("<w:p>" * 200_000 + "</w:p>" * 200_000)


def many_symbols() -> bytes:
    """A paragraph of thousands of boxes to tick."""
    return _body(para("是{sym:Wingdings|F0FE}否{sym:Wingdings|00A8}" * 3_000))


def nested_boxes() -> bytes:
    """Text boxes inside each other, each twice (for Word and for older readers)."""
    inner = para("底")
    for _ in range(12):
        content = f"<w:txbxContent>{inner}</w:txbxContent>"
        inner = (
            '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
            f"<wps:txbx>{content}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict>{content}</w:pict>"
            "</mc:Fallback></mc:AlternateContent></w:r></w:p>"
        )
    return _body(inner)


def cyclic_styles() -> bytes:
    """Styles that are based on each other and on themselves."""
    names = [f"s{place}" for place in range(500)]
    chain = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/><w:basedOn w:val="{base}"/></w:style>'
        for name, base in zip(names, names[1:] + names[:1], strict=True)
    )
    chain += '<w:style w:type="paragraph" w:styleId="self"><w:basedOn w:val="self"/></w:style>'
    return make_docx(para("环", style="s0"), para("自", style="self"), styles=chain)


def cyclic_numbering() -> bytes:
    """Numbering styles that point to each other."""
    numbering = lists({1: '<w:numStyleLink w:val="n2"/>', 2: '<w:styleLink w:val="n2"/><w:numStyleLink w:val="n1"/>'})
    styles = "".join(
        f'<w:style w:type="numbering" w:styleId="n{place}"><w:pPr><w:numPr><w:numId w:val="{place}"/></w:numPr></w:pPr>'
        "</w:style>"
        for place in (1, 2)
    )
    return make_docx(para("环", lst=(1, 0)), numbering=numbering, styles=styles)


def wild_levels() -> bytes:
    """Levels below 0, above 8, no numbers at all, and starts beyond any counter."""
    numbering = lists({1: level(-3, "decimal", "%0%9%1") + level(0, "chineseCounting", "%1、", start=10**18)})
    wild = ("-1", "9", "99999999999999999999", "x", "", "1e308", "NaN", "0x10", "-0")
    body = [
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{value}"/><w:numId w:val="1"/></w:numPr></w:pPr>{run("级")}</w:p>'
        for value in wild
    ]
    return make_docx(*body, numbering=numbering)


def wild_spans() -> bytes:
    """Cells that claim to span a billion columns, or fewer than none."""
    cells = [
        f'<w:tc><w:tcPr><w:gridSpan w:val="{value}"/><w:vMerge/></w:tcPr>{para("格")}</w:tc>'
        for value in ("1000000000", "-5", "1e300", "x")
    ]
    return make_docx(table(cells, cells))


def huge_paragraph() -> bytes:
    """One paragraph of 50 MB in many runs, of sentences that do not pack too well."""
    pieces = "".join(f"<w:r><w:t>第{number}项支出核对无误，</w:t></w:r>" for number in range(750_000))
    return _body(f"<w:p>{pieces}</w:p>")


def huge_text_node() -> bytes:
    """One text node of 12 MB."""
    text = "".join(f"第{number}项支出核对无误，" for number in range(330_000))
    return _body(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")


def many_attributes() -> bytes:
    """An element with a hundred thousand attributes."""
    return _body("<w:p " + " ".join(f'a{place}="1"' for place in range(100_000)) + ">" + run("甲") + "</w:p>")


def open_fields() -> bytes:
    """Fields that begin and never end, thousands of them, inside each other."""
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
    return _body(f"<w:p>{begin * 5_000}{run('域后文字')}</w:p>" + para("末段"))


def equation_bomb() -> bytes:
    """An EQ field of nothing but brackets."""
    code = "eq " + r"\o(" * 20_000
    field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    code_run = f"<w:r><w:instrText>{code}</w:instrText></w:r>"
    return _body(f"<w:p>{run('前')}{field.format('begin')}{code_run}{field.format('end')}{run('后')}</w:p>")


def nul_bytes() -> bytes:
    """NUL in the XML."""
    return _body(b"<w:p><w:r><w:t>\xe7\x94\xb2\x00\xe4\xb9\x99</w:t></w:r></w:p>")


def surrogate_halves() -> bytes:
    """Halves of surrogate pairs as character references and as bytes."""
    return _body(b"<w:p><w:r><w:t>&#xD800;\xed\xa0\x80&#xDFFF;</w:t></w:r></w:p>")


def odd_characters() -> bytes:
    """Characters that are allowed and nobody expects: bidi controls, zero width, noncharacters of other planes."""
    return _body(para("甲\u202e乙\u200b丙\u2066丁\U0001fffe\ufeff戊"))


def wrong_encoding() -> bytes:
    """A part that says it is GB2312 and is not."""
    return make_docx(extra={"word/document.xml": b'<?xml version="1.0" encoding="gb2312"?><a>\xff\xfe\xff</a>'})


def truncated() -> bytes:
    """The first two thirds of a good file."""
    good = make_docx(*(para(f"第{number}段") for number in range(200)))
    return good[: 2 * len(good) // 3]


def nul_text() -> bytes:
    """A text file with NUL bytes."""
    return "发现问题\x00三个".encode()


def surrogate_text() -> bytes:
    """UTF-16 text with a lone half of a pair."""
    return b"\xff\xfe" + "问题".encode("utf-16-le") * 50 + b"\x00\xd8" + "三个".encode("utf-16-le") * 50


def one_line_text() -> bytes:
    """50 MB of text without a line end."""
    return "".join(f"第{number}项支出核对无误，" for number in range(1_300_000)).encode()[: 50 * MEGABYTE]


def blank_lines_text() -> bytes:
    """Five million empty lines."""
    return b"\n" * 5_000_000 + "甲".encode()


CORPUS: tuple[Hostile, ...] = (
    Hostile("zip-bomb.docx", zip_bomb, "refuse", "解压后过大", slow=True),
    Hostile("many-bombs.docx", many_bombs, "read", "甲"),
    Hostile("lying-size.docx", lying_size, "read", "甲"),
    # Newer versions of Python refuse overlapping members themselves; older ones read blanks, which are no XML.
    Hostile("overlapping-members.docx", overlapping_members, "refuse", "XML|word/document.xml 损坏"),
    Hostile("too-many-members.docx", too_many_members, "refuse", "内部文件过多", slow=True),
    Hostile("path-traversal.docx", path_traversal, "read", "正文仍可读"),
    Hostile("traversing-target.docx", traversing_target, "read", "正文仍可读"),
    Hostile("external-parts.docx", external_parts, "read", "正文仍可读"),
    Hostile("billion-laughs.docx", billion_laughs, "refuse", "DTD"),
    Hostile("quadratic-entities.docx", quadratic_entities, "refuse", "DTD"),
    Hostile("external-entity.docx", external_entity, "refuse", "DTD"),
    Hostile("doctype-in-utf16.docx", doctype_in_utf16, "refuse", "DTD"),
    Hostile("nested-tables.docx", nested_tables, "refuse", "层次过深"),
    Hostile("nested-within-the-limit.docx", nested_within_the_limit, "read", "底"),
    Hostile("open-paragraphs.docx", open_paragraphs, "refuse", "层次过深"),
    Hostile("many-symbols.docx", many_symbols, "read", "☑"),
    Hostile("nested-boxes.docx", nested_boxes, "read", "底"),
    Hostile("cyclic-styles.docx", cyclic_styles, "read", "自"),
    Hostile("cyclic-numbering.docx", cyclic_numbering, "read", "环"),
    Hostile("wild-levels.docx", wild_levels, "read", "级"),
    Hostile("wild-spans.docx", wild_spans, "read", "格"),
    Hostile("huge-paragraph.docx", huge_paragraph, "read", "第749999项", slow=True),
    Hostile("huge-text-node.docx", huge_text_node, "read", "第329999项"),
    Hostile("many-attributes.docx", many_attributes, "read", "甲"),
    Hostile("open-fields.docx", open_fields, "read", "末段"),
    Hostile("equation-bomb.docx", equation_bomb, "read", "后"),
    Hostile("nul-bytes.docx", nul_bytes, "refuse", "XML"),
    Hostile("surrogate-halves.docx", surrogate_halves, "refuse", "XML"),
    Hostile("odd-characters.docx", odd_characters, "read", "戊"),
    Hostile("wrong-encoding.docx", wrong_encoding, "refuse", "XML"),
    Hostile("truncated.docx", truncated, "refuse", "损坏"),
    Hostile("nul.txt", nul_text, "refuse", "无法识别"),
    Hostile("surrogate.txt", surrogate_text, "read", "三个"),
    Hostile("one-line.txt", one_line_text, "read", "第1000000项", slow=True),
    Hostile("blank-lines.txt", blank_lines_text, "read", "甲"),
)


def written(folder: Path) -> Iterator[tuple[Hostile, Path]]:
    """Write the corpus into a folder, one file at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    for hostile in CORPUS:
        path = folder / hostile.name
        path.write_bytes(hostile.make())
        yield hostile, path


if __name__ == "__main__":
    for _hostile, _path in written(Path(sys.argv[1] if len(sys.argv) > 1 else "hostile")):
        print(f"{_path}  {_path.stat().st_size:,} bytes  {_hostile.expect}")
