"""What a reader of trace files hands on, and what it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from rollout.model import Trace
    from verifier.v1 import verifier_pb2 as pb

Tasks = Mapping[str, "pb.Task"]
"""Tasks by the key that records name them by."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file: the trace in it, and its text, which the scored line repeats."""

    trace: Trace
    text: str
    """A JSON object in native form, on one line."""
    place: str
    """`FILE:LINE`, for messages."""


class TraceFormat(Protocol):
    """A format of trace files with one JSON object per line."""

    @property
    def name(self) -> str:
        """What `--format` calls it."""

    @property
    def signs(self) -> str:
        """What it is recognised by, for the message when nothing is."""

    def recognises(self, record: Mapping[str, Any]) -> bool:
        """Whether the first record of a file looks like this format."""

    def read(self, text: str, tasks: Tasks | None) -> tuple[Trace, str]:
        """The trace of one line, and its record in native form.

        Args:
            text: the line.
            tasks: what `task_key` may name; None where no tasks were given.

        Raises:
            FieldError: the line is not a record of this format; names the field.
        """
