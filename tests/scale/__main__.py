"""`python -m tests.scale [RECORDS [FOLDER]]`: exit status 1 where too much is held, or a line is lost.

Writes twice the size of the records below the folder (20 KB for each of them), and removes it at the end.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.scale.rehearsal import rehearse
from tests.scale.traces import make

RECORDS = 200_000


def main(arguments: list[str]) -> int:
    """The exit status."""
    records = int(arguments[0]) if arguments else RECORDS
    with tempfile.TemporaryDirectory(dir=arguments[1] if arguments[1:] else None) as folder:
        made = make(Path(folder, "traces.jsonl"), records)
        _print(f"{made.records} records, {made.bytes / 1e9:.2f} GB")
        rehearsed = rehearse(made, Path(folder, "scored.jsonl"), lambda run: _print(run.line()))
    _print(*rehearsed.problems or ["one line for each record, in order, with the verdict it must have"])
    return 1 if rehearsed.problems else 0


def _print(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
