"""Benchmarks: `python -m tests.bench [NAME ...] [--json]`, all of them without a name.

Those of speed measure several ways of doing the same thing in turns, on one machine in the same minutes, and
print ratios: those travel between machines, seconds do not. Nothing fails here for being slow.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING

from tests.bench import accuracy, adversarial, agreement, math, plan, sandbox, service, wire

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from tests.bench.report import Report

BENCHMARKS: Mapping[str, Callable[[], Awaitable[Report]]] = {
    "accuracy": accuracy.measure,
    "adversarial": adversarial.measure,
    "agreement": agreement.measure,
    "math": math.measure,
    "plan": plan.measure,
    "sandbox": sandbox.measure,
    "service": service.measure,
    "wire": wire.measure,
}
"""One file each."""


async def main(arguments: list[str]) -> None:
    """Run the benchmarks of these names."""
    names = [name for name in arguments if name != "--json"] or list(BENCHMARKS)
    for name in names:
        report = await BENCHMARKS[name]()
        if "--json" in arguments:
            sys.stdout.write(json.dumps({name: report.figures()}) + "\n")
        else:
            sys.stdout.write("\n".join(["", name, *report.lines(), ""]))
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
