"""The arithmetic: from a profile and a workload to pods, cores, memory and money."""

from __future__ import annotations

from math import ceil, isclose
from typing import TYPE_CHECKING

from verifier.plan.errors import CannotPlan
from verifier.plan.model import MATH, NOTHING, Cost, Plan

if TYPE_CHECKING:
    from verifier.plan.model import PodShape, Prices, Profile, Workload

UTILISATION = 0.7
"""Of the cores, on average: beyond, queues grow faster than work (M/M/c, any textbook)."""
SERVER_UTILISATION = 0.6
"""Of one server process, which is a single thread: it also accepts, streams and keeps time."""
STREAMS_PER_POD = 8
"""Each goes to a pod by chance: with two for each pod, some pods get none and others too many, and with more
than eight little is won (simulated; SIZING.md of the chart)."""
LEAST_PODS = 2
"""One may be missing."""


def cost_of(profile: Profile, workload: Workload, kind: str) -> Cost:
    """What one rollout of a kind takes on average.

    Raises:
        CannotPlan: the profile does not know the kind.
    """
    if kind == MATH:
        symbolic = workload.symbolic
        return profile.answers.plain * (1 - symbolic) + profile.answers.symbolic * symbolic
    if kind not in profile.programs:
        known = ", ".join(sorted(profile.programs))
        raise CannotPlan(f"mix: {kind} was not measured; the profile has math, {known}")
    programs = profile.programs[kind]
    own = workload.tests * workload.test_seconds + workload.timeouts * workload.limit_seconds
    return programs.submission + programs.test * workload.tests + Cost(server_seconds=0.0, jail_seconds=own)


def step_cost(profile: Profile, workload: Workload) -> Cost:
    """What all rollouts of a step take.

    Raises:
        CannotPlan: shares that do not add up, or an unknown kind.
    """
    check(workload)
    each = (cost_of(profile, workload, kind) * share for kind, share in workload.mix.items())
    return sum(each, NOTHING) * workload.rollouts


def check(workload: Workload) -> None:
    """Refuse what cannot be meant.

    Raises:
        CannotPlan: names the field.
    """
    if workload.rollouts < 1 or workload.step_seconds <= 0:
        raise CannotPlan("rollouts, step_seconds: have to be more than 0")
    if min(workload.mix.values(), default=0) < 0 or not isclose(sum(workload.mix.values()), 1, abs_tol=1e-6):
        raise CannotPlan(f"mix: shares add up to {sum(workload.mix.values()):g} and not to 1")
    if not (0 <= workload.symbolic <= 1 and 0 <= workload.timeouts <= 1):
        raise CannotPlan("symbolic, timeouts: are shares, from 0 to 1")
    if min(workload.tests, workload.test_seconds, workload.limit_seconds) < 0:
        raise CannotPlan("tests, test_seconds, limit_seconds: cannot be negative")


def processes_for(step: Cost, cores: int) -> int:
    """Server processes of one pod whose cores are all busy: each is bound to one core."""
    of_a_pod = cores * UTILISATION * step.server_seconds / step.seconds
    return min(cores, max(1, ceil(of_a_pod / SERVER_UTILISATION)))


def plan(profile: Profile, workload: Workload, pod: PodShape, prices: Prices, spare: int = 1) -> Plan:
    """Pods for a workload.

    Args:
        profile: what things take.
        workload: a step.
        pod: the shape of a pod.
        prices: of an hour.
        spare: pods beside those that are needed, for nodes that fail and upgrades.

    Raises:
        CannotPlan: the workload makes no sense, or has kinds that were not measured.
    """
    step = step_cost(profile, workload)
    cores = step.seconds / workload.step_seconds
    pods = max(LEAST_PODS, ceil(cores / UTILISATION / pod.cores) + spare)
    hour = pods * (pod.cores * prices.core + pod.memory_mib / 1024 * prices.gib)
    return Plan(
        pods=pods,
        pod=pod,
        step=step,
        cores=cores,
        burst_seconds=burst_seconds(step, pod, pods),
        resident_mib=resident_mib(profile, pod),
        streams=pods * STREAMS_PER_POD,
        hour_price=hour,
        step_price=hour * workload.step_seconds / 3600,
    )


def burst_seconds(step: Cost, pod: PodShape, pods: int) -> float:
    """Until the last verdict, where everything is there at once: bound by cores, or by server processes."""
    by_cores = step.seconds / (pods * pod.cores)
    by_servers = step.server_seconds / (pods * pod.processes)
    return max(by_cores, by_servers)


def resident_mib(profile: Profile, pod: PodShape) -> float:
    """Expected where programs are small: servers with full caches, and what slots keep ready."""
    servers = pod.processes * (profile.memory.server_mib + pod.cache_mib)
    return servers + pod.cores * profile.memory.slot_mib


def values(plan: Plan) -> dict[str, object]:
    """What the chart is given for it."""
    pod = plan.pod
    size = {"cpu": str(pod.cores), "memory": f"{pod.memory_mib}Mi"}
    return {
        "replicas": plan.pods,
        "processes": pod.processes,
        "jails": {"slots": pod.cores, "memoryMiB": pod.jail_mib},
        "resources": {"requests": size, "limits": size},
    }
