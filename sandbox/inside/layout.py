"""What has a fixed place in a jail: directories, descriptors, and the words of the note."""

from __future__ import annotations

SCRATCH = "/tmp"
"""The candidate's working directory: a tmpfs, emptied between runs."""
BOX = "/box"
"""Where compilers work, and where what they leave lies, read-only, during runs."""

SITE = "/site"
"""Where packages lie that a runtime brings along."""

ENVIRONMENT = {
    "HOME": SCRATCH,
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",  # else one for each core of the machine, whose memory and start count
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "PYTHONHASHSEED": "0",
    "TMPDIR": SCRATCH,
}
"""All that a candidate finds in its environment."""

REPORT_FD = 3
CHANNEL_FD = 4
NOTE_FD = 5
CODES_FD = 6
OUT_OF_MEMORY_NOTE = b"M"
"""Written to the note by a process that ended for want of memory."""
NOT_COMPILED_NOTE = b"C"
"""Written to the note by a process whose source does not compile."""
SET_UP_FAILED_NOTE = b"S"
"""Written to the note, with the reason behind it, by a child that could not be confined."""
CONFINED_NOTE = b"."
"""Written to the note before anything of the candidate's runs: from then on, no note can speak of set-up."""
OWN_CODE = "/runtime/"
"""Where our modules lie inside a jail."""
