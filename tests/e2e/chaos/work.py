"""Mixed work, each piece with the verdict it deserves: answers, choices, programs in three languages, and one
in twenty hostile."""

from __future__ import annotations

import functools
import itertools
from typing import TYPE_CHECKING, NamedTuple

from rollout.model import Trace, Verdict
from rollout.tasks.table import parse_task
from verifier.redteam.abuse import reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verifier.v1 import verifier_pb2 as pb

_HOSTILE = (
    "clock-patched.py",
    "forges-frames.py",
    "kills-everyone.py",
    "kills-its-group.py",
    "memory-bomb.py",
    "output-flood.py",
    "speaks-for-its-jail.py",
    "zombies.py",
)
"""Of the abuse corpus: one verdict each, and in milliseconds."""
_LIMITS = {"memory_mb": 64, "output_mb": 1, "processes": 20}
_CPU_SECONDS, _SHORT_CPU_SECONDS = 5, 0.15
"""Short for who burns until then; else far from what is needed to reach another limit, on any machine."""
_PROGRAMS = {
    "python": "print(int(input()) ** 2 + {add})  # {comment}",
    "bash": "read -r n; echo $((n * n + {add}))  # {comment}",
    "cpp": "#include <iostream>\nint main() {{ long n; std::cin >> n; std::cout << n*n + {add}; }} // {same}",
}
"""Right where nothing is added. Comments make programs differ; few for C++, where each one is compiled."""
_TASKS = 8
"""For each language: groups of responses to one task, as trainers send them."""
_CPP_PROGRAMS = 4


class Piece(NamedTuple):
    """A trace and its verdict."""

    trace: Trace
    wanted: Verdict


def pieces() -> Iterator[Piece]:
    """Without end; of twenty in a row nine are math, three choices, seven programs, and one is hostile."""
    for number in itertools.count():
        yield _MIX[number % len(_MIX)](number // len(_MIX) * len(_MIX) + number % len(_MIX))


def _integer(number: int) -> Piece:
    right = number % 3 != 0
    trace = Trace(f"So it is \\boxed{{{204 if right else number + 1000}}}.", _answer("204"), id=str(number))
    return Piece(trace, _verdict(right))


def _symbolic(number: int) -> Piece:
    """Takes a worker."""
    right = number % 2 == 0
    n = number % 50 + 2
    form = rf"\frac{{{n}\sqrt{{2}}}}{{{2 * n if right else 2 * n + 1}}}"
    return Piece(
        Trace(rf"Thus \boxed{{{form}}}", _answer(r"\frac{1}{\sqrt{2}}"), id=str(number)), _verdict(right)
    )


def _choice(number: int) -> Piece:
    letter = "ABCD"[number % 4]
    task = _task("choice", "B")
    return Piece(
        Trace(f"Since {number} is odd, the answer is ({letter}).", task, id=str(number)),
        _verdict(letter == "B"),
    )


def _program(language: str, number: int) -> Piece:
    right = number % 3 != 1
    text = _PROGRAMS[language].format(
        add=0 if right else 1, comment=number, same=number // 20 % _CPP_PROGRAMS
    )
    task = _squares(language, number // 20 % _TASKS)
    return Piece(Trace(f"```{language}\n{text}\n```", task, id=f"{language} {number}"), _verdict(right))


def _hostile(number: int) -> Piece:
    name = _HOSTILE[number // 20 % len(_HOSTILE)]
    (wanted,) = reading.statement(name).verdicts
    text = f"{reading.source(name)}\n# {number}\n"
    task = _contained(_SHORT_CPU_SECONDS if wanted == "TIME_LIMIT" else _CPU_SECONDS)
    return Piece(Trace(f"```python\n{text}```", task, id=f"{name} {number}"), Verdict[wanted])


_MIX = (
    *[_integer] * 4,
    *[functools.partial(_program, "python")] * 3,
    *[_choice] * 3,
    _hostile,
    *[_symbolic] * 2,
    *[functools.partial(_program, "bash")] * 2,
    *[_integer] * 3,
    *[functools.partial(_program, "cpp")] * 2,
)
assert len(_MIX) == 20


def _verdict(right: bool) -> Verdict:
    return Verdict.ACCEPTED if right else Verdict.WRONG_ANSWER


@functools.cache
def _task(verifier: str, answer: str) -> pb.Task:
    return parse_task({"verifier": verifier, "answer": answer})


def _answer(gold: str) -> pb.Task:
    return _task("math", gold)


@functools.cache
def _squares(language: str, number: int) -> pb.Task:
    numbers = range(number, number + 2)
    tests = {"inputs": [f"{n}\n" for n in numbers], "outputs": [f"{n * n}\n" for n in numbers]}
    return parse_task({"verifier": "code", "language": language, "tests": tests})


@functools.cache
def _contained(cpu_seconds: float) -> pb.Task:
    tests = {"inputs": ["", ""], "outputs": ["contained\n"] * 2}
    limits = {**_LIMITS, "cpu_seconds": cpu_seconds}
    return parse_task({"verifier": "code", "language": "python", "limits": limits, "tests": tests})
