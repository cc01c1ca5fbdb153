"""The n-grams of characters of many texts at once, for models that know some of them.

An n-gram is one number, made of the code points of its characters, and those of all texts are looked up together:
a report has hundreds of sentences, and to count each one's strings costs more than the arithmetic of a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Numbers = NDArray[numpy.int64]

# A code point takes 21 bits, so three of them fit into one number of 64.
_BITS = 21
LONGEST = 3
# The letters of `text_model.Features.letters_only`, first and last of each range.
_LETTER_RANGES = ((0x3400, 0x9FFF), (ord("A"), ord("Z")), (ord("a"), ord("z")))


@dataclass(frozen=True, slots=True)
class NgramTable:
    """The n-grams that a vocabulary knows, as ascending numbers, and the place of each in it.

    shortest, longest, letters_only: which n-grams of a text are looked at, see `text_model.Features`.
    """

    keys: Numbers
    places: Numbers
    shortest: int
    longest: int
    letters_only: bool

    def count(self, texts: Sequence[str]) -> tuple[Numbers, Numbers, Numbers]:
        """Return for each known n-gram of each text: the number of the text, its place, how often it occurs.

        Three arrays of one length, ascending by text and then by place. The table must not be empty.
        """
        import numpy

        owners, keys = self._ngrams(texts)
        at = numpy.searchsorted(self.keys, keys)
        # Behind the last key there is none; any other one will do, since it is not equal.
        at[at == len(self.keys)] = 0
        known = self.keys[at] == keys
        width = int(self.places.max()) + 1
        found, counts = numpy.unique(owners[known] * width + self.places[at[known]], return_counts=True)
        return found // width, found % width, counts

    def _ngrams(self, texts: Sequence[str]) -> tuple[Numbers, Numbers]:
        """Return the n-grams of the texts as numbers, each with the number of its text before it."""
        import numpy

        codes = _codes("".join(texts))
        of_text = numpy.repeat(numpy.arange(len(texts)), [len(text) for text in texts])
        counts = self._is_letter(codes) if self.letters_only else numpy.ones(len(codes), dtype=bool)
        owners, keys, ngrams, inside = [], [], codes, counts
        for size in range(1, self.longest + 1):
            number = max(0, len(codes) - size + 1)
            if size > 1:
                ngrams = ngrams[:number] | (codes[size - 1 :] << _BITS * (size - 1))
                # An n-gram does not reach over what does not count, nor from one text into the next.
                inside = inside[:number] & counts[size - 1 :] & (of_text[:number] == of_text[size - 1 :])
            if size >= self.shortest:
                owners.append(of_text[:number][inside])
                keys.append(ngrams[inside])
        return numpy.concatenate(owners), numpy.concatenate(keys)

    @staticmethod
    def _is_letter(codes: Numbers) -> NDArray[numpy.bool_]:
        import numpy

        found = numpy.zeros(len(codes), dtype=bool)
        for first, last in _LETTER_RANGES:
            found |= (codes > first) & (codes <= last + 1)
        return found


def ngram_table(terms: Sequence[str], *, shortest: int, longest: int, letters_only: bool) -> NgramTable:
    """Return the table of the n-grams among terms; what is longer than the longest n-gram is none and left out.

    longest: three at most; ValueError beyond.
    """
    import numpy

    if longest > LONGEST:
        raise ValueError(f"n-grams of {longest} characters do not fit into one number")
    codes = numpy.append(_codes("".join(terms)), [0] * LONGEST)
    sizes = numpy.array([len(term) for term in terms], dtype=numpy.int64)
    begins = numpy.cumsum(sizes) - sizes
    keys = numpy.zeros(len(terms), dtype=numpy.int64)
    for at in range(LONGEST):
        keys |= numpy.where(at < sizes, codes[begins + at] << _BITS * at, 0)
    places = numpy.flatnonzero(sizes <= longest)
    places = places[numpy.argsort(keys[places])]
    return NgramTable(keys[places], places, shortest, longest, letters_only)


def _codes(text: str) -> Numbers:
    """Return the code points of a text, each plus one, so that no character counts for nothing."""
    import numpy

    return numpy.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=numpy.uint32).astype(numpy.int64) + 1
