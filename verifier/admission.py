"""How many items may be in the house at once. Knows neither tasks nor the wire.

Unary and batch calls are refused when the house is full, and told when to come again; streams do not pass
here, since they wait instead: the service stops reading them.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from typing import TYPE_CHECKING

from verifier.errors import Overloaded

if TYPE_CHECKING:
    from collections.abc import Iterator

RETRY_AFTER_SECONDS = 1.0
"""Some items leave within a second unless every slot holds a slow program; clients back off from here."""


_PARTS = 2
"""One client may fill half of the house, so that another one finds room."""


class Admission:
    """A bounded count of items in progress or waiting, of all clients and of each."""

    def __init__(self, capacity_items: int) -> None:
        """Open, and empty."""
        self._capacity_items = capacity_items
        self._part_items = max(1, capacity_items // _PARTS)
        self._items: Counter[str] = Counter()
        """By client; nobody is kept who has none."""
        self._open = True

    @property
    def is_open(self) -> bool:
        """Whether anybody is let in at all."""
        return self._open

    def close(self) -> None:
        """Let nobody in from now on; who is in stays in."""
        self._open = False

    @contextlib.contextmanager
    def enter(self, items: int, client: str) -> Iterator[None]:
        """Count a call's items while it lasts.

        A call comes in whole wherever there is room for one item: a batch larger than the house would
        otherwise never come in. What one batch may hold is bounded elsewhere.

        Raises:
            Overloaded: full, or full of this client's own, or closed.
        """
        if not self._open:
            raise stopping()
        if (own := self._items[client]) >= self._part_items:
            raise Overloaded(f"{own} items of this client are in progress already", RETRY_AFTER_SECONDS)
        # who came in with more than its part keeps nobody else out by that
        taken = sum(min(each, self._part_items) for each in self._items.values())
        if taken >= self._capacity_items:
            raise Overloaded(f"{self._items.total()} items are in progress already", RETRY_AFTER_SECONDS)
        self._items[client] += items
        try:
            yield
        finally:
            self._items[client] -= items
            if not self._items[client]:
                del self._items[client]


def stopping() -> Overloaded:
    """The refusal of a service that is about to end: another replica may take the call at once."""
    return Overloaded("this server is stopping", RETRY_AFTER_SECONDS)
