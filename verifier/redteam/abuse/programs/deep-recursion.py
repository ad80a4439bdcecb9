"""Recurses until something gives.

Verdict: RUNTIME_ERROR or MEMORY_LIMIT
Gone: its stack
"""

import sys

sys.setrecursionlimit(10**9)


def descend(depth: int) -> int:
    return descend(depth + 1) + len([*map(descend, [depth])])


descend(0)
