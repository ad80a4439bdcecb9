"""The code verifier on a real sandbox. A machine without jails skips on a laptop and fails in CI."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from sandbox.errors import NotAvailable
from sandbox.pool import PoolSettings, start
from verifier.judge.runtime import INTERACTORS, NATIVE, PYTEST, PYTHON
from verifier.verifiers import code

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sandbox.model import Sandbox
    from verifier.model import Verifier


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    """The best sandbox of this machine, with two slots."""
    try:
        async with start(PoolSettings(slots=2), [PYTHON, PYTEST, NATIVE, INTERACTORS]) as pool:
            yield pool
    except NotAvailable as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))


@pytest.fixture
def verifier(sandbox: Sandbox) -> Verifier:
    """The verifier that tests talk to."""
    return code.build(sandbox)
