"""Commands run as root, as an ordinary user and in a user namespace, as far as whoever runs the tests may."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from verifier.redteam.situations import Situation, command, possible

TELL = (
    "import os, pathlib, verifier\n"
    "status = pathlib.Path('/proc/self/status').read_text()\n"
    "power = int(status.partition('CapEff:\\t')[2].split()[0], 16)\n"
    "users = pathlib.Path('/proc/self/uid_map').read_text().split()\n"
    "print(os.geteuid() == 0, power > 0, users == ['0', '0', '4294967295'])"
)
"""Is it user 0? With capabilities? In the namespace that a machine starts with?"""

SITUATIONS = {Situation.ROOT: "True True", Situation.USER: "False False", Situation.NESTED: "True True False"}


@pytest.mark.parametrize("situation", possible())
def test_a_command_finds_itself_in_its_situation_and_sees_our_code(situation: Situation) -> None:
    """Even where that lives in a private home."""
    done = subprocess.run(
        command(situation, (sys.executable, "-c", TELL)), capture_output=True, text=True, check=False
    )

    assert done.stdout.startswith(SITUATIONS[situation]), done.stderr


def test_what_is_refused_says_so() -> None:
    """Nobody but root becomes root."""
    if os.geteuid() == 0:
        pytest.skip("for ordinary users")
    done = subprocess.run(command(Situation.ROOT, ("/bin/true",)), capture_output=True, check=False)

    assert done.returncode != 0
