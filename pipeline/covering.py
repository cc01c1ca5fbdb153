"""Which quantities stand inside problem statements and remedies, and how much money a problem names."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict

from pipeline.changing import changer
from pipeline.records import Finding, Quantity, Remedy

_TOTAL = re.compile(r"(?:共计|合计|累计|总计|总额|共|总金额)[^，,。；\d]{0,6}$")
_LISTED = re.compile(r"^[^，,。；\d]{0,12}[、和及与][^，,。；\d]{0,16}$")
_YUAN = "元"
_with_measures = changer(Finding, "quantity_ids", "amount_yuan")
_with_quantities = changer(Remedy, "quantity_ids")


def attach_quantities(
    findings: tuple[Finding, ...], remedies: tuple[Remedy, ...], quantities: tuple[Quantity, ...]
) -> tuple[tuple[Finding, ...], tuple[Remedy, ...]]:
    """Return findings and remedies with the ids of the quantities inside them, and findings with amount_yuan.

    Example: "往来款2.83万元未清理" with the quantity 2.83万元 -> amount_yuan 28300.0.
    amount_yuan: the total where the statement names one (共…), the sum of a bare list (A3万元、B2万元), the first
    amount otherwise; the amount in the row of a ledger where the statement itself names none. None where it is masked,
    not in 元, or where no money is named as a problem.
    """
    measured = _Measured(quantities)
    return (
        tuple(_with_amount(row, measured) for row in findings),
        tuple(_with_ids(row, measured.inside(row)) for row in remedies),
    )


class _Measured:
    """The quantities of a report by place and by the problem whose row in a ledger they stand in."""

    def __init__(self, quantities: tuple[Quantity, ...]) -> None:
        self._quantities = quantities
        self._order = sorted(range(len(quantities)), key=lambda place: quantities[place].start)
        self._starts = [quantities[place].start for place in self._order]
        self._by_finding: dict[str, list[Quantity]] = defaultdict(list)
        for row in quantities:
            if row.finding_id is not None:
                self._by_finding[row.finding_id].append(row)

    def inside(self, statement: Finding | Remedy) -> tuple[Quantity, ...]:
        """Return the quantities that stand in a statement, in the order of the report."""
        first, end = bisect_left(self._starts, statement.start), bisect_right(self._starts, statement.end)
        places = sorted(self._order[first:end])
        return tuple(self._quantities[place] for place in places if self._quantities[place].end <= statement.end)

    def beside(self, finding: Finding) -> tuple[Quantity, ...]:
        """Return the quantities that belong to a problem and stand outside its statement, as in its row of a ledger."""
        return tuple(
            row
            for row in self._by_finding.get(finding.finding_id, ())
            if row.start < finding.start or finding.end < row.end
        )


def _with_amount(finding: Finding, measured: _Measured) -> Finding:
    inside, beside = measured.inside(finding), measured.beside(finding)
    if not inside and not beside and not finding.quantity_ids and finding.amount_yuan is None:
        return finding
    amount = _amount(finding, inside) if _money(inside) or not beside else _amount_beside(beside)
    ids = tuple(row.quantity_id for row in (*inside, *beside))
    return _with_measures(finding, ids, amount)


def _with_ids(remedy: Remedy, inside: tuple[Quantity, ...]) -> Remedy:
    ids = tuple(row.quantity_id for row in inside)
    return remedy if ids == remedy.quantity_ids else _with_quantities(remedy, ids)


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
