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
APART = (STDIO, CALL, ASSERTS, CHECK, PYTEST)
"""Every style of Python but the one in which test and candidate share a process."""

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
PYTHON = Style("program", "python", {"program": "assert twice(21) == 42\n"})
RUBY = Style("program", "ruby", {"program": "raise 'wrong' if twice(21) != 42\n"})
