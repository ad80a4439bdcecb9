"""`verifier plan` and `verifier simulate`, as people run them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.e2e.test_serve import run
from tests.helm.chart import CHART

if TYPE_CHECKING:
    from pathlib import Path


def test_a_plan_in_json_has_pods_cores_memory_and_money() -> None:
    small = json.loads(run("plan", "--json", "--rollouts", "1000").stdout)
    large = json.loads(run("plan", "--json", "--rollouts", "100000").stdout)
    assert large["pods"] > small["pods"] >= 2
    assert large["cores"] == pytest.approx(100 * small["cores"])
    assert large["pod"]["memory_mib"] == 6656
    assert large["hour_price"] > small["hour_price"] > 0
    assert small["measured"]["cores"] > 0


def test_people_read_the_same() -> None:
    planned = json.loads(run("plan", "--json").stdout)
    said = run("plan", COLUMNS="200").stdout
    assert f"{planned['pods']}, each with" in said
    assert f"{planned['streams']} or more" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--mix", "python"), "python is not KIND=SHARE"),
        (("--mix", "python=0.4"), "verifier: mix: shares add up to 0.4"),
        (("--mix", "cobol=1"), "verifier: mix: cobol was not measured"),
        (("--profile", "nowhere.json"), "verifier: nowhere.json: No such file"),
        (("--rollouts", "0"), "verifier: rollouts"),
    ],
)
def test_what_is_wrong_is_named(arguments: tuple[str, ...], said: str) -> None:
    done = run("plan", *arguments)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_simulation_prints_a_row_for_each_scenario_and_draws(tmp_path: Path) -> None:
    done = run("simulate", "--pods", "3", "--step-seconds", "30", "--plots", str(tmp_path / "new"))
    _, _, *rows = done.stdout.splitlines()
    assert [row.split(" | ")[1] for row in rows] == [
        "as planned",
        "few streams",
        "a tenth lost",
        "autoscaled",
        "one client",
    ]
    assert (tmp_path / "new/pods-3.svg").read_text("utf-8").startswith("<?xml")


@pytest.mark.parametrize("pods", [10, pytest.param(100, marks=pytest.mark.heavy)])
def test_the_table_in_sizing_is_what_the_command_there_prints(pods: int) -> None:
    """A change of the arithmetic, or of the built-in profile, takes the table along."""
    text = (CHART / "SIZING.md").read_text("utf-8")
    (shown,) = re.findall(r"^verifier (simulate .*) --plots \S+$", text, re.MULTILINE)
    arguments = re.sub(r"--pods \d+ ", "", f"{shown} ").split()
    _, _, *rows = run(*arguments, "--pods", str(pods)).stdout.splitlines()
    assert len(rows) == 5
    assert [row for row in rows if row not in text] == []


def test_a_simulation_of_one_pod_is_refused() -> None:
    done = run("simulate", "--pods", "1")
    assert (done.returncode, done.stderr) == (1, "verifier: pods: 2 at least\n")
