"""Cells as JSON writes them."""

from __future__ import annotations

import math

from pipeline.tables import Value


def json_value(value: Value) -> Value:
    """Return a cell as it stands in JSON: 12.0 -> 12, 0.1 + 0.2 -> 0.3, inf -> None; all else as it is.

    The numbers are those of the CSV files (`pipeline.export.csv_files.cell_text`).
    """
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        return None
    # A double holds 15 decimal digits for certain; the rest is noise of binary arithmetic.
    return int(value) if value == int(value) else float(format(value, ".15g"))
