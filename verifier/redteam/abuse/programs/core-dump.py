"""Dies with a core dump, and looks for one of the run before.

Verdict: ACCEPTED
Gone: a core dump
"""

import os
import resource

found = [name for name in os.listdir() if "core" in name]
print("\n".join(found) or "contained", flush=True)
try:
    resource.setrlimit(resource.RLIMIT_CORE, (1 << 30, 1 << 30))
    print("could have core dumps", flush=True)
except (ValueError, OSError):
    pass
if not os.fork():
    os.abort()
os.wait()
