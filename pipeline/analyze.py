"""One report: the only place that knows the order of the stages.

The stages are imported on use: their patterns take a fifth of a second to compile, which `zicha --help` must not pay.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline.errors import UnsupportedFormatError
from pipeline.limits import LIMITS, Limits
from pipeline.records import Document, Outline, Report

# Formats whose text is compared with the source on the way; for the others that would mean converting them twice.
_AUDITED = ("docx", "txt", "md", "pdf")


def analyze(
    path: str | Path,
    *,
    name: str | None = None,
    converted: Path | None = None,
    allow_classified: bool = False,
    limits: Limits = LIMITS,
    taxonomy: str | Path | None = None,
    model: str | Path | None = None,
) -> Report:
    """Return all that a report says: sections, findings, quantities, remedies, checks, each with its place in the text.

    Example: `analyze("自查报告.docx").findings[0].text` -> "有的干部深入基层不够，走访浮于表面。"
    name: what the tables show as source_file, the file's own name where it is None.
    converted: what LibreOffice made of an old office file, where a batch had it converted before.
    limits: the most that a file may ask for; see `pipeline.limits.Limits`.
    taxonomy: a file with an office's own categories; model: a folder that `zicha train` wrote. ResourceError where they
    cannot be used.
    Raises ReadError (in Chinese: what is wrong, what to do) for a file that cannot be read, ClassifiedError for one
    with a 密级 mark unless allow_classified.
    """
    from pipeline import classified, reading

    document = reading.read(path, name=name, converted=converted, limits=limits)
    document = classified.check_classified(document, allowed=allow_classified)
    return analyze_document(_audited(document, Path(path), limits), taxonomy=taxonomy, model=model)


def analyze_document(
    document: Document, *, taxonomy: str | Path | None = None, model: str | Path | None = None
) -> Report:
    """Return the report of a document that has been read or made already; see `analyze`."""
    from pipeline import checks, classify, covering, findings, quality, quantities, remedies
    from pipeline.classify.own import classifier_for

    classifier = classifier_for(*(None if given is None else Path(given) for given in (taxonomy, model)))
    rating = quality.rate(document)
    document = _warned(document, quality.quality_warning(rating))
    outline = _outline(document)
    found, refused = findings.find(document, outline)
    labelled = classify.label(found, outline, document, classifier)
    measured = quality.withhold_values(
        quantities.extract(document, outline.sections, labelled, report_date=outline.date), rating
    )
    steps = remedies.find(document, outline.sections, labelled)
    labelled, steps = remedies.link(document, outline.sections, labelled, steps)
    labelled, steps = covering.attach_quantities(labelled, steps, measured)
    return Report(
        document=document,
        outline=outline,
        findings=labelled,
        refusals=refused,
        quantities=measured,
        remedies=steps,
        checks=checks.run(document, outline, labelled, measured, steps),
        text_quality=rating.score,
        taxonomy=classifier.taxonomy,
    )


def _audited(document: Document, path: Path, limits: Limits) -> Document:
    """Add the warning that characters of the source are missing, where they are; a scan has nothing to compare with."""
    from pipeline import audit

    if document.format not in _AUDITED:
        return document
    try:
        account = audit.audit_document(document, path.read_bytes(), limits=limits)
    except UnsupportedFormatError:
        return document
    return _warned(document, audit.unaccounted_warning(account))


def _warned(document: Document, warning: str | None) -> Document:
    return document if warning is None else replace(document, warnings=(*document.warnings, warning))


def _outline(document: Document) -> Outline:
    from pipeline import metadata, structure

    outline = structure.split(document)
    head = metadata.read_metadata(document)
    return replace(outline, title=head.title, unit=head.unit, doc_number=head.doc_number, date=head.date)
