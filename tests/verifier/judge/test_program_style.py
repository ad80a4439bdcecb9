"""Test programs in every installed language: right, wrong and broken candidates, and what is told of them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.heavy import languages
from verifier.errors import NotInstalled
from verifier.judge.show import DETAIL_CHARACTERS
from verifier.model import Assurance, CodeTask, Judgement, Options, ProgramTests, Task, Verdict, Verifier


@dataclass(frozen=True, slots=True)
class Twice:
    """A function that doubles a number, and its test program."""

    right: str
    test: str

    def wrong(self) -> str:
        """It triples."""
        return self.right.replace("2 *", "3 *")


_C_TEST = "#include <stdlib.h>\nint main() { if (twice(21) != 42) abort(); return 0; }"
PROGRAMS = {
    "bash": Twice("twice() { echo $(( 2 * $1 )); }", '[ "$(twice 21)" = 42 ] || exit 1'),
    "c": Twice("int twice(int n) { return 2 * n; }", _C_TEST),
    "cpp": Twice("int twice(int n) { return 2 * n; }", _C_TEST),
    "cpp20": Twice("int twice(int n) { return 2 * n; }", _C_TEST),
    "go": Twice(
        "package main\nfunc twice(n int) int { return 2 * n }",
        'func main() { if twice(21) != 42 { panic("no") } }',
    ),
    "haskell": Twice(
        "twice :: Int -> Int\ntwice n = 2 * n",
        'main :: IO ()\nmain = if twice 21 == 42 then pure () else error "no"',
    ),
    "java": Twice(
        "class Sums { static int twice(int n) { return 2 * n; } }",
        "class Main { public static void main(String[] a) throws Exception {\n"
        '  if (Sums.twice(21) != 42) throw new Exception("no"); } }',
    ),
    "javascript": Twice("function twice(n) { return 2 * n }", "if (twice(21) !== 42) throw 'no'"),
    "kotlin": Twice(
        "fun twice(n: Int): Int = 2 * n", 'fun main() { if (twice(21) != 42) throw Exception("no") }'
    ),
    "lua": Twice("function twice(n) return 2 * n end", "assert(twice(21) == 42)"),
    "perl": Twice("sub twice { return 2 * $_[0] }", "die 'no' if twice(21) != 42;"),
    "php": Twice(
        "<?php function twice($n) { return 2 * $n; }", "if (twice(21) !== 42) { throw new Exception(); }"
    ),
    "python": Twice("def twice(n): return 2 * n", "assert twice(21) == 42"),
    "ruby": Twice("def twice(n) 2 * n end", "raise 'no' if twice(21) != 42"),
    "rust": Twice("fn twice(n: i64) -> i64 { 2 * n }", "fn main() { assert_eq!(twice(21), 42); }"),
    "typescript": Twice(
        "const twice = (n: number): number => 2 * n",
        "import * as assert from 'assert'\nassert.equal(twice(21), 42)",
    ),
}
BROKEN = "this is ((( no program in any of them ¤"
REFUSALS = {Verdict.COMPILE_ERROR, Verdict.RUNTIME_ERROR}


async def judged(verifier: Verifier, language: str, source: str, reveal: bool = False) -> Judgement:
    """The judgement on a candidate; skips where the language is not installed."""
    task = Task(CodeTask(language, ProgramTests(PROGRAMS[language].test)))
    try:
        verifier.check(task)
    except NotInstalled as missing:
        pytest.skip(str(missing))
    return await verifier.verify(source, task, Options(reveal_expected=reveal))


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("language", languages(PROGRAMS))
async def test_a_test_program_ends_or_dies(verifier: Verifier, language: str) -> None:
    """Right is accepted, wrong dies, and what is no program says so in the tool's words, in one line."""
    program = PROGRAMS[language]
    right = await judged(verifier, language, program.right)
    wrong = await judged(verifier, language, program.wrong())
    broken = await judged(verifier, language, f"{program.right}\n{BROKEN}")

    assert right.verdict is Verdict.ACCEPTED, right.detail
    assert (right.score, right.assurance) == (1, Assurance.SAME_PROCESS)
    assert (wrong.verdict, wrong.score) == (Verdict.RUNTIME_ERROR, 0)
    assert broken.verdict in REFUSALS
    assert broken.score == 0
    assert broken.detail
    assert "\n" not in broken.detail
    assert len(broken.detail) <= DETAIL_CHARACTERS + len("test 0: ")
    assert right.toolchain


@pytest.mark.asyncio(loop_scope="session")
async def test_a_compiler_is_quoted_where_it_says_what_is_wrong(verifier: Verifier) -> None:
    """Not its last line, which counts errors or draws an arrow."""
    judgement = await judged(verifier, "cpp", "int twice(int n) { return 2 * m; }")

    assert judgement.verdict is Verdict.COMPILE_ERROR
    assert "m" in judgement.detail
    assert "error:" in judgement.detail


@pytest.mark.asyncio(loop_scope="session")
async def test_what_a_test_program_says_is_for_callers_who_may_see_expected_values(
    verifier: Verifier,
) -> None:
    """Its last words tend to name them."""
    wrong = PROGRAMS["ruby"].wrong()

    assert "no" not in (await judged(verifier, "ruby", wrong)).detail.split(":", 2)[2]
    assert "no (RuntimeError)" in (await judged(verifier, "ruby", wrong, reveal=True)).detail


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("java", "class Sums { static int twice(int n) { long[] a = new long[1 << 30]; return a.length; } }"),
        ("javascript", "function twice(n) { const a = []; for (;;) a.push(new Array(1e6).fill(n)) }"),
        ("cpp", "#include <vector>\nint twice(int n) { std::vector<char> a(3ul << 30, 1); return a[n]; }"),
        ("php", "<?php function twice($n) { $a = []; for (;;) { $a[] = str_repeat('x', 1 << 24); } }"),
        ("ruby", "def twice(n) a = []; loop { a << 'x' * (1 << 24) } end"),
        ("python", "def twice(n): return len(bytearray(3 << 30))"),
    ],
)
async def test_running_out_of_memory_is_told_from_other_deaths(
    verifier: Verifier, language: str, source: str
) -> None:
    """By what the runtime says on its way out, or by its size."""
    judgement = await judged(verifier, language, source)

    assert judgement.verdict is Verdict.MEMORY_LIMIT, judgement.detail
