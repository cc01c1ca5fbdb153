"""Counted and measured values of a report: what is counted, how much, and where it stands."""

from pipeline.quantities.extract import extract

__all__ = ["extract"]
