"""Ends while its children go on writing, to win a race with the reading of its output.

Verdict: ACCEPTED
Gone: its children
"""

import os

print("contained", flush=True)
for _ in range(10):
    if not os.fork():
        while True:
            os.write(2, b"still here\n")
os._exit(0)
