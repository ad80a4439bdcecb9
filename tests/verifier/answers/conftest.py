"""A real sandbox with the warm math interpreter, and the verifiers on it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from sandbox.errors import NotAvailable
from sandbox.pool import PoolSettings, start
from verifier.answers.runtime import MATH
from verifier.verifiers import math

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sandbox.model import Sandbox
    from verifier.model import Verifier


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def math_sandbox() -> AsyncIterator[Sandbox]:
    """Two slots. Missing jails skip on a laptop and fail in CI."""
    try:
        async with start(PoolSettings(slots=2), [MATH]) as pool:
            yield pool
    except NotAvailable as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))


@pytest.fixture
def math_verifier(math_sandbox: Sandbox) -> Verifier:
    """The verifier `math`, with nothing remembered."""
    return math.build(math_sandbox)
