"""Benchmarks: `python -m tests.bench [NAME ...] [--json]`, all of them without a name.

Each measures several ways of doing the same thing in turns, on one machine in the same minutes, and prints
ratios: those travel between machines, seconds do not. Nothing fails here for being slow.
"""

from __future__ import annotations

import asyncio
import json
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


def _as_json(rates: list[Rate]) -> dict[str, object]:
    """Figures, and each as a multiple of the first."""
    return {
        "per_second": {rate.what: round(rate.per_second, 1) for rate in rates},
        "ratio": {rate.what: round(rate.per_second / rates[0].per_second, 2) for rate in rates},
    }


def _as_text(name: str, rates: list[Rate]) -> str:
    lines = [
        f"  {r.what:<44}{r.per_second:>10.0f}/s  x {r.per_second / rates[0].per_second:.2f}" for r in rates
    ]
    return "\n".join(["", name, *lines, ""])


async def main(arguments: list[str]) -> None:
    """Run the benchmarks of these names."""
    names = [name for name in arguments if name != "--json"] or list(BENCHMARKS)
    for name in names:
        rates = await BENCHMARKS[name]()
        text = json.dumps({name: _as_json(rates)}) + "\n" if "--json" in arguments else _as_text(name, rates)
        sys.stdout.write(text)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
