"""Who may import whom: stages know the records and their own resources, never another stage."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "pipeline"
STAGES = ("reading", "structure", "findings", "classify", "quantities", "remedies", "checks", "metadata")
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = ("pandas", "numpy", "spacy", "sklearn", "joblib", "jieba", "rjieba", "charset_normalizer", "docx")


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
    return names


def _stage_of(path: Path) -> str | None:
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return first if first in STAGES else None


@pytest.mark.parametrize("path", list(filter(_stage_of, MODULES)), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_stage_imports_no_other_stage(path: Path) -> None:
    own = _stage_of(path)
    others = {f"pipeline.{stage}" for stage in STAGES if stage != own}
    assert not {name for name in _imported(path) if any(name == o or name.startswith(o + ".") for o in others)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_analyze_knows_the_order_of_the_stages(path: Path) -> None:
    stages = {name.split(".")[1] for name in _imported(path) if name.startswith("pipeline.")} & set(STAGES)
    allowed = path.name in ("analyze.py", "cli.py", "train.py") or _stage_of(path) is not None
    assert allowed or len(stages) <= 1


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = f"import sys, pipeline; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
