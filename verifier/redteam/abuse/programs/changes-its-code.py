"""Hands its jail other code for the runs to come, over every descriptor, and patches what runs it.

Verdict: ACCEPTED
Gone: its other code, in the runs to come
"""

import builtins
import marshal
import os
import struct
import sys

fake = marshal.dumps(compile("print('other code')", "solution.py", "exec"))
name = b"solution"
for descriptor in range(3, 64):
    try:
        os.set_blocking(descriptor, False)
        os.write(descriptor, struct.pack(">IQ", len(name), len(fake)) + name + fake)
    except OSError:
        pass
print("changed before" if hasattr(builtins, "was_here") else "contained", flush=True)
builtins.was_here = True
for module in [m for key, m in sys.modules.items() if key.startswith("sandbox.")]:
    vars(module).clear()
os._exit(0)
