"""Scientific packages of the jail's interpreter, where they are installed; CI installs numpy."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from sandbox.languages.table import LANGUAGES, find
from sandbox.model import Ended, Limits

if TYPE_CHECKING:
    from tests.sandbox.conftest import RunScript

pytestmark = pytest.mark.asyncio(loop_scope="session")

PROGRAMS = {
    "numpy": ("import numpy\nprint(int(numpy.linalg.det(numpy.eye(200))))", b"1\n"),
    "scipy": ("import scipy.special\nprint(int(scipy.special.comb(5, 2)))", b"10\n"),
    "sympy": ("import sympy\nprint(sympy.factorint(12))", b"{2: 2, 3: 1}\n"),
    "pandas": ("import pandas\nprint(pandas.Series([1, 2]).sum())", b"3\n"),
}


async def needs(name: str) -> None:
    """Skips where the package is not installed; fails in CI for numpy."""
    version = (await find(LANGUAGES["python"])).version
    if name not in version and not (os.environ.get("CI") and name == "numpy"):
        pytest.skip(f"{name} is not installed for {version}")


@pytest.mark.parametrize("name", PROGRAMS)
async def test_a_program_may_import_what_is_installed(run_script: RunScript, name: str) -> None:
    """Within the ordinary limits."""
    await needs(name)
    source, output = PROGRAMS[name]
    outcome = await run_script(source, limits=Limits())

    assert outcome.stdout == output, outcome.stderr
    assert outcome.ended is Ended.EXITED


async def test_numpy_is_as_random_in_every_process(run_script: RunScript) -> None:
    """Same request, same verdict."""
    await needs("numpy")
    source = "import numpy as np, random\nprint(np.random.rand(), np.random.randint(1000), random.random())"
    first, second = await run_script(source, limits=Limits()), await run_script(source, limits=Limits())

    assert first.stdout, first.stderr
    assert first.stdout == second.stdout


async def test_numpy_computes_on_one_thread(run_script: RunScript) -> None:
    """The number of cores of a machine changes nothing."""
    await needs("numpy")
    source = "import numpy, os\nnumpy.eye(500) @ numpy.eye(500)\nprint(len(os.listdir('/proc/self/task')))"

    assert (await run_script(source, limits=Limits())).stdout == b"1\n"


async def test_nothing_is_loaded_before_a_program_asks(run_script: RunScript) -> None:
    """Programs without it do not pay for it."""
    outcome = await run_script("import sys\nprint('numpy' in sys.modules)")

    assert outcome.stdout == b"False\n"
