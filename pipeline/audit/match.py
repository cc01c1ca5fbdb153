"""Source paragraphs against a document's blocks: each character of the source may be used once.

Most paragraphs equal a block and are settled by a look-up. The rest (paragraphs that a tracked change joined, lines of
a page, symbols whose form is the reader's choice) are searched in what is left of the document; there a piece that is
not found as a whole is halved until its halves are found or are shorter than chance allows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from pipeline.audit.records import WILDCARD, Account, Missing, SourceParagraph, squeezed, tally_left_out
from pipeline.records import Document

_USED = "\x00"
_SHORTEST = 4


def settle(
    document: Document,
    paragraphs: Iterable[SourceParagraph],
    against: str,
    *,
    numbers_in_source: bool = False,
    ordered: bool = True,
    ignored: str = "",
) -> Account:
    """Return the account of a document against its source; see `Account`.

    Example: a source paragraph "存在问题" and a document without it -> unaccounted 4, missing "存在问题".
    numbers_in_source: whether the source writes out the automatic numbers too. ordered: whether the characters of a
    line must stand together in the document; those of a page need not, cells are read in another order than they are
    drawn. ignored: characters that are compared on neither side (the source has to leave them out itself).
    Limits: where a paragraph is read in part, the missing count is exact to a stretch of four characters; it is rather
    too high than too low.
    """
    paragraphs = tuple(paragraphs)
    dues = [(due, paragraph.place) for paragraph in paragraphs if (due := paragraph.due())]
    blocks, numbers = _blocks(document, with_numbers=numbers_in_source)
    blocks = [block.translate(dict.fromkeys(map(ord, ignored))) for block in blocks] if ignored else blocks
    missing, rest = _compared(dues, blocks)
    if not ordered:
        missing, rest = _regardless_of_order(missing, rest)
    left_out = tally_left_out(paragraphs)
    due_chars = sum(len(due) for due, _ in dues)
    return Account(
        source_file=document.source_file,
        format=document.format,
        against=against,
        source=due_chars + sum(item.chars for item in left_out),
        kept=due_chars - sum(len(item.text) for item in missing),
        left_out=left_out,
        missing=tuple(missing),
        numbers=numbers,
        drawn=len(rest),
        drawn_example=rest[:30],
    )


def _blocks(document: Document, *, with_numbers: bool) -> tuple[list[str], int]:
    """Return the text of each block, and how many characters the automatic numbers have that are not part of it."""
    blocks, numbers = [], 0
    for block in document.blocks:
        number = "" if with_numbers else block.number or ""
        numbers += len(squeezed(number))
        blocks.append(squeezed(document.text[block.start + len(number) : block.end]))
    return blocks, numbers


def _compared(dues: list[tuple[str, str]], blocks: list[str]) -> tuple[list[Missing], str]:
    """Return what of the source is in no block, and what of the blocks is not in the source."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for index in range(len(blocks) - 1, -1, -1):
        places[blocks[index]].append(index)
    used: set[int] = set()
    open_dues: list[tuple[str, str]] = []
    for due, place in dues:
        if places.get(due):
            used.add(places[due].pop())
        else:
            open_dues.append((due, place))
    rest = _Rest("".join(text for index, text in enumerate(blocks) if index not in used))
    missing = [Missing(part, place) for part, place in _not_found(open_dues, rest)]
    return _merged(missing), rest.unused()


def _regardless_of_order(missing: list[Missing], rest: str) -> tuple[list[Missing], str]:
    """Settle what is missing with single characters of the rest, each used once."""
    left = Counter(rest)
    still: list[Missing] = []
    for item in missing:
        lost = []
        for char in item.text:
            if left[char]:
                left[char] -= 1
            else:
                lost.append(char)
        if lost:
            still.append(Missing("".join(lost), item.place))
    return still, "".join((+left).elements())


class _Rest:
    """What is left of a document; a stretch that was found is crossed out in place, so none is counted twice."""

    def __init__(self, text: str) -> None:
        self._units = bytearray(text.encode("utf-32-le", "surrogatepass"))
        self._cursor = 0

    def take(self, part: str) -> bool:
        """Cross out the next stretch that reads like part (from the last one on, else from the beginning)."""
        found = self._find(part)
        if found is None:
            return False
        start, end = found
        self._units[4 * start : 4 * end] = bytes(4 * (end - start))
        self._cursor = end
        return True

    def unused(self) -> str:
        """Return the characters that nothing was found for."""
        return self._units.decode("utf-32-le", "surrogatepass").replace(_USED, "")

    def _find(self, part: str) -> tuple[int, int] | None:
        wanted = part.encode("utf-32-le", "surrogatepass")
        for begin in (4 * self._cursor, 0):
            place = self._units.find(wanted, begin)
            while place > 0 and place % 4:
                place = self._units.find(wanted, place + 1)
            if place >= 0:
                return place // 4, place // 4 + len(part)
        return None


def _not_found(dues: list[tuple[str, str]], rest: _Rest) -> Iterator[tuple[str, str]]:
    """Take each paragraph out of the rest of the document; yield what is in neither."""
    second: list[tuple[str, str]] = []
    # Whole paragraphs first: a half must not take its characters out of the middle of another paragraph.
    for due, place in dues:
        # What is drawn has the form that the reader gives it; the text around it must be there.
        second += [(part, place) for part in due.split(WILDCARD) if part and not rest.take(part)]
    for due, place in second:
        yield from ((part, place) for part in _halves_not_found(due, rest))


def _halves_not_found(due: str, rest: _Rest) -> Iterator[str]:
    if rest.take(due):
        return
    if len(due) <= _SHORTEST:
        yield due
        return
    half = len(due) // 2
    yield from _halves_not_found(due[:half], rest)
    yield from _halves_not_found(due[half:], rest)


def _merged(missing: list[Missing]) -> list[Missing]:
    """Join what is missing of one paragraph again, for the reader of the account."""
    joined: list[Missing] = []
    for item in missing:
        if joined and joined[-1].place == item.place:
            joined[-1] = Missing(joined[-1].text + item.text, item.place)
        else:
            joined.append(item)
    return joined
