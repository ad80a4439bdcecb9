"""The hack corpus: complete, well formed, and without reward where that is promised.

The whole corpus is `make redteam`; here, the first hack of each class that
needs no limit to be stopped, in two of its styles.
"""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import os
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest

from rollout.access import Access
from rollout.errors import InputError
from sandbox.errors import NotAvailable
from tests.e2e.test_serve import SERVE, serving
from verifier.access.tokens import sha256
from verifier.cli import redteam
from verifier.redteam.hacks import reading, run, styles
from verifier.redteam.hacks.kinds import KINDS, OUT_OF_SCOPE
from verifier.redteam.hacks.table import HACKS, PAYING

LIMITED = {20, 21}
"""Classes of hacks that run until a limit stops them."""
README = Path(__file__).parents[3] / "README.md"


def test_every_program_is_in_the_table_and_every_line_has_its_program() -> None:
    """Once."""
    folder = resources.files("verifier.redteam.hacks") / "programs"
    files = [file.name.removesuffix(reading.SUFFIX) for file in folder.iterdir()]

    assert sorted(files) == sorted(hack.name for hack in HACKS)


def test_there_are_enough_of_them_of_every_kind() -> None:
    """Two hacks at the least in each of the thirty classes but those that no program can show."""
    variants = Counter(hack.kind for hack in HACKS)

    assert {*KINDS, *OUT_OF_SCOPE} == set(range(1, 31))
    assert variants.keys() == set(KINDS)
    assert min(variants.values()) >= 2
    assert sum(len(hack.styles) for hack in HACKS) >= 120


def test_hacks_that_pay_are_listed() -> None:
    """In the README, by name; none of them is put in a style that promises more."""
    text = README.read_text("utf-8")
    shared = {hack.name for hack in HACKS if any(style.name == "program" for style in hack.styles)}

    assert {name for name in PAYING if f"`{name}`" not in text} == set()
    assert shared >= PAYING


@pytest.mark.parametrize("name", [hack.name for hack in HACKS])
def test_a_hack_differs_from_its_twin(name: str) -> None:
    """Or it would prove nothing."""
    hack, twin = reading.read(name)

    assert hack != twin


def test_hacks_score_nothing_and_their_twins_everything() -> None:
    """Wherever test and candidate are apart; against a private service."""
    first = {hack.kind: hack for hack in reversed(HACKS) if hack.styles == styles.APART}
    turns = itertools.cycle(zip(styles.APART, styles.APART[3:] + styles.APART[:3], strict=True))
    chosen = [
        dataclasses.replace(hack, styles=next(turns)) for hack in first.values() if hack.kind not in LIMITED
    ]
    try:
        results = run.run(None, chosen)
    except NotAvailable as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))

    assert len(results) == sum(len(hack.styles) for hack in chosen)
    assert [result for result in results if result.outcome != "held"] == []


async def test_a_service_that_asks_for_a_token_is_attacked_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tokens").write_text(f"attacker {sha256('sesame')}\n")
    monkeypatch.setenv("VERIFIER_TOKENS", str(tmp_path / "tokens"))
    hack = next(hack for hack in HACKS if len(hack.styles) == len(styles.APART))
    chosen = [dataclasses.replace(hack, styles=hack.styles[:1])]

    async with serving(*SERVE) as (_, address):
        strangers = await asyncio.to_thread(run.run, address, chosen)
        known = await asyncio.to_thread(run.run, address, chosen, Access(token="sesame"))

    assert [result.outcome for result in (*strangers, *known)] == ["not judged", "held"]


def test_a_token_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLLOUT_TOKEN_FILE", "/nonexistent")
    with pytest.raises(InputError, match="ROLLOUT_TOKEN_FILE"):
        redteam.redteam(hacks=True, target="unix:/nowhere")
