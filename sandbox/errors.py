"""Failures of the sandbox itself. None of them says anything about the program that was to run.

SandboxError
├── Busy          too many submissions wait for a slot; try later
├── NotAvailable  this machine cannot do it: no nsjail, no such runtime
├── LimitsRefused the kernel does not let a jail be put under its limits
├── JailDied      the jail ended without an answer
│   └── DiedTwice it did so again, alone, while a known-good program passed in the same slot
├── JailTaken     somebody outside ended the jail
└── Starved       the machine gave a run no processor, or took its memory away
"""

from __future__ import annotations


class SandboxError(Exception):
    """The sandbox failed; nothing is known about the program."""


class Busy(SandboxError):
    """Too many submissions wait for a slot already."""


class NotAvailable(SandboxError):
    """This machine cannot run what was asked for; the message says what is missing."""


class LimitsRefused(SandboxError):
    """A jail cannot be put into its control group."""


class JailDied(SandboxError):
    """A jail ended without an answer, and nobody outside is known to have ended it."""


class DiedTwice(JailDied):
    """A jail died again on its second try, alone, while a known-good program passed in the same slot.

    The program is then taken as the cause: otherwise a program could kill its jail to escape a score of 0.
    """


class JailTaken(SandboxError):
    """A jail was lost from outside: its init was killed by a signal that nothing inside can send, or its
    template or nsjail went; or the machine had no process for it. No program can bring that about, so it
    counts against none.
    """


class Starved(SandboxError):
    """A run got no processor until the wall backstop passed, or lost a process to the memory of others."""
