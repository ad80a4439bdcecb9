"""Reward functions for GRPO and RLOO of TRL: `reward_funcs=[VerifierReward("127.0.0.1:50051")]`.

Called with keywords: completions, and every column of the data set. A completion that was not judged gets
None, which TRL leaves out of the group (since 1.6; PR 5902), and never 0. Both classes can be pickled, as
TRL's workers want it; connections are made where they are used.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

from rollout.access import access_from
from rollout.client import Client
from rollout.golds.tasks import task_of
from rollout.model import Trace
from rollout.sync import SyncClient
from rollout.tasks.table import parse_task
from rollout.traces.foreign import last_reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rollout.model import Score

STEP_SECONDS = 300.0
"""For the completions of a step: what is late is left out, before NCCL's watchdog ends the job (600 s)."""


class _Reward:
    """What both have in common."""

    def __init__(
        self,
        target: str,
        *,
        column: str = "task",
        verifier: str | None = None,
        timeout_seconds: float = STEP_SECONDS,
    ) -> None:
        """Nothing is connected yet.

        Args:
            target: `HOST:PORT` or `unix:PATH` of a service.
            column: of the data set, with tasks or golds.
            verifier: what judges golds; None: told by the gold.
            timeout_seconds: for all completions of a call.
        """
        self.__name__ = "verifier"  # what TRL calls the reward in its logs
        self._target = target
        self._column = column
        self._verifier = verifier
        self._timeout_seconds = timeout_seconds
        self._client: Any = None
        self._owner: Any = None

    def __getstate__(self) -> dict[str, Any]:
        """Without the connection."""
        return {**self.__dict__, "_client": None, "_owner": None}

    def _traces(self, completions: Sequence[Any], columns: dict[str, Any]) -> list[Trace]:
        """What is judged.

        Raises:
            FieldError: a row holds nothing that can be judged against.
        """
        if self._column not in columns:
            raise KeyError(f"the data set has no column {self._column!r}")
        traces = []
        for index, (completion, gold) in enumerate(zip(completions, columns[self._column], strict=True)):
            field = f"{self._column}[{index}]"
            task = parse_task(task_of(gold, self._verifier, field), field)
            traces.append(Trace(last_reply(completion, f"completions[{index}]"), task, id=str(index)))
        return traces


class VerifierReward(_Reward):
    """For `reward_funcs`, called in the trainer's thread."""

    def __call__(self, completions: Sequence[Any], **columns: Any) -> list[float | None]:
        """One reward for each completion; None where there is no verdict."""
        traces = self._traces(completions, columns)
        if self._owner != os.getpid():  # connections do not live through a fork
            self._client, self._owner = SyncClient(self._target, make=_client), os.getpid()
        scores: list[Score | None] = [None] * len(traces)
        for answer in self._client.verify_stream(traces, timeout_seconds=self._timeout_seconds):
            scores[answer.index] = answer.score
        return _rewards(scores)


class AsyncVerifierReward(_Reward):
    """The same, awaited beside other reward functions."""

    async def __call__(self, completions: Sequence[Any], **columns: Any) -> list[float | None]:
        """One reward for each completion; None where there is no verdict."""
        traces = self._traces(completions, columns)
        if self._owner is not asyncio.get_running_loop():
            self._client, self._owner = _client(self._target), asyncio.get_running_loop()
        scores: list[Score | None] = [None] * len(traces)
        async for answer in self._client.verify_stream(traces, timeout_seconds=self._timeout_seconds):
            scores[answer.index] = answer.score
        return _rewards(scores)


def _client(target: str) -> Client:
    return Client(target, access=access_from(os.environ))


def _rewards(scores: Sequence[Score | None]) -> list[float | None]:
    return [None if score is None else score.score for score in scores]
