"""`think_closed`: thoughts come first, once, and end."""

from __future__ import annotations

from verifier.answers.thinking import CLOSED, OPENED
from verifier.form.model import Rule


class ThinkClosed(Rule):
    """One `</think>`, and before it one `<think>` at the very start, or none, where the prompt ended with it.

    A response without any tag has no thoughts to close; `required` asks for them.
    """

    required: bool = False

    def broken(self, response: str) -> str | None:
        """See `Rule`."""
        thoughts, closing, answer = response.partition(CLOSED)
        if not closing:
            if OPENED in response:
                return "the thoughts never end"
            return "there are no thoughts" if self.required else None
        if OPENED in answer or CLOSED in answer:
            return "thoughts come twice"
        before, opening, inside = thoughts.partition(OPENED)
        if OPENED in inside or (opening and before.strip()):
            return "the thoughts do not begin the response"
        return None
