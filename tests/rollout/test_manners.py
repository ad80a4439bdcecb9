"""How every command behaves: help, exit codes, what it says on a terminal and elsewhere."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from rollout.cli.main import COMMANDS
from tests.rollout.command import HANG_SECONDS, ROLLOUT, run_rollout, write_records
from tests.rollout.scored_lines import scored

if TYPE_CHECKING:
    from pathlib import Path

RUNS = {
    "score": ["IN", "--target", "TARGET"],
    "lint": ["IN"],
    "select": ["accepted", "IN"],
    "vote": ["IN", "--target", "TARGET"],
    "probe": ["IN"],
    "report": ["IN", "-o", "OUT"],
    "diff": ["IN", "IN"],
    "export": ["evalplus", "IN", "-o", "OUT"],
}
"""A run of each command that has something to say."""
ASKING_A_MODEL = {"run", "sample"}
"""Commands that are run beside a model's server of their own, by the tests of sampling."""

COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-9][0-9;]*m")


@pytest.fixture
def names(tmp_path: Path, target: str) -> dict[str, str]:
    """Files and addresses that stand in `RUNS`."""
    lines: list[object] = [scored(f"a{n}", "a", n == 1, response=str(n), extracted=str(n)) for n in range(40)]
    traces = write_records(tmp_path / "in.jsonl", lines)
    return {"IN": str(traces), "OUT": str(tmp_path / "out.html"), "TARGET": target}


def test_every_command_is_run_here() -> None:
    assert set(RUNS) == set(COMMANDS) - ASKING_A_MODEL


@pytest.mark.parametrize("command", RUNS)
def test_off_a_terminal_nothing_is_drawn(command: str, names: dict[str, str]) -> None:
    """No colours, no bars, no empty standard error for nothing: logs are read by machines."""
    done = run_rollout(command, *(names.get(word, word) for word in RUNS[command]))

    assert done.code in (0, 1), done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert not re.search("checking|looking|reading|selecting|voting|scoring|writing", done.stderr)


@pytest.mark.parametrize("command", RUNS)
def test_help_says_how_it_ends_and_wrong_usage_is_2(command: str, tmp_path: Path) -> None:
    assert "Exit codes: 0" in run_rollout(command, "--help").stdout
    assert run_rollout(command, "--nonsense").code == 2
    assert run_rollout(command).code == 2
    absent = [
        str(tmp_path / "absent") if word == "IN" else word for word in RUNS[command] if word != "TARGET"
    ]
    done = run_rollout(command, *(word for word in absent if word != "--target"))
    assert done.code == 2
    assert "absent" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_list_of_commands_fits_a_terminal() -> None:
    """A line of help that is cut says half of it."""
    listed = run_rollout("--help").stdout

    assert [line for line in listed.splitlines()[1:] if line.endswith("...")] == []
    assert all(f"  {command} " in listed for command in COMMANDS)


def on_a_terminal(*arguments: str, **environment: str) -> str:
    """What a person sees."""
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [*ROLLOUT, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=follower,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", **environment},
    ) as process:
        os.close(follower)
        seen = b""
        while piece := _read(leader):
            seen += piece
        os.close(leader)
        process.wait(HANG_SECONDS)
    return seen.decode()


def _read(leader: int) -> bytes:
    try:
        return os.read(leader, 1 << 16)
    except OSError:  # Linux says so at the end of a terminal
        return b""


@pytest.mark.skipif(sys.platform != "linux", reason="terminals differ")
def test_a_terminal_shows_progress_and_colours_unless_they_are_not_wanted(names: dict[str, str]) -> None:
    arguments = ("score", names["IN"], "--target", names["TARGET"])

    coloured = on_a_terminal(*arguments, NO_COLOR="")
    plain = on_a_terminal(*arguments, NO_COLOR="1")

    assert "checking" in coloured
    assert "scoring" in coloured
    assert COLOUR.search(coloured)
    assert "scoring" in plain
    assert COLOUR.search(plain) is None


def test_shells_can_complete_commands() -> None:
    environment = {"_ROLLOUT_COMPLETE": "complete_bash", "COMP_WORDS": "rollout se", "COMP_CWORD": "1"}
    command = [
        sys.executable,
        "-c",
        "import sys; sys.argv[0] = 'rollout'; from rollout.cli.main import app; app(prog_name='rollout')",
    ]

    done = subprocess.run(
        command,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )

    assert done.stdout.split() == ["select"]
