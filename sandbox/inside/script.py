"""Runs a program's source the way `python solution.py` would."""

from __future__ import annotations

import sys
import types

from sandbox.inside import child

SOURCE = "solution"
"""Name of the source that is run."""


def main(context: child.Context) -> None:
    """Execute the source as `__main__`."""
    code = context.code(SOURCE)
    module = types.ModuleType("__main__")
    module.__dict__["__file__"] = code.co_filename
    module.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = module
    sys.argv[:] = [code.co_filename]
    sys.path.insert(0, child.SCRATCH)
    exec(code, module.__dict__)
