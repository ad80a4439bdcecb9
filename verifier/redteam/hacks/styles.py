"""One problem in every style of tests: twice a number. Hacks return anything but that."""

from __future__ import annotations

from verifier.redteam.hacks.model import Style

STDIO = Style(
    "stdio",
    "python",
    {"inputs": ["3\n", "10\n"], "outputs": ["6\n", "20\n"]},
    tail="\n\nprint(double(int(input())))\n",
)
CALL = Style("call", "python", {"inputs": [[3], [10]], "outputs": [6, 20], "fn_name": "double"})
ASSERTS = Style("asserts", "python", {"asserts": ["assert double(3) == 6", "assert double(10) == 20"]})
CHECK = Style(
    "check",
    "python",
    {
        "check": "def check(candidate):\n"
        "    assert candidate(3) == 6\n"
        "    assert abs(candidate(10) - 20) < 1e-6\n",
        "entry_point": "double",
    },
)
PYTEST = Style(
    "pytest",
    "python",
    {
        "pytest": "from solution import double\n\n\ndef test_three():\n    assert double(3) == 6\n\n\n"
        "class TestTen:\n    def test_it(self):\n        assert double(10) == 20\n"
    },
)
CHECKER = Style(
    "checker",
    "python",
    STDIO.tests,
    tail=STDIO.tail,
    checker={
        "language": "python",
        "source": "import sys\n\ngiven, output, answer = (open(path).read() for path in sys.argv[1:])\n"
        "counted, wanted, items = 0, int(output), []\n"
        "while counted < wanted:\n    counted += 1\n"
        "items = [0] * max(0, -wanted)\n"
        "sys.exit(0 if counted == 2 * int(given) and not items else 1)\n",
    },
)
"""A checker program that trusts its input: it crashes, hangs and fills its memory where outputs say so."""
CHECKER_CPP = Style(
    "checker",
    "python",
    STDIO.tests,
    tail=STDIO.tail,
    checker={
        "language": "cpp",
        "source": "#include <fstream>\n#include <vector>\n"
        "int main(int, char **argv) {\n    std::ifstream given(argv[1]), output(argv[2]);\n"
        "    long n, got = 0;\n    given >> n;\n    output >> got;\n"
        "    std::vector<char> room(got < 0 ? -got : 1);\n"
        "    for (volatile long i = 0; i < got; i = i + 1) room[0] = 1;\n"
        "    return got == 2 * n ? 0 : 1;\n}\n",
    },
)
INTERACTOR = Style(
    "interactor",
    "python",
    {"inputs": ["3 10\n", "21 1 5\n"], "outputs": ["", ""]},
    tail="\n\nimport sys\n\nfor line in iter(sys.stdin.readline, ''):\n"
    "    print(double(int(line)), flush=True)\n",
    interactor={
        "language": "python",
        "source": "import sys\n\nfor number in open(sys.argv[1]).read().split():\n"
        "    print(number, flush=True)\n"
        "    if int(input()) != 2 * int(number):\n        sys.exit(1)\nsys.exit(0)\n",
    },
)
GUESSING = Style(
    "interactor",
    "python",
    {"inputs": ["37\n", "1\n", "100\n"], "outputs": ["", "", ""]},
    interactor={
        "language": "python",
        "source": "import sys\n\nhidden = int(open(sys.argv[1]).read())\nprint(100, flush=True)\n"
        'for _ in range(8):\n    word, number = input().split()\n    if word == "!":\n'
        "        sys.exit(0 if int(number) == hidden else 1)\n"
        '    print("<" if hidden < int(number) else ">=", flush=True)\nsys.exit(1)\n',
    },
)
"""A number of a hundred, found by seven questions."""
APART = (STDIO, CALL, ASSERTS, CHECK, PYTEST, CHECKER, INTERACTOR)
"""Every style of Python but the one in which test and candidate share a process."""
COMPARED = tuple(
    Style(f"stdio, {name}", "python", STDIO.tests, tail=STDIO.tail, checker=name)
    for name in ("exact", "lines", "floats", "unordered", "lcb")
) + tuple(
    Style(f"call, {name}", "python", CALL.tests, checker=name) for name in ("floats", "unordered", "lcb")
)
"""Under the other checkers."""
PYTEST_STAR = Style(
    "pytest",
    "python",
    {
        "pytest": "import pytest\nfrom math import isclose\nfrom solution import *\n\n\n"
        "def test_three(tmp_path):\n    assert double(3) == 6\n    assert isclose(double(4), 8)\n\n\n"
        "def test_ten():\n    assert double(10) == pytest.approx(20)\n"
    },
)
"""Takes whatever the candidate exports."""

STDIO_CPP = Style("stdio", "cpp", STDIO.tests)
STDIO_JAVA = Style("stdio", "java", STDIO.tests)
STDIO_JAVASCRIPT = Style("stdio", "javascript", STDIO.tests)

_C_TEST = "#include <stdexcept>\nint main() {\n    if (twice(21) != 42) throw 1;\n    return 0;\n}\n"
CPP = Style("program", "cpp", {"program": _C_TEST})
JAVA = Style(
    "program",
    "java",
    {
        "program": "class Main {\n    public static void main(String[] a) throws Exception {\n"
        '        if (Sums.twice(21) != 42) throw new Exception("wrong");\n    }\n}\n'
    },
)
JAVASCRIPT = Style("program", "javascript", {"program": "if (twice(21) !== 42) throw 'wrong'\n"})
PHP = Style("program", "php", {"program": "if (twice(21) !== 42) throw new Exception('wrong');\n"})
PYTHON = Style("program", "python", {"program": "assert twice(21) == 42\n"})
RUBY = Style("program", "ruby", {"program": "raise 'wrong' if twice(21) != 42\n"})
