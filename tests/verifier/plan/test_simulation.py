"""Simulated training: the same seed, the same run; nothing is lost; what is known beforehand comes out."""

from __future__ import annotations

import itertools
import random
import statistics
from dataclasses import replace

import pytest

from verifier.plan import files, sizing
from verifier.plan.model import Workload
from verifier.plan.plots import draw
from verifier.plan.scenarios import STREAMS_PER_CLIENT, scenarios
from verifier.plan.simulation import Run, Scenario, durations, simulate

PROFILE = files.read()
WORKLOAD = Workload(step_seconds=60.0, timeouts=0.0)
SCENARIOS = {each.name: each for each in scenarios(PROFILE, WORKLOAD, pods=10, cores=4, seed=1)}


def run(scenario: Scenario) -> Run:
    return simulate(PROFILE, replace(scenario, steps=2, update_seconds=20.0))


def test_rollouts_take_on_average_what_is_planned_for() -> None:
    workload = Workload(timeouts=0.02)
    found = itertools.islice(durations(PROFILE, workload, random.Random(1)), 40_000)
    planned = sizing.step_cost(PROFILE, replace(workload, rollouts=1)).seconds
    assert statistics.fmean(found) == pytest.approx(planned, rel=0.05)


def test_the_same_seed_makes_the_same_run_and_another_one_another() -> None:
    scenario = SCENARIOS["a tenth lost"]
    assert run(scenario) == run(scenario)
    assert run(scenario).steps != run(replace(scenario, seed=2)).steps
    busy = replace(scenario, lost_at_seconds=20.0, lost_share=0.5)
    assert run(busy) == run(busy), "with work that is sent again"


def test_what_was_planned_keeps_up() -> None:
    """The trainer waits for less than a twentieth of a step."""
    assert max(step.late_seconds for step in run(SCENARIOS["as planned"]).steps) < 3


def test_half_the_pods_do_not() -> None:
    few = run(replace(SCENARIOS["as planned"], pods=5))
    assert min(step.late_seconds for step in few.steps) > 10


def test_cores_that_are_enough_wait_for_nobody() -> None:
    steps = run(replace(SCENARIOS["as planned"], pods=100, streams=800, clients=100)).steps
    assert max(step.p99_wait_seconds for step in steps) < 1


def test_lost_pods_cost_time_and_no_rollout() -> None:
    lost = run(replace(SCENARIOS["a tenth lost"], lost_at_seconds=20.0, lost_share=0.5))
    assert lost.steps[0].repeated > 0
    assert lost.steps[1].repeated == 0
    assert min(sample.pods for sample in lost.samples) == 5
    assert lost.samples[-1].pods == 10
    assert lost.steps[0].late_seconds > run(SCENARIOS["as planned"]).steps[0].late_seconds


def test_pods_that_autoscaling_adds_help_from_the_next_step_on() -> None:
    """A stream stays with its pod, and each step opens new ones."""
    first, second = run(SCENARIOS["autoscaled"]).steps
    assert first.late_seconds > 30
    assert second.late_seconds < 3


def test_one_client_reaches_no_more_pods_than_it_has_streams() -> None:
    most = max(sample.busy for sample in run(SCENARIOS["one client"]).samples)
    assert 0.3 < most <= STREAMS_PER_CLIENT / 10


def test_pictures_are_the_same_each_time(tmp_path: object) -> None:
    runs = [run(SCENARIOS["as planned"])]
    texts = []
    for name in ("a.svg", "b.svg"):
        draw(runs, tmp_path / name)  # type: ignore[operator]
        texts.append((tmp_path / name).read_text())  # type: ignore[operator]
    assert texts[0] == texts[1]
    assert "items waiting" in texts[0]
