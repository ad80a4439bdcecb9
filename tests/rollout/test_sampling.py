"""Sampling from an OpenAI-compatible server over HTTP, and prompts from files of every kind."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rollout.errors import InputError, Refused, SamplerError
from rollout.retry import RetryPolicy
from rollout.rows.files import opened
from rollout.rows.model import Row
from rollout.sampling.model import Prompt, Sampling, Source
from rollout.sampling.openai import open_server
from rollout.sampling.presets import PRESETS
from rollout.sampling.prompts import Form, read_prompts
from rollout.sampling.records import record_text, trace_of
from rollout.sampling.stream import sampled
from rollout.tasks.table import parse_task
from rollout.traces.model import Beside
from rollout.traces.native import Native
from tests.rollout.command import read_records, run_rollout, write_records
from tests.rollout.openai_server import MODEL, VERSION, OpenAiModel, serving_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.sampling.model import Completion, Content

DATA = Path(os.environ.get("VERIFIER_TEST_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
BRISK = RetryPolicy(patience_seconds=5.0, first_delay_seconds=0.001, longest_delay_seconds=0.01)
ASKED = [{"role": "user", "content": "2+2"}]


def read(path: Path, **form: Any) -> tuple[Prompt, ...]:
    with opened([str(path)]) as files:
        return read_prompts(files, Form(**form))


def rows_file(tmp_path: Path, *rows: object) -> Path:
    return write_records(tmp_path / "rows.jsonl", list(rows))


@contextlib.contextmanager
def model_in_thread(model: OpenAiModel) -> Iterator[str]:
    """The server beside a command that has an event loop of its own."""
    loop, address, stop = asyncio.new_event_loop(), [], []
    ready = threading.Event()

    async def serve() -> None:
        async with serving_model(model) as url:
            stopped = asyncio.Event()
            address.append(url)
            stop.append(stopped)
            ready.set()
            await stopped.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    ready.wait()
    try:
        yield address[0]
    finally:
        loop.call_soon_threadsafe(stop[0].set)
        thread.join()
        loop.close()


# The server


async def test_everything_that_decides_about_tokens_is_said() -> None:
    """Defaults of a server, which may come from a file beside the model, have no say."""
    model = OpenAiModel()
    settings = Sampling(temperature=0.6, top_p=0.95, max_tokens=9, stop=("END",), seed=4, logprobs=True)

    async with serving_model(model) as url, open_server(url, key="secret") as server:
        said = await server.sample(ASKED, settings)
        text = await server.sample("2+2", settings)

    (chat_path, chat), (text_path, plain) = model.requests
    common = {
        "model": MODEL, "temperature": 0.6, "top_p": 0.95, "top_k": -1, "min_p": 0.0,
        "repetition_penalty": 1.0, "max_tokens": 9, "stop": ["END"], "seed": 4, "n": 1,
    }  # fmt: skip
    assert chat == {**common, "messages": ASKED, "logprobs": True}
    assert plain == {**common, "prompt": "2+2", "logprobs": 1}
    assert (chat_path, text_path) == ("/v1/chat/completions", "/v1/completions")
    assert said.text == text.text == "2+2 #4"
    assert said.logprobs == text.logprobs == (-0.5, -1.5)
    assert (said.finish_reason, said.tokens, said.prompt_tokens) == ("stop", 2, 3)
    assert server.source.engine == f"vllm {VERSION}"
    assert all("Bearer secret" in head for head in model.headers)


async def test_servers_that_know_no_more_than_the_protocol_are_told_no_more() -> None:
    model = OpenAiModel(owned_by="somebody")

    async with serving_model(model) as url, open_server(url) as server:
        await server.sample(ASKED, Sampling())

    assert set(model.requests[0][1]) == {"model", "n", "temperature", "top_p", "messages"}
    assert server.source.engine == "somebody"


async def test_a_busy_server_is_asked_again() -> None:
    model = OpenAiModel(mishaps=[(503, {}), (429, {"Retry-After": "0"}), (500, {})])

    async with serving_model(model) as url, open_server(url, policy=BRISK) as server:
        said = await server.sample(ASKED, Sampling())

    assert said.text == "2+2 #None"
    assert len(model.requests) == 4


async def test_a_refused_prompt_is_not_asked_again_and_says_why() -> None:
    model = OpenAiModel(refuses="2+2")

    async with serving_model(model) as url, open_server(url, policy=BRISK) as server:
        with pytest.raises(Refused, match="maximum context length"):
            await server.sample(ASKED, Sampling())

    assert len(model.requests) == 1


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_what_another_try_would_only_meet_again_is_an_error_at_once(status: int) -> None:
    model = OpenAiModel(mishaps=[(status, {})])

    async with serving_model(model) as url, open_server(url, policy=BRISK) as server:
        with pytest.raises(SamplerError, match=str(status)):
            await server.sample(ASKED, Sampling())

    assert len(model.requests) == 1


async def test_a_server_that_is_not_there_is_unreachable() -> None:
    async with serving_model(OpenAiModel()) as url:
        pass

    with pytest.raises(SamplerError, match="does not answer"):
        async with open_server(url, policy=RetryPolicy(patience_seconds=0.0)):
            pass


async def test_a_model_that_the_server_has_not_is_named_with_those_it_has() -> None:
    async with serving_model(OpenAiModel()) as url:
        with pytest.raises(InputError, match=r"no 'other' \(it has policy\)"):
            async with open_server(url, model="other"):
                pass


# Many samples


def prompt(name: str = "p", content: str = "2+2") -> Prompt:
    task = {"verifier": "math", "answer": "4"}
    messages = [{"role": "user", "content": content}]
    return Prompt(name=name, content=messages, task=task, wire_task=parse_task(task))


async def test_each_sample_has_a_seed_of_its_own_and_is_taken_once() -> None:
    model = OpenAiModel()

    async with serving_model(model) as url, open_server(url) as server:
        stream = sampled(server, [prompt("a"), prompt("b")], Sampling(seed=7), n=3, done={"a/1"})
        samples = [one async for one in stream]

    assert sorted(one.id for one in samples) == ["a/0", "a/2", "b/0", "b/1", "b/2"]
    assert sorted(body["seed"] for _, body in model.requests) == [7, 7, 8, 9, 9]
    assert {one.id: one.sampling.seed for one in samples}["a/2"] == 9


async def test_no_more_is_asked_for_than_may_be_in_flight() -> None:
    """Prompts are drawn as there is room, and nothing begins while nobody takes what is finished."""
    model, drawn = OpenAiModel(), []

    def prompts() -> Iterator[Prompt]:
        for number in range(1000):
            drawn.append(number)
            yield prompt(str(number))

    async with serving_model(model) as url, open_server(url) as server:
        stream = sampled(server, prompts(), Sampling(), n=1, in_flight=4)
        async with contextlib.aclosing(stream):
            await anext(stream)
            assert len(drawn) <= 5
            for _ in range(20):
                await anext(stream)

    assert model.most_under_way <= 4
    assert len(model.requests) <= 26


async def test_a_refused_sample_costs_no_others() -> None:
    model = OpenAiModel(refuses="long")

    async with serving_model(model) as url, open_server(url) as server:
        prompts = [prompt("a", "long"), prompt("b")]
        samples = {one.id: one async for one in sampled(server, prompts, Sampling(), n=1)}

    assert samples["a/0"].completion is None
    assert "maximum context length" in samples["a/0"].refusal
    assert samples["b/0"].completion is not None


async def test_a_model_that_is_lost_is_one_error_however_many_ask_it() -> None:
    """Nothing is left for the event loop to complain about."""
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))

    with pytest.raises(SamplerError, match="lost"):
        _ = [one async for one in sampled(Lost(), [prompt("a"), prompt("b")], Sampling(), n=4)]
    gc.collect()

    assert complaints == []


class Lost:
    """A model that fails everybody in the same moment."""

    source = Source("m", "e")

    async def sample(self, content: Content, sampling: Sampling) -> Completion:
        """Never."""
        raise SamplerError("lost")


# Records


@pytest.mark.parametrize(
    ("content", "reasoning", "finish", "whole"),
    [
        (r"\boxed{4}", None, "stop", r"\boxed{4}"),
        (r"\boxed{4}", "hm", "stop", r"<think>hm</think>\boxed{4}"),
        (None, "hm, 5", "length", "<think>hm, 5"),
        ("a\u2028b\udc80", None, "stop", "a\u2028b\ufffd"),
    ],
)
async def test_a_record_is_read_back_as_what_was_judged(
    content: str | None, reasoning: str | None, finish: str, whole: str
) -> None:
    """Thoughts stand apart in the record, and before the answer for whoever judges."""
    said = {"content": content, "reasoning_content": reasoning, "finish_reason": finish}
    model = OpenAiModel(respond=lambda *_: dict(said))

    async with serving_model(model) as url, open_server(url) as server:
        (sample,) = [one async for one in sampled(server, [prompt()], Sampling(seed=1), n=1)]

    text = record_text(sample, server.source)
    record = json.loads(text)
    ((trace, line),) = Native().read(Row(1, text.encode()), Beside())
    assert trace == trace_of(sample)
    assert (trace.response, line) == (whole, text)
    assert len(text.splitlines()) == 1
    assert record.get("reasoning_content") == reasoning
    assert record["truncated"] == (finish == "length")
    assert record["sampling"] == {
        "model": MODEL, "engine": f"vllm {VERSION}", "temperature": 1.0, "top_p": 1.0, "top_k": -1,
        "max_tokens": None, "stop": [], "seed": 1, "logprobs": False,
    }  # fmt: skip


# Prompts


def test_prompts_of_vibethinker_are_those_of_its_rows() -> None:
    """Golds with their spelling, and names that several files do not share."""
    if not DATA.exists():
        pytest.skip(f"no data at {DATA}")
    names = [str(DATA / "vibethinker" / f"{name}.parquet") for name in ("aime", "aime25", "gpqa", "hmmt25")]
    with opened(names) as files:
        prompts = read_prompts(files, Form())

    by_name = {one.name: one for one in prompts}
    assert len(prompts) == len(by_name) == 288
    assert by_name["aime25/1"].task == {"verifier": "math", "answer": "70"}
    assert by_name["gpqa/1"].task == {"verifier": "choice", "answer": "A"}
    assert all(one.content[0]["role"] == "user" for one in prompts)


def test_prompts_of_native_records_are_one_for_each_group(tmp_path: Path) -> None:
    record = {"prompt": "1/10?", "response": "x", "group": "g", "task": {"verifier": "math", "answer": 0.1}}
    lines = [json.dumps({"id": f"g/{n}", **record}).replace("0.1}", "0.10}") for n in range(3)]

    (one,) = read(rows_file(tmp_path, *lines))

    assert (one.name, one.content) == ("g", [{"role": "user", "content": "1/10?"}])
    assert one.task == {"verifier": "math", "answer": "0.10"}


def test_two_prompts_of_one_name_are_refused(tmp_path: Path) -> None:
    rows = [{"id": "a", "prompt": str(n), "answer": "1"} for n in range(2)]

    with pytest.raises(InputError, match=r"rows.jsonl:2: 'a' is the name of another prompt, in .*:1"):
        read(rows_file(tmp_path, *rows))


HUMANEVAL = {
    "task_id": "HumanEval/0",
    "prompt": "def f():\n",
    "entry_point": "f",
    "test": "def check(c): pass",
}


def test_programs_that_go_on_from_a_prompt_are_judged_with_it(tmp_path: Path) -> None:
    path = rows_file(tmp_path, HUMANEVAL)
    (text,), (chat,) = read(path, style="text"), read(path)

    assert (text.content, text.task["prefix"]) == ("def f():\n", "def f():\n")
    assert chat.content[-1]["content"] == "def f():\n"
    assert "prefix" not in chat.task


def test_a_template_makes_prompts_of_any_rows(tmp_path: Path) -> None:
    """Single braces are the author's."""
    path = rows_file(tmp_path, {"id": "a", "info": {"text": "2+2"}, "points": 3, "answer": "4"})
    template = r"{{info.text}}? ({{ points }}) Answer in \boxed{}."

    (one,) = read(path, template=template, system="Be brief.")

    assert one.content == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": r"2+2? (3) Answer in \boxed{}."},
    ]


@pytest.mark.parametrize(
    ("row", "form", "reason"),
    [
        ({"id": "a", "answer": "1"}, {}, "prompt: missing"),
        ({"id": "a", "prompt": "x"}, {"template": "{{q}}"}, "q: named by the template"),
        (
            {"id": "a", "prompt": [{"role": "user", "content": "x"}]},
            {"style": "text"},
            "list of chat messages",
        ),
        ({"id": "a", "prompt": "x", "task": {"verifier": "math"}}, {}, "task.answer: missing"),
    ],
)
def test_rows_that_make_no_prompt_are_named(
    tmp_path: Path, row: object, form: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InputError, match=rf"rows.jsonl:1: .*{reason}"):
        read(rows_file(tmp_path, row), **form)


def test_presets_are_what_was_published() -> None:
    """VibeThinker: arXiv 2511.06221 (1.5B), 2606.16140 (3B)."""
    found = {name: (s.temperature, s.top_p, s.top_k, s.max_tokens) for name, s in PRESETS.items()}

    assert found == {
        "vibethinker-1.5b-math": (1.0, 0.95, -1, 40960),
        "vibethinker-1.5b-code": (0.6, 0.95, -1, 40960),
        "vibethinker-3b": (1.0, 0.95, -1, None),
    }


# The command


def prompt_rows(tmp_path: Path, count: int = 5) -> Path:
    return rows_file(tmp_path, *({"id": f"q{n}", "prompt": f"{n}", "answer": f"{n}"} for n in range(count)))


def test_the_command_writes_a_record_for_each_prompt_and_sample(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    with model_in_thread(OpenAiModel()) as url:
        done = run_rollout(
            "sample", prompt_rows(tmp_path), "--server", url, "-n", 3, "--seed", 1,
            "--preset", "vibethinker-1.5b-code", "--top-p", 0.5, "-o", out, "--json",
        )  # fmt: skip

    records = read_records(out)
    assert done.code == 0
    assert done.summary | {"seconds": 0} == {
        "prompts": 5, "samples": 15, "truncated": 0, "refused": 0, "seconds": 0
    }  # fmt: skip
    assert sorted(one["id"] for one in records) == [f"q{n}/{k}" for n in range(5) for k in range(3)]
    sampling = records[0]["sampling"]
    assert (sampling["temperature"], sampling["top_p"], sampling["max_tokens"]) == (0.6, 0.5, 40960)


def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path) -> None:
    """A torn line is sampled again; what is whole is not."""
    out, rows, model = tmp_path / "out.jsonl", prompt_rows(tmp_path), OpenAiModel()
    with model_in_thread(model) as url:
        arguments = ("sample", rows, "--server", url, "-n", 2, "--seed", 1, "-o", out)
        run_rollout(*arguments)
        lines = out.read_text().splitlines(keepends=True)
        out.rename(f"{out}.partial").write_text("".join(lines[:4]) + lines[4][:20])
        model.requests.clear()
        done = run_rollout(*arguments, "--resume")

    assert done.code == 0
    assert len(model.requests) == 6
    assert sorted(one["id"] for one in read_records(out)) == sorted(json.loads(line)["id"] for line in lines)
    assert out.read_text().startswith("".join(lines[:4]))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (("--seed", 2), "another sampling"),
        (("--template", "{{prompt}}!"), "another prompt"),
        (("-n", 1), "not a sample of these prompts"),
    ],
)
def test_a_run_of_other_settings_is_not_gone_on_with(
    tmp_path: Path, changed: tuple[object, ...], reason: str
) -> None:
    out, rows = tmp_path / "out.jsonl", prompt_rows(tmp_path, 1)
    with model_in_thread(OpenAiModel()) as url:
        arguments = ("sample", rows, "--server", url, "-n", 2, "--seed", 1, "-o", out)
        run_rollout(*arguments)
        out.rename(f"{out}.partial")
        done = run_rollout(*arguments, "--resume", *changed)

    assert done.code == 2
    assert reason in done.stderr
    assert not out.exists()


def test_refused_prompts_are_named_and_the_rest_is_written(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    with model_in_thread(OpenAiModel(refuses="3")) as url:
        done = run_rollout("sample", prompt_rows(tmp_path), "--server", url, "-o", out)

    assert done.code == 1
    assert "rows.jsonl:4: q3/0: refused: 400" in done.stderr
    assert [one["id"] for one in read_records(out) if one["id"] == "q3/0"] == []
    assert len(read_records(out)) == 4


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("-o", "x"), "--model: missing"),
        (("--server", "http://localhost:1/v1"), "-o: missing"),
        (("--model", "m", "-o", "x", "--preset", "y"), "unknown preset 'y' (known: vibethinker-1.5b-math"),
        (("--server", "http://localhost:1/v1", "-o", "x", "--as", "text"), "--max-tokens: missing"),
        (("--server", "u", "-o", "x", "--vllm", "a=1"), "--vllm: given beside --server"),
        (("--model", "m", "-o", "-", "--json"), "cannot both go to standard output"),
    ],
)
def test_what_cannot_be_meant_is_refused_first(
    tmp_path: Path, arguments: tuple[str, ...], reason: str
) -> None:
    done = run_rollout("sample", prompt_rows(tmp_path), *arguments)

    assert done.code == 2
    assert reason in done.stderr
