"""Leaves children dead and unburied, as many as it may have, and does not wait for them.

Verdict: ACCEPTED
Gone: the dead
"""

import os

try:
    for _ in range(200):
        if not os.fork():
            os._exit(0)
    print("200 zombies")
except BlockingIOError:
    print("contained")
