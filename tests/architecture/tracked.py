"""What git tracks, for the tests that look at the whole source."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tracked(*patterns: str) -> list[Path]:
    """Tracked files that still exist, as absolute paths; all of them, or those that match a pattern."""
    command = ["git", "ls-files", "-z", "--", *patterns]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    files = [ROOT / name for name in names.split("\0") if name]
    return [path for path in files if path.is_file()]


def own_sources() -> list[Path]:
    """Every Python file that people wrote: all but the generated stubs."""
    return [path for path in tracked("*.py") if ROOT / "verifier" / "v1" not in path.parents]
