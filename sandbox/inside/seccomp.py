"""Builds the seccomp filter that candidates run under: an allow list, as a balanced decision tree.

Allowed calls come from `syscalls`; a few are allowed only for the caller itself, or without some flags.
Foreign instruction sets are killed: their calls have other numbers.
"""

from __future__ import annotations

import errno
import struct

from sandbox.inside import syscalls

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_LOAD = 0x20
_JUMP = 0x05
_JUMP_EQUAL = 0x15
_JUMP_AT_LEAST = 0x35
_JUMP_ANY_BIT = 0x45
_RETURN = 0x06

_NUMBER_OFFSET = 0
_ARCH_OFFSET = 4
_ARGUMENTS_OFFSET = 16

_ALLOW = 0x7FFF0000
_KILL_PROCESS = 0x80000000

_NEW_NAMESPACES = 0x7E020000
"""CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET."""
_TERMINAL_INJECTIONS = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX, which write into a terminal's input."""
_CLONE_PARENT = 0x8000
"""A child that is its parent's sibling: hides a vfork from whoever looks for the children of a process."""
_CLONE_VFORK, _CLONE_VM = 0x4000, 0x100
_MAP_SHARED, _MAP_ANONYMOUS = 0x01, 0x20
_FILE_WATCHES = (1024, 1026)
"""F_SETLEASE and F_NOTIFY: both tell of what other jails do with shared read-only files."""
_QUESTIONS_ABOUT_LOCKS = (5, 36)
"""F_GETLK and F_OFD_GETLK, the one way in which a lock on a read-only file can be seen from another jail."""
_KCMP_VM = 1
_SOL_SOCKET, _SO_BUFFERS = 1, (7, 8)
"""SO_SNDBUF and SO_RCVBUF: what is in a socket is nobody's memory, so it stays at its small default."""
_PROTOCOLS = (0, 1, 6, 17)
"""Default, ICMP (AF_UNIX's own number too), TCP, UDP. Asking for others loads modules into the kernel."""
_SOCKET_FAMILIES = (1, 2, 10)
"""AF_UNIX, AF_INET, AF_INET6. AF_VSOCK and AF_NETLINK reach past a network namespace or into the kernel."""

_PRETEND = 0
"""Does nothing and reports success: Mono sets the policy of its threads and does not run when refused."""

Code = list[bytes]


def _errno(code: int) -> int:
    return 0x00050000 | code


def _op(code: int, if_true: int, if_false: int, value: int) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


def _give(action: int) -> Code:
    return [_op(_RETURN, 0, 0, action)]


def _argument(index: int) -> bytes:
    return _op(_LOAD, 0, 0, _ARGUMENTS_OFFSET + 8 * index)


def _only(index: int, values: tuple[int, ...], otherwise: int) -> Code:
    """Go on behind this code where the argument is one of the values, else fail."""
    tests = [_op(_JUMP_EQUAL, len(values) - at, 0, value) for at, value in enumerate(values)]
    return [_argument(index), *tests, *_give(_errno(otherwise))]


def _never(index: int, values: tuple[int, ...], otherwise: int) -> Code:
    """Fail where the argument is one of the values."""
    tests = [
        _op(_JUMP_EQUAL, len(values) - 1 - at, 1 if at == len(values) - 1 else 0, value)
        for at, value in enumerate(values)
    ]
    return [_argument(index), *tests, *_give(_errno(otherwise))]


def _without_bits(index: int, bits: int, otherwise: int) -> Code:
    return [_argument(index), _op(_JUMP_ANY_BIT, 0, 1, bits), *_give(_errno(otherwise))]


def _not_both(index: int, one: int, other: int, otherwise: int) -> Code:
    """Fail where both bits are set."""
    return [
        _argument(index),
        _op(_JUMP_ANY_BIT, 0, 2, one),
        _op(_JUMP_ANY_BIT, 0, 1, other),
        *_give(_errno(otherwise)),
    ]


def _not_without(index: int, bit: int, companion: int, otherwise: int) -> Code:
    """Fail where the bit is set and its companion is not."""
    return [
        _argument(index),
        _op(_JUMP_ANY_BIT, 0, 2, bit),
        _op(_JUMP_ANY_BIT, 1, 0, companion),
        *_give(_errno(otherwise)),
    ]


def _unless(index: int, value: int, code: Code) -> Code:
    """Check no further where the argument is not this value."""
    return [_argument(index), _op(_JUMP_EQUAL, 0, len(code), value), *code]


def _own_process(index: int) -> Code:
    return _only(index, (0,), errno.EPERM)


_CONDITIONS: dict[str, Code] = {
    "clone": _without_bits(0, _NEW_NAMESPACES | _CLONE_PARENT, errno.EPERM)
    + _not_without(0, _CLONE_VFORK, _CLONE_VM, errno.EINVAL),
    # Pretending leaves the answer as asked: somebody holds a lock. SQLite then lets the journal alone.
    "fcntl": _never(1, _FILE_WATCHES, errno.EPERM) + _never(1, _QUESTIONS_ABOUT_LOCKS, _PRETEND),
    "ioctl": _never(1, _TERMINAL_INJECTIONS, errno.EPERM),
    "ioprio_set": _only(0, (1,), errno.EPERM) + _own_process(1),
    "kcmp": _only(2, (_KCMP_VM,), errno.EPERM),
    # Memory shared without a file can stay allocated where no process maps it, and so be nobody's.
    "mmap": _not_both(3, _MAP_SHARED, _MAP_ANONYMOUS, errno.EPERM),
    "prlimit64": _own_process(0),
    "sched_setaffinity": _own_process(0),
    "sched_setattr": _own_process(0),
    "sched_setparam": _only(0, (0,), _PRETEND),
    "sched_setscheduler": _only(0, (0,), _PRETEND),
    "setpriority": _only(0, (0,), errno.EPERM) + _own_process(1),
    "setsockopt": _unless(1, _SOL_SOCKET, _never(2, _SO_BUFFERS, _PRETEND)),
    "socket": _only(0, _SOCKET_FAMILIES, errno.EAFNOSUPPORT) + _only(2, _PROTOCOLS, errno.EPROTONOSUPPORT),
    "socketpair": _only(0, (1,), errno.EAFNOSUPPORT),
}
"""What must hold before a call is allowed. Calls that could strangle init take the caller alone."""


def build(machine: str) -> bytes:
    """The filter as the kernel takes it, for `platform.machine()`.

    Raises:
        KeyError: no table for this machine.
    """
    segments = _segments(syscalls.numbers(machine))
    head = [
        _op(_LOAD, 0, 0, _ARCH_OFFSET),
        _op(_JUMP_EQUAL, 1, 0, _AUDIT_ARCH[machine]),
        *_give(_KILL_PROCESS),
        _op(_LOAD, 0, 0, _NUMBER_OFFSET),
    ]
    return b"".join(head + _tree(segments))


def _segments(allowed: dict[str, int]) -> list[tuple[int, Code]]:
    """Ranges of call numbers with what happens there: (first number, code), ascending."""
    code_of = {number: _CONDITIONS.get(name, []) + _give(_ALLOW) for name, number in allowed.items()}
    refuse = _give(_errno(errno.ENOSYS))
    segments: list[tuple[int, Code]] = []
    for number in range(max(code_of) + 2):
        code = code_of.get(number, refuse)
        if not segments or segments[-1][1] != code:
            segments.append((number, code))
    return segments  # the last one refuses, x32 numbers included


def _tree(segments: list[tuple[int, Code]]) -> Code:
    if len(segments) == 1:
        return segments[0][1]
    middle = len(segments) // 2
    low, high = _tree(segments[:middle]), _tree(segments[middle:])
    first_high = segments[middle][0]
    if len(low) < 256:  # jump distances are one byte
        return [_op(_JUMP_AT_LEAST, len(low), 0, first_high), *low, *high]
    return [_op(_JUMP_AT_LEAST, 0, 1, first_high), _op(_JUMP, 0, 0, len(low)), *low, *high]
