"""Never reads its input, which is larger than any pipe.

Verdict: ACCEPTED
Gone: nothing
"""

print("contained")
