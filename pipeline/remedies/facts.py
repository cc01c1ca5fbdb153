"""What a remedy says about itself: in which state it is, who owns it, and until when."""

from __future__ import annotations

import re
from calendar import monthrange

from pipeline.records import RemedyState, Role
from pipeline.remedies.words import find_cue
from pipeline.sieve import Sifted

_YEAR = r"(?P<year>20\d{2})年"
_EXACT_DAY = re.compile(_YEAR + r"(?P<month>\d{1,2})月(?P<day>\d{1,2})日")
_MONTH = re.compile(_YEAR + r"(?P<month>\d{1,2})月(?P<end>底|末)?")
_QUARTER_END = re.compile(_YEAR + r"(?:第)?(?P<quarter>[一二三四1-4])季度(?:底|末)")
_YEAR_END = re.compile(_YEAR + r"年?(?:底|末)")
_POINT = (
    r"(?:20\d{2}年|今年|明年|本年|每年|当年)?(?:第?[一二三四1-4]季度|上半年|下半年|\d{1,2}月|年|月|季度)?"
    r"(?:\d{1,2}日|上旬|中旬|下旬|底|末)?"
)
_BEFORE = re.compile(
    rf"(?<![\d一二三四五六七八九十几两])(?P<when>{_POINT}(?:之?前|以前))(?![期段沿后]|不久|[一两三四五六七八九十\d]+[季年个名])"
)
_WITHIN = Sifted(r"(?P<when>[一二两三四五六七八九十\d]+个?(?:工作日|日|天|周|个月|月|年)(?:之|以)?内)")
_STANDING = Sifted(
    r"(?:^|[，,；;（(：:])\s*(?P<when>(?:立行立改|即知即改|立查立改|即查即改|边查边改|长期坚持|持续坚持))(?=[，,；;。）)]|$)"
)
_UNIT_LABEL = (
    r"(?:(?:整改)?(?:责任|牵头|承办|主责|具体责任)(?:单位|部门|科室|处室|领导|主体|人)"
    r"|(?:主管|分管)领导|配合(?:单位|部门))"
)
_OWNER_LABEL = Sifted(rf"{_UNIT_LABEL}\s*[:：]\s*(?P<who>[^，,。；;\n）)]+)")
_DEADLINE_LABEL = Sifted(
    r"(?:(?:整改|完成|计划完成|预计完成|整改完成)(?:时限|期限|时间|日期)|时限要求|时间要求|时限|期限)\s*[:：]\s*(?P<when>[^，,。；;\n）)]+)"
)
_BY = Sifted(
    r"(?:^|[，,。；;：:（(]|[一二三四五六七八九十]是)由(?P<who>[^，,。；;：:\n]{2,20}?)(?:负责|牵头|承办|督办|组织实施|统筹|具体落实|抓好)"
)
_LEADS = Sifted(
    r"(?:^|[，,。；;：:（(])(?P<who>[^，,。；;：:\n由的]{1,12}(?:室|科|处|部|股|局|委|办|中心|支部|党组|党委|工会|公司|学院))牵头"
)
_TIME = re.compile(r"[\d年月日底末季周天]")
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}


def state_of(text: str, roles: tuple[Role, ...]) -> RemedyState:
    """Return the state that the wording tells, planned where it has no mark of time.

    Example: "已修订采购办法。" -> "done"; "正在修订采购办法。" -> "ongoing"; "修订采购办法。" -> "planned".
    In a rectification part a deed with a count or a named rule ("召开会议3次") counts as done.
    """
    done = find_cue("done", text)
    ongoing = find_cue("ongoing", text) or ("PLAN" not in roles and find_cue("lasting", text)) or None
    planned = find_cue("planned", text)
    told = done or ongoing
    if planned is not None and (told is None or planned.start() < told.start()):
        return "planned"
    if ongoing is not None:
        return "ongoing"
    if done is not None or ("RECTIFY" in roles and "PLAN" not in roles and find_cue("record", text)):
        return "done"
    return "planned"


def owner_of(text: str) -> str | None:
    """Return who answers for the step, as written, e.g. "（责任单位：财务科）" -> "财务科"; None where nobody is named.

    Several labels are joined: "责任领导：李明；责任科室：人事科" -> "李明；人事科".
    """
    labels = _OWNER_LABEL.pattern.finditer(text) if _OWNER_LABEL.may_match(text) else ()
    named = [match["who"].strip() for match in labels]
    if named:
        return "；".join(dict.fromkeys(named))
    match = _BY.search(text) or _LEADS.search(text)
    return None if match is None else match["who"].strip()


def deadline_of(text: str, *, state: RemedyState = "planned") -> str | None:
    """Return until when, ISO where the text is exact, as written otherwise; None where it says nothing.

    Example: "2024年6月底前完成" -> "2024-06-30"; "年底前完成" -> "年底前"; "完成时限：立行立改" -> "立行立改".
    A done step has a deadline only where a label gives one.
    """
    match = _DEADLINE_LABEL.search(text)
    if match is None and state != "done":
        match = _before(text) or _WITHIN.search(text) or _STANDING.search(text)
    return None if match is None else exact_date(match["when"].strip())


def _before(text: str) -> re.Match[str] | None:
    """Return the first 前 that names a time at all: a bare 前 (会前, 目前) names none."""
    if "前" not in text:
        return None
    return next((found for found in _BEFORE.finditer(text) if _TIME.search(found["when"])), None)


def exact_date(text: str) -> str:
    """Return the ISO date of an exact point in time, text itself otherwise.

    Example: "2024年12月底前" -> "2024-12-31"; "2024年6月" -> "2024-06"; "6月底前" -> "6月底前" (of which year?).
    "2024年6月前" stays as written: it may or may not include June.
    """
    if match := _EXACT_DAY.search(text):
        return _iso(int(match["year"]), int(match["month"]), int(match["day"])) or text
    if match := _QUARTER_END.search(text):
        month = 3 * (_QUARTERS.get(match["quarter"]) or int(match["quarter"]))
        return _month_end(int(match["year"]), month) or text
    if match := _MONTH.search(text):
        return _month(match, text)
    if match := _YEAR_END.search(text):
        return f"{match['year']}-12-31"
    return text


def _month(match: re.Match[str], text: str) -> str:
    year, month = int(match["year"]), int(match["month"])
    if not 1 <= month <= 12:
        return text
    if match["end"]:
        return _month_end(year, month) or text
    return f"{year}-{month:02d}" if match.group() == text else text


def _month_end(year: int, month: int) -> str | None:
    return _iso(year, month, monthrange(year, month)[1]) if 1 <= month <= 12 else None


def _iso(year: int, month: int, day: int) -> str | None:
    valid = 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
    return f"{year}-{month:02d}-{day:02d}" if valid else None
