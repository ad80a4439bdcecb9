"""The checkers, by hand: one file each, one line here. A test compares this table with the files."""

from __future__ import annotations

from verifier.judge.checkers import exact, floats, json, lcb, lines, tokens, unordered
from verifier.judge.model import Checker, Tolerances

CHECKERS: dict[str, Checker] = {
    checker.name: checker
    for checker in (
        tokens.CHECKER,
        exact.CHECKER,
        lines.CHECKER,
        floats.CHECKER,
        unordered.CHECKER,
        json.CHECKER,
        lcb.CHECKER,
    )
}
"""By name, in the order in which GetCapabilities lists them."""

FOR_TEXTS = "tokens"
"""The checker of standard output, where a task names none."""
FOR_VALUES = "json"
"""The checker of returned values, where a task names none."""
TOLERANCES = Tolerances(absolute=1e-6, relative=1e-6)
"""Where a task names none: what most contest problems with real answers ask for."""
