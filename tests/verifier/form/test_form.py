"""Rules about form: what they hold for, and what they do to a judgement over the wire."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.struct_pb2 import Struct

from tests.fakes import FakeVerifier, running
from verifier.errors import InvalidTask
from verifier.form import table
from verifier.model import Assurance, FormatRule, FormatUse, Judgement, Verdict
from verifier.v1 import verifier_pb2 as pb

CASES = Path(__file__).parents[2] / "cases" / "form" / "rules.jsonl"
ROWS = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]
RIGHT = Judgement(Verdict.ACCEPTED, 1.0, correct=True, assurance=Assurance.COMPARED_OUTSIDE)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['rule']} {row['source']}")
def test_each_rule_holds_where_the_table_says(row: dict[str, Any]) -> None:
    rule = FormatRule(row["rule"], arguments=row["arguments"])

    table.check([rule])
    judged = table.apply([rule], row["response"], RIGHT)

    assert judged.verdict is (Verdict.ACCEPTED if row["holds"] else Verdict.REJECTED), judged.detail
    assert judged.terms == {row["rule"]: 0.0 if row["holds"] else -1.0}


def test_every_rule_has_cases_that_hold_and_that_do_not() -> None:
    for holds in (True, False):
        assert {row["rule"] for row in ROWS if row["holds"] is holds} == set(table.RULES)


def test_a_gate_rejects_and_leaves_alone_what_is_right() -> None:
    judged = table.apply([FormatRule("length", arguments={"max_words": 1})], "two words", RIGHT)

    assert (judged.verdict, judged.score, judged.correct) == (Verdict.REJECTED, 0.0, True)
    assert judged.detail == "length: 2 words, at most 1 are allowed"


def test_penalties_add_up_and_the_score_stays_a_score() -> None:
    """The same rule may be asked for twice, gently and hard."""
    rules = [
        FormatRule("length", FormatUse.PENALTY, 0.25, {"max_words": 1}),
        FormatRule("length", FormatUse.PENALTY, 0.5, {"max_words": 2}),
        FormatRule("length", FormatUse.PENALTY, 0.5, {"max_words": 9}),
    ]

    light = table.apply(rules, "two words", RIGHT)
    heavy = table.apply(rules, "here are three", RIGHT)
    twice = table.apply(rules, "here are three", heavy)

    assert (light.verdict, light.score, light.correct) == (Verdict.ACCEPTED, 0.75, True)
    assert heavy.terms == {"length": -0.25, "length#2": -0.5, "length#3": 0.0}
    assert (heavy.score, twice.score) == (0.25, 0.0)


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (FormatRule("lenght"), "task.format[0].rule"),
        (FormatRule("length"), "task.format[0].arguments"),
        (FormatRule("length", arguments={"max_tokens": 3}), "task.format[0].arguments.max_tokens"),
        (FormatRule("length", arguments={"max_words": "3"}), "task.format[0].arguments.max_words"),
        (FormatRule("length", arguments={"max_words": 1, "min_words": 2}), "task.format[0].arguments"),
        (FormatRule("single_answer", arguments={"marker": "x"}), "task.format[0].arguments.marker"),
    ],
)
def test_a_rule_that_makes_no_sense_names_its_field(rule: FormatRule, field: str) -> None:
    with pytest.raises(InvalidTask) as refused:
        table.check([rule])

    assert refused.value.field == field


@pytest.mark.parametrize("kind", ["<think>", "</think>", "\\boxed{1}", "```\n", "<answer>", "a ", "我"])
def test_long_texts_meet_every_rule(kind: str) -> None:
    """A rule that took more than linear time would hang here."""
    rules = [FormatRule(row["rule"], arguments=row["arguments"]) for row in ROWS]

    table.apply(rules[: table.MOST], kind * 50_000, RIGHT)
    table.apply(rules[-table.MOST :], kind * 200_000, RIGHT)


async def test_rules_go_with_any_verifier_over_the_wire() -> None:
    arguments = Struct()
    arguments.update({"max_words": 1})
    rule = pb.FormatRule(rule="length", use=pb.FORMAT_USE_PENALTY, weight=0.5, arguments=arguments)
    task = pb.Task(answer=pb.AnswerTask(answers=["two words"]), format=[rule])

    async with running(FakeVerifier()) as client:
        answer = await client.stub.Verify(pb.VerifyRequest(item=pb.Item(response="two words", task=task)))
        task.format[0].rule = "unheard of"
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await client.stub.Verify(pb.VerifyRequest(item=pb.Item(response="two words", task=task)))

    judgement = answer.judgement
    assert (judgement.verdict, judgement.score, judgement.correct) == (pb.VERDICT_ACCEPTED, 0.5, True)
    assert dict(judgement.terms) == {"length": -0.5}
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "item.task.format[0].rule" in (refused.value.details() or "")
