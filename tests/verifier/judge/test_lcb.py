"""LiveCodeBench's rules, beside the verdicts of its own harness.

`tests/cases/lcb/verdicts.jsonl` holds what `lcb_runner/evaluation/testing_util.py` (LiveCodeBench at commit
15808c76, Python 3.11) says of the programs of `lcb_programs`: `pass`, `wrong` (-2) or `error` (-4, or the
harness died). Programs that ran into its 6 seconds are left out.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rollout.datasets.table import DATASETS
from rollout.tasks.table import parse_task
from tests.verifier.judge.lcb_programs import Sample, samples
from tests.verifier.judge.test_data_sets import rows
from verifier.model import Options, Verdict
from verifier.wire import parse

if TYPE_CHECKING:
    from verifier.model import Verifier

TABLE = Path(__file__).parents[2] / "cases" / "lcb" / "verdicts.jsonl"
VERDICTS = {
    "pass": {Verdict.ACCEPTED},
    "wrong": {Verdict.WRONG_ANSWER},
    "error": {Verdict.RUNTIME_ERROR, Verdict.COMPILE_ERROR},
}
DIFFERENCES = {
    "call equals-everything": ("wrong", "a returned object is asked there whether it is right"),
    "stdio exits-with-1": ("error", "an exit status is not looked at there"),
    "stdio os-write": ("pass", "output there is what goes through `sys.stdout`"),
    "stdio stdout-buffer": ("pass", "its `sys.stdout` has no buffer"),
    "stdio then-quits": ("pass", "`quit` is taken away there"),
    "stdio right buffer-read": ("pass", "its `sys.stdin` has no buffer"),
    "stdio right buffer-readline": ("pass", "its `sys.stdin` has no buffer"),
    "stdio right open-dev-stdin": ("pass", "`open` there gives mocks, which json cannot read"),
    "stdio right open-zero": ("pass", "`open` there gives mocks, which json cannot read"),
}
"""Variants that the harness judges wrongly: what is right, and why it does not see it."""


def recorded() -> dict[str, str]:
    """The harness's verdict by the id of a program."""
    lines = [json.loads(line) for line in TABLE.read_text("utf-8").splitlines()]
    return {f"{line['problem']} {name}": said for line in lines for name, said in line["verdicts"].items()}


def chosen(step: int) -> list[Sample]:
    """Programs whose verdict is recorded: those of every so-many-th problem."""
    known = recorded()
    listed = {name.partition(" ")[0] for name in known}
    problems = rows("humaneval_python") + rows("mbpp_python")
    problems = [problem for problem in problems if problem["task_id"] in listed]
    kept = {problem["task_id"] for problem in problems[::step]}
    return [
        sample for sample in samples(problems) if sample.id in known and sample.id.partition(" ")[0] in kept
    ]


async def disagreements(verifier: Verifier, programs: list[Sample]) -> list[str]:
    """Programs whose verdict is neither the harness's nor a listed difference."""
    known = recorded()

    async def one(sample: Sample) -> str | None:
        said = DIFFERENCES.get(sample.variant, (known[sample.id],))[0]
        task = parse.parse_task(parse_task(DATASETS["livecodebench"].task(sample.row)))
        verifier.check(task)
        judged = await verifier.verify(f"```python\n{sample.code}```\n", task, Options())
        found = f"{sample.id}: {judged.verdict.value}, the harness says {said}: {judged.detail}"
        return None if judged.verdict in VERDICTS[said] else found

    return [found for found in await asyncio.gather(*map(one, programs)) if found]


@pytest.mark.asyncio(loop_scope="session")
async def test_some_verdicts_are_livecodebenchs(verifier: Verifier) -> None:
    """Of a tenth of the programs."""
    assert await disagreements(verifier, chosen(10)) == []


@pytest.mark.heavy
@pytest.mark.asyncio(loop_scope="session")
async def test_every_verdict_is_livecodebenchs(verifier: Verifier) -> None:
    """Of more than 300 programs, right and wrong ones, called and read."""
    programs = chosen(1)

    assert len(programs) >= 300
    assert await disagreements(verifier, programs) == []


def test_listed_differences_are_differences() -> None:
    """Every one occurs in the table, where the harness says otherwise."""
    known = recorded()
    for variant, (right, _) in DIFFERENCES.items():
        said = {verdict for name, verdict in known.items() if name.partition(" ")[2] == variant}

        assert said, variant
        assert said == {"pass", "wrong", "error"} & said - {right}, variant
