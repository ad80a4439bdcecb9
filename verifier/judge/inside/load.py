"""Loads a candidate's program as the module `solution`, and finds in it what tests call."""

from __future__ import annotations

import _sitebuiltins
import builtins
import sys
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCE = "solution"
"""Name of the source, and of the module it becomes: a block under `__name__ == "__main__"` does not run."""

NAMES = "__all__"
"""Looked up like a name of the program: its public names, where it does not define it itself."""


def add_site_builtins() -> None:
    """Add what the module `site` would, which the jail's interpreter does without: many programs `exit()`."""
    for name in ("exit", "quit"):
        setattr(builtins, name, _sitebuiltins.Quitter(name, "Ctrl-D"))
    builtins.help = _sitebuiltins._Helper()


def candidate(code: types.CodeType, folder: str) -> types.ModuleType:
    """Execute the program; whatever it raises is its own.

    `folder` is where further files of the submission lie, importable.
    """
    add_site_builtins()
    module = types.ModuleType(SOURCE)
    module.__dict__["__file__"] = code.co_filename
    sys.modules[SOURCE] = module
    sys.argv[:] = [code.co_filename]
    sys.path.insert(0, folder)
    exec(code, module.__dict__)
    return module


def function(module: types.ModuleType, name: str) -> Callable[..., Any]:
    """A method of `class Solution`, where there is one of that name, else a function of the module.

    Raises:
        NameError: neither exists.
    """
    solution = module.__dict__.get("Solution")
    if isinstance(solution, type) and hasattr(solution, name):
        return getattr(solution(), name)  # type: ignore[no-any-return]
    if name not in module.__dict__:
        raise NameError(f"the program defines no {name}")
    return module.__dict__[name]  # type: ignore[no-any-return]
