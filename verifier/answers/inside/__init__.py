"""Answer logic that runs on both sides of the wall.

The service decides what it can with the pure modules (text, numerals, shapes); a jailed worker decides the
rest with the same modules and an algebra system. Standard library only, Python >= 3.9, except for
`algebra`, which needs sympy and Math-Verify and is imported in the jail alone.
"""

from __future__ import annotations
