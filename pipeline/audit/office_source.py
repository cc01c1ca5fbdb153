"""What to compare a .doc, .odt or .rtf with: the text that LibreOffice itself exports.

LibreOffice shows deleted text in its export; what the converted .docx says to be deleted or hidden is left out for that
reason. Known faults of the export: text boxes are missing, so nothing proves that they were read.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pipeline.audit.docx_source import source_of_docx
from pipeline.audit.records import Piece, Reason, SourceParagraph, squeezed
from pipeline.errors import DamagedFileError, UnsupportedFormatError
from pipeline.reading.detect import kind_of
from pipeline.reading.docx_package import open_package
from pipeline.reading.office import find_soffice
from pipeline.records import Document

_SECONDS = 90
_TEXT = "txt:Text (encoded):UTF8"
_DOCX = "docx:MS Word 2007 XML"
_INSTALL = "请安装 LibreOffice（https://zh-cn.libreoffice.org）后重试"


def source_of_office(data: bytes, document: Document) -> Iterator[SourceParagraph]:
    """Yield the lines that LibreOffice exports, with the reasons that its conversion to .docx gives.

    Raises UnsupportedFormatError where LibreOffice is absent, DamagedFileError where it gives nothing.
    """
    with tempfile.TemporaryDirectory(prefix="zicha-audit-") as folder:
        source = Path(folder, f"in{kind_of(data).extensions[0]}")
        source.write_bytes(data)
        text = exported(source, _TEXT, document.source_file).decode("utf-8-sig", errors="replace")
        left_out = _left_out(exported(source, _DOCX, document.source_file), document.source_file)
    for number, line in enumerate(text.splitlines(), start=1):
        yield SourceParagraph(tuple(_pieces(line, left_out)), f"第{number}行")


def exported(source: Path, target: str, file: str) -> bytes:
    """Return the file that LibreOffice makes of source, which must be a copy in a folder of its own.

    target: extension and filter, e.g. "txt:Text (encoded):UTF8". Raises as `source_of_office`.
    """
    program = find_soffice()
    if program is None:
        raise UnsupportedFormatError(file, "没有 LibreOffice，无法对照原文", _INSTALL)
    folder = source.parent
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--norestore", "--convert-to", target, "--outdir", str(folder / "out")]
    try:
        subprocess.run([*command, str(source)], capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise DamagedFileError(file, f"LibreOffice 在 {_SECONDS} 秒内未能打开", "请在 Word 中另存后重试") from error
    found = folder / "out" / f"{source.stem}.{target.partition(':')[0]}"
    if not found.is_file():
        raise DamagedFileError(file, "LibreOffice 未能打开", "请在 Word 中另存为 .docx 后重试")
    return found.read_bytes()


def _left_out(data: bytes, file: str) -> dict[str, Reason]:
    """Return the texts that the conversion says are not shown, with the reason."""
    found: dict[str, Reason] = {}
    for paragraph in source_of_docx(open_package(data, file)):
        for piece in paragraph.pieces:
            if piece.reason is not None and squeezed(piece.text):
                found[squeezed(piece.text)] = piece.reason
    return found


def _pieces(line: str, left_out: dict[str, Reason]) -> Iterator[Piece]:
    """Split a line at the texts that are not shown."""
    rest = squeezed(line)
    for text, reason in left_out.items():
        before, found, after = rest.partition(text)
        if found and reason in ("deleted", "hidden", "covered", "unreferenced"):
            yield from (Piece(before), Piece(text, reason))
            rest = after
    yield Piece(rest)
