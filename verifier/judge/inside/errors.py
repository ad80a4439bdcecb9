"""What can go wrong between a candidate and whoever calls it.

InsideError
├── NotPlain   a value has no plain form
├── Malformed  bytes are not what the other side may send
└── Refused    an operation that the other side may not ask for
"""

from __future__ import annotations


class InsideError(Exception):
    """Base of the failures in this package."""


class NotPlain(InsideError):
    """A value cannot travel: not of a plain type, too deep, cyclic or too large."""


class Malformed(InsideError):
    """Bytes that no honest encoder writes."""


class Refused(InsideError):
    """An operation that is not offered to the other side."""
