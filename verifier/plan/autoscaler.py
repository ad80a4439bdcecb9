"""How many pods Kubernetes wants: the algorithm of the HorizontalPodAutoscaler, which KEDA uses as well.

https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/ (algorithm details, default
behaviour, stabilisation window). The metric is what the chart scales on: items that wait, per pod.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from math import ceil

TOLERANCE = 0.1
SYNC_SECONDS = 15.0
"""The controller's period, and that of the default policies."""
MOST_TIMES, MOST_MORE = 2, 4
"""Default policies upwards: twice as many or four more within a period, whichever is more."""


@dataclass(frozen=True, slots=True)
class Scaling:
    """What the chart's `autoscaling` says, and how old the number is that it is applied to."""

    least: int
    most: int
    waiting_per_pod: float = 64.0
    down_seconds: float = 600.0
    metric_seconds: float = 30.0
    """Between two scrapes; KEDA asks Prometheus as often."""


@dataclass(slots=True)
class Autoscaler:
    """The controller, with the memory that keeps it from scaling down too soon."""

    scaling: Scaling
    _wanted: deque[tuple[float, int]] = field(default_factory=deque)

    def desired(self, now_seconds: float, pods: int, waiting: float) -> int:
        """How many pods there should be, where there are so many and so many items wait on all of them."""
        wanted = self._settled(now_seconds, self._by_metric(pods, waiting))
        limited = min(wanted, max(pods * MOST_TIMES, pods + MOST_MORE))
        return max(self.scaling.least, min(self.scaling.most, limited))

    def _by_metric(self, pods: int, waiting: float) -> int:
        ratio = waiting / (self.scaling.waiting_per_pod * max(1, pods))
        return pods if abs(ratio - 1) <= TOLERANCE else ceil(waiting / self.scaling.waiting_per_pod)

    def _settled(self, now_seconds: float, wanted: int) -> int:
        """Downwards only as far as has been right all the while."""
        self._wanted.append((now_seconds, wanted))
        while self._wanted[0][0] < now_seconds - self.scaling.down_seconds:
            self._wanted.popleft()
        return max(each for _, each in self._wanted)
