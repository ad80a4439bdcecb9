"""Why there is no plan."""

from __future__ import annotations


class CannotPlan(Exception):
    """The question has no answer as it stands; the message names what is wrong."""
