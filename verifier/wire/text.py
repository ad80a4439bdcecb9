"""Text that survives the wire: well-formed and bounded.

What programs print may hold lone surrogates after decoding; protobuf refuses those, and a refusal would turn
a verdict that the candidate earned into an error that it did not.
"""

from __future__ import annotations

ELLIPSIS = "…"


def wire_text(text: str, most_bytes: int) -> str:
    """The text with U+FFFD for lone surrogates, cut to at most `most_bytes` of UTF-8."""
    if text.isascii() and len(text) <= most_bytes:
        return text
    raw = text[: most_bytes + 1].encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
    if len(raw) <= most_bytes and len(text) <= most_bytes:
        return raw.decode()
    return raw[: most_bytes - len(ELLIPSIS.encode())].decode(errors="ignore") + ELLIPSIS
