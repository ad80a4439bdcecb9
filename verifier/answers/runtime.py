"""The warm interpreter in which answers are compared, as the sandbox needs to know it."""

from __future__ import annotations

from sandbox.model import Entry, Limits, Runtime
from verifier.answers.inside import budget

NAME = "math"
PAIRS = 16
"""Pairs of one worker. It must not long outlive the text it has read."""

MODULES = tuple(
    f"verifier.answers.inside.{name}"
    for name in (
        "algebra", "brackets", "budget", "compare", "frames", "grammar", "logic", "numeral", "qualifiers",
        "readable", "reading", "scalar", "shape", "tidy", "units", "words", "worker",
    )
)  # fmt: skip

MATH = Runtime(
    name=NAME,
    modules=MODULES,
    site=("antlr4", "latex2sympy2_extended", "math_verify", "mpmath", "sympy"),
    warm_up=Entry("verifier.answers.inside.worker", "warm_up"),
)

COMPARE = "verifier.answers.inside.worker", "run"

LIMITS = Limits(
    cpu_seconds=float(PAIRS * budget.BACKSTOP_SECONDS),
    idle_seconds=10.0,
    wall_seconds=float(PAIRS * budget.BACKSTOP_SECONDS * 10),
    memory_bytes=1 << 30,
    output_bytes=1 << 16,
    processes=4,
    file_bytes=1 << 16,
)
"""Bounds of one worker: the sum of the hard limits of its pairs, and ten times that on the clock."""
