"""`python -m verifier` is the command `verifier`."""

from __future__ import annotations

from verifier.cli.app import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
