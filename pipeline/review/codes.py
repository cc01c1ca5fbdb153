"""Categories and states as people see and type them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from pipeline.review.records import printable
from pipeline.taxonomy import Category, Taxonomy

STATUS_NAMES = {"open": "未整改", "rectified": "已整改"}
_STATUSES = {"open": "open", "rectified": "rectified", "未整改": "open", "待整改": "open", "已整改": "rectified"}
_STATUSES |= {"称已整改": "rectified"}
_YES = frozenset(("是", "√", "✓", "✔", "1", "y", "yes", "true", "对"))
_NO = frozenset(("", "否", "×", "✗", "✘", "0", "n", "no", "false"))
_BETWEEN = re.compile(r"[\s:、]+")


def entry(row: Category) -> str:
    """Return a category as drop-downs show it, e.g. "NK06 往来款与历史旧账清理"."""
    return printable(f"{row.code} {row.name_zh}")


def main_categories(taxonomy: Taxonomy) -> tuple[Category, ...]:
    """Return the categories of the first level in their order."""
    return tuple(row for row in taxonomy.categories.values() if row.level == "1")


class CodeReader:
    """Reads codes as people type them: "NK06", "ｎｋ06", "NK06 往来款与历史旧账清理", or a name that only one has."""

    def __init__(self, rows: Iterable[Category]) -> None:
        known = list(rows)
        self._codes = frozenset(row.code for row in known)
        self._forms = _unique((row.name_zh, row.code) for row in known)
        self._forms |= _unique((form, row.code) for row in known for form in {row.code, entry(row)})

    def read(self, text: str) -> str | None:
        """Return the code, None where the text names none of the categories or several."""
        return text.strip() if text.strip() in self._codes else self._forms.get(_form(text))


def read_status(text: str) -> str | None:
    """Return the status that a word stands for, e.g. "已整改" -> "rectified"; None for another word."""
    return _STATUSES.get(_form(text))


def read_yes(text: str) -> bool | None:
    """Return whether a word says yes, e.g. "√" and "１" -> True, "" and "否" -> False; None for another word."""
    form = _form(text)
    return True if form in _YES else False if form in _NO else None


def _form(text: str) -> str:
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _unique(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    pairs = {(_form(name), code) for name, code in named}
    times = Counter(form for form, _ in pairs)
    return {form: code for form, code in pairs if times[form] == 1}
