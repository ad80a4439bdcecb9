"""The candidate's side of tests that run apart: loads the program, then does what the test side asks.

Everything here shares a process with the candidate and may be subverted by it: what it answers are claims
about values, and the test side draws no conclusion from anything else.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NoReturn

from sandbox.inside import layout
from verifier.judge.inside import load, peer, remote

if TYPE_CHECKING:
    import types

    from sandbox.inside.child import Context


class CandidateSide:
    """Offers the names of the program, and everything reached from them."""

    stand_in = remote.Remote
    names_std = False

    def __init__(self, module: types.ModuleType) -> None:
        """The loaded program."""
        self._module = module

    def lookup(self, name: str) -> tuple[object, ...]:
        """See `peer.Side`."""
        found = vars(self._module)
        if name == load.NAMES and name not in found:
            return ([own for own in found if not own.startswith("_")],)
        return (found[name],) if name in found else ()

    def permit(self, operation: str, target: object, args: tuple[object, ...]) -> None:
        """The test may do anything."""

    def hands_out(self, value: object) -> bool:  # noqa: ARG002 -- the test may hold anything
        """See `peer.Side`."""
        return True


def main(context: Context) -> None:
    """Serve the test side until it hangs up."""
    if context.channel is None:
        raise RuntimeError("no test side")
    module = load.candidate(context.code(load.SOURCE), layout.SCRATCH)
    peer.Peer(context.channel, CandidateSide(module), _end).serve()


def _end(_: str) -> NoReturn:
    os._exit(0)  # the test is over, and threads of the candidate would linger
