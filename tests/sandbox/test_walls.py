"""What a candidate must not be able to do, tried from inside."""

from __future__ import annotations

import asyncio

import pytest

from sandbox.model import Ended, Entry, Program, Run, Sandbox, Source
from sandbox.retry import SCRIPT
from tests.sandbox.conftest import QUICK, RunScript

pytestmark = pytest.mark.asyncio(loop_scope="session")

_LIBC = "import ctypes, os, errno\nlibc = ctypes.CDLL(None, use_errno=True)\n"
_SAY = "\nprint(errno.errorcode.get(ctypes.get_errno(), 'worked') if r == -1 else 'worked')"

SYSTEM_CALLS = {
    "unshare(NEWUSER)": ("r = libc.unshare(0x10000000)", b"ENOSYS"),
    "mount": ("r = libc.mount(b'none', b'/tmp', b'tmpfs', 0, None)", b"ENOSYS"),
    "io_uring_setup": ("r = libc.syscall(425, 1, ctypes.create_string_buffer(120))", b"ENOSYS"),
    "keyctl": ("r = libc.syscall(250, 0, -3, 0)", b"ENOSYS"),
    "add_key": ("r = libc.syscall(248, b'user', b'x', b'y', 1, -3)", b"ENOSYS"),
    "bpf": ("r = libc.syscall(321, 0, 0, 0)", b"ENOSYS"),
    "perf_event_open": ("r = libc.syscall(298, 0, 0, 0, 0, 0)", b"ENOSYS"),
    "userfaultfd": ("r = libc.syscall(323, 0)", b"ENOSYS"),
    "ptrace init": ("r = libc.ptrace(16, 1, 0, 0)", b"ENOSYS"),
    "process_vm_readv": ("r = libc.process_vm_readv(1, None, 0, None, 0, 0)", b"ENOSYS"),
    "pidfd_getfd": ("r = libc.syscall(438, libc.syscall(434, 1, 0), 3, 0)", b"ENOSYS"),
    "clone3": ("r = libc.syscall(435, ctypes.create_string_buffer(88), 88)", b"ENOSYS"),
    "clone(NEWUSER)": ("r = libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0)", b"EPERM"),
    "prlimit of init": ("r = libc.prlimit(1, 7, None, ctypes.create_string_buffer(16))", b"EPERM"),
    "setpriority of init": ("r = libc.setpriority(0, 1, 19)", b"EPERM"),
    "affinity of init": ("r = libc.sched_setaffinity(1, 8, ctypes.create_string_buffer(8))", b"EPERM"),
    "AF_VSOCK": ("r = libc.socket(40, 1, 0)", b"EAFNOSUPPORT"),
    "AF_NETLINK": ("r = libc.socket(16, 3, 0)", b"EAFNOSUPPORT"),
    "AF_PACKET": ("r = libc.socket(17, 3, 0)", b"EAFNOSUPPORT"),
    "memfd_create": ("r = libc.memfd_create(b'x', 0)", b"ENOSYS"),
    "shmget": ("r = libc.shmget(0, 4096, 0o1600)", b"ENOSYS"),
    "shared memory without a file": (
        "r = ctypes.c_long(libc.mmap(0, 4096, 3, 0x21, -1, 0)).value",
        b"EPERM",
    ),
    "vfork with a memory of its own": ("r = libc.syscall(56, 0x4000 | 17, 0, 0, 0, 0)", b"EINVAL"),
    "CLONE_PARENT": ("r = libc.syscall(56, 0x8000 | 17, 0, 0, 0, 0)", b"EPERM"),
    "F_NOTIFY": ("r = libc.fcntl(os.open('/usr', 0), 1026, 1)", b"EPERM"),
    "F_SETLEASE": ("r = libc.fcntl(os.open('/etc/passwd', 0), 1024, 0)", b"EPERM"),
    "MPTCP": ("r = libc.socket(2, 1, 262)", b"EPROTONOSUPPORT"),
    "setuid(0)": ("r = libc.setuid(0)", b"EPERM"),
    "other slot's user": ("r = libc.setuid(os.getuid() + 2)", b"EPERM"),
}
"""Numbers are those of x86_64."""


@pytest.mark.parametrize(("call", "error"), SYSTEM_CALLS.values(), ids=SYSTEM_CALLS.keys())
async def test_forbidden_system_calls_fail(run_script: RunScript, call: str, error: bytes) -> None:
    """With the error that honest programs know how to live with."""
    outcome = await run_script(_LIBC + call + _SAY)

    assert outcome.stdout.strip() in (error, b"EINVAL" if call.startswith("r = libc.setuid") else error)


async def test_what_the_kernel_keeps_for_a_user_is_bounded(run_script: RunScript) -> None:
    """Timers and queued signals are nobody's memory, so there are few of them."""
    outcome = await run_script(
        "import ctypes\n"
        "libc, timer, made = ctypes.CDLL(None), ctypes.c_void_p(), 0\n"
        "while made < 20000 and libc.timer_create(1, None, ctypes.byref(timer)) == 0: made += 1\n"
        "print(made < 20000, made > 100)"
    )

    assert outcome.stdout == b"True True\n", outcome.stderr


OUT_OF_REACH = {
    "network": "import socket; socket.create_connection(('127.0.0.1', 80), 1)",
    "outside": "import socket; socket.create_connection(('10.0.0.1', 80), 1)",
    "init's memory": "open('/proc/1/mem', 'rb').read(1)",
    "init's descriptors": "import os; os.listdir('/proc/1/fd')",
    "init's environment": "open('/proc/1/environ').read()",
    "system toolchain": "open('/usr/x', 'w')",
    "our modules": "open('/runtime/x', 'w')",
    "kernel settings": "open('/proc/sys/kernel/hostname', 'w')",
    "machine's users": "open('/etc/shadow').read()",
    "homes": "import os; os.listdir('/root')",
    "root": "import os; os.mkdir('/x')",
}


@pytest.mark.parametrize("source", OUT_OF_REACH.values(), ids=OUT_OF_REACH.keys())
async def test_what_is_not_the_candidates_is_out_of_reach(run_script: RunScript, source: str) -> None:
    """Each attempt raises OSError."""
    outcome = await run_script(f"try:\n  {source}\nexcept OSError: print('refused')\nelse: print('worked')")

    assert outcome.stdout == b"refused\n", outcome.stderr


async def test_a_candidate_sees_its_own_descriptors_only(run_script: RunScript) -> None:
    """Standard streams, its report and its note; none of them leads to init or the host."""
    source = (
        "import os\n"
        "for fd in sorted(map(int, os.listdir('/proc/self/fd'))):\n"
        "  try: print(fd, os.readlink(f'/proc/self/fd/{fd}').split(':')[0].split('#')[0])\n"
        "  except OSError: pass"
    )
    outcome = await run_script(source)

    assert outcome.stdout.decode().split("\n") == ["0 /tmp/", "1 pipe", "2 pipe", "3 pipe", "5 pipe", ""]


async def test_a_candidate_has_no_power_and_cannot_get_any(run_script: RunScript) -> None:
    """No capability in any set, no new privileges, a filter in force."""
    outcome = await run_script("print(open('/proc/self/status').read())")
    status = dict(line.split(":\t") for line in outcome.stdout.decode().splitlines() if ":\t" in line)

    assert {status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert (status["NoNewPrivs"], status["Seccomp"], status["Groups"].strip()) == ("1", "2", "")


async def test_a_fork_bomb_stops_at_its_limit_and_leaves_its_neighbour_alone(run_script: RunScript) -> None:
    """The neighbour forks as it likes meanwhile."""
    bomb = (
        "import os, time\n"
        "try:\n"
        "  while True:\n"
        "    if not os.fork(): time.sleep(9)\n"
        "except OSError: print('full', flush=True)\n"
        "os._exit(0)"
    )
    neighbour = (
        "import subprocess\nfor _ in range(20): subprocess.run(['/bin/true'], check=True)\nprint('fine')"
    )
    bombed, undisturbed = await asyncio.gather(run_script(bomb), run_script(neighbour))

    assert (bombed.stdout, undisturbed.stdout) == (b"full\n", b"fine\n")


LOCKS = (
    "import fcntl, os, struct\n"
    "def open_it(): return os.open('/etc/passwd', os.O_RDONLY)\n"
    "def lock(kind): return struct.pack('hhqqi4x', kind, 0, 0, 1, 0)\n"
    "def ask():\n"
    "  here, there = os.pipe()\n"
    "  if not os.fork():\n"
    "    os.write(there, fcntl.fcntl(open_it(), {ask}, lock(fcntl.F_WRLCK))[:2]); os._exit(0)\n"
    "  return os.read(here, 2)\n"
    "free = ask()\n"
    "file = open_it()\n"
    "fcntl.fcntl(file, {take}, lock(fcntl.F_RDLCK))\n"
    "print('same' if ask() == free else 'told')"
)


@pytest.mark.parametrize(("ask", "take"), [(5, 6), (36, 37)], ids=["F_GETLK", "F_OFD_GETLK"])
async def test_nobody_is_told_who_holds_locks_on_files_that_all_jails_see(
    run_script: RunScript, ask: int, take: int
) -> None:
    """What a lock on a read-only file says could be read in another jail. Nothing else shows such a lock."""
    outcome = await run_script(LOCKS.format(ask=ask, take=take))

    assert outcome.stdout == b"same\n", outcome.stderr


async def test_two_processes_share_a_database(run_script: RunScript) -> None:
    """One reads while the other is in the middle of writing; SQLite finds its way by locks."""
    outcome = await run_script(
        "import os, sqlite3\n"
        "one = sqlite3.connect('d')\n"
        "one.execute('create table t (x)'); one.execute('insert into t values (1)')\n"
        "one.commit(); one.execute('update t set x = 2')\n"
        "if not os.fork():\n"
        "  other = sqlite3.connect('d', timeout=0)\n"
        "  print(*other.execute('select x from t').fetchone(), flush=True)\n"
        "  try: other.execute('update t set x = 3')\n"
        "  except sqlite3.OperationalError as refused: print(refused, flush=True)\n"
        "  os._exit(0)\n"
        "os.wait(); one.commit()\n"
        "print(*sqlite3.connect('d').execute('select x from t').fetchone())"
    )

    assert outcome.stdout == b"1\ndatabase is locked\n2\n", outcome.stderr


async def test_no_signal_reaches_init(sandbox: Sandbox) -> None:
    """Refused, or ignored where candidate and init share a user: the jail serves on."""
    text = (
        b"import os\n"
        b"for number in range(1, 65):\n"
        b"  try: os.kill(1, number)\n"
        b"  except OSError: pass\n"
        b"print('done')"
    )
    async with sandbox.open(Program("python", (Source("solution", "solution.py", text),))) as jail:
        outcomes = [await jail.run(Run(SCRIPT, limits=QUICK)) for _ in range(2)]

    assert [outcome.stdout for outcome in outcomes] == [b"done\n"] * 2


async def test_kill_all_takes_only_the_candidate(run_script: RunScript) -> None:
    """kill(-1) reaches nobody of ours: the run is reported."""
    outcome = await run_script("import os\ntry: os.kill(-1, 9)\nexcept OSError: pass\nprint('alive')")

    assert (outcome.ended, outcome.stdout) == (Ended.EXITED, b"alive\n")


_HERE = "tests.sandbox.inside.partners"


async def _pair(sandbox: Sandbox, main: Entry, partner: Entry) -> tuple[bytes, bytes]:
    async with sandbox.open(Program("python")) as jail:
        outcome = await jail.run(Run(main, partner=partner, limits=QUICK))
    return outcome.report, outcome.stdout


async def test_two_processes_of_a_run_talk_and_the_partner_reports(sandbox: Sandbox) -> None:
    """What the partner reports is what the candidate answered."""
    report, _ = await _pair(sandbox, Entry(_HERE, "echo"), Entry(_HERE, "ask", b"hello"))

    assert report == b"HELLO"


async def test_a_candidate_beside_a_partner_cannot_report(sandbox: Sandbox) -> None:
    """Only the partner's words count."""
    report, stdout = await _pair(sandbox, Entry(_HERE, "try_to_report"), Entry(_HERE, "wait_for_end"))

    assert (report, stdout) == (b"gone", b"refused")


async def test_a_partners_payload_is_nowhere_in_the_candidates_memory(sandbox: Sandbox) -> None:
    """The candidate knows what to look for (written backwards), and finds nothing in two runs of one jail."""
    secret = b"an unguessable token 8c1f"
    backwards = bytes(reversed(secret))
    async with sandbox.open(Program("python")) as jail:
        run = Run(
            Entry(_HERE, "search_memory", backwards), partner=Entry(_HERE, "listen", secret), limits=QUICK
        )
        reports = [(await jail.run(run)).report for _ in range(2)]

    # the one occurrence is the candidate's own reversal of what it was given
    assert reports == [b"1 times"] * 2


async def test_a_claim_outlives_the_process_that_made_it(sandbox: Sandbox) -> None:
    """A report is read to its end after any kind of exit."""
    async with sandbox.open(Program("python")) as jail:
        outcome = await jail.run(Run(Entry(_HERE, "report_and_die"), limits=QUICK))

    assert (outcome.report, outcome.exit_code) == (b"a claim", 7)
