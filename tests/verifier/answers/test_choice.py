"""The verifier `choice`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes import FakeSandbox
from tests.verifier.answers.tables import cases
from verifier.errors import InvalidTask
from verifier.model import AnswerTask, Options, Task, Verdict
from verifier.verifiers import choice

VERDICTS = {True: Verdict.ACCEPTED, False: Verdict.WRONG_ANSWER, None: Verdict.NO_ANSWER}


@pytest.mark.parametrize("row", cases("choice"), ids=lambda row: row["source"])
async def test_exactly_the_golds_letters_are_accepted(row: dict[str, Any]) -> None:
    verifier = choice.build(FakeSandbox())
    task = Task(AnswerTask(tuple(row["gold"]), choices=tuple(row["choices"])))

    verifier.check(task)
    judgement = await verifier.verify(row["response"], task, Options())

    assert judgement.verdict is VERDICTS[row["correct"]]
    assert judgement.score == float(judgement.correct)


@pytest.mark.parametrize(
    ("shape", "field"),
    [
        (AnswerTask(()), "task.answer.answers"),
        (AnswerTask(("42",)), "task.answer.answers"),
        (AnswerTask(("E",), choices=("a", "b")), "task.answer.answers"),
        (AnswerTask(("A",), tolerance=0.1), "task.answer.tolerance"),
        (AnswerTask(("A",), choices=("x",) * 27), "task.answer.choices"),
    ],
)
def test_a_task_that_cannot_be_judged_names_its_field(shape: AnswerTask, field: str) -> None:
    with pytest.raises(InvalidTask) as refused:
        choice.build(FakeSandbox()).check(Task(shape))

    assert refused.value.field == field


async def test_the_text_of_the_gold_option_may_stand_for_its_letter() -> None:
    verifier = choice.build(FakeSandbox())
    task = Task(AnswerTask(("Paris",), choices=("London", "Paris")))

    assert (await verifier.verify("Answer: B", task, Options())).correct


@pytest.mark.parametrize(
    "kind", ["answer ", "选", "A or ", "(C) ", "<answer>", '"answer": ', "é ", "A, ", "Antwort a "]
)
async def test_long_texts_are_read_in_time(kind: str) -> None:
    """A pattern that took more than linear time would hang here."""
    task = Task(AnswerTask(("Z",), choices=("x",) * 26))

    for response in (kind * 30_000, f"\\boxed{{{kind * 30_000}}}"):
        judgement = await choice.build(FakeSandbox()).verify(response, task, Options())
        assert not judgement.correct


@pytest.mark.parametrize("letter", "ABCDEFGHIJ")
async def test_every_gold_accepts_itself(letter: str) -> None:
    for response in (letter, f"Answer: {letter}", f"\\boxed{{{letter}}}"):
        judgement = await choice.build(FakeSandbox()).verify(response, Task(AnswerTask((letter,))), Options())
        assert judgement.correct
