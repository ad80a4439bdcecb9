"""`verifier serve` as people run it: a process, its signals, its output."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from verifier.v1 import verifier_pb2 as pb
from verifier.v1.verifier_pb2_grpc import VerifierServiceStub

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

START_SECONDS = 120
"""A hang guard: warm interpreters start in a few seconds on an idle machine."""
SERVE = (sys.executable, "-m", "verifier", "serve")


@contextlib.asynccontextmanager
async def serving(*command: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """A ready server and its address; killed at the end if the test did not stop it."""
    with tempfile.TemporaryDirectory(prefix="v-") as folder:
        address = f"unix:{folder}/s"
        process = await asyncio.create_subprocess_exec(
            *command, "--listen", address, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            async with asyncio.timeout(START_SECONDS):
                line = (await process.stdout.readline()).decode()
            if not line:
                _skip_without_jails((await process.stderr.read()).decode())
            assert line.rstrip().endswith(f"is ready on {address}")
            yield process, address
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.communicate()


def _skip_without_jails(said: str) -> None:
    if "no jail works" in said and not os.environ.get("CI"):
        pytest.skip(said.strip())
    pytest.fail(said)


async def test_programs_and_answers_are_judged_by_a_served_verifier() -> None:
    code = pb.CodeTask(language="python", stdio=pb.StdioTests(cases=[pb.StdioCase(input=b"4", output=b"16")]))
    items = [
        pb.Item(id="right", response="```python\nprint(int(input()) ** 2)\n```", task_key="square"),
        pb.Item(id="wrong", response="```python\nprint(int(input()) * 2)\n```", task_key="square"),
        pb.Item(id="math", response=r"So \boxed{\frac{1}{2}}.", task_key="half"),
        pb.Item(id="choice", response="Answer: B", task_key="letter"),
    ]
    tasks = {
        "square": pb.Task(code=code),
        "half": pb.Task(answer=pb.AnswerTask(answers=["0.5"])),
        "letter": pb.Task(answer=pb.AnswerTask(answers=["B"]), verifier="choice"),
    }
    async with serving(*SERVE) as (_, address), grpc.aio.insecure_channel(address) as channel:
        request = pb.VerifyBatchRequest(tasks=tasks, items=items)
        answer = await VerifierServiceStub(channel).VerifyBatch(request, timeout=START_SECONDS)

    verdicts = {result.id: pb.Verdict.Name(result.judgement.verdict) for result in answer.results}
    assert verdicts == {
        "right": "VERDICT_ACCEPTED",
        "wrong": "VERDICT_WRONG_ANSWER",
        "math": "VERDICT_ACCEPTED",
        "choice": "VERDICT_ACCEPTED",
    }, answer


async def test_sigterm_ends_the_server_cleanly() -> None:
    async with serving(*SERVE) as (process, address):
        async with grpc.aio.insecure_channel(address) as channel:
            stub = health_pb2_grpc.HealthStub(channel)
            answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=START_SECONDS)
            assert answer.status == health_pb2.HealthCheckResponse.SERVING
        process.terminate()
        async with asyncio.timeout(START_SECONDS):
            _, errors = await process.communicate()

    assert process.returncode == 0
    assert b"Traceback" not in errors


async def test_the_server_ends_with_its_parent() -> None:
    """A client that dies leaves no server behind."""
    parent = (
        "import os, subprocess, sys\n"
        "child = subprocess.Popen([*sys.argv[1:], '--with-parent', str(os.getpid())])\n"
        "print(child.pid, file=sys.stderr, flush=True)\n"
        "child.wait()\n"
    )
    async with serving(sys.executable, "-c", parent, *SERVE) as (process, _):
        assert process.stderr is not None
        child = int(await process.stderr.readline())
        process.kill()
        async with asyncio.timeout(START_SECONDS):
            await _end_of(child)


async def test_a_server_whose_parent_ends_before_it_has_begun_ends_as_well() -> None:
    """The kernel cannot tell it any more."""
    parent = (
        "import os, subprocess, sys\n"
        "child = subprocess.Popen([*sys.argv[1:], '--with-parent', str(os.getpid())])\n"
        "print(child.pid, flush=True)\n"
    )
    async with asyncio.timeout(START_SECONDS):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", parent, *SERVE, "--listen", "127.0.0.1:0", stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        child = int(await process.stdout.readline())
        await process.wait()
        await _end_of(child)


async def _end_of(pid: int) -> None:
    """Wait until a process that is not ours to wait for has ended."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(watched, ended.set)  # readable once the process is dead
    await ended.wait()
    asyncio.get_running_loop().remove_reader(watched)
    os.close(watched)


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command line, run to its end."""
    command = (sys.executable, "-m", "verifier", *arguments)
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )


def test_a_wrong_setting_ends_the_start_in_one_line_that_names_it() -> None:
    done = run("serve", VERIFIER_SLOTS="0")
    assert done.returncode == 2
    assert done.stderr.startswith("verifier: VERIFIER_SLOTS: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_public_address_is_refused() -> None:
    done = run("serve", "--listen", "0.0.0.0:0")
    assert done.returncode == 2
    assert "VERIFIER_ALLOW_PUBLIC" in done.stderr


def test_an_address_that_cannot_be_had_ends_the_start_in_one_line() -> None:
    done = run("serve", "--listen", "unix:/nonexistent/folder/s")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("verifier: ")
    assert "Traceback" not in done.stderr


def test_the_version_names_package_and_ruleset() -> None:
    done = run("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert "ruleset" in done.stdout


def test_languages_are_listed_for_machines() -> None:
    found = json.loads(run("languages", "--json").stdout)
    assert found["python"]["version"].startswith("Python 3")


def test_preflight_is_readable_by_machines() -> None:
    done = run("preflight", "--json")
    report = json.loads(done.stdout)
    assert done.returncode == (0 if report["ok"] else 1)
    assert {"ok", "isolation", "findings"} == set(report)
    if report["isolation"] is None and not os.environ.get("CI"):
        pytest.skip(str(report["findings"]))
    assert report["isolation"]["limits"]
