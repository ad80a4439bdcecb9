"""Programs with tests in the shape of LiveCodeBench's rows, made of HumanEval's and MBPP's problems.

Each problem becomes a function to call and a whole program; beside the right one stand some that differ in
one way, which a harness may or may not mind. Which problem gets which of them is fixed by its place.
"""

from __future__ import annotations

import ast
import itertools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_RENDER = """
def _render(value):
    if isinstance(value, (list, tuple)) and not any(isinstance(item, (list, tuple, dict)) for item in value):
        return " ".join(map(str, value))
    return "\\n".join(map(_render, value)) if isinstance(value, (list, tuple)) else str(value)
"""
_CALLS: Mapping[str, str] = {
    "right": "return _result",
    "tuple": "return tuple(_result) if isinstance(_result, list) else _result",
    "tuples-inside": "return [tuple(i) if isinstance(i, list) else (i,) for i in _result] "
    "if isinstance(_result, (list, tuple)) else (_result,)",
    "float": "return float(_result) if isinstance(_result, int) else _result",
    "int-for-bool": "return int(_result) if isinstance(_result, bool) else _result",
    "text": "return str(_result)",
    "nothing": "return None",
    "wrapped": "return [_result]",
    "nearly": "return _result + 1e-9 if isinstance(_result, float) else _result",
    "fraction": "import fractions\nreturn fractions.Fraction(_result) if type(_result) is int else _result",
    "iterator": "return iter(_result) if isinstance(_result, list) else _result",
    "set": "return set(map(str, _result)) if isinstance(_result, list) else {_result: 1}",
    "subclass": "return type('Own', (type(_result),), {})(_result) "
    "if type(_result) in (int, str, list, float) else _result",
    "raises": "raise ValueError(_result)",
    "chatty": "print(_result)\nreturn _result",
    "one-more": "return _result + type(_result)([0]) if isinstance(_result, list) else _result",
    "equals-everything": "return type('Yes', (), {'__eq__': lambda *_: True})()",
    "exits": "raise SystemExit(0)",
}
"""What a function does with its right result."""
_WRITES: Mapping[str, str] = {
    "right": "print(_text)",
    "padded": "print('\\n  ' + _text.replace('\\n', '  \\n\\t') + ' \\n\\n')",
    "points": "print(' '.join(w + '.0' if w.lstrip('-').isdigit() else w for w in _text.split(' ')))",
    "exponents": "print(' '.join(w + 'E+0' if w.lstrip('-').isdigit() else w for w in _text.split(' ')))",
    "wide": "print(_text.replace(' ', '   '))",
    "other-case": "print(_text.swapcase())",
    "word-per-line": "print(_text.replace(' ', '\\n'))",
    "line-more": "print(_text + '\\n0')",
    "line-less": "print(_text.rpartition('\\n')[0])",
    "word-less": "print(_text.rpartition(' ')[0])",
    "nothing": "pass",
    "to-stderr": "import sys\nprint(_text, file=sys.stderr)",
    "then-raises": "print(_text)\nraise ValueError",
    "then-exits": "import sys\nprint(_text)\nsys.exit(0)",
    "guarded": "if __name__ == '__main__':\n    print(_text)",
    "in-pieces": "import sys\nsys.stdout.write(_text[:1])\nsys.stdout.write(_text[1:])",
    "nearly": "print(' '.join(str(float(w) + 1e-9) if w.replace('.', '').isdigit() else w "
    "for w in _text.split(' ')))",
    "exits-with-1": "import sys\nprint(_text)\nsys.exit(1)",
    "stdout-buffer": "import sys\nsys.stdout.buffer.write(_text.encode())",
    "os-write": "import os\nos.write(1, _text.encode())",
    "then-quits": "print(_text)\nquit()",
    "globals": "global _kept\n_kept = _text\nprint(globals()['_kept'])",
}
"""What a whole program does with its right output."""
_READS: Mapping[str, str] = {
    "read": "import sys\n_lines = sys.stdin.read().split('\\n')",
    "readline": "import sys\n_lines = [sys.stdin.readline() for _ in range(_COUNT)]",
    "input": "_lines = [input() for _ in range(_COUNT)]",
    "readlines": "import sys\n_lines = sys.stdin.readlines()",
    "buffer-read": "import sys\n_lines = sys.stdin.buffer.read().decode().split('\\n')",
    "open-dev-stdin": "_lines = open('/dev/stdin').read().split('\\n')",
    "open-zero": "_lines = open(0).read().split('\\n')",
    "buffer-readline": "import sys\n_lines = [sys.stdin.buffer.readline() for _ in range(_COUNT)]",
    "iterates": "import sys\n_lines = list(sys.stdin)",
}
"""How a whole program reads; every `right` one takes its turn."""
_VARIANTS_EACH = 2
"""Beside the right one."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A program, and the row of LiveCodeBench that it answers."""

    id: str
    code: str
    row: Mapping[str, str]
    variant: str


def samples(problems: list[dict[str, Any]]) -> Iterator[Sample]:
    """Every program for these problems."""
    calls, writes = (
        itertools.cycle(name for name in table if name != "right") for table in (_CALLS, _WRITES)
    )
    reads = itertools.cycle(_READS)
    usable = [problem for problem in problems if _cases(problem)]
    for problem, other in zip(usable, usable[1:] + usable[:1], strict=True):
        cases = _cases(problem)
        for variant in ("right", *itertools.islice(calls, _VARIANTS_EACH)):
            yield _call(problem, problem, cases, variant)
        yield _call(problem, other, cases, "other-problem")
        yield _whole(problem, cases, "right", next(reads))
        for variant in itertools.islice(writes, _VARIANTS_EACH):
            yield _whole(problem, cases, variant, "read")


def _cases(problem: dict[str, Any]) -> list[tuple[list[Any], Any]]:
    """Arguments and results of the asserts that JSON can spell."""
    found = []
    for node in ast.walk(ast.parse(problem["test"])):
        match node:
            case ast.Assert(
                test=ast.Compare(ast.Call(ast.Name("candidate"), args, []), [ast.Eq()], [wanted])
            ):
                try:
                    values = [*map(ast.literal_eval, args)], ast.literal_eval(wanted)
                    spelled = json.loads(json.dumps(values))
                except (ValueError, TypeError):
                    continue
                if spelled == [*values] and spelled not in found:
                    found.append(spelled)
    return [(given, wanted) for given, wanted in found]


def _program(problem: dict[str, Any]) -> str:
    """The problem's own solution, without its imports: the harness has them."""
    text = f"{problem['prompt']}{problem['canonical_solution']}\n"
    lines = [line for line in text.splitlines() if not line.startswith(("from ", "import "))]
    return "\n".join(lines) + f"\n\n_solve = {problem['entry_point']}\n\n\n"


def _row(cases: list[tuple[str, str]], kind: str, function: str | None) -> dict[str, str]:
    tests = [{"input": given, "output": wanted, "testtype": kind} for given, wanted in cases]
    return {
        "public_test_cases": json.dumps(tests[:1]),
        "private_test_cases": json.dumps(tests[1:]),
        "metadata": json.dumps({"func_name": function} if function else {}),
    }


def _call(problem: dict[str, Any], solved: dict[str, Any], cases: list[Any], variant: str) -> Sample:
    name = problem["entry_point"]
    body = _CALLS.get(variant, _CALLS["right"]).replace("\n", "\n    ")
    code = f"{_program(solved)}def {name}(*_given):\n    _result = _solve(*_given)\n    {body}\n"
    texts = [("\n".join(map(json.dumps, given)), json.dumps(wanted)) for given, wanted in cases]
    row = _row(texts, "functional", name)
    return Sample(f"{problem['task_id']} call {variant}", code, row, f"call {variant}")


def _whole(problem: dict[str, Any], cases: list[Any], variant: str, reading: str) -> Sample:
    read = _READS[reading].replace("_COUNT", str(len(cases[0][0])))
    solve = "_text = _render(_solve(*[json.loads(_line) for _line in _lines if _line.strip()]))"
    code = f"{_program(problem)}{_RENDER}\n{read}\n{solve}\n{_WRITES[variant]}\n"
    texts = [("\n".join(map(json.dumps, given)) + "\n", _rendered(wanted)) for given, wanted in cases]
    name = variant if reading == "read" else f"{variant} {reading}"
    return Sample(f"{problem['task_id']} stdio {name}", code, _row(texts, "stdin", None), f"stdio {name}")


def _rendered(value: object) -> str:
    """As `_RENDER` has it."""
    names: dict[str, Any] = {}
    exec(_RENDER, names)
    return str(names["_render"](value))
