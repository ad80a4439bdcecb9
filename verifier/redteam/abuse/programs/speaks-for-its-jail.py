"""Claims on the descriptor for notes that its own set-up has failed, which would be the jail's fault.

Verdict: RUNTIME_ERROR
Gone: nothing
"""

import os

NOTE = 5
os.write(NOTE, b"S this jail is broken")
os._exit(121)
