"""Math-Verify as a script would use it: parse the gold, parse the response, compare; one process, one by one.

Its limits of time work by alarms, on the main thread alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import math_verify

if TYPE_CHECKING:
    from tests.labelled import Labelled


def accepts(labelled: Labelled) -> bool:
    """Its verdict. Golds are marked as mathematics, which it asks for, where they are not."""
    gold = labelled.gold
    marked = gold if "$" in gold or r"\boxed" in gold else rf"\boxed{{{gold}}}"
    return bool(math_verify.verify(math_verify.parse(marked), math_verify.parse(labelled.response)))
