"""Starts threads until it is refused one, and says so.

Verdict: ACCEPTED
Gone: its threads
"""

import os
import threading

running = threading.Event()
try:
    for _ in range(500):
        threading.Thread(target=running.wait, daemon=True).start()
except RuntimeError:
    print("contained", flush=True)
os._exit(0)
