"""`rollout score` with a real verifier of its own: labelled answers, and deaths in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROLLOUT = Path(sys.executable).with_name("rollout")
DATA = Path(os.environ.get("VERIFIER_TEST_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
GUARD_SECONDS = 300
"""Against hanging only."""
NO_JAILS = "the verifier did not start"

PROGRAMS = {
    "print(sum(map(int, input().split())))": "ACCEPTED",
    "print(input())": "WRONG_ANSWER",
    "raise SystemExit": "WRONG_ANSWER",
    "1 / 0": "RUNTIME_ERROR",
}
"""Against the test `1 2` -> `3`."""

RECORDS = [
    {
        "id": f"{round_}/{verdict}",
        "response": f"```python\n{program}  # {round_}\n```",
        "task": {
            "verifier": "code",
            "language": "python",
            "tests": {"inputs": ["1 2\n"], "outputs": ["3\n"]},
        },
        "expected": verdict,
    }
    for round_ in range(25)
    for program, verdict in PROGRAMS.items()
]


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """A file of programs whose verdicts are known."""
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in RECORDS), "utf-8")
    return path


def scored(path: Path) -> list[dict[str, Any]]:
    """The lines of an output file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def finish(process: subprocess.Popen[str]) -> None:
    """Wait for the end, which has to be a good one; without jails there is nothing to test."""
    _, stderr = process.communicate(timeout=GUARD_SECONDS)
    if NO_JAILS in stderr and not os.environ.get("CI"):
        pytest.skip(stderr.strip().splitlines()[-1])
    assert process.returncode == 0, stderr


def start(*arguments: object) -> subprocess.Popen[str]:
    """The command, running."""
    command = [str(ROLLOUT), "score", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Look until it holds, or the process is at its end."""
    until = time.monotonic() + GUARD_SECONDS
    while not condition() and process.poll() is None:
        assert time.monotonic() < until, "hangs"
        time.sleep(0.01)


def written(out: Path) -> int:
    """Lines of the output so far."""
    partial = Path(f"{out}.partial")
    return partial.read_bytes().count(b"\n") if partial.exists() else 0


def verifiers_of(pid: int) -> list[int]:
    """The processes that this one has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def running(pid: int) -> str:
    """What this process is, in words that no later process with its number shares; "" once it has ended."""
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    state, *numbers = rest.split()
    return "" if state in "ZX" else f"{name}) started at {numbers[18]}"


def test_a_verifier_killed_in_the_middle_loses_no_record_and_changes_no_verdict(
    records: Path, tmp_path: Path
) -> None:
    """By SIGKILL, jails and all."""
    out = tmp_path / "out.jsonl"
    with start(records, "-o", out) as process:
        wait_until(lambda: written(out) >= 20, process)
        for pid in verifiers_of(process.pid) if process.poll() is None else ():
            os.kill(pid, signal.SIGKILL)
        finish(process)

    assert [line["verdict"] for line in scored(out)] == [record["expected"] for record in RECORDS]


def test_a_run_killed_in_the_middle_takes_its_verifier_along_and_is_continued(
    records: Path, tmp_path: Path
) -> None:
    """No verifier stays behind; `--resume` brings exactly one line for each record, in order."""
    out = tmp_path / "out.jsonl"
    with start(records, "-o", out) as process:
        wait_until(lambda: written(out) >= 20, process)
        if process.poll() is not None:
            finish(process)
        orphans = {pid: running(pid) for pid in verifiers_of(process.pid)}
        process.kill()
    kept = written(out)

    with start(records, "-o", out, "--resume") as process:
        finish(process)

    assert kept >= 20
    assert [line["id"] for line in scored(out)] == [record["id"] for record in RECORDS]
    assert [line["verdict"] for line in scored(out)] == [record["expected"] for record in RECORDS]
    until = time.monotonic() + GUARD_SECONDS
    while left := [pid for pid, what in orphans.items() if what and running(pid) == what]:
        assert time.monotonic() < until, f"outlived the run that started it: {orphans[left[0]]}"
        time.sleep(0.01)


def test_real_completions_agree_with_their_labels(tmp_path: Path) -> None:
    """Model solutions of GSM8K with the labels of their authors (openai/grade-school-math)."""
    source = DATA / "math" / "gsm8k_model_solutions.jsonl"
    if not source.exists():
        pytest.skip(f"no labelled data at {source} (set VERIFIER_TEST_DATA)")
    path, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    labels = []
    with path.open("w", encoding="utf-8") as stream:
        for row in scored(source)[:100]:
            task = {"verifier": "math", "answer": row["ground_truth"].rsplit("A:", 1)[1].strip()}
            solution = row["175b_verification"]
            labels.append(solution["is_correct"])
            record = {"id": str(len(labels)), "response": solution["solution"], "task": task}
            stream.write(json.dumps(record) + "\n")

    with start(path, "-o", out) as process:
        finish(process)

    assert [line["correct"] for line in scored(out)] == labels


def test_who_runs_it_under_nice_gets_the_same_verdicts(tmp_path: Path) -> None:
    """Algebra is compared by workers that step back for others, and nobody may step forward."""
    records = [
        {"id": answer, "response": f"\\boxed{{{answer}}}", "task": {"verifier": "math", "answer": "x^2-1"}}
        for answer in ("(x-1)(x+1)", "(x-1)(x-1)")
    ]
    path, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")

    command = ["nice", "-n", "3", str(ROLLOUT), "score", str(path), "-o", str(out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        finish(process)

    assert [line["verdict"] for line in scored(out)] == ["ACCEPTED", "WRONG_ANSWER"]
