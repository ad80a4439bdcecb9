"""A real sandbox for each way of starting jails. Missing jails skip on a laptop and fail in CI."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from sandbox.errors import NotAvailable
from sandbox.model import Limits, LimitsMode, Outcome, Program, Run, Runtime, Sandbox, Source
from sandbox.nsjail.launching import Plan
from sandbox.pool import PoolSettings, start
from sandbox.retry import SCRIPT

QUICK = Limits(cpu_seconds=2, idle_seconds=2, memory_bytes=256 << 20, output_bytes=1 << 20, processes=16)
"""Limits under which honest test programs of this suite stay far below."""

WAYS = (
    (Plan.TEMPLATE, None),
    (Plan.COLD, None),
    (Plan.TEMPLATE_ONE_USER, LimitsMode.RLIMIT),
)
"""Ways of making jails that every property is tried in, with how limits are kept (None: the best way here).
The fourth plan is made of the same parts; `test_agreement` tries all kinds of limits."""

RunScript = Callable[..., Awaitable[Outcome]]


@pytest_asyncio.fixture(
    loop_scope="session", scope="session", params=WAYS, ids=lambda way: way[0].name.lower()
)
async def sandbox(request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    """A pool of two slots with the plain Python runtime."""
    plan: Plan
    plan, limits = request.param
    if plan.separate_uids and os.geteuid() != 0:
        pytest.skip("only root maps several users")
    settings = PoolSettings(slots=2, limits=limits, launch=plan.launch, separate_uids=plan.separate_uids)
    runtime = Runtime("python", modules=("tests.sandbox.inside.partners",))
    try:
        async with start(settings, [runtime]) as pool:
            yield pool
    except NotAvailable as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))


@pytest.fixture
def run_script(sandbox: Sandbox) -> RunScript:
    """Runs a Python program as a script, in a jail of its own."""

    async def run(text: str, stdin: bytes = b"", limits: Limits = QUICK) -> Outcome:
        program = Program("python", (Source("solution", "solution.py", text.encode()),))
        async with sandbox.open(program) as jail:
            return await jail.run(Run(SCRIPT, stdin=stdin, limits=limits))

    return run


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def native_sandbox() -> AsyncIterator[Sandbox]:
    """The best sandbox that works here, for programs in every language."""
    try:
        async with start(PoolSettings(slots=2), [Runtime("python"), Runtime("native")]) as pool:
            yield pool
    except NotAvailable as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
