"""Pytest modules: what counts as passed, and what does not although nothing failed."""

from __future__ import annotations

import pytest

from verifier.model import CodeTask, Options, PytestTests, Task, Verdict, Verifier

PROGRAM = "def f(x): return 2 * x"
NOT_PASSED = {
    "skipped": "@pytest.mark.skip\ndef test_f(): assert f(1) == 2",
    "skipped within": "def test_f():\n    assert f(1) == 2\n    pytest.skip()",
    "expected to fail": "@pytest.mark.xfail\ndef test_f(): assert f(1) == 3",
    "expected to fail, and passed": "@pytest.mark.xfail(strict=False)\ndef test_f(): assert f(1) == 2",
    "no parameters": "@pytest.mark.parametrize('x', [])\ndef test_f(x): assert f(x) == 2",
    "not collected": "def test_f(): assert f(1) == 2\ndef test_g(): ...\ntest_g = None",
    "failing fixture": "@pytest.fixture\ndef two(): assert f(1) == 3\ndef test_f(two): ...",
    "failing at its end": (
        "@pytest.fixture\ndef two():\n    yield\n    assert f(1) == 3\ndef test_f(two): ..."
    ),
    "one of several": "def test_a(): assert f(1) == 2\ndef test_b(): assert f(1) == 3",
    "ended early": "def test_a(): pytest.exit('done', returncode=0)\ndef test_b(): assert f(1) == 2",
    "leaves the process": "import os\ndef test_a(): os._exit(0)",
}


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("kind", NOT_PASSED)
async def test_only_tests_that_ran_and_passed_count(verifier: Verifier, kind: str) -> None:
    """Everything else scores nothing, however calmly pytest ends."""
    source = f"import pytest\nfrom solution import f\n{NOT_PASSED[kind]}"
    judgement = await verifier.verify(PROGRAM, Task(CodeTask("python", PytestTests(source))), Options())

    assert judgement.verdict in {Verdict.WRONG_ANSWER, Verdict.RUNTIME_ERROR}
    assert judgement.score == 0


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    "source",
    [
        "from solution import f\ndef test_f(): assert f(1) == 2",
        "import solution\ndef test_f(): assert solution.f(1) == 2",
        (
            "import solution as s\nimport unittest\nclass TestF(unittest.TestCase):\n"
            "    def setUp(self): self.two = 2\n    def test_f(self): self.assertEqual(s.f(1), self.two)"
        ),
        "def test_f(): assert f(1) == 2",
        (
            "from solution import f\ndef test_f(tmp_path, monkeypatch):\n    monkeypatch.chdir(tmp_path)\n"
            "    assert f(1) == 2"
        ),
    ],
)
async def test_the_ways_in_which_modules_are_written(verifier: Verifier, source: str) -> None:
    """Imports of names and of the module, none at all, test cases of unittest, builtin fixtures."""
    judgement = await verifier.verify(PROGRAM, Task(CodeTask("python", PytestTests(source))), Options())

    assert judgement.verdict is Verdict.ACCEPTED, judgement.detail
