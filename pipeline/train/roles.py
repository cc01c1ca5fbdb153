"""Fits models/roles: what part of a report a sentence stands in, by its wording."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.marked import MarkedReport, parse_marked
from pipeline.model_store import CORPUS, fingerprints, save
from pipeline.records import Role, Span
from pipeline.resources import corpus_path
from pipeline.role_model import CLASSES
from pipeline.sentences import split_sentences
from pipeline.squeeze import squeeze
from pipeline.text_model import Features, TextModel
from pipeline.train.category import DATE, versions
from pipeline.train.examples import PROBLEM, TEST_WRITERS, read_sentences
from pipeline.train.fitting import Labelled, Recipe, fit

RECIPE = Recipe(Features(shortest=1, longest=3, letters_only=False), inverse_penalty=3.0, balanced=True)
_SHARE_OF_SINGLE_SENTENCES = 4


@dataclass(frozen=True, slots=True)
class RoleSentence:
    """A training sentence, squeezed, with the class of the part that it stands in and the report that it is from."""

    text: str
    role: str
    report: str


def report_sentences(name: str, report: MarkedReport) -> Iterator[RoleSentence]:
    """Yield the body sentences of an annotated report; a marked problem is of class PROBLEM wherever it stands."""
    for span in split_sentences(report.text, stops="；"):
        if any(heading.start <= span.start < heading.end for heading in report.headings):
            continue
        marks = [mark for mark in report.problems if mark.start < span.end and span.start < mark.end]
        if any(not mark.codes for mark in marks):
            continue
        role = "PROBLEM" if marks else _role_at(report, span)
        if role is not None:
            yield RoleSentence(squeeze(report.text, span.start, span.end).text, role, name)


def _role_at(report: MarkedReport, span: Span) -> str | None:
    before = [heading for heading in report.headings if heading.start <= span.start]
    return role_class(before[-1].roles) if before else "OTHER"


def role_class(roles: Sequence[Role]) -> str | None:
    """Return the class of a section's sentences by its roles; None for a combined section, where it may be either."""
    merged = {"OVERVIEW": "PRACTICE", "REQUEST": "PLAN", "APPENDIX": "OTHER"}
    classes = {merged.get(role, role) for role in roles}
    return classes.pop() if len(classes) == 1 else None


def training_sentences(*, without: Collection[str] = TEST_WRITERS, singles: bool = True) -> list[RoleSentence]:
    """Return the sentences of the annotated reports and, if wanted, some of the single statements.

    without: writers whose texts are left out.
    """
    found: list[RoleSentence] = []
    for path in sorted(corpus_path("reports").glob("*.txt")):
        if path.name[0] not in without:
            found.extend(report_sentences(path.stem, parse_marked(path.read_text(encoding="utf-8").rstrip("\n"))))
    if not singles:
        return found
    writers = {sentence.report[0] for sentence in found}
    # Those of the writers of reports only: more of them, and the model forgets how reports speak.
    statements = [
        RoleSentence(example.text, "PROBLEM", example.writer)
        for example in read_sentences()
        if example.role == PROBLEM and example.writer in writers
    ]
    return found + statements[::_SHARE_OF_SINGLE_SENTENCES]


def fit_roles(sentences: Sequence[RoleSentence]) -> TextModel:
    """Return the model of roles; each class counts the same, however many sentences it has."""
    texts = [Labelled(sentence.text, sentence.role, number) for number, sentence in enumerate(sentences)]
    return fit(texts, RECIPE)


def save_roles(folder: Path, sentences: Sequence[RoleSentence]) -> None:
    """Fit on the sentences and write the model into folder."""
    counts = {name: sum(sentence.role == name for sentence in sentences) for name in CLASSES}
    config = {
        "kind": "roles",
        "date": DATE,
        "inverse_penalty": RECIPE.inverse_penalty,
        "seed": None,
        "inputs": fingerprints(*CORPUS),
        "made_with": versions(),
    }
    save(folder, fit_roles(sentences), config, {"sentences": counts})
