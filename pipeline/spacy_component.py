"""The linguistic view for researchers: a report as a spaCy Doc, and the word cues as a spaCy Matcher.

spaCy comes with the extra `zicha[spacy]` and is imported on use.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pipeline.cues import word_cues
from pipeline.errors import ZichaError
from pipeline.records import Report
from pipeline.words import cut

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import Matcher
    from spacy.tokens import Doc


class MissingExtraError(ZichaError):
    """An optional library is not installed; the message says how to install it."""


def to_spacy(report: Report, *, nlp: Language | None = None) -> Doc:
    """Return the report as a Doc whose text is `Document.text`, with span groups sections, findings and quantities.

    Labels: a section's roles ("PROBLEM+CAUSE"), a finding's subcategory ("ZF03"), a quantity's kind ("money").
    `displacy.render(to_spacy(report), style="span", options={"spans_key": "findings"})` draws them.
    Tokens are the words of the analysis ("深入", "基层", "不够"); a span that cuts a word is widened to whole words.
    Raises MissingExtraError where spaCy is not installed.
    """
    doc_type, blank = _spacy()
    language = blank("zh") if nlp is None else nlp
    words = cut(report.document.text)
    doc = doc_type(language.vocab, words=words, spaces=[False] * len(words))
    _group(doc, "sections", [(row.start, row.heading_end, "+".join(row.roles)) for row in report.sections])
    _group(doc, "findings", [(row.start, row.end, row.subcategory or "QT00") for row in report.findings])
    _group(doc, "quantities", [(row.start, row.end, row.kind) for row in report.quantities])
    return doc


def cue_matcher(nlp: Language) -> Matcher:
    """Return a Matcher over the word cues of cues.tsv, one rule a cue, e.g. "bare-adjective" for the word 少.

    It sees words, not idioms or blockers: it shows where a cue stands, not whether the statement is a finding.
    """
    _spacy()
    from spacy.matcher import Matcher

    matcher = Matcher(nlp.vocab)
    for row in word_cues():
        matcher.add(row.id, [[{"TEXT": {"REGEX": f"^(?:{row.pattern})$"}}]])
    return matcher


def _spacy() -> tuple[type[Doc], Any]:
    try:
        import spacy
        from spacy.tokens import Doc
    except ImportError as error:
        raise MissingExtraError("需要 spaCy。请运行 pip install 'zicha[spacy]' 后重试。") from error
    return Doc, spacy.blank


def _group(doc: Doc, name: str, rows: Iterable[tuple[int, int, str]]) -> None:
    spans = [doc.char_span(start, end, label=label, alignment_mode="expand") for start, end, label in rows]
    doc.spans[name] = [span for span in spans if span is not None]
