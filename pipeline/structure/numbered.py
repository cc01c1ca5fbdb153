"""Headings that open with a number: 一、…, （一）标题。正文…, 1.…"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.records import Block, Document
from pipeline.structure.lines import (
    OUTER,
    PLAIN_LIMIT,
    SHORT,
    STATEMENT,
    TOP_LIMIT,
    Heading,
    first_char,
    number_of,
    skip,
    trim,
)
from pipeline.structure.numbers import HeadingNumber

_STOPS = "。！？!?"
_LISTED = 12
_VALUE = re.compile(r"\d+(?!\s*[年月日.\d])")
_QUOTED = re.compile(
    r"^(?:关于|针对|对于?|就)?.{0,30}[“\"「].{2,200}[”\"」].{0,16}(?:问题|整改|方面|情况)?(?:的?整改(?:落实|进展)?(?:情况)?)?$"
)
_PAUSE = re.compile(r"[，,；;。]")
_ABOUT = re.compile(r"(?:关于|针对|对于?).*(?:整改|问题|方面)")
_ORDER = re.compile(r"要|必须|应当?|须")
_LISTING = re.compile(r"[，,、\d]")
# A line that labels a field of a form, not a part of the report.
_LABEL = re.compile(
    r"^(?:(?:主要)?(?:责任|牵头|配合|联系|填报|报送|完成|整改)(?:单位|部门|人|领导|科室|时限|时间|期限|措施|结果|进展|情况)|"
    r"问题|原因|成因|整改|措施|建议|备注|抄送|主送|联系电话|日期|时间|地点|附件)\s*[：:]\s*\S"
)
_INNER = frozenset(
    {"decimal", "decimal2", "decimal3", "decimal4", "paren", "half_paren", "circled", "label", "nth", "bullet"}
)


def numbered_heading(document: Document, index: int, block: Block, number: HeadingNumber) -> Heading | None:
    """Return the heading that a numbered block opens with; None where it is a list item or a sentence."""
    text, start = document.text, first_char(document, block)
    title_start = number.end
    while title_start < block.end and text[title_start].isspace():
        title_start += 1
    title_end, rest = _title_end(text, title_start, block)
    title = text[title_start:title_end]
    run_in = rest < block.end
    if not title or not _reads_like_title(title, number.kind, run_in, text[title_end : title_end + 1].strip()):
        return None
    return Heading(start, number.end, title_end, number.kind, number.value, run_in, index)


def _title_end(text: str, start: int, block: Block) -> tuple[int, int]:
    """Return where the title ends and where the body after it begins (block.end where there is none)."""
    if block.lead_end is not None and block.lead_end > start:
        return trim(text, start, block.lead_end), skip(text, block.lead_end, block.end)
    line_end = text.find("\n", start, block.end)
    stop = block.end if line_end < 0 else line_end
    depth = 0
    for place in range(start, stop):
        char = text[place]
        depth += (char in "“「《（(") - (char in "”」》）)")
        outside = depth <= 0
        if char in _STOPS and outside:
            return place, skip(text, place + 1, block.end)
        if char in "：:" and outside and _colon_ends_title(text[start:place]):
            return place, skip(text, place + 1, block.end)
    return trim(text, start, stop), skip(text, stop, block.end)


def _colon_ends_title(title: str) -> bool:
    """A short title without a comma may end with a colon: 政治建设方面：有的…"""
    return 2 <= len(title) <= 24 and not _PAUSE.search(title)


def _reads_like_title(title: str, kind: str, run_in: bool, after: str) -> bool:
    if _LABEL.match(title + after + "x") or after in "；;" and after:
        return False
    if _ABOUT.match(title) or _QUOTED.match(title):
        return len(title) <= 220
    outer = kind in (*OUTER, "label")
    if not outer and not run_in and kind != "label" and len(title) > _LISTED and _VALUE.search(title):
        return False
    bare = not after and not run_in and len(title) <= (SHORT if outer else PLAIN_LIMIT)
    if kind != "label" and STATEMENT.match(title) and not bare:
        return False
    limit = TOP_LIMIT if outer else PLAIN_LIMIT
    commas = sum(map(title.count, "，,；;"))
    if commas and _ORDER.match(title):
        return False
    allowed = 3 if outer else 2
    if run_in and not outer:
        allowed = 1
    return len(title) <= limit and commas <= allowed and "；" not in title and ";" not in title


def without_attachment_names(document: Document, found: list[Heading]) -> list[Heading]:
    """Take out the lines of a list of attachments (附件 / 1.… / 2.…): names, not headings."""
    kept: list[Heading] = []
    listing = False
    for heading in found:
        if heading.kind == "appendix":
            listing = True
        elif listing and heading.kind == "decimal" and not heading.run_in:
            continue
        else:
            listing = False
        kept.append(heading)
    return kept


def without_list_items(document: Document, found: list[Heading], numbered: dict[int, HeadingNumber]) -> list[Heading]:
    """Take out numbers of the inner kinds that most of their siblings do not share as headings, and bare list items.

    1.购置电脑3台。 2.购置打印机1台。 are items of a list; 1.购置程序不规范。2023年… is a heading.
    """
    kept = []
    for heading, group in zip(found, _sibling_shares(found, numbered), strict=True):
        inner = heading.kind in _INNER
        if (
            not inner
            or _clear_title(document, heading)
            or (group >= 0.5 and (heading.run_in or not _ends_like_item(document, heading)))
        ):
            kept.append(heading)
    return kept


def _clear_title(document: Document, heading: Heading) -> bool:
    """A short phrase without a comma that body text follows is a title, whatever its siblings are."""
    title = document.text[heading.number_end : heading.title_end]
    return heading.run_in and len(title) <= SHORT and _LISTING.search(title) is None


def _ends_like_item(document: Document, heading: Heading) -> bool:
    """A whole line that ends with 。 or ； and is followed by the next item, not by body text, is an item of a list."""
    block = document.blocks[heading.block]
    line = document.text[heading.number_end : block.end].rstrip()
    if not line or line[-1] not in "。；;":
        return False
    follower = _next_paragraph(document.blocks, heading.block)
    if follower is None:
        return True
    number = number_of(document, follower)
    return number is not None


def _next_paragraph(blocks: Sequence[Block], index: int) -> Block | None:
    return next((block for block in blocks[index + 1 :] if block.kind == "paragraph"), None)


def _sibling_shares(found: list[Heading], numbered: dict[int, HeadingNumber]) -> list[float]:
    """Return, for each heading, the share of its run of siblings (same kind, counting on) that read as headings."""
    headed = {heading.block for heading in found}
    shares: dict[int, float] = {}
    for kind in _INNER:
        run: list[int] = []
        for index in [i for i, number in sorted(numbered.items()) if number.kind == kind] + [-1]:
            if run and (index < 0 or numbered[index].value <= numbered[run[-1]].value):
                share = sum(i in headed for i in run) / len(run)
                shares.update(dict.fromkeys(run, share))
                run = []
            run.append(index)
    return [shares.get(heading.block, 1.0) for heading in found]
