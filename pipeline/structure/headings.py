"""Which blocks open with a heading, and where the heading ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.records import Block, Document
from pipeline.structure.numbers import HeadingNumber, read_number
from pipeline.structure.roles import role_words

_STOPS = "。！？!?"
_TRAILING = "。：:．. \t\u3000；;，,"
_PLAIN_LIMIT = 40
_TOP_LIMIT = 60
_SHORT = 20
_LISTED = 12
_VALUE = re.compile(r"\d+(?!\s*[年月日.\d])")
_QUOTED = re.compile(
    r"^(?:关于|针对|对于?|就)?.{0,30}[“\"「].{2,200}[”\"」].{0,16}(?:问题|整改|方面|情况)?(?:的?整改(?:落实|进展)?(?:情况)?)?$"
)
# An item of a list that opens like this is a statement, not a title.
_STATEMENT = re.compile(
    r"^(?:有的|有些|部分|个别|少数|一些|极个别|多数|例如|比如|如[，,：:]|截至|虽然|尽管|由于|因为|对此|目前[，,]|经查|经审计|"
    r"\d{2,4}\s*年|[一二三四五六七八九]是|第[一二三四五六七八九][，,])"
)
# A line that labels a field of a form, not a part of the report.
_LABEL = re.compile(
    r"^(?:(?:主要)?(?:责任|牵头|配合|联系|填报|报送|完成|整改)(?:单位|部门|人|领导|科室|时限|时间|期限|措施|结果|进展|情况)|"
    r"问题|原因|成因|整改|措施|建议|备注|抄送|主送|联系电话|日期|时间|地点|附件)\s*[：:]\s*\S"
)
_ROLE_LABEL = re.compile(r"^([\u4e00-\u9fff]{3,8})[：:].{8,}")
_FORM_FIELD = re.compile(
    r"^(?:序号|编号|(?:主要)?责任(?:单位|部门|人|领导|科室)|牵头单位|(?:完成|整改)?(?:时限|期限))\s*[：:]"
)
_CONTENTS_LINE = re.compile(r"(?:[…·.．]{3,}|\t)\s*\d{1,3}$")
_DATE_LINE = re.compile(r"^(?:\d{4}|[二〇○零一三四五六七八九]{4})\s*年.{1,6}月.{1,4}日$")
_HEADING_FONTS = ("黑体", "楷体", "小标宋", "SimHei", "KaiTi", "微软雅黑")
_WORDED = re.compile(
    r"^(?:(?:目前|当前)?(?:仍|还)?存在的?(?:主要|突出)?(?:问题|不足|困难)(?:[和与及以]{1,2}(?:原因|不足|差距|建议).{0,6})?|(?:主要|突出)?问题(?:和|与|及)(?:不足|原因).{0,6}|"
    r"(?:主要)?(?:做法|成效|工作成效|基本情况|总体情况|工作情况|整改情况|原因分析|原因剖析|整改措施|努力方向|意见建议|"
    r"工作打算|意见和建议|对策建议|下一步(?:工作)?(?:打算|计划|措施|安排|思路)|下一步(?:整改|改进)措施|主要工作))[：:]?$"
)
_APPENDIX = re.compile(
    r"^附(?:记$|[：:\s\u3000].{2,24}$|(?:件|表|录)\s*[\d一二三四五六七八九十]{0,2}\s*(?:$|[：:].{0,60}$))"
)


Look = tuple[bool, bool, str | None, float | None]
_OUTERMOST = ("chapter", "formal", "cn", "stem")
_OUTER = (*_OUTERMOST, "cn_paren")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as found: `kind` is the number's kind, or names the look of a heading without a number."""

    start: int
    number_end: int
    title_end: int
    kind: str
    value: int
    run_in: bool
    block: int


def find_headings(document: Document) -> list[Heading]:
    """Return the headings of a document in text order, run-in ones (（一）标题。正文…) included.

    Cells, notes and lines of a table of contents are never headings, nor is an enumeration inside a paragraph (一是…).
    """
    paragraphs = [(index, block) for index, block in enumerate(document.blocks) if _may_head(document, block)]
    numbered = {index: number for index, block in paragraphs if (number := _number(document, block)) is not None}
    bodies = _body_look(document)
    first_body = _first_body(document)
    lines = _title_lines(document, first_body)
    if any(number.kind in _OUTERMOST for number in numbered.values()):
        lines = {index for index in lines if _names_role(document, document.blocks[index])}
    labels = _recurring_labels(document)
    found = []
    for index, block in paragraphs:
        number = numbered.get(index)
        if number is not None:
            heading = _numbered_heading(document, index, block, number)
        elif index in labels:
            heading = _label_heading(document, index, block)
        elif index > first_body or block.outline is not None:
            heading = _plain_heading(document, index, block, bodies, index in lines)
        else:
            heading = None
        if heading is not None:
            found.append(heading)
    kept = _drop_list_items(document, _drop_attachment_names(document, found), numbered)
    return _raise_lone_lines(kept)


def _may_head(document: Document, block: Block) -> bool:
    if block.kind != "paragraph" or (block.style or "").lower().startswith(("toc", "目录")):
        return False
    return _CONTENTS_LINE.search(document.text, block.start, block.end) is None


def _first_char(document: Document, block: Block) -> int:
    place = block.start
    while place < block.end and document.text[place].isspace():
        place += 1
    return place


def _number(document: Document, block: Block) -> HeadingNumber | None:
    return read_number(document.text, _first_char(document, block), block.end)


def _first_body(document: Document) -> int:
    """Return the index of the first block that reads like body text; what stands before it is title and addressee."""
    for index, block in enumerate(document.blocks):
        line = document.text[block.start : block.end].strip()
        if len(line) >= _TOP_LIMIT or (line.endswith("。") and len(line) > 12) or _number(document, block) is not None:
            return index
    return len(document.blocks)


def _body_look(document: Document) -> set[Look]:
    """Return the looks that body text has: those of long paragraphs, and any that most of the report shares."""
    looks = Counter(_look(block) for block in document.blocks)
    longs = {
        _look(block) for block in document.blocks if block.end - block.start > _TOP_LIMIT and block.lead_end is None
    }
    return longs | {look for look, count in looks.items() if 2 * count > len(document.blocks)}


def _look(block: Block) -> Look:
    return block.bold, block.centred, block.font, block.size


def _numbered_heading(document: Document, index: int, block: Block, number: HeadingNumber) -> Heading | None:
    """Return the heading that a numbered block opens with; None where it is a list item or a sentence."""
    text, start = document.text, _first_char(document, block)
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
        return _trim(text, start, block.lead_end), _skip(text, block.lead_end, block.end)
    line_end = text.find("\n", start, block.end)
    stop = block.end if line_end < 0 else line_end
    depth = 0
    for place in range(start, stop):
        char = text[place]
        depth += (char in "“「《（(") - (char in "”」》）)")
        outside = depth <= 0
        if char in _STOPS and outside:
            return place, _skip(text, place + 1, block.end)
        if char in "：:" and outside and _colon_ends_title(text[start:place]):
            return place, _skip(text, place + 1, block.end)
    return _trim(text, start, stop), _skip(text, stop, block.end)


def _colon_ends_title(title: str) -> bool:
    """A short title without a comma may end with a colon: 政治建设方面：有的…"""
    return 2 <= len(title) <= 24 and not re.search(r"[，,；;。]", title)


def _trim(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] in _TRAILING:
        end -= 1
    return end


def _skip(text: str, start: int, end: int) -> int:
    while start < end and text[start] in _TRAILING + "\n":
        start += 1
    return start


def _reads_like_title(title: str, kind: str, run_in: bool, after: str) -> bool:
    if _LABEL.match(title + after + "x") or after in "；;" and after:
        return False
    if re.match(r"^(?:关于|针对|对于?).*(?:整改|问题|方面)", title) or _QUOTED.match(title):
        return len(title) <= 220
    outer = kind in (*_OUTER, "label")
    if not outer and not run_in and kind != "label" and len(title) > _LISTED and _VALUE.search(title):
        return False
    bare = not after and not run_in and len(title) <= (_SHORT if outer else _PLAIN_LIMIT)
    if kind != "label" and _STATEMENT.match(title) and not bare:
        return False
    limit = _TOP_LIMIT if outer else _PLAIN_LIMIT
    commas = len(re.findall(r"[，,；;]", title))
    if commas and re.match(r"^(?:要|必须|应当?|须)", title):
        return False
    allowed = 3 if outer else 2
    if run_in and not outer:
        allowed = 1
    return len(title) <= limit and commas <= allowed and re.search(r"[；;]", title) is None


def _names_role(document: Document, block: Block) -> bool:
    return bool(role_words(document.text[block.start : block.end].strip(), strong_only=True))


def _recurring_labels(document: Document) -> set[int]:
    """Return the blocks that open with a label naming a role (存在问题：…) where the report is divided by such labels.

    That is where each label comes back; the fields of a form or ledger (责任单位：, 时限：) divide rows, not a report.
    """
    lines = [document.text[block.start : block.end].strip() for block in document.blocks]
    if any(_FORM_FIELD.match(line) for line in lines):
        return set()
    labels = [(index, match[1]) for index, line in enumerate(lines) if (match := _ROLE_LABEL.match(line))]
    counts = Counter(label for _, label in labels)
    return {index for index, label in labels if counts[label] > 1 and role_words(label, strong_only=True)}


def _label_heading(document: Document, index: int, block: Block) -> Heading:
    start = _first_char(document, block)
    colon = min(place for mark in "：:" if (place := document.text.find(mark, start, block.end)) >= 0)
    return Heading(start, start, colon, "field", 0, True, index)


def _title_lines(document: Document, first_body: int) -> set[int]:
    """Return the blocks that are titles by their shape alone, in a report whose headings have no numbers.

    A title is a short line without a final mark that is followed by body text, or by another such line that is.
    """
    lines = [document.text[block.start : block.end].strip() for block in document.blocks]
    found: set[int] = set()
    for index in range(len(lines) - 2, first_body, -1):
        line, follower = lines[index], lines[index + 1]
        short = 2 <= len(line) <= _SHORT and not re.search(r"[。；;，,：:！？]", line) and not _DATE_LINE.match(line)
        body = (len(follower) > _PLAIN_LIMIT or follower[-1] in "。：:；") and document.blocks[
            index + 1
        ].kind == "paragraph"
        if short and document.blocks[index].kind == "paragraph" and (body or index + 1 in found):
            found.add(index)
    return found


def _plain_heading(document: Document, index: int, block: Block, bodies: set[Look], titled: bool) -> Heading | None:
    """Return the heading that a block without a number is, by style, look, wording or shape."""
    text, start = document.text, _first_char(document, block)
    line = text[start : block.end].strip()
    if not line or _DATE_LINE.match(line):
        return None
    if _APPENDIX.match(line):
        return Heading(start, start, _trim(text, start, block.end), "appendix", 0, False, index)
    kind = _plain_kind(block, line, bodies) or ("line" if titled else None)
    if kind == "line" and _names_role(document, block):
        kind = "worded"
    if kind is not None:
        return Heading(start, start, _trim(text, start, block.end), kind, 0, False, index)
    if block.lead_end is not None and _is_lead(text[start : block.lead_end]):
        return Heading(start, start, _trim(text, start, block.lead_end), "lead", 0, True, index)
    return None


def _plain_kind(block: Block, line: str, bodies: set[Look]) -> str | None:
    if len(line) > _PLAIN_LIMIT or line[-1] in "；;，," or "。" in line[:-1]:
        return None
    if block.outline is not None:
        return f"outline{block.outline}"
    if _WORDED.match(line):
        return "worded"
    font = block.font or ""
    looks = block.bold or any(name in font for name in _HEADING_FONTS)
    if looks and _look(block) not in bodies and line[-1] not in "。：:" and re.search(r"[\u4e00-\u9fff]{2}", line):
        return f"look:{'centred' if block.centred else 'left'}:{block.size or 0}:{font}:{block.bold}"
    return None


def _is_lead(lead: str) -> bool:
    """An emphasised opening is a title when it ends with 。 and reads as one phrase."""
    lead = lead.strip()
    return 4 <= len(lead) <= 30 and lead.endswith("。") and "。" not in lead[:-1] and not _STATEMENT.match(lead)


def _raise_lone_lines(found: list[Heading]) -> list[Heading]:
    """Set a line that stands alone between worded headings on their level; two or more in a row are below it."""
    raised = []
    for place, heading in enumerate(found):
        around = [found[i].kind for i in (place - 1, place + 1) if 0 <= i < len(found)]
        lone = heading.kind == "line" and "line" not in around and "worded" in around
        raised.append(replace(heading, kind="worded") if lone else heading)
    return raised


def _drop_attachment_names(document: Document, found: list[Heading]) -> list[Heading]:
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


def _drop_list_items(document: Document, found: list[Heading], numbered: dict[int, HeadingNumber]) -> list[Heading]:
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
    return heading.run_in and len(title) <= _SHORT and re.search(r"[，,、\d]", title) is None


_INNER = frozenset(
    {"decimal", "decimal2", "decimal3", "decimal4", "paren", "half_paren", "circled", "label", "nth", "bullet"}
)


def _ends_like_item(document: Document, heading: Heading) -> bool:
    """A whole line that ends with 。 or ； and is followed by the next item, not by body text, is an item of a list."""
    block = document.blocks[heading.block]
    line = document.text[heading.number_end : block.end].rstrip()
    if not line or line[-1] not in "。；;":
        return False
    follower = _next_paragraph(document.blocks, heading.block)
    if follower is None:
        return True
    number = _number(document, follower)
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
