"""The verifier `instruction`: each id follows its definition, and what cannot be checked is an error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rollout.tasks.table import parse_task as task_of_record
from tests.fakes import FakeSandbox
from verifier.errors import InvalidTask
from verifier.instructions import language
from verifier.instructions.table import INSTRUCTIONS
from verifier.model import Constraint, InstructionTask, Options, Scoring, Task, Verdict
from verifier.verifiers import instruction
from verifier.wire.parse import parse_task

CASES = Path(__file__).parents[2] / "cases" / "instructions"
ROWS = [json.loads(line) for line in (CASES / "follows.jsonl").read_text("utf-8").splitlines()]
VERDICTS = {True: Verdict.ACCEPTED, False: Verdict.WRONG_ANSWER, None: Verdict.NO_ANSWER}


def record(*constraints: tuple[str, dict[str, Any]], **fields: Any) -> dict[str, Any]:
    """The task of a trace record."""
    listed = [{"id": name, "kwargs": kwargs} for name, kwargs in constraints]
    return {"verifier": "instruction", "constraints": listed, **fields}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['id']} {row['source']}")
async def test_each_instruction_follows_its_definition(row: dict[str, Any]) -> None:
    """From the record over the wire to the verdict."""
    verifier = instruction.build(FakeSandbox())
    fields = {"strictness": row["strictness"]} if "strictness" in row else {}
    task = parse_task(task_of_record(record((row["id"], row["kwargs"]), **fields)))

    verifier.check(task)
    judgement = await verifier.verify(row["response"], task, Options())

    assert judgement.verdict is VERDICTS[row["follows"]], judgement.detail
    assert judgement.score == float(judgement.correct) == float(row["follows"] is True)


def test_every_id_has_cases_that_follow_it_and_that_do_not() -> None:
    assert len(INSTRUCTIONS) == 25
    for verdict in (True, False):
        assert {row["id"] for row in ROWS if row["follows"] is verdict} == set(INSTRUCTIONS)


@pytest.mark.parametrize("name", INSTRUCTIONS)
def test_arguments_in_columns_load_unchanged(name: str) -> None:
    """Data sets in columns write every argument of every instruction, null where it has no such argument."""
    every = {argument for row in ROWS for argument in row["kwargs"]}
    kwargs = next(row["kwargs"] for row in ROWS if row["id"] == name)
    task = parse_task(task_of_record(record((name, dict.fromkeys(every) | kwargs))))

    instruction.build(FakeSandbox()).check(task)


def test_the_published_prompts_load_unchanged() -> None:
    """The ids and arguments of all 541 prompts of IFEval (google-research/instruction_following_eval, Apache
    License 2.0), without the texts that a model is given: none is refused, and none arrives as another."""
    published = [json.loads(line) for line in (CASES / "published.jsonl").read_text("utf-8").splitlines()]
    verifier = instruction.build(FakeSandbox())

    for row in published:
        constraints = tuple(zip(row["instruction_id_list"], row["kwargs"], strict=True))
        task = parse_task(task_of_record(record(*constraints)))
        verifier.check(task)
        assert isinstance(task.shape, InstructionTask)
        assert [(each.id, each.arguments) for each in task.shape.constraints] == list(constraints)

    assert len(published) == 541
    assert {name for row in published for name in row["instruction_id_list"]} == set(INSTRUCTIONS)


def test_the_arguments_are_called_as_published() -> None:
    """The names of arguments in the public prompts of IFEval."""
    published = {
        "keywords", "keyword", "frequency", "relation", "forbidden_words", "letter", "let_frequency",
        "let_relation", "language", "num_sentences", "num_paragraphs", "num_words", "nth_paragraph",
        "first_word", "num_placeholders", "postscript_marker", "num_bullets", "num_highlights",
        "section_spliter", "num_sections", "prompt_to_repeat", "end_phrase", "capital_frequency",
        "capital_relation",
    }  # fmt: skip

    assert {field for kind in INSTRUCTIONS.values() for field in kind.model_fields} == published


UNCHECKABLE: dict[str, tuple[Constraint, str]] = {
    "unknown id": (Constraint("keywords:existense", {"keywords": ["a"]}), ".id"),
    "no arguments": (Constraint("keywords:existence"), ".arguments.keywords"),
    "no keywords": (Constraint("keywords:existence", {"keywords": []}), ".arguments.keywords"),
    "an empty keyword": (Constraint("keywords:existence", {"keywords": ["a", ""]}), ".arguments.keywords[1]"),
    "one argument too many": (Constraint("punctuation:no_comma", {"n": 1}), ".arguments.n"),
    "another relation": (
        Constraint("length_constraints:number_words", {"num_words": 3, "relation": "about"}),
        ".arguments.relation",
    ),
    "a number as text": (
        Constraint("length_constraints:number_words", {"num_words": "3", "relation": "at least"}),
        ".arguments.num_words",
    ),
    "a negative number": (
        Constraint("length_constraints:number_words", {"num_words": -3, "relation": "at least"}),
        ".arguments.num_words",
    ),
    "a part of a bullet": (
        Constraint("detectable_format:number_bullet_lists", {"num_bullets": 2.5}),
        ".arguments.num_bullets",
    ),
    "two letters": (
        Constraint(
            "keywords:letter_frequency", {"letter": "ab", "let_frequency": 1, "let_relation": "at least"}
        ),
        ".arguments.letter",
    ),
    "an unknown language": (
        Constraint("language:response_language", {"language": "xx"}),
        ".arguments.language",
    ),
    "a paragraph that is not there": (
        Constraint(
            "length_constraints:nth_paragraph_first_word",
            {"num_paragraphs": 2, "nth_paragraph": 3, "first_word": "a"},
        ),
        ".arguments",
    ),
}


@pytest.mark.parametrize("case", UNCHECKABLE)
def test_what_cannot_be_checked_is_an_error_that_names_its_field(case: str) -> None:
    constraint, field = UNCHECKABLE[case]
    task = Task(InstructionTask((Constraint("punctuation:no_comma"), constraint)))

    with pytest.raises(InvalidTask) as refused:
        instruction.build(FakeSandbox()).check(task)

    assert refused.value.field == f"task.instruction.constraints[1]{field}"


def test_the_languages_that_can_be_told_are_those_of_the_library() -> None:
    """All but `zxx`, which is none."""
    assert {*language._identifier().labels} - {"zxx"} == language.CODES
    assert (
        set(language.RENAMED.values()) | {code for kin in language.KIN.values() for code in kin}
        <= language.CODES
    )


@pytest.mark.parametrize(("scoring", "score"), [(Scoring.ALL, 0.0), (Scoring.FRACTION, 0.5)])
async def test_a_share_of_the_instructions_scores_where_it_is_asked_for(
    scoring: Scoring, score: float
) -> None:
    """`correct` is for all of them, either way."""
    constraints = (
        Constraint("punctuation:no_comma"),
        Constraint("length_constraints:number_words", {"num_words": 300, "relation": "at least"}),
    )
    task = Task(InstructionTask(constraints, scoring))

    judgement = await instruction.build(FakeSandbox()).verify("Too short.", task, Options())

    assert (judgement.verdict, judgement.score, judgement.correct) == (Verdict.WRONG_ANSWER, score, False)
    assert [case.verdict for case in judgement.cases] == [Verdict.ACCEPTED, Verdict.WRONG_ANSWER]
    assert judgement.detail == "not followed: length_constraints:number_words"


HOSTILE = {
    "brackets": "[" * 300_000,
    "closed brackets": "[]" * 150_000,
    "stars": "*" * 300_000,
    "stars and spaces": "* " * 150_000,
    "angles": "<<" * 150_000,
    "angles on a line": "<< >>" * 60_000,
    "fences": "```" * 100_000,
    "nested JSON": "[" * 100_000 + "]" * 100_000,
    "a long number": "1" * 300_000,
    "stops": "." * 300_000,
    "stops and spaces": ". " * 150_000,
    "quotes": "!" + '"' * 300_000,
    "blank lines": "\n \n" * 100_000,
    "markers": "P." * 150_000,
    "letters": "A" * 300_000,
    "dashes": "a-" * 150_000,
    "too much": "a" * 2_000_000,
}
"""Long texts, by what they are made of."""


@pytest.mark.parametrize("kind", HOSTILE)
async def test_long_texts_are_judged_by_every_instruction(kind: str) -> None:
    """A check that took more than linear time would hang here."""
    kwargs = {row["id"]: row["kwargs"] for row in ROWS}
    task = Task(InstructionTask(tuple(Constraint(name, given) for name, given in kwargs.items())))

    judgement = await instruction.build(FakeSandbox()).verify(HOSTILE[kind], task, Options())

    assert not judgement.correct
