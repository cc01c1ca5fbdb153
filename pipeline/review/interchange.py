"""Findings to Label Studio and doccano; `interchange_import` reads back what people made of them.

Label Studio: https://labelstud.io/guide/task_format and /guide/predictions. doccano: its JSONL for sequence labelling,
where what is neither text nor label is kept as metadata. Offsets are code points, start inclusive, end exclusive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import quoteattr

from pipeline.records import Finding, Report
from pipeline.review.annotations import Proposal, text_digest
from pipeline.review.codes import STATUS_NAMES, entry
from pipeline.review.records import printable
from pipeline.taxonomy import OTHER, Taxonomy
from pipeline.version import __version__

LABELS, STATUS, TEXT = "subcategory", "status", "text"
MODEL = "zicha"


def label_config(taxonomy: Taxonomy) -> str:
    """Return the labelling configuration (XML) for a Label Studio project that takes these tasks.

    Labels show "NK06 往来款与历史旧账清理" and are exported as "NK06".
    """
    labels = [f"    <Label value={_attribute(entry(row))} alias={_attribute(row.code)}/>" for row in taxonomy.leaves]
    choices = [f'    <Choice value="{name}" alias="{code}"/>' for code, name in STATUS_NAMES.items()]
    lines = [
        "<View>",
        f'  <Labels name="{LABELS}" toName="{TEXT}">',
        *labels,
        "  </Labels>",
        f'  <Choices name="{STATUS}" toName="{TEXT}" choice="single" perRegion="true">',
        *choices,
        "  </Choices>",
        f'  <Text name="{TEXT}" value="${TEXT}" granularity="symbol"/>',
        "</View>",
    ]
    return "\n".join(lines) + "\n"


def to_label_studio(reports: Iterable[Report], taxonomy: Taxonomy) -> list[dict[str, Any]]:
    """Return one Label Studio task a report, its findings as predictions; failed reports are left out.

    Example: result[0]["predictions"][0]["result"][0]["value"]["labels"] -> ["NK06"]. The score of a task is that of its
    least certain finding, so that the Data Manager can sort by it. A finding without a category has the label for 其他.
    """
    return [_label_studio_task(report, taxonomy) for report in reports if report.status == "ok"]


def to_doccano(reports: Iterable[Report], taxonomy: Taxonomy | None = None) -> Iterator[dict[str, Any]]:
    """Yield one row of doccano's JSONL a report, e.g. label [[13, 26, "ZF03"]]; failed reports are left out.

    taxonomy: where given, its digest goes along and is checked on import. Limit: doccano shows no status.
    """
    for report in reports:
        if report.status == "ok":
            proposed = [[item.start, item.end, item.code] for item in _proposals(report, taxonomy)]
            meta = _meta(report, taxonomy) | {"proposed": proposed}
            yield {"id": report.document.report_id, "text": report.document.text, "label": proposed, "meta": meta}


def _label_studio_task(report: Report, taxonomy: Taxonomy) -> dict[str, Any]:
    text = report.document.text
    proposals = _proposals(report, taxonomy)
    scores = [finding.confidence for finding in report.findings]
    result = [
        part for item, score in zip(proposals, scores, strict=True) for part in _regions(item, text, round(score, 4))
    ]
    prediction = {"model_version": f"{MODEL} {__version__}", "score": min(scores, default=1.0), "result": result}
    # Label Studio may leave predictions out of an export; metadata it always gives back.
    proposed = [[item.start, item.end, item.code, item.finding_id, item.status] for item in proposals]
    meta = _meta(report, taxonomy) | {"proposed": proposed}
    return {"data": {TEXT: text}, "predictions": [prediction], "meta": meta}


def _regions(item: Proposal, text: str, score: float) -> Iterator[dict[str, Any]]:
    place = {"start": item.start, "end": item.end, "text": text[item.start : item.end]}
    for name, kind, value in ((LABELS, "labels", item.code), (STATUS, "choices", item.status)):
        yield {
            "id": item.finding_id,
            "from_name": name,
            "to_name": TEXT,
            "type": kind,
            "value": place | {kind: [value]},
            "score": score,
        }


def _meta(report: Report, taxonomy: Taxonomy | None) -> dict[str, Any]:
    document = report.document
    meta = {
        "report_id": document.report_id,
        "source_file": document.source_file,
        "text_digest": text_digest(document.text),
    }
    return meta if taxonomy is None else meta | {"taxonomy": taxonomy.digest}


def _proposals(report: Report, taxonomy: Taxonomy | None) -> list[Proposal]:
    other = OTHER if taxonomy is None else taxonomy.other
    return [_proposal(finding, other) for finding in report.findings]


def _proposal(finding: Finding, other: str) -> Proposal:
    code = finding.subcategory or finding.category or other
    return Proposal(finding.start, finding.end, code, finding.finding_id, finding.status)


def _attribute(text: str) -> str:
    return quoteattr(printable(text))
