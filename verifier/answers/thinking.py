"""What a response says once its thoughts are over."""

from __future__ import annotations

OPENED = "<think>"
CLOSED = "</think>"
TURN_ENDS = ("<|im_end|>", "<|im_start|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>", "<|end|>")
"""Tokens that end a turn in the templates of Qwen, Llama 3 and Phi, where a sampler left them in the text."""


def spoken(response: str) -> str | None:
    """The text after the last `</think>`; None where thoughts were opened and never closed.

    Without tags the whole text counts, so that a response judged without its thoughts gets the same verdict.
    """
    _, _, after = _turn(response).rpartition(CLOSED)
    return None if OPENED in after else after


def _turn(response: str) -> str:
    """The model's own turn: what follows a control token of a chat template is a conversation it made up."""
    if "<|" not in response:
        return response
    ends = [place for token in TURN_ENDS if (place := response.find(token)) > 0]
    return response[: min(ends)] if ends else response
