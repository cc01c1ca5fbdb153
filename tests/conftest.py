"""What several tests need: where the shared documents are, and the invariant of spans."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def shared_root() -> Path | None:
    """Return the folder of real documents ($ZICHA_SHARED or ../shared), None where it is absent."""
    for candidate in (os.environ.get("ZICHA_SHARED"), str(ROOT.parent / "shared")):
        if candidate and (Path(candidate) / "reports").is_dir():
            return Path(candidate)
    return None


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents; the test is skipped where it is absent."""
    root = shared_root()
    if root is None:
        pytest.skip("no shared documents here (set ZICHA_SHARED)")
    return root
