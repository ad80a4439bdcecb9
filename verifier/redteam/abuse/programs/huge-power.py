"""Asks for a number with ten thousand million digits, in one step that nothing interrupts.

Verdict: TIME_LIMIT or MEMORY_LIMIT
Gone: its memory
"""

number = 10 ** 10 ** int("10")
