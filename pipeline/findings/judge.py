"""Whether a statement is a finding: section prior × blockers × contrast × cues × polarity, with the reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.cues import Block, CueHit, clause_of, find_blockers, find_cues, lead_in, live_cues
from pipeline.findings.units import Unit
from pipeline.records import Genre

_CONTRAST = re.compile(r"(?:^|[，；。：])(?:但是?(?!书|愿|凡)|然而|不过(?![^，。；]{0,2}[\d一二三])|只是(?=[^。；]*(?:还|仍|未|没))|可是|可(?=[^，。；]{0,8}(?:没|不|未|仍|还))|却|而(?=[^，。；]{0,16}(?:不|未|没|缺|少|弱|仅|只|则)))|(?<=[^，；。])(?:但是?(?=[^，。；]*(?:不|未|没|缺|仍|还))|却(?!步|之不恭))")
_CONCESSION = re.compile(r"^(?:[^，。；]{0,10})?(?:虽然?|尽管|固然)")
_GOOD = re.compile(
    r"(?:取得(?:了)?[^，。；]{0,20}(?:成效|成绩|进展|突破|进步|效果)|成效(?:显著|明显)|明显(?:改善|提升|好转|增强|提高|改观)|显著(?:提升|增强|改善|提高)|持续(?:向好|改善|提升|加强|优化)|(?:稳步|不断|进一步|有效|全面|切实)(?:提升|提高|增强|改善|好转|巩固|推进|加强|遏制|规范)|"
    r"(?:总体|基本|整体)(?:上)?(?:较好|良好|平稳|稳定|向好|规范|到位|健全|完善|可控|符合|真实|清晰|合规|正常|有序|属实|一致)|(?:反响|效果|情况|执行|落实|评价)[^，。；]{0,4}(?:较好|良好|很好)|(?:抓|做|管|办|守)得(?:比较|较|很)?(?:紧|好|实|严|扎实|到位|及时)|(?:表示|是|普遍|高度|给予|一致)(?:认可|肯定|满意|好评)|(?:核对|口径|账实|数据)[^，。；]{0,4}(?:一致|相符|无误)|手续(?:齐备|齐全|完备)|未超(?:标准|预算|编制|范围)|有(?:所|了)(?:好转|改善|提升|起色|进步|提高|改观|增强)|有力|扎实|认真(?:落实|贯彻|履行|开展|组织)|积极(?:推进|开展|探索|履行|组织|参与|落实|引导|协调|争取)|"
    r"深入(?:贯彻|推进|学习|开展)|着力|大力|坚持(?:把|以)|始终(?:坚持|把)|严格(?:执行|落实|按照|遵守|把关)|得到(?:了)?(?:加强|提升|改善|落实|肯定|好评|巩固|有效)|荣获|获评|(?:位居|名列)(?:前|第一)|全覆盖|圆满|如期(?:完成|实现)|超额完成)"
)
_DONE = re.compile(r"(?:(?:已|已经|先后|累计|共|全年|今年|去年|及时|组织|集中)[^，。；]{0,12})?(?:开展|组织|召开|制定|印发|出台|建立|修订|完善|举办|完成|实施|落实|推进|成立|签订|培训|走访|调研|学习|投入|建成|新增|培育|争取|加强|强化|健全|深化|提升|聚焦|围绕|统筹|推动|注重|抓实|压实|通过)(?:了)?")
_STILL = re.compile(r"(?:仍(?:然|有|未|需|不|存)|依然|还(?:存在|有|不|没|未|需|要)|尚(?:未|有|不|需|存)|也(?:还|存在|不)|至今|目前(?:仍|还|尚|存))")
# 关于X问题，已… and 反馈的“X”已… name the problem that was put right.
_NAMED = (
    re.compile(r"^(?:[一二三四五六七八九十]{1,2}是|[①-⑳]|（?\d{1,2}[）.．、])?(?:关于|针对|至于|对于?|就)(?P<problem>[^。；]{4,90}?)(?:的|等)?(?:问题|情况|现象|事项)，"),
    re.compile(r"(?:反馈|指出|发现|查出|查摆|反映|提出|存在)的[“\"「](?P<problem>[^”\"」]{6,120})[”\"」](?:的|等)?(?:问题|情况|现象)?"),
)
_LEFT_OVER = re.compile(r"(?:但|然而|目前|其中)?(?:仍|尚|还)有[^，。；]{0,4}[\d一二三四五六七八九十两]+[^，。；]{0,30}(?:未|没|不|待|只能|须)|(?:余下|剩余|其余)[^，。；]{0,30}(?:仍|尚|还|未)")
_WAS_FOUND = re.compile(r"^(?:[^，。；]{0,12}曾(?:经)?(?!被表彰|获)|经(?:核查|查|核实|了解|调查)，|(?:巡察|巡视|审计)(?:组)?(?:指出|发现|反馈)|(?:问题|具体)(?:表现|情况)：)")
# What stands before this is a set-up for it, not a problem itself.
_SET_UP = re.compile(r"^(?:但|然而|不过|可是|可(?=[^，。；]{0,8}(?:没|不|未|仍|还)))")
_ENUMERATOR = re.compile(r"^(?:[一二三四五六七八九十]{1,2}是|第[一二三四五六七八九]，?|其[一二三四五六]，?|[①-⑳]|[（(]?\d{1,2}[）)．.、]|——|[-•●◆■]|此外，?|另外，?|同时，?|其次，?|首先，?|再次，?)+")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision on a statement: taken or not, how sure (0–1), why, and which stretch of the view carries the problem.

    answered: the statement names the problem in order to say what was done about it.
    """

    taken: bool
    reason: str
    confidence: float
    cues: tuple[CueHit, ...]
    core: tuple[int, int]
    start: int = 0
    answered: bool = False


def judge(unit: Unit, genre: Genre) -> Verdict:
    """Return the decision on one statement.

    "虽然印发了文件，但落实不够" in a problem section is taken with the part after 但 as its core; "防止落实不到位" is refused as plan.
    """
    view = unit.view.text
    start = _after_lead_in(view)
    cues = find_cues(view)
    blocks = find_blockers(view)
    live = live_cues(view, cues, blocks)
    live = [cue for cue in live if cue.start >= start]
    focus = _focus(view)
    refusal = _always(blocks, start) or _zero(view, blocks, live) or _polarity(view, live, focus)
    if refusal is not None:
        return _refuse(refusal, cues, view)
    verdict = _by_place(unit, genre, view, live, blocks, start)
    if isinstance(verdict, str):
        return _refuse(verdict, cues, view)
    named = named_problem(view) if "RECTIFY" in unit.roles else None
    return Verdict(True, "taken", verdict, tuple(live), named or _core(view, live, max(focus, start)), start, named is not None)


def _refuse(reason: str, cues: Sequence[CueHit], view: str) -> Verdict:
    return Verdict(False, reason, 0.0, tuple(cues), (0, len(view)))


def _after_lead_in(view: str) -> int:
    """Return where the first problem begins in a sentence that opens with a lead-in and a colon; 0 where it has none."""
    colon = view.find("：")
    if 0 < colon < len(view) - 4 and colon < 90 and (lead_in(view[: colon + 1], "opens") or lead_in(view[: colon + 1], "label")):
        return colon + 1
    return 0


def _focus(view: str) -> int:
    """Return where the B of 虽然A，但B begins: after the last contrast; 0 where there is none."""
    last = 0
    for match in _CONTRAST.finditer(view):
        last = match.end()
    return last if last < len(view) - 2 else 0


def _polarity(view: str, live: Sequence[CueHit], focus: int) -> str | None:
    """Refuse 虽然(bad)…但(good): all the cues stand before the contrast, and what follows it is good."""
    if not focus or not live or any(cue.end > focus for cue in live):
        return None
    return "achievement" if _GOOD.search(view, focus) else None


def _zero(view: str, blocks: Sequence[Block], live: Sequence[CueHit]) -> str | None:
    """Refuse a zero finding with its topic before it (至于公款旅游、超标准接待，均无此类情形); a fact before it keeps the statement."""
    for block in blocks:
        if block.reason == "zero" and not any(cue.start >= block.start for cue in live):
            if re.search(r"[\d]|有|存在|未|不|仍|没", view[: block.start]) is None:
                return "zero"
    return None


def _always(blocks: Sequence[Block], start: int) -> str | None:
    """Return the reason of a blocker that refuses the statement whatever else it says, None without one."""
    for block in blocks:
        if block.reach == "always" and block.start >= start:
            return block.reason
    return None


def _by_place(
    unit: Unit, genre: Genre, view: str, live: Sequence[CueHit], blocks: Sequence[Block], start: int
) -> float | str:
    """Return the confidence of a finding, or the reason for refusing it, by the statement's place in the report."""
    roles = set(unit.roles)
    if unit.mode is not None:
        return unit.mode
    if unit.passage or "PROBLEM" in roles:
        return _in_problems(unit, view, live, blocks, start)
    if roles & {"PLAN", "REQUEST"}:
        return "plan"
    if "RECTIFY" in roles:
        return _in_rectification(view, live, blocks)
    if "CAUSE" in roles:
        return "cause"
    if "APPENDIX" in roles or (unit.section is not None and roles == {"OTHER"}):
        return _elsewhere(view, live, blocks, other="background")
    if not roles:
        return _without_section(genre, view, live, blocks)
    return _elsewhere(view, live, blocks, other="achievement" if "PRACTICE" in roles else "background")


def named_problem(view: str) -> tuple[int, int] | None:
    """Return where a statement of a rectification report names the problem that it answers, None where it names none."""
    for pattern in _NAMED:
        match = pattern.search(view)
        if match is not None and not re.match(r"^(?:上述|以上|这些|此类|存在的?|[^，。；“]{0,8}(?:反馈|指出|发现)的?)$", match["problem"]):
            quoted = re.search(r"[“\"「]([^”\"」]{4,})[”\"」]", match["problem"])
            return match.span("problem") if quoted is None else (match.start("problem") + quoted.start(1), match.start("problem") + quoted.end(1))
    return None


def _in_problems(
    unit: Unit, view: str, live: Sequence[CueHit], blocks: Sequence[Block], start: int
) -> float | str:
    """In a problem section a statement is a finding unless something speaks against it."""
    body = _ENUMERATOR.sub("", view[start:]).strip("，。；：")
    outside = [cue for cue in live if cue.strength >= 2]
    reason = _statement_reason(view, blocks, outside, start)
    if reason is not None:
        return reason
    if len(body) < 4:
        return "too_short"
    strongest = max((cue.strength for cue in live), default=0)
    if strongest >= 3:
        return 0.95
    if strongest == 2:
        return 0.88
    blocked = _blocked_without_cue(view, blocks, live)
    if blocked is not None:
        return blocked
    if unit.in_cell:
        return "no_cue"
    if _SET_UP.match(unit.following) or _GOOD.search(body):
        return "achievement"
    return 0.7 if strongest == 1 else _cueless(body)


def _blocked_without_cue(view: str, blocks: Sequence[Block], live: Sequence[CueHit]) -> str | None:
    """Return the reason of a blocked clause where nothing else speaks; 分6次缴库，目前已全部上缴 has a fact before it."""
    if live:
        return None
    for block in blocks:
        left, right = clause_of(view, block.start, block.end)
        fact_before = block.reason == "rectified" and re.search(r"[\d一二三四五六七八九十]", view[: max(left - 1, 0)])
        turned = _CONTRAST.search(view, max(right - 1, 0))
        if block.reach == "clause" and not fact_before and not turned:
            return block.reason
    return None


# Blockers that set the tone of all that follows when they open a statement: 下一步将…, 各单位要….
_OPENINGS = ("plan-open", "requirement")
_NEAR = 8


def _statement_reason(view: str, blocks: Sequence[Block], cues: Sequence[CueHit], start: int) -> str | None:
    """Return why the whole statement is refused: a blocker that reaches it all, and no cue outside the blocker's own clauses."""
    for block in blocks:
        if block.reach != "statement" or block.end <= start:
            continue
        if block.id in ("lead-in", "look-back") and block.end >= len(view) - 1:
            return block.reason
        if block.id in _OPENINGS and block.start <= start + _NEAR:
            after = [cue for cue in cues if cue.start >= block.end and _factual(view, cue)]
            if not after:
                return block.reason
            continue
        left, right = clause_of(view, block.start, block.end)
        if not any(cue.strength >= 2 and not left <= cue.start < right for cue in cues):
            return block.reason
    return None


def _factual(view: str, cue: CueHit) -> bool:
    """Return whether a cue after a plan's opening still reports a fact: after 但 or 仍."""
    left, _ = clause_of(view, cue.start, cue.end)
    return _STILL.search(view, left, cue.end) is not None or _CONTRAST.search(view, max(left - 1, 0), cue.start) is not None


def _cueless(body: str) -> float | str:
    """A plain fact in a problem section is a finding with low confidence; a report of work done is not."""
    if _ALREADY.search(body):
        return "achievement"
    done = _DONE.match(body)
    if done is not None and not re.search(r"\d|[一二三四五六七八九十两]", body):
        return "achievement"
    return "background" if _TALLY.search(body) else 0.5


_ALREADY = re.compile(r"(?:已经?|均已|现已)(?:归集|压减|压缩|覆盖|建成|接入|接通|实现|形成|完成|建立|健全|开展|出台|印发|制定|修订|纳入|推行|启用|配备|安装|上线|开通|投用|落实|减少|降至|降到|提升|增加|培训|发放|兑现|解决|整改|化解|规范)")
_TALLY = re.compile(r"^(?:[^，。；]{0,24})?(?:共|累计|总计|合计|全年|以来)[^，。；]{0,16}(?:开展|组织|召开|出具|办理|完成|举办|签订|制定|实施|学习|培训|检查|走访)[^，。；]{0,16}\d+[^，。；]{0,8}$")


def _in_rectification(view: str, live: Sequence[CueHit], blocks: Sequence[Block]) -> float | str:
    """In a rectification section a named problem is a finding (关于“X不够”的问题，已…), and so is what is still wrong
    (仍有3笔未收回) and what was found (经核查，…).
    """
    if named_problem(view) is not None:
        return 0.75
    if any(block.reach == "statement" for block in blocks):
        return "rectified"
    strong = [cue for cue in live if cue.strength >= 2]
    if strong and (_STILL.search(view) or any(cue.start >= _focus(view) > 0 for cue in strong)):
        return 0.75
    if _LEFT_OVER.search(view):
        return 0.65
    if _WAS_FOUND.search(view) and (strong or (re.search(r"\d", view) and not any(b.id == "done" for b in blocks))):
        return 0.6
    return "rectified"


def _without_section(genre: Genre, view: str, live: Sequence[CueHit], blocks: Sequence[Block]) -> float | str:
    """Outside any section the wording must carry it alone; a news item reports other people's meetings."""
    if genre == "news" or any(block.reach in ("statement", "always") for block in blocks):
        return "background"
    return _elsewhere(view, live, blocks, other="background")


def _elsewhere(view: str, live: Sequence[CueHit], blocks: Sequence[Block], *, other: str) -> float | str:
    """Among achievements a finding must say that something is still wrong, after a contrast: …，但仍存在…不到位的问题."""
    strong = [cue for cue in live if cue.strength >= 3]
    if not strong or any(block.reach == "statement" for block in blocks):
        return other
    focus = _focus(view)
    turned = focus and any(cue.start >= focus for cue in strong)
    still = _STILL.search(view, focus)
    if turned and still:
        return 0.6
    return other


_CAUSE_CLAUSE = re.compile(r"^(?:由于|因为?(?!此)|受(?!贿|理|众|益|训|到(?:表彰|好评))|鉴于|囿于|限于|受限于|受制于)")
_RESULT_CLAUSE = re.compile(r"^(?:[^，。；]{0,6})?(?:导致|致使|造成|使得?|以致|影响了?|制约了?|进而|从而|以至)")


def _core(view: str, live: Sequence[CueHit], floor: int) -> tuple[int, int]:
    """Return the stretch that carries the problem: from the focus, causes left out, to the last clause with a cue."""
    end = len(view.rstrip("。；！？，"))
    begin = floor + len(_ENUMERATOR.match(view[floor:])[0]) if _ENUMERATOR.match(view[floor:]) else floor  # type: ignore[index]
    clauses = [(m.start(), m.end()) for m in re.finditer(r"[^，；：]+", view[begin:end])]
    spans = [(begin + a, begin + b) for a, b in clauses]
    while len(spans) > 1 and _CAUSE_CLAUSE.match(view[spans[0][0] : spans[0][1]]):
        spans.pop(0)
    while len(spans) > 1 and _RESULT_CLAUSE.match(view[spans[-1][0] : spans[-1][1]]):
        spans.pop()
    if not spans:
        return 0, len(view)
    hits = [cue for cue in live if cue.start >= spans[0][0] and cue.strength >= 2]
    first = _firstclause_of(view, spans, hits, floor)
    last = max((b for a, b in spans if any(a <= cue.start < b for cue in hits)), default=spans[-1][1])
    return first, max(last, first + 1)


def _firstclause_of(view: str, spans: Sequence[tuple[int, int]], hits: Sequence[CueHit], floor: int) -> int:
    """Return where the core begins; a good first clause (形式较好，…) before the first cue is left out only after a concession."""
    if not hits or floor or _CONCESSION.match(view) is None:
        return spans[0][0]
    return next((a for a, b in spans if any(a <= cue.start < b for cue in hits)), spans[0][0])
