"""The code verifier as the service uses it: what it refuses, what it reports, what it never tells."""

from __future__ import annotations

import dataclasses
import inspect
import re
import typing

import pytest

from sandbox.errors import Busy, JailDied, SandboxError, Starved
from sandbox.languages.table import LANGUAGES, missing_files
from sandbox.model import Ended, Outcome, Sandbox
from tests.fakes import FakeSandbox
from tests.verifier.judge.scripted import GOOD, Scripted
from verifier.errors import (
    AssuranceTooWeak,
    InvalidTask,
    JudgingFailed,
    NotInstalled,
    Overloaded,
    ProcessorStarved,
)
from verifier.judge import outcomes
from verifier.judge.inside import reports
from verifier.judge.limits import MAXIMUM, SUBMISSION_SECONDS
from verifier.judge.styles import apart
from verifier.judge.styles.table import STYLES
from verifier.model import (
    AnswerTask,
    AssertTests,
    Assurance,
    CallCase,
    CallTests,
    CheckerChoice,
    CheckTests,
    CodeTask,
    JudgeProgram,
    LimitsWanted,
    Options,
    ProgramTests,
    PytestTests,
    Scoring,
    StdioCase,
    StdioTests,
    Task,
    Tests,
    Verdict,
    Verifier,
)
from verifier.verifiers import code

STDIO = CodeTask("python", StdioTests((StdioCase(b"1\n", b"2\n"), StdioCase(b"2\n", b"4\n"))))
CALL = CodeTask("python", CallTests("f", (CallCase(b"[1]", b"2"),)))
ASSERTS = CodeTask("python", AssertTests(("assert f(1) == 2", "assert f(2) == 4")))
CHECK = CodeTask("python", CheckTests("def check(candidate):\n    assert candidate(1) == 2\n", "f"))

PROGRAM = CodeTask("python", ProgramTests("assert f(1) == 2"))

PYTEST = CodeTask("python", PytestTests("from solution import f\ndef test_f(): assert f(1) == 2"))


def call(arguments: bytes, expected: bytes = b"1", name: str = "f") -> CodeTask:
    """A task of one call."""
    return CodeTask("python", CallTests(name, (CallCase(b"[]", b"1"), CallCase(arguments, expected))))


def limited(**limits: float) -> CodeTask:
    """A task with limits."""
    return dataclasses.replace(STDIO, limits=LimitsWanted(**limits))  # type: ignore[arg-type]


def checked(base: CodeTask, **choice: object) -> CodeTask:
    """A task with a checker."""
    return dataclasses.replace(base, checker=CheckerChoice(**choice))  # type: ignore[arg-type]


REFUSED = [
    (AnswerTask(("1",)), "task"),
    (dataclasses.replace(STDIO, language="klingon"), "task.code.language"),
    (dataclasses.replace(STDIO, language=""), "task.code.language"),
    (CodeTask("python", StdioTests(())), "task.code.stdio.cases"),
    (CodeTask("python", CallTests("f", ())), "task.code.call.cases"),
    (CodeTask("python", AssertTests(())), "task.code.asserts.asserts"),
    (CodeTask("python", AssertTests(("assert f()", " \n"))), "task.code.asserts.asserts[1]"),
    (CodeTask("python", CheckTests("", "f")), "task.code.check.source"),
    (CodeTask("python", CheckTests("def check(candidate): ...", "")), "task.code.check.entry_point"),
    (CodeTask("python", PytestTests("")), "task.code.pytest.source"),
    (CodeTask("python", ProgramTests(" \n")), "task.code.program.source"),
    (dataclasses.replace(STDIO, interactor=JudgeProgram("python", "")), "task.code.interactor.source"),
    (call(b"[1", b"2"), "task.code.call.cases[1].arguments"),
    (call(b'{"a": 1}', b"2"), "task.code.call.cases[1].arguments"),
    (call(b"\xff", b"2"), "task.code.call.cases[1].arguments"),
    (call(b"[" * 200_000, b"2"), "task.code.call.cases[1].arguments"),
    (call(b"[" + b"9" * 200_000 + b"]", b"2"), "task.code.call.cases[1].arguments"),
    (call(b"[]", b"two"), "task.code.call.cases[1].expected"),
    (call(b"[]", b""), "task.code.call.cases[1].expected"),
    (call(b"[]", name=""), "task.code.call.function_name"),
    (call(b"[]", name="os.system"), "task.code.call.function_name"),
    (checked(STDIO, name="fuzzy"), "task.code.checker.name"),
    (checked(STDIO, name="json"), "task.code.checker.name"),
    (checked(CALL, name="tokens"), "task.code.checker.name"),
    (checked(STDIO, program=JudgeProgram("cpp", "")), "task.code.checker.program.source"),
    (checked(STDIO, program=JudgeProgram("klingon", "x")), "task.code.checker.program.language"),
    (checked(CALL, program=JudgeProgram("python", "x")), "task.code.checker.program"),
    (checked(ASSERTS, program=JudgeProgram("python", "x")), "task.code.checker"),
    (checked(ASSERTS, name="tokens"), "task.code.checker"),
    (checked(PROGRAM, name="tokens"), "task.code.checker"),
    (checked(STDIO, name="floats", absolute_tolerance=-1.0), "task.code.checker.absolute_tolerance"),
    (checked(STDIO, name="floats", relative_tolerance=float("nan")), "task.code.checker.relative_tolerance"),
    (limited(cpu_seconds=0.0), "task.code.limits.cpu_time"),
    (limited(cpu_seconds=float("nan")), "task.code.limits.cpu_time"),
    (limited(cpu_seconds=1e9), "task.code.limits.cpu_time"),
    (limited(memory_bytes=1), "task.code.limits.memory_bytes"),
    (limited(memory_bytes=1 << 50), "task.code.limits.memory_bytes"),
    (limited(output_bytes=0), "task.code.limits.output_bytes"),
    (limited(processes=100_000), "task.code.limits.processes"),
    (limited(compile_seconds=-1.0), "task.code.limits.compile_time"),
    (dataclasses.replace(STDIO, files={"/etc/passwd": b""}), "task.code.files"),
    (dataclasses.replace(STDIO, files={"a/../../b": b""}), "task.code.files"),
    (dataclasses.replace(STDIO, files={"a//b": b""}), "task.code.files"),
    (dataclasses.replace(STDIO, files={"": b""}), "task.code.files"),
    (dataclasses.replace(STDIO, files={".": b""}), "task.code.files"),
    (dataclasses.replace(STDIO, files={"big": bytes(33 << 20)}), "task.code.files"),
]


@pytest.mark.parametrize(("shape", "field"), REFUSED, ids=[field for _, field in REFUSED])
def test_a_task_that_cannot_be_judged_is_refused_before_anything_runs(
    shape: CodeTask | AnswerTask, field: str
) -> None:
    """With the field at fault, as the wire spells it."""
    with pytest.raises(InvalidTask) as refusal:
        code.build(FakeSandbox()).check(Task(shape))

    assert refusal.value.field == field


@pytest.mark.parametrize("shape", [STDIO, CALL, ASSERTS, CHECK, PROGRAM, PYTEST])
def test_a_sound_task_passes(shape: CodeTask) -> None:
    """Every style, and the largest limits there are."""
    most = dataclasses.replace(shape, limits=LimitsWanted(**MAXIMUM))  # type: ignore[arg-type]

    code.build(FakeSandbox()).check(Task(shape))
    code.build(FakeSandbox()).check(Task(most))


def test_a_known_language_without_its_tools_is_not_installed() -> None:
    """Which is another answer than an unknown one."""
    missing = [
        name
        for name, language in LANGUAGES.items()
        if language.runtime == "native" and missing_files(language)
    ]
    if not missing:
        pytest.skip("every language is installed here")

    with pytest.raises(NotInstalled, match=re.escape(missing[0])):
        code.build(FakeSandbox()).check(Task(dataclasses.replace(STDIO, language=missing[0])))


def test_tests_in_python_are_for_python() -> None:
    """Calls and asserts of a program in another language have no meaning."""
    installed = [
        name
        for name, language in LANGUAGES.items()
        if language.runtime == "native" and not missing_files(language)
    ]
    if not installed:
        pytest.skip("no other language is installed here")

    with pytest.raises(InvalidTask, match="for python"):
        code.build(FakeSandbox()).check(Task(dataclasses.replace(CALL, language=installed[0])))


@pytest.mark.parametrize(
    ("shape", "strongest"),
    [
        (STDIO, Assurance.COMPARED_OUTSIDE),
        (CALL, Assurance.COMPARED_OUTSIDE),
        (ASSERTS, Assurance.TEST_PROCESS_APART),
        (CHECK, Assurance.TEST_PROCESS_APART),
        (PYTEST, Assurance.TEST_PROCESS_APART),
        (PROGRAM, Assurance.SAME_PROCESS),
    ],
)
async def test_an_assurance_that_cannot_be_had_is_refused_before_anything_runs(
    shape: CodeTask, strongest: Assurance
) -> None:
    """And one that can be had is stated."""
    verifier = code.build(FakeSandbox())
    judgement = await verifier.verify("", Task(shape), Options(minimum_assurance=strongest))

    assert judgement.assurance is strongest
    for wanted in Assurance:
        if wanted > strongest:
            with pytest.raises(AssuranceTooWeak):
                await verifier.verify("", Task(shape), Options(minimum_assurance=wanted))


@pytest.mark.asyncio(loop_scope="session")
async def test_every_case_reports_what_it_used(verifier: Verifier) -> None:
    """And the judgement their sum."""
    program = "room = bytearray(50 << 20)\nprint(2 * int(input()))"
    judgement = await verifier.verify(program, Task(STDIO), Options())

    assert [case.verdict for case in judgement.cases] == [Verdict.ACCEPTED] * 2
    assert [case.index for case in judgement.cases] == [0, 1]
    assert all(case.usage.cpu_seconds > 0 and case.usage.wall_seconds > 0 for case in judgement.cases)
    assert judgement.usage.cpu_seconds >= sum(case.usage.cpu_seconds for case in judgement.cases)
    assert judgement.usage.memory_bytes > 50 << 20
    assert judgement.usage.limits_mode is not None
    assert judgement.extracted == program
    assert judgement.toolchain.startswith("Python 3.")


@pytest.mark.asyncio(loop_scope="session")
async def test_all_or_nothing_stops_at_the_first_failure_and_fractions_run_everything(
    verifier: Verifier,
) -> None:
    """The verdict is that of the first failing case in both."""
    cases = tuple(StdioCase(b"%d" % number, b"%d" % (2 * number)) for number in (1, 2, 3, 4))
    program = "n = int(input())\nprint(2 * n // (n != 3) if n != 2 else 0)"
    judged = {}
    for scoring in Scoring:
        task = Task(CodeTask("python", StdioTests(cases), scoring=scoring))
        judged[scoring] = await verifier.verify(program, task, Options())

    assert [case.verdict.value for case in judged[Scoring.ALL].cases] == ["ACCEPTED", "WRONG_ANSWER"]
    assert [case.verdict.value for case in judged[Scoring.FRACTION].cases] == [
        "ACCEPTED",
        "WRONG_ANSWER",
        "RUNTIME_ERROR",
        "ACCEPTED",
    ]
    assert judged[Scoring.ALL].score == 0
    assert judged[Scoring.FRACTION].score == 0.5
    assert judged[Scoring.ALL].verdict is judged[Scoring.FRACTION].verdict is Verdict.WRONG_ANSWER
    assert judged[Scoring.FRACTION].correct is False


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("tests", "program"),
    [
        (StdioTests((StdioCase(b"", b"hush hush"),)), "print('loud')"),
        (StdioTests((StdioCase(b"", b"hush"),)), ""),
        (CallTests("f", (CallCase(b"[]", b'{"hush": ["hush"]}'),)), "def f(): return {'hush': ['loud']}"),
        (CallTests("f", (CallCase(b"[]", b'"hush"'),)), "def f(): return object()"),
        (AssertTests(("assert f() == 'hush', 'hush'",)), "def f(): return 'loud'"),
        (AssertTests(("assert f() < 'hush'",)), "def f(): return object()"),
        (CheckTests("def check(c):\n    if c() != 'hush': raise ValueError('hush')", "f"), "def f(): ..."),
    ],
)
async def test_expected_outputs_are_named_to_those_alone_who_ask(
    verifier: Verifier, tests: Tests, program: str
) -> None:
    """Hidden tests stay hidden: not in the detail, nor in those of cases."""
    response = f"```python\n{program or 'pass'}\n```"
    task = Task(CodeTask("python", tests))
    hidden = await verifier.verify(response, task, Options())
    shown = await verifier.verify(response, task, Options(reveal_expected=True))

    assert hidden.verdict is shown.verdict is Verdict.WRONG_ANSWER
    assert "hush" not in repr((hidden.detail, hidden.cases)).replace("['hush']", "")
    if not isinstance(tests, AssertTests) or "<" not in tests.asserts[0]:
        assert "hush" in shown.detail


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("tests", "setup"),
    [
        (AssertTests(("assert f(1) ==",)), ""),
        (AssertTests(("assert f(1) == 2",)), "import no_such_module"),
        (AssertTests(("assert f(1) == 2",)), "def broken("),
        (AssertTests(("assert f(1) == 2",)), "raise SystemExit(0)"),
        (CheckTests("def test(candidate): ...", "f"), ""),
        (CheckTests("def check(candidate):", "f"), ""),
        (PytestTests("def test_f(:"), ""),
        (PytestTests("x = 1"), ""),
        (PytestTests("import no_such_module\ndef test_f(): ..."), ""),
    ],
)
async def test_a_broken_test_is_the_callers_error_and_no_score(
    verifier: Verifier, tests: Tests, setup: str
) -> None:
    """Whatever the candidate: a gold that cannot run is never a zero."""
    task = Task(CodeTask("python", tests, setup=setup))
    verifier.check(task)

    with pytest.raises(InvalidTask):
        await verifier.verify("def f(x): return 2 * x", task, Options())


@pytest.mark.asyncio(loop_scope="session")
async def test_one_flipped_byte_of_what_is_expected_turns_every_style_down(verifier: Verifier) -> None:
    """The judge itself under mutation."""
    program = "def f(x): return 2 * x\nif __name__ == '__main__': print(f(int(input())))"
    pairs: list[tuple[Tests, Tests]] = [
        (StdioTests((StdioCase(b"1", b"2"),)), StdioTests((StdioCase(b"1", b"3"),))),
        (CallTests("f", (CallCase(b"[1]", b"2"),)), CallTests("f", (CallCase(b"[1]", b"3"),))),
        (AssertTests(("assert f(1) == 2",)), AssertTests(("assert f(1) == 3",))),
        (
            PytestTests("from solution import f\ndef test_f(): assert f(1) == 2"),
            PytestTests("from solution import f\ndef test_f(): assert f(1) == 3"),
        ),
        (
            CheckTests("def check(c): assert c(1) == 2", "f"),
            CheckTests("def check(c): assert c(1) == 3", "f"),
        ),
    ]
    for right, flipped in pairs:
        accepted = await verifier.verify(program, Task(CodeTask("python", right)), Options())
        refused = await verifier.verify(program, Task(CodeTask("python", flipped)), Options())

        assert accepted.verdict is Verdict.ACCEPTED
        assert accepted.score == 1
        assert refused.verdict is Verdict.WRONG_ANSWER
        assert refused.score == 0


@pytest.mark.asyncio(loop_scope="session")
async def test_large_values_make_the_way_out_and_back(verifier: Verifier) -> None:
    """A hundred thousand items, and numbers of ten thousand digits."""
    many = b"[" + b",".join(b"%d" % number for number in range(100_000)) + b"]"
    tests = CallTests("f", (CallCase(b"[" + many + b"]", many), CallCase(b"[[]]", b"1" + b"0" * 10_000)))
    judgement = await verifier.verify(
        "def f(x): return x or 10 ** 10000", Task(CodeTask("python", tests)), Options()
    )

    assert judgement.verdict is Verdict.ACCEPTED, judgement.detail


async def verify(sandbox: Sandbox, shape: CodeTask = STDIO) -> object:
    """Judge some program on a sandbox."""
    return await code.build(sandbox).verify("pass", Task(shape), Options())


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (Starved("no processor"), ProcessorStarved),
        (Busy("full"), Overloaded),
        (SandboxError("broken"), JudgingFailed),
        (dataclasses.replace(GOOD, ended=Ended.WALL_LIMIT), ProcessorStarved),
    ],
)
async def test_a_failure_of_the_sandbox_is_never_a_score(
    failure: Outcome | SandboxError, error: type[Exception]
) -> None:
    """Nothing is known about the candidate."""
    with pytest.raises(error):
        await verify(Scripted(failure))


async def test_a_program_that_kills_its_jail_twice_scores_nothing() -> None:
    """While a known-good one passes: else it would learn to escape its zero."""
    judgement = await code.build(Scripted(JailDied("gone"))).verify("pass", Task(STDIO), Options())

    assert judgement.verdict is Verdict.RUNTIME_ERROR
    assert judgement.score == 0
    assert judgement.detail == "jail died twice"


async def test_a_jail_that_dies_for_known_good_programs_too_is_no_score() -> None:
    """The machine is broken, not the candidate."""
    with pytest.raises(JudgingFailed):
        await verify(Scripted(JailDied("gone"), probe=b""))


@pytest.mark.parametrize("failure", [JailDied("gone"), Starved("no processor")])
async def test_one_mishap_changes_no_verdict(failure: SandboxError) -> None:
    """The second try counts."""
    good = dataclasses.replace(GOOD, stdout=b"2")
    one = CodeTask("python", StdioTests((StdioCase(b"", b"2"),)))
    judgement = await code.build(Scripted(failure, good)).verify("pass", Task(one), Options())

    assert judgement.verdict is Verdict.ACCEPTED


async def test_the_time_of_all_tests_together_is_bounded() -> None:
    """Tests beyond it are not run, and do not pass."""
    slow = dataclasses.replace(GOOD, cpu_seconds=40.0, stdout=b"2")
    sandbox = Scripted(slow)
    cases = tuple(StdioCase(b"", b"2") for _ in range(20))
    task = Task(
        CodeTask("python", StdioTests(cases), limits=LimitsWanted(cpu_seconds=50), scoring=Scoring.FRACTION)
    )
    judgement = await code.build(sandbox).verify("pass", task, Options())

    assert len(sandbox.runs) == SUBMISSION_SECONDS // 40 + 1 == 8
    assert sandbox.runs[-1].limits.cpu_seconds == 20
    assert judgement.verdict is Verdict.TIME_LIMIT
    assert judgement.score == 8 / 20


@pytest.mark.parametrize("shape", [CALL, ASSERTS, CHECK, PYTEST])
async def test_a_run_that_reports_nothing_is_no_pass(shape: CodeTask) -> None:
    """Exit status 0 proves nothing."""
    judgement = await code.build(Scripted(GOOD)).verify("pass", Task(shape), Options())

    assert judgement.verdict is Verdict.RUNTIME_ERROR
    assert judgement.score == 0


def test_every_way_a_run_can_end_has_its_meaning() -> None:
    """A new way in the sandbox fails here until the judge knows it."""
    read_elsewhere = {Ended.EXITED, Ended.SIGNALLED, Ended.WALL_LIMIT, Ended.NOT_COMPILED}

    assert set(Ended) == set(outcomes.STOPPED) | read_elsewhere


def test_every_test_style_of_the_wire_is_judged() -> None:
    """Forgotten styles fail here."""
    assert set(typing.get_args(Tests)) == set(STYLES)


def test_every_end_of_a_test_has_its_verdict() -> None:
    """But for the one that says the test is broken."""
    assert set(reports.TEST_ENDS) == set(apart.VERDICTS) | {reports.INVALID}
    assert [kind for kind, verdict in apart.VERDICTS.items() if verdict is Verdict.ACCEPTED] == [
        reports.PASSED
    ]


def test_every_limit_of_the_wire_is_bounded() -> None:
    """A new field fails here until it has bounds."""
    assert set(MAXIMUM) == set(inspect.signature(LimitsWanted).parameters)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    "tests",
    [
        AssertTests(("import helper\nassert f(1) == helper.TWO",)),
        CheckTests("import helper\ndef check(f): assert f(1) == helper.TWO", "f"),
        PytestTests("import helper\nfrom solution import f\ndef test_f(): assert f(1) == helper.TWO"),
    ],
)
async def test_a_test_imports_no_file_of_a_response(verifier: Verifier, tests: Tests) -> None:
    """It would run in the process of the test."""
    response = "```python:helper.py\nTWO = 0\n```\n```python\ndef f(x): return 0\n```\n"

    with pytest.raises(InvalidTask, match="No module named 'helper'"):
        await verifier.verify(response, Task(CodeTask("python", tests)), Options())
