"""Records with some fields changed."""

from __future__ import annotations

import pytest

from pipeline.changing import changer
from pipeline.records import Remedy, Span


def test_a_changed_record_keeps_its_other_fields() -> None:
    row = Remedy("r1", 0, 2, "修订", "planned", owner="财务科")
    assert changer(Remedy, "remedy_id", "deadline")(row, "r2", "年底前") == Remedy(
        "r2", 0, 2, "修订", "planned", owner="财务科", deadline="年底前"
    )
    with pytest.raises(ValueError, match="zip"):
        changer(Span, "end")(Span(0, 2))
