"""Headings without a number: by style, by look, by wording, or by the shape of the line alone."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from pipeline.records import Block, Document
from pipeline.structure.lines import PLAIN_LIMIT, SHORT, STATEMENT, TOP_LIMIT, Heading, first_char, trim
from pipeline.structure.roles import role_words

Look = tuple[bool, bool, str | None, float | None]
_ROLE_LABEL = re.compile(r"^([\u4e00-\u9fff]{3,8})[：:].{8,}")
_FORM_FIELD = re.compile(
    r"^(?:序号|编号|(?:主要)?责任(?:单位|部门|人|领导|科室)|牵头单位|(?:完成|整改)?(?:时限|期限))\s*[：:]"
)
_DATE_LINE = re.compile(r"^(?:\d{4}|[二〇○零一三四五六七八九]{4})\s*年.{1,6}月.{1,4}日$")
_MARK = re.compile(r"[。；;，,：:！？]")
_TWO_CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")
_HEADING_FONTS = ("黑体", "楷体", "小标宋", "SimHei", "KaiTi", "微软雅黑")
_WORDED = re.compile(
    r"^(?:(?:目前|当前)?(?:仍|还)?存在的?(?:主要|突出)?(?:问题|不足|困难)(?:[和与及以]{1,2}(?:原因|不足|差距|建议).{0,6})?|(?:主要|突出)?问题(?:和|与|及)(?:不足|原因).{0,6}|"
    r"(?:主要)?(?:做法|成效|工作成效|基本情况|总体情况|工作情况|整改情况|原因分析|原因剖析|整改措施|努力方向|意见建议|"
    r"工作打算|意见和建议|对策建议|下一步(?:工作)?(?:打算|计划|措施|安排|思路)|下一步(?:整改|改进)措施|主要工作))[：:]?$"
)
_APPENDIX = re.compile(
    r"^附(?:记$|[：:\s\u3000].{2,24}$|(?:件|表|录)\s*[\d一二三四五六七八九十]{0,2}\s*(?:$|[：:].{0,60}$))"
)


def body_looks(document: Document) -> set[Look]:
    """Return the looks that body text has: those of long paragraphs, and any that most of the report shares."""
    looks = Counter(look_of(block) for block in document.blocks)
    longs = {
        look_of(block) for block in document.blocks if block.end - block.start > TOP_LIMIT and block.lead_end is None
    }
    return longs | {look for look, count in looks.items() if 2 * count > len(document.blocks)}


def look_of(block: Block) -> Look:
    return block.bold, block.centred, block.font, block.size


def names_role(document: Document, block: Block) -> bool:
    return bool(role_words(document.text[block.start : block.end].strip(), strong_only=True))


def recurring_labels(document: Document) -> set[int]:
    """Return the blocks that open with a label naming a role (存在问题：…) where the report is divided by such labels.

    That is where each label comes back; the fields of a form or ledger (责任单位：, 时限：) divide rows, not a report.
    """
    lines = [document.text[block.start : block.end].strip() for block in document.blocks]
    if any(_FORM_FIELD.match(line) for line in lines):
        return set()
    labels = [(index, match[1]) for index, line in enumerate(lines) if (match := _ROLE_LABEL.match(line))]
    counts = Counter(label for _, label in labels)
    return {index for index, label in labels if counts[label] > 1 and role_words(label, strong_only=True)}


def label_heading(document: Document, index: int, block: Block) -> Heading:
    start = first_char(document, block)
    colon = min(place for mark in "：:" if (place := document.text.find(mark, start, block.end)) >= 0)
    return Heading(start, start, colon, "field", 0, True, index)


def title_lines(document: Document, first_body: int) -> set[int]:
    """Return the blocks that are titles by their shape alone, in a report whose headings have no numbers.

    A title is a short line without a final mark that is followed by body text, or by another such line that is.
    """
    lines = [document.text[block.start : block.end].strip() for block in document.blocks]
    found: set[int] = set()
    for index in range(len(lines) - 2, first_body, -1):
        line, follower = lines[index], lines[index + 1]
        short = 2 <= len(line) <= SHORT and not _MARK.search(line) and not _DATE_LINE.match(line)
        body = (len(follower) > PLAIN_LIMIT or follower[-1] in "。：:；") and document.blocks[
            index + 1
        ].kind == "paragraph"
        if short and document.blocks[index].kind == "paragraph" and (body or index + 1 in found):
            found.add(index)
    return found


def plain_heading(document: Document, index: int, block: Block, bodies: set[Look], titled: bool) -> Heading | None:
    """Return the heading that a block without a number is, by style, look, wording or shape."""
    text, start = document.text, first_char(document, block)
    line = text[start : block.end].strip()
    if not line or _DATE_LINE.match(line):
        return None
    if _APPENDIX.match(line):
        return Heading(start, start, trim(text, start, block.end), "appendix", 0, False, index)
    kind = _plain_kind(block, line, bodies) or ("line" if titled else None)
    if kind == "line" and names_role(document, block):
        kind = "worded"
    if kind is not None:
        return Heading(start, start, trim(text, start, block.end), kind, 0, False, index)
    if block.lead_end is not None and _is_lead(text[start : block.lead_end]):
        return Heading(start, start, trim(text, start, block.lead_end), "lead", 0, True, index)
    return None


def _plain_kind(block: Block, line: str, bodies: set[Look]) -> str | None:
    if len(line) > PLAIN_LIMIT or line[-1] in "；;，," or "。" in line[:-1]:
        return None
    if block.outline is not None:
        return f"outline{block.outline}"
    if _WORDED.match(line):
        return "worded"
    font = block.font or ""
    looks = block.bold or any(name in font for name in _HEADING_FONTS)
    if looks and look_of(block) not in bodies and line[-1] not in "。：:" and _TWO_CHINESE.search(line):
        return f"look:{'centred' if block.centred else 'left'}:{block.size or 0}:{font}:{block.bold}"
    return None


def _is_lead(lead: str) -> bool:
    """An emphasised opening is a title when it ends with 。 and reads as one phrase."""
    lead = lead.strip()
    return 4 <= len(lead) <= 30 and lead.endswith("。") and "。" not in lead[:-1] and not STATEMENT.match(lead)


def with_lone_lines_raised(found: list[Heading]) -> list[Heading]:
    """Set a line that stands alone between worded headings on their level; two or more in a row are below it."""
    raised = []
    for place, heading in enumerate(found):
        around = [found[i].kind for i in (place - 1, place + 1) if 0 <= i < len(found)]
        lone = heading.kind == "line" and "line" not in around and "worded" in around
        raised.append(replace(heading, kind="worded") if lone else heading)
    return raised
