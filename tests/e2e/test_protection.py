"""`verifier preflight` and `verifier serve` in each privilege situation, and where nothing protects."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

import grpc
import pytest

from tests.e2e.test_serve import SERVE, serving
from verifier.redteam.situations import Situation, command, possible
from verifier.v1 import verifier_pb2 as pb
from verifier.v1.verifier_pb2_grpc import VerifierServiceStub

if TYPE_CHECKING:
    from collections.abc import Iterator

HANG_SECONDS = 300
PREFLIGHT = (sys.executable, "-m", "verifier", "preflight", "--json")
ONE_USER_NESTED = "nested with one user"

NO_NAMESPACES = ("/bin/sh", "-c", 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"', "sh")
"""Takes from a user namespace what jails are made of; the machine's own setting stays as it is."""


def _commands(argv: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    commands = {situation.value: command(situation, argv) for situation in possible()}
    if os.geteuid() == 0:
        commands[ONE_USER_NESTED] = command(Situation.USER, command(Situation.NESTED, argv))
    return commands


@pytest.fixture(scope="module")
def reports() -> Iterator[dict[str, subprocess.Popen[str]]]:
    """All at once: most of a preflight is waiting for limits to be reached."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)  # noqa: PTH101 -- an ordinary user keeps its jails' files there
        yield {
            name: subprocess.Popen(
                argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                env=os.environ | {"TMPDIR": folder},
            )
            for name, argv in _commands(PREFLIGHT).items()
        }  # fmt: skip


USERS = {
    Situation.ROOT.value: os.geteuid() == 0,
    Situation.USER.value: False,
    Situation.NESTED.value: os.geteuid() == 0,
    ONE_USER_NESTED: False,
}
"""Whether several users can be mapped, so that candidates have ids of their own."""


@pytest.mark.parametrize("situation", _commands(()))
def test_programs_can_be_judged_in_every_situation_and_preflight_says_how_well(
    reports: dict[str, subprocess.Popen[str]], situation: str
) -> None:
    """By processes that really are in it. What is weaker has its reason and its fix."""
    out, err = reports[situation].communicate(timeout=HANG_SECONDS)
    report = json.loads(out)
    failed = [finding for finding in report["findings"] if not finding["ok"] and finding["needed"]]
    isolation = report["isolation"]

    assert (report["ok"], failed, reports[situation].returncode) == (True, [], 0), err
    assert (isolation["launch"], isolation["separate_uids"]) == ("template", USERS[situation])
    assert any("share their user id" in text for text in isolation["warnings"]) != USERS[situation]
    assert any("kept by rlimits" in text for text in isolation["warnings"]) == (
        isolation["limits"] == "rlimit"
    )
    assert all(finding["fix"] for finding in report["findings"] if not finding["ok"])


def _unprotected(argv: tuple[str, ...]) -> tuple[str, ...]:
    if Situation.NESTED not in possible():
        pytest.skip("takes a user namespace")
    return command(Situation.NESTED, (*NO_NAMESPACES, *argv))


def test_preflight_names_what_forbids_jails_and_the_fix() -> None:
    """With exit code 1."""
    done = subprocess.run(_unprotected(PREFLIGHT), capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)

    assert (done.returncode, report["ok"], report["isolation"]) == (1, False, None)
    assert {"sysctl user.max_user_namespaces=10000"} <= {finding["fix"] for finding in report["findings"]}


def test_serve_refuses_to_start_where_nothing_protects() -> None:
    """And names the command that explains it, and the setting that accepts it."""
    argv = _unprotected((*SERVE, "--listen", "127.0.0.1:0"))
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=HANG_SECONDS)

    assert (done.returncode, done.stdout) == (1, "")
    assert "no jail works" in done.stderr
    assert "verifier preflight" in done.stderr
    assert "VERIFIER_ALLOW_UNPROTECTED=true" in done.stderr


async def test_a_service_that_was_told_to_start_unprotected_runs_no_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What needs no jail is judged; the rest gets a status, and capabilities say why."""
    monkeypatch.setenv("VERIFIER_ALLOW_UNPROTECTED", "true")
    code = pb.CodeTask(language="python", stdio=pb.StdioTests(cases=[pb.StdioCase(input=b"4", output=b"4")]))
    items = [
        pb.Item(id="program", response="```python\nprint(input())\n```", task_key="code"),
        pb.Item(id="number", response=r"\boxed{204}", task_key="math"),
    ]
    tasks = {"code": pb.Task(code=code), "math": pb.Task(answer=pb.AnswerTask(answers=["204"]))}
    async with serving(*_unprotected(SERVE)) as (_, address), grpc.aio.insecure_channel(address) as channel:
        stub = VerifierServiceStub(channel)
        answer = await stub.VerifyBatch(pb.VerifyBatchRequest(tasks=tasks, items=items), timeout=HANG_SECONDS)
        isolation = (await stub.GetCapabilities(pb.GetCapabilitiesRequest(), timeout=HANG_SECONDS)).isolation

    program, number = answer.results
    assert program.WhichOneof("result") == "error"
    assert "no jail works" in program.error.message
    assert number.judgement.verdict == pb.VERDICT_ACCEPTED
    assert isolation.launch_mode == pb.LAUNCH_MODE_UNSPECIFIED
    assert "no program is run" in isolation.warnings[0]
