"""The text of the benchmark: tables for the terminal and for RESULTS.md, with what was wanted beside each figure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.bench_figures import Figure, Results

TITLES = {
    "a": "One report, all tables, against python-docx",
    "a2": "One report, all tables, against the floor",
    "b": "Words against jieba",
    "c": "Share of each stage",
    "d": "Two jobs against one",
    "e": "Dask on one machine against loky",
    "f": "Cost of a report at every scale",
    "g": "Cold start",
}
_EXPLAINED = {
    "a": "Ours: `analyze` and the rows of every table. python-docx: `docx.Document(path)`, text of all paragraphs.",
    "a2": "The floor: unzip, parse `word/document.xml` with lxml, cut its text with `rjieba`.",
    "b": "`pipeline.words.cut` and `jieba.lcut` on the annotated reports of the corpus, both with dictionaries loaded.",
    "c": "Over the six samples. Each stage's function is timed as `analyze` calls it; `rest` is what lies between.",
    "d": "`zicha analyze FOLDER -o OUT`, whole processes. The start is a run of two reports, taken in the same rounds.",
    "e": "`--jobs 2 --dask local` and `--jobs 2`, same reports, whole processes.",
    "f": "`zicha analyze FOLDER -o OUT --jobs 2`. Memory and processor time are those of the parent alone.",
    "g": '`zicha analyze ONE.docx -o OUT` minus `python -c "import pandas, sklearn"`, round by round.',
}


@dataclass(frozen=True, slots=True)
class Target:
    """A bound on the median of the figures whose name matches a pattern."""

    part: str
    what: str
    pattern: str
    bound: float
    least: bool = False

    def applies(self, one: Figure) -> bool:
        """Return whether this is the target of a figure."""
        return one.part == self.part and re.search(self.pattern, one.name) is not None

    def met(self, value: float) -> bool:
        """Return whether a value is within the bound."""
        return value >= self.bound if self.least else value <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.least else '≤'} {self.bound:g}"


TARGETS = (
    Target("a", "whole way ÷ python-docx", "÷ python-docx", 1.0),
    Target("a2", "whole way ÷ floor", "÷ floor", 12.0),
    Target("b", "words ÷ jieba", "÷ jieba", 0.1),
    Target("d", "two jobs against one", r"^\d+ reports", 1.8, least=True),
    Target("e", "Dask ÷ loky", r"^\d+ reports", 1.3),
    Target("f", "cost of a report, 100,000 ÷ 1,000", "^cost of a report", 1.1),
    Target("f", "MB of the parent", "peak memory", 600.0),
    Target("g", "seconds above the imports", "−", 1.2),
)


def target_of(one: Figure) -> Target | None:
    """Return what is wanted of a figure, None where it is only told."""
    return next((target for target in TARGETS if target.applies(one)), None)


def verdict(one: Figure) -> str:
    """Return "met" or "missed", "" for a figure without a target."""
    target = target_of(one)
    if target is None:
        return ""
    return "met" if target.met(one.median) else "missed"


def number(value: float) -> str:
    """Return a value with three digits that count: 0.0523 -> "0.0523", 113.46 -> "113", 20412 -> "20,412"."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    decimals = 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:.{decimals}f}"


def row(one: Figure) -> tuple[str, ...]:
    """Return the cells of a figure."""
    target = target_of(one)
    return (
        one.name,
        f"{number(one.median)} {one.unit}",
        f"{number(min(one.values))} – {number(max(one.values))}",
        str(len(one.values)),
        "" if target is None else f"{target}: {verdict(one)}",
        one.date,
    )


_HEAD = ("figure", "median", "min – max", "rounds", "wanted", "date")


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a Markdown table, the numbers to the right."""
    rule = ["---", *("---:" for _ in rows[0][1:])]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (rows[0], rule, *rows[1:]))


def plain_table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows in columns as wide as their longest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) for cells in rows)


def plain(results: Results) -> str:
    """Return what the terminal shows."""
    return "\n\n".join((_machine_line(results), *_sections(results, plain_table, "{part}  {title}", empty=False)))


def markdown(results: Results) -> str:
    """Return the text of RESULTS.md."""
    parts = (
        "# Benchmark",
        "Written by `make bench ARGS='--markdown tests/benchmarks/RESULTS.md'`; do not edit by hand. All figures\n"
        "of every round are in `results.json` beside it; a run with `--only` replaces the figures of those parts.",
        _machine_line(results),
        "Ratios compare what was measured in turns in the same run; each figure has its own date. Trust ratios more\n"
        "than times, which depend on the machine and on what else it does.",
        f"## Targets\n\n{summary(results)}",
        *_sections(results, markdown_table, "## ({part}) {title}"),
    )
    return "\n\n".join(parts) + "\n"


def _machine_line(results: Results) -> str:
    told = results.machine
    return (
        f"{told['cores']} cores ({told['cpu']}), {told['memory']}, {told['system']}, Python {told['python']}.\n"
        f"Versions of the last run: {told['libraries']}."
    )


def _sections(
    results: Results, table: Callable[[Sequence[Sequence[str]]], str], head: str, *, empty: bool = True
) -> Iterator[str]:
    """Yield head, explanation and table of each part; empty: also of the parts that were not measured."""
    for part, title in TITLES.items():
        rows = [row(one) for one in results.figures if one.part == part]
        if rows or empty:
            shown = table([_HEAD, *rows]) if rows else "Not measured yet."
            yield f"{head.format(part=part, title=title)}\n\n{_EXPLAINED[part]}\n\n{shown}"


def summary(results: Results) -> str:
    """Return the table of targets: every figure that has one, and the targets that nothing was measured for."""
    rows = [("part", "wanted", "figure", "median", "verdict")]
    for target in TARGETS:
        figures = [one for one in results.figures if target_of(one) is target]
        rows += [
            (target.part, str(target), one.name, f"{number(one.median)} {one.unit}", verdict(one)) for one in figures
        ]
        if not figures:
            rows.append((target.part, str(target), target.what, "", "not measured"))
    return markdown_table(rows)
