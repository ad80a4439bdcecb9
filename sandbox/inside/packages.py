"""Packages that are installed for the jail's interpreter: numpy and its kind, as far as the machine has them.

None is loaded before a program asks for it: with numpy in the template, every fork of a program that never
imports it would cost 2.5 ms instead of 0.9. A runtime that brings packages of its own finds no others.
"""

from __future__ import annotations

import importlib.machinery
import os
import site
import sys
from typing import TYPE_CHECKING

from sandbox.inside.layout import SITE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

_SEED = 0


def find() -> None:
    """Show them to programs, behind the standard library."""
    if os.path.isdir(SITE):
        return
    sys.path += [folder for folder in site.getsitepackages() if os.path.isdir(folder)]
    sys.meta_path.insert(0, _SeededNumpy())


class _SeededNumpy:
    """Seeds numpy's own generator when a program imports it, as `random` is: same request, same verdict."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """See `importlib.abc.MetaPathFinder`; asked for every module that is not loaded yet."""
        if name != "numpy.random":
            return None
        sys.meta_path.remove(self)
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_and_seed(module: ModuleType) -> None:
                execute(module)
                module.seed(_SEED)

            spec.loader.exec_module = execute_and_seed  # type: ignore[method-assign]
        return spec
