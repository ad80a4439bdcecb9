"""Programs and their verdicts, from `tests/cases/programs`: honest ones, wrong ones, and cheats beside them.

A folder is one task: `task.json`, responses as `*.md`, and `expected.json` with the verdict of each response
(several where the machine may choose among failures; a number where the score is neither 0 nor 1).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.verifier.judge import records
from verifier.errors import NotInstalled
from verifier.form import table as form
from verifier.model import Options, Verdict, Verifier

PROGRAMS = Path(__file__).parents[2] / "cases" / "programs"
CASES = [
    pytest.param(folder, name, expected, id=f"{folder.name}/{name}")
    for folder in sorted(PROGRAMS.iterdir())
    for name, expected in json.loads((folder / "expected.json").read_text("utf-8")).items()
]


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("folder", "name", "expected"), CASES)
async def test_a_program_gets_its_verdict(verifier: Verifier, folder: Path, name: str, expected: str) -> None:
    """Cheats and failures score nothing, whatever they try; honest programs score in full."""
    task = records.task(json.loads((folder / "task.json").read_text("utf-8")))
    response = (folder / f"{name}.md").read_text("utf-8")
    words = expected.split()
    verdicts = {Verdict(word) for word in words if word.isupper()}
    scores = [float(word) for word in words if not word.isupper()]

    try:
        verifier.check(task)
    except NotInstalled as missing:
        pytest.skip(str(missing))
    judged = await verifier.verify(response, task, Options())
    judgement = form.apply(task.format, response, judged)

    assert judgement.verdict in verdicts, judgement.detail
    assert judgement.score == (scores[0] if scores else float(judgement.verdict is Verdict.ACCEPTED))
    assert judgement.correct is (judged.verdict is Verdict.ACCEPTED)


def test_every_response_has_its_expected_verdict() -> None:
    """No file lies about unused."""
    for folder in PROGRAMS.iterdir():
        expected = json.loads((folder / "expected.json").read_text("utf-8"))

        assert {path.stem for path in folder.glob("*.md")} == expected.keys(), folder


def test_every_verdict_is_represented() -> None:
    """All that there are."""
    words = {word for case in CASES for word in str(case.values[2]).split()}

    assert {verdict.value for verdict in Verdict} <= words


def test_there_are_enough_folders_of_every_kind() -> None:
    """Sixty, in four languages and more, every style of tests, checkers and interactors among them."""
    tasks = [json.loads((folder / "task.json").read_text("utf-8")) for folder in PROGRAMS.iterdir()]
    styles = {key for task in tasks for key in task["tests"]}

    assert len(tasks) >= 60
    assert len({task["language"] for task in tasks}) >= 4
    assert styles >= {"inputs", "fn_name", "asserts", "check", "pytest", "program"}
    assert sum("interactor" in task for task in tasks) >= 3
    assert sum(isinstance(task.get("checker"), dict) for task in tasks) >= 3
    assert sum("files" in task for task in tasks) >= 3
