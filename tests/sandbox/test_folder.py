"""The public folder of a sandbox never outlives its use for long."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from sandbox.folder import jail_folder

HOLD_AND_DIE = """
import os, signal
from sandbox.folder import jail_folder
with jail_folder() as folder:
    (folder / "file").write_text("x")
    print(folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other runs on this machine have folders too."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)


def test_a_folder_is_gone_after_use() -> None:
    """With everything in it."""
    with jail_folder() as folder:
        (folder / "file").write_text("x")

    assert not folder.exists()


def test_what_a_killed_process_left_is_removed_by_the_next() -> None:
    """And nothing else is."""
    killed = subprocess.run(
        [sys.executable, "-c", HOLD_AND_DIE], stdout=subprocess.PIPE, text=True, check=False
    )
    left = Path(killed.stdout.strip())
    assert left.exists()
    with jail_folder() as first, jail_folder() as second:
        assert not left.exists()
        assert first.exists()
        assert second.exists()
