"""Takes every permission from the folders that its jail has to empty after it.

Verdict: ACCEPTED or RUNTIME_ERROR
Gone: its files
"""

import os

found = os.listdir("/tmp")
open("file", "x").close()
for path in ("/tmp/file", "/tmp", "/box", "/dev/shm"):
    try:
        os.chmod(path, 0)
    except OSError:
        pass
print(found or "contained")
