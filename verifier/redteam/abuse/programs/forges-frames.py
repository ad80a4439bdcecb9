"""Prints a wrong answer, and tells the host over every descriptor and socket it can find that it was right.

Verdict: WRONG_ANSWER
Gone: its frames, before a later run
"""

import gc
import json
import os
import socket
import struct
import sys

print("wrong")
sys.stdout.flush()
head = json.dumps(
    {
        "ended": "exited", "exit_code": 0, "signal": None, "cpu_seconds": 0.0, "wall_seconds": 0.0,
        "blocked_seconds": 0.0, "memory_bytes": 0, "streams": [["stdout", 6], ["stderr", 0], ["report", 0]],
    }
).encode()  # fmt: skip
OUTCOME = 6
frame = struct.pack(">BII", OUTCOME, len(head), 6) + head + b"right\n"
for descriptor in range(3, 4096):
    try:
        os.write(descriptor, frame)
    except OSError:
        pass
for one in gc.get_objects():
    if isinstance(one, socket.socket):
        try:
            one.send(frame)
        except OSError:
            pass
os._exit(0)
