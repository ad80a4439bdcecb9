"""What a kubelet and containerd make of a pod: the configuration that an OCI runtime gets for a container.

Only what the chart uses; anything else in a pod raises, so nothing that it asks for is left out unseen.
Source: containerd's internal/cri/server (2.1) and oci/spec.go, the runtime specification 1.2.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Json = dict[str, Any]
IDS = 65_536
"""As many as a pod's user namespace gets."""
_NAMESPACES = ("pid", "ipc", "uts", "mount", "cgroup")
_MASKED = [
    "/proc/acpi",
    "/proc/asound",
    "/proc/interrupts",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/sched_debug",
    "/proc/scsi",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/sys/devices/virtual/powercap",
    "/sys/firmware",
]
_READ_ONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
_MOUNTS: tuple[tuple[str, str, str], ...] = (
    ("/proc", "proc", "nosuid noexec nodev"),
    ("/dev", "tmpfs", "nosuid strictatime mode=755 size=65536k"),
    ("/dev/pts", "devpts", "nosuid noexec newinstance ptmxmode=0666 mode=0620 gid=5"),
    ("/dev/mqueue", "mqueue", "nosuid noexec nodev"),
    ("/dev/shm", "tmpfs", "nosuid noexec nodev mode=1777 size=65536k"),
    ("/sys", "sysfs", "nosuid noexec nodev ro"),
    ("/sys/fs/cgroup", "cgroup", "nosuid noexec nodev relatime ro"),
)
_DEFAULT_CAPABILITIES = [
    "CHOWN",
    "DAC_OVERRIDE",
    "FSETID",
    "FOWNER",
    "MKNOD",
    "NET_RAW",
    "SETGID",
    "SETUID",
    "SETFCAP",
    "SETPCAP",
    "NET_BIND_SERVICE",
    "SYS_CHROOT",
    "KILL",
    "AUDIT_WRITE",
]
_KNOWN_POD = {
    "serviceAccountName",
    "automountServiceAccountToken",
    "enableServiceLinks",
    "securityContext",
    "hostUsers",
    "runtimeClassName",
    "priorityClassName",
    "imagePullSecrets",
    "terminationGracePeriodSeconds",
    "topologySpreadConstraints",
    "nodeSelector",
    "tolerations",
    "affinity",
    "initContainers",
    "containers",
    "volumes",
    "restartPolicy",
}
_KNOWN_CONTAINER = {
    "name",
    "image",
    "imagePullPolicy",
    "command",
    "env",
    "ports",
    "startupProbe",
    "readinessProbe",
    "livenessProbe",
    "lifecycle",
    "securityContext",
    "resources",
    "volumeMounts",
}
_KNOWN_SECURITY = {
    "allowPrivilegeEscalation",
    "readOnlyRootFilesystem",
    "capabilities",
    "seccompProfile",
    "procMount",
    "appArmorProfile",
    "runAsUser",
    "runAsGroup",
    "runAsNonRoot",
    "fsGroup",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """What a node gives a container."""

    root: Path
    """The image's root file system."""
    volumes: Mapping[str, Path]
    """Folders by volume."""
    environment: tuple[str, ...]
    """The image's."""
    seccomp: Callable[[Json, list[str]], Json | None]
    """The filter for a `seccompProfile` and the container's capabilities; None for none."""
    group: str
    """The control group."""
    hosts: Path
    """Becomes /etc/hosts."""
    first_id: int
    """Of a user namespace, where the pod has one of its own."""
    processes: int
    """What the kubelet's podPidsLimit would be."""
    network: Path | None = None
    """A network namespace to join; None makes one."""


def configuration(pod: Json, container: Json, place: Place) -> Json:
    """The runtime's config.json.

    Raises:
        ValueError: the pod asks for something unknown here.
    """
    security = _security(pod, container)
    _refuse_unknown("pod", pod, _KNOWN_POD)
    _refuse_unknown("container", container, _KNOWN_CONTAINER)
    _refuse_unknown("securityContext", security, _KNOWN_SECURITY)
    capabilities = _capabilities(security)
    return {
        "ociVersion": "1.0.2",
        "hostname": "verifier",
        "root": {"path": str(place.root), "readonly": security.get("readOnlyRootFilesystem", False)},
        "process": {
            "cwd": "/",
            "args": container["command"],
            "env": [
                *place.environment,
                *(f"{item['name']}={item['value']}" for item in container.get("env", ())),
            ],
            "user": _user(security),
            "capabilities": dict.fromkeys(("bounding", "effective", "permitted"), capabilities),
            "noNewPrivileges": not security.get("allowPrivilegeEscalation", True),
        },
        "mounts": [
            *_mounts(),
            *_volumes(container, place),
            _bind(place.hosts, "/etc/hosts", read_only=False),
        ],
        "linux": _linux(pod, container, security, place, capabilities),
    }


def _refuse_unknown(what: str, found: Json, known: set[str]) -> None:
    if unknown := set(found) - known:
        raise ValueError(f"{what}: unknown here: {', '.join(sorted(unknown))}")


def _security(pod: Json, container: Json) -> Json:
    return {**pod.get("securityContext", {}), **container.get("securityContext", {})}


def _user(security: Json) -> Json:
    groups = [security["fsGroup"]] if "fsGroup" in security else []
    return {"uid": security["runAsUser"], "gid": security["runAsGroup"], "additionalGids": groups}


def _capabilities(security: Json) -> list[str]:
    wanted = security.get("capabilities", {})
    kept = [] if "ALL" in wanted.get("drop", ()) else _DEFAULT_CAPABILITIES
    return [f"CAP_{name}" for name in dict.fromkeys((*kept, *wanted.get("add", ())))]


def _mounts() -> list[Json]:
    return [
        {"destination": at, "type": kind, "source": kind, "options": options.split()}
        for at, kind, options in _MOUNTS
    ]


def _volumes(container: Json, place: Place) -> list[Json]:
    return [
        _bind(place.volumes[mount["name"]], mount["mountPath"], read_only=mount.get("readOnly", False))
        for mount in container.get("volumeMounts", ())
    ]


def _bind(source: Path, at: str, *, read_only: bool) -> Json:
    options = ["rbind", "rprivate", "ro" if read_only else "rw"]
    return {"destination": at, "type": "bind", "source": str(source), "options": options}


def _linux(pod: Json, container: Json, security: Json, place: Place, capabilities: list[str]) -> Json:
    unmasked = security.get("procMount") == "Unmasked"
    network = {"type": "network", **({"path": str(place.network)} if place.network else {})}
    found: Json = {
        "namespaces": [network, *({"type": kind} for kind in _NAMESPACES)],
        "cgroupsPath": place.group,
        "resources": _resources(container["resources"], place.processes),
        "maskedPaths": [] if unmasked else list(_MASKED),
        "readonlyPaths": [] if unmasked else list(_READ_ONLY),
    }
    if not pod.get("hostUsers", True):
        found["namespaces"].append({"type": "user"})
        mapping = [{"containerID": 0, "hostID": place.first_id, "size": IDS}]
        found |= {"uidMappings": mapping, "gidMappings": mapping}
    chosen = place.seccomp(security["seccompProfile"], capabilities)
    return found if chosen is None else {**found, "seccomp": chosen}


def _resources(wanted: Json, processes: int) -> Json:
    limits, requests = wanted["limits"], wanted["requests"]
    return {
        "memory": {"limit": quantity(limits["memory"])},
        "cpu": {
            "period": 100_000,
            "quota": int(100_000 * cores(limits["cpu"])),
            "shares": int(1024 * cores(requests["cpu"])),
        },
        "pids": {"limit": processes},
    }


def cores(text: str) -> float:
    """Cores of a quantity such as `100m`."""
    return int(text[:-1]) / 1000 if text.endswith("m") else float(text)


def quantity(text: str) -> int:
    """Bytes of a quantity such as `8Gi`."""
    number, unit = re.fullmatch(r"(\d+)(|Ki|Mi|Gi)", text).groups()  # type: ignore[union-attr]
    return int(number) * {"": 1, "Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30}[unit]
