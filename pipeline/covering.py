"""Which quantities stand inside problem statements and remedies, and how much money a problem names."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.records import Finding, Quantity, Remedy

_TOTAL = re.compile(r"(?:共计|合计|累计|总计|总额|共|总金额)[^，,。；\d]{0,6}$")
_LISTED = re.compile(r"^[^，,。；\d]{0,12}[、和及与][^，,。；\d]{0,16}$")
_YUAN = "元"


def attach_quantities(
    findings: tuple[Finding, ...], remedies: tuple[Remedy, ...], quantities: tuple[Quantity, ...]
) -> tuple[tuple[Finding, ...], tuple[Remedy, ...]]:
    """Return findings and remedies with the ids of the quantities inside them, and findings with amount_yuan.

    Example: "往来款2.83万元未清理" with the quantity 2.83万元 -> amount_yuan 28300.0.
    amount_yuan: the total where the statement names one (共…), the sum of a bare list (A3万元、B2万元), the first
    amount otherwise; the amount in the row of a ledger where the statement itself names none. None where it is masked,
    not in 元, or where no money is named as a problem.
    """
    measured = []
    for finding in findings:
        inside = _inside(finding, quantities)
        beside = tuple(row for row in quantities if row.finding_id == finding.finding_id and row not in inside)
        amount = _amount(finding, inside) if _money(inside) or not beside else _amount_beside(beside)
        ids = tuple(row.quantity_id for row in (*inside, *beside))
        measured.append(replace(finding, quantity_ids=ids, amount_yuan=amount))
    steps = (replace(row, quantity_ids=tuple(q.quantity_id for q in _inside(row, quantities))) for row in remedies)
    return tuple(measured), tuple(steps)


def _inside(statement: Finding | Remedy, quantities: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
    return tuple(row for row in quantities if statement.start <= row.start and row.end <= statement.end)


def _amount(finding: Finding, inside: tuple[Quantity, ...]) -> float | None:
    money = _money(inside)
    if not money:
        return None
    total = next((row for row in money if _TOTAL.search(_before(finding, row))), None)
    if total is not None:
        return _value(total)
    values = [_value(row) for row in _list_from_first(finding, money)]
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None


def _money(rows: tuple[Quantity, ...]) -> list[Quantity]:
    return [
        row for row in rows if row.role == "problem" and (row.kind == "money" or (row.masked and row.unit == _YUAN))
    ]


def _amount_beside(rows: tuple[Quantity, ...]) -> float | None:
    """Return the one amount in a finding's row of a ledger, None where there is none or more than one."""
    money = _money(rows)
    return _value(money[0]) if len(money) == 1 else None


def _before(finding: Finding, row: Quantity) -> str:
    return finding.text[: row.start - finding.start]


def _list_from_first(finding: Finding, money: list[Quantity]) -> list[Quantity]:
    """Return the first amount and those that a bare list joins to it: 、和及, without a new clause between them."""
    listed = money[:1]
    for row in money[1:]:
        between = finding.text[listed[-1].end - finding.start : row.start - finding.start]
        if _LISTED.match(between) is None or "其中" in between:
            break
        listed.append(row)
    return listed


def _value(row: Quantity) -> float | None:
    usable = row.unit == _YUAN and not row.masked and isinstance(row.value, int | float)
    return float(row.value) if usable and row.value is not None else None
