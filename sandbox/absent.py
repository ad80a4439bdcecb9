"""Stands where no jail works, and a service is wanted all the same. Runs nothing: what needs a jail fails."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from sandbox.errors import NotAvailable
from sandbox.model import Isolation, LaunchMode, LimitsMode

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from sandbox.model import Jail, Program


class NoSandbox:
    """Fulfils `sandbox.model.Sandbox` without any jail."""

    def __init__(self, reason: str) -> None:
        """Reason: why there is none, in plain words."""
        self._reason = reason

    @property
    def isolation(self) -> Isolation:
        """None."""
        warning = f"no program is run, since none could be kept in: {self._reason}"
        return Isolation(LaunchMode.NONE, LimitsMode.NONE, separate_uids=False, warnings=(warning,))

    def open(self, program: Program, *, alone: bool = False) -> AbstractAsyncContextManager[Jail]:
        """See `sandbox.model.Sandbox`; always fails."""
        del program, alone
        return self._refuse()

    @contextlib.asynccontextmanager
    async def _refuse(self):  # type: ignore[no-untyped-def] # yields nothing, whatever its type
        raise NotAvailable(self._reason)
        yield
