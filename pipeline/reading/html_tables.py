"""Tables of web pages: which hold data and which only arrange the page, and where each cell stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipeline.reading.html_main import walk
from pipeline.records import TablePlace

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_MOST_SPAN = 1000
_ARTICLE = 1500
_MOST_ROWS_OF_A_FRAME = 3


def is_data_table(table: LexborNode) -> bool:
    """Say whether a table holds data: two rows and two columns at least, no table, heading or article in it."""
    rows = columns = cells = longest = length = 0
    for node, entering in walk(table):
        if node.is_text_node:
            length += len((node.text_content or "").strip())
        elif node.tag in ("h1", "h2", "h3", "table") and entering and node.mem_id != table.mem_id:
            return False
        elif node.tag == "tr" and entering:
            rows, cells = rows + 1, 0
        elif node.tag in ("td", "th"):
            if entering:
                cells, length = cells + 1, 0
                columns = max(columns, cells)
            else:
                longest = max(longest, length)
    is_frame = rows <= _MOST_ROWS_OF_A_FRAME and longest > _ARTICLE
    return rows > 1 and columns > 1 and not is_frame


class TableGrid:
    """Hands out the places of cells row by row, past those that rowspan covers."""

    def __init__(self, table: int) -> None:
        self._table = table
        self._row = -1
        self._column = 0
        self._covered: dict[int, int] = {}

    def next_row(self) -> None:
        """Begin a row."""
        self._row += 1
        self._column = 0

    def place(self, attributes: Mapping[str, str | None]) -> TablePlace:
        """Return the place of the next cell of this row."""
        self._row = max(self._row, 0)
        while self._covered.get(self._column, 0) > self._row:
            self._column += 1
        rows, columns = _span(attributes.get("rowspan")), _span(attributes.get("colspan"))
        place = TablePlace(self._table, self._row, self._column, rows, columns)
        for column in range(self._column, self._column + columns):
            self._covered[column] = self._row + rows
        self._column += columns
        return place


def _span(value: str | None) -> int:
    """Return how far a cell reaches: "2" -> 2, 1 for what is no number or out of reason."""
    text = (value or "1").strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return number if 1 <= number <= _MOST_SPAN else 1
