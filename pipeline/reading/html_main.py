"""Where on a web page the text stands: the parts that are never text, and the smallest part that holds the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pipeline.resources import read_table

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

# Elements that show no text of the page, or text that serves to move about and not to be read.
SKIPPED = frozenset(
    (
        *("head", "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "canvas", "audio"),
        *("video", "map", "select", "button", "input", "textarea", "datalist", "dialog", "nav", "del", "rt", "rp"),
    )
)
_INNERMOST = frozenset(
    ("p", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "span", "a", "b", "strong", "em", "font")
)
_SHARE = 0.9
_LONG = 25
_LONGEST_CHROME = 200
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_OFFICE = re.compile(r"word|wps|libreoffice|openoffice|kingsoft|excel", re.IGNORECASE)
_SENTENCE = re.compile(r"[，。；：、！？]")
_CHROME_ROLES = frozenset({"navigation", "banner", "search", "contentinfo", "menu", "menubar"})


@dataclass(frozen=True, slots=True)
class Chrome:
    """A line of a web page that is not part of its text, e.g. `打印本页`; a pattern that the whole line matches."""

    pattern: str
    kind: str


def is_chrome(line: str) -> bool:
    """Say whether a line is a button, a path, or a foot of the site."""
    return len(line) < _LONGEST_CHROME and _chrome().fullmatch(line) is not None


@cache
def _chrome() -> re.Pattern[str]:
    """Return the pattern of lines that belong to the site and not to the text."""
    rows = read_table("lexicon/page_chrome.tsv", Chrome)
    return re.compile("|".join(f"(?:{row.pattern})" for row in rows))


def is_skipped(node: LexborNode) -> bool:
    """Say whether an element and all in it is not shown, or is navigation."""
    if node.tag in SKIPPED:
        return True
    attributes = node.attributes
    if "hidden" in attributes or _HIDDEN.search(attributes.get("style") or ""):
        return True
    return (attributes.get("role") or "").lower() in _CHROME_ROLES


def walk(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Yield each shown node below root as (node, True) on entry, elements again as (node, False) on exit."""
    stack: list[tuple[LexborNode, bool]] = [(root, True)]
    while stack:
        node, entering = stack.pop()
        yield node, entering
        if not entering or not node.is_element_node:
            continue
        stack.append((node, False))
        children = []
        child = node.child
        while child is not None:
            if child.is_text_node or (child.is_element_node and not is_skipped(child)):
                children.append((child, True))
            child = child.next
        stack += reversed(children)


def main_part(body: LexborNode, generator: str) -> LexborNode:
    """Return the smallest element that holds nine tenths of a page's text; the body of what an office program saved.

    Text is what reads like sentences and is no link: menus and lists of titles count for nothing.
    """
    if _OFFICE.search(generator):
        return body
    scores = _scores(body)
    total, node = scores.get(_key(body), 0), body
    while total:
        inner = _children(node)
        best = max(inner, key=lambda child: scores.get(_key(child), 0), default=None)
        if best is None or best.tag in _INNERMOST or scores.get(_key(best), 0) < _SHARE * total:
            break
        node = best
    return _whole_table(node)


def _whole_table(node: LexborNode) -> LexborNode:
    """Go out from rows: a table is taken with all of its cells."""
    while node.tag in ("tr", "tbody", "thead") and node.parent is not None:
        node = node.parent
    return node


def _children(node: LexborNode) -> list[LexborNode]:
    found = []
    child = node.child
    while child is not None:
        if child.is_element_node and not is_skipped(child):
            found.append(child)
        child = child.next
    return found


def _key(node: LexborNode) -> int:
    return int(node.mem_id)


def _scores(body: LexborNode) -> dict[int, int]:
    """Return for each element how many characters of sentences it holds."""
    scores: dict[int, int] = {}
    open_sums: list[int] = []
    links = 0
    for node, entering in walk(body):
        if node.is_text_node:
            text = (node.text_content or "").strip()
            counts = not links and (len(text) >= _LONG or _SENTENCE.search(text)) and not is_chrome(text)
            open_sums[-1] += len(text) if counts else 0
        elif entering:
            open_sums.append(0)
            links += node.tag == "a"
        else:
            links -= node.tag == "a"
            scores[_key(node)] = own = open_sums.pop()
            if open_sums:
                open_sums[-1] += own
    return scores
