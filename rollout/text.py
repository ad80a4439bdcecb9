"""Text that can travel: Python strings may hold lone surrogates, UTF-8 and the wire may not."""

from __future__ import annotations


def without_surrogates(text: str) -> str:
    """The text with lone surrogates as U+FFFD, and pairs of them as the character they spell."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
