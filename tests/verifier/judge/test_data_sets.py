"""Published problems with their own solutions: right ones are accepted, wrong ones score nothing."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rollout.datasets.table import DATASETS
from rollout.tasks.table import parse_task
from tests.verifier.judge import records
from verifier.model import Options
from verifier.wire import parse

if TYPE_CHECKING:
    from verifier.model import Judgement, Verifier

PUBLISHED = Path(__file__).parents[2] / "cases" / "datasets" / "rows.jsonl"

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("VERIFIER_TEST_DATA", ROOT / ".." / "shared" / "data"))


def rows(name: str) -> list[dict[str, Any]]:
    """Problems of one set."""
    path = DATA / "code" / f"{name}.jsonl"
    if not path.exists():
        pytest.skip(f"no labelled data at {path}; set VERIFIER_TEST_DATA")
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


async def judged(verifier: Verifier, cases: list[tuple[dict[str, Any], str]]) -> list[Judgement]:
    """Judge (task, response) pairs, as many at once as the sandbox runs."""

    async def one(record: dict[str, Any], response: str) -> Judgement:
        task = records.task({"language": "python", **record})
        verifier.check(task)
        return await verifier.verify(response, task, Options())

    return await asyncio.gather(*(one(record, response) for record, response in cases))


@pytest.mark.asyncio(loop_scope="session")
async def test_humaneval(verifier: Verifier) -> None:
    """Every canonical solution is accepted; the same with `return None` never scores (openai/human-eval)."""
    right, wrong = [], []
    for row in rows("humaneval_python"):
        tests = {"check": row["test"], "entry_point": row["entry_point"], "setup": row["prompt"]}
        for group, body in ((right, row["canonical_solution"]), (wrong, "    return None\n")):
            group.append(({"tests": tests}, f"```python\n{row['prompt']}{body}\n```"))

    assert [j.detail for j in await judged(verifier, right) if not j.correct] == []
    assert [j.detail for j in await judged(verifier, wrong) if j.score != 0] == []


@pytest.mark.asyncio(loop_scope="session")
async def test_mbpp(verifier: Verifier) -> None:
    """95 of 100 canonical bodies are accepted, being completions of a prompt; those of another task never
    score (amazon-science/mxeval, where a few canonical solutions are wrong)."""
    problems = rows("mbpp_python")
    right, wrong = [], []
    for row, other in zip(problems, problems[1:] + problems[:1], strict=True):
        record = {
            "tests": {"check": row["test"], "entry_point": row["entry_point"]},
            "prefix": row["prompt"],
        }
        right.append((record, row["canonical_solution"]))
        wrong.append((record, other["canonical_solution"]))

    assert sum(j.correct for j in await judged(verifier, right)) >= 95
    assert [j.detail for j in await judged(verifier, wrong) if j.score != 0] == []


@pytest.mark.asyncio(loop_scope="session")
async def test_rows_as_published(verifier: Verifier) -> None:
    """Of every data set that can be read: the right program is accepted, the wrong one scores nothing."""
    entries = [json.loads(line) for line in PUBLISHED.read_text("utf-8").splitlines()]

    async def scores(entry: dict[str, Any]) -> tuple[float, float]:
        task = parse.parse_task(parse_task(DATASETS[entry["dataset"]].task(entry["row"])))
        verifier.check(task)
        programs = (f"```python\n{entry[name]}```\n" for name in ("right", "wrong"))
        right, wrong = [await verifier.verify(program, task, Options()) for program in programs]
        return right.score, wrong.score

    found = await asyncio.gather(*map(scores, entries))

    assert [entry["dataset"] for entry, pair in zip(entries, found, strict=True) if pair != (1.0, 0.0)] == []
