"""The driver of call tests: calls one function with decoded arguments, and reports the result as a value.

Runs in the candidate's process, so the report is a claim: the service compares it with the expected value,
which is never here. A driver that was fooled can only name another value.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sandbox.inside.layout import SCRATCH
from verifier.judge.inside import jsontext, load, plain, reports

if TYPE_CHECKING:
    from sandbox.inside.child import Context


def payload(function_name: str, arguments: bytes) -> bytes:
    """What the driver is told: the function, and its arguments as a JSON array."""
    return plain.encode((function_name, arguments))


def main(context: Context) -> None:
    """Load, call, report, and end at once: threads that the candidate left are not waited for."""
    report, end = context.report, os._exit  # before the candidate can replace them
    request: tuple[str, bytes] = plain.decode(context.payload)  # type: ignore[assignment]
    name, arguments = request
    function = load.function(load.candidate(context.code(load.SOURCE), SCRATCH), name)
    report(reports.write_claim(function(*jsontext.parse(arguments))))
    end(0)
