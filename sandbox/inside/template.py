"""The warm interpreter that jails are forked from: PID 1 of a long-lived nsjail.

For each submission it forks once; the child enters the empty network of its slot, takes fresh pid, mount
and ipc namespaces, a fresh scratch directory and /proc, and becomes that submission's init. The template
itself stays single-threaded, holds no secret, and never touches a byte of any submission.

Usage: python3 template.py CONTROL_FD OPTIONS_JSON
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from typing import Any, NamedTuple

from sandbox.inside import child, init, interpreter, kernel, packages

_MAX_MESSAGE_BYTES = 4096
_MAX_DESCRIPTORS = 3
"""The jail's socket, and the entrances to two groups at most."""


class Jail(NamedTuple):
    """A forked init, as the template sees it."""

    number: int
    """The host's name for it."""
    pid: int
    pidfd: int


class Template:
    """Forks jails on request, and says when one is gone."""

    def __init__(self, control: socket.socket, options: dict[str, Any], base: init.Base) -> None:
        """Options are those of `main`."""
        self._control = control
        self._networks = _empty_networks(options["slots"])
        self._directories: dict[str, str] = options["directories"]
        self._one_user: bool = options["one_user"]
        self._own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        self._base = base
        self._poller = select.poll()
        self._poller.register(control, select.POLLIN)
        self._jails: dict[int, Jail] = {}

    def serve(self) -> None:
        """Until the host hangs up."""
        while True:
            for descriptor, _ in self._poller.poll():
                if descriptor == self._control.fileno():
                    self._take_request()
                else:
                    self._bury(self._jails.pop(descriptor))

    def _take_request(self) -> None:
        data, descriptors, _, _ = socket.recv_fds(self._control, _MAX_MESSAGE_BYTES, _MAX_DESCRIPTORS)
        if not data:
            os._exit(0)
        request = json.loads(data)
        if "kill" in request:
            self._kill(request["kill"])
            return
        try:
            self._spawn(request["spawn"], request["slot"], descriptors)
        except (
            OSError
        ) as problem:  # out of processes or memory: this submission is not started, others live on
            self._say({"failed": request["spawn"], "why": str(problem)})
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _spawn(self, number: int, slot: int, descriptors: list[int]) -> None:
        kernel.unshare(kernel.CLONE_NEWPID)
        try:
            pid = os.fork()
            if pid == 0:
                self._become_init(slot, *descriptors)
        finally:
            kernel.setns(self._own_pids, kernel.CLONE_NEWPID)
        pidfd = os.pidfd_open(pid)
        self._jails[pidfd] = Jail(number, pid, pidfd)
        self._poller.register(pidfd, select.POLLIN)

    def _become_init(self, slot: int, jail_socket: int, *entrances: int) -> None:
        """In the fork. Does not return."""
        try:
            refused = init.enter_groups([*entrances])
            kernel.setns(self._networks[slot], kernel.CLONE_NEWNET)
            kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC)
            own = kernel.MS_NOSUID | kernel.MS_NODEV
            for directory, options in self._directories.items():
                kernel.mount("tmpfs", directory, "tmpfs", own, options)
            outer_self = os.open("/proc/self", os.O_PATH | os.O_CLOEXEC)
            score = init.open_score()
            kernel.mount("proc", "/proc", "proc", own | kernel.MS_NOEXEC | kernel.MS_RDONLY, "subset=pid")
            if self._one_user:
                _own_user_namespace(outer_self)
            sock, score = init.only_descriptors(jail_socket, score)
            init.main(sock, self._base, refused, score)
        except BaseException as problem:
            with contextlib.suppress(OSError):
                os.write(2, f"a jail could not be set up: {problem!r}\n".encode())
        finally:
            os._exit(1)

    def _kill(self, number: int) -> None:
        for jail in self._jails.values():
            if jail.number == number:
                os.kill(jail.pid, signal.SIGKILL)

    def _bury(self, jail: Jail) -> None:
        """The pidfd of an init speaks only when its whole namespace is dead, so the slot is free again."""
        self._poller.unregister(jail.pidfd)
        os.close(jail.pidfd)
        _, status = os.waitpid(jail.pid, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        self._say({"killed" if killed else "ended": jail.number})

    def _say(self, message: dict[str, object]) -> None:
        self._control.send(json.dumps(message).encode())


def _own_user_namespace(writable_self: int) -> None:
    """Where only one user is mapped: a namespace around the jail, so that its processes count alone.

    The jail's own /proc is read-only; this process is also seen in the template's.
    """
    uid, gid = os.getuid(), os.getgid()
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)  # the maps below belong to the user only then
    kernel.unshare(kernel.CLONE_NEWUSER)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        descriptor = os.open(name, os.O_WRONLY, dir_fd=writable_self)
        os.write(descriptor, text.encode())
        os.close(descriptor)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    kernel.drop_bounding_set()  # a new namespace begins with all of it


def _empty_networks(slots: list[int]) -> dict[int, int]:
    """A network namespace without any interface up, for every slot."""
    own = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    networks = {}
    for slot in slots:
        kernel.unshare(kernel.CLONE_NEWNET)
        networks[slot] = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    kernel.setns(own, kernel.CLONE_NEWNET)
    os.close(own)
    return networks


def _warm_up(options: dict[str, Any]) -> init.Base:
    """Everything that need not happen twice."""
    interpreter.preload()
    for module in options["modules"]:
        importlib.import_module(module)
    if options["warm_up"]:
        module, function = options["warm_up"]
        getattr(importlib.import_module(module), function)(child.Context(b"", (), {}, None))
    packages.find()
    gc.collect()
    kernel.give_back_memory()  # importing needed more
    base = init.prepare()
    sys.path[:] = [entry for entry in sys.path if not entry.startswith("/runtime")]
    gc.collect()
    gc.freeze()
    gc.disable()
    return base


def main() -> None:
    """Come up, and serve."""
    control = socket.socket(fileno=int(sys.argv[1]))
    options = json.loads(sys.argv[2])
    kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    base = _warm_up(options)
    template = Template(control, options, base)
    control.send(json.dumps({"ready": True}).encode())
    template.serve()


if __name__ == "__main__":
    main()
