"""Fits models/roles.npz: what part of a report a sentence stands in, by its wording. `python -m pipeline.train.roles`.

Needs scikit-learn (`pip install 'zicha[train]'`). The same libraries and corpus give the same file, bit for bit.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.marked import MarkedReport, parse_marked
from pipeline.records import Role, Span
from pipeline.resources import corpus_path, data_root
from pipeline.role_model import CLASSES
from pipeline.sentences import split_sentences
from pipeline.squeeze import squeeze
from pipeline.train.examples import TEST_WRITERS

_LENGTHS = (1, 3)
_STRENGTH = 3.0
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


def training_sentences(*, without: str = "") -> list[RoleSentence]:
    """Return the sentences of the annotated reports, and every fourth single statement; without: letters of writers."""
    found: list[RoleSentence] = []
    for path in sorted(corpus_path("reports").glob("*.txt")):
        if path.name[0] not in without:
            found.extend(report_sentences(path.stem, parse_marked(path.read_text(encoding="utf-8").rstrip("\n"))))
    singles: list[RoleSentence] = []
    for path in sorted(corpus_path("sentences").glob("*.tsv")):
        if path.stem[-1] not in without:
            singles.extend(RoleSentence(text, "PROBLEM", path.stem) for text in _statements(path))
    return found + singles[::_SHARE_OF_SINGLE_SENTENCES]


def _statements(path: Path) -> Iterator[str]:
    lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line and not line.startswith("#")]
    yield from (line.split("\t")[1] for line in lines[1:])


def fit(sentences: Sequence[RoleSentence], path: Path) -> None:
    """Fit the model and write it as plain arrays."""
    import numpy
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=_LENGTHS, sublinear_tf=True, min_df=2, lowercase=False)
    features = vectorizer.fit_transform([sentence.text for sentence in sentences])
    model = LogisticRegression(C=_STRENGTH, max_iter=1000, class_weight="balanced")
    model.fit(features, [sentence.role for sentence in sentences])
    numpy.savez_compressed(
        path,
        vocabulary=vectorizer.get_feature_names_out().astype(str),
        idf=vectorizer.idf_.astype(numpy.float16),
        weights=model.coef_.T.astype(numpy.float16),
        intercept=model.intercept_.astype(numpy.float32),
        classes=model.classes_.astype(str),
        lengths=numpy.array(_LENGTHS),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit on everything and write models/roles.npz and roles.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without", default=TEST_WRITERS, help="leave the texts of these writers out, e.g. ijkl")
    parser.add_argument("--out", type=Path, default=data_root() / "models")
    options = parser.parse_args(arguments)
    sentences = training_sentences(without=options.without)
    fit(sentences, options.out / "roles.npz")
    counts = {name: sum(sentence.role == name for sentence in sentences) for name in CLASSES}
    config = {"ngrams": _LENGTHS, "C": _STRENGTH, "class_weight": "balanced", "sentences": counts}
    (options.out / "roles.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
