"""Word files against LibreOffice's rendering: the same paragraphs with the same numbers, in the same order.

Known faults of LibreOffice's text export, which are taken out of the comparison: deleted text is shown; text boxes are
missing; an empty numbered paragraph is a line with nothing but its number, while a block always has text.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from pipeline.audit import docx_paragraphs
from pipeline.audit.records import squeezed
from pipeline.reading.docx import read_docx
from pipeline.reading.office import find_soffice
from pipeline.records import Document

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_soffice() is None, reason="LibreOffice is not installed"),
]
_NUMBER_ALONE = re.compile(r"[（(]?[\d一二三四五六七八九十.、．]+[）)]?")
SAMPLES = Path(__file__).parent.parent / "corpus/samples"


def rendered(paths: list[Path], folder: Path) -> dict[Path, list[str]]:
    """Return the lines of each file as LibreOffice writes them, all in one call."""
    copies = {path: folder / f"{number:03d}.docx" for number, path in enumerate(paths)}
    for path, copy in copies.items():
        copy.write_bytes(path.read_bytes())
    command = [find_soffice() or "", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(folder / "out")]
    subprocess.run([*command, *map(str, copies.values())], check=True, capture_output=True, timeout=180)
    return {
        path: _lines((folder / "out" / f"{copy.stem}.txt").read_text(encoding="utf-8-sig"))
        for path, copy in copies.items()
    }


def _lines(text: str) -> list[str]:
    return [line for line in map(squeezed, text.split("\n")) if line]


def ours(document: Document) -> list[str]:
    shown = [block for block in document.blocks if block.kind in ("paragraph", "cell")]
    return [line for block in shown for line in _lines(document.text[block.start : block.end])]


def without_known_faults(theirs: list[str], mine: list[str], path: Path) -> tuple[list[str], list[str]]:
    paragraphs = list(docx_paragraphs(path.read_bytes(), path.name))
    deleted = {
        squeezed(piece.text) for paragraph in paragraphs for piece in paragraph.pieces if piece.reason == "deleted"
    }
    theirs = [line for line in theirs if line in mine or not _NUMBER_ALONE.fullmatch(line)]
    for text in filter(None, deleted):
        theirs = [line if line in mine else line.replace(text, "", 1) for line in theirs]
    in_boxes = _box_texts(path)
    return [line for line in theirs if line], [line for line in mine if line in theirs or line not in in_boxes]


def _box_texts(path: Path) -> set[str]:
    """Return the lines of paragraphs and cells that stand in a text box."""
    from pipeline.reading.docx_package import open_package

    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    root = open_package(path.read_bytes(), path.name).main_part()
    boxed = (paragraph for box in root.iter(f"{space}txbxContent") for paragraph in box.iter(f"{space}p"))
    return {squeezed("".join(node.text or "" for node in paragraph.iter(f"{space}t"))) for paragraph in boxed}


def compare(paths: list[Path], folder: Path) -> None:
    for path, lines in rendered(paths, folder).items():
        document = read_docx(path.read_bytes(), path.name, report_id="0")
        theirs, mine = without_known_faults(lines, ours(document), path)
        assert mine == theirs, path.name
        assert len(mine) > 3


def test_shared_word_files_read_as_libreoffice_shows_them(shared: Path, tmp_path: Path) -> None:
    paths = [path for path in sorted((shared / "reports").glob("*/*.doc*")) if path.read_bytes()[:2] == b"PK"]
    assert len(paths) > 15
    compare(paths, tmp_path)


def test_samples_read_as_libreoffice_shows_them(tmp_path: Path) -> None:
    compare(sorted(SAMPLES.glob("*.docx")), tmp_path)
