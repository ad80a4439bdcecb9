"""GRPO by TRL itself, with rewards from a running verifier that is stopped for two of ten steps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOME = ROOT / ".venv-trl"
GUARD_SECONDS = 1200
"""Against hanging only."""

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.skipif(not (HOME / "ready").exists(), reason="needs TRL in .venv-trl: make trl"),
]


def test_an_outage_of_two_steps_is_none_and_moves_no_weight(tmp_path: Path) -> None:
    """Never 0: the two groups are left out, and training goes on when the verifier is back."""
    out, address = tmp_path / "steps.jsonl", f"unix:{tmp_path}/sock"
    serve = (sys.executable, "-m", "verifier", "serve", "--listen", address)

    done = subprocess.run(
        [HOME / "bin/python", ROOT / "tests/trl/grpo.py", HOME / "models/tiny", out, address, *serve],
        env=os.environ | {"HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=GUARD_SECONDS,
        check=False,
    )

    if "no jail works" in done.stderr and not os.environ.get("CI"):
        pytest.skip("no jails here")
    assert done.returncode == 0, done.stderr[-5000:]
    steps = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    down = [step for step in steps if step["step"] in (4, 5)]
    up = [step for step in steps if step not in down]
    assert [step["step"] for step in steps] == list(range(10))
    assert [step["rewards"] for step in down] == [[None] * 8] * 2
    assert {reward for step in up for reward in step["rewards"]} == {0.0, 1.0}
    assert [step["moved"] for step in down] == [False, False]
    assert all(step["moved"] for step in up if is_mixed(step["rewards"]))
    assert any(is_mixed(step["rewards"]) for step in steps[6:])
    print(f"\n{out.read_text('utf-8')}")  # noqa: T201  # what a rehearsal is run for


def is_mixed(rewards: list[float | None]) -> bool:
    """Whether a group of four has something to learn from."""
    return any(len(set(rewards[start : start + 4])) > 1 for start in range(0, len(rewards), 4))
