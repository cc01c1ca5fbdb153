"""The model of what part of a report a sentence stands in, by its wording alone (models/roles)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from pipeline.model_store import load
from pipeline.records import Role
from pipeline.resources import model_path
from pipeline.text_model import TextModel

# OVERVIEW counts as PRACTICE, REQUEST as PLAN, APPENDIX as OTHER: their sentences read alike.
CLASSES: tuple[Role, ...] = ("PRACTICE", "PROBLEM", "CAUSE", "RECTIFY", "PLAN", "OTHER")


@cache
def role_model() -> TextModel:
    """Return the model, loaded once."""
    return load(model_path("roles")).model


@lru_cache(maxsize=16)
def problem_odds(sentence: str) -> float:
    """Return the log odds that a squeezed sentence states a problem, by its wording alone; 0 is even.

    "六座泵站的设备不在账上" -> above 0; "抓好党建工作" -> below. Kept for the last few, since rules ask more than once.
    """
    return problem_odds_of([sentence])[0]


def problem_odds_of(sentences: Sequence[str]) -> list[float]:
    """Return what `problem_odds` says of each sentence; faster for many."""
    import numpy

    model = role_model()
    shares = numpy.exp(model.of_texts(sentences)[:, model.classes.index("PROBLEM")].astype(numpy.float64))
    odds: list[float] = numpy.log(shares / numpy.maximum(1 - shares, 1e-6)).tolist()
    return odds
