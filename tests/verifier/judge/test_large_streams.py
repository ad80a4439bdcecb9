"""Large, unread, unfinished and abandoned streams, from response to verdict: the right one, and no hang."""

from __future__ import annotations

import pytest

from verifier.model import CodeTask, Options, StdioCase, StdioTests, Task, Verdict, Verifier

pytestmark = pytest.mark.asyncio(loop_scope="session")

MIB = 1 << 20
DAEMON = (
    "import os, time\n"
    "print('done', flush=True)\n"
    "if not os.fork():\n"
    "    os.setsid()\n"
    "    if not os.fork():\n"
    "        time.sleep(600)\n"
    "    os._exit(0)\n"
    "os.wait()"
)
CLOSES_LATE = "import os\nos.write(1, b'done')\nos.close(1)\nsum(range(10**6))\nos._exit(0)"
ROWS = b"12345678\n" * MIB
ACCEPTED = {
    "64 MiB of output, in one line": ("print('y' * (64 << 20), end='')", b"", b"y" * (64 * MIB)),
    "10 MiB of input": ("import sys\nprint(len(sys.stdin.read()))", b"x" * (10 * MIB), b"%d" % (10 * MIB)),
    "9 MiB of input, and out again": ("import sys\nprint(sys.stdin.read(), end='')", ROWS, ROWS),
    "10 MiB of input that nobody reads": ("print('done')", b"x" * (10 * MIB), b"done\n"),
    "standard input closed": ("import os\nos.close(0)\nprint('done')", b"x" * MIB, b"done\n"),
    "standard output closed after the answer": (CLOSES_LATE, b"", b"done\n"),
    "a daemon that holds the pipes": (DAEMON, b"", b"done\n"),
}
REFUSED = {
    "more than 64 MiB of output": ("print('y' * (64 << 20))", Verdict.OUTPUT_LIMIT),
    "output without an end": ("import os\nwhile True: os.write(1, b'y' * 65536)", Verdict.OUTPUT_LIMIT),
    "standard output closed too soon": ("import os\nos.close(1)\nprint('done')", Verdict.RUNTIME_ERROR),
    "standard output closed in silence": ("import os\nos.close(1)\nos._exit(0)", Verdict.WRONG_ANSWER),
}


async def _verdict(verifier: Verifier, program: str, given: bytes, wanted: bytes) -> Verdict:
    task = Task(CodeTask("python", StdioTests((StdioCase(given, wanted),))))
    return (await verifier.verify(f"```python\n{program}\n```", task, Options())).verdict


@pytest.mark.parametrize(("program", "given", "wanted"), ACCEPTED.values(), ids=ACCEPTED.keys())
async def test_what_an_honest_program_does_with_its_streams_is_accepted(
    verifier: Verifier, program: str, given: bytes, wanted: bytes
) -> None:
    """However much it is."""
    assert await _verdict(verifier, program, given, wanted) is Verdict.ACCEPTED


@pytest.mark.parametrize(("program", "verdict"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_is_too_much_or_missing_has_its_own_verdict(
    verifier: Verifier, program: str, verdict: Verdict
) -> None:
    """And a score of 0."""
    assert await _verdict(verifier, program, b"", b"done\n") is verdict
