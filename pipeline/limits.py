"""How much a file may ask for. A report is far below all of these; a hostile file is not."""

from __future__ import annotations

from dataclasses import dataclass

_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one file may ask for; change one with `dataclasses.replace(LIMITS, seconds=30)`.

    file_bytes: the file itself. member_bytes: one part of a zip, unpacked. unpacked_bytes: all parts of a zip that
    are read, unpacked. ratio: unpacked to packed size of a part, which counts from ratio_from_bytes on (XML of one
    repeated cell packs very well). members: entries of a zip. xml_depth: elements within elements, 256 at most (there
    libxml2 itself stops). pages: of a PDF or scan. seconds and memory_bytes: for one file, in a process that can be
    stopped (address space; None is no limit, and Windows has none).
    """

    file_bytes: int = 256 * _MEGABYTE
    member_bytes: int = 256 * _MEGABYTE
    unpacked_bytes: int = 512 * _MEGABYTE
    ratio: int = 400
    ratio_from_bytes: int = 16 * _MEGABYTE
    members: int = 20_000
    xml_depth: int = 256
    pages: int = 500
    seconds: float = 900.0
    memory_bytes: int | None = 4096 * _MEGABYTE


LIMITS = Limits()
