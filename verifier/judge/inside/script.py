"""Runs whole programs, the way `python solution.py` would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.inside import script
from verifier.judge.inside import load

if TYPE_CHECKING:
    from sandbox.inside.child import Context


def main(context: Context) -> None:
    """Execute the program as `__main__`."""
    load.add_site_builtins()
    script.main(context)
