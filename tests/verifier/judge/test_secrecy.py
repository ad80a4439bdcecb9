"""What is not for candidates cannot be found by them: expected outputs, later tests, how many there are."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING

import pytest

from tests.verifier.judge.scripted import GOOD, Scripted
from verifier.model import (
    AssertTests,
    CallCase,
    CallTests,
    CheckTests,
    CodeTask,
    Options,
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

if TYPE_CHECKING:
    from sandbox.model import Program

SECRET, DECOY = "W5d0c4fQ1b7e90W", "W0a2b4cQ9f8e7dW"
"""The first is in tests alone. The second is in the program, which has to find it, or it looks badly."""

HUNTER = f"""
import ctypes, gc, hashlib, os, re, sys

DECOY = "{DECOY}"
SECRET_HASH = "{hashlib.sha256(SECRET.encode()).hexdigest()}"  # the word itself would be found everywhere
WORDS = re.compile(rb"W[0-9a-f]{{6}}Q[0-9a-f]{{6}}W")


def frames():
    frame = sys._getframe()
    while frame:
        yield repr((frame.f_locals, frame.f_globals, frame.f_builtins, frame.f_code.co_consts))
        frame = frame.f_back


def objects():
    for one in gc.get_objects():
        for other in gc.get_referents(one):
            if type(other) in (str, bytes):
                yield other


def files():
    for root in ("/tmp", "/box", "/runtime", "/etc", "/dev", "/run", "/home", "/root", "/var"):
        for folder, _, names in os.walk(root):
            for name in names:
                path = os.path.join(folder, name)
                yield path
                if os.path.isfile(path):
                    yield read(path)


def descriptors():
    for number in range(256):
        try:
            yield os.pread(number, 1 << 20, 0)
        except OSError:
            pass


def processes():
    for number in filter(str.isdigit, os.listdir("/proc")):
        for name in ("environ", "cmdline", "mem", "maps", "comm", "stack", "syscall"):
            yield read(f"/proc/{{number}}/{{name}}")
        for name in ("fd", "cwd", "root"):
            try:
                yield repr(os.listdir(f"/proc/{{number}}/{{name}}"))
            except OSError:
                pass


def environment():
    yield repr((dict(os.environ), sys.argv, sys.path))
    for module in list(sys.modules.values()):
        yield repr(list(vars(module).items())) if module else ""


def memory():
    with open("/proc/self/maps") as maps:
        spans = [line.split()[:2] for line in maps if "[v" not in line]
    for span, access in spans:
        low, high = (int(part, 16) for part in span.split("-"))
        if "r" in access:
            yield ctypes.string_at(low, high - low)


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read(1 << 20)
    except OSError:
        return b""


def hashes(texts):
    found = set()
    for text in texts:
        raw = text if isinstance(text, bytes) else text.encode("utf-8", "replace")
        found.update(hashlib.sha256(word).hexdigest() for word in WORDS.findall(raw))
    return found


def hunt():
    os.environ["DECOY"] = DECOY
    with open("/tmp/decoy", "w") as file:
        file.write(DECOY)
    left_open = open("/tmp/decoy")
    decoy_hash = hashlib.sha256(DECOY.encode()).hexdigest()
    for look in (frames, objects, files, descriptors, environment, memory, processes):
        found = hashes(look())
        if SECRET_HASH in found:
            return "found it in " + look.__name__
        if decoy_hash not in found and look is not processes:  # which it may not look into at all
            return "blind in " + look.__name__
    return ""


def f(x):
    return hunt() or 2 * x
"""

STYLES: dict[str, Tests] = {
    "stdio": StdioTests((StdioCase(b"1", b"2"), StdioCase(SECRET.encode(), SECRET.encode()))),
    "call": CallTests("f", (CallCase(b"[1]", b"2"), CallCase(b'["%s"]' % SECRET.encode(), b"[1]"))),
    "asserts": AssertTests(
        (f"wanted = '{SECRET}'\nassert f(1) == 2, '{SECRET}'", f"assert f(0) == '{SECRET}'")
    ),
    "check": CheckTests(f"def check(f):\n    assert f(1) == 2, '{SECRET}'\n    assert f(2) == 4", "f"),
    "pytest": PytestTests(
        f"from solution import f\ndef test_f():\n    wanted = '{SECRET}'\n    assert f(1) == 2, wanted"
    ),
}


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("tests", STYLES.values(), ids=STYLES)
async def test_a_program_that_searches_everything_finds_nothing(verifier: Verifier, tests: Tests) -> None:
    """Frames, objects, files, descriptors, environment, other processes, all of its memory."""
    program = f"{HUNTER}\nif __name__ == '__main__':\n    print(f(int(input())))\n"
    task = Task(CodeTask("python", tests, setup=f"KEPT = '{SECRET}'", scoring=Scoring.FRACTION))
    judgement = await verifier.verify(program, task, Options(reveal_expected=True))

    assert judgement.cases[0].verdict is Verdict.ACCEPTED, judgement.detail


class Recorder(Scripted):
    """A sandbox that keeps what would enter the candidate's process."""

    def __init__(self) -> None:
        """Every run ends well."""
        super().__init__(GOOD)
        self.programs: list[Program] = []

    def open(self, program: Program, *, alone: bool = False) -> Scripted:  # type: ignore[override]
        """See `sandbox.model.Sandbox`."""
        self.programs.append(program)
        return self


ALIKE: list[tuple[Tests, Tests]] = [
    (
        StdioTests((StdioCase(b"1", b"2"),)),
        StdioTests((StdioCase(b"1", b"3"), StdioCase(b"7", b"8"), StdioCase(b"9", b"10"))),
    ),
    (
        CallTests("f", (CallCase(b"[1]", b"2"),)),
        CallTests("f", (CallCase(b"[1]", b'{"a": 3}'), CallCase(b"[7]", b"8"))),
    ),
    (AssertTests(("assert f(1) == 2",)), AssertTests(("assert f(1) == 3", "assert g() == 7"))),
    (CheckTests("def check(f): assert f(1) == 2", "f"), CheckTests("def check(g): assert g(1) == 3", "g")),
    (
        PytestTests("def test_f(): assert f(1) == 2"),
        PytestTests("def test_f(): assert f(3)\ndef test_g(): ..."),
    ),
]


@pytest.mark.parametrize(("one", "other"), ALIKE, ids=STYLES)
async def test_what_enters_a_candidates_process_does_not_depend_on_what_is_expected(
    one: Tests, other: Tests
) -> None:
    """Nor on later tests, nor on their number: byte for byte. What a partner is told is another's."""
    entered = []
    for tests in (one, other):
        recorder = Recorder()
        await code.build(recorder).verify("pass", Task(CodeTask("python", tests)), Options())
        entered.append((recorder.programs, dataclasses.replace(recorder.runs[0], partner=None)))

    assert entered[0] == entered[1]
