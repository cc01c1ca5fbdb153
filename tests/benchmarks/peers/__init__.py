"""One adapter for each extractor, run in its own process; they speak JSON lines (see protocol.py)."""
