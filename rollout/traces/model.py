"""What a reader of trace files hands on, and what it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from rollout.golds.model import Golds
    from rollout.model import Trace
    from rollout.rows.model import Fields, Row
    from verifier.v1 import verifier_pb2 as pb

Tasks = Mapping[str, "pb.Task"]
"""Tasks by the key that records name them by."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the trace in it, and its text, which the scored line repeats."""

    trace: Trace
    text: str
    """A JSON object in native form, on one line."""
    place: str
    """`FILE:LINE`, for messages."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known beside the rows of a file."""

    file: str = ""
    """Its name, without folders: names what has no name of its own."""
    first: Fields = field(default_factory=dict)
    """Its first row."""
    tasks: Tasks | None = None
    """What `task_key` may name; None where no tasks were given."""
    golds: Golds | None = None
    """What traces are joined to; None where nothing was given."""
    verifier: str | None = None
    """What judges golds; None: told by the gold."""

    def local(self, name: object) -> str:
        """A name for what is numbered anew in each file, so that groups of several files stay apart."""
        return f"{self.file.split('.')[0]}/{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One response in a row of a foreign format."""

    response: str
    group: str
    """What it was sampled for."""
    index: int = 0
    """Of the response in its group, as far as the row tells."""
    id: str | None = None
    """None: made of group and index."""
    key: str | None = None
    """What a file of golds calls the problem."""
    gold: Any = None
    """As the row has it; None where it has none."""
    gold_field: str = "gold"
    task: Mapping[str, Any] | None = None
    """Where the row says more than a gold."""
    prompt: Any = None
    continues_prompt: bool = False
    """The program is the text of the problem's prompt and this response."""
    domain: str | None = None
    difficulty: str | None = None
    finish_reason: str | None = None
    sampling: Mapping[str, Any] | None = None
    prior_score: float | None = None
    """What another grader gave it."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """Further fields worth keeping."""


class TraceFormat(Protocol):
    """A format of trace files."""

    @property
    def name(self) -> str:
        """What `--format` calls it."""

    @property
    def signs(self) -> str:
        """What it is recognised by, for the message when nothing is."""

    def recognises(self, row: Fields) -> bool:
        """Whether the first row of a file looks like this format."""

    def read(self, row: Row, beside: Beside) -> Iterator[tuple[Trace, str]]:
        """The traces of one row, each with its record in native form.

        Raises:
            FieldError: the row is none of this format; names the field.
            NoResponse: it is, and holds no response.
        """


Samples = Callable[["Fields", Beside], Iterator[Sample]]
"""The responses in a row of a foreign format."""
