"""The fast path never disagrees with the truth, nor with algebra."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests import labelled
from tests.bench.agreement import agreement, generated
from tests.verifier.answers.tables import ROOT

FEW = 500
SEED = 6
"""Other pairs than those of the benchmark."""


def test_values_written_in_two_ways_are_equal_exactly_where_they_are() -> None:
    found = agreement(generated(FEW, SEED))

    assert found.disagreements == []
    assert found.outcomes["decided, and both say True"] > FEW / 5
    assert found.outcomes["decided, and both say False"] > FEW / 5


@pytest.mark.heavy
def test_the_fast_path_and_algebra_agree_about_twenty_thousand_pairs() -> None:
    """In a process of its own, which loses sympy's ways to compiled code."""
    if not all(labelled.path(name).exists() for name in labelled.SETS):
        pytest.skip("no labelled data; set VERIFIER_TEST_DATA")
    command = (sys.executable, "-m", "tests.bench", "agreement", "--json")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    found = json.loads(done.stdout)["agreement"]
    assert found["pairs"] == 20_000
    assert found["disagreements"] == []
