"""Marks that a person left in a text, compared with what was proposed: what annotation tools have in common."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.review.codes import STATUS_NAMES, CodeReader, read_status
from pipeline.review.records import Correction, Field, Imported, cut, printable
from pipeline.taxonomy import Taxonomy

Place = tuple[int, int]


class TaskError(ValueError):
    """Why nothing of a report can be taken over, in Chinese."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A finding as it was exported; status is None where the tool does not show it."""

    start: int
    end: int
    code: str
    finding_id: str = ""
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A span as the person left it, codes and status in the words of the tool; status is None where nothing is said."""

    start: int
    end: int
    codes: tuple[str, ...]
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One report in an annotation tool: what was proposed, and what the person left.

    faults: of spans that could not be placed. unplaced: the finding_ids of those; None among them where one cannot
    be told from a moved proposal, so that no proposal may be taken for removed.
    """

    report_id: str
    source_file: str
    text: str
    proposals: tuple[Proposal, ...]
    marks: tuple[Mark, ...]
    who: str
    at: str
    faults: tuple[str, ...] = ()
    unplaced: frozenset[str | None] = frozenset()


def check_taxonomy(digest: object, taxonomy: Taxonomy) -> None:
    """Raise TaskError where a task was exported with another taxonomy; a tool that dropped the digest is believed."""
    if digest not in (None, "", taxonomy.digest):
        current = f"{taxonomy.version}（{taxonomy.digest}）"
        advice = "请用 --taxonomy 给出导出时所用的分类体系文件，或重新导出"
        raise TaskError(f"按另一版分类体系（{digest}）导出，现在用的是 {current}。{advice}")


def text_digest(text: str) -> str:
    """Return 16 hexadecimal digits that change with any character of a text."""
    return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()[:16]


def check_text(digest: object, text: str) -> None:
    """Raise TaskError where the tool holds another text than was exported, since all offsets are of that one."""
    if digest not in (None, "", text_digest(text)):
        raise TaskError("正文与导出时不同，标注的位置对不上。请用导出的文件重新建立项目")


def quoted(text: str, start: int, end: int) -> str:
    """Return a place as messages name it, counted from 1, e.g. "第13–26字“联系群众不够，全年只走访3户。”"."""
    return f"第{start + 1}–{end}字“{cut(text[start:end])}”"


def fitted(text: str, start: int, end: int, quote: str | None) -> Place | None:
    """Return a span in code points, None where it fits in neither way of counting.

    A browser counts UTF-16 units: in "😀走访少" it gives (2, 5) for 走访少, which is (1, 4) here. quote: what the tool
    says stands there; without it the numbers are believed.
    """
    if not 0 <= start < end:
        return None
    if quote is None:
        return (start, end) if end <= len(text) else None
    wanted = quote.replace("\\n", "\n")
    if text[start:end] in (quote, wanted):
        return start, end
    units = text.encode("utf-16-le", errors="surrogatepass")
    try:
        before, inside = units[: 2 * start].decode("utf-16-le"), units[2 * start : 2 * end].decode("utf-16-le")
    except UnicodeDecodeError:
        return None
    return (len(before), len(before) + len(inside)) if inside in (quote, wanted) else None


def compare(task: Task, taxonomy: Taxonomy) -> Imported:
    """Return what the person changed: another label, another status, a removed span; an added one is a fault.

    A proposal whose place a new span overlaps was moved rather than removed: that is a fault, too.
    """
    marks = _by_place(task.marks)
    places = {(item.start, item.end) for item in task.proposals}
    added = [place for place in marks if place not in places]
    codes = CodeReader(taxonomy.leaves)
    corrections: list[Correction] = []
    faults = list(task.faults)
    unchanged, moved = 0, set[Place]()
    for proposal in task.proposals:
        mark = marks.get((proposal.start, proposal.end))
        over = [place for place in added if place[0] < proposal.end and proposal.start < place[1]]
        if mark is None and proposal.finding_id in task.unplaced:
            continue
        if mark is None:
            moved.update(over)
        try:
            found = _removed(task, proposal, over) if mark is None else _relabelled(task, proposal, mark, codes)
        except TaskError as fault:
            faults.append(f"{task.source_file} {quoted(task.text, proposal.start, proposal.end)}：{fault}。")
            continue
        unchanged += not found
        corrections += [replace(item, taxonomy=taxonomy.digest) for item in found]
    faults += _additions(task, [place for place in added if place not in moved])
    return Imported(tuple(corrections), tuple(faults), unchanged)


def _by_place(marks: Sequence[Mark]) -> dict[Place, Mark]:
    """Return the marks by place, those of one place joined."""
    found: dict[Place, Mark] = {}
    for mark in marks:
        place = (mark.start, mark.end)
        other = found.get(place)
        if other is not None:
            codes = (*other.codes, *(code for code in mark.codes if code not in other.codes))
            mark = replace(mark, codes=codes, status=other.status or mark.status)
        found[place] = mark
    return found


def _removed(task: Task, proposal: Proposal, over: Sequence[Place]) -> list[Correction]:
    if over:
        raise TaskError(f"改动了起止位置（现为第{over[0][0] + 1}–{over[0][1]}字），这种改动暂不采用")
    if None in task.unplaced:
        raise TaskError("标注被删除或移动，而同一份报告中有标注对不上原文，无法确认，未采用")
    return [_correction(task, proposal, "is_problem", "yes", "no")]


def _relabelled(task: Task, proposal: Proposal, mark: Mark, codes: CodeReader) -> list[Correction]:
    found = []
    code = proposal.code if mark.codes == (proposal.code,) else _read_code(mark, codes)
    if code != proposal.code:
        found.append(_correction(task, proposal, "subcategory", proposal.code, code))
    status = proposal.status if mark.status is None else _read_status(mark.status)
    if status is not None and status != proposal.status:
        found.append(_correction(task, proposal, "status", proposal.status or "", status))
    return found


def _read_status(text: str) -> str:
    status = read_status(text)
    if status is None:
        raise TaskError(f"状态“{text}”不认识，应为 {' 或 '.join(STATUS_NAMES.values())}")
    return status


def _read_code(mark: Mark, codes: CodeReader) -> str:
    if len(mark.codes) != 1:
        told = f"有 {len(mark.codes)} 个标签（{'、'.join(mark.codes)}）" if mark.codes else "没有标签"
        raise TaskError(f"{told}，应只有一个")
    code = codes.read(mark.codes[0])
    if code is None:
        raise TaskError(f"标签“{mark.codes[0]}”不在分类体系中")
    return code


def _correction(task: Task, proposal: Proposal, field: Field, old: str, new: str) -> Correction:
    if not task.who:
        raise TaskError("不知道是谁标注的。请在导入时用 --who 指定")
    return Correction(
        report_id=task.report_id,
        start=proposal.start,
        end=proposal.end,
        text=printable(task.text[proposal.start : proposal.end]),
        field=field,
        old=old,
        new=new,
        who=task.who,
        at=task.at,
        source_file=task.source_file,
        finding_id=proposal.finding_id,
        taxonomy="",
    )


def _additions(task: Task, places: Sequence[Place]) -> Iterator[str]:
    if places:
        named = "、".join(quoted(task.text, start, end) for start, end in sorted(places))
        yield f"{task.source_file}：新增的 {len(places)} 处标注暂不能采用：{named}。"
