"""Many items in one message: judged side by side, answered in their order, and in time."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from typing import TYPE_CHECKING, TypeAlias

from verifier.errors import OutOfTime, TooLarge
from verifier.v1 import verifier_pb2 as pb
from verifier.wire.items import assign_keyed, at_a_glance, at_once, refuse, settle
from verifier.wire.pace import LONG_CHARACTERS, Slices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from google.rpc import status_pb2

    from verifier.dispatch import Assigned, Dispatch
    from verifier.errors import VerifierError
    from verifier.telemetry import Call
    from verifier.wire.pace import Pace

Answer: TypeAlias = "pb.Judgement | status_pb2.Status"

_MARGIN_SHARE = 0.1
_LONGEST_MARGIN_SECONDS = 2.0
"""Kept of the caller's deadline for making and sending the answer: tens of megabytes at most."""
_ROOM_SHARE = 0.75
"""Of the largest message, for results: the rest is room for the statuses of those that do not fit."""


class Batches:
    """Judges batches."""

    def __init__(self, dispatch: Dispatch, pace: Pace, most_items: int, most_answer_bytes: int) -> None:
        """Take up to `most_items` at once, and answer with up to `most_answer_bytes`."""
        self._dispatch = dispatch
        self._pace = pace
        self._most_items = most_items
        self._most_answer_bytes = most_answer_bytes
        self._ending: set[asyncio.Task[Answer]] = set()

    async def judge(
        self, request: pb.VerifyBatchRequest, size_bytes: int, seconds_left: float | None, call: Call
    ) -> pb.VerifyBatchResponse:
        """Judge what can be judged before the deadline; the rest is out of time.

        Args:
            request: the batch.
            size_bytes: its own, as it came: to ask it would be to serialise it again.
            seconds_left: until the deadline; None for none.
            call: what it came with.

        Raises:
            TooLarge: too many items.
        """
        if len(request.items) > self._most_items:
            raise TooLarge(f"a batch holds at most {self._most_items} items here; send several, or a stream")
        tasks: dict[str, Assigned | VerifierError] = {}
        ends = None if seconds_left is None else time.monotonic() + _seconds_to_judge(seconds_left)
        settling: list[Answer | asyncio.Task[Answer]] = []

        def begin(item: pb.Item, response: str) -> None:
            key = item.task_key
            if key not in tasks and key in request.tasks:  # all of them at once would take long
                tasks[key] = assign_keyed(key, request.tasks[key], self._dispatch, call)
            seen = at_a_glance(item, response, tasks, self._dispatch, call)
            if seen is None:
                path = f"items[{len(settling)}]"
                seen = at_once(settle(item, path, tasks, self._dispatch, call))
            settling.append(seen)

        try:
            slices = Slices(self._pace, is_much=size_bytes > LONG_CHARACTERS * len(request.items))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ends and ends - time.monotonic()):
                    await slices.let_pass()
                    for item in request.items:
                        response = item.response
                        due = slices.begin(response, begin, item, response)
                        if due is not None:
                            await due
            unsettled = _unsettled(settling)
            if unsettled:
                await asyncio.wait(unsettled, timeout=ends and ends - time.monotonic())
            return self._answer(request.items, settling, call)
        finally:
            self._end(settling)

    def _answer(
        self, items: Sequence[pb.Item], settling: Sequence[Answer | asyncio.Task[Answer]], call: Call
    ) -> pb.VerifyBatchResponse:
        response = pb.VerifyBatchResponse()
        room_bytes = int(self._most_answer_bytes * _ROOM_SHARE)
        for item, settled in itertools.zip_longest(items, settling):  # the last may not have begun
            answer = _answer(settled, call)
            item_id = item.id
            room_bytes -= answer.ByteSize() + len(item_id)
            if room_bytes < 0:
                error = TooLarge("the answers do not fit into one message; send smaller batches, or a stream")
                answer = refuse(error, call)
            result = response.results.add()
            if item_id:
                result.id = item_id
            if isinstance(answer, pb.Judgement):
                result.judgement.CopyFrom(answer)  # given to `add`, it would be serialised and read again
                if item_id:
                    result.judgement.id = item_id
            else:
                result.error.CopyFrom(answer)
        return response

    def _end(self, settling: Sequence[Answer | asyncio.Task[Answer]]) -> None:
        """Stop what is unfinished, without waiting for it: closing a jail may take longer than the margin."""
        for unfinished in _unsettled(settling):
            self._ending.add(unfinished)  # the event loop itself keeps no task alive
            unfinished.add_done_callback(self._ending.discard)
            unfinished.cancel()


def _unsettled(settling: Sequence[Answer | asyncio.Task[Answer]]) -> list[asyncio.Task[Answer]]:
    return [each for each in settling if isinstance(each, asyncio.Task) and not each.done()]


def _seconds_to_judge(seconds_left: float) -> float:
    return seconds_left - min(_LONGEST_MARGIN_SECONDS, _MARGIN_SHARE * seconds_left)


def _answer(settled: Answer | asyncio.Task[Answer] | None, call: Call) -> Answer:
    if isinstance(settled, asyncio.Task):
        settled = settled.result() if settled.done() else None
    if settled is None:
        return refuse(OutOfTime("the caller's deadline came before the judgement"), call)
    return settled
