"""Ranks and serial numbers: 第3位, 第十四届, 第一党支部, 居全国第一, 前三名."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.quantities import numerals
from pipeline.quantities.grammar import Amount
from pipeline.quantities.numerals import HAN

_NUMBER = rf"(?:\d{{1,4}}|[{HAN}]{{1,6}})"
_UNIT = (
    r"(?:届|次(?!要)|位(?!置)|名|个|轮(?!换|岗)|期|大|"
    r"(?:教工|学生|离退休)?党?支部|党小组|(?:巡[视察]|检查|督[导查]|考核|审计|监督|工作|调研|考察|验收)组|(?:监督检查|纪检监察|审查调查)室|纪检监察组|分会场|生产队|村民小组)"
)
_ORDINAL = re.compile(rf"第(?P<num>{_NUMBER})(?P<unit>{_UNIT})?(?P<end>(?=[，,。；;、：）)\n的]|$|和第|、第))?")
_TOP = re.compile(
    rf"(?<=[\u4e00-\u9fff])(?<![提之目以年天日月会当事赛产餐饭班术此])前(?P<num>{_NUMBER})(?P<unit>[名位])"
)


def ordinals(text: str) -> Iterator[Amount]:
    """Yield ordinals of protected flat text, e.g. "居全国第3位" -> "第3位", value 3, unit 位."""
    for match in _ORDINAL.finditer(text):
        number = numerals.parse(match["num"])
        if number is not None and (match["unit"] or _is_rank(text, match)):
            unit = "" if match["unit"] == "大" else match["unit"] or ""
            end = match.end("num") if match["unit"] == "大" else match.end()
            yield Amount(match.start(), end, "ordinal", float(number.value), unit=unit)
    for match in _TOP.finditer(text):
        number = numerals.parse(match["num"])
        if number is not None:
            yield Amount(match.start(), match.end(), "ordinal", float(number.value), unit=match["unit"], bound="<=")


def _is_rank(text: str, match: re.Match[str]) -> bool:
    """Tell whether 第一 without a measure word ends its clause and does not begin it (居全国第一，)."""
    before = text[match.start() - 1 : match.start()]
    return match["end"] is not None and bool(re.match(r"[\u4e00-\u9fff]", before))
