"""Builds corpus/samples from the marked-up sources in corpus/reports: `python tests/build_samples.py`."""

from __future__ import annotations

from pathlib import Path

from word_reports import save_word

from pipeline.marked import MarkedReport, parse_marked

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "corpus" / "samples"
SOURCES = {
    "township-self-report": "a-township-self-report",
    "enterprise-rectification": "b-enterprise-rectification",
    "college-feedback": "c-college-feedback",
    "bureau-audit-summary": "d-bureau-audit-summary",
    "hospital-comparison": "e-hospital-comparison",
    "county-work-summary": "f-county-work-summary",
}
_LOOKS = {
    "township-self-report": "list",
    "enterprise-rectification": "style",
    "college-feedback": "tracked",
    "bureau-audit-summary": "typed",
    "hospital-comparison": "list",
    "county-work-summary": "typed",
}


def source(name: str) -> MarkedReport:
    """Return the marked-up report that a sample is built from."""
    return parse_marked((ROOT / "corpus" / "reports" / f"{SOURCES[name]}.txt").read_text(encoding="utf-8").rstrip("\n"))


def build(name: str, folder: Path) -> None:
    """Write NAME.txt and NAME.docx into folder."""
    report = source(name)
    (folder / f"{name}.txt").write_text(report.text + "\n", encoding="utf-8", newline="")
    save_word(report, folder / f"{name}.docx", look=_LOOKS[name])


if __name__ == "__main__":
    for sample in SOURCES:
        build(sample, SAMPLES)
