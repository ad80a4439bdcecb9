"""What every jail promises, one property a test, in each way of starting jails."""

from __future__ import annotations

import dataclasses

import pytest

from sandbox.errors import JailDied
from sandbox.model import Ended, Entry, Limits, Program, Run, Sandbox, Source
from sandbox.retry import SCRIPT
from tests.sandbox.conftest import QUICK, RunScript

pytestmark = pytest.mark.asyncio(loop_scope="session")

_HERE = "tests.sandbox.inside.partners"

READING = {
    "input": "print(input())",
    "readline": "import sys; print(sys.stdin.readline(), end='')",
    "iteration": "import sys\nfor line in sys.stdin: print(line, end='')",
    "buffer": "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())",
    "open(0)": "print(open(0).read(), end='')",
    "os.read": "import os; os.write(1, os.read(0, 100))",
    "mmap": "import mmap; print(mmap.mmap(0, 0, prot=mmap.PROT_READ)[:].decode(), end='')",
    "/dev/stdin": "print(open('/dev/stdin').read(), end='')",
    "seek": "import sys; sys.stdin.seek(0, 2); sys.stdin.seek(0); print(sys.stdin.read(), end='')",
    "subprocess": "import subprocess; subprocess.run(['/bin/cat'], check=True)",
}


@pytest.mark.parametrize("source", READING.values(), ids=READING.keys())
async def test_standard_input_is_a_real_file_however_it_is_read(run_script: RunScript, source: str) -> None:
    """Every way of reading sees the bytes."""
    outcome = await run_script(source, b"hello\n")

    assert (outcome.ended, outcome.exit_code, outcome.stdout) == (Ended.EXITED, 0, b"hello\n")


EXITS = {
    "end": ("pass", 0, None),
    "code": ("import sys; sys.exit(3)", 3, None),
    "text": ("raise SystemExit('no')", 1, None),
    "exception": ("1/0", 1, None),
    "_exit": ("import os; os._exit(5)", 5, None),
    "signal": ("import os; os.kill(os.getpid(), 9)", None, 9),
    "abort": ("import os; os.abort()", None, 6),
    "segmentation fault": ("import ctypes; ctypes.string_at(0)", None, 11),
}


@pytest.mark.parametrize(("source", "exit_code", "signal"), EXITS.values(), ids=EXITS.keys())
async def test_the_end_of_a_program_is_reported_as_it_was(
    run_script: RunScript, source: str, exit_code: int | None, signal: int | None
) -> None:
    """Exit codes and signals come through unchanged."""
    outcome = await run_script(source)

    assert (outcome.exit_code, outcome.signal) == (exit_code, signal)


async def test_a_traceback_shows_the_candidate_alone(run_script: RunScript) -> None:
    """No frame of ours stands in it."""
    outcome = await run_script("def f():\n    return 1/0\nf()")

    assert outcome.stderr == (
        b"Traceback (most recent call last):\n"
        b'  File "solution.py", line 3, in <module>\n'
        b'  File "solution.py", line 2, in f\n'
        b"ZeroDivisionError: division by zero\n"
    )


LIMITS = {
    "computing": ("while True: pass", Ended.CPU_LIMIT),
    "computing in children": (
        "import os\nfor _ in range(4): os.fork()\nwhile True: pass",
        Ended.CPU_LIMIT,
    ),
    "computing in children that end": (
        "import os\nwhile True:\n  if not os.fork():\n    sum(range(10**6)); os._exit(0)\n  os.wait()",
        Ended.CPU_LIMIT,
    ),
    "orphans that compute": (
        (
            "import os, time\n"
            "for _ in range(3):\n"
            "  if not os.fork():\n"
            "    if os.fork(): os._exit(0)\n"
            "    while True: pass\n"
            "time.sleep(60)"
        ),
        Ended.CPU_LIMIT,
    ),
    "sleeping": ("import time; time.sleep(60)", Ended.IDLE_LIMIT),
    "stopping itself": ("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", Ended.IDLE_LIMIT),
    "waiting for a pipe": ("import os; r, w = os.pipe(); os.read(r, 1)", Ended.IDLE_LIMIT),
    "eating memory": ("x = []\nwhile True: x.append(b'x' * (1 << 20))", Ended.MEMORY_LIMIT),
    "one huge allocation": ("x = bytearray(1 << 40)", Ended.MEMORY_LIMIT),
    "eating memory in children": (
        (
            "import os, time\n"
            "for _ in range(6):\n"
            "  if not os.fork(): x = b'x' * (60 << 20); time.sleep(60)\n"
            "time.sleep(60)"
        ),
        Ended.MEMORY_LIMIT,
    ),
    "printing without end": ("while True: print('x' * 1000)", Ended.OUTPUT_LIMIT),
    "printing without newline": ("import os\nwhile True: os.write(1, b'x' * 4096)", Ended.OUTPUT_LIMIT),
}


@pytest.mark.parametrize(("source", "ended"), LIMITS.values(), ids=LIMITS.keys())
async def test_each_limit_ends_a_run_with_its_own_name(
    run_script: RunScript, source: str, ended: Ended
) -> None:
    """What a program exceeds is what its outcome says."""
    outcome = await run_script(source)

    assert outcome.ended is ended


async def test_a_program_may_have_as_many_processes_as_its_limit_says(sandbox: Sandbox) -> None:
    """In each run of a jail, alone and beside a partner: who else is in the jail does not count."""
    count = Run(Entry(_HERE, "count_children"), limits=QUICK)
    async with sandbox.open(Program("python")) as jail:
        alone = await jail.run(count)
        beside = await jail.run(dataclasses.replace(count, partner=Entry(_HERE, "wait_for_end")))
        again = await jail.run(count)

    assert [run.stdout for run in (alone, beside, again)] == [b"%d" % (QUICK.processes - 1)] * 3


async def test_output_just_below_its_limit_arrives_whole(run_script: RunScript) -> None:
    """64 MB, as one line without an end, byte for byte."""
    limits = Limits(output_bytes=64 << 20)
    outcome = await run_script(f"import sys; sys.stdout.write('y' * {64 << 20})", limits=limits)

    assert outcome.ended is Ended.EXITED
    assert outcome.stdout == b"y" * (64 << 20)


async def test_input_that_is_never_read_does_not_hang(run_script: RunScript) -> None:
    """10 MB of it."""
    outcome = await run_script("print('done')", b"x" * (10 << 20))

    assert outcome.stdout == b"done\n"


async def test_a_closed_stdout_is_the_end_of_output_and_not_of_the_run(run_script: RunScript) -> None:
    """The program goes on, and ends as it likes."""
    outcome = await run_script(
        "import os, time; print('a', flush=True); os.close(1); time.sleep(0.2); os._exit(4)"
    )

    assert (outcome.stdout, outcome.exit_code) == (b"a\n", 4)


async def test_a_daemon_that_holds_the_pipes_neither_delays_nor_outlives_the_run(sandbox: Sandbox) -> None:
    """The second run of the same jail sees no process of the first."""
    daemon = (
        "import os, time\n"
        "if not os.fork():\n"
        "  os.setsid()\n"
        "  if not os.fork(): time.sleep(600)\n"
        "  os._exit(0)\n"
        "os.wait(); print('done')"
    )
    look = (
        "import os; print([p for p in os.listdir('/proc') if p.isdigit() and int(p) not in (1, os.getpid())])"
    )
    text = f"import sys\nexec({daemon!r} if sys.stdin.read() else {look!r})"
    async with sandbox.open(Program("python", (Source("solution", "solution.py", text.encode()),))) as jail:
        first = await jail.run(Run(SCRIPT, stdin=b"daemon", limits=QUICK))
        second = await jail.run(Run(SCRIPT, limits=QUICK))

    assert (first.stdout, second.stdout) == (b"done\n", b"[]\n")
    assert first.wall_seconds < 60


async def test_nothing_written_survives_a_run(sandbox: Sandbox) -> None:
    """Neither plain files, nor folders without permissions, nor a tower of folders too deep for a path."""
    write = (
        "import os\n"
        "open('memo', 'w').write('x'); os.mkfifo('fifo'); os.symlink('/etc', 'link')\n"
        "os.mkdir('closed'); open('closed/f', 'w').close(); os.chmod('closed', 0)\n"
        "for _ in range(1500): os.mkdir('d' * 50); os.chdir('d' * 50)\n"
    )
    text = f"import os, sys\nexec({write!r} if sys.stdin.read() else 'print(os.listdir())')"
    async with sandbox.open(Program("python", (Source("solution", "solution.py", text.encode()),))) as jail:
        first = await jail.run(Run(SCRIPT, stdin=b"write", limits=QUICK))
        second = await jail.run(Run(SCRIPT, limits=QUICK))

    assert (first.exit_code, second.stdout) == (0, b"[]\n"), first.stderr


async def test_the_compilers_box_carries_nothing_from_run_to_run(sandbox: Sandbox) -> None:
    """Refused, or wiped where candidate and init share a user."""
    text = (
        "import os\n"
        "print(os.listdir('/box'))\n"
        "try: os.mkdir('/box/memo'); os.symlink('/usr', '/box/memo/link'); os.chmod('/box/memo', 0)\n"
        "except OSError: pass"
    )
    async with sandbox.open(Program("python", (Source("solution", "solution.py", text.encode()),))) as jail:
        outcomes = [await jail.run(Run(SCRIPT, limits=QUICK)) for _ in range(2)]

    assert [outcome.stdout for outcome in outcomes] == [b"[]\n"] * 2, outcomes[0].stderr


async def test_a_program_that_changes_itself_for_later_runs_brings_down_its_jail(sandbox: Sandbox) -> None:
    """Where candidate and init share a user it can; everywhere else it is refused."""
    script = b"#!/bin/sh\necho same; echo '# other' >>/box/main; exit 0\n"
    program = Program(
        "python", files={"source": script}, compile_argv=("/bin/sh", "-c", "cp source main; chmod 755 main")
    )
    async with sandbox.open(program) as jail:
        await jail.compile()
        if sandbox.isolation.separate_uids:
            outcomes = [await jail.run(Run(("/box/main",), limits=QUICK)) for _ in range(2)]
            assert [outcome.stdout for outcome in outcomes] == [b"same\n"] * 2
            return
        with pytest.raises(JailDied):
            await jail.run(Run(("/box/main",), limits=QUICK))


async def test_files_of_the_program_lie_in_the_scratch_directory_of_every_run(sandbox: Sandbox) -> None:
    """Even after a run has deleted them."""
    text = b"import os; print(open('data/in.txt').read()); os.unlink('data/in.txt')"
    program = Program("python", (Source("solution", "solution.py", text),), files={"data/in.txt": b"content"})
    async with sandbox.open(program) as jail:
        outcomes = [await jail.run(Run(SCRIPT, limits=QUICK)) for _ in range(2)]

    assert [outcome.stdout for outcome in outcomes] == [b"content\n"] * 2


async def test_the_scratch_directory_is_bounded_in_size_and_number(run_script: RunScript) -> None:
    """Filling it is the program's own error."""
    full = await run_script("x = b'x' * (1 << 20)\nwith open('f', 'wb') as f:\n  while True: f.write(x)")
    many = await run_script("i = 0\nwhile True:\n  open(str(i), 'w').close(); i += 1")

    assert b"OSError" in full.stderr
    assert b"No space left" in many.stderr


SAME_EVERYWHERE = (
    "import random, os\n"
    "print(hash('x'), random.random(), sorted(os.environ.items()), os.getcwd())\n"
    "print(os.sys.argv, __name__, __file__)"
)


async def test_two_runs_of_one_program_see_the_same_world(run_script: RunScript) -> None:
    """Hash seed, random state, environment, directory and arguments are fixed."""
    first, second = await run_script(SAME_EVERYWHERE), await run_script(SAME_EVERYWHERE)

    assert first.exit_code == 0
    assert first.stdout == second.stdout


async def test_a_program_that_does_not_compile_says_why(run_script: RunScript) -> None:
    """With the compiler's own words."""
    outcome = await run_script("def f(:\n")

    assert outcome.ended is Ended.NOT_COMPILED
    assert (
        outcome.stderr
        == b'  File "solution.py", line 1\n    def f(:\n          ^\nSyntaxError: invalid syntax\n'
    )


async def test_a_program_is_compiled_by_its_first_run_only(sandbox: Sandbox) -> None:
    """The second run of a large program costs a fraction of the first."""
    text = b"x = 0\n" + b"x += 1\n" * 50_000 + b"print(x)"
    async with sandbox.open(Program("python", (Source("solution", "solution.py", text),))) as jail:
        first, second = [await jail.run(Run(SCRIPT, limits=QUICK)) for _ in range(2)]

    assert first.stdout == second.stdout == b"50000\n"
    assert second.cpu_seconds < first.cpu_seconds / 2


async def test_what_a_run_does_to_its_own_code_stays_in_that_run(sandbox: Sandbox) -> None:
    """Compiled code is handed over before the program runs, and over a descriptor it does not have."""
    text = (
        b"import os\n"
        b"for fd in (3, 4, *range(6, 99)):\n"
        b"  try: os.write(fd, b'x' * 99)\n"
        b"  except OSError: pass\n"
        b"print('same')"
    )
    async with sandbox.open(Program("python", (Source("solution", "solution.py", text),))) as jail:
        outcomes = [await jail.run(Run(SCRIPT, limits=QUICK)) for _ in range(2)]

    assert [outcome.stdout for outcome in outcomes] == [b"same\n"] * 2


BOMBS = {
    "huge literal": b"[" + b"0," * 5_000_000 + b"]",
    "nesting": b"(" * 100_000,
    "huge power": b"x = 10 ** 10 ** 10",
    "NUL bytes": b"print(1)\0",
    "not UTF-8": b"x = '\xff'",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
async def test_compiling_is_bounded_too(sandbox: Sandbox, text: bytes) -> None:
    """Whatever the compiler makes of it, the jail answers within the limits of the run."""
    async with sandbox.open(Program("python", (Source("solution", "solution.py", text),))) as jail:
        outcome = await jail.run(Run(SCRIPT, limits=QUICK))

    assert outcome.exit_code != 0
    assert outcome.cpu_seconds < 10


async def test_usage_is_measured_in_small_units(run_script: RunScript) -> None:
    """Processor time and memory of a run are its own, not the interpreter's."""
    idle = await run_script("pass")
    busy = await run_script(
        "x = bytearray(100 << 20)\nfor i in range(0, len(x), 4096): x[i] = 1\nsum(range(3 * 10**6))"
    )

    assert idle.memory_bytes < 30 << 20
    assert 90 << 20 < busy.memory_bytes < 200 << 20
    assert idle.cpu_seconds < busy.cpu_seconds
