"""Failures of the answer room.

AnswerError
└── UnreadableGold   the gold means nothing; the caller's error, which `verifiers` turn into InvalidTask
"""

from __future__ import annotations


class AnswerError(Exception):
    """Nothing can be said about an answer."""


class UnreadableGold(AnswerError):
    """The gold cannot be read; the message says why."""
