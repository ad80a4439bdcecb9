"""A node for one pod: the image unpacked, its volumes, a control group, and crun to start its containers."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.architecture.tracked import ROOT
from tests.rehearsal import filters, oci

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.rehearsal.oci import Json

FIRST_ID = 1_000_000
PROCESSES = 4096
"""A common podPidsLimit."""
GROUP = "/verifier-rehearsal"
_SHOWN = 4000
"""Of what a container that failed has printed, at its end."""
_HYBRID = Path("/sys/fs/cgroup/unified")


class Failed(Exception):
    """A container did not do what the chart promises."""


@dataclasses.dataclass(frozen=True, slots=True)
class Node:
    """Where the pods of one rendered chart run."""

    folder: Path
    roots: Callable[[bool], Path]
    """The image's root file system, for a pod with (True) or without a user namespace of its own."""
    objects: Sequence[Json]

    def run(self, pod: Json, container: Json, network: Path | None = None) -> str:
        """Run a container to its end and return what it printed.

        Raises:
            Failed: it ended with another status than 0.
        """
        name = f"rehearsal-{container['name']}-{os.getpid()}-{time.monotonic_ns()}"
        bundle = self._bundle(name, pod, container, network)
        done = _crun("run", "--bundle", str(bundle), name)
        if done.returncode:
            raise Failed(f"{container['name']} ended with {done.returncode}:\n{done.stdout[-_SHOWN:]}")
        return done.stdout

    @contextlib.contextmanager
    def running(self, pod: Json, container: Json) -> Iterator[Running]:
        """A container that runs until the block ends; its log goes to a file."""
        name = f"rehearsal-{container['name']}-{os.getpid()}"
        bundle = self._bundle(name, pod, container, None)
        log = self.folder / "service.log"
        with log.open("w") as sink:
            process = subprocess.Popen(
                _command("run", "--bundle", str(bundle), name),
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
            )
        try:
            yield Running(name, log, process, self.group, _pid(name, process, log))
        finally:
            _crun("delete", "--force", name)
            process.wait(60)

    @property
    def group(self) -> str:
        """The pod's control group."""
        return f"{GROUP}/{self.folder.name}"

    def _bundle(self, name: str, pod: Json, container: Json, network: Path | None) -> Path:
        bundle = self.folder / name
        bundle.mkdir()
        volumes = {volume["name"]: self._volume(pod, volume) for volume in pod["volumes"]}
        place = oci.Place(
            root=self.roots(_mapped(pod)),
            volumes=volumes,
            environment=image_environment(),
            seccomp=lambda wanted, held: filters.filter_for(wanted, held, self._kubelet()),
            group=f"{self.group}/{name}",
            hosts=self._hosts(),
            first_id=FIRST_ID,
            processes=PROCESSES,
            network=network,
        )
        (bundle / "config.json").write_text(json.dumps(oci.configuration(pod, container, place), indent=1))
        return bundle

    def _kubelet(self) -> Path:
        """The chart's profile, put where its README says."""
        folder = self.folder / "seccomp"
        for thing in self.objects:
            if thing["kind"] == "ConfigMap" and thing["metadata"]["name"].endswith("-seccomp"):
                (folder / "profiles").mkdir(parents=True, exist_ok=True)
                for name, text in thing["data"].items():
                    (folder / "profiles" / name).write_text(text)
        return folder

    def _hosts(self) -> Path:
        """The service's name leads to this pod: what a cluster's DNS and proxy do."""
        names = [
            f"{thing['metadata']['name']}.{thing['metadata']['namespace']}.svc"
            for thing in self.objects
            if thing["kind"] == "Service"
        ]
        hosts = self.folder / "hosts"
        hosts.write_text(f"127.0.0.1 localhost {' '.join(names)}\n")
        return hosts

    def _volume(self, pod: Json, volume: Json) -> Path:
        folder = self.folder / "volumes" / f"{pod['containers'][0]['name']}-{volume['name']}"
        if "emptyDir" in volume:
            return _empty(folder, volume["emptyDir"], mapped=_mapped(pod))
        kind, source = (
            ("Secret", volume.get("secret")) if "secret" in volume else ("ConfigMap", volume["configMap"])
        )
        folder.mkdir(parents=True, exist_ok=True)
        name = source.get("secretName", source.get("name"))
        (found,) = [o for o in self.objects if o["kind"] == kind and o["metadata"]["name"] == name]
        data = {**found.get("data", {}), **{k: _encoded(v) for k, v in found.get("stringData", {}).items()}}
        items = source.get("items") or [{"key": key, "path": key} for key in data]
        group = pod.get("securityContext", {}).get("fsGroup")
        for item in items:
            text = data[item["key"]]
            path = folder / item["path"]
            path.unlink(missing_ok=True)
            path.write_bytes(base64.b64decode(text) if kind == "Secret" else text.encode())
            path.chmod(source.get("defaultMode", 0o644))
            _own(path, group, mapped=_mapped(pod))
        return folder


@dataclasses.dataclass(frozen=True, slots=True)
class Running:
    """A container that runs."""

    name: str
    log: Path
    process: subprocess.Popen[bytes]
    group: str
    pid: int
    """Its first process, as seen from the node."""

    def execute(self, *command: str) -> None:
        """Run a command in it, as `kubectl exec` and hooks do.

        Raises:
            Failed: it ended with another status than 0.
        """
        done = _crun("exec", self.name, *command)
        if done.returncode:
            raise Failed(f"exec {command} ended with {done.returncode}:\n{done.stdout}")

    def terminate(self, grace_seconds: float) -> int:
        """Send SIGTERM and return the exit status."""
        _crun("kill", self.name, "TERM")
        return self.process.wait(grace_seconds)


def _empty(folder: Path, wanted: Json, *, mapped: bool) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if wanted.get("medium") == "Memory" and not folder.is_mount():
        size = oci.quantity(wanted["sizeLimit"])
        subprocess.run(
            ["/usr/bin/mount", "-t", "tmpfs", "-o", f"size={size},mode=0777", "tmpfs", str(folder)],
            check=True,
        )
    folder.chmod(0o777)
    _own(folder, None, mapped=mapped)
    return folder


def _own(path: Path, group: int | None, *, mapped: bool) -> None:
    """Volumes of a pod with a user namespace are shown as its root's own."""
    first = FIRST_ID if mapped else 0
    os.chown(path, first, first + (group or 0))


def _mapped(pod: Json) -> bool:
    """Whether the pod has a user namespace of its own."""
    return not pod.get("hostUsers", True)


def _pid(name: str, process: subprocess.Popen[bytes], log: Path) -> int:
    while process.poll() is None:
        state = _crun("state", name)
        if state.returncode == 0 and json.loads(state.stdout)["status"] == "running":
            return int(json.loads(state.stdout)["pid"])
        time.sleep(0.1)
    raise Failed(f"{name} ended at once:\n{log.read_text()}")


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def image_environment() -> tuple[str, ...]:
    """What the Dockerfile sets."""
    (line,) = {*re.findall(r"^ENV (PATH=.*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)}
    return tuple(line.split())


def unpack(archive: Path, folder: Path, *, mapped: bool) -> Path:
    """Unpack a root file system; mapped: for a user namespace, as containerd lays it out for one.

    What was unpacked from the same archive before is used again.
    """
    root = folder / ("mapped" if mapped else "plain")
    stamp = folder / f"{root.name}.stamp"
    state = f"{archive.stat().st_mtime_ns} {archive.stat().st_size}"
    if stamp.exists() and stamp.read_text() == state:
        return root
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    # containers get device files of their own
    command = ["tar", "-C", str(root), "--numeric-owner", "--exclude=./dev/*", "-xpf", str(archive)]
    subprocess.run(command, check=True)
    if mapped:
        _shift(root)
    stamp.write_text(state)
    return root


def _shift(root: Path) -> None:
    """Give every file the number that the user namespace maps its owner to."""
    for folder, folders, files in os.walk(root):  # a million: no time for Path
        links = [name for name in folders if os.path.islink(f"{folder}/{name}")]  # noqa: PTH114
        for path in (folder, *(f"{folder}/{name}" for name in (*links, *files))):
            facts = os.lstat(path)
            if facts.st_uid < FIRST_ID:
                mode = facts.st_mode
                os.lchown(path, FIRST_ID + facts.st_uid, FIRST_ID + facts.st_gid)
                if not os.path.islink(path):  # noqa: PTH114
                    os.chmod(path, mode & 0o7777)  # noqa: PTH101 -- a change of owner takes set-user-id bits away


def _command(*arguments: str) -> list[str]:
    """crun understands either kind of control groups, but no mix; the mix is hidden from it alone."""
    crun = ["crun", "--cgroup-manager=cgroupfs", *arguments]
    if _HYBRID.is_dir() and _HYBRID.is_mount():
        return ["unshare", "--mount", "--", "sh", "-c", f'umount {_HYBRID} && exec "$@"', "crun", *crun]
    return crun


def _crun(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(*arguments),
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
