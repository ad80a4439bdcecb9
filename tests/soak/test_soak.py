"""The soak in small: `make soak` is the whole of it."""

from __future__ import annotations

import os

import pytest

from rollout.errors import VerifierDied
from sandbox.errors import NotAvailable
from tests.soak import jails, load

pytestmark = pytest.mark.heavy


async def test_a_service_keeps_nothing_of_its_jails() -> None:
    """Hundreds, honest and hostile, each with its verdict."""
    try:
        soaked = await jails.soak(500, lambda _: None)
    except VerifierDied as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))

    assert soaked.problems == []


async def test_verdicts_do_not_depend_on_load() -> None:
    """Programs near their limits get the same ones beside processes that want every core eight times over."""
    try:
        compared = await load.compare(computing=30, blocked=10)
    except NotAvailable as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))

    assert (compared.wrong_alone, compared.wrong_loaded) == ((), ())
