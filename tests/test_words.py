"""Words: both tokenizers agree, and nothing of jieba's global state is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.words import cut, jieba_cutter, rjieba_cutter, user_words, word_spans

REPORTS = sorted((Path(__file__).parent.parent / "corpus" / "reports").glob("*.txt"))


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return [line for path in REPORTS for line in path.read_text(encoding="utf-8").split("\n") if line]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_rjieba_and_jieba_give_the_same_words(lines: list[str]) -> None:
    pytest.importorskip("rjieba")
    fast, reference = rjieba_cutter(), jieba_cutter()
    differing = [line for line in lines if list(fast(line)) != list(reference(line))]
    # They differ where -, _ and . join ASCII letters and digits, and at very few user words.
    assert len(differing) <= 0.02 * len(lines)


@pytest.mark.filterwarnings("ignore")
def test_jieba_cutter_leaves_the_shared_tokenizer_alone() -> None:
    jieba = pytest.importorskip("jieba")
    before = jieba.dt.initialized
    jieba_cutter()
    assert jieba.dt.initialized is before


def test_user_words_are_never_split() -> None:
    for word in user_words():
        assert word in cut(f"，{word}，")


def test_words_give_the_text_again() -> None:
    text = "有的干部 深入基层不够，\n2.83万元未收回。"
    assert "".join(cut(text)) == text
    spans = word_spans(text, start=3, end=12)
    assert "".join(span.of(text) for span in spans) == text[3:12]
