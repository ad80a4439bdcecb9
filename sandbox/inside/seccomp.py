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


def _own_process(index: int) -> Code:
    return _only(index, (0,), errno.EPERM)


_CONDITIONS: dict[str, Code] = {
    "clone": _without_bits(0, _NEW_NAMESPACES, errno.EPERM),
    "ioctl": _never(1, _TERMINAL_INJECTIONS, errno.EPERM),
    "ioprio_set": _only(0, (1,), errno.EPERM) + _own_process(1),
    "prlimit64": _own_process(0),
    "sched_setaffinity": _own_process(0),
    "sched_setattr": _own_process(0),
    "sched_setparam": _only(0, (0,), _PRETEND),
    "sched_setscheduler": _only(0, (0,), _PRETEND),
    "setpriority": _only(0, (0,), errno.EPERM) + _own_process(1),
    "socket": _only(0, _SOCKET_FAMILIES, errno.EAFNOSUPPORT),
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
