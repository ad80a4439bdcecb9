"""What a candidate must not be able to do, tried from inside."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from sandbox.inside import layout
from sandbox.model import Ended, Entry, LaunchMode, Program, Run, Sandbox, Source
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
    "I/O priority of init": ("r = libc.syscall(251, 1, 1, 0)", b"EPERM"),
    "I/O priority of a user": ("r = libc.syscall(251, 3, os.getuid(), 0)", b"EPERM"),
    "deadline scheduling of init": ("r = libc.syscall(314, 1, ctypes.create_string_buffer(48), 0)", b"EPERM"),
    "priority of a user": ("r = libc.setpriority(2, os.getuid(), 19)", b"EPERM"),
    "a call of x32": ("r = libc.syscall(0x40000000 | 39)", b"ENOSYS"),
    "setns": ("r = libc.setns(0, 0)", b"ENOSYS"),
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


CALL_OF_32_BITS = (
    "import ctypes, mmap\n"
    "code = b'\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3'  # mov eax, 20 (getpid); int 0x80; ret\n"
    "page = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)\n"
    "page.write(code)\n"
    "ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()\n"
    "print('worked', flush=True)"
)


async def test_calls_of_a_foreign_instruction_set_are_deadly(run_script: RunScript) -> None:
    """Their numbers mean other things; a filter that took them for its own would be none."""
    outcome = await run_script(CALL_OF_32_BITS)

    assert (outcome.stdout, outcome.signal) == (b"", signal.SIGSYS)


async def test_the_scheduling_of_init_is_never_changed(run_script: RunScript) -> None:
    """Mono does not run where it may not set policies of its threads, so it is told that all went well."""
    source = (
        "import os\n"
        "os.sched_setscheduler(1, os.SCHED_IDLE, os.sched_param(0))\n"
        "os.sched_setparam(1, os.sched_param(0))\n"
        "print(os.sched_getscheduler(1) == os.SCHED_OTHER)"
    )
    outcome = await run_script(source)

    assert outcome.stdout == b"True\n", outcome.stderr


MODEST = (
    "import os, resource, subprocess\n"
    "score = '/proc/self/oom_score_adj'\n"
    "try: open(score, 'w').write('0')\n"
    "except OSError: pass\n"
    "subprocess.run(['/bin/sh', '-c', f'echo 0 >{score}; cat {score}'], stderr=subprocess.DEVNULL)\n"
    "print(open(score).read().strip(), open('/proc/1/oom_score_adj').read().strip(), flush=True)\n"
    "print(resource.getrlimit(resource.RLIMIT_CORE), dict(os.environ))"
)


async def test_a_candidate_dies_before_its_init_leaves_no_core_and_inherits_nothing(
    run_script: RunScript,
) -> None:
    """Where memory runs out, the kernel takes programs first, whatever they do or hold themselves."""
    outcome = await run_script(MODEST)

    assert outcome.stdout.decode() == f"1000\n1000 900\n(0, 0) {layout.ENVIRONMENT}\n"


WHO = (
    "import os, time\n"
    "kinds = ('cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts')\n"
    "spaces = [os.readlink(f'/proc/self/ns/{kind}') for kind in kinds]\n"
    "inside = os.getuid()\n"
    "for line in open('/proc/self/uid_map'):\n"
    "  first, outside, count = map(int, line.split())\n"
    "  if first <= inside < first + count: print(outside + inside - first, *spaces, flush=True)\n"
    "time.sleep(1)"
)
_OF_THE_TEMPLATE = {"cgroup", "user", "uts"}
"""What all jails of one template share, and no other process of the machine does."""


async def test_two_jails_share_no_user_and_no_namespace_that_matters(
    sandbox: Sandbox, run_script: RunScript
) -> None:
    """And none at all with the machine."""
    outcomes = await asyncio.gather(run_script(WHO), run_script(WHO))
    (one, *spaces), (other, *other_spaces) = (outcome.stdout.decode().split() for outcome in outcomes)
    kinds = [space.partition(":")[0] for space in spaces]
    shared = {kind for kind, a, b in zip(kinds, spaces, other_spaces, strict=True) if a == b}
    machine = {os.readlink(f"/proc/self/ns/{kind}") for kind in kinds}  # noqa: PTH115 -- links to no path

    assert len(spaces) == 7, outcomes[0].stderr
    assert (one != other) == sandbox.isolation.separate_uids
    assert shared <= _OF_THE_TEMPLATE
    assert not machine & {*spaces, *other_spaces}


def _children(parent: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def _templates() -> list[int]:
    nsjails = [pid for pid in _children(os.getpid()) if Path(f"/proc/{pid}/comm").read_text() == "nsjail\n"]
    return [child for nsjail in nsjails for child in _children(nsjail)]


def _sockets(process: int) -> set[str]:
    links = {os.readlink(link) for link in Path(f"/proc/{process}/fd").iterdir()}  # noqa: PTH115 -- no paths
    return {link for link in links if link.startswith("socket:")}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root sees the descriptors of jails")
async def test_an_init_holds_its_own_socket_and_not_its_templates(
    sandbox: Sandbox, run_script: RunScript
) -> None:
    """The control socket makes jails; whoever comes near a submission has none."""
    if sandbox.isolation.launch is not LaunchMode.TEMPLATE:
        pytest.skip("there is no template")
    running = asyncio.ensure_future(run_script("import time; time.sleep(1)"))
    inits: dict[int, int] = {}
    while not inits and not running.done():
        await asyncio.sleep(0.1)
        inits = {init: template for template in _templates() for init in _children(template)}
    held = [(_sockets(init), _sockets(template)) for init, template in inits.items()]
    await running

    assert len(held) == 1
    assert all(len(own) == 1 and not own & of_template for own, of_template in held)


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
        "except OSError: print('full', flush=True); time.sleep(1)\n"
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


AUTOGROUP = Path("/proc/self/autogroup")
OWN_GROUP = AUTOGROUP.read_bytes() if AUTOGROUP.exists() else b""
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


@pytest.mark.skipif(not OWN_GROUP, reason="a kernel that shares the processor among processes alone")
@pytest.mark.parametrize("steps_back", [False, True])
async def test_who_steps_back_shares_the_processor_with_the_service(
    sandbox: Sandbox, steps_back: bool
) -> None:
    """Niceness counts only there. A candidate is given a session of its own."""
    who = Entry(_HERE, "say_who_shares", steps_back=steps_back)
    async with sandbox.open(Program("python")) as jail:
        outcome = await jail.run(Run(who, limits=QUICK))

    group = outcome.report.removesuffix(b"leads")
    assert outcome.report.endswith(b"leads")
    assert (group == OWN_GROUP) is steps_back


async def test_a_claim_outlives_the_process_that_made_it(sandbox: Sandbox) -> None:
    """A report is read to its end after any kind of exit."""
    async with sandbox.open(Program("python")) as jail:
        outcome = await jail.run(Run(Entry(_HERE, "report_and_die"), limits=QUICK))

    assert (outcome.report, outcome.exit_code) == (b"a claim", 7)


@pytest.mark.parametrize("lowest", [*range(58, 70), 600])
async def test_open_files_of_the_service_leave_a_program_its_own_streams(
    run_script: RunScript, lowest: int
) -> None:
    """A jail that is started on its own gets its socket under the number that it has in the service."""
    held = [os.open(os.devnull, os.O_RDONLY)]
    try:
        while held[-1] < lowest:
            held.append(os.open(os.devnull, os.O_RDONLY))
        source = "import os, sys; sys.stderr.write('e'); print(input(), sorted(os.listdir('/proc/self/fd')))"
        outcome = await run_script(source, b"in\n")
    finally:
        for descriptor in held:
            os.close(descriptor)
    own = "['0', '1', '2', '3', '4', '5']"  # streams, report and note; the other one lists the folder
    assert (outcome.stdout.decode(), outcome.stderr) == (f"in {own}\n", b"e")
