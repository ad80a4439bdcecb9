"""Runs a program's source the way `python solution.py` would."""

from __future__ import annotations

import sys
import types
from typing import TYPE_CHECKING

from sandbox.inside.layout import SCRATCH

if TYPE_CHECKING:
    from sandbox.inside.child import Context

SOURCE = "solution"
"""Name of the source that is run."""


def main(context: Context) -> None:
    """Execute the source as `__main__`."""
    code = context.code(SOURCE)
    module = types.ModuleType("__main__")
    module.__dict__["__file__"] = code.co_filename
    module.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = module
    sys.argv[:] = [code.co_filename]
    sys.path.insert(0, SCRATCH)
    exec(code, module.__dict__)
