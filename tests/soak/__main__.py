"""`python -m tests.soak [JAILS [COMPUTING [BLOCKED]]]`: exit status 1 where something grows or changes.

First jails in a row, of which a private service must keep nothing; then programs near their limits, whose
verdicts must not depend on load.
"""

from __future__ import annotations

import asyncio
import sys

from tests.soak import jails, load

DEFAULTS = (10_000, 200, 50)


def main(arguments: list[str]) -> int:
    """The exit status."""
    count, computing, blocked = [*map(int, arguments), *DEFAULTS[len(arguments) :]]
    soaked = asyncio.run(jails.soak(count, lambda look: _print(look.line())))
    _print(*soaked.problems or ["nothing is left of them, and every verdict was right"])
    compared = asyncio.run(load.compare(computing, blocked))
    _print(*compared.lines())
    return 0 if compared.holds and not soaked.problems else 1


def _print(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
