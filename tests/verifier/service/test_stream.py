"""A step's worth of rollouts over one stream."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from typing import TYPE_CHECKING

import grpc
import pytest
from structlog.testing import capture_logs

from tests.fakes import Client, FakeVerifier, running
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

HANG_SECONDS = 20


def task(answer: str) -> pb.Task:
    """A task with one right answer."""
    return pb.Task(answer=pb.AnswerTask(answers=[answer]))


def define(key: str, defined: pb.Task, pieces: int = 1) -> list[pb.VerifyStreamRequest]:
    """The messages that define a task in about so many pieces."""
    raw = defined.SerializeToString()
    size = -(-len(raw) // pieces)
    chunks = [raw[start : start + size] for start in range(0, len(raw), size)] or [b""]
    return [
        pb.VerifyStreamRequest(define=pb.DefineTask(key=key, chunk=chunk, last=n == len(chunks) - 1))
        for n, chunk in enumerate(chunks)
    ]


def item(key: str, response: str, item_id: str = "") -> pb.VerifyStreamRequest:
    """The message of one response."""
    return pb.VerifyStreamRequest(item=pb.Item(id=item_id, response=response, task_key=key))


async def ask(client: Client, messages: Iterable[pb.VerifyStreamRequest]) -> list[pb.VerifyStreamResponse]:
    """All answers, in the order in which they came."""
    async with asyncio.timeout(HANG_SECONDS):
        return [answer async for answer in client.stub.VerifyStream(iter(messages))]


async def test_each_of_2000_items_gets_exactly_one_answer_with_its_index_and_id() -> None:
    verifier = FakeVerifier()
    keys = [f"k{n}" for n in range(100)]
    messages = [message for key in keys for message in define(key, task(key))]
    messages += [item(keys[n % 100], keys[n % 7], f"i{n}") for n in range(2000)]
    async with running(verifier) as client:
        answers = await ask(client, messages)

    assert sorted(answer.index for answer in answers) == list(range(2000))
    assert all(answer.id == answer.judgement.id == f"i{answer.index}" for answer in answers)
    assert all(answer.judgement.correct == (answer.index % 100 == answer.index % 7) for answer in answers)
    assert len(verifier.checked) == 100


async def test_answers_come_as_items_finish() -> None:
    verifier = FakeVerifier(gates={"slow": asyncio.Event()})
    async with running(verifier) as client, asyncio.timeout(HANG_SECONDS):
        call = client.stub.VerifyStream()
        for message in (*define("k", task("fast")), item("k", "slow"), item("k", "fast")):
            await call.write(message)
        first = await call.read()
        verifier.gates["slow"].set()
        second = await call.read()
        await call.done_writing()
        assert await call.read() is grpc.aio.EOF

    assert (first.index, second.index) == (1, 0)


async def test_a_task_in_pieces_between_those_of_another_is_put_together() -> None:
    one, two = define("one", task("1" * 1000), 7), define("two", task("2" * 1000), 7)
    woven = [piece for pair in zip(one, two, strict=True) for piece in pair]
    async with running(FakeVerifier()) as client:
        answers = await ask(client, [*woven, item("one", "1" * 1000), item("two", "2" * 1000)])

    assert [answer.judgement.correct for answer in answers] == [True, True]


async def test_a_task_may_be_larger_than_a_message() -> None:
    large = "7" * 100_000
    async with running(FakeVerifier(), max_message_bytes=20_000) as client:
        answers = await ask(client, [*define("k", task(large), 10), item("k", "7")])

    assert answers[0].judgement.verdict == pb.VERDICT_WRONG_ANSWER


async def test_defining_a_key_again_holds_for_the_items_that_follow_and_for_no_earlier_one() -> None:
    gate = asyncio.Event()
    messages = [*define("k", task("old")), item("k", "old"), *define("k", task("new")), item("k", "old")]
    messages.append(item("k", "new"))
    gate.set()
    async with running(FakeVerifier(gates={"old": gate})) as client:
        answers = await ask(client, messages)

    by_index = {answer.index: answer.judgement.correct for answer in answers}
    assert by_index == {0: True, 1: False, 2: True}


async def test_an_undefined_key_fails_its_item_alone() -> None:
    async with running(FakeVerifier()) as client:
        answers = await ask(client, [item("k", "1"), *define("k", task("1")), item("k", "1")])

    by_index = {answer.index: answer for answer in answers}
    assert by_index[0].error.code == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    assert "item.task_key" in by_index[0].error.message
    assert by_index[1].judgement.correct


async def test_a_key_is_undefined_until_its_last_piece() -> None:
    first, *rest = define("k", task("1" * 100), 3)
    async with running(FakeVerifier()) as client:
        answers = await ask(client, [first, item("k", "1"), *rest, item("k", "1")])

    kinds = {answer.index: answer.WhichOneof("result") for answer in answers}
    assert kinds == {0: "error", 1: "judgement"}


async def test_a_definition_that_cannot_be_read_fails_the_items_that_name_it() -> None:
    broken = pb.VerifyStreamRequest(define=pb.DefineTask(key="bad", chunk=b"\xff\xff", last=True))
    messages = [broken, item("bad", "1"), item("bad", "1"), *define("k", task("1")), item("k", "1")]
    async with running(FakeVerifier()) as client:
        answers = await ask(client, messages)

    errors = {answer.index: answer.error for answer in answers if answer.HasField("error")}
    assert sorted(errors) == [0, 1]
    assert all(error.code == grpc.StatusCode.INVALID_ARGUMENT.value[0] for error in errors.values())
    assert all('tasks["bad"]' in error.message for error in errors.values())


async def test_too_much_defined_ends_the_stream_after_what_was_read_is_answered() -> None:
    messages = [*define("k", task("1")), item("k", "1"), *define("big", task("2" * 5000))]
    async with running(FakeVerifier(), stream_task_bytes=2000) as client, asyncio.timeout(HANG_SECONDS):
        call = client.stub.VerifyStream(iter(messages))
        answer = await call.read()
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await call.read()

    assert answer.judgement.correct
    assert ended.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_a_task_that_is_replaced_makes_room_for_the_next() -> None:
    messages = [message for n in range(50) for message in (*define("k", task("1" * 500)), item("k", str(n)))]
    async with running(FakeVerifier(), stream_task_bytes=2000) as client:
        answers = await ask(client, messages)

    assert len(answers) == 50
    assert all(answer.HasField("judgement") for answer in answers)


async def test_overload_is_flow_control_and_refuses_nobody() -> None:
    """Beyond the window the service does not read; every item is answered in the end."""
    gate = asyncio.Event()
    verifier = FakeVerifier(gates={"slow": gate})

    async def messages() -> AsyncIterator[pb.VerifyStreamRequest]:
        for message in define("k", task("1")):
            yield message
        for _ in range(300):
            yield item("k", "slow")

    async with running(verifier, stream_items=5, queue_items=1) as client, asyncio.timeout(HANG_SECONDS):
        call = client.stub.VerifyStream(messages())
        await verifier.arrivals(5)
        for _ in range(1000):  # nothing more may start, however long one looks
            await asyncio.sleep(0)
        assert verifier.most_running == 5
        gate.set()
        answers = [answer async for answer in call]

    assert sorted(answer.index for answer in answers) == list(range(300))
    assert verifier.most_running == 5


async def test_a_client_that_goes_away_cancels_what_it_asked_for() -> None:
    verifier = FakeVerifier(gates={"slow": asyncio.Event()})
    async with running(verifier) as client, asyncio.timeout(HANG_SECONDS):
        call = client.stub.VerifyStream()
        for message in (*define("k", task("1")), item("k", "slow"), item("k", "slow")):
            await call.write(message)
        await verifier.arrivals(2)
        call.cancel()
        assert [await verifier.cancelled.get() for _ in range(2)] == ["slow", "slow"]


async def test_a_client_that_is_killed_is_no_failure_of_ours() -> None:
    """Its connection is lost while answers are being sent; the next caller notices nothing."""
    program = (
        "import asyncio, grpc, sys\n"
        "async def main():\n"
        "    async with grpc.aio.insecure_channel(sys.argv[1]) as channel:\n"
        "        call = channel.stream_stream('/verifier.v1.VerifierService/VerifyStream')()\n"
        "        await asyncio.gather(write(call), read(call))\n"
        "async def write(call):\n"
        "    while True: await call.write(bytes.fromhex(sys.argv[2]))\n"
        "async def read(call):\n"
        "    while True: print(len(await call.read()), flush=True)\n"
        "asyncio.run(main())\n"
    )
    message = pb.VerifyStreamRequest(item=pb.Item(response="x", task=task("1"))).SerializeToString().hex()
    with capture_logs() as log:
        async with running(FakeVerifier()) as client, asyncio.timeout(HANG_SECONDS):
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", program, client.address, message, stdout=subprocess.PIPE
            )
            assert process.stdout is not None
            await process.stdout.readline()
            process.kill()
            await process.communicate()
            answers = await ask(client, [*define("k", task("1")), item("k", "1")])

    assert answers[0].judgement.correct
    assert not [line for line in log if line["event"] == "unexpected failure"]


async def test_a_message_that_is_neither_definition_nor_item_ends_the_stream() -> None:
    """Caller and service would count items differently from here on, and rewards would go astray."""
    async with running(FakeVerifier()) as client:
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await ask(client, [pb.VerifyStreamRequest()])

    assert ended.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_an_empty_stream_ends_well() -> None:
    async with running(FakeVerifier()) as client:
        assert await ask(client, []) == []


async def test_verdicts_do_not_depend_on_the_order_of_items() -> None:
    order = list(range(60))
    async with running(FakeVerifier()) as client:
        seen = []
        for seed in range(3):
            random.Random(seed).shuffle(order)
            messages = [*define("k", task("7")), *(item("k", str(n % 10), str(n)) for n in order)]
            seen.append({answer.id: answer.judgement.score for answer in await ask(client, messages)})

    assert seen[0] == seen[1] == seen[2]
