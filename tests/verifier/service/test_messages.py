"""Reading tasks and writing texts: nothing is lost on the way."""

from __future__ import annotations

from google.protobuf import struct_pb2
from google.protobuf.duration_pb2 import Duration
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import FakeVerifier
from verifier import telemetry
from verifier.dispatch import Dispatch
from verifier.model import (
    AnswerTask,
    AssertTests,
    CallCase,
    CallTests,
    CheckerChoice,
    CheckTests,
    CodeTask,
    Constraint,
    FormatRule,
    FormatUse,
    InstructionTask,
    JudgeProgram,
    LimitsWanted,
    ProgramTests,
    PytestTests,
    Scoring,
    StdioCase,
    StdioTests,
    Strictness,
    Task,
)
from verifier.turns import Turns
from verifier.v1 import verifier_pb2 as pb
from verifier.wire.definitions import Definitions
from verifier.wire.parse import parse_task
from verifier.wire.text import wire_text


def struct(**values: object) -> struct_pb2.Struct:
    """Keyword arguments as the wire carries them."""
    message = struct_pb2.Struct()
    message.update(values)
    return message


def test_every_field_of_an_answer_task_is_read() -> None:
    message = pb.Task(
        answer=pb.AnswerTask(
            answers=["0.10", "1/10"], tolerance=0.5, relative_tolerance=0.25, answer_type="decimal",
            choices=["a", "b"], unit="m",
        ),
        verifier="quantity",
        format=[pb.FormatRule(rule="tags", use=pb.FORMAT_USE_PENALTY, weight=0.5, arguments=struct(n=3))],
    )  # fmt: skip
    assert parse_task(message) == Task(
        AnswerTask(("0.10", "1/10"), 0.5, 0.25, "decimal", ("a", "b"), "m"),
        "quantity",
        (FormatRule("tags", FormatUse.PENALTY, 0.5, {"n": 3}),),
    )


def test_every_field_of_a_code_task_is_read() -> None:
    message = pb.CodeTask(
        language="python",
        stdio=pb.StdioTests(cases=[pb.StdioCase(input=b"\xff1", output=b"2")]),
        setup="s",
        prefix="p",
        checker=pb.Checker(name="floats", absolute_tolerance=0.5, relative_tolerance=0.25),
        interactor=pb.JudgeProgram(language="cpp", source="i"),
        limits=pb.Limits(
            cpu_time=Duration(seconds=1, nanos=500_000_000), memory_bytes=5, output_bytes=6, processes=7,
            compile_time=Duration(seconds=8),
        ),
        scoring=pb.SCORING_FRACTION,
        files={"a/b.txt": b"\x00"},
    )  # fmt: skip
    assert parse_task(pb.Task(code=message)).shape == CodeTask(
        "python",
        StdioTests((StdioCase(b"\xff1", b"2"),)),
        "s",
        "p",
        CheckerChoice("floats", None, 0.5, 0.25),
        JudgeProgram("cpp", "i"),
        LimitsWanted(1.5, 5, 6, 7, 8.0),
        Scoring.FRACTION,
        {"a/b.txt": b"\x00"},
    )


def test_what_a_code_task_leaves_out_is_the_default() -> None:
    message = pb.CodeTask(language="c", program=pb.ProgramTests(source="x"))
    assert parse_task(pb.Task(code=message)).shape == CodeTask("c", ProgramTests("x"))


def test_a_checker_may_be_a_program() -> None:
    checker = pb.Checker(program=pb.JudgeProgram(language="cpp", source="c"))
    message = pb.CodeTask(language="c", program=pb.ProgramTests(source="x"), checker=checker)
    shape = parse_task(pb.Task(code=message)).shape
    assert isinstance(shape, CodeTask)
    assert shape.checker == CheckerChoice(program=JudgeProgram("cpp", "c"))


def test_every_kind_of_tests_is_read() -> None:
    call = pb.CallTests(function_name="f", cases=[pb.CallCase(arguments=b"[1]", expected=b"2")])
    kinds = {
        CallTests("f", (CallCase(b"[1]", b"2"),)): pb.CodeTask(language="c", call=call),
        AssertTests(("a", "b")): pb.CodeTask(language="c", asserts=pb.AssertTests(asserts=["a", "b"])),
        CheckTests("s", "f"): pb.CodeTask(language="c", check=pb.CheckTests(source="s", entry_point="f")),
        PytestTests("s"): pb.CodeTask(language="c", pytest=pb.PytestTests(source="s")),
    }
    for expected, message in kinds.items():
        assert parse_task(pb.Task(code=message)).shape == CodeTask("c", expected)


def test_every_field_of_an_instruction_task_is_read() -> None:
    constraint = pb.Constraint(id="x:y", arguments=struct(n=5, words=["a", 1.5, None, True]))
    message = pb.InstructionTask(
        constraints=[constraint], scoring=pb.SCORING_FRACTION, strictness=pb.STRICTNESS_LOOSE
    )
    expected = Constraint("x:y", {"n": 5, "words": ["a", 1.5, None, True]})
    assert isinstance(parse_task(pb.Task(instruction=message)).shape.constraints[0].arguments["n"], int)
    assert parse_task(pb.Task(instruction=message)).shape == InstructionTask(
        (expected,), Scoring.FRACTION, Strictness.LOOSE
    )


@given(st.text(st.characters(), max_size=300), st.integers(16, 400))
def test_any_text_can_be_sent_and_short_well_formed_ones_are_unchanged(text: str, most_bytes: int) -> None:
    sent = wire_text(text, most_bytes)
    raw = sent.encode()
    assert len(raw) <= most_bytes
    well_formed = text.encode("utf-8", "replace").decode() == text
    if well_formed and len(text.encode()) <= most_bytes:
        assert sent == text
    elif well_formed:
        assert sent.endswith("…")
        assert text.startswith(sent[:-1])


@given(st.binary(max_size=200), st.lists(st.integers(0, 200)))
def test_a_definition_may_be_cut_anywhere(gold: bytes, cuts: list[int]) -> None:
    task = pb.Task(code=pb.CodeTask(language="c", stdio=pb.StdioTests(cases=[pb.StdioCase(output=gold)])))
    raw = task.SerializeToString()
    ends = sorted({min(cut, len(raw)) for cut in cuts} | {len(raw)})
    verifier = FakeVerifier("code", CodeTask)
    definitions = Definitions(
        Dispatch({"code": verifier}, {CodeTask: "code"}, {CodeTask: Turns(1)}),
        1 << 20,
        telemetry.Call("VerifyStream", "1"),
    )
    for start, end in zip([0, *ends], ends, strict=False):
        definitions.add(pb.DefineTask(key="k", chunk=raw[start:end], last=end == len(raw)))

    assert verifier.checked == [parse_task(task)]
