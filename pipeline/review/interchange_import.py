"""What people annotated in Label Studio or doccano → corrections."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from pipeline.errors import ReadError
from pipeline.review.annotations import (
    Mark,
    Place,
    Proposal,
    Task,
    TaskError,
    check_taxonomy,
    check_text,
    compare,
    fitted,
)
from pipeline.review.interchange import MODEL, TEXT
from pipeline.review.records import Imported, cut, merged
from pipeline.taxonomy import Taxonomy

_Json = Mapping[str, Any]
_KINDS = ("labels", "choices")


def from_label_studio(
    data: object, who: str | None, at: str, taxonomy: Taxonomy, *, name: str = "Label Studio 的导出文件"
) -> Imported:
    """Return the corrections in Label Studio's JSON export: its annotations against the predictions that went in.

    Of a task the first annotation that was not skipped counts; who did it is its completed_by, failing that `who`.
    A task that nobody annotated counts nowhere. name: of the file, for messages. Raises ReadError where data is no
    list of tasks (JSON-MIN and CSV hold too little). Limits: added and moved spans are faults.
    """
    if not isinstance(data, list) or not all(isinstance(item, dict) and "data" in item for item in data):
        raise ReadError(
            name, "不是 Label Studio 的 JSON 导出", "请在 Label Studio 中选 JSON 格式（不是 JSON-MIN）重新导出"
        )
    named = [(_name(item.get("meta"), f"第{number}个任务"), item) for number, item in enumerate(data, start=1)]
    return merged(_compared(title, partial(_task, item, who, at, taxonomy), taxonomy) for title, item in named)


def from_doccano(
    rows: Iterable[object], who: str | None, at: str, taxonomy: Taxonomy, *, name: str = "doccano 的导出文件"
) -> Imported:
    """Return the corrections in doccano's JSONL export: its labels against the proposals in the metadata.

    The metadata may stand under "meta" or beside the text: doccano's versions differ. name: of the file, for
    messages. Raises ReadError where a row has no text. Limits: added and moved spans are faults.
    """
    found = [row if isinstance(row, dict) else {} for row in rows]
    if not all(isinstance(_doccano_text(row), str) for row in found):
        raise ReadError(name, "不是 doccano 序列标注的 JSONL 导出", "请在 doccano 中选 JSONL 格式重新导出")
    named = [(_name(_doccano_meta(row), f"第{number}行"), row) for number, row in enumerate(found, start=1)]
    return merged(_compared(title, partial(_row_task, row, who, at, taxonomy), taxonomy) for title, row in named)


def _name(meta: object, otherwise: str) -> str:
    return str(meta.get("source_file") or otherwise) if isinstance(meta, dict) else otherwise


def _compared(title: str, build: Callable[[], Task | None], taxonomy: Taxonomy) -> Imported:
    """Return what a task says; one that cannot be read is a fault of its own."""
    try:
        task = build()
    except TaskError as fault:
        return Imported(faults=(f"{title}：{fault}。",))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return Imported(faults=(f"{title}：标注数据的结构不对，未采用。请从标注工具重新导出。",))
    return Imported() if task is None else compare(task, taxonomy)


def _report_id(meta: _Json) -> str:
    report_id = str(meta.get("report_id") or "")
    if not report_id:
        raise TaskError("缺少元数据 report_id，无法对应到报告。请用 zicha review export 导出的文件建立项目")
    return report_id


def _task(item: _Json, who: str | None, at: str, taxonomy: Taxonomy) -> Task | None:
    """Return a task of Label Studio, None where nobody annotated it."""
    done = [one for one in item.get("annotations") or () if not one.get("was_cancelled")]
    if not done:
        return None
    meta, text = item.get("meta") or {}, item["data"][TEXT]
    report_id, source_file = _report_id(meta), str(meta.get("source_file", ""))
    check_taxonomy(meta.get("taxonomy"), taxonomy)
    check_text(meta.get("text_digest"), text)
    proposals = _proposals(item)
    marks, faults, misfits = _marks(done[0]["result"], text, source_file)
    known = {proposal.finding_id for proposal in proposals}
    if len(done) > 1:
        faults.append(f"{source_file}：有 {len(done)} 份标注，只采用了第一份。")
    return Task(
        report_id=report_id,
        source_file=source_file,
        text=text,
        proposals=proposals,
        marks=tuple(marks),
        who=_annotator(done[0].get("completed_by"), who),
        at=at,
        faults=tuple(faults),
        unplaced=frozenset(region_id if region_id in known else None for region_id in misfits),
    )


def _annotator(given: object, otherwise: str | None) -> str:
    """Return who annotated: Label Studio gives a number, an address, or an object with both."""
    if isinstance(given, dict):
        given = given.get("email") or given.get("id")
    return (otherwise or "").strip() if given in (None, "") else str(given)


def _proposals(item: _Json) -> tuple[Proposal, ...]:
    """Return what was proposed: our own prediction, else the metadata, else the first prediction there is."""
    predictions = [one for one in item.get("predictions") or () if isinstance(one, dict) and "result" in one]
    own = [one for one in predictions if str(one.get("model_version") or "").startswith(MODEL)]
    proposed = (item.get("meta") or {}).get("proposed")
    if not own and proposed is not None:
        return tuple(Proposal(*values) for values in proposed)
    for prediction in own or predictions:
        regions = _regions(prediction["result"])
        return tuple(_proposal(region.id, parts) for region, parts in regions.items())
    raise TaskError("看不出导出时的建议（predictions 和元数据都没有）。请用 zicha review export 导出的文件建立项目")


class _Region(NamedTuple):
    """What tells a region apart: the id alone should, but two spans under one id must not become one."""

    id: str
    start: Any
    end: Any


def _regions(result: Sequence[_Json]) -> dict[_Region, dict[str, _Json]]:
    """Return the values of each region by their kind, labels or choices; those of one kind are joined."""
    regions: dict[_Region, dict[str, _Json]] = {}
    for number, part in enumerate(result):
        kind, value = part.get("type"), part["value"]
        if kind in _KINDS and "start" in value:
            region = _Region(str(part.get("id") or f"#{number}"), value["start"], value["end"])
            parts = regions.setdefault(region, {})
            earlier = parts[kind][kind] if kind in parts else []
            parts[kind] = {**value, kind: [*earlier, *(value.get(kind) or ())]}
    return regions


def _proposal(region_id: str, parts: Mapping[str, _Json]) -> Proposal:
    value = parts["labels"]
    return Proposal(value["start"], value["end"], value["labels"][0], region_id, _choice(parts))


def _choice(parts: Mapping[str, _Json]) -> str | None:
    choices = parts.get("choices", {}).get("choices")
    return str(choices[0]) if choices else None


def _marks(result: Sequence[_Json], text: str, source_file: str) -> tuple[list[Mark], list[str], set[str]]:
    """Return the marks of an annotation, a fault for each that does not fit the text, and whose those are."""
    marks: list[Mark] = []
    misfits: dict[str, _Json] = {}
    for region, parts in _regions(result).items():
        value = parts.get("labels") or parts["choices"]
        place = _fitted_value(text, value)
        if place is None:
            misfits[region.id] = value
        else:
            marks.append(Mark(*place, tuple(map(str, value.get("labels", ()))), _choice(parts)))
    faults = [_misfit(source_file, value["start"], value["end"], value.get("text")) for value in misfits.values()]
    return marks, faults, set(misfits)


def _fitted_value(text: str, value: _Json) -> Place | None:
    start, end, quote = value["start"], value["end"], value.get("text")
    if not isinstance(start, int) or not isinstance(end, int):
        return None
    return fitted(text, start, end, quote if isinstance(quote, str) else None)


def _misfit(source_file: str, start: object, end: object, quote: object = None) -> str:
    told = f"“{cut(quote)}”" if isinstance(quote, str) else ""
    return f"{source_file}：标注 start={start}、end={end}{told} 对不上原文，未采用。"


def _row_task(row: _Json, who: str | None, at: str, taxonomy: Taxonomy) -> Task:
    meta, text = _doccano_meta(row), _doccano_text(row)
    report_id, source_file = _report_id(meta), str(meta.get("source_file", ""))
    check_taxonomy(meta.get("taxonomy"), taxonomy)
    check_text(meta.get("text_digest"), text)
    spans = [_doccano_span(label) for label in _doccano_labels(row)]
    misfits = [(start, end) for start, end, _ in spans if fitted(text, start, end, None) is None]
    return Task(
        report_id=report_id,
        source_file=source_file,
        text=text,
        proposals=tuple(Proposal(*values[:3]) for values in meta["proposed"]),
        marks=tuple(Mark(start, end, (code,)) for start, end, code in spans if (start, end) not in misfits),
        who=(who or "").strip(),
        at=at,
        faults=tuple(_misfit(source_file, *place) for place in misfits),
        unplaced=frozenset({None} if misfits else ()),
    )


def _doccano_text(row: _Json) -> Any:
    return row.get("text", row.get("data"))


def _doccano_meta(row: _Json) -> _Json:
    """Return the metadata wherever this version of doccano put it: beside the text, under "meta", or one deeper."""
    layer: object = row
    while isinstance(layer, dict):
        if "report_id" in layer:
            return layer
        layer = layer.get("meta")
    return {}


def _doccano_labels(row: _Json) -> Sequence[Any]:
    for key in ("label", "labels", "entities"):
        if isinstance(row.get(key), list):
            return list(row[key])
    raise TaskError("没有标签（label）。请在 doccano 中选 JSONL 格式重新导出")


def _doccano_span(label: Any) -> tuple[int, int, str]:
    if isinstance(label, dict):
        return int(label["start_offset"]), int(label["end_offset"]), str(label["label"])
    start, end, code = label
    return int(start), int(end), str(code)
