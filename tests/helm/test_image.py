"""The recipe of the image holds what the service needs. Building it takes a builder: `make image`."""

from __future__ import annotations

import re

from sandbox.languages.table import LANGUAGES
from tests.architecture.tracked import ROOT

RECIPE = (ROOT / "Dockerfile").read_text("utf-8")


def test_the_full_image_has_what_every_language_needs() -> None:
    words = set(RECIPE.split())
    needed = {
        name for language in LANGUAGES.values() for name in f"{language.packages} {language.npm}".split()
    }
    assert len(needed) > 20
    assert needed - words == set()


def test_the_image_runs_as_nobody_in_particular() -> None:
    stages = re.split(r"^FROM ", RECIPE, flags=re.MULTILINE)[1:]
    last = [re.findall(r"^USER (\S+)", stage, re.MULTILINE)[-1:] for stage in stages[1:]]
    assert last == [["10001:10001"], ["10001:10001"]]


def test_everything_that_is_copied_is_there_and_not_ignored() -> None:
    shown = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line[:1] == "!"
    }
    copied = {
        name for line in re.findall(r"^COPY (?!--)(.*) \S+$", RECIPE, re.MULTILINE) for name in line.split()
    }
    assert copied == shown
    assert {name for name in copied if not (ROOT / name).exists()} == set()
