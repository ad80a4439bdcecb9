"""The hack corpus: complete, well formed, and without reward where that is promised.

The whole corpus is `verifier redteam --hacks`; here, hacks that need no limit to be stopped, in every style.
"""

from __future__ import annotations

from importlib import resources

import pytest

from sandbox.errors import NotAvailable
from verifier.redteam.hacks import reading, run
from verifier.redteam.hacks.styles import APART
from verifier.redteam.hacks.table import HACKS, KINDS

SLOW = {"hangs", "eats-memory", "handles-every-signal"}


def test_every_program_is_in_the_table_and_every_line_has_its_program() -> None:
    """Once."""
    folder = resources.files("verifier.redteam.hacks") / "programs"
    files = [file.name.removesuffix(reading.SUFFIX) for file in folder.iterdir()]

    assert sorted(files) == sorted(hack.name for hack in HACKS)


def test_there_are_enough_of_them_of_every_kind() -> None:
    """120 programs at the least, counting each style that they are put in."""
    assert sum(len(hack.styles) for hack in HACKS) >= 120
    assert {hack.kind for hack in HACKS} == set(KINDS)


@pytest.mark.parametrize("name", [hack.name for hack in HACKS])
def test_a_hack_differs_from_its_twin(name: str) -> None:
    """Or it would prove nothing."""
    hack, twin = reading.read(name)

    assert hack != twin


def test_hacks_score_nothing_and_their_twins_everything() -> None:
    """Wherever test and candidate are apart; against a private service."""
    chosen = [hack for hack in HACKS if hack.styles == APART and hack.name not in SLOW]
    try:
        results = run.run(None, chosen)
    except NotAvailable as missing:
        pytest.skip(str(missing))

    assert len(results) == len(chosen) * len(APART)
    assert [result for result in results if result.outcome != "held"] == []
