"""What a cluster would do with the chart's pods, in its order, and what has to come of it."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.rehearsal import oci
from tests.rehearsal.node import FIRST_ID, PROCESSES, Failed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.rehearsal.node import Node, Running
    from tests.rehearsal.oci import Json

_HELD = ("held", "pays, as stated")
_NUMBERS = {"SETGID": 6, "SETUID": 7}
"""Capabilities that the service itself holds, with every profile."""


@dataclasses.dataclass(frozen=True, slots=True)
class Pods:
    """Of one rendered chart."""

    service: Json
    test: Json

    @staticmethod
    def of(objects: list[Json]) -> Pods:
        """The pods among the chart's objects."""
        (deployment,) = [thing for thing in objects if thing["kind"] == "Deployment"]
        (test,) = [thing for thing in objects if thing["kind"] == "Pod"]
        return Pods(deployment["spec"]["template"]["spec"], test["spec"])

    @property
    def main(self) -> Json:
        """The container of the service."""
        return self.service["containers"][0]


def with_verb(container: Json, verb: str) -> Json:
    """The container with `verifier serve` replaced, wherever its command line says it."""
    command = [part.replace("verifier serve", f"verifier {verb}") for part in container["command"]]
    if command == container["command"]:
        command = [*command[:-1], *verb.split()]
    return {**container, "command": command, "name": verb.split(maxsplit=1)[0]}


def probe(running: Running, wanted: Json) -> None:
    """Ask as a kubelet does, until it serves or as often as the probe allows.

    Raises:
        Failed: it never served.
    """
    question = wanted["grpc"]
    enter = ["nsenter", f"--net=/proc/{running.pid}/ns/net"]
    command = [
        *enter,
        sys.executable,
        "-m",
        "tests.rehearsal.probe",
        str(question["port"]),
        question.get("service", ""),
    ]
    for _ in range(wanted["failureThreshold"]):
        if running.process.poll() is not None:
            break
        if subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode == 0:
            return
        time.sleep(wanted["periodSeconds"])
    raise Failed(f"{question} never served; the log:\n{running.log.read_text()}")


def walls(running: Running, pod: Json, container: Json) -> Iterator[str]:
    """What the kernel says of the service's process.

    Yields:
        Facts, for people.

    Raises:
        Failed: it has more power, or fewer limits, than the chart says.
    """
    status = dict(
        line.split(":\t", 1)
        for line in Path(f"/proc/{running.pid}/status").read_text().splitlines()
        if ":\t" in line
    )
    kept = sum(1 << _NUMBERS[name] for name in _NUMBERS)
    for field in ("CapBnd", "CapPrm", "CapEff"):
        _same(field, int(status[field], 16), kept)
    _same("no_new_privs", status["NoNewPrivs"], "1")
    filtered = container["securityContext"]["seccompProfile"]["type"] != "Unconfined"
    _same("seccomp", status["Seccomp"], "2" if filtered else "0")
    own = not pod.get("hostUsers", True)
    mapped = Path(f"/proc/{running.pid}/uid_map").read_text().split()
    _same("uid_map", mapped, ["0", str(FIRST_ID), str(oci.IDS)] if own else ["0", "0", "4294967295"])
    _same("uid", status["Uid"].split()[0], str(FIRST_ID if own else 0))
    mounts = [line.split() for line in Path(f"/proc/{running.pid}/mounts").read_text().splitlines()]
    writable = sorted(
        at
        for _, at, kind, options, *_ in mounts
        if "rw" in options.split(",") and kind in ("ext4", "overlay", "tmpfs")
    )
    _same("the root", next(o.split(",")[0] for _, at, _, o, *_ in mounts if at == "/"), "ro")
    owner = "a user namespace" if own else "the node"
    yield f"uid 0 of {owner}, {' and '.join(_NUMBERS)} alone, no new privileges, seccomp {status['Seccomp']}"
    yield f"read-only root; can be written: {', '.join(writable)}"


def _same(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise Failed(f"{what} is {found}, and should be {wanted}")


def limits(group: str, name: str, container: Json) -> str:
    """What the control group allows and what was used of it.

    Raises:
        Failed: a limit is not in force.
    """
    memory, processes = (_group(kind, group, name) for kind in ("memory", "pids"))
    wanted = oci.quantity(container["resources"]["limits"]["memory"])
    old = (memory / "memory.limit_in_bytes").exists()
    _same(
        "limit of memory",
        int((memory / ("memory.limit_in_bytes" if old else "memory.max")).read_text()),
        wanted,
    )
    _same("limit of processes", int((processes / "pids.max").read_text()), PROCESSES)
    peak = int((memory / ("memory.max_usage_in_bytes" if old else "memory.peak")).read_text())
    most = (processes / "pids.peak").read_text().strip() if (processes / "pids.peak").exists() else "?"
    return f"memory: at most {peak >> 20} of {wanted >> 20} MiB; processes: at most {most} of {PROCESSES}"


def _group(kind: str, group: str, name: str) -> Path:
    old = Path(f"/sys/fs/cgroup/{kind}{group}/{name}")
    return old if old.is_dir() else Path(f"/sys/fs/cgroup{group}/{name}")


TAIL = 12
"""Lines of a report that are shown."""


def rehearse(node: Node, pods: Pods, say: Callable[[str], None]) -> None:
    """Start the pod, call it, attack it, end it.

    Raises:
        Failed: one of these went otherwise than the chart promises.
    """
    for container in pods.service.get("initContainers", ()):
        say(f"{container['name']}:\n{node.run(pods.service, container).rstrip()}")
    with node.running(pods.service, pods.main) as running:
        for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
            probe(running, pods.main[kind])
        say("startup, readiness and liveness probes are answered")
        for fact in walls(running, pods.service, pods.main):
            say(fact)
        network = Path(f"/proc/{running.pid}/ns/net")
        client = pods.test["containers"][0]
        say(f"helm test: {_summary(node.run(pods.test, client, network))}")
        attack = {**client, "command": ["/bin/sh", "-euc", _HACKS], "name": "hacks"}
        say(f"hacks: {_hacks(node.run(pods.test, attack, network))}")
        say(limits(running.group, running.name, pods.main))
        running.execute(*pods.main["lifecycle"]["preStop"]["exec"]["command"])
        _same(
            "exit status after SIGTERM", running.terminate(pods.service["terminationGracePeriodSeconds"]), 0
        )
        say("preStop and SIGTERM: ended with 0")
    abuse = node.run(
        pods.service, with_verb(pods.main, "redteam --abuse --place here/template --place here/cold")
    )
    say("abuse:\n" + "\n".join(abuse.splitlines()[-TAIL:]))


# A hack that paid is told by what it printed, not by the exit status: a set of languages lacks some.
_HACKS = 'verifier redteam --hacks --target "$TARGET" --json || true'


def _last_object(text: str) -> Json:
    return json.loads(next(line for line in reversed(text.splitlines()) if line.startswith("{")))


def _summary(text: str) -> str:
    return " ".join(text.split())[:200]


def _hacks(text: str) -> str:
    """Everything held; of languages that the image lacks, everything was left without a verdict."""
    rows = _last_object(text)["results"]
    absent = {row["language"] for row in rows} - {
        row["language"] for row in rows if row["outcome"] != "not judged"
    }
    wrong = [row for row in rows if row["language"] not in absent and row["outcome"] not in _HELD]
    if wrong or "python" in absent:
        raise Failed(f"{len(wrong)} of {len(rows)} hacks did not hold, such as {wrong[:3]}; absent: {absent}")
    tried = sum(row["language"] not in absent for row in rows)
    return f"{tried} held; not in this image: {', '.join(sorted(absent)) or 'none'}"
