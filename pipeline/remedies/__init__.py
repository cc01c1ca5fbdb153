"""整改措施: the steps planned or taken, and which finding each answers."""

from pipeline.remedies.linking import link
from pipeline.remedies.steps import find

__all__ = ["find", "link"]
