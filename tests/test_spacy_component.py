"""The spaCy view has the report's own text and spans, and its matcher finds the same word cues."""

from __future__ import annotations

from pathlib import Path

import pytest

import pipeline
from pipeline.cues import find_cues, word_cues
from pipeline.records import Report
from pipeline.spacy_component import cue_matcher, to_spacy

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),
]
SAMPLE = Path(__file__).parent.parent / "corpus" / "samples" / "township-self-report.docx"


@pytest.fixture(scope="module")
def report() -> Report:
    pytest.importorskip("spacy")
    return pipeline.analyze(SAMPLE)


def test_doc_has_the_text_and_the_spans_of_the_report(report: Report) -> None:
    doc = to_spacy(report)
    assert doc.text == report.document.text
    assert len(doc.spans["findings"]) == len(report.findings)
    assert len(doc.spans["sections"]) == len(report.sections)
    for span, finding in zip(doc.spans["findings"], report.findings, strict=True):
        assert span.start_char <= finding.start < finding.end <= span.end_char
        assert span.label_ == finding.subcategory


def test_displacy_draws_the_findings(report: Report) -> None:
    from spacy import displacy

    page = displacy.render(to_spacy(report), style="span", options={"spans_key": "findings"}, jupyter=False)
    assert report.findings[0].subcategory in page


@pytest.mark.parametrize(
    ("text", "words"),
    [("巡山次数少，记录乱", ["少", "乱"]), ("差旅费未报，青少年活动，空调一台，减少开支", [])],
)
def test_matcher_finds_the_word_cues_of_the_analysis(text: str, words: list[str]) -> None:
    spacy = pytest.importorskip("spacy")
    from spacy.tokens import Doc

    from pipeline.words import cut

    nlp = spacy.blank("zh")
    tokens = cut(text)
    doc = Doc(nlp.vocab, words=tokens, spaces=[False] * len(tokens))
    matched = [doc[start:end].text for _, start, end in cue_matcher(nlp)(doc)]
    ids = {row.id for row in word_cues()}
    assert matched == words
    assert [hit.words for hit in find_cues(text) if hit.id in ids] == words
