"""Records with some fields changed, several times faster than `dataclasses.replace`, for what is done per row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any, TypeVar

RecordT = TypeVar("RecordT")


def changer(record: type[RecordT], *names: str) -> Callable[..., RecordT]:
    """Return a function that takes a record and new values for these fields, in order, and gives the changed record.

    Example: `changer(Span, "end")(Span(0, 2), 3)` -> Span(0, 3). For records whose fields are all set by `__init__`.
    """
    known = [row.name for row in fields(record)]  # type: ignore[arg-type]
    places = [known.index(name) for name in names]
    read: Callable[[RecordT], tuple[Any, ...]] = attrgetter(*known)

    def changed(row: RecordT, *new: object) -> RecordT:
        values = list(read(row))
        for place, value in zip(places, new, strict=True):
            values[place] = value
        return record(*values)

    return changed
