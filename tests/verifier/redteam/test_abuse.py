"""The abuse corpus: complete, well formed, and contained.

The whole corpus is `verifier redteam --abuse`; here, programs of different kinds that need no limit to stop.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
from importlib import resources
from typing import TYPE_CHECKING

import pytest

from sandbox.errors import NotAvailable
from sandbox.model import LaunchMode
from verifier.model import Verdict
from verifier.redteam.abuse import campaign, reading, traces
from verifier.redteam.abuse.model import Abuse, Result
from verifier.redteam.abuse.run import run
from verifier.redteam.abuse.table import ABUSES, KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

QUICK = (
    "abstract-socket.py",
    "daemons.py",
    "forges-frames.py",
    "looks-around.py",
    "namespaces.c",
    "reads-init.py",
    "signals-to-init.py",
    "speaks-for-its-jail.py",
)


def test_every_program_is_in_the_table_and_every_line_has_its_program() -> None:
    """Once."""
    folder = resources.files("verifier.redteam.abuse") / "programs"
    files = [file.name for file in folder.iterdir() if file.name != "__pycache__"]

    assert sorted(files) == [abuse.name for abuse in ABUSES]


def test_every_kind_of_abuse_is_tried() -> None:
    """By one program at the least, and there are enough of both."""
    assert [kind for kind, names in KINDS.items() if not names] == []
    assert len(KINDS) >= 45
    assert len(ABUSES) >= 80


@pytest.mark.parametrize("name", [abuse.name for abuse in ABUSES])
def test_a_program_says_what_it_does_and_what_has_to_become_of_it(name: str) -> None:
    """In its head, with verdicts that exist."""
    stated = reading.statement(name)

    assert stated.does.endswith(".")
    assert stated.gone
    assert stated.verdicts <= {verdict.name for verdict in Verdict}


def _run(*abuses: Abuse) -> list[Result]:
    async def collect() -> list[Result]:
        return [result async for result in run("here", LaunchMode.TEMPLATE, abuses)]

    try:
        return asyncio.run(collect())
    except NotAvailable as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))


def test_abuses_are_contained_leave_nothing_and_disturb_nobody() -> None:
    """Here, in jails that are forked from a template."""
    results = _run(*(abuse for abuse in ABUSES if abuse.name in QUICK))

    assert len(results) == len(QUICK)
    assert [result for result in results if result.problems] == []


def test_a_program_that_gets_somewhere_is_not_contained() -> None:
    """This one finds another input than the one that it was told to expect."""
    (result,) = _run(Abuse("input-tampering.py", (b"something else\n",)))

    assert not result.contained
    assert result.verdict == "WRONG_ANSWER"


def test_a_process_and_its_descriptors_that_are_left_behind_are_found() -> None:
    """Wherever its parent has gone."""
    traces.adopt_orphans()
    before = traces.look()
    shell = subprocess.run(["/bin/sh", "-c", "sleep 60 >&- & echo $!"], stdout=subprocess.PIPE, check=True)
    found = traces.more(before, traces.look())
    orphan = int(shell.stdout)
    os.kill(orphan, 9)
    os.waitpid(orphan, 0)

    assert f"processes: sleep {orphan}" in found
    assert traces.more(before, traces.look()) == []


def test_each_program_has_one_place_where_all_are_spread() -> None:
    """Places get about as many each."""
    plan = campaign.spread(ABUSES, campaign.places())

    assert sorted(abuse.name for _, chosen in plan for abuse in chosen) == [abuse.name for abuse in ABUSES]
    assert {len(chosen) - len(plan[-1][1]) for _, chosen in plan} <= {0, 1}


def test_programs_planned_where_no_jail_works_run_where_jails_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container may allow no other user; a program that was planned there is not left out in silence."""
    here, there = campaign.Place.parse("root/template"), campaign.Place.parse("user/template")
    asked: list[tuple[campaign.Place, Sequence[str]]] = []

    def run_in(place: campaign.Place, names: Sequence[str]) -> Iterator[Result]:
        asked.append((place, names))
        if place == there:
            raise campaign._NotHere("no users")
        return iter([Result(place.situation.value, place.launch.value, name, "", (), 0.0) for name in names])

    monkeypatch.setattr(campaign, "_run_in", run_in)
    first, second, third = ABUSES[:3]

    report = campaign.run([(there, [first, second]), (here, [second, third])])

    assert asked[1:] == [(here, [second.name, third.name]), (here, [first.name])]
    assert sorted(result.abuse for result in report.results) == sorted(
        abuse.name for abuse in (first, second, third)
    )
    assert report.unavailable == ("user/template: no users",)
