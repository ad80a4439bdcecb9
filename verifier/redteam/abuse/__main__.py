"""Runs programs of the abuse corpus in this process's own situation; prints one JSON object for each.

python -m verifier.redteam.abuse SITUATION LAUNCH NAME...
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import sys
from typing import TYPE_CHECKING

from sandbox.errors import NotAvailable
from sandbox.model import LaunchMode
from verifier.redteam.abuse.run import run
from verifier.redteam.abuse.table import ABUSES
from verifier.redteam.situations import REFUSED_STATUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verifier.redteam.abuse.model import Abuse


def main() -> None:
    """Exit status 0 says nothing but that the programs were run; `REFUSED_STATUS` that no jail works here."""
    situation, launch, *names = sys.argv[1:]
    chosen = [abuse for abuse in ABUSES if abuse.name in names]
    try:
        asyncio.run(_print(situation, LaunchMode(launch), chosen))
    except NotAvailable as reason:
        sys.stderr.write(str(reason).partition("\n")[0] + "\n")
        sys.exit(REFUSED_STATUS)


async def _print(situation: str, launch: LaunchMode, abuses: Sequence[Abuse]) -> None:
    async for result in run(situation, launch, abuses):
        sys.stdout.write(json.dumps(dataclasses.asdict(result)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
