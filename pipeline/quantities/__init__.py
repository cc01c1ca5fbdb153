"""Counted and measured values of a report: what is counted, how much, and where it stands."""

from pipeline.quantities.extract import extract
from pipeline.quantities.numbers import parse_number, read_number
from pipeline.quantities.single import quantities_of

__all__ = ["extract", "parse_number", "quantities_of", "read_number"]
