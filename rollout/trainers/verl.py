"""`compute_score` for verl, one response at a time, called in threads or awaited.

    reward.custom_reward_function.path=…/rollout/trainers/verl.py
    reward.custom_reward_function.name=compute_score_async
    +reward.custom_reward_function.reward_kwargs.target=127.0.0.1:50051

verl has no word for "not judged": None breaks the batch, and 0 would train on an outage. So what was not
judged raises, which fails the group and lets the trainer refill it.
"""

from __future__ import annotations

import asyncio
import functools
import os
from typing import TYPE_CHECKING, Any

from rollout.access import access_from
from rollout.client import Client
from rollout.golds.tasks import task_of
from rollout.model import Trace
from rollout.sync import SyncClient
from rollout.tasks.table import parse_task

if TYPE_CHECKING:
    from rollout.model import Score

RESPONSE_SECONDS = 300.0
"""As long as verl's own managers wait for a reward."""


class NotJudgedError(Exception):
    """There is no verdict on this response; nothing is known about it."""


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: Any,
    extra_info: dict[str, Any] | None = None,  # noqa: ARG001  # verl's signature
    target: str = "127.0.0.1:50051",
    verifier: str | None = None,
    **more: Any,  # noqa: ARG001  # what verl adds from version to version
) -> dict[str, Any]:
    """The score, and what verl logs beside it.

    Raises:
        NotJudgedError: there is none.
        FieldError: nothing can be judged against this ground truth.
    """
    client = _sync_client(target, os.getpid())
    trace = _trace(data_source, solution_str, ground_truth, verifier)
    return _result(client.verify(trace, timeout_seconds=RESPONSE_SECONDS))


async def compute_score_async(
    data_source: str,
    solution_str: str,
    ground_truth: Any,
    extra_info: dict[str, Any] | None = None,  # noqa: ARG001  # verl's signature
    target: str = "127.0.0.1:50051",
    verifier: str | None = None,
    **more: Any,  # noqa: ARG001  # what verl adds from version to version
) -> dict[str, Any]:
    """See `compute_score`."""
    client = _client(target, asyncio.get_running_loop())
    trace = _trace(data_source, solution_str, ground_truth, verifier)
    return _result(await client.verify(trace, timeout_seconds=RESPONSE_SECONDS))


def _trace(data_source: str, response: str, gold: Any, verifier: str | None) -> Trace:
    task = parse_task(task_of(gold, verifier, "ground_truth"), "ground_truth")
    return Trace(response, task, id=data_source)


def _result(score: Score) -> dict[str, Any]:
    if score.score is None:
        raise NotJudgedError(f"{score.failure_kind}: {score.failure_reason}")
    return {"score": score.score, "acc": float(bool(score.correct)), "verdict": score.verdict.value}


@functools.lru_cache(maxsize=4)
def _sync_client(target: str, process: int) -> SyncClient:  # noqa: ARG001  # one for each process: see Client
    return SyncClient(target, make=lambda name: Client(name, access=access_from(os.environ)))


@functools.lru_cache(maxsize=4)
def _client(target: str, loop: asyncio.AbstractEventLoop) -> Client:  # noqa: ARG001  # one for each loop
    return Client(target, access=access_from(os.environ))
