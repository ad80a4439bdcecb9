"""`lcb`: LiveCodeBench's output rules (`lcb_runner/evaluation/testing_util.py`), exactly.

Texts: both are stripped as a whole and split into lines, whose number has to agree; a line agrees where it is
equal once stripped, or where both consist of decimal numbers that are equal one by one (`1.0` equals `1`,
`0.30000000000000004` does not equal `0.3`). Values: Python's `==`, a tuple at the top counting as a list:
True equals 1, tuples further inside equal no list, keys that are no texts equal no JSON key.

What differs from running that harness, each time in favour of the truth:

- Programs are real processes: `sys.stdin.buffer`, `for line in sys.stdin`, `open(0)`, `open("/dev/stdin")`,
  writing to `sys.stdout.buffer` or descriptor 1, `quit()` and `globals()` work, of which its mocked streams
  fail some in every version.
- Returned values are plain data when they are compared: an object that calls itself equal is not.
- There is no task without tests, which that harness passes.
- A program that ends with a status other than 0 fails, whatever it printed before.
- Limits are ours: processor time instead of 6 seconds on the clock, and a bound on memory.
- Output that is not UTF-8 is compared with its odd bytes replaced; a comparison that raises there (of a
  signalling NaN) is a difference here.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from verifier.judge import show
from verifier.judge.model import Checker, Difference, Tolerances


def texts(output: bytes, expected: bytes, _: Tolerances) -> Difference | None:
    """Compare line by line."""
    got, wanted = _lines(output), _lines(expected)
    if len(got) != len(wanted):
        return Difference("the number of lines", str(len(got)), str(len(wanted)))
    for number, (one, other) in enumerate(zip(got, wanted, strict=True)):
        if one != other and not _same_numbers(one, other):
            return Difference(f"line {number + 1}", show.token(one.encode()), show.token(other.encode()))
    return None


def _lines(text: bytes) -> list[str]:
    return [line.strip() for line in text.decode("utf-8", "replace").strip().split("\n")]


def _same_numbers(one: str, other: str) -> bool:
    try:
        return [Decimal(word) for word in one.split()] == [Decimal(word) for word in other.split()]
    except (InvalidOperation, ValueError):
        return False


def values(output: Any, expected: object, _: Tolerances) -> Difference | None:
    """Compare a returned value with a JSON value. Values are plain, so `==` is Python's own."""
    got = list(output) if type(output) is tuple else output
    try:
        same = bool(got == expected)
    except InvalidOperation:
        same = False
    return None if same else Difference("the result", show.value(output), show.value(expected))


CHECKER = Checker("lcb", "LiveCodeBench's output rules", texts=texts, values=values)
