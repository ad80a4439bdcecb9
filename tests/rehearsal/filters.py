"""Seccomp filters, as an OCI runtime takes them, for what a pod's `seccompProfile` names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rehearsal.oci import Json

_NEW_NAMESPACES = 0x7E020000
# containerd's contrib/seccomp/seccomp_default.go: what a container without SYS_ADMIN is refused,
# of what makes jails. Of the rest nothing is needed by a jail or by the client, so it is left out here.
_WITHOUT_SYS_ADMIN = (
    "mount",
    "mount_setattr",
    "move_mount",
    "open_tree",
    "setns",
    "umount",
    "umount2",
    "unshare",
)


def filter_for(wanted: Json, capabilities: list[str], kubelet: Path) -> Json | None:
    """The filter of a profile; None where there is none.

    Args:
        wanted: a pod's `seccompProfile`.
        capabilities: of the container.
        kubelet: the folder of profiles on the node.

    Raises:
        FileNotFoundError: the node has no such profile; a kubelet would not start the container either.
    """
    if wanted["type"] == "Unconfined":
        return None
    if wanted["type"] == "Localhost":
        return json.loads((kubelet / wanted["localhostProfile"]).read_text())
    return _runtime_default(may_mount="CAP_SYS_ADMIN" in capabilities)


def _runtime_default(*, may_mount: bool) -> Json:
    refused: list[Json] = [_refuse("pivot_root")]
    if not may_mount:
        refused += [_refuse(*_WITHOUT_SYS_ADMIN), {**_refuse("clone3"), "errnoRet": 38}]
        refused += [{**_refuse("clone"), "args": [_has(bit)]} for bit in _bits()]
    return {"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64"], "syscalls": refused}


def _has(bit: int) -> Json:
    return {"index": 0, "value": bit, "valueTwo": bit, "op": "SCMP_CMP_MASKED_EQ"}


def _bits() -> list[int]:
    return [1 << shift for shift in range(32) if _NEW_NAMESPACES >> shift & 1]


def _refuse(*names: str) -> Json:
    return {"names": [*names], "action": "SCMP_ACT_ERRNO", "errnoRet": 1}
