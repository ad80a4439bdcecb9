"""Makes files until it is refused one, and says whether that was soon.

Verdict: ACCEPTED
Gone: its files
"""

made = 0
try:
    while made < 20_000:
        open(str(made), "x").close()
        made += 1
except OSError:
    print("contained")
