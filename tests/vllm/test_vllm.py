"""`rollout run` with vLLM itself, in process and served, against a verifier that judges for real.

Two models: a random one, which is right by chance about where commas stand, and SmolLM2-135M, which can add
some numbers. What both wrote must score the same again.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.rollout.command import read_records, run_rollout, write_records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[2]
HOME = ROOT / ".venv-vllm"
VERSION = "0.32.0"
GUARD_SECONDS = 1200
"""Against hanging only: vLLM starts in half a minute on an idle machine."""
ENGINE = {
    "max_model_len": "512",
    "max_num_batched_tokens": "512",  # less than all prompts together: they wait, or are read in parts
    "dtype": "bfloat16",
    "enforce_eager": "true",
}
THINKING = ENGINE | {"reasoning_parser": "deepseek_r1"}

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.skipif(not (HOME / "ready").exists(), reason="needs vLLM in .venv-vllm: make vllm"),
]


@dataclass(frozen=True)
class Policy:
    """A model, and what it is asked."""

    name: str
    rows: tuple[Mapping[str, Any], ...]
    n: int
    max_tokens: int
    engine: Mapping[str, str]

    @property
    def folder(self) -> Path:
        return HOME / "models" / self.name


ADDITIONS = tuple(
    {"id": f"{a}+{b}", "prompt": f"What is {a} + {b}?", "task": {"verifier": "math", "answer": str(a + b)}}
    for a in range(1, 11)
    for b in range(3, 8)
)
NO_COMMA = {"verifier": "instruction", "constraints": [{"id": "punctuation:no_comma", "kwargs": {}}]}
POLICIES = {
    "tiny": Policy(
        name="tiny",
        rows=tuple({"id": f"q{n}", "prompt": f"Say {n}.", "task": NO_COMMA} for n in range(10)),
        n=4,
        max_tokens=100,
        engine=THINKING,
    ),
    "smollm2": Policy(name="smollm2", rows=ADDITIONS, n=8, max_tokens=40, engine=ENGINE),
}


def environment() -> dict[str, str]:
    """Of vLLM's processes."""
    # Three of them import the same thousands of modules, and must not compile each anew.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return inherited | {
        "HF_HUB_OFFLINE": "1",
        "VLLM_NO_USAGE_STATS": "1",
        "DO_NOT_TRACK": "1",
        "VLLM_CPU_KVCACHE_SPACE": "1",
        "TORCHDYNAMO_DISABLE": "1",  # log-probabilities are compiled otherwise, eager or not
        "VLLM_CPU_OMP_THREADS_BIND": "nobind",  # a core of its own is not to be had beside a verifier
    }


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running `verifier serve`."""
    folder = tmp_path_factory.mktemp("serve")
    address = f"unix:{folder}/sock"
    command = [
        *(sys.executable, "-m", "verifier", "serve"),
        *("--listen", address, f"--with-parent={os.getpid()}"),
    ]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    assert server.stdout is not None
    try:
        if not server.stdout.readline():
            said = (folder / "log").read_text("utf-8").strip()
            (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no jails here: {said[-500:]}")
        yield address
    finally:
        server.terminate()
        server.communicate(timeout=GUARD_SECONDS)


@pytest.fixture(scope="module", params=POLICIES)
def policy(request: pytest.FixtureRequest) -> Policy:
    return POLICIES[request.param]


@pytest.fixture(scope="module")
def server(policy: Policy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """vLLM's own server with this model; its address up to /v1."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    flags = [word for name, value in policy.engine.items() for word in flag(name, value)]
    command = [
        # `vllm serve` asks for the version of a package "vllm", and this build has another name
        *(HOME / "bin/python", "-m", "vllm.entrypoints.openai.api_server"),
        *("--model", policy.folder, "--served-model-name", policy.name),
        # or seeded requests kill it, on a CPU: in process, `rollout` sees to that
        *("--host", "127.0.0.1", "--port", str(port), "--no-enable-chunked-prefill", *flags),
    ]
    log = tmp_path_factory.mktemp("vllm") / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=stream, env=environment())
    try:
        wait_until_healthy(f"http://127.0.0.1:{port}/health", process, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(GUARD_SECONDS)


def flag(name: str, value: str) -> list[str]:
    """An option of the engine as the server takes it."""
    option = f"--{name.replace('_', '-')}"
    return [option] if value == "true" else [option, value]


def wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    began = time.monotonic()
    while time.monotonic() - began < GUARD_SECONDS:
        assert process.poll() is None, log.read_text("utf-8")[-5000:]
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
            assert answer.status == 200
            return
        time.sleep(0.5)
    pytest.fail(f"not ready after {GUARD_SECONDS} s: {log.read_text('utf-8')[-5000:]}")


def run_vllm(
    policy: Policy, folder: Path, *arguments: str | Path
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The lines and the summary of a `rollout run` in the environment of vLLM."""
    rows = write_records(folder / "prompts.jsonl", list(policy.rows))
    out = folder / "scored.jsonl"
    command = [
        *(HOME / "bin/rollout", "run", rows, "-n", str(policy.n), "--max-tokens", str(policy.max_tokens)),
        *("--seed", "0", "--logprobs", "-o", out, "--json", *arguments),
    ]
    done = subprocess.run(
        command, env=environment(), capture_output=True, text=True, timeout=GUARD_SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr[-5000:]
    return read_records(out), json.loads(done.stdout)


def in_process(policy: Policy) -> list[str | Path]:
    settings = [word for name, value in policy.engine.items() for word in ("--vllm", f"{name}={value}")]
    return ["--model", policy.folder, *settings]


def check(policy: Policy, lines: list[dict[str, Any]], summary: dict[str, Any]) -> None:
    """Every response of every prompt, judged; some right, some wrong; each says how it was sampled."""
    assert sorted(line["id"] for line in lines) == sorted(
        f"{row['id']}/{index}" for row in policy.rows for index in range(policy.n)
    )
    assert {line["correct"] for line in lines} == {True, False}
    assert summary["judged"] == len(lines)
    assert summary["accepted"] == sum(line["correct"] for line in lines)
    mixed = {
        group
        for group in {line["group"] for line in lines}
        if len({line["correct"] for line in lines if line["group"] == group}) == 2
    }
    assert mixed, "no group has anything to learn from"
    for line in lines:
        sampling = line["sampling"]
        assert sampling["engine"] == f"vllm {VERSION}"
        assert sampling["seed"] == int(line["id"].rsplit("/", 1)[1])
        assert sampling["max_tokens"] == policy.max_tokens
        assert line["truncated"] is (line["finish_reason"] == "length")
        assert len(line["sampled_logprobs"]) == line["n_tokens"] <= policy.max_tokens
        assert max(line["sampled_logprobs"]) <= 0
    if policy.engine is THINKING:
        check_thoughts(lines)


def check_thoughts(lines: list[dict[str, Any]]) -> None:
    """Thoughts stand apart from answers; who never came to an end of them has no answer, and is not right."""
    answered = [line for line in lines if line["response"]]
    assert any(line.get("reasoning_content") for line in answered)
    assert len(answered) < len(lines)
    for line in lines:
        assert "</think>" not in line.get("reasoning_content", "")
        assert line["response"] or not line["correct"]


def check_rescored(lines: list[dict[str, Any]], summary: dict[str, Any], folder: Path, target: str) -> None:
    again = folder / "again.jsonl"

    rescored = run_rollout("score", folder / "scored.jsonl", "-o", again, "--target", target, "--json")

    assert rescored.code == 0, rescored.stderr
    unused = [{**line, "usage": None} for line in lines]
    assert [{**line, "usage": None} for line in read_records(again)] == unused
    for field in ("records", "judged", "accepted", "mean_score", "verdicts", "pass_at_k", "groups"):
        assert rescored.summary[field] == summary[field]


def check_report(folder: Path) -> None:
    page = folder / "report.html"
    assert run_rollout("report", folder / "scored.jsonl", "-o", page).code == 0
    assert "pass@" in page.read_text("utf-8")


def test_in_process(policy: Policy, target: str, tmp_path: Path) -> None:
    lines, summary = run_vllm(policy, tmp_path, *in_process(policy), "--target", target)

    check(policy, lines, summary)
    check_rescored(lines, summary, tmp_path, target)
    check_report(tmp_path)
    print(f"\n{policy.name} in process: {json.dumps(summary)}")  # noqa: T201  # what a rehearsal is run for


def test_served(policy: Policy, server: str, target: str, tmp_path: Path) -> None:
    lines, summary = run_vllm(policy, tmp_path, "--server", server, "--target", target)

    check(policy, lines, summary)
    check_rescored(lines, summary, tmp_path, target)
    check_report(tmp_path)
    print(f"\n{policy.name} served: {json.dumps(summary)}")  # noqa: T201  # what a rehearsal is run for
