"""Runs programs of the abuse corpus in this process's own situation; prints one JSON object for each.

python -m verifier.redteam.abuse SITUATION LAUNCH NAME...
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import sys

from sandbox.errors import NotAvailable
from sandbox.model import LaunchMode
from verifier.redteam.abuse.run import run
from verifier.redteam.abuse.table import ABUSES
from verifier.redteam.situations import REFUSED_STATUS


def main() -> None:
    """Exit status 0 says nothing but that the programs were run; `REFUSED_STATUS` that no jail works here."""
    situation, launch, *names = sys.argv[1:]
    chosen = [abuse for abuse in ABUSES if abuse.name in names]
    try:
        results = asyncio.run(run(situation, LaunchMode(launch), chosen))
    except NotAvailable as reason:
        sys.stderr.write(str(reason).partition("\n")[0] + "\n")
        sys.exit(REFUSED_STATUS)
    for result in results:
        sys.stdout.write(json.dumps(dataclasses.asdict(result)) + "\n")


if __name__ == "__main__":
    main()
