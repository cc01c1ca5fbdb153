"""What a person corrected, and what came out of a reviewed file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Field = Literal["subcategory", "status", "is_problem"]
Key = tuple[str, int, int, Field]

# XML 1.0, 2.2; and \r, which every XML parser turns into \n.
_UNPRINTABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A cell of a workbook holds 32,767 UTF-16 units.
_LONGEST = 16_000


@dataclass(frozen=True, slots=True)
class Correction:
    """One field of one finding that a person changed, e.g. field "subcategory" from "NK06" to "JF03".

    start, end, text: the statement in `Document.text`. old, new: a code of the taxonomy; "open" or "rectified" for
    status; "yes" or "no" for is_problem; old is "" where there was none. at: ISO 8601 with offset.
    taxonomy: the digest of the taxonomy that the codes belong to.
    """

    report_id: str
    start: int
    end: int
    text: str
    field: Field
    old: str
    new: str
    who: str
    at: str
    source_file: str
    finding_id: str
    taxonomy: str
    note: str = ""

    @property
    def key(self) -> Key:
        """Return what two corrections of the same thing share."""
        return self.report_id, self.start, self.end, self.field


@dataclass(frozen=True, slots=True)
class Imported:
    """What a reviewed file says: corrections, one Chinese message a fault, and how many findings were left as they are.

    What has a fault is in none of the other two.
    """

    corrections: tuple[Correction, ...] = ()
    faults: tuple[str, ...] = ()
    unchanged: int = 0


def merged(parts: Iterable[Imported]) -> Imported:
    """Return the parts as one, in their order."""
    found = list(parts)
    return Imported(
        tuple(correction for part in found for correction in part.corrections),
        tuple(fault for part in found for fault in part.faults),
        sum(part.unchanged for part in found),
    )


def printable(text: str) -> str:
    """Return text with a blank for every character that XML forbids, e.g. "台账\\x0b不全" -> "台账 不全".

    Limit: 16,000 characters, what follows is cut off.
    """
    return _UNPRINTABLE.sub(" ", text[:_LONGEST])


def same_words(one: str, other: str) -> bool:
    """Return whether two texts differ in white space and unprintable characters at most.

    Office programs turn line ends and blanks into others when they save a workbook.
    """
    return _squeezed(one) == _squeezed(other)


def _squeezed(text: str) -> str:
    return "".join(printable(text).split())


def cut(text: str, length: int = 30) -> str:
    """Return text on one line, cut to a length, e.g. "联系群众不够，全年只走访3户。" with 6 -> "联系群众不…"."""
    line = " ".join(printable(text).split())
    return line if len(line) <= length else line[: length - 1] + "…"
