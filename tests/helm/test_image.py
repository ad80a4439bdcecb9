"""The recipe of the image holds what the service needs. Building it takes a builder, or `make rootfs`."""

from __future__ import annotations

import json
import re
import subprocess

import tomllib
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from sandbox.languages.table import LANGUAGES
from tests.architecture.tracked import ROOT

RECIPE = (ROOT / "Dockerfile").read_text("utf-8")
STAGES = {
    stage.split("\n", 1)[0].rsplit(" ", 1)[-1]: stage
    for stage in re.split(r"^FROM ", RECIPE, flags=re.MULTILINE)[1:]
}
STEPS = ("debian", "environment", "languages", "finish")
EXTRAS = ("server", "opinion", "otel", "parquet")


def packages(name: str) -> list[str]:
    lines = (ROOT / "image/packages" / name).read_text().splitlines()
    return [line for line in lines if not line.startswith("#")]


def locked() -> dict[str, str]:
    text = (ROOT / "image/requirements.txt").read_text()
    return {canonicalize_name(n): v for n, v in re.findall(r"^([\w.-]+)==(\S+) \\$", text, re.MULTILINE)}


def test_the_full_image_has_what_every_language_needs() -> None:
    needed = {name for language in LANGUAGES.values() for name in language.packages.split()}
    assert len(needed) > 20
    assert needed - {*packages("core"), *packages("full")} == set()


def test_what_comes_from_npm_is_what_the_languages_name_with_its_hash() -> None:
    wanted = dict(name.rsplit("@", 1) for language in LANGUAGES.values() for name in language.npm.split())
    assert json.loads((ROOT / "image/npm/package.json").read_text())["dependencies"] == wanted
    there = json.loads((ROOT / "image/npm/package-lock.json").read_text())["packages"]
    del there[""]
    assert {name.removeprefix("node_modules/") for name in there} == set(wanted)
    assert all(thing["integrity"].startswith("sha512-") for thing in there.values())


def test_every_python_package_of_the_image_is_pinned_to_hashes() -> None:
    """Whoever changes a dependency has to run `make lock`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *(n for e in EXTRAS for n in project["optional-dependencies"][e])]
    found = locked()
    for requirement in map(Requirement, wanted):
        assert requirement.specifier.contains(found[canonicalize_name(requirement.name)]), requirement
    entries = re.split(r"\n(?=\w)", (ROOT / "image/requirements.txt").read_text())[1:]
    assert len(entries) == len(found)
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_image_runs_as_nobody_in_particular() -> None:
    for name in ("core", "full"):
        assert re.findall(r"^USER (\S+)", STAGES[name], re.MULTILINE)[-1:] == ["10001:10001"]


def test_both_recipes_take_the_same_steps() -> None:
    rootfs = (ROOT / "image/rootfs").read_text()
    for step in STEPS:
        assert f"/image/{step}" in RECIPE
        assert re.search(rf"inside {step}\b", rootfs), step
        subprocess.run(["/bin/sh", "-n", ROOT / "image" / step], check=True)


def test_nothing_is_installed_but_by_those_steps() -> None:
    assert not re.search(r"apt-get|pip install|npm (install|ci)|curl|wget", RECIPE)


def test_everything_that_is_copied_is_there_and_not_ignored() -> None:
    shown = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line[:1] == "!"
    }
    copied = {
        name for line in re.findall(r"^COPY (?!--)(.*) \S+$", RECIPE, re.MULTILINE) for name in line.split()
    }
    assert copied | set(re.findall(r"bind,source=(\w+)", RECIPE)) == shown
    assert {name for name in copied if not (ROOT / name).exists()} == set()
