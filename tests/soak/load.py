"""Do verdicts depend on what else the machine does? The same programs, alone and beside many that burn.

Programs come close to their limits from below, and a little beyond: processor time in a loop, in children, in
threads, in the kernel, compiled; blocked time in one piece and in many.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.languages.table import LANGUAGES
from sandbox.model import Limits
from sandbox.pool import PoolSettings, start
from verifier.errors import VerifierError
from verifier.judge.judge import judge
from verifier.judge.model import Submission
from verifier.judge.runtime import NATIVE, PYTHON
from verifier.judge.styles import stdio
from verifier.model import CodeTask, Scoring, StdioCase, StdioTests

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sandbox.model import Sandbox

LIMITS = Limits(cpu_seconds=0.4, idle_seconds=1, memory_bytes=256 << 20, processes=16)
_COMPILE_LIMITS = Limits(cpu_seconds=30, idle_seconds=30)
BURNERS_PER_CORE = 8
_BURN = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: sum(range(10**5))"

_COMPUTING = {
    "loop": ("python", "import time\nwhile time.process_time() < {seconds}: pass\n"),
    "children": (
        "python",
        (
            "import os, time\n"
            "for _ in range(3):\n"
            "  if not os.fork():\n"
            "    while time.process_time() < {seconds} / 3 - 0.003: pass\n"
            "    os._exit(0)\n"
            "  os.wait()\n"
        ),
    ),
    "threads": (
        "python",
        (
            "import threading, time\n"
            "def burn():\n"
            "  while time.process_time() < {seconds}: pass\n"
            "threads = [threading.Thread(target=burn) for _ in range(3)]\n"
            "for one in threads: one.start()\n"
            "for one in threads: one.join()\n"
        ),
    ),
    "kernel": ("python", "import os, time\nwhile time.process_time() < {seconds}: os.stat('/')\n"),
    "compiled": (
        "c",
        (
            "#include <stdio.h>\n#include <time.h>\n"
            "int main(void) {{\n  while (clock() < {seconds} * CLOCKS_PER_SEC) continue;\n"
            '  puts("done");\n  return 0;\n}}\n'
        ),
    ),
}
"""Programs that compute for a number of seconds, by shape; those in Python then say that they are done."""
_BLOCKED = {
    "sleep": "import time\ntime.sleep({seconds})\n",
    "naps": "import time\nfor _ in range(20): time.sleep({seconds} / 20)\n",
    "naps and work": (
        "import time\n"
        "for turn in range(10):\n"
        "  time.sleep({seconds} / 10)\n"
        "  while time.process_time() < 0.02 * turn: pass\n"
    ),
    "waits for a child": (
        "import os, time\nif not os.fork():\n  time.sleep({seconds})\n  os._exit(0)\nos.wait()\n"
    ),
    "naps in children": (
        "import os, time\n"
        "for _ in range(10):\n"
        "  if not os.fork():\n    time.sleep({seconds} / 10)\n    os._exit(0)\n"
        "  os.wait()\n"
    ),
}
"""Programs that sleep for a number of seconds, by shape."""
_SAY = "print('done')\n"


@dataclass(frozen=True, slots=True)
class Timed:
    """A program, and the verdict that it has to get, whatever else runs."""

    name: str
    language: str
    source: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Verdicts alone and under load."""

    programs: int
    wrong_alone: tuple[str, ...]
    wrong_loaded: tuple[str, ...]
    """Programs that did not get their verdict, with what they got."""

    @property
    def holds(self) -> bool:
        """Whether every program got its verdict both times."""
        return not (self.wrong_alone or self.wrong_loaded)

    def lines(self) -> list[str]:
        """For people."""
        told = [
            f"{self.programs} programs near their limits; wrong verdicts alone: {len(self.wrong_alone)}, "
        ]
        told[0] += f"with {BURNERS_PER_CORE} burning processes for each core: {len(self.wrong_loaded)}"
        return [*told, *(f"  alone: {one}" for one in self.wrong_alone),
                *(f"  loaded: {one}" for one in self.wrong_loaded)]  # fmt: skip


def programs(computing: int, blocked: int) -> list[Timed]:
    """So many that compute for 60 to 90 % of their limit, and so many that sleep for 30 to 80 % of theirs; a
    tenth as many go on to one and a half times the limit."""
    return [
        *_computing(computing, 0.6, 0.9, "ACCEPTED"),
        *_blocked(blocked, 0.3, 0.8, "ACCEPTED"),
        *_computing(computing // 10, 1.3, 1.5, "TIME_LIMIT"),
        *_blocked(blocked // 10, 1.5, 2.0, "IDLE_LIMIT"),
    ]


def _computing(count: int, least: float, most: float, verdict: str) -> Iterator[Timed]:
    for number in range(count):
        share = least + (most - least) * number / count
        shape = list(_COMPUTING)[number % len(_COMPUTING)]
        language, source = _COMPUTING[shape]
        text = source.format(seconds=round(share * LIMITS.cpu_seconds, 4))
        text += _SAY if language == "python" else ""
        yield Timed(f"{shape} for {share:.0%} of the limit", language, text, verdict)


def _blocked(count: int, least: float, most: float, verdict: str) -> Iterator[Timed]:
    for number in range(count):
        share = least + (most - least) * number / count
        shape = list(_BLOCKED)[number % len(_BLOCKED)]
        text = _BLOCKED[shape].format(seconds=round(share * LIMITS.idle_seconds, 4)) + _SAY
        yield Timed(f"{shape} for {share:.0%} of the limit", "python", text, verdict)


async def compare(computing: int, blocked: int) -> Comparison:
    """Judge all of them twice.

    Raises:
        sandbox.errors.NotAvailable: no jail works here.
    """
    timed = programs(computing, blocked)
    cores = os.cpu_count() or 1
    async with start(PoolSettings(slots=cores), [PYTHON, NATIVE]) as sandbox:
        alone = await _wrong(sandbox, timed)
    async with start(PoolSettings(slots=4 * cores), [PYTHON, NATIVE]) as sandbox:
        with _burning(BURNERS_PER_CORE * cores):
            loaded = await _wrong(sandbox, timed)
    return Comparison(len(timed), alone, loaded)


async def _wrong(sandbox: Sandbox, timed: Sequence[Timed]) -> tuple[str, ...]:
    got = await asyncio.gather(*(_verdict(sandbox, one) for one in timed))
    found = Counter(
        f"{one.name}: {what}" for one, what in zip(timed, got, strict=True) if what != one.verdict
    )
    return tuple(found)


async def _verdict(sandbox: Sandbox, timed: Timed) -> str:
    tests = StdioTests((StdioCase(b"", b"done\n"),))
    task = CodeTask(timed.language, tests)
    language = LANGUAGES[timed.language]
    submission = Submission(task, timed.source, language, LIMITS, _COMPILE_LIMITS, reveal_expected=False)
    try:
        judged = await judge(sandbox, stdio.plan(submission, tests), Scoring.ALL)
    except VerifierError as status:
        return f"{type(status).__name__}: {status}"
    used = judged.usage
    if judged.grade.verdict.name == timed.verdict:
        return timed.verdict
    return f"{judged.grade.verdict.name} ({used.cpu_seconds:.3f} s computed in {used.wall_seconds:.3f} s)"


@contextlib.contextmanager
def _burning(count: int) -> Iterator[None]:
    """Processes that want all the processor time there is, for as long as this one lives."""
    burners = [subprocess.Popen([sys.executable, "-c", _BURN]) for _ in range(count)]
    try:
        yield
    finally:
        for one in burners:
            one.kill()
            one.wait()
