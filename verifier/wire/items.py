"""One item, from its message to the message of its answer."""

from __future__ import annotations

import asyncio
import functools
import hashlib
from typing import TYPE_CHECKING, TypeVar

from verifier import telemetry
from verifier.errors import InvalidTask, JudgingFailed, VerifierError
from verifier.model import Options
from verifier.v1 import verifier_pb2 as pb
from verifier.wire.enums import MINIMUM_ASSURANCES, known
from verifier.wire.parse import parse_task
from verifier.wire.place import key_path, located
from verifier.wire.render import render_judgement, render_shared
from verifier.wire.status import code_of, status_of

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping
    from typing import TypeAlias

    from google.rpc import status_pb2

    from verifier.dispatch import Assigned, Dispatch

    Keyed: TypeAlias = Mapping[str, Assigned | VerifierError]
    """What keys name: a task ready to be judged, or why it cannot be."""

T = TypeVar("T")

_SMALL_TASK_BYTES = 1 << 10
"""Of tasks that are kept as they are assigned: as large as most answers, and far smaller than tests."""


class foreseen:  # noqa: N801 - reads as a statement; a generator would cost every item a microsecond
    """Let only errors of ours out; what nobody foresaw is logged, and becomes a failure that says nothing.

    Here, and for speed once more in `at_a_glance`, the service catches everything: a bug of ours is a status,
    never a score, and its text, which may quote a model, stays here.
    """

    __slots__ = ("_call",)

    def __init__(self, call: telemetry.Call) -> None:
        """The call that is served."""
        self._call = call

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Let out what may go out."""
        if isinstance(error, Exception) and not isinstance(error, VerifierError):
            raise _unforeseen(error, self._call) from error


def _unforeseen(error: Exception, call: telemetry.Call) -> JudgingFailed:
    telemetry.unexpected(error)
    return JudgingFailed(f"the service failed; its log says more under {call.request_id}")


def assign_keyed(
    key: str, message: pb.Task, dispatch: Dispatch, call: telemetry.Call
) -> Assigned | VerifierError:
    """Read and check a task that items name by key, once for all of them."""
    try:
        with foreseen(call):
            return _assign(message, key_path(key), dispatch)
    except VerifierError as error:
        return error


def _assign(message: pb.Task, task_path: str, dispatch: Dispatch) -> Assigned:
    raw = message.SerializeToString(deterministic=True)
    with located(task_path):
        if len(raw) <= _SMALL_TASK_BYTES:
            return _assigned(raw, dispatch)
        return dispatch.assign(parse_task(message), _fingerprint(raw))


@functools.lru_cache(maxsize=4096)
def _assigned(raw: bytes, dispatch: Dispatch) -> Assigned:
    """Groups of one prompt come in several calls, and again in the next epoch."""
    return dispatch.assign(parse_task(pb.Task.FromString(raw)), _fingerprint(raw))


def _fingerprint(raw: bytes) -> bytes:
    return hashlib.blake2b(raw, digest_size=16).digest()


async def judge(
    item: pb.Item, item_path: str, tasks: Keyed, dispatch: Dispatch, call: telemetry.Call
) -> pb.Judgement:
    """Judge one item.

    Args:
        item: the message.
        item_path: what the caller's request calls the item, such as `items[3]`.
        tasks: what keys name in this call.
        dispatch: who judges.
        call: the call the item came with; its verdict is counted there.

    Raises:
        VerifierError: nothing is known about the response; fields are named as the caller wrote them.
    """
    with foreseen(call):
        options = _options(item, item_path, call)
        assigned, task_path = _task(item, item_path, tasks, dispatch)
        with located(task_path):
            judgement = await dispatch.judge(assigned, item.response, options, call.caller)
        call.verdicts[judgement.verdict.name] += 1
        return render_judgement(item.id, judgement)


async def settle(
    item: pb.Item, item_path: str, tasks: Keyed, dispatch: Dispatch, call: telemetry.Call
) -> pb.Judgement | status_pb2.Status:
    """As `judge`, but errors are answers: the other items of the call go on."""
    try:
        return await judge(item, item_path, tasks, dispatch, call)
    except VerifierError as error:
        return refuse(error, call)


def at_a_glance(
    item: pb.Item, response: str, tasks: Keyed, dispatch: Dispatch, call: telemetry.Call
) -> pb.Judgement | status_pb2.Status | None:
    """What `settle` comes to, where that takes no waiting: as most answers do, which this spares its cost.

    None elsewhere, for items that bring their own task, which is then read but once, and for errors about a
    field, whose place `settle` knows. The message may be shared and without the item's id: it is to be
    copied, see `render_shared`.
    """
    key = item.task_key
    assigned = tasks.get(key) if key else None
    if assigned is None or isinstance(assigned, VerifierError):
        return None
    try:
        judgement = dispatch.at_a_glance(assigned, response, _options(item, "item", call))
        if judgement is None:
            return None
        call.verdicts[judgement.verdict.name] += 1
        return render_shared(judgement)
    except InvalidTask:
        return None
    except VerifierError as error:
        return refuse(error, call)
    except Exception as error:  # noqa: BLE001 - without the cost of `foreseen`, the same
        return refuse(_unforeseen(error, call), call)


def at_once(work: Coroutine[object, object, T]) -> asyncio.Task[T]:
    """A task that runs until it first has to wait: what never does costs the event loop nothing."""
    return asyncio.Task(work, loop=asyncio.get_running_loop(), eager_start=True)


def refuse(error: VerifierError, call: telemetry.Call) -> status_pb2.Status:
    """The status of an item, counted."""
    call.statuses[code_of(error).name] += 1
    return status_of(error)


def _task(item: pb.Item, item_path: str, tasks: Keyed, dispatch: Dispatch) -> tuple[Assigned, str]:
    """The task of an item, and its path in the request."""
    kind = item.WhichOneof("assignment")
    if kind == "task":
        task_path = f"{item_path}.task"
        return _assign(item.task, task_path, dispatch), task_path
    if kind == "task_key":
        return _keyed(item.task_key, item_path, tasks), key_path(item.task_key)
    raise InvalidTask(item_path, "names no task: set task or task_key")


def _keyed(key: str, item_path: str, tasks: Keyed) -> Assigned:
    found = tasks.get(key)
    if found is None:
        raise InvalidTask(f"{item_path}.task_key", "no task is defined under this key")
    if isinstance(found, VerifierError):
        raise found.with_traceback(None)  # raised for every item that names it: do not let traces pile up
    return found


def _options(item: pb.Item, item_path: str, call: telemetry.Call) -> Options:
    if not item.HasField("options"):
        return _without_wishes(call.caller.client, call.request_id)
    wishes = item.options
    return Options(
        known(MINIMUM_ASSURANCES, wishes.minimum_assurance, f"{item_path}.options.minimum_assurance"),
        wishes.pin_ruleset,
        wishes.reveal_expected,
        call.caller.client,
        call.request_id,
    )


@functools.lru_cache(maxsize=64)
def _without_wishes(client: str, call: str) -> Options:
    """The same for all items of a call, and most items wish nothing."""
    return Options(client=client, call=call)
