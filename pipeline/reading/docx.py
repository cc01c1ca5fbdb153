"""A .docx as a Document: every visible character once, automatic numbers included, in reading order.

In the text: tracked insertions, results of fields, text boxes (after the paragraph that anchors them), tables (one
block a cell paragraph, merged cells once), footnotes and endnotes (after the body), a line break inside a paragraph
(or a page break between its words) as "\\n". Not in it: deletions, hidden text, comments, headers and footers,
pictures, marks of notes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from lxml import etree

from pipeline.errors import DamagedFileError
from pipeline.limits import LIMITS, Limits
from pipeline.reading.docx_blocks import block_of, count
from pipeline.reading.docx_fields import balanced
from pipeline.reading.docx_inline import InlineReader
from pipeline.reading.docx_package import Package, keep_package, open_package
from pipeline.reading.docx_plain import PlainParagraphs
from pipeline.reading.docx_styles import Looks, Styles
from pipeline.reading.docx_walk import Paragraph, Walker
from pipeline.reading.numbering import Counters, Definitions, read_definitions
from pipeline.reading.ooxml import W, attribute, child
from pipeline.records import Block, BlockKind, Document

PartT = TypeVar("PartT")

_NOTE_KINDS: tuple[tuple[str, str, BlockKind], ...] = (
    ("footnotes", "footnote", "footnote"),
    ("endnotes", "endnote", "endnote"),
)
_UNREAD = {
    "hidden": "文中有隐藏文字，未读入",
    "object": "文中有嵌入对象（如 Excel 表格），其中的文字未读入",
    "chart": "文中有图表或 SmartArt 图形，其中的文字未读入",
    "chunk": "文中嵌入了其他文档（altChunk），其内容未读入；请在 Word 中打开并重新保存后再试",
    "covered": "表格中被合并单元格遮盖的文字未读入",
}
_BROKEN_FIELDS = "文中的域代码不完整，相关段落请核对"


def read_docx(data: bytes, file: str, *, report_id: str, limits: Limits = LIMITS) -> Document:
    """Return the document in the bytes of a .docx, .docm or .dotx; file is stored and named in messages.

    Example: a paragraph "抓实责任" on the second level of a list -> a block "（一）抓实责任" with number "（一）".
    Raises DamagedFileError where zip, relationships or main part are broken; where only styles, numbering or notes
    are, the document is read without them and a warning says so.
    """
    package = open_package(data, file, limits=limits)
    plain = PlainParagraphs()
    root = package.main_part(plain)
    body = child(root, "body")
    if body is None:
        raise DamagedFileError(file, "文档中没有正文（w:body）", "请用 Word、WPS 打开检查后另存为 .docx 再试")
    warnings: list[str] = []
    styles = _part(package, "styles", Styles, Styles(), "样式未读出（styles.xml 损坏）", warnings)
    definitions = _part(
        package,
        "numbering",
        lambda node: read_definitions(node, styles.list_of),
        Definitions(),
        "自动编号未读出（numbering.xml 损坏），序号可能缺失",
        warnings,
    )
    paragraphs, unread = _walk(package, body, styles, plain, balanced(root), warnings)
    keep_package(data, package)
    text, blocks = _assemble(paragraphs, definitions)
    warnings += [message for key, message in _UNREAD.items() if key in unread]
    if not blocks:
        scanned = "，只有图片；如为扫描件请先做文字识别（OCR）" if "picture" in unread else ""
        warnings.append(f"文档中没有文字{scanned}")
    return Document(report_id, file, "docx", text, blocks, tuple(warnings))


def _part(
    package: Package,
    name: str,
    read: Callable[[etree._Element | None], PartT],
    without: PartT,
    warning: str,
    warnings: list[str],
) -> PartT:
    """Read a part that a document can be understood without."""
    try:
        root = package.part(name)
    except DamagedFileError:
        warnings.append(warning)
        return without
    return read(root)


def _walk(
    package: Package,
    body: etree._Element,
    styles: Styles,
    plain: PlainParagraphs,
    fields_end: bool,
    warnings: list[str],
) -> tuple[list[Paragraph], set[str]]:
    looks = Looks(styles)
    inline = InlineReader(looks, plain, lenient_fields=not fields_end)
    walker = Walker(looks, inline, plain)
    walker.walk(body, "paragraph")
    if not fields_end:
        warnings.append(_BROKEN_FIELDS)
        inline.fields.give_up_codes()
    plain.paragraphs.clear()
    for part, element, kind in _NOTE_KINDS:
        notes = _part(package, part, lambda root: root, None, f"脚注尾注未读出（{part}.xml 损坏）", warnings)
        by_id = {} if notes is None else {attribute(node, "id"): node for node in notes.iterchildren(W + element)}
        for wanted in dict.fromkeys(note for owner, note in inline.notes if owner == part):
            if wanted in by_id and attribute(by_id[wanted], "type") in (None, "normal"):
                walker.walk(by_id[wanted], kind)
    return walker.paragraphs, inline.unread


def _assemble(paragraphs: list[Paragraph], definitions: Definitions) -> tuple[str, tuple[Block, ...]]:
    counters = Counters(definitions)
    blocks: list[Block] = []
    texts: list[str] = []
    start = 0
    for paragraph in paragraphs:
        shown = block_of(paragraph, count(paragraph, counters, definitions), start)
        if shown is not None:
            texts.append(shown[0])
            blocks.append(shown[1])
            start = shown[1].end + 1
    return "\n".join(texts), tuple(blocks)
