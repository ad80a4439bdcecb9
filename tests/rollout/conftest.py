"""A fake service in a process of its own, for commands."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.rollout.command import FAKE_VERIFIER, HANG_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="package")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A fake service in a process of its own."""
    directory = tmp_path_factory.mktemp("fake")
    log = (directory / "log").open("wb")
    address = f"unix:{directory}/sock"
    process = subprocess.Popen([*FAKE_VERIFIER, "--listen", address], stdout=log, stderr=log)
    yield address
    process.terminate()
    process.wait(HANG_SECONDS)
    log.close()
