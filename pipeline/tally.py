"""Running counts: of one report, and of all reports of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pipeline.records import Report
from pipeline.shell import plain
from pipeline.taxonomy import Taxonomy, builtin


@dataclass(frozen=True, slots=True)
class Counts:
    """What the summary and the run report say of one file."""

    findings: int = 0
    to_review: int = 0
    quantities: int = 0
    remedies: int = 0
    checks: int = 0
    categories: Mapping[str, int] = field(default_factory=dict)
    error: str | None = None
    elapsed_ms: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the counts for json.dumps; `Counts(**value)` reads them."""
        return asdict(self)


@dataclass(slots=True)
class Tally:
    """The running counts of a run; `failures` holds (source_file, error)."""

    reports: int = 0
    findings: int = 0
    to_review: int = 0
    quantities: int = 0
    remedies: int = 0
    checks: int = 0
    categories: Counter[str | None] = field(default_factory=Counter)
    failures: list[tuple[str, str]] = field(default_factory=list)
    taxonomy: Taxonomy = field(default_factory=builtin)

    def watch(self, reports: Iterable[Report]) -> Iterator[Report]:
        """Yield the reports unchanged and count each that passes."""
        for report in reports:
            self.add(report)
            yield report

    def add(self, report: Report) -> None:
        """Count one report; of a failed one nothing but the failure."""
        self.taxonomy = report.taxonomy or self.taxonomy
        self.count(report.document.source_file, counts_of(report))

    def count(self, name: str, counts: Counts) -> None:
        """Count one report by its counts."""
        self.reports += 1
        if counts.error is not None:
            self.failures.append((name, counts.error))
            return
        self.findings += counts.findings
        self.to_review += counts.to_review
        self.quantities += counts.quantities
        self.remedies += counts.remedies
        self.checks += counts.checks
        self.categories.update({code or None: number for code, number in counts.categories.items()})

    def sentence(self) -> str:
        """Return the counts in one line, e.g. "问题表述 3 条（需复核 1 条），计量 5 个，…"."""
        return (
            f"问题表述 {self.findings} 条（需复核 {self.to_review} 条），计量 {self.quantities} 个，"
            f"整改措施 {self.remedies} 条，核对提示 {self.checks} 条。"
        )

    def failure_lines(self) -> list[str]:
        """Return one line a failed file, which begins with the file's name."""
        return [plain(error if error.startswith(name) else f"{name}：{error}") for name, error in self.failures]


def counts_of(report: Report) -> Counts:
    """Return what the summary says of a report; of a failed one nothing but the failure."""
    if report.status == "failed":
        return Counts(error=report.error or "原因不明", elapsed_ms=report.elapsed_ms)
    categories: dict[str, int] = {}
    for finding in report.findings:
        code = finding.category or ""
        categories[code] = categories.get(code, 0) + 1
    return Counts(
        findings=len(report.findings),
        to_review=sum(finding.needs_review for finding in report.findings),
        quantities=len(report.quantities),
        remedies=len(report.remedies),
        checks=len(report.checks),
        categories=categories,
        elapsed_ms=report.elapsed_ms,
    )
