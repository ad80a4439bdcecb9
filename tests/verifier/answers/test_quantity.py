"""The verifier `quantity`: numbers with units."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from rollout.tasks.table import parse_task as task_of_record
from tests.fakes import FakeSandbox
from tests.verifier.answers.tables import cases
from verifier.answers import measures
from verifier.errors import InvalidTask
from verifier.model import AnswerTask, Judgement, Options, Task, Verdict
from verifier.verifiers import quantity
from verifier.wire.parse import parse_task

if TYPE_CHECKING:
    from sandbox.model import Sandbox
    from verifier.model import Verifier

EXPECTED = {
    True: {Verdict.ACCEPTED},
    False: {Verdict.WRONG_ANSWER, Verdict.TIME_LIMIT},
    None: {Verdict.NO_ANSWER},
}
HANG_SECONDS = 60


async def judged(verifier: Verifier, row: dict[str, Any]) -> Judgement:
    """From the record over the wire to the judgement."""
    record = {name: row[name] for name in ("answer", "unit", "rel_tol") if name in row}
    task = parse_task(task_of_record({"verifier": "quantity", **record}))
    verifier.check(task)
    return await verifier.verify(row["response"], task, Options())


@pytest.mark.asyncio(loop_scope="session")
async def test_every_row_of_the_table(math_sandbox: Sandbox) -> None:
    verifier = quantity.build(math_sandbox)
    rows = cases("quantity")

    judgements = await asyncio.gather(*(judged(verifier, row) for row in rows))

    wrong = [
        (row["source"], row["response"], judgement.verdict.name, judgement.extracted)
        for row, judgement in zip(rows, judgements, strict=True)
        if judgement.verdict not in EXPECTED[row["correct"]]
    ]
    assert wrong == []


@pytest.mark.parametrize("unit", sorted({row["unit"] for row in cases("quantity")}))
async def test_every_gold_accepts_itself(unit: str) -> None:
    row = {"answer": "2.5", "unit": unit, "response": f"\\boxed{{2.5 {unit.replace('%', chr(92) + '%')}}}"}

    assert (await judged(quantity.build(FakeSandbox()), row)).correct


@pytest.mark.parametrize(
    ("shape", "field"),
    [
        (AnswerTask((), unit="m"), "task.answer.answers"),
        (AnswerTask(("1", "2"), unit="m"), "task.answer.answers"),
        (AnswerTask(("one",), unit="m"), "task.answer.answers"),
        (AnswerTask(("1",)), "task.answer.unit"),
        (AnswerTask(("1",), unit="blorps"), "task.answer.unit"),
        (AnswerTask(("1",), unit="m^99"), "task.answer.unit"),
        (AnswerTask(("1",), unit="dB"), "task.answer.unit"),
        (AnswerTask(("1",), unit="m", tolerance=0.1), "task.answer.tolerance"),
        (AnswerTask(("1",), unit="m", choices=("1",)), "task.answer.choices"),
    ],
)
def test_a_task_that_cannot_be_judged_names_its_field(shape: AnswerTask, field: str) -> None:
    with pytest.raises(InvalidTask) as refused:
        quantity.build(FakeSandbox()).check(Task(shape))

    assert refused.value.field == field


HOSTILE = [
    "2**99999999", "m^{9999999}", "m**9**9**9", "__import__('os')", "exec", "m" * 10_000, "(" * 5_000,
    "m/" * 5_000, "m*" * 20 + "m", "kilo" * 15 + "m", "m" + "^9" * 200, "1/" * 500, "\\text{" * 500, "µ" * 79,
    "m^-0", "m\N{SUPERSCRIPT TWO}" * 30, "/m", "m//s", "()", "m)(", "1",
]  # fmt: skip
"""Texts in the place of a unit."""


@pytest.mark.asyncio(loop_scope="session")
async def test_no_text_in_the_place_of_a_unit_is_evaluated(math_sandbox: Sandbox) -> None:
    """All are read by the little grammar, and by nothing that computes outside a jail."""
    verifier = quantity.build(math_sandbox)
    rows = [{"answer": "7", "unit": "kg", "response": f"\\boxed{{5 {text}}}"} for text in HOSTILE]

    found = await asyncio.wait_for(asyncio.gather(*(judged(verifier, row) for row in rows)), HANG_SECONDS)

    assert {judgement.verdict for judgement in found} <= {
        Verdict.WRONG_ANSWER,
        Verdict.TIME_LIMIT,
        Verdict.NO_ANSWER,
    }


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("text", ["5 " * 30_000, "5 m " * 30_000, "5 a" * 30_000, "=" * 90_000, "5" * 90_000])
async def test_long_texts_are_read_in_time(math_sandbox: Sandbox, text: str) -> None:
    for response in (text, f"\\boxed{{{text}}}", f"The answer is {text}"):
        row = {"answer": "7", "unit": "kg", "response": response}
        judgement = await asyncio.wait_for(judged(quantity.build(math_sandbox), row), HANG_SECONDS)
        assert not judgement.correct


async def test_quantities_are_grouped_by_what_they_measure() -> None:
    responses = [
        r"\boxed{1 m}",
        r"\boxed{100\text{ cm}}",
        r"\boxed{1}",
        r"\boxed{1 s}",
        "The answer is 1000 mm.",
        "",
    ]

    found = await quantity.build(FakeSandbox()).cluster(responses, ())

    assert [cluster.members for cluster in found.clusters] == [(0, 1, 4), (2,), (3,)]
    assert found.unanswered == (5,)


def test_a_unit_may_be_open_about_its_line() -> None:
    assert len(measures.read("J/kg*K")) == 2
    assert len(measures.read("J/(kg*K)")) == 1
