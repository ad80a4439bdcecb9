"""The autoscaler as Kubernetes documents it."""

from __future__ import annotations

import pytest

from verifier.plan.autoscaler import Autoscaler, Scaling

SCALING = Scaling(least=2, most=100, waiting_per_pod=64, down_seconds=600)


@pytest.mark.parametrize(
    ("pods", "waiting", "wanted"),
    [
        (10, 640, 10),
        (10, 640 * 1.09, 10),  # within the tolerance
        (10, 640 * 1.5, 15),
        (10, 640 * 50, 20),  # no more than twice as many in one go
        (2, 64 * 50, 6),  # or four more
        (90, 64 * 1000, 100),
        (2, 0, 2),
    ],
)
def test_one_look(pods: int, waiting: float, wanted: int) -> None:
    assert Autoscaler(SCALING).desired(0, pods, waiting) == wanted


def test_pods_go_only_when_they_were_not_needed_for_as_long_as_the_window_is() -> None:
    autoscaler = Autoscaler(SCALING)
    assert autoscaler.desired(0, 10, 64 * 10) == 10
    assert autoscaler.desired(590, 10, 0) == 10
    assert autoscaler.desired(601, 10, 0) == 2
