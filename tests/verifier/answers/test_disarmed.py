"""What a worker takes away from its algebra system."""

from __future__ import annotations

import subprocess
import sys

DISARMED = """
import sys

import sympy
from sympy.core import evalf
from verifier.answers.inside import algebra

algebra.disarm()
for call in (
    lambda: sympy.lambdify(sympy.Symbol("x"), sympy.Symbol("x")),
    lambda: sys.modules["sympy.utilities.lambdify"].lambdify(sympy.Symbol("x"), sympy.Symbol("x")),
    lambda: sympy.parse_expr("x + 1"),
    lambda: sympy.sympify("x + 1"),
    lambda: evalf.hypsum(None, None, 0, 0),
):
    try:
        call()
    except (algebra.Refused, NotImplementedError, sympy.SympifyError):
        continue
    raise SystemExit("something still compiles text")
print(sympy.Number("1.5"), algebra.same("e", r"\\sum_{n=0}^{\\infty} \\frac{1}{n!}", None))
"""


def test_in_a_worker_sympy_has_no_way_from_text_to_compiled_code() -> None:
    """In a process of its own, since nothing brings those functions back. Numbers and series still work."""
    done = subprocess.run([sys.executable, "-c", DISARMED], capture_output=True, text=True, check=False)

    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout.split() == ["1.50000000000000", "True"]
