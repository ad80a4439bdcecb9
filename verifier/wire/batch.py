"""Many items in one message: judged side by side, answered in their order, and in time."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, TypeAlias

from google.rpc import status_pb2

from verifier.errors import OutOfTime, TooLarge
from verifier.v1 import verifier_pb2 as pb
from verifier.wire.items import assign_keyed, refuse, settle

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    from verifier.dispatch import Dispatch
    from verifier.telemetry import Call

Settling: TypeAlias = "asyncio.Task[pb.Judgement | status_pb2.Status]"

_ITEMS_IN_A_ROW = 64
"""Items begun before other calls have their turn: a few milliseconds of answers."""
_MARGIN_SHARE = 0.1
_LONGEST_MARGIN_SECONDS = 2.0
"""Kept of the caller's deadline for making and sending the answer: tens of megabytes at most."""
_ROOM_SHARE = 0.75
"""Of the largest message, for results: the rest is room for the statuses of those that do not fit."""


class Batches:
    """Judges batches."""

    def __init__(self, dispatch: Dispatch, most_items: int, most_answer_bytes: int) -> None:
        """Take up to `most_items` at once, and answer with up to `most_answer_bytes`."""
        self._dispatch = dispatch
        self._most_items = most_items
        self._most_answer_bytes = most_answer_bytes
        self._ending: set[Settling] = set()

    async def judge(
        self, request: pb.VerifyBatchRequest, seconds_left: float | None, call: Call
    ) -> pb.VerifyBatchResponse:
        """Judge what can be judged before the deadline; the rest is out of time.

        Raises:
            TooLarge: too many items.
        """
        if len(request.items) > self._most_items:
            raise TooLarge(f"a batch holds at most {self._most_items} items here; send several, or a stream")
        tasks = {key: assign_keyed(key, task, self._dispatch, call) for key, task in request.tasks.items()}
        ends = None if seconds_left is None else time.monotonic() + _seconds_to_judge(seconds_left)
        settling: list[Settling] = []
        try:
            for index, item in enumerate(request.items):
                settling.append(_at_once(settle(item, f"items[{index}]", tasks, self._dispatch, call)))
                if index % _ITEMS_IN_A_ROW == _ITEMS_IN_A_ROW - 1:
                    await asyncio.sleep(0)
            unsettled = [each for each in settling if not each.done()]
            if unsettled:
                await asyncio.wait(unsettled, timeout=ends and ends - time.monotonic())
            return self._answer(request.items, settling, call)
        finally:
            self._end(settling)

    def _answer(
        self, items: Sequence[pb.Item], settling: Sequence[Settling], call: Call
    ) -> pb.VerifyBatchResponse:
        response = pb.VerifyBatchResponse()
        room_bytes = int(self._most_answer_bytes * _ROOM_SHARE)
        for item, settled in zip(items, settling, strict=True):
            result = _result(item.id, settled, call)
            room_bytes -= result.ByteSize()
            if room_bytes < 0:
                error = TooLarge("the answers do not fit into one message; send smaller batches, or a stream")
                result = pb.VerifyBatchResult(id=item.id, error=refuse(error, call))
            response.results.append(result)
        return response

    def _end(self, settling: Sequence[Settling]) -> None:
        """Stop what is unfinished, without waiting for it: closing a jail may take longer than the margin."""
        for unfinished in settling:
            if not unfinished.done():
                self._ending.add(unfinished)  # the event loop itself keeps no task alive
                unfinished.add_done_callback(self._ending.discard)
                unfinished.cancel()


def _at_once(judging: Coroutine[object, object, pb.Judgement | status_pb2.Status]) -> Settling:
    """A task that runs until it first has to wait: most answers never do, and cost the event loop nothing."""
    return asyncio.Task(judging, loop=asyncio.get_running_loop(), eager_start=True)


def _seconds_to_judge(seconds_left: float) -> float:
    return seconds_left - min(_LONGEST_MARGIN_SECONDS, _MARGIN_SHARE * seconds_left)


def _result(item_id: str, settled: Settling, call: Call) -> pb.VerifyBatchResult:
    if not settled.done():
        late = refuse(OutOfTime("the caller's deadline came before the judgement"), call)
        return pb.VerifyBatchResult(id=item_id, error=late)
    answer = settled.result()
    if isinstance(answer, status_pb2.Status):
        return pb.VerifyBatchResult(id=item_id, error=answer)
    return pb.VerifyBatchResult(id=item_id, judgement=answer)
