"""Makes any number of reports that differ from each other, for runs that measure scale.

    PYTHONPATH=tests python -m benchmarks.make_reports FOLDER 10000
    PYTHONPATH=tests python -m benchmarks.make_reports FOLDER 500 --seed 7 --form txt

Sentences and headings are those of corpus/, put together at random under a unit, dates and an order of sections of
their own, with other numbers. Report i depends on the seed and on i alone, so a longer run holds the shorter one.
Limits: sentences do not belong to one story, their facts are denser than in real reports (corpus/DATA_CARD.md), and no
table, footnote or automatic number occurs; such reports are for measuring cost, not quality.
"""

from __future__ import annotations

import argparse
import io
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

from benchmarks.report_material import Material, material

PER_FOLDER = 1000
_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十")
_SHORTEST, _LONGEST = 800, 1500
_BODY_OF_ITEM = (50, 150)

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
# The parts that are the same in each file; stored, not compressed, since they are short.
_STATIC = {
    "[Content_Types].xml": (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
    ),
    "word/_rels/document.xml.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "word/styles.xml": (
        f'{_XML}<w:styles xmlns:w="{_W}"><w:style w:type="paragraph" w:default="1" w:styleId="a">'
        '<w:name w:val="Normal"/><w:rPr><w:rFonts w:eastAsia="仿宋_GB2312"/><w:sz w:val="32"/></w:rPr></w:style>'
        "</w:styles>"
    ),
}
_PARAGRAPH = (
    '<w:p><w:pPr><w:ind w:firstLine="640"/></w:pPr>'
    '<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t>{}</w:t></w:r></w:p>'
)
_DATE_OF_ZIP = (2024, 1, 1, 0, 0, 0)


def report_lines(index: int, *, seed: int = 1) -> list[str]:
    """Return the paragraphs of report number `index`, e.g. ["云溪县…自查报告", "审计局：", …, "2023年9月27日"]."""
    random = Random(f"{seed}/{index}")
    stuff = material()
    facts = _facts(random, stuff)
    middle = [line for section in _sections(random, stuff, facts) for line in section]
    return [*_head(random, stuff, facts), *middle, *_end(random, stuff, facts)]


def _facts(random: Random, stuff: Material) -> dict[str, str]:
    """Return what one report says of itself throughout."""
    parts = stuff.parts
    county = _place(random, parts) + random.choice(parts["counties"])
    name, short = random.choice(parts["units"])
    year = random.randint(2019, 2025)
    numbers = {"n1": random.randint(3, 29), "n2": random.randint(30, 199), "n3": random.randint(200, 999)}
    day = random.randint(1, 14)
    dates = {"year": year, "month": random.randint(1, 12), "from": day, "to": day + random.randint(3, 13)}
    return {
        "county": county,
        "unit": name.format(county=county, place=_place(random, parts)),
        "short": short,
        "topic": random.choice(parts["topics"]),
        "number": str(random.randint(1, 99)),
        **{key: str(value) for key, value in (numbers | dates).items()},
    }


def _place(random: Random, parts: Mapping[str, str]) -> str:
    return random.choice(parts["place_first"]) + random.choice(parts["place_second"])


def _head(random: Random, stuff: Material, facts: Mapping[str, str]) -> Iterator[str]:
    for key in ("titles", "receivers", "openings"):
        yield _said(random, stuff, key, facts)


def _end(random: Random, stuff: Material, facts: Mapping[str, str]) -> Iterator[str]:
    yield _said(random, stuff, "closings", facts)
    yield facts["unit"]
    yield f"{facts['year']}年{facts['month']}月{random.randint(int(facts['to']), 28)}日"


def _said(random: Random, stuff: Material, key: str, facts: Mapping[str, str]) -> str:
    wording: str = random.choice(stuff.parts[key])
    return wording.format_map(facts)


def _sections(random: Random, stuff: Material, facts: Mapping[str, str]) -> Iterator[list[str]]:
    """Yield the paragraphs of each section; the length of the report is drawn first and shared out among them."""
    roles = random.choice(stuff.parts["layouts"])
    weights = stuff.parts["weights"]
    length = random.randint(_SHORTEST, _LONGEST)
    whole = sum(weights[role] for role in roles)
    for numeral, role in zip(_NUMERALS, roles, strict=False):
        title = random.choice(stuff.headings[1, role])
        wanted = round(length * weights[role] / whole)
        yield [f"{numeral}、{title}", *_body(random, stuff, role, wanted, facts)]


def _body(random: Random, stuff: Material, role: str, wanted: int, facts: Mapping[str, str]) -> Iterator[str]:
    """Yield the paragraphs of a section: with sub-headings, or as 一是…；二是…, or plain; short ones are plain."""
    lead_ins = {"PROBLEM": "lead_ins", "PLAN": "plan_lead_ins"}
    if role in lead_ins and random.random() < 0.7:
        yield _said(random, stuff, lead_ins[role], facts)
    draw = _drawer(random, stuff, role)
    if wanted < 2 * _BODY_OF_ITEM[1] or (2, role) not in stuff.headings:
        yield from _items(random, stuff, draw, wanted) if random.random() < 0.5 else [_plain(draw, wanted)]
    else:
        yield from _headed(random, stuff.headings[2, role], draw, wanted)


def _drawer(random: Random, stuff: Material, role: str) -> Callable[[], str]:
    kinds = stuff.parts["roles_of"][role]
    return lambda: random.choice(stuff.sentences[random.choice(kinds)]).filled(random)


def _headed(random: Random, titles: Sequence[str], draw: Callable[[], str], wanted: int) -> Iterator[str]:
    """Yield paragraphs of the form （一）title。sentences."""
    chosen = random.sample(titles, min(len(titles), len(_NUMERALS)))
    written = 0
    for numeral, title in zip(_NUMERALS, chosen, strict=False):
        if written >= wanted:
            return
        line = f"（{numeral}）{title}。{_plain(draw, random.randint(*_BODY_OF_ITEM))}"
        written += len(line)
        yield line


def _plain(draw: Callable[[], str], wanted: int) -> str:
    sentences: list[str] = []
    length = 0
    while length < wanted:
        sentences.append(draw() + "。")
        length += len(sentences[-1])
    return "".join(sentences)


def _items(random: Random, stuff: Material, draw: Callable[[], str], wanted: int) -> Iterator[str]:
    """Yield items 一是…；二是…。 in one paragraph or in a paragraph each."""
    items: list[str] = []
    for word in stuff.parts["item_words"]:
        if sum(map(len, items)) >= wanted:
            break
        items.append(f"{word}{draw()}；")
    items[-1] = items[-1][:-1] + "。"
    yield from items if random.random() < 0.5 else ["".join(items)]


def docx_bytes(lines: Sequence[str]) -> bytes:
    """Return a small .docx with one paragraph a line; equal lines give equal bytes."""
    paragraphs = "".join(_PARAGRAPH.format(escape(line)) for line in lines)
    body = f'{_XML}<w:document xmlns:w="{_W}"><w:body>{paragraphs}<w:sectPr/></w:body></w:document>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in _STATIC.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE_OF_ZIP), text)
        entry = zipfile.ZipInfo("word/document.xml", _DATE_OF_ZIP)
        archive.writestr(entry, body, compress_type=zipfile.ZIP_DEFLATED, compresslevel=1)
    return buffer.getvalue()


def txt_bytes(lines: Sequence[str]) -> bytes:
    """Return the text in UTF-8."""
    return "\n".join(lines).encode() + b"\n"


_FORMS: dict[str, Callable[[Sequence[str]], bytes]] = {"docx": docx_bytes, "txt": txt_bytes}


def write_reports(folder: Path, count: int, seed: int = 1, form: str = "docx") -> int:
    """Write reports 0 to count - 1 as folder/NNN/report-NNNNNN.FORM, 1,000 a folder, and return their bytes."""
    written = 0
    for index in range(count):
        place = folder / f"{index // PER_FOLDER:03d}"
        if index % PER_FOLDER == 0:
            place.mkdir(parents=True, exist_ok=True)
        written += (place / f"report-{index:06d}.{form}").write_bytes(_FORMS[form](report_lines(index, seed=seed)))
    return written


def main(arguments: Sequence[str] | None = None) -> int:
    """Write reports and print how fast; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--form", choices=sorted(_FORMS), default="docx")
    options = parser.parse_args(arguments)
    begun = time.perf_counter()
    size = write_reports(options.folder, options.count, options.seed, options.form)
    seconds = time.perf_counter() - begun
    print(f"{options.count} reports, {size / 1e6:.1f} MB, {options.count / seconds:,.0f} a second")
    return 0


if __name__ == "__main__":
    sys.exit(main())
