"""What people call the codes that records hold: stages, section roles, genres, reasons of refusals."""

from __future__ import annotations

from collections.abc import Iterable

STAGE_NAMES = {
    "findings": "问题表述",
    "category": "问题类别",
    "subcategory": "问题子类",
    "headings": "标题",
    "levels": "标题层级",
    "roles": "章节角色",
    "quantities": "计量",
    "value": "计量数值",
    "kind": "计量种类",
    "unit": "计量单位",
    "bound": "计量界限",
    "item": "计量对象",
    "masked": "掩码数字",
}
ROLE_NAMES = {
    "OVERVIEW": "基本情况",
    "PRACTICE": "工作成效",
    "PROBLEM": "存在问题",
    "CAUSE": "原因分析",
    "PLAN": "下步打算",
    "RECTIFY": "整改情况",
    "REQUEST": "要求建议",
    "APPENDIX": "附件",
    "OTHER": "其他",
}
GENRE_NAMES = {
    "self-report": "自查报告",
    "feedback": "反馈意见",
    "rectification": "整改报告",
    "comparison": "对照检查",
    "audit": "审计报告",
    "work-report": "工作报告",
    "news": "新闻",
    "other": "其他",
}
REASON_NAMES = {
    "plan": "打算或措施",
    "requirement": "要求",
    "achievement": "成效或做法",
    "cause": "原因分析",
    "background": "背景或陈述",
    "general": "泛泛而论",
    "lead_in": "引出下文",
    "other_case": "他人案例",
    "rectified": "已整改",
    "scope": "检查范围",
    "zero": "未发现问题",
    "too_short": "过短",
    "no_cue": "没有线索",
}


def role_names(roles: Iterable[str]) -> str:
    """Return the names of section roles, e.g. ("PROBLEM", "CAUSE") -> "存在问题、原因分析"."""
    return "、".join(ROLE_NAMES.get(role, role) for role in roles)


def reason_name(reason: str) -> str:
    """Return the name of a refusal's reason, e.g. "plan" -> "打算或措施"; an unknown one as it is."""
    return REASON_NAMES.get(reason, reason)
