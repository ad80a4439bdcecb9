"""Kills its process group, in the hope that init is in it.

Verdict: RUNTIME_ERROR
Gone: nothing
"""

import os
import signal

os.kill(0, signal.SIGKILL)
