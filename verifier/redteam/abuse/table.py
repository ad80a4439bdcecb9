"""The abuse corpus, by hand: kinds of abuse, and programs that try them. A test reads the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier.redteam.abuse.model import Abuse

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: Mapping[str, tuple[str, ...]] = {
    "fork bomb": ("fork-bomb.py", "process-limit.py", "thread-bomb.py", "exec-storm.py"),
    "memory bomb": (
        "memory-bomb.py",
        "huge-allocation.py",
        "huge-power.py",
        "memory-of-children.py",
        "memory-out-of-sight.py",
        "locked-memory.c",
        "page-tables.c",
        "memory-maps.c",
    ),
    "memory that no process shows": (
        "memfd.py",
        "shared-memory-unmapped.c",
        "shared-memory-of-a-device.c",
        "socket-buffers.py",
        "pipe-buffers.py",
        "extended-attributes.py",
        "timers.c",
        "many-descriptors.py",
    ),
    "tmpfs as memory": ("fills-the-disk.py", "sparse-file.py"),
    "output bomb": ("output-flood.py", "error-flood.py", "floods-the-report.py", "floods-the-notes.py"),
    "disk fill": ("fills-the-disk.py", "sparse-file.py", "huge-binary.c"),
    "inode fill": ("makes-many-files.py", "directory-tower.py", "extended-attributes.py"),
    "links and special files": ("plants-links.py", "directory-tower.py", "closes-its-folders.py"),
    "files left for others": (
        "leaves-files-everywhere.py",
        "shared-files.py",
        "input-tampering.py",
        "changes-its-program.c",
    ),
    "/proc of others": ("looks-around.py", "reads-init.py", "finds-its-neighbour.py"),
    "writes to the system": ("changes-the-system.py", "mounts.c"),
    "ptrace and its relatives": ("traces-init.c",),
    "init's memory and descriptors": ("reads-init.py", "traces-init.c", "walks-to-init.py"),
    "forged frames": ("forges-frames.py", "walks-to-init.py", "changes-its-code.py", "floods-the-report.py"),
    "claims in the jail's name": ("speaks-for-its-jail.py", "floods-the-notes.py"),
    "io_uring": ("io-uring.c",),
    "nested namespaces": ("namespaces.c",),
    "mounts and other roots": ("mounts.c",),
    "network": ("network.py", "socket-families.py"),
    "vsock, netlink, packet and raw sockets": ("socket-families.py",),
    "abstract sockets": ("abstract-socket.py",),
    "shared tmpfs and /dev/shm": ("shared-files.py", "fills-the-disk.py"),
    "signals to init and parent": ("signals-to-init.py", "kills-everyone.py", "kills-its-group.py"),
    "limits and priorities of init": ("strangles-init.py",),
    "limits and priorities of its own": ("raises-its-limits.py", "takes-the-processor.py"),
    "SIGSTOP": ("stops-itself.py", "stops-its-children.py", "signals-to-init.py"),
    "zombies and orphans": ("zombies.py", "orphans-compute.py", "subreaper.py", "hidden-children.py"),
    "daemons that hold the pipes": ("daemons.py", "exits-before-its-children.py"),
    "processor time, hidden": (
        "hidden-children.py",
        "orphans-compute.py",
        "subreaper.py",
        "exec-storm.py",
        "false-name.py",
        "ignores-signals.py",
        "clock-patched.py",
    ),
    "sleep": (
        "sleeps.py",
        "waits-for-nobody.py",
        "dodges-the-idle-limit.py",
        "vfork-and-wait.c",
        "vfork-of-a-sibling.c",
        "disk-reader.c",
    ),
    "huge arguments and environment": ("huge-arguments.py",),
    "deep recursion": ("deep-recursion.py", "deep-recursion.c"),
    "keyring": ("keyring.c",),
    "bpf, perf, userfaultfd, modules, kexec": ("kernel-machinery.c",),
    "clone3": ("clone3.c",),
    "32-bit and x32 calls": ("calls-of-32-bits.c", "calls-of-x32.c"),
    "core dump": ("core-dump.py",),
    "unread stdin": ("unread-input.py",),
    "closed streams": ("closes-its-streams.py",),
    "descriptor leak": ("descriptors.py", "many-descriptors.py"),
    "file locks and leases": ("file-locks.py", "file-leases.c"),
    "inotify and other watches": ("file-watches.c", "file-leases.c"),
    "file handles": ("file-handles.c",),
    "setuid, capabilities, devices": ("becomes-root.py",),
    "System V IPC and POSIX queues": ("sysv-ipc.c",),
    "time travel": ("clocks.c", "clock-patched.py"),
    "terminal": ("terminal.py",),
    "compile time": ("includes-a-device.c", "includes-itself.c", "macro-bomb.c", "huge-binary.c"),
    "secrets of the machine": ("embeds-a-secret.c", "looks-around.py"),
    "a neighbour's processes": ("uses-up-its-neighbours-processes.py", "finds-its-neighbour.py"),
}
"""Everything that a sandbox is known to be abused for, by isolate's, go-judge's and nsjail's own lists and by
attacks on prototypes of this one; most programs try more than one thing."""

_SPECIAL = {
    "abstract-socket.py": Abuse("abstract-socket.py", (b"listen",), (b"call",)),
    "file-locks.py": Abuse("file-locks.py", (b"hold",), (b"ask",)),
    "finds-its-neighbour.py": Abuse("finds-its-neighbour.py", (b"",), (b"",)),
    "input-tampering.py": Abuse("input-tampering.py", (b"as sent\n",) * 2),
    "shared-files.py": Abuse("shared-files.py", (b"write",), (b"read",)),
    "unread-input.py": Abuse("unread-input.py", (b"x" * (10 << 20),)),
    "uses-up-its-neighbours-processes.py": Abuse("uses-up-its-neighbours-processes.py", (b"",), (b"",)),
}
"""Those that are told something, or run beside themselves."""

ABUSES: tuple[Abuse, ...] = tuple(
    _SPECIAL.get(name, Abuse(name)) for name in sorted({name for names in KINDS.values() for name in names})
)
"""Every program once."""
