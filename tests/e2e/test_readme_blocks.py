"""What the README shows does what the README says: its blocks are run against a real service, in order."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.architecture.readme import Block, blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN = "127.0.0.1:50051"
"""The address in the README, replaced by that of the service under test."""
BIN = Path(sys.executable).parent
GUARD_SECONDS = 300
"""Against hanging only."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder to work in, and a service to talk to."""

    folder: Path
    address: str


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A running `verifier serve`, and a folder that all blocks share."""
    folder = tmp_path_factory.mktemp("readme")
    with (folder / "serve.log").open("wb") as log:
        command = [BIN / "verifier", "serve", "--listen", "127.0.0.1:0", f"--with-parent={os.getpid()}"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        assert server.stdout is not None
        ready = server.stdout.readline()
        try:
            if not ready:
                _no_service((folder / "serve.log").read_text("utf-8"))
            yield Place(folder, ready.split()[-1])
        finally:
            server.terminate()
            server.communicate(timeout=GUARD_SECONDS)


def _no_service(log: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(log)
    pytest.skip(f"no jails here: {log.strip().splitlines()[-1]}")


def _command(block: Block) -> list[str]:
    programs = {"bash": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-W", "error", "-c"]}
    return [*programs[block.language], block.text]


@pytest.mark.parametrize(
    "block",
    [block for block in blocks() if block.language in {"bash", "python"}],
    ids=lambda block: f"line-{block.line}",
)
def test_a_block_runs_and_prints_what_is_shown(block: Block, place: Place) -> None:
    """Python and shell blocks end well; where a text block follows, it is their output."""
    done = subprocess.run(
        [part.replace(SHOWN, place.address) for part in _command(block)],
        cwd=place.folder,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=GUARD_SECONDS,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    if block.expected is not None:
        assert done.stdout == block.expected
