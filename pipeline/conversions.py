"""Old office files of a batch converted together: one LibreOffice call for many costs as much as one for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.files import SourceFile

_CHUNK = 32
# How .doc/.wps/.xls (OLE), .rtf and .odt/.ods begin; the whole content then decides whether LibreOffice is needed.
_SIGNS = (b"\xd0\xcf\x11\xe0", b"{\\rtf")
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument"
_HEAD = 128


def converted_sources(sources: Sequence[SourceFile], folder: Path) -> Iterator[SourceFile]:
    """Yield the files in order, those that LibreOffice must convert with the converted file below folder.

    Chunks without such files cost the reading of 128 bytes a file. A file that could not be converted is yielded as it
    is: reading it alone gives the error.
    """
    for start in range(0, len(sources), _CHUNK):
        chunk = sources[start : start + _CHUNK]
        wanted = [source.path for source in chunk if source.error is None and _may_need_office(source.path)]
        if len(wanted) < 2:
            yield from chunk
            continue
        from pipeline.reading.office import convert_many

        made = {path: found.path for path, found in convert_many(wanted, folder / f"{start:07d}").items()}
        yield from (replace(source, converted=made.get(source.path)) for source in chunk)


def _may_need_office(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    return head.startswith(_SIGNS) or _OPEN_DOCUMENT in head
