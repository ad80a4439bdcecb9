"""The project is about itself: nothing tracked names the machine it was written on."""

from __future__ import annotations

import re

from tests.architecture.tracked import ROOT, tracked

# Written with a class in each, so that this file does not find itself.
HOMES = re.compile(r"/(?:wor[k]|roo[t]|hom[e]/[a-z]\w*|User[s]/\w+)/|[.]pyenv/version[s]/\d")


def test_no_tracked_file_names_a_path_of_one_machine() -> None:
    """Homes, mounts and interpreters of whoever wrote a line mean nothing to its reader."""
    found = []
    for path in tracked():
        lines = enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1)
        found += [
            f"{path.relative_to(ROOT)}:{number}: {line}" for number, line in lines if HOMES.search(line)
        ]

    assert found == []


def test_the_top_level_holds_what_belongs_there_and_nothing_else() -> None:
    """A new room at the top needs a reason in the README, and a line here."""
    rooms = {".ci", "proto", "verifier", "rollout", "sandbox", "tests", "helm", "image"}
    papers = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "SECURITY.md"}
    tools = {"Makefile", "Dockerfile", ".dockerignore", "pyproject.toml", "buf.yaml", ".gitignore"}

    top = {path.relative_to(ROOT).parts[0] for path in tracked()}

    assert top - rooms - papers - tools == set()
