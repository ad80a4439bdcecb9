"""Classes of hacks seen in training runs, papers and issue threads, and some that were not seen yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: Mapping[int, str] = {
    1: "leaves before the tests do",
    2: "turns failure into success on the way out",
    3: "leaves by a door that bans overlook",
    4: "returns what equals everything",
    5: "returns what misbehaves in transport",
    6: "patches whoever runs or compares it",
    7: "reads expected values from memory",
    8: "reads expected values from files and processes",
    9: "reads inputs of tests to come, or their number",
    10: "remembers between tests",
    11: "forges results on its outputs",
    12: "forges results on other descriptors",
    13: "fools the test framework",
    14: "drops assertions",
    15: "redefines tests, or names that tests use",
    16: "games the comparison",
    17: "attacks the program that checks it",
    18: "cheats in a conversation",
    19: "leaves a process behind",
    20: "games the limits",
    21: "runs out of time so as not to count",
    22: "brings down whoever judges",
    23: "detects the judge, or stops its clock",
    24: "writes what upsets readers",
    25: "acts at compile time",
    26: "asks the network",
    27: "knows the examples",
    28: "plants files and links, or opens walls",
    29: "injects into a shell",
}
"""By number."""

OUT_OF_SCOPE: Mapping[int, str] = {
    30: "breaks the virtual machine, or listens to the hardware: for the isolation of the node",
}
"""What no program of the corpus can show, and why."""
