"""What the service counts, for Prometheus. Names and labels are a promise to dashboards and alerts.

Labels are few and bounded: verifiers, languages that this server knows, verdicts, status codes. Never a
client, a task or anything a model wrote.
"""

from __future__ import annotations

import collections
import contextlib
from functools import cache, partial
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, start_http_server
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from verifier.model import NOTHING_USED, CodeTask
from verifier.version import PACKAGE, RULESET

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.model import Isolation
    from verifier.dispatch import Assigned
    from verifier.model import Judgement
    from verifier.telemetry import Call
    from verifier.turns import Turns

SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
"""From an answer that is decided at a glance to a submission at its limits."""
_OF_ITEMS = ("verifier", "language")


class _Judged(Collector):
    """A counter of items. Prometheus's own takes a lock for each, which costs most answers a twentieth."""

    def __init__(self) -> None:
        """None so far."""
        self.counts: collections.Counter[tuple[str, str, str]] = collections.Counter()
        """By labels; counted on the event loop alone."""

    def collect(self) -> Iterator[CounterMetricFamily]:
        """What is exposed."""
        family = CounterMetricFamily("verifier_judged", "Items judged.", labels=(*_OF_ITEMS, "verdict"))
        for labels, count in list(self.counts.items()):  # another thread collects
            family.add_metric(labels, count)
        yield family


class Metrics:
    """The metrics of one server process."""

    def __init__(self) -> None:
        """All zero, in a registry of their own."""
        self.registry = registry = CollectorRegistry()
        self._judged = _Judged()
        registry.register(self._judged)
        self._failed = Counter(
            "verifier_failed", "Items and calls without a judgement.", ("status",), registry=registry
        )
        calls = Histogram(
            "verifier_call_seconds", "Calls, from first to last byte.", ("method",),
            buckets=SECONDS, registry=registry,
        )  # fmt: skip
        self._calls = cache(calls.labels)
        self._phases = {
            phase: cache(
                Histogram(
                    f"verifier_{phase}_seconds", text, _OF_ITEMS, buckets=SECONDS, registry=registry
                ).labels
            )
            for phase, text in (
                ("queue", "Waiting for a turn and for a slot."),
                ("start", "Making the jail."),
                ("run", "Running, by the clock."),
                ("compare", "Comparing outputs."),
                ("cpu", "Processor time of what was run."),
            )
        }
        self._taken = Gauge("verifier_turns_taken", "Items being judged.", ("lane",), registry=registry)
        self._waiting = Gauge("verifier_turns_waiting", "Items waiting.", ("lane",), registry=registry)
        calls_open = Gauge("verifier_calls_open", "Calls in progress.", ("method",), registry=registry)
        self._calls_open = cache(calls_open.labels)
        self._ready = Gauge("verifier_ready", "1 while a known-good program passes.", registry=registry)
        self._isolation = Info("verifier_isolation", "How programs are isolated.", registry=registry)
        Info("verifier_build", "Versions.", registry=registry).info({"package": PACKAGE, "ruleset": RULESET})

    def judged(self, assigned: Assigned, judgement: Judgement, _seconds: float) -> None:
        """An item has its judgement. Phases that it did not have are not measured: most answers have none."""
        shape = assigned.task.shape
        labels = (assigned.verifier.name, shape.language if isinstance(shape, CodeTask) else "")
        self._judged.counts[(*labels, judgement.verdict.name)] += 1
        usage = judgement.usage
        if usage is NOTHING_USED:
            return
        for phase, lasted in (
            ("queue", usage.queued_seconds),
            ("start", usage.start_seconds),
            ("run", usage.wall_seconds),
            ("compare", usage.compare_seconds),
            ("cpu", usage.cpu_seconds),
        ):
            if lasted:
                self._phases[phase](*labels).observe(lasted)

    @contextlib.contextmanager
    def call(self, call: Call) -> Iterator[None]:
        """A call is in progress."""
        with self._calls_open(call.method).track_inprogress(), self._calls(call.method).time():
            try:
                yield
            finally:
                for status, count in call.statuses.items():
                    self._failed.labels(status).inc(count)

    def ready(self, ready: bool) -> None:
        """Whether work is welcome."""
        self._ready.set(ready)

    def describe(self, isolation: Isolation, lanes: Mapping[str, Turns]) -> None:
        """What is measured where it is."""
        self._isolation.info(
            {
                "launch": isolation.launch.value,
                "limits": isolation.limits.value,
                "separate_uids": str(isolation.separate_uids).lower(),
            }
        )
        for name, turns in lanes.items():
            self._taken.labels(name).set_function(partial(getattr, turns, "taken"))
            self._waiting.labels(name).set_function(partial(getattr, turns, "waiting"))


@contextlib.contextmanager
def served(metrics: Metrics, listen: str | None) -> Iterator[None]:
    """Let Prometheus scrape them at http://LISTEN/metrics.

    Raises:
        OSError: the address is taken, or not ours.
    """
    if listen is None:
        yield
        return
    host, _, port = listen.rpartition(":")
    server, thread = start_http_server(int(port), host.strip("[]"), metrics.registry)
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
