"""Tables of cases, and labelled data where a checkout has it beside itself."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
CASES = ROOT / "tests" / "cases" / "answers"


def cases(name: str) -> list[dict[str, Any]]:
    """The rows of one table of this project."""
    return _rows(CASES / f"{name}.jsonl")


def labelled(name: str) -> list[dict[str, Any]]:
    """The rows of one public data set; skips where there is none."""
    folder = Path(os.environ.get("VERIFIER_TEST_DATA", ROOT / ".." / "shared" / "data"))
    path = folder / "math" / f"{name}.jsonl"
    if not path.exists():
        pytest.skip(f"no labelled data at {path}; set VERIFIER_TEST_DATA")
    return _rows(path)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
