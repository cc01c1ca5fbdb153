"""Marked-up reports as Word files, made the ways in which offices make them.

Automatic numbers from a list or from a style, typed numbers with a look, tracked changes.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path

import docx
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from pipeline.marked import MarkedHeading, MarkedReport, plain_lines

_NUMBER = re.compile(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.、]|（\d+）)")
_LEVELS = (("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."), ("decimal", "（%4）"))
_CHINESE = ("〇", *"一二三四五六七八九十", *(f"十{unit}" for unit in "一二三四五六七八九"), "二十")


def save_word(report: MarkedReport, path: Path, *, look: str) -> None:
    """Write the report as a Word file; look: a key of LOOKS."""
    document = docx.Document()
    LOOKS[look](document, report)
    document.core_properties.author = ""
    document.save(str(path))


def _each_line(report: MarkedReport) -> list[tuple[str, MarkedHeading | None, int]]:
    """Return each line with the heading that opens it, if any, and the length of that heading."""
    opening = {heading.start: heading for heading in report.headings}
    rows = []
    for start, line in plain_lines(report):
        heading = opening.get(start)
        rows.append((line, heading, 0 if heading is None else heading.end - heading.start))
    return rows


def _title(document: WordDocument, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.font.size = Pt(22)
    _font(run, "方正小标宋简体")


def _font(run: object, name: str) -> None:
    properties = run._element.get_or_add_rPr()  # type: ignore[attr-defined]
    properties.append(parse_xml(f'<w:rFonts {nsdecls("w")} w:eastAsia="{name}"/>'))


def _list_numbered(document: WordDocument, report: MarkedReport) -> None:
    """Automatic numbers from the paragraphs themselves; run-in headings bold."""
    number_id = _add_numbering(document)
    for index, (line, heading, size) in enumerate(_each_line(report)):
        if index == 0:
            _title(document, line)
            continue
        number = _NUMBER.match(line) if heading is not None else None
        cut = 0 if number is None else number.end()
        paragraph = document.add_paragraph()
        if size:
            paragraph.add_run(line[cut:size]).bold = True
        paragraph.add_run(line[size:])
        if number is not None and heading is not None:
            _number(paragraph, number_id, heading.level - 1)


def _style_numbered(document: WordDocument, report: MarkedReport) -> None:
    """Automatic numbers that come from the heading styles alone."""
    number_id = _add_numbering(document)
    for level in (1, 2, 3):
        style = document.styles[f"Heading {level}"]
        properties = style.element.get_or_add_pPr()
        properties.append(_numbering_properties(number_id, level - 1))
    for index, (line, heading, size) in enumerate(_each_line(report)):
        if index == 0:
            _title(document, line)
        elif heading is None or (number := _NUMBER.match(line)) is None:
            document.add_paragraph(line)
        else:
            paragraph = document.add_paragraph(style=f"Heading {heading.level}")
            paragraph.add_run(line[number.end() : size])
            paragraph.add_run(line[size:]).bold = False


def _typed(document: WordDocument, report: MarkedReport) -> None:
    """Typed numbers; headings by look alone: 黑体 for the first level, 楷体 for the second."""
    for index, (line, heading, size) in enumerate(_each_line(report)):
        if index == 0:
            _title(document, line)
            continue
        paragraph = document.add_paragraph()
        if heading is not None:
            run = paragraph.add_run(line[:size])
            _font(run, "黑体" if heading.level == 1 else "楷体")
        paragraph.add_run(line[size:])


def _tracked(document: WordDocument, report: MarkedReport) -> None:
    """Typed numbers, and in each long paragraph a tracked insertion and a tracked deletion."""
    _typed(document, report)
    for paragraph in document.paragraphs:
        last = paragraph.runs[-1] if paragraph.runs else None
        if last is None or len(last.text) < 80:
            continue
        head, tail = last.text[:40], last.text[40:]
        last.text = head
        inserted = parse_xml(f'<w:ins {nsdecls("w")} w:id="1" w:author="甲"/>')
        moved = copy.deepcopy(last._element)
        moved.findall(qn("w:t"))[0].text = tail
        inserted.append(moved)
        deleted = parse_xml(
            f'<w:del {nsdecls("w")} w:id="2" w:author="甲"><w:r><w:delText>此处原文已删除。</w:delText></w:r></w:del>'
        )
        last._element.addnext(deleted)
        deleted.addnext(inserted)


def _add_numbering(document: WordDocument) -> int:
    """Add a multi-level list 一、 （一） 1. （1） and return its number id."""
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:suff w:val="nothing"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for level, (form, text) in enumerate(_LEVELS)
    )
    abstract = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">'
        f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    )
    numbering.insert(0, abstract)
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    return 90


def _number(paragraph: Paragraph, number_id: int, level: int) -> None:
    paragraph._element.get_or_add_pPr().append(_numbering_properties(number_id, level))


def _numbering_properties(number_id: int, level: int) -> object:
    return parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number_id}"/></w:numPr>')


def counts_on(report: MarkedReport) -> bool:
    """Return whether Word's own list 一、 （一） 1. （1） would give each heading the number that it has."""
    counters = [0] * len(_LEVELS)
    for heading in report.headings:
        number = _NUMBER.match(report.text[heading.start : heading.end])
        if number is None:
            continue
        if heading.level > len(_LEVELS):
            return False
        counters[heading.level - 1] += 1
        counters[heading.level :] = [0] * (len(_LEVELS) - heading.level)
        if number[0] != _label(heading.level - 1, counters[heading.level - 1]):
            return False
    return True


def _label(level: int, count: int) -> str:
    form, text = _LEVELS[level]
    shown = str(count) if form == "decimal" else _CHINESE[count]
    return text.replace(f"%{level + 1}", shown)


LOOKS: dict[str, Callable[[WordDocument, MarkedReport], None]] = {
    "list": _list_numbered,
    "style": _style_numbered,
    "tracked": _tracked,
    "typed": _typed,
}
