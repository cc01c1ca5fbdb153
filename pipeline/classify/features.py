"""A statement as the models read it: without blanks, and without who found it."""

from __future__ import annotations

import re

from pipeline.squeeze import squeeze

# Who found it is not what it is about: left in, 审计指出： would make any statement one about rectification.
_SOURCE = re.compile(
    r"^(?:经)?(?:内部)?(?:审计|巡[察视]|督[察导查]|检查)(?:局|组|部门)?[^，：。]{0,6}?(?:指出|发现|反馈|查出|提出)[，：]"
)


def clean(text: str) -> str:
    """Return text without stray blanks and opening source, e.g. "审计指出:长期 挂账" -> "长期挂账"."""
    return _SOURCE.sub("", squeeze(text, 0, len(text)).text)
