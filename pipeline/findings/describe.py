"""What a finding says besides the problem: cause, consequence, scope, bluntness, nature, who found it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from pipeline.cues import CueHit
from pipeline.records import FindingStatus, FoundBy, Genre
from pipeline.squeeze import View

_SCOPE = re.compile(r"极个别|个别|少数|多数|部分|普遍|一些|某些|有些|有的|大部分|大多数|绝大多数|少部分")
_SCOPES = {"极个别": "个别", "个别": "个别", "少数": "少数", "少部分": "少数", "多数": "多数", "大多数": "多数", "绝大多数": "多数", "大部分": "多数", "普遍": "普遍"}
_CAUSE = re.compile(r"(?:^|(?<=[，；：。]))(?:但|而|且)?(?:由于|因为|因(?=[^，。；]{2,30}(?:，|原因|因素|影响|限制))|受(?=[^，。；]{2,40}(?:影响|限制|制约|约束|因素))|囿于|限于|受限于|受制于|鉴于)[^，。；]*")
_RESULT = re.compile(r"(?:导致|致使|造成(?!的)|使得|以致|影响了?(?!力)|制约了?|进而|从而)[^。；]*")
_FOUND: tuple[tuple[FoundBy, re.Pattern[str]], ...] = (
    ("audit", re.compile(r"(?:经|被|据|在)?[^，。；]{0,8}审计(?:局|组|厅|署|部门|机构)?[^，。；]{0,10}(?:指出|发现|查出|点出|提出|认定|反馈|揭示)|审计(?:才|后)")),
    ("inspection", re.compile(r"(?:巡察|巡视)(?:组|办)?[^，。；]{0,10}(?:指出|发现|反馈|点出|提出|认定)|(?:反馈|指出)(?:的|了)?“")),
    ("notice", re.compile(r"(?:被|受到|经)[^，。；]{0,14}(?:通报|约谈|督办|问责|处罚|点名|曝光)")),
    ("public", re.compile(r"(?:群众|职工|学生|家长|企业|村民|居民|患者|师生|社会|媒体)[^，。；]{0,8}(?:反映|投诉|举报|信访|来信|来访|反响|意见(?:较|很)?大)|(?:信访|热线|举报)[^，。；]{0,6}(?:反映|投诉|发现)")),
)


def scope_of(view: str) -> str | None:
    """Return how far the problem reaches by its own words: 个别, 少数, 部分, 多数, 普遍; None where it says nothing.

    "一些干部" and "有的干部" count as 部分.
    """
    match = _SCOPE.search(view)
    return None if match is None else _SCOPES.get(match[0], "部分")


def cause_of(view: View) -> str | None:
    """Return the clause that gives the cause, e.g. "受编制限制，力量不足" -> "受编制限制"; None where there is none."""
    match = _CAUSE.search(view.text)
    return None if match is None else match[0]


def consequence_of(view: View) -> str | None:
    """Return the clause that gives the consequence, from 导致, 致使, 影响 … on; None where there is none."""
    match = _RESULT.search(view.text)
    return None if match is None or match.start() < 4 else match[0]


def hedge_of(cues: Sequence[CueHit]) -> int | None:
    """Return how blunt the wording is, 1 (有待加强) to 5 (违规); that of its bluntest cue, None for a plain fact."""
    return max((cue.hedge for cue in cues if cue.strength >= 2), default=max((cue.hedge for cue in cues), default=None))


def nature_of(cues: Sequence[CueHit]) -> str | None:
    """Return the nature that most cues name (不足 缺失 弱化 违规 虚假 认识), the bluntest in a tie; None for a plain fact."""
    if not cues:
        return None
    votes = Counter(cue.nature for cue in cues)
    blunt = {nature: max(cue.hedge for cue in cues if cue.nature == nature) for nature in votes}
    return max(votes, key=lambda nature: (blunt[nature], votes[nature], nature))


def found_by(view: str, genre: Genre) -> FoundBy:
    """Return who found the problem: by the statement's own words, else by the genre of the report."""
    for finder, pattern in _FOUND:
        if pattern.search(view):
            return finder
    if genre in ("feedback", "rectification"):
        return "inspection"
    return "audit" if genre == "audit" else "self"


_PUT_RIGHT = re.compile(
    r"(?:目前|现|现已|均|后|截至[^，。；]{2,20})?(?:已|已经|业已)(?:于[^，。；]{2,16})?(?:全部|全额|基本|如数|足额|按规定|责令)?(?:完成整改|整改|清退|追缴|追回|上缴|收回|退回|退还|归还|纠正|补缴|补办|补签|"
    r"补录|调账|销号|核销|清理|处理|拆除|停止|更正|归档|缴回|缴库|缴入|入账|换届)|整改到位"
)
_NOT_PUT_RIGHT = re.compile(r"(?:仍|尚|还)(?:然|有|未|没|存|不)|未(?:整改|落实|到位)|“已整改”|回复|上报|称")


def status_of(view: str, *, answered: bool = False) -> FindingStatus:
    """Return "rectified" where the statement itself says that it has been put right, "open" otherwise.

    "多付2.1万元，目前已全部追回" -> rectified; "已追回3万元，仍有2万元未收" -> open.
    answered: the statement names the problem in order to say what was done, so it is open only where it says so.
    """
    if answered:
        return "open" if re.search(r"尚未|仍未|未能|未完成|未整改|没有(?:完成|整改|解决)", view) else "rectified"
    if _PUT_RIGHT.search(view) and not _NOT_PUT_RIGHT.search(view):
        return "rectified"
    return "open"
