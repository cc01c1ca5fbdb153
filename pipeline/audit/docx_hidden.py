"""Which text of a .docx is hidden by its style (w:vanish); read by the audit for itself, see `docx_source`."""

from __future__ import annotations

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VANISH, _VAL = _W + "vanish", _W + "val"
_OFF = ("0", "false", "off")


class HiddenStyles:
    """Which styles hide their text (w:vanish), bases followed; `any`: whether any of them says a word about it."""

    def __init__(self, root: etree._Element | None) -> None:
        self._own: dict[str, tuple[bool | None, str | None]] = {}
        self.default = False
        self.paragraph_default: str | None = None
        self.character_default: str | None = None
        self.any = root is not None and says_vanish(root)
        if root is None or not self.any:
            return
        self.default = bool(vanish(root.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr")))
        for node in root.iterchildren(f"{_W}style"):
            self._add(node)

    def _add(self, node: etree._Element) -> None:
        name = node.get(f"{_W}styleId") or ""
        base = node.find(f"{_W}basedOn")
        self._own[name] = (vanish(node.find(f"{_W}rPr")), None if base is None else base.get(f"{_W}val"))
        if node.get(f"{_W}default") in ("1", "true", "on"):
            if node.get(f"{_W}type") == "paragraph" and self.paragraph_default is None:
                self.paragraph_default = name
            elif node.get(f"{_W}type") == "character" and self.character_default is None:
                self.character_default = name

    def __contains__(self, style: str | None) -> bool:
        return style in self._own

    def hides(self, style: str | None) -> bool:
        """Say whether a style, or the nearest of its bases that says anything, hides its text."""
        seen: set[str] = set()
        while style is not None and style in self._own and style not in seen:
            seen.add(style)
            own, base = self._own[style]
            if own is not None:
                return own
            style = base
        return False


def vanish(properties: etree._Element | None) -> bool | None:
    """Return whether a w:rPr (None where absent) hides its text, None where it does not say."""
    if properties is None:
        return None
    found = [node.get(_VAL) not in _OFF for node in properties.iterchildren(_VANISH)]
    return found[-1] if found else None


def says_vanish(root: etree._Element) -> bool:
    """Say whether anything under an element speaks of hidden text at all."""
    return next(root.iter(_VANISH), None) is not None
