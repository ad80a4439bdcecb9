"""Takes memory, up to eight times its limit.

Verdict: MEMORY_LIMIT
Gone: its memory
"""

taken = [b"x" * (1 << 20) for _ in range(1024)]
print("took a gigabyte")
