"""Every adapter by the name of its trainer, loaded when it is asked for."""

from __future__ import annotations

import importlib
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

TRAINERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "trl": ("rollout.trainers.trl:VerifierReward", "rollout.trainers.trl:AsyncVerifierReward"),
        "verl": ("rollout.trainers.verl:compute_score", "rollout.trainers.verl:compute_score_async"),
    }
)
"""What a trainer calls, and the same for trainers that await it."""


def adapters(trainer: str) -> tuple[Any, ...]:
    """The adapters of this trainer.

    Raises:
        KeyError: there are none.
    """
    loaded = []
    for place in TRAINERS[trainer]:
        module, name = place.split(":")
        loaded.append(getattr(importlib.import_module(module), name))
    return tuple(loaded)
