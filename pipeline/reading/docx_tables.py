"""Tables as a grid: which cell stands where, and how far merged cells reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from pipeline.reading.docx_inline import chosen_branch
from pipeline.reading.ooxml import MC, W, child, children, integer, value_of

_DELETED = frozenset({W + "del", W + "moveFrom"})


@dataclass(slots=True)
class GridCell:
    """A visible cell: its w:tc, the row and column of its upper left corner, and its extent."""

    node: etree._Element
    row: int
    column: int
    rows: int
    columns: int


def grid_cells(table: etree._Element) -> tuple[list[GridCell], list[etree._Element]]:
    """Return the cells of a w:tbl in reading order, each merged cell once, and the w:tc that merges cover.

    Rows and columns count from 0. A covered cell shows nothing in Word; its text, if any, is the caller's to report.
    """
    cells: list[GridCell] = []
    covered: list[etree._Element] = []
    above: dict[int, GridCell] = {}
    for row, node in enumerate(node for node in through(table, W + "tr") if not _is_deleted_row(node)):
        below: dict[int, GridCell] = {}
        column = _skipped_columns(node)
        previous: GridCell | None = None
        for cell in through(node, W + "tc"):
            properties = child(cell, "tcPr")
            if properties is not None and not len(properties):
                properties = None
            if _has(properties, "cellDel"):
                continue
            columns = max(integer(value_of(_property(properties, "gridSpan"))) or 1, 1)
            origin = above.get(column)
            if _continues(properties, "hMerge") and previous is not None:
                previous.columns += columns
                covered.append(cell)
            elif _continues(properties, "vMerge") and origin is not None:
                origin.rows = row - origin.row + 1
                below[column] = previous = origin
                covered.append(cell)
            else:
                previous = GridCell(cell, row, column, 1, columns)
                cells.append(previous)
                if _has(properties, "vMerge"):
                    below[column] = previous
            column += columns
        above = below
    return cells, covered


def through(parent: etree._Element | None, tag: str) -> Iterator[etree._Element]:
    """Yield the rows of a table or the cells of a row, also those inside content controls and tracked insertions."""
    for node in children(parent):
        if node.tag == tag:
            yield node
        elif node.tag == MC + "AlternateContent":
            yield from through(chosen_branch(node), tag)
        elif isinstance(node.tag, str) and node.tag not in _DELETED and not node.tag.endswith("Pr"):
            yield from through(node, tag) if node.tag not in (W + "tc", W + "p", W + "tbl") else ()


def _property(properties: etree._Element | None, name: str) -> etree._Element | None:
    return None if properties is None else child(properties, name)


def _has(properties: etree._Element | None, name: str) -> bool:
    return _property(properties, name) is not None


def _continues(properties: etree._Element | None, name: str) -> bool:
    """Say whether w:vMerge or w:hMerge continues a merge: no value, or "continue"."""
    merge = _property(properties, name)
    return merge is not None and value_of(merge) in (None, "continue")


def _is_deleted_row(row: etree._Element) -> bool:
    return _has(child(row, "trPr"), "del")


def _skipped_columns(row: etree._Element) -> int:
    return integer(value_of(_property(child(row, "trPr"), "gridBefore"))) or 0
