"""Reports to files that other programs read."""

from pipeline.export.csv_files import write_csv

__all__ = ["write_csv"]
