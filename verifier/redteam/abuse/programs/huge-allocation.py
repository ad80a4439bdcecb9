"""Asks for a terabyte at once.

Verdict: MEMORY_LIMIT
Gone: its memory
"""

taken = bytearray(1 << 40)
