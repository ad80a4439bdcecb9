"""Settings for the whole suite."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

# What lands does not hang on luck: in CI every property sees the same examples in every run.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "search")


@pytest.fixture
def group_of_processes() -> Iterator[Path]:
    """A control group that counts processes."""
    kinds = {"/sys/fs/cgroup/pids": "tasks", "/sys/fs/cgroup": "cgroup.subtree_control"}
    for root, sign in kinds.items():
        folder = Path(root, f"tests-{os.getpid()}")
        counts = Path(root, sign).exists() and (sign == "tasks" or "pids" in Path(root, sign).read_text())
        if counts and os.access(root, os.W_OK):
            folder.mkdir()
            yield folder
            folder.rmdir()
            return
    pytest.skip("no control group here counts processes")
