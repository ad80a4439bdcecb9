"""Benchmarks: `python -m tests.bench [NAME ...]`, all of them without a name.

Each measures several ways of doing the same thing in turns, on one machine in the same minutes, and prints
ratios: those travel between machines, seconds do not. Nothing fails here for being slow.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from tests.bench import sandbox, wire

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from tests.bench.turns import Rate

BENCHMARKS: Mapping[str, Callable[[], Awaitable[list[Rate]]]] = {
    "sandbox": sandbox.measure,
    "wire": wire.measure,
}
"""One file each."""


async def main(names: list[str]) -> None:
    """Run the benchmarks of these names."""
    for name in names or BENCHMARKS:
        rates = await BENCHMARKS[name]()
        sys.stdout.write(f"\n{name}\n")
        for rate in rates:
            ratio = rate.per_second / rates[0].per_second
            sys.stdout.write(f"  {rate.what:<44}{rate.per_second:>10.0f}/s  x {ratio:.2f}\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
