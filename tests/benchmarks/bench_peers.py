"""Compares the quantities of this project with two other extractors, on the same text in the same run.

    make bench-peers                     # prints the tables
    make -s bench-peers ARGS=--markdown  # prints tests/benchmarks/PEERS.md

Peers: JioNLP (time and money) and Recognizers-Text (numbers, units, dates), in an environment of their own.
Found: F1 of spans on the shared gold standard, matched as its score.py does (see scoring.py). `raw` is what a peer
gives, `adapted` is after the rules of peers/genre.py. A second table asks both sides only for the kinds a peer reads.
Speed: characters per second of one pass over the gold texts and ten provincial reports; all extractors take turns,
round by round, one thread; medians, and the ratio of each round. Ours reads every kind, with items and roles; JioNLP
reads times and sums, Recognizers currency and dates.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from conftest import ROOT, shared_root

from benchmarks.peer_report import Finding, Run, Speed, markdown, plain
from benchmarks.scoring import KINDS, Found, Gold, Score, read_gold, score
from pipeline.reading import read

TIME_KINDS = frozenset({"date", "period", "duration", "frequency"})
_FIELDS = frozenset(field.name for field in fields(Found))
_WARM_UP = "截至2021年底，往来款挂账3年以上，涉及2.83万元，占35%，召开会议12次。"


@dataclass(frozen=True, slots=True)
class Engine:
    """An extractor: its adapter, the environment that runs it, and the kinds that it reads."""

    name: str
    module: str
    python: Path
    kinds: frozenset[str]


class Session:
    """A running adapter; asks one question at a time."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        path = os.pathsep.join((str(ROOT / "tests"), os.environ.get("PYTHONPATH", ""))).rstrip(os.pathsep)
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        self.process = subprocess.Popen(
            [engine.python, "-W", "ignore", "-m", f"benchmarks.peers.{engine.module}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            env={**os.environ, **threads, "PYTHONPATH": path, "PYTHONHASHSEED": "0"},
        )

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()

    def ask(self, **request: Any) -> dict[str, Any]:
        """Return the answer to a request; RuntimeError where the adapter has ended."""
        assert self.process.stdin and self.process.stdout
        try:
            print(json.dumps(request), file=self.process.stdin, flush=True)
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise RuntimeError(
                f"{self.engine.module} ended; run it by hand: {self.engine.python} -m …, PYTHONPATH=tests"
            )
        result: dict[str, Any] = json.loads(answer)
        return result

    def found(self, text: str) -> tuple[list[Found], list[Found]]:
        """Return the raw and the adapted spans of a text."""
        answer = self.ask(task="find", text=text)
        return [as_found(row) for row in answer["raw"]], [as_found(row) for row in answer["adapted"]]


def as_found(row: Mapping[str, Any]) -> Found:
    """Return one span of an answer; what the scorer does not know is left out."""
    return Found(**{name: value for name, value in row.items() if name in _FIELDS})


def engines(peers_python: Path) -> tuple[Engine, ...]:
    """Return the extractors in the order of the tables, this project first."""
    own = Path(sys.executable)
    return (
        Engine("zicha", "zicha_adapter", own, KINDS),
        Engine("JioNLP", "jionlp_adapter", peers_python, TIME_KINDS | {"money"}),
        Engine("Recognizers", "recognizers_adapter", peers_python, KINDS - {"masked", "ratio"}),
    )


def gold_of(shared: Path) -> list[Gold]:
    """Return the texts of the shared folder that have labelled quantities."""
    labels = sorted((shared / "reports" / "gold").glob("*.quantities.tsv"))
    names = [path.name.removesuffix(".quantities.tsv") for path in labels]
    texts = [shared / "reports" / "text" / f"{name}.txt" for name in names]
    return [read_gold(path, text) for path, text in zip(labels, texts, strict=True)]


def findings_of(sessions: Sequence[Session], gold: Sequence[Gold]) -> list[Finding]:
    """Return the scores of each extractor, and of this project on the kinds of each peer."""
    answers = {session.engine.name: [session.found(one.text) for one in gold] for session in sessions}
    own, rows = answers["zicha"], []
    for session in sessions:
        name, kinds = session.engine.name, session.engine.kinds
        found = answers[name]
        raw, adapted = (_total(gold, [pair[which] for pair in found], KINDS) for which in (0, 1))
        peer_on_own = _total(gold, [pair[1] for pair in found], kinds)
        rows.append(Finding(name, raw, adapted, peer_on_own, _total(gold, [pair[1] for pair in own], kinds)))
    return rows


def _total(gold: Sequence[Gold], found: Sequence[Sequence[Found]], kinds: frozenset[str]) -> Score:
    scores = (score(one, spans, kinds=kinds) for one, spans in zip(gold, found, strict=True))
    return sum(scores, start=Score())


def speeds_of(sessions: Sequence[Session], texts: Sequence[str], rounds: int) -> list[Speed]:
    """Return characters per second of each extractor for each round; in a round they take turns."""
    characters = sum(map(len, texts))
    for session in sessions:
        session.ask(task="time", texts=[_WARM_UP, texts[0]])
    seconds: dict[str, list[float]] = {session.engine.name: [] for session in sessions}
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
        for session in sessions:
            seconds[session.engine.name].append(session.ask(task="time", texts=list(texts))["seconds"])
    return [Speed(name, tuple(characters / one for one in runs)) for name, runs in seconds.items()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the comparison; 2 where the documents or the peers are absent."""
    options = _options(arguments)
    shared = shared_root()
    if shared is None or not options.peers_python.exists():
        print(
            "needs the shared documents (../shared or $ZICHA_SHARED) and .venv-peers (make bench-peers)",
            file=sys.stderr,
        )
        return 2
    gold = gold_of(shared)
    reports = [read(path).text for path in sorted((shared / "reports" / "docx").glob("*.docx"))]
    with ExitStack() as stack:
        sessions = [stack.enter_context(Session(engine)) for engine in engines(options.peers_python)]
        versions = {name: number for one in sessions for name, number in one.ask(task="hello")["versions"].items()}
        findings = findings_of(sessions, gold)
        texts = [*(one.text for one in gold), *reports]
        speeds = speeds_of(sessions, texts, options.rounds)
    rows = sum(row.kind != "ordinal" for one in gold for row in one.rows)
    run = Run(versions, len(gold), rows, len(texts), sum(map(len, texts)), tuple(findings), tuple(speeds))
    print((markdown if options.markdown else plain)(run))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--peers-python", type=Path, default=ROOT / ".venv-peers" / "bin" / "python")
    parser.add_argument("--rounds", type=_at_least_one, default=5)
    parser.add_argument("--markdown", action="store_true", help="print the text of PEERS.md")
    return parser.parse_args(arguments)


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} rounds measure nothing; give 1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main())
