"""System calls that Python does not offer, each checked: a protection that fails silently is none."""

from __future__ import annotations

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_REMOUNT = 32
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18

CAP_CHOWN = 0
CAP_DAC_OVERRIDE = 1
CAP_FOWNER = 3
CAP_KILL = 5
CAP_SETGID = 6
CAP_SETUID = 7
CAP_SYS_PTRACE = 19
CAP_LAST = 63

_CAPSET = {"x86_64": 126, "aarch64": 91}
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_KCMP = {"x86_64": 312, "aarch64": 272}
_CLOSE_RANGE = 436
_CAP_VERSION_3 = 0x20080522


def _checked(result: int, what: str) -> int:
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def prctl(option: int, value: int = 0) -> None:
    """Set a process attribute."""
    arguments = [ctypes.c_ulong(number) for number in (value, 0, 0, 0)]
    _checked(libc.prctl(option, *arguments), f"prctl {option}")


def syscall(number: int, *arguments: object) -> int:
    """Call the kernel directly."""
    return _checked(libc.syscall(ctypes.c_long(number), *arguments), f"syscall {number}")


def unshare(flags: int) -> None:
    """Leave namespaces."""
    _checked(libc.unshare(flags), "unshare")


def setns(descriptor: int, kind: int) -> None:
    """Enter a namespace."""
    _checked(libc.setns(descriptor, kind), "setns")


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Mount a file system."""
    arguments = (source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode())
    _checked(libc.mount(*arguments), f"mount {kind} on {target}")


def give_back_memory() -> None:
    """Return to the kernel what the allocator keeps for later: a fork copies every page that is there."""
    trim = getattr(libc, "malloc_trim", None)  # glibc has it
    if trim:
        trim(0)


def close_from(first: int) -> None:
    """Close every descriptor from `first` on, however many there are."""
    syscall(_CLOSE_RANGE, ctypes.c_uint(first), ctypes.c_uint(0xFFFFFFFF), ctypes.c_uint(0))


def same_memory(one: int, other: int) -> bool:
    """Whether two processes have one address space."""
    kcmp_vm = 1
    arguments = [ctypes.c_long(number) for number in (one, other, kcmp_vm, 0, 0)]
    return syscall(_KCMP[os.uname().machine], *arguments) == 0


class _CapHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapData(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def keep_capabilities(wanted: tuple[int, ...]) -> None:
    """Hold these capabilities and no others. Asking for one that is not held is an error."""
    header = _CapHeader(_CAP_VERSION_3, 0)
    data = (_CapData * 2)()
    for capability in wanted:
        data[capability // 32].effective |= 1 << capability % 32
        data[capability // 32].permitted |= 1 << capability % 32
    syscall(_CAPSET[os.uname().machine], ctypes.byref(header), ctypes.byref(data))


def held_capabilities() -> set[int]:
    """Capabilities in the permitted set."""
    with open("/proc/self/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith("CapPrm"))
    bits = int(line.split()[1], 16)
    return {capability for capability in range(CAP_LAST + 1) if bits >> capability & 1}


def drop_bounding_set() -> None:
    """Give up every capability for good, for whatever is executed later."""
    for capability in range(CAP_LAST + 1):
        if libc.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) == -1:
            break  # the first number the kernel does not know


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def install_filter(instructions: bytes) -> None:
    """Put the calling process and its future children under a seccomp filter."""
    program = _Program(len(instructions) // 8, instructions)
    spec_allow = 4  # no speculative-store mitigation: jails hold no secret, and it costs every process
    syscall(
        _SECCOMP[os.uname().machine], ctypes.c_ulong(1), ctypes.c_ulong(spec_allow), ctypes.byref(program)
    )
