"""Sampling and judging at the same time: a model over HTTP, a service over gRPC."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING

import pytest

from rollout.client import Client
from rollout.desk import Window
from rollout.errors import SamplerError
from rollout.model import Verdict
from rollout.retry import RetryPolicy
from rollout.sampling.loop import rollout_groups
from rollout.sampling.model import Prompt, Sampling
from rollout.sampling.openai import open_server
from rollout.scoring.lines import FIELDS
from rollout.tasks.table import parse_task
from tests.rollout.command import read_records, run_rollout, write_records
from tests.rollout.fake_service import FakeService, internal, serving
from tests.rollout.openai_server import OpenAiModel, serving_model
from tests.rollout.test_sampling import model_in_thread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rollout.client import Traces


def guesser(prompt: str, body: dict[str, object]) -> dict[str, object]:
    """Right where the seed is even."""
    seed = int(str(body["seed"]))
    return {
        "content": prompt if seed % 2 == 0 else "wrong",
        "finish_reason": "stop" if seed % 3 else "length",
    }


def prompts(count: int) -> list[Prompt]:
    made = []
    for number in range(count):
        task = {"verifier": "math", "answer": str(number)}
        content = [{"role": "user", "content": str(number)}]
        made.append(Prompt(name=f"q{number}", content=content, task=task, wire_task=parse_task(task)))
    return made


async def test_groups_come_whole_with_a_reward_for_each_member(tmp_path: Path) -> None:
    """Members in order; what was not judged, and what the model refused, has None."""
    service = FakeService(mishaps={"q1/0": [internal()] * 10})
    model = OpenAiModel(respond=guesser, refuses="2")

    async with (
        serving(service, tmp_path) as target,
        Client(target, policy=RetryPolicy(attempts=1)) as client,
        serving_model(model) as url,
        open_server(url) as server,
    ):
        stream = rollout_groups(server, client, prompts(3), Sampling(seed=0), n=4)
        groups = {group.prompt.name: group async for group in stream}

    assert groups["q0"].rewards == [1.0, 0.0, 1.0, 0.0]
    assert groups["q1"].rewards == [None, 0.0, 1.0, 0.0]
    assert groups["q1"].correct == [None, False, True, False]
    assert groups["q2"].rewards == [None] * 4
    assert [one.sample.id for one in groups["q0"].members] == ["q0/0", "q0/1", "q0/2", "q0/3"]
    assert groups["q1"].members[0].score.verdict is Verdict.UNJUDGED


async def test_judging_begins_while_the_model_still_writes(tmp_path: Path) -> None:
    """The first group is out although the model has not finished the second."""
    gate = asyncio.Event()
    model = OpenAiModel(respond=guesser, waits={"1": gate})

    async with (
        serving(FakeService(), tmp_path) as target,
        Client(target) as client,
        serving_model(model) as url,
        open_server(url) as server,
    ):
        stream = rollout_groups(server, client, prompts(2), Sampling(seed=0), n=2)
        async with contextlib.aclosing(stream):
            first = await anext(stream)
            gate.set()
            rest = [group async for group in stream]

    assert first.prompt.name == "q0"
    assert [group.prompt.name for group in rest] == ["q1"]


class ReluctantClient(Client):
    """Its service takes a few items, and no more until it may."""

    def __init__(self, target: str, permitted: asyncio.Event) -> None:
        super().__init__(target, window=Window(items=4), connections=1)
        self.permitted = permitted

    async def verify_stream(self, traces: Traces, **options: object):
        async def slowly():
            number = 0
            async for trace in traces:
                number += 1
                if number > 3:
                    await self.permitted.wait()
                yield trace

        async for answer in super().verify_stream(slowly()):
            yield answer


async def test_a_slow_verifier_slows_the_model_down(tmp_path: Path) -> None:
    model, permitted = OpenAiModel(respond=guesser), asyncio.Event()

    async with (
        serving(FakeService(), tmp_path) as target,
        ReluctantClient(target, permitted) as client,
        serving_model(model) as url,
        open_server(url) as server,
    ):
        stream = rollout_groups(server, client, prompts(200), Sampling(seed=0), n=1, in_flight=5)
        async with contextlib.aclosing(stream):
            for _ in range(3):
                await anext(stream)
            asked = len(model.requests)
            permitted.set()
            rest = [group async for group in stream]

    assert asked <= 3 + 1 + 5 + 5
    assert len(rest) == 197


async def test_nothing_is_drawn_ahead_of_a_trainer_that_takes_its_time(tmp_path: Path) -> None:
    """Prompts may be endless."""
    model = OpenAiModel(respond=guesser)

    def endless() -> Iterator[Prompt]:
        number = 0
        while True:
            task = {"verifier": "math", "answer": "1"}
            content = [{"role": "user", "content": "1"}]
            yield Prompt(name=str(number), content=content, task=task, wire_task=parse_task(task))
            number += 1

    async with (
        serving(FakeService(), tmp_path) as target,
        Client(target, window=Window(items=4), connections=1) as client,
        serving_model(model) as url,
        open_server(url) as server,
    ):
        stream = rollout_groups(server, client, endless(), Sampling(seed=0), n=2, in_flight=4)
        async with contextlib.aclosing(stream):
            for _ in range(5):
                await anext(stream)

    assert len(model.requests) < 60


async def test_what_was_sampled_before_the_model_was_lost_is_judged(tmp_path: Path) -> None:
    model = OpenAiModel(respond=guesser)

    def until_lost() -> Iterator[Prompt]:
        first, second = prompts(2)
        yield first
        model.mishaps = [(401, {})] * 2
        yield second

    async with (
        serving(FakeService(), tmp_path) as target,
        Client(target) as client,
        serving_model(model) as url,
        open_server(url) as server,
    ):
        stream = rollout_groups(server, client, until_lost(), Sampling(seed=0), n=1, in_flight=1)
        groups = [await anext(stream)]
        with pytest.raises(SamplerError, match="401"):
            await anext(stream)

    assert [group.prompt.name for group in groups] == ["q0"]


# The command


def rows(tmp_path: Path, count: int = 6) -> Path:
    made = [{"id": f"q{n}", "prompt": f"{n}", "answer": f"{n}"} for n in range(count)]
    return write_records(tmp_path / "rows.jsonl", made)


def test_what_run_writes_scores_the_same_again(target: str, tmp_path: Path) -> None:
    out, again = tmp_path / "out.jsonl", tmp_path / "again.jsonl"
    with model_in_thread(OpenAiModel(respond=guesser)) as url:
        done = run_rollout(
            "run",
            rows(tmp_path),
            "--server",
            url,
            "-n",
            4,
            "--seed",
            0,
            "--target",
            target,
            "-o",
            out,
            "--json",
        )
    rescored = run_rollout("score", out, "-o", again, "--target", target, "--json")

    first, second = read_records(out), read_records(again)
    assert (done.code, rescored.code) == (0, 0)
    assert len(first) == 24
    assert {line["correct"] for line in first} == {True, False}
    assert [{**line, "usage": None} for line in first] == [{**line, "usage": None} for line in second]
    assert list(first[0])[-len(FIELDS) :] == list(FIELDS)
    for field in ("records", "judged", "accepted", "mean_score", "verdicts", "pass_at_k", "groups"):
        assert done.summary[field] == rescored.summary[field]


def test_an_interrupted_run_counts_what_it_had(target: str, tmp_path: Path) -> None:
    out, model = tmp_path / "out.jsonl", OpenAiModel(respond=guesser)
    with model_in_thread(model) as url:
        arguments = (
            "run", rows(tmp_path), "--server", url, "-n", 4, "--seed", 0, "--target", target,
            "-o", out, "--json",
        )  # fmt: skip
        whole = run_rollout(*arguments)
        lines = out.read_text().splitlines(keepends=True)
        out.rename(f"{out}.partial").write_text("".join(lines[:10]) + lines[10][:50])
        model.requests.clear()
        resumed = run_rollout(*arguments, "--resume")

    assert len(model.requests) == 14
    assert sorted(json.loads(line)["id"] for line in lines) == sorted(one["id"] for one in read_records(out))
    assert resumed.summary | {"seconds": 0} == whole.summary | {"seconds": 0}


def test_prompts_that_cannot_be_judged_are_refused_before_anything_is_sampled(
    target: str, tmp_path: Path
) -> None:
    model = OpenAiModel()
    bare = write_records(tmp_path / "bare.jsonl", [{"id": "a", "prompt": "x"}])
    unknown = write_records(
        tmp_path / "unknown.jsonl",
        [{"id": "a", "prompt": "x", "task": {"verifier": "quantity", "answer": 1, "unit": "m"}}],
    )
    with model_in_thread(model) as url:
        first, second = (
            run_rollout("run", file, "--server", url, "--target", target, "-o", tmp_path / "out")
            for file in (bare, unknown)
        )

    assert (first.code, second.code) == (2, 2)
    assert "bare.jsonl:1: no task and no gold" in first.stderr
    assert "unknown.jsonl:1: task.verifier: unknown verifier 'quantity'" in second.stderr
    assert model.requests == []
