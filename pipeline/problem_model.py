"""Whether a sentence states a problem, judged by its wording alone (models/problem).

For single sentences without their report, as `zicha classify` reads them. In a report the section decides first.
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.cues import find_blockers, find_cues, live_cues
from pipeline.model_store import load
from pipeline.resources import model_path
from pipeline.text_model import TextModel

NAME = "problem"
PROBLEM, OTHER = "PROBLEM", "OTHER"
CLASSES = (OTHER, PROBLEM)
_MOST_CUES = 3
_OUTRIGHT, _OUTRIGHT_ODDS = "strength:3", 1.0
_FIGURE = re.compile(r"\d[\d.,，]*")


@cache
def problem_model() -> TextModel:
    """Return the model, loaded once."""
    return load(model_path(NAME)).model


def problem_probability(text: str) -> float:
    """Return the probability that squeezed text states a problem.

    "同一枚公章在出纳抽屉里锁了七个月" -> above 0.5; "全年查处虚报冒领问题7起" -> below.
    """
    import numpy

    return float(1 / (1 + numpy.exp(-log_odds(text, problem_model()))))


def log_odds(text: str, model: TextModel) -> float:
    """Return the log odds that squeezed text states a problem, by a model of this kind.

    Where a cue names a fault outright and no blocker speaks against it, the odds rise: among the sentences that the
    model learns from, which were written to be hard, such a cue is less often right than in ordinary reports.
    """
    features = cue_features(text)
    (logs,) = model.log_probabilities(model.vocabulary.row(marked(text), further=features))
    outright = _OUTRIGHT in features and not any(name.startswith("block:") for name in features)
    return float(logs[CLASSES.index(PROBLEM)] - logs[CLASSES.index(OTHER)]) + outright * _OUTRIGHT_ODDS


def marked(text: str) -> str:
    """Return text as the model reads it: its ends marked, any figure alike, e.g. "清退3.5万元。" -> "^清退0万元$"."""
    return f"^{_FIGURE.sub('0', text.rstrip('。；，'))}$"


def cue_features(text: str) -> tuple[str, ...]:
    """Return what the word lists say of a sentence: cues that no blocker takes away, how many, how strong; blockers.

    "有的台账不全" -> ("cue:not-adj", "cue:scope", "cues:2", "strength:3").
    """
    blocks = find_blockers(text)
    cues = live_cues(text, find_cues(text), blocks)
    found = {f"cue:{cue.id}" for cue in cues} | {f"block:{block.id}" for block in blocks}
    found.add(f"cues:{min(len(cues), _MOST_CUES)}")
    found.add(f"strength:{max((cue.strength for cue in cues), default=0)}")
    return tuple(sorted(found))
