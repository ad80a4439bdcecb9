"""The error table, and the fields that errors name."""

from __future__ import annotations

import grpc
import pytest
from google.protobuf import struct_pb2
from google.protobuf.duration_pb2 import Duration
from google.rpc import code_pb2, error_details_pb2, status_pb2

from tests.fakes import FakeVerifier, running
from verifier import errors
from verifier.errors import VerifierError
from verifier.model import CodeTask
from verifier.v1 import verifier_pb2 as pb
from verifier.wire.status import DOMAIN, STATUSES, status_of

HANG_SECONDS = 20

TABLE: dict[VerifierError, tuple[grpc.StatusCode, str]] = {
    errors.InvalidTask("task.answer.answers", "empty"): (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_TASK"),
    errors.Unsupported("no"): (grpc.StatusCode.FAILED_PRECONDITION, "UNSUPPORTED"),
    errors.NotInstalled("no rustc"): (grpc.StatusCode.FAILED_PRECONDITION, "NOT_INSTALLED"),
    errors.AssuranceTooWeak("weak"): (grpc.StatusCode.FAILED_PRECONDITION, "ASSURANCE_TOO_WEAK"),
    errors.OtherRuleset("2"): (grpc.StatusCode.FAILED_PRECONDITION, "OTHER_RULESET"),
    errors.Overloaded("full", 1.5): (grpc.StatusCode.UNAVAILABLE, "OVERLOADED"),
    errors.NoOpinion("silent", 1.5): (grpc.StatusCode.UNAVAILABLE, "NO_SECOND_OPINION"),
    errors.OutOfTime("late"): (grpc.StatusCode.DEADLINE_EXCEEDED, "OUT_OF_TIME"),
    errors.CallerGone("gone"): (grpc.StatusCode.CANCELLED, "CALLER_GONE"),
    errors.TooLarge("large"): (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_LARGE"),
    errors.JudgingFailed("died"): (grpc.StatusCode.INTERNAL, "JUDGING_FAILED"),
    errors.ProcessorStarved("starved"): (grpc.StatusCode.INTERNAL, "STARVED"),
    VerifierError("?"): (grpc.StatusCode.INTERNAL, "FAILED"),
}
"""Source: the statuses in proto/verifier/v1/verifier.proto."""


def all_errors() -> set[type[VerifierError]]:
    """Every class of the error tree."""
    found, new = set(), {VerifierError}
    while new:
        found |= new
        new = {child for parent in new for child in parent.__subclasses__()}
    return found


def test_every_error_has_its_row() -> None:
    assert set(STATUSES) == all_errors()
    assert {type(error) for error in TABLE} == all_errors()


@pytest.mark.parametrize(("error", "expected"), TABLE.items(), ids=lambda value: type(value).__name__)
async def test_each_error_reaches_the_caller_as_its_status(
    error: VerifierError, expected: tuple[grpc.StatusCode, str]
) -> None:
    async with running(FakeVerifier(failures={"r": error})) as client:
        item = pb.Item(response="r", task=pb.Task(answer=pb.AnswerTask(answers=["1"])))
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await client.stub.Verify(pb.VerifyRequest(item=item), timeout=HANG_SECONDS)
        batch = await client.stub.VerifyBatch(pb.VerifyBatchRequest(items=[item]), timeout=HANG_SECONDS)

    whole = status_pb2.Status.FromString(dict(failed.value.trailing_metadata())["grpc-status-details-bin"])
    assert failed.value.code() is expected[0]
    assert whole.message == failed.value.details()
    assert code_pb2.Code.Name(whole.code) == code_pb2.Code.Name(batch.results[0].error.code)
    assert code_pb2.Code.Name(whole.code) == expected[0].name
    info = error_details_pb2.ErrorInfo()
    assert whole.details[0].Unpack(info)
    assert (info.reason, info.domain) == (expected[1], DOMAIN)


def test_a_busy_service_says_when_to_come_again() -> None:
    retry = error_details_pb2.RetryInfo()
    assert status_of(errors.Overloaded("full", 1.5)).details[1].Unpack(retry)
    assert retry.retry_delay.ToMilliseconds() == 1500


def test_texts_are_bounded_because_they_travel_in_headers() -> None:
    status = status_of(errors.InvalidTask("task." + "é" * 10_000, "é" * 10_000))
    assert status.ByteSize() < 2500


ANSWER = pb.AnswerTask(answers=["1"])
STDIO = pb.StdioTests(cases=[pb.StdioCase(input=b"", output=b"1")])


def code(**fields: object) -> pb.Task:
    """A code task with fields changed."""
    return pb.Task(code=pb.CodeTask(**{"language": "python", "stdio": STDIO, **fields}))


def answer(**fields: object) -> pb.Task:
    """An answer task with fields changed."""
    return pb.Task(answer=pb.AnswerTask(**{"answers": ["1"], **fields}))


NAN, INFINITE = float("nan"), float("inf")
NO_JSON = struct_pb2.Struct(fields={"n": struct_pb2.Value(number_value=NAN)})

MALFORMED: dict[str, tuple[pb.Task, str]] = {
    "no shape": (pb.Task(), ""),
    "no gold": (answer(answers=[]), ".answer.answers"),
    "tolerance is no number": (answer(tolerance=NAN), ".answer.tolerance"),
    "negative tolerance": (answer(relative_tolerance=-1), ".answer.relative_tolerance"),
    "unknown verifier": (pb.Task(answer=ANSWER, verifier="maths"), ".verifier"),
    "verifier of another shape": (pb.Task(answer=ANSWER, verifier="code"), ".verifier"),
    "no verifier for the shape": (
        pb.Task(instruction=pb.InstructionTask(constraints=[pb.Constraint(id="x")])),
        ".verifier",
    ),
    "no constraints": (pb.Task(instruction=pb.InstructionTask()), ".instruction.constraints"),
    "constraint without id": (
        pb.Task(instruction=pb.InstructionTask(constraints=[pb.Constraint(id="x"), pb.Constraint()])),
        ".instruction.constraints[1].id",
    ),
    "constraint arguments beyond JSON": (
        pb.Task(instruction=pb.InstructionTask(constraints=[pb.Constraint(id="x", arguments=NO_JSON)])),
        ".instruction.constraints[0].arguments",
    ),
    "format rule without name": (pb.Task(answer=ANSWER, format=[pb.FormatRule()]), ".format[0].rule"),
    "format rule used in an unknown way": (
        pb.Task(answer=ANSWER, format=[pb.FormatRule(rule="x", use=99)]),  # type: ignore[arg-type]  # the point
        ".format[0].use",
    ),
    "infinite weight": (
        pb.Task(answer=ANSWER, format=[pb.FormatRule(rule="x", weight=INFINITE)]),
        ".format[0].weight",
    ),
    "no language": (code(language=""), ".code.language"),
    "no tests": (pb.Task(code=pb.CodeTask(language="python")), ".code"),
    "no stdio cases": (code(stdio=pb.StdioTests()), ".code.stdio.cases"),
    "no calls": (code(call=pb.CallTests(function_name="f")), ".code.call.cases"),
    "no function": (code(call=pb.CallTests(cases=[pb.CallCase()])), ".code.call.function_name"),
    "no asserts": (code(asserts=pb.AssertTests()), ".code.asserts.asserts"),
    "no check": (code(check=pb.CheckTests(entry_point="f")), ".code.check.source"),
    "no entry point": (code(check=pb.CheckTests(source="x")), ".code.check.entry_point"),
    "no pytest module": (code(pytest=pb.PytestTests()), ".code.pytest.source"),
    "no program": (code(program=pb.ProgramTests()), ".code.program.source"),
    "unknown scoring": (code(scoring=99), ".code.scoring"),
    "negative time": (
        code(limits=pb.Limits(cpu_time=Duration(seconds=-1))),
        ".code.limits.cpu_time",
    ),
    "no time at all": (code(limits=pb.Limits(compile_time=Duration())), ".code.limits.compile_time"),
    "malformed duration": (
        code(limits=pb.Limits(cpu_time=Duration(seconds=1, nanos=-5))),
        ".code.limits.cpu_time",
    ),
    "checker without language": (
        code(checker=pb.Checker(program=pb.JudgeProgram(source="x"))),
        ".code.checker.program.language",
    ),
    "interactor without source": (
        code(interactor=pb.JudgeProgram(language="cpp")),
        ".code.interactor.source",
    ),
    "checker tolerance is no number": (
        code(checker=pb.Checker(name="floats", absolute_tolerance=NAN)),
        ".code.checker.absolute_tolerance",
    ),
}


@pytest.mark.parametrize(("task", "field"), MALFORMED.values(), ids=MALFORMED)
async def test_a_malformed_task_is_refused_with_its_field_wherever_it_lies(task: pb.Task, field: str) -> None:
    verifiers = FakeVerifier(), FakeVerifier("code", CodeTask)
    item = pb.Item(response="1", task=task)
    async with running(*verifiers) as client:
        with pytest.raises(grpc.aio.AioRpcError) as alone:
            await client.stub.Verify(pb.VerifyRequest(item=item), timeout=HANG_SECONDS)
        batch = await client.stub.VerifyBatch(
            pb.VerifyBatchRequest(tasks={"k": task}, items=[item, pb.Item(response="1", task_key="k")]),
            timeout=HANG_SECONDS,
        )

    trailers = dict(alone.value.trailing_metadata())
    single = status_pb2.Status.FromString(trailers["grpc-status-details-bin"])
    found = [field_of(status) for status in (single, batch.results[0].error, batch.results[1].error)]
    assert found == [f"item.task{field}", f"items[0].task{field}", f'tasks["k"]{field}']
    assert not any(verifier.started for verifier in verifiers)


def field_of(status: status_pb2.Status) -> str:
    """The field that a status of INVALID_ARGUMENT names."""
    assert status.code == code_pb2.INVALID_ARGUMENT
    bad = error_details_pb2.BadRequest()
    assert any(detail.Unpack(bad) for detail in status.details)
    (violation,) = bad.field_violations
    assert violation.description
    return violation.field


ITEMS: dict[str, tuple[pb.Item, str]] = {
    "nothing to judge against": (pb.Item(response="1"), "item"),
    "undefined key": (pb.Item(response="1", task_key="k"), "item.task_key"),
    "unknown assurance": (
        pb.Item(response="1", task=answer(), options=pb.Options(minimum_assurance=99)),  # type: ignore[arg-type]
        "item.options.minimum_assurance",
    ),
}


@pytest.mark.parametrize(("item", "field"), ITEMS.values(), ids=ITEMS)
async def test_a_malformed_item_is_refused_with_its_field(item: pb.Item, field: str) -> None:
    async with running(FakeVerifier()) as client:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await client.stub.Verify(pb.VerifyRequest(item=item), timeout=HANG_SECONDS)

    trailers = dict(refused.value.trailing_metadata())
    assert field_of(status_pb2.Status.FromString(trailers["grpc-status-details-bin"])) == field


@pytest.mark.parametrize("field", ["task.answer.answers", "answer.answers", "task"])
async def test_what_a_verifier_finds_late_is_named_like_the_rest(field: str) -> None:
    """A gold that turns out unparsable while judging is the caller's error as well."""
    failures = {"r": errors.InvalidTask(field, "cannot be parsed")}
    item = pb.Item(response="r", task_key="k")
    async with running(FakeVerifier(failures=failures)) as client:
        batch = await client.stub.VerifyBatch(
            pb.VerifyBatchRequest(tasks={"k": answer()}, items=[item]), timeout=HANG_SECONDS
        )

    expected = 'tasks["k"]' + ("" if field == "task" else ".answer.answers")
    assert field_of(batch.results[0].error) == expected


@pytest.mark.parametrize("method", ["Verify", "VerifyBatch", "GetCapabilities"])
async def test_bytes_that_are_no_message_are_an_invalid_argument(method: str) -> None:
    async with running(FakeVerifier()) as client:
        call = client.channel.unary_unary(f"/verifier.v1.VerifierService/{method}")
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call(b"\xff\xff\xff", timeout=HANG_SECONDS)

    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_bytes_that_are_no_message_end_a_stream_as_an_invalid_argument() -> None:
    async with running(FakeVerifier()) as client:
        call = client.channel.stream_stream("/verifier.v1.VerifierService/VerifyStream")
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            _ = [answer async for answer in call(iter([b"\xff\xff\xff"]), timeout=HANG_SECONDS)]

    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
