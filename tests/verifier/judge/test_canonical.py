"""Problems in many languages with their published solutions: what is rejected is listed, with its reason.

MBXP (amazon-science/mxeval) was translated by machine. Some of its solutions are cut off, are no program of
their language, or fail their own tests wherever they run.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.verifier.judge.test_data_sets import judged, rows
from verifier.errors import NotInstalled

if TYPE_CHECKING:
    from verifier.model import Verifier

LISTED = Path(__file__).parents[2] / "cases" / "canonical.tsv"
SLOW = pytest.mark.skipif("CI" in os.environ, reason="its compiler takes minutes for a hundred programs")
LANGUAGES = ("cpp", "java", "javascript", "php", "ruby", "typescript", pytest.param("kotlin", marks=SLOW))


def listed(language: str) -> dict[str, str]:
    """The verdicts of solutions that are wrong, by the name of their problem."""
    with LISTED.open(encoding="utf-8", newline="") as lines:
        table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {line["row"]: line["verdict"] for line in table if line["language"] == language}


@pytest.mark.heavy
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_published_solution_is_accepted_but_those_listed(
    verifier: Verifier, language: str
) -> None:
    """A hundred of each language, each a test program behind the solution."""
    problems = rows(f"mbpp_{language}")
    cases = [
        (
            {"language": language, "tests": {"program": row["test"]}, "prefix": row["prompt"]},
            row["canonical_solution"],
        )
        for row in problems
    ]

    try:
        judgements = await judged(verifier, cases)
    except NotInstalled as missing:
        pytest.skip(str(missing))

    rejected = {
        row["task_id"]: judgement.verdict.name
        for row, judgement in zip(problems, judgements, strict=True)
        if not judgement.correct
    }
    assert rejected == listed(language)
