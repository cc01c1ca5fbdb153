"""The files that are built from marked-up reports say the same as the mark-up."""

from __future__ import annotations

from pathlib import Path

import pytest
from build_reports import REPORTS, build_all

from pipeline.evaluate.gold import read_gold
from pipeline.reading import read


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("built")
    assert build_all(out) == len(list(REPORTS.glob("*.txt")))
    return out


@pytest.mark.slow
def test_gold_tables_say_what_the_marks_say(built: Path) -> None:
    for table, marked in zip(read_gold(built / "gold"), read_gold(), strict=True):
        assert (table.name, table.text, table.segments) == (marked.name, marked.text, marked.segments)
        assert table.headings == marked.headings


@pytest.mark.slow
def test_word_files_say_what_the_text_says(built: Path) -> None:
    for path in sorted((built / "docx").glob("*.docx")):
        text = (built / "text" / f"{path.stem}.txt").read_text(encoding="utf-8")
        assert read(path).text.split() == text.split(), path.stem
