"""Ignores every signal that can be ignored, and computes on.

Verdict: TIME_LIMIT
Gone: the process
"""

import signal

for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
while True:
    pass
