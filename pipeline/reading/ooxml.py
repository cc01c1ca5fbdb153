"""Short words for the XML of WordprocessingML (ECMA-376 part 1): names, attributes, on/off values."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

W_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{W_NAMESPACE}}}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
V = "{urn:schemas-microsoft-com:vml}"
VAL = W + "val"
_OFF = ("0", "false", "off")


def child(node: etree._Element, name: str) -> etree._Element | None:
    """Return the first child w:name."""
    return next(node.iterchildren(W + name), None)


def children(node: etree._Element | None) -> Iterator[etree._Element]:
    """Return the children of a node that may be absent."""
    return iter(()) if node is None else node.iterchildren()


def attribute(node: etree._Element, name: str) -> str | None:
    """Return the attribute w:name."""
    return node.get(W + name)


def value_of(node: etree._Element | None) -> str | None:
    """Return w:val of a node that may be absent."""
    return None if node is None else node.get(VAL)


def is_on(node: etree._Element) -> bool:
    """Return what an on/off element says: `<w:b/>` -> True, `<w:b w:val="0"/>` -> False (17.17.4)."""
    return node.get(VAL) not in _OFF


def integer(text: str | None) -> int | None:
    """Return a whole number, None for an absent or malformed one ("12" -> 12, "12.0" -> 12, "x" -> None)."""
    if text is None:
        return None
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        return None


def code_point(text: str | None) -> int:
    """Return a hexadecimal number such as w:char="F0FE", 0 for an absent or malformed one."""
    try:
        return int(text or "0", 16)
    except ValueError:
        return 0
