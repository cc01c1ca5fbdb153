"""Chinese words by jieba's dictionary and algorithm: rjieba where it is installed, jieba otherwise.

The tokenizer is private to this package (jieba's own global one is shared by the whole process) and knows the words of
corpus/lexicon/words.tsv. It writes no cache file anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from pipeline.records import Span
from pipeline.resources import read_table

Cutter = Callable[[str], Iterable[str]]


@dataclass(frozen=True, slots=True)
class UserWord:
    """A word that the field uses and jieba's dictionary lacks, e.g. 三会一课."""

    word: str
    group: str


@cache
def user_words() -> tuple[str, ...]:
    """Return the field's words, which are never split."""
    return tuple(row.word for row in read_table("lexicon/words.tsv", UserWord))


def cut(text: str) -> list[str]:
    """Return the words of text in order, e.g. "压实主体责任" -> ["压实", "主体责任"]; joined they give text again."""
    return list(_cutter()(text))


def word_spans(text: str, *, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the places of the words of text[start:end], white space included."""
    spans, place = [], start
    for word in cut(text[start:end]):
        spans.append(Span(place, place + len(word)))
        place += len(word)
    return spans


@cache
def _cutter() -> Cutter:
    try:
        return rjieba_cutter()
    except ImportError:
        return jieba_cutter()


def rjieba_cutter() -> Cutter:
    """Return the fast tokenizer; ImportError where rjieba is not installed."""
    from rjieba import Jieba

    tokenizer = Jieba()
    for word in user_words():
        tokenizer.add_word(word, None, None)
    cut_text: Cutter = tokenizer.cut
    return cut_text


def jieba_cutter() -> Cutter:
    """Return the reference tokenizer, built without jieba's cache in the system's temp folder."""
    import jieba

    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word in user_words():
        tokenizer.add_word(word)
    cut_text: Cutter = tokenizer.cut
    return cut_text
