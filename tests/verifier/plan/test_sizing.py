"""From a workload to pods: the arithmetic, by hand, and against the chart that has to take the result."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import helm_python
import pytest
import yaml

from tests.helm.chart import CHART, Chart
from verifier.plan import files, sizing
from verifier.plan.errors import CannotPlan
from verifier.plan.model import Answers, Cost, PodShape, Prices, Programs, Workload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUILT_IN = files.read()
ROUND = BUILT_IN.model_copy(
    update={
        "answers": Answers(
            plain=Cost(server_seconds=0.001), symbolic=Cost(server_seconds=0.001, jail_seconds=0.1)
        ),
        "programs": {
            "python": Programs(
                submission=Cost(server_seconds=0.002, jail_seconds=0.008),
                test=Cost(server_seconds=0.001, jail_seconds=0.004),
            )
        },
    }
)
"""Numbers that people can add up."""
STEP = Workload(
    rollouts=1000,
    step_seconds=100.0,
    mix={"math": 0.5, "python": 0.5},
    symbolic=0.2,
    tests=10,
    test_seconds=0.1,
    timeouts=0.01,
    limit_seconds=10.0,
)


@pytest.fixture(scope="module")
def chart() -> Iterator[Chart]:
    with helm_python.Chart.load(str(CHART)) as loaded:
        yield Chart(loaded)


def test_a_step_is_the_sum_of_its_rollouts() -> None:
    """500 answers: 0.001 and for each fifth 0.1; 500 programs: 0.01, ten tests of 0.105, 0.1 of timeouts."""
    step = sizing.step_cost(ROUND, STEP)
    assert step.server_seconds == pytest.approx(500 * 0.001 + 500 * (0.002 + 10 * 0.001))
    assert step.seconds == pytest.approx(500 * (0.001 + 0.2 * 0.1) + 500 * (0.01 + 10 * 0.105 + 0.1))


def test_pods_are_what_keeps_cores_at_seven_tenths_and_one_more() -> None:
    """590.5 core seconds in 100 s are 5.9 cores, 8.4 with room: three pods of four cores, and a spare one."""
    made = sizing.plan(ROUND, STEP, PodShape(cores=4), Prices(core=1.0, gib=0.5))
    assert made.cores == pytest.approx(5.905)
    assert made.pods == 4
    assert made.burst_seconds == pytest.approx(590.5 / 16)
    assert made.hour_price == pytest.approx(4 * (4 * 1.0 + made.pod.memory_mib / 1024 * 0.5))
    assert made.step_price == pytest.approx(made.hour_price * 100 / 3600)


def test_twice_the_rollouts_in_twice_the_time_need_the_same() -> None:
    double = replace(STEP, rollouts=2 * STEP.rollouts, step_seconds=2 * STEP.step_seconds)
    pods = {sizing.plan(ROUND, step, PodShape(), Prices()).pods for step in (STEP, double)}
    assert len(pods) == 1


def test_answers_alone_need_more_server_processes_than_programs_do() -> None:
    """A server process is one thread; answers keep it busier than any jail."""
    answers = replace(STEP, mix={"math": 1.0}, symbolic=0.0)
    programs = replace(STEP, mix={"python": 1.0})
    assert sizing.processes_for(sizing.step_cost(ROUND, answers), 4) == 4
    assert sizing.processes_for(sizing.step_cost(ROUND, programs), 4) == 1


@pytest.mark.parametrize(
    "pod", [PodShape(), PodShape(cores=16, processes=3), PodShape(cores=1, jail_mib=2048)]
)
def test_the_chart_takes_what_is_planned_and_not_a_mebibyte_less(chart: Chart, pod: PodShape) -> None:
    made = sizing.plan(BUILT_IN, STEP, pod, Prices())
    values = yaml.safe_load(json.dumps(sizing.values(made)))
    deployment = chart.one(values, "Deployment")
    assert deployment["spec"]["replicas"] == made.pods
    values["resources"]["limits"]["memory"] = f"{pod.memory_mib - 1}Mi"
    with pytest.raises(helm_python.HelmError, match=f"take {pod.memory_mib} MiB"):
        chart.texts(values)


@pytest.mark.parametrize(
    ("field", "step"),
    [
        ("rollouts", replace(STEP, rollouts=0)),
        ("step_seconds", replace(STEP, step_seconds=0.0)),
        ("mix: shares add up to 0.9", replace(STEP, mix={"math": 0.5, "python": 0.4})),
        ("mix: shares", replace(STEP, mix={"math": 1.5, "python": -0.5})),
        ("mix: cobol was not measured", replace(STEP, mix={"cobol": 1.0})),
        ("symbolic", replace(STEP, symbolic=2.0)),
        ("timeouts", replace(STEP, timeouts=-0.1)),
        ("tests", replace(STEP, tests=-1.0)),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(field: str, step: Workload) -> None:
    with pytest.raises(CannotPlan, match=field):
        sizing.plan(ROUND, step, PodShape(), Prices())


def test_a_profile_survives_its_file(tmp_path: Path) -> None:
    path = tmp_path / "profile.json"
    path.write_text(BUILT_IN.model_dump_json(), "utf-8")
    assert files.read(path) == BUILT_IN


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"format": 2}, "format"),
        ({"programs": {}}, "programs"),
        ({"memory": {"server_mib": -1, "slot_mib": 1}}, "memory.server_mib"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_wrong_profile_is_refused_by_file_and_field(tmp_path: Path, change: object, named: str) -> None:
    path = tmp_path / "profile.json"
    path.write_text(json.dumps({**BUILT_IN.model_dump(), **change}), "utf-8")  # type: ignore[dict-item]
    with pytest.raises(CannotPlan, match=rf"profile\.json: {named}"):
        files.read(path)


def test_a_profile_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotPlan, match=r"nowhere\.json: No such file"):
        files.read(tmp_path / "nowhere.json")


def test_the_built_in_profile_says_where_it_is_from() -> None:
    assert BUILT_IN.measured.cores > 0
    assert {"python", "cpp"} <= set(BUILT_IN.programs)
