"""Two at once: one leaves a file wherever it can, the other looks for it.

Verdict: ACCEPTED
Gone: its files
"""

import glob
import os
import sys
import time

FOLDERS = ("/tmp", "/dev/shm", "/box", "/var/tmp", "/run", "/dev", "/runtime", "/")
end = time.monotonic() + 0.5
found = ""
if sys.stdin.read() == "write":
    for folder in FOLDERS:
        try:
            open(os.path.join(folder, "from-a-neighbour"), "x").close()
        except OSError:
            pass
    time.sleep(0.5)
else:
    while not found and time.monotonic() < end:
        found = " ".join(path for folder in FOLDERS for path in glob.glob(f"{folder}/from-a-neighbour"))
        time.sleep(0.02)
print(found or "contained")
