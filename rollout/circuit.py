"""Whether anybody answers, as all connections of a client know it: patience is spent once, not by every call.

Whoever finds nobody waits until patience has run out, counted from the first who found nobody. From then on
calls fail at once, but for one now and then: it looks whether somebody is back, and lets the others in again.
(So does whoever finds its own connection restored: gRPC goes on trying behind the scenes.)
Only connecting counts. A service that is slow, busy or refuses is there, and nothing is cut short.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK_SECONDS, PAUSE_SECONDS = 1.0, 5.0
"""How long a look takes at most, and the time from one to the next."""


class Circuit:
    """Closed while somebody answers, or may be waited for; open when patience is spent."""

    def __init__(self, patience_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Closed: nobody has been looked for."""
        self._patience_seconds = patience_seconds
        self._clock = clock
        self._absent_since_seconds: float | None = None
        self._looked_seconds = 0.0

    @property
    def absent_seconds(self) -> float:
        """How long nobody has answered."""
        return 0.0 if self._absent_since_seconds is None else self._clock() - self._absent_since_seconds

    def wait_seconds(self) -> float:
        """How long whoever asks may wait for somebody to be there; 0: not at all, others are looking."""
        now = self._clock()
        if self._absent_since_seconds is None:
            self._absent_since_seconds = now
        left = self._patience_seconds - (now - self._absent_since_seconds)
        if left > 0:
            self._looked_seconds = now
            return max(left, LOOK_SECONDS)
        if now - self._looked_seconds < PAUSE_SECONDS:
            return 0.0
        self._looked_seconds = now
        return LOOK_SECONDS

    def close(self) -> None:
        """Somebody answers."""
        self._absent_since_seconds = None
