"""Rehearses the chart: `python -m tests.rehearsal ARCHIVE [CASE...]`, with the cases of helm/verifier/ci."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import helm_python

from tests.helm.chart import CHART, Chart, case
from tests.rehearsal.node import Failed, Node, unpack
from tests.rehearsal.steps import Pods, rehearse

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = ("default", "sysadmin")


@contextlib.contextmanager
def node_for(archive: Path, name: str) -> Iterator[tuple[Node, Pods]]:
    """A node with the pods of a case."""
    with helm_python.Chart.load(str(CHART)) as loaded:
        objects = Chart(loaded).installed(case(name))
    pods = Pods.of(objects)
    folder = Path(tempfile.mkdtemp(prefix=f"rehearsal-{name}-"))
    folder.chmod(0o755)
    try:
        yield (
            Node(folder, lambda mapped: unpack(archive, archive.parent / "unpacked", mapped=mapped), objects),
            pods,
        )
    finally:
        for place in sorted(folder.glob("volumes/*")):
            if place.is_mount():
                subprocess.run(["/usr/bin/umount", "--lazy", str(place)], check=True)
        shutil.rmtree(folder)


def say(text: str) -> None:
    """At once: steps take minutes."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Rehearse; exit status 1 where something went otherwise than promised."""
    archive = Path(arguments[0]).resolve()
    for name in arguments[1:] or CASES:
        say(f"== {name}")
        try:
            with node_for(archive, name) as (node, pods):
                rehearse(node, pods, say)
        except Failed as problem:
            say(f"FAILED: {problem}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
