"""The text of the comparison with other extractors: tables for the terminal and the file PEERS.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from benchmarks.scoring import Score

# The least ratio of characters per second that the project wants against each peer.
GOALS = {"JioNLP": 1.0, "Recognizers": 20.0}
_OURS = "zicha"


@dataclass(frozen=True, slots=True)
class Finding:
    """Scores of one extractor; peer_kinds and ours are both on the kinds that it reads."""

    name: str
    raw: Score
    adapted: Score
    peer_kinds: Score
    ours: Score


@dataclass(frozen=True, slots=True)
class Speed:
    """Characters per second of one extractor, one number a round."""

    name: str
    rates: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the comparison."""

    versions: Mapping[str, str]
    gold_texts: int
    gold_rows: int
    texts: int
    characters: int
    findings: tuple[Finding, ...]
    speeds: tuple[Speed, ...]


def ratios(ours: Speed, peer: Speed) -> tuple[float, ...]:
    """Return how many times faster ours is in each round: (200, 300) over (100, 100) -> (2.0, 3.0)."""
    return tuple(a / b for a, b in zip(ours.rates, peer.rates, strict=True))


def verdict(name: str, ratio: float) -> str:
    """Return the ratio with its goal: ("Recognizers", 17.2) -> "17.2 (wanted: 20.0 or more; missed)"."""
    goal = GOALS[name]
    met = ratio > goal if goal == 1.0 else ratio >= goal
    wanted = "more than 1.0" if goal == 1.0 else f"{goal:.1f} or more"
    return f"{ratio:.2f} (wanted: {wanted}; {'met' if met else 'missed'})"


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as a Markdown table; the first row is the head, and numbers stand to the right."""
    head, *body = rows
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *body))


def found_table(findings: Iterable[Finding]) -> str:
    """Return F1, precision and recall of each extractor on all kinds, raw and adapted."""
    head = ("extractor", "F1 raw", "F1 adapted", "precision", "recall", "values right", "items found", "masked found")
    return table((head, *(_found_row(row) for row in findings)))


def _found_row(row: Finding) -> tuple[str, ...]:
    best = row.adapted
    return (
        row.name,
        f"{row.raw.f1:.3f}",
        f"{best.f1:.3f}",
        f"{best.precision:.3f}",
        f"{best.recall:.3f}",
        f"{best.value} of {best.tp - best.masks}",
        f"{best.item} of {best.gold_items}",
        f"{best.masked} of {best.gold_masks}",
    )


def kinds_table(findings: Iterable[Finding]) -> str:
    """Return the F1 of each peer and of this project on the kinds that the peer reads."""
    head = ("kinds of", "gold rows", "F1 of the peer, adapted", "F1 of zicha")
    rows = (
        (row.name, str(row.ours.tp + row.ours.fn), f"{row.peer_kinds.f1:.3f}", f"{row.ours.f1:.3f}")
        for row in findings
        if row.name != _OURS
    )
    return table((head, *rows))


def speed_table(speeds: Sequence[Speed]) -> str:
    """Return characters per second: the median of the rounds, the least and the most, and how much faster ours is."""
    ours = next(speed for speed in speeds if speed.name == _OURS)
    head = ("extractor", "characters per second, median", "least – most", "ours is faster by, median", "least – most")
    return table((head, *(_speed_row(ours, speed) for speed in speeds)))


def _speed_row(ours: Speed, speed: Speed) -> tuple[str, ...]:
    rates = (f"{median(speed.rates):,.0f}", f"{min(speed.rates):,.0f} – {max(speed.rates):,.0f}")
    if speed.name == _OURS:
        return (speed.name, *rates, "", "")
    faster = ratios(ours, speed)
    return (speed.name, *rates, verdict(speed.name, median(faster)), f"{min(faster):.2f} – {max(faster):.2f}")


def plain(run: Run) -> str:
    """Return what the terminal shows: the data, the three tables and what was adapted."""
    return "\n\n".join((_data(run), *_tables(run), _ADAPTED))


def _tables(run: Run) -> tuple[str, str, str]:
    return found_table(run.findings), kinds_table(run.findings), speed_table(run.speeds)


def _data(run: Run) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in run.versions.items())
    rounds = len(run.speeds[0].rates)
    return (
        f"{date.today()}; {os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}.\n"
        f"Versions: {versions}.\n"
        f"Found: {run.gold_rows} labelled quantities in {run.gold_texts} texts, ordinals left out.\n"
        f"Speed: {run.texts} texts, {run.characters:,} characters, one thread, {rounds} round(s) in turns."
    )


_ADAPTED = """\
Adapted means, for the peers: a bare number takes the measure word after it and is dropped without one; dropped are set
phrases, short quotations, list and document numbers, ordinals, 一 as an article, times without a number, quarters and
decimals taken for dates; 每季度 with its 次 is one frequency; of two spans that overlap the longer stays (raw has only
this last rule). Nothing is adapted for zicha. JioNLP has no extractor of counts, percent or units: compare it by the
second table. zicha was developed with these gold texts at hand: its F1 is no estimate for texts it has not seen."""

_LIMITS = """\
## Limits

- zicha was developed with these gold texts at hand: its figures show that it reads what is labelled there, not how
  well it reads a report that it has never seen. The rules of adaptation were written after reading the errors of the
  peers on the same texts, in their favour. A fair comparison of quality needs labels that nobody has worked with.
- The gold standard is small and of one genre, the one zicha is for. The peers are general tools; nothing is said about
  other text.
- A span counts as found when half of the shorter one is shared, so a peer is not punished for the 约 or 以上 that it
  leaves outside.
- Peers get lines, zicha whole texts: the date model of Recognizers drops the rest of a text after a match that it
  cannot parse. The time is that of their own calls; adapting is not counted. Log output of JioNLP is off.
- zicha does more in its time (all kinds, items, roles), the peers only what the table says.
- Rates depend on the machine and on what else it does; trust the ratios, which compare the same round.
- The same texts are read in each round; neither zicha nor the calls used of the peers keep results by text."""


def markdown(run: Run) -> str:
    """Return the text of PEERS.md."""
    found, kinds, speed = _tables(run)
    parts = (
        "# Comparison with other extractors",
        "Written by `make -s bench-peers ARGS=--markdown > tests/benchmarks/PEERS.md`; do not edit by hand.",
        f"## What was measured\n\n{_data(run)}",
        "Gold: the `*.quantities.tsv` of the shared reports. Speed: those texts and ten provincial work reports.\n"
        "zicha reads every kind; JioNLP times and sums; Recognizers finds with all its models and is timed on\n"
        "currency and dates.",
        f"## Found, all kinds\n\n{found}\n\n{_ADAPTED}",
        f"## Found, only the kinds that a peer reads\n\n{kinds}",
        f"## Speed\n\n{speed}",
        _LIMITS,
    )
    return "\n\n".join(parts)
