"""A training run against so many pods, event by event: bursts, queues, lost pods, autoscaling. Pure.

Clients hold streams as `rollout.client` does: each stream stays with one pod, holds a window of items, and a
client gives an item to the stream that has the fewest. A pod judges first come, first served on its cores.
Simplified: the network takes no time, and a server process is never the bottleneck (`sizing` sees to that).
"""

from __future__ import annotations

import random
import statistics
from collections import deque
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import TYPE_CHECKING

import simpy

from verifier.plan.autoscaler import SYNC_SECONDS, Autoscaler
from verifier.plan.model import MATH
from verifier.plan.sizing import cost_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from verifier.plan.autoscaler import Scaling
    from verifier.plan.model import Profile, Workload

    Steps = Generator[simpy.Event, object, None]

WINDOW = 256
"""The client's own (`rollout.desk.Window`)."""
STREAMS_PER_CONNECTION = 2
"""`rollout.client`."""
INSIDE_PER_SLOT = 4
"""Programs that a pod has taken on for each slot, and no longer counts as waiting (`verifier.server`)."""
RECONNECT_SECONDS = 2.0
"""Until a client has noticed that a pod is gone, and has another stream."""
EARLY, LATE = 2.0, 3.0
"""When responses end within a step (beta distribution): most before the middle, the longest at the end."""
SAMPLES = 400
"""Points of a curve, about."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens."""

    name: str
    pods: int
    """At the beginning."""
    cores: int
    """Of each pod; one slot for each."""
    workload: Workload
    streams: int
    """Of all clients together."""
    clients: int
    steps: int = 3
    update_seconds: float = 60.0
    """Between the last verdict of a step and the first response of the next: the trainer's update."""
    scaling: Scaling | None = None
    pod_seconds: float = 45.0
    """Until a new pod is ready, on a node that is there and has the image."""
    lost_at_seconds: float | None = None
    lost_share: float = 0.0
    """Of the pods, which vanish in that moment and are replaced."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """How a step went."""

    rollouts: int
    late_seconds: float
    """From the last response to the last verdict: the trainer waits so long."""
    median_wait_seconds: float
    p99_wait_seconds: float
    """From a response to the beginning of its judging."""
    repeated: int
    """Items that were judged again, because their pod was lost."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One moment."""

    seconds: float
    pods: int
    waiting: int
    """Items that no core has taken up, at pods and at clients."""
    busy: float
    """Share of the cores that work."""


@dataclass(frozen=True, slots=True)
class Run:
    """All of it."""

    scenario: Scenario
    steps: tuple[Step, ...]
    samples: tuple[Sample, ...]


def simulate(profile: Profile, scenario: Scenario) -> Run:
    """Let it happen; the same seed, the same run.

    Raises:
        CannotPlan: the workload has kinds that were not measured.
    """
    return _World(profile, scenario).run()


def durations(profile: Profile, workload: Workload, chance: random.Random) -> Iterator[float]:
    """Processor seconds of rollout after rollout; their mean is what `sizing.cost_of` says.

    What programs compute themselves varies as an exponential distribution, beside the few that time out.
    """
    kinds, shares = list(workload.mix), list(workload.mix.values())
    answers = profile.answers
    base = {kind: cost_of(profile, workload, kind).seconds for kind in kinds}
    own = workload.tests * workload.test_seconds
    limit = workload.limit_seconds
    while True:
        kind = chance.choices(kinds, shares)[0]
        if kind == MATH:
            symbolic = chance.random() < workload.symbolic
            yield (answers.symbolic if symbolic else answers.plain).seconds
        else:
            computed = chance.expovariate(1 / own) if own else 0.0
            timed_out = limit if chance.random() < workload.timeouts else 0.0
            yield base[kind] - own - workload.timeouts * limit + computed + timed_out


@dataclass(slots=True, eq=False)
class _Item:
    seconds: float
    came_seconds: float
    client: _Client
    stream: _Stream | None = None


@dataclass(slots=True, eq=False)
class _Pod:
    queue: simpy.Store
    slots: list[simpy.Process] = field(default_factory=list)
    working: dict[_Item, None] = field(default_factory=dict)
    """In the order they were begun: that of a set would be by chance, and what is sent again follows it."""


@dataclass(slots=True, eq=False)
class _Stream:
    pod: _Pod
    held: int = 0


@dataclass(slots=True, eq=False)
class _Client:
    streams: list[_Stream] = field(default_factory=list)
    backlog: deque[_Item] = field(default_factory=deque)


class _World:
    def __init__(self, profile: Profile, scenario: Scenario) -> None:
        self._scenario = scenario
        self._chance = random.Random(scenario.seed)  # noqa: S311 - a simulation
        self._durations = durations(profile, scenario.workload, self._chance)
        self._env = simpy.Environment()
        self._clients = [_Client() for _ in range(scenario.clients)]
        self._ready: list[_Pod] = []
        self._coming = 0
        self._to_judge = 0
        self._judged = self._env.event()
        self._waits: list[float] = []
        self._repeated = 0
        self._steps: list[Step] = []
        self._samples: list[Sample] = []

    def run(self) -> Run:
        scenario = self._scenario
        for _ in range(scenario.pods):
            self._add_pod()
        training = self._env.process(self._training())
        self._env.process(self._watching())
        if scenario.scaling is not None:
            self._env.process(self._scaling(Autoscaler(scenario.scaling), scenario.scaling))
        if scenario.lost_at_seconds is not None:
            self._env.process(self._losing(scenario.lost_at_seconds))
        self._env.run(until=training)
        return Run(scenario, tuple(self._steps), tuple(self._samples))

    # The trainer

    def _training(self) -> Steps:
        workload = self._scenario.workload
        for _ in range(self._scenario.steps):
            self._open_streams()
            self._waits, self._repeated = [], 0
            self._to_judge, self._judged = workload.rollouts, self._env.event()
            began = self._env.now
            offsets = sorted(
                workload.step_seconds * self._chance.betavariate(EARLY, LATE)
                for _ in range(workload.rollouts)
            )
            for offset, client in zip(offsets, cycle(self._clients), strict=False):
                yield self._env.timeout(max(0.0, began + offset - self._env.now))
                self._send(_Item(next(self._durations), self._env.now, client))
            came = self._env.now
            yield self._judged
            self._steps.append(self._finished(self._env.now - came))
            yield self._env.timeout(self._scenario.update_seconds)

    def _finished(self, late_seconds: float) -> Step:
        cuts = statistics.quantiles(self._waits, n=100)
        return Step(self._scenario.workload.rollouts, late_seconds, cuts[49], cuts[98], self._repeated)

    # Clients

    def _open_streams(self) -> None:
        """A step opens its streams anew: they find the pods that are ready now."""
        per_client, more = divmod(self._scenario.streams, len(self._clients))
        for number, client in enumerate(self._clients):
            count = max(1, per_client + (number < more))
            connections = [
                self._some_pods(min(STREAMS_PER_CONNECTION, count - begun))
                for begun in range(0, count, STREAMS_PER_CONNECTION)
            ]
            client.streams = [_Stream(pod) for pods in connections for pod in pods]

    def _some_pods(self, count: int) -> Iterator[_Pod]:
        """Round robin from a pod by chance, as gRPC gives streams to the addresses of a name."""
        begin = self._chance.randrange(len(self._ready))
        return islice(cycle(self._ready), begin, begin + count)

    def _send(self, item: _Item) -> None:
        stream = min(item.client.streams, key=lambda each: each.held)
        if stream.held >= WINDOW:
            item.client.backlog.append(item)
            return
        stream.held += 1
        item.stream = stream
        stream.pod.queue.put(item)

    # Pods

    def _add_pod(self) -> None:
        pod = _Pod(simpy.Store(self._env))
        pod.slots = [self._env.process(self._slot(pod)) for _ in range(self._scenario.cores)]
        self._ready.append(pod)

    def _slot(self, pod: _Pod) -> Steps:
        try:
            while True:
                item = yield pod.queue.get()
                assert isinstance(item, _Item)  # noqa: S101 - simpy has no types for what stores hold
                pod.working[item] = None
                self._waits.append(self._env.now - item.came_seconds)
                yield self._env.timeout(item.seconds)
                pod.working.pop(item, None)
                self._answer(item)
        except simpy.Interrupt:
            return  # with the pod

    def _answer(self, item: _Item) -> None:
        assert item.stream is not None  # noqa: S101 - it was sent
        item.stream.held -= 1
        if item.client.backlog:
            self._send(item.client.backlog.popleft())
        self._to_judge -= 1
        if not self._to_judge:
            self._judged.succeed()

    def _losing(self, at_seconds: float) -> Steps:
        yield self._env.timeout(at_seconds)
        lost = self._chance.sample(self._ready, max(1, round(len(self._ready) * self._scenario.lost_share)))
        self._ready = [pod for pod in self._ready if pod not in lost]
        for pod in lost:
            self._vanish(pod)
            self._env.process(self._starting())
        yield self._env.timeout(RECONNECT_SECONDS)  # until then clients go on sending there
        self._move_streams(lost)
        items = [item for pod in lost for item in (*pod.working, *pod.queue.items)]
        self._repeated += len(items)
        for item in items:
            self._send(item)

    def _vanish(self, pod: _Pod) -> None:
        for slot in pod.slots:
            slot.interrupt()
        unheard = simpy.Store(self._env)  # of the old one, slots that are gone would still be served
        unheard.items.extend(pod.queue.items)
        pod.queue = unheard

    def _move_streams(self, lost: list[_Pod]) -> None:
        gone = set(map(id, lost))
        for client in self._clients:
            for stream in client.streams:
                if id(stream.pod) in gone:
                    (stream.pod,) = self._some_pods(1)
                    stream.held = 0

    # The cluster

    def _starting(self) -> Steps:
        self._coming += 1
        yield self._env.timeout(self._scenario.pod_seconds)
        self._coming -= 1
        self._add_pod()

    def _scaling(self, autoscaler: Autoscaler, scaling: Scaling) -> Steps:
        waiting, read_seconds = 0, 0.0
        while True:
            yield self._env.timeout(SYNC_SECONDS)
            if self._env.now - read_seconds >= scaling.metric_seconds:
                inside = INSIDE_PER_SLOT * self._scenario.cores
                waiting = sum(max(0, len(pod.queue.items) + len(pod.working) - inside) for pod in self._ready)
                read_seconds = self._env.now
            have = len(self._ready) + self._coming
            wanted = autoscaler.desired(self._env.now, have, waiting)
            for _ in range(wanted - have):
                self._env.process(self._starting())
            self._retire(have - wanted)

    def _retire(self, count: int) -> None:
        """Idle pods go; busy ones are left for the next round, since they would finish their work first."""
        for pod in [pod for pod in self._ready if not pod.working and not pod.queue.items][: max(0, count)]:
            self._ready.remove(pod)
            self._move_streams([pod])

    def _watching(self) -> Steps:
        scenario = self._scenario
        every = scenario.steps * (scenario.workload.step_seconds + scenario.update_seconds) / SAMPLES
        while True:
            working = sum(len(pod.working) for pod in self._ready)
            waiting = sum(len(pod.queue.items) for pod in self._ready)
            waiting += sum(len(client.backlog) for client in self._clients)
            cores = max(1, scenario.cores * len(self._ready))
            self._samples.append(Sample(self._env.now, len(self._ready), waiting, working / cores))
            yield self._env.timeout(every)
