"""What the wordings of problem statements may be mistaken for: every row of the field's table of cues has its trap."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest
from marked_documents import assert_spans, marked_document

from pipeline import findings, quantities, structure
from pipeline.records import Finding

TABLE = Path(__file__).parent / "data_traps.tsv"
AFTER = "二、下一步打算\n逐项抓好落实。"
PLACES = {
    "problem": f"一、存在的问题\n{{}}\n{AFTER}",
    "mixed": f"一、存在的问题及原因分析\n{{}}\n{AFTER}",
    "feedback": "一、巡察发现的主要问题\n{}\n二、意见建议\n逐项抓好整改。",
    "practice": "一、主要做法\n{}\n二、存在的问题\n台账更新不及时。",
    "plan": "一、存在的问题\n台账更新不及时。\n二、下一步打算\n{}",
    "rectify": f"一、整改落实情况\n{{}}\n{AFTER}",
    "cause": "一、存在的问题\n台账更新不及时。\n二、原因分析\n{}\n三、下一步打算\n逐项抓好落实。",
    "whole": "{}",
}
MARKS = {"【": "[[QT00 open|", "】": "]]", "〖": "[[QT00 rectified|", "〗": "]]", "｜": "\n"}
SAYS = {"hedge", "nature", "scope", "status", "found_by", "cause", "consequence", "heading", "core"}


@dataclass(frozen=True, slots=True)
class Trap:
    """A case of data_traps.tsv."""

    row: int
    function: str
    place: str
    text: str
    reasons: str
    says: str


def _traps() -> list[Trap]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").split("\n") if line and not line.startswith("#")]
    assert lines[0].split("\t") == list(Trap.__slots__)
    cells = [line.split("\t") for line in lines[1:]]
    return [Trap(int(row), *rest) for row, *rest in cells]


TRAPS = _traps()


def _identity(trap: Trap) -> str:
    return f"{trap.row}-{trap.place}-{trap.text[:12]}"


@pytest.mark.parametrize("trap", TRAPS, ids=_identity)
def test_trap_gives_the_marked_problem_statements_and_no_others(trap: Trap) -> None:
    source = trap.text
    for short, long in MARKS.items():
        source = source.replace(short, long)
    before, _, after = PLACES[trap.place].partition("{}")
    document, marked = marked_document(before + source + after)
    found, refused = findings.find(document, structure.split(document))
    assert_spans(document, found)
    inside = range(len(before), len(document.text) - len(after))
    rows = [row for row in found if row.start in inside]
    wanted = [(document.text[mark.start : mark.end], mark.status) for mark in marked.problems]
    assert [(_with_number(document.text, row), row.status) for row in rows] == wanted
    if trap.reasons != "*":
        assert [row.reason for row in refused if row.start in inside] == [
            name for name in trap.reasons.split(",") if name
        ]
    for said in filter(None, trap.says.split(";")):
        name, value = said.split("=")
        assert name in SAYS
        assert _said(document.text, rows[0], name) == value


def _with_number(text: str, row: Finding) -> str:
    """Return the statement with the item number before it, which a finding may leave to its heading."""
    line = text.rfind("\n", 0, row.start) + 1
    before = text[line : row.start]
    return before + row.text if 0 < len(before) <= 3 and not before.endswith(("。", "：")) else row.text


def _said(text: str, row: Finding, name: str) -> str:
    return text[row.core_start : row.core_end] if name == "core" else str(getattr(row, name))


def test_table_of_traps_names_known_places_and_fields_only() -> None:
    assert {trap.place for trap in TRAPS} == set(PLACES)
    assert len({(trap.place, trap.text) for trap in TRAPS}) == len(TRAPS)


def test_every_row_of_the_table_of_cues_has_its_trap(shared: Path) -> None:
    with (shared / "domain" / "cues.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    functions = {number: row["function"].split()[0] for number, row in enumerate(rows, start=1)}
    assert functions == {trap.row: trap.function for trap in TRAPS}
    assert all(functions[trap.row] == trap.function for trap in TRAPS)


@pytest.mark.parametrize(
    ("place", "text", "roles"),
    [
        ("problem", "清淤费没有单据，涉及金额4.2万元。", {"problem"}),
        ("plan", "到2027年实现12座水库自动监测全覆盖，年底前完成危坝整治3座。", {"plan"}),
    ],
)
def test_number_takes_the_role_of_its_statement(place: str, text: str, roles: set[str]) -> None:
    before, _, after = PLACES[place].partition("{}")
    document, _ = marked_document(before + text + after)
    outline = structure.split(document)
    found, _ = findings.find(document, outline)
    rows = quantities.extract(document, outline.sections, found)
    assert {row.role for row in rows if row.kind in ("count", "money")} == roles
    assert all(row.finding_id for row in rows if row.role == "problem")
