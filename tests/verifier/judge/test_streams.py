"""Every way in which Python programs read their input and write their output: the right ones are accepted."""

from __future__ import annotations

import pytest

from verifier.model import CodeTask, Options, StdioCase, StdioTests, Task, Verdict, Verifier

INPUT = b"3\n10 20 30\n"
TASK = Task(CodeTask("python", StdioTests((StdioCase(INPUT, b"60\n"),))))

READING = {
    "input": "text = input() + ' ' + input()",
    "input until it ends": "text = ' '.join(iter(lambda: (input() if rows.pop() else ''), ''))",
    "input until EOFError": (
        "text = ''\nwhile True:\n    try:\n        text += input() + ' '\n    except EOFError:\n        break"
    ),
    "read": "text = sys.stdin.read()",
    "readline": "text = sys.stdin.readline() + sys.stdin.readline()",
    "readline by another name": "input = sys.stdin.readline\ntext = input() + input()",
    "readlines": "text = ' '.join(sys.stdin.readlines())",
    "iteration": "text = ' '.join(line for line in sys.stdin)",
    "list": "text = ' '.join(list(sys.stdin))",
    "enumerate and next": "next(sys.stdin)\ntext = '3 ' + next(iter(sys.stdin))",
    "map": "n, = map(int, input().split())\ntext = f'{n} ' + ' '.join(map(str.strip, sys.stdin))",
    "__stdin__": "text = sys.__stdin__.read()",
    "buffer.read": "text = sys.stdin.buffer.read().decode()",
    "buffer.readline": "text = (sys.stdin.buffer.readline() + sys.stdin.buffer.readline()).decode()",
    "buffer.readlines": "text = b' '.join(sys.stdin.buffer.readlines()).decode()",
    "buffer iteration": "text = b' '.join(line for line in sys.stdin.buffer).decode()",
    "buffer.read1": "text = sys.stdin.buffer.read1().decode()",
    "buffer.raw": "text = sys.stdin.buffer.raw.read().decode()",
    "buffer.readinto": "room = bytearray(99)\ntext = room[: sys.stdin.buffer.readinto(room)].decode()",
    "detach": "text = sys.stdin.detach().read().decode()",
    "reconfigure": "sys.stdin.reconfigure(encoding='ascii')\ntext = sys.stdin.read()",
    "open(0)": "text = open(0).read()",
    "open(0) in bytes": "text = open(0, 'rb').read().decode()",
    "open(0) line by line": "text = ' '.join(open(0))",
    "/dev/stdin": "text = open('/dev/stdin').read()",
    "/dev/fd/0": "text = open('/dev/fd/0').read()",
    "/proc/self/fd/0": "text = open('/proc/self/fd/0').read()",
    "pathlib": "import pathlib\ntext = pathlib.Path('/dev/stdin').read_text()",
    "os.read": "text = os.read(0, 1 << 20).decode()",
    "os.read of its size": "text = os.read(0, os.fstat(0).st_size).decode()",
    "os.read byte by byte": "text = b''.join(iter(lambda: os.read(0, 1), b'')).decode()",
    "os.pread": "text = os.pread(0, 99, 0).decode()",
    "os.fdopen": "text = os.fdopen(0).read()",
    "os.dup": "text = os.fdopen(os.dup(0)).read()",
    "io.BytesIO": "text = io.BytesIO(os.read(0, os.fstat(0).st_size)).read().decode()",
    "io.FileIO": "text = io.BufferedReader(io.FileIO(0)).read().decode()",
    "io.TextIOWrapper": "text = io.TextIOWrapper(sys.stdin.buffer, encoding='utf-8').read()",
    "codecs": "import codecs\ntext = codecs.getreader('utf-8')(sys.stdin.buffer).read()",
    "mmap": "import mmap\ntext = mmap.mmap(0, 0, access=mmap.ACCESS_READ).read().decode()",
    "fileinput": "import fileinput\ntext = ' '.join(fileinput.input())",
    "fileinput in bytes": "import fileinput\ntext = b' '.join(fileinput.input(mode='rb')).decode()",
    "csv": "import csv\ntext = ' '.join(' '.join(row) for row in csv.reader(sys.stdin))",
    "shlex": "import shlex\ntext = ' '.join(shlex.shlex(sys.stdin))",
    "select": "import select\nselect.select([sys.stdin], [], [])\ntext = sys.stdin.read()",
    "seek and again": "sys.stdin.read()\nsys.stdin.seek(0)\ntext = sys.stdin.read()",
    "shutil": "import shutil\nto = io.StringIO()\nshutil.copyfileobj(sys.stdin, to)\ntext = to.getvalue()",
    "subprocess": "import subprocess\ntext = subprocess.check_output(['cat'], text=True)",
    "a shell": "text = os.popen('cat').read()",
    "libc": "import ctypes\nroom = ctypes.create_string_buffer(99)\n"
    "text = room[: ctypes.CDLL(None).read(0, room, 99)].decode()",
    "asyncio": "import asyncio\ntext = asyncio.run(asyncio.to_thread(sys.stdin.read))",
    "a thread": "import threading\nfound = []\nthread = threading.Thread(target=lambda: found.append("
    "sys.stdin.read()))\nthread.start()\nthread.join()\ntext = found[0]",
    "globals": "def main():\n    global text\n    text = sys.stdin.read()\nglobals()['main']()",
    "numpy": "import numpy\ntext = ' '.join(map(str, numpy.loadtxt(sys.stdin, dtype=int, skiprows=1)))\n"
    "text = '3 ' + text",
}
WRITING = {
    "print": "print(total)",
    "print with end and flush": "print(total, end='\\n', flush=True)",
    "print in pieces": "print(str(total)[0], end='')\nprint(str(total)[1:])",
    "print to a file": "print(total, file=sys.stdout)",
    "print without a last line end": "print(total, end='')",
    "write": "sys.stdout.write(f'{total}\\n')",
    "writelines": "sys.stdout.writelines([str(total), '\\n'])",
    "write by another name": "put = sys.stdout.write\nput(str(total))",
    "__stdout__": "sys.__stdout__.write(str(total))",
    "buffer.write": "sys.stdout.buffer.write(b'%d\\n' % total)",
    "buffer.raw": "sys.stdout.buffer.raw.write(b'%d\\n' % total)",
    "then None": "print(total)\nsys.stdout = None",
    "then a broken stream": "print(total)\nsys.stdout = io.StringIO()",
    "reconfigure": "sys.stdout.reconfigure(line_buffering=True)\nprint(total)",
    "os.write": "os.write(1, b'%d\\n' % total)",
    "os.writev": "os.writev(1, [b'%d' % total, b'\\n'])",
    "os.fdopen": "os.fdopen(1, 'w').write(str(total))",
    "os.dup": "os.write(os.dup(1), b'%d' % total)",
    "open(1)": "open(1, 'w').write(str(total))",
    "open(1), kept open": "out = open(1, 'w', buffering=1 << 16)\nout.write(str(total))",
    "open(1) in bytes": "with open(1, 'wb', closefd=False) as out:\n    out.write(b'%d' % total)",
    "/dev/stdout": "open('/dev/stdout', 'w').write(str(total))",
    "/proc/self/fd/1": "print(total, file=open('/proc/self/fd/1', 'a'))",
    "a wrapper of its own": "sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, 'w')))\n"
    "print(total)",
    "IO in memory first": "out = io.StringIO()\nprint(total, file=out)\nsys.stdout.write(out.getvalue())",
    "redirected and back": "import contextlib\nwith contextlib.redirect_stdout(io.StringIO()) as out:\n"
    "    print(total)\nprint(out.getvalue())",
    "pprint": "import pprint\npprint.pprint(total)",
    "logging": "import logging\nlogging.basicConfig(stream=sys.stdout, format='%(message)s', level=1)\n"
    "logging.info(total)",
    "atexit": "import atexit\natexit.register(print, total)",
    "a destructor at the end": "class Last:\n    def __init__(self, total): self.total = total\n"
    "    def __del__(self): print(self.total)\nlast = Last(total)",
    "then exit": "print(total)\nexit()",
    "then sys.exit": "print(total)\nsys.exit(0)",
    "then SystemExit": "print(total)\nraise SystemExit",
    "then os._exit": "print(total, flush=True)\nos._exit(0)",
    "then close": "print(total)\nsys.stdout.close()",
    "a thread": "import threading\nthreading.Thread(target=print, args=(total,)).start()",
    "a fork": "if os.fork() == 0:\n    print(total)\n    sys.exit()\nos.wait()",
    "a process": "import subprocess\nsubprocess.run(['echo', str(total)])",
    "a shell": "os.system(f'echo {total}')",
    "multiprocessing": "import multiprocessing\n"
    "multiprocessing.get_context('fork').Process(target=print, args=(total,)).start()",
    "libc": "import ctypes\nctypes.CDLL(None).puts(b'%d' % total)\nctypes.CDLL(None).fflush(None)",
    "exec": "exec('print(total)')",
    "another main": "import runpy\nopen('other.py', 'w').write(f'print({total})')\n"
    "runpy.run_path('other.py')",
}
_READ = "import io, os, sys\nrows = [0, 1, 1]\n{}\nprint(sum(map(int, text.split()[1:])))\n"
_WRITE = "import io, os, sys\ntotal = sum(map(int, sys.stdin.read().split()[1:]))\n{}\n"
WAYS = [
    *(pytest.param(_READ.format(way), id=f"reads by {name}") for name, way in READING.items()),
    *(pytest.param(_WRITE.format(way), id=f"writes by {name}") for name, way in WRITING.items()),
]


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("program", WAYS)
async def test_a_right_program_is_accepted_however_it_reads_and_writes(
    verifier: Verifier, program: str
) -> None:
    """As a real process would be: no stand-in for a stream lies between."""
    judgement = await verifier.verify(program, TASK, Options())

    if "No module named 'numpy'" in judgement.detail:
        pytest.skip("the jail's interpreter has no numpy")
    assert judgement.verdict is Verdict.ACCEPTED, judgement.detail


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("ending", ["os._exit(0)", "os.kill(os.getpid(), 9)", "os.close(1)", "print(1 / 0)"])
async def test_output_that_never_left_the_program_is_no_output(verifier: Verifier, ending: str) -> None:
    """What a dying process leaves in its buffers is lost, as anywhere."""
    judgement = await verifier.verify(_WRITE.format(f"print(total + 1)\n{ending}"), TASK, Options())

    assert judgement.score == 0
