"""What `verifier simulate` shows for a number of pods: as planned, and what can go wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from verifier.plan.autoscaler import Scaling
from verifier.plan.errors import CannotPlan
from verifier.plan.simulation import Scenario
from verifier.plan.sizing import LEAST_PODS, STREAMS_PER_POD, UTILISATION, step_cost

if TYPE_CHECKING:
    from verifier.plan.model import Profile, Workload

STREAMS_PER_CLIENT = 8
"""`rollout.client`: four connections with two streams each."""
LOST_SHARE = 0.1
"""Of the pods: a rack, or a zone of ten."""
SPARE = 1
FEW_STREAMS = 2
"""For each pod."""
AUTOSCALED_FROM = 10
"""Autoscaling begins with a tenth of the pods."""


def scenarios(profile: Profile, workload: Workload, pods: int, cores: int, seed: int) -> list[Scenario]:
    """Five of them, for as many rollouts as so many pods are planned for.

    Args:
        profile: what things take.
        workload: its rollouts are set so that `pods` are what it needs.
        pods: how many.
        cores: of each pod.
        seed: the same, the same runs.

    Raises:
        CannotPlan: too few pods, or a workload that makes no sense.
    """
    if pods < LEAST_PODS:
        raise CannotPlan(f"pods: {LEAST_PODS} at least")
    fitting = replace(workload, rollouts=fitting_rollouts(profile, workload, pods, cores))
    planned = Scenario(
        name="as planned",
        pods=pods,
        cores=cores,
        workload=fitting,
        streams=pods * STREAMS_PER_POD,
        clients=pods * STREAMS_PER_POD // STREAMS_PER_CLIENT,
        seed=seed,
    )
    least = max(LEAST_PODS, pods // AUTOSCALED_FROM)
    return [
        planned,
        with_streams(planned, "few streams", pods * FEW_STREAMS),
        replace(
            planned, name="a tenth lost", lost_at_seconds=1.4 * workload.step_seconds, lost_share=LOST_SHARE
        ),
        replace(planned, name="autoscaled", pods=least, scaling=Scaling(least, pods)),
        with_streams(planned, "one client", STREAMS_PER_CLIENT),
    ]


def with_streams(scenario: Scenario, name: str, streams: int) -> Scenario:
    """The same with other clients."""
    return replace(scenario, name=name, streams=streams, clients=max(1, streams // STREAMS_PER_CLIENT))


def fitting_rollouts(profile: Profile, workload: Workload, pods: int, cores: int) -> int:
    """Rollouts of a step for which `sizing.plan` wants so many pods."""
    each = step_cost(profile, replace(workload, rollouts=1)).seconds
    return max(1, int((pods - SPARE) * cores * UTILISATION * workload.step_seconds / each))
