"""What all foreign formats share: their samples become native records.

A scored line is therefore native whatever was read, and can be scored, selected and reported again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rollout.errors import FieldError
from rollout.golds.join import joined, key_text
from rollout.golds.tasks import task_of
from rollout.jsontext import one_line
from rollout.model import Trace
from rollout.rows.model import Fields, plain
from rollout.tasks.table import parse_task
from rollout.text import without_surrogates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rollout.golds.model import Joined, Problem
    from rollout.rows.model import Row
    from rollout.traces.model import Beside, Sample, Samples
    from verifier.v1 import verifier_pb2 as pb

LARGE_TASK_BYTES = 64 << 10
"""Tests that are larger are not repeated in every line; the line names their problem, and is scored again
with the same file of golds. Answers are far smaller, most tests of functions too."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A format of another project."""

    name: str
    signs: str
    recognises: Callable[[Fields], bool]
    samples: Samples

    def read(self, row: Row, beside: Beside) -> Iterator[tuple[Trace, str]]:
        """See `TraceFormat.read`."""
        fields = row.fields()
        try:
            for sample in self.samples(fields, beside):
                yield _record(
                    sample, fields, beside, {"format": self.name, "file": beside.file, "row": row.number}
                )
        except (AttributeError, IndexError, KeyError, TypeError) as error:
            reason = f"not as {self.name} has it: {type(error).__name__} {error}"
            raise FieldError("", reason) from None


def group_of_prompt(prompt: Any) -> str:
    """A name for what was sampled for this prompt, where nothing else names it."""
    return hashlib.sha256(key_text(prompt).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def domain_of(domain: Any) -> str | None:
    """A domain, where there is one: some data sets fill the field with empty text."""
    return domain if isinstance(domain, str) and domain else None


def text(value: Any, field: str) -> str:
    """A response.

    Raises:
        FieldError: it is no text.
    """
    if not isinstance(value, str):
        raise FieldError(field, "missing" if value is None else "must be a text")
    return value


def last_reply(messages: Any, field: str) -> str:
    """The last thing that a model said in a list of messages, or the text itself where it is no list.

    Thoughts that a server split off are put back: they are part of what was sampled.

    Raises:
        FieldError: it said nothing.
    """
    if isinstance(messages, str):
        return messages
    for message in reversed(messages or []):
        if message.get("role") == "assistant":
            return with_thoughts(message)
    raise FieldError(field, "holds no message of the assistant")


def with_thoughts(message: Fields) -> str:
    """The text of a message, with its thoughts in front."""
    content = message.get("content")
    if isinstance(content, list):
        content = "".join(part.get("text") or "" for part in content if part.get("type") in (None, "text"))
    thoughts = message.get("reasoning_content") or message.get("reasoning") or ""
    return f"<think>{thoughts}</think>{content or ''}" if thoughts else content or ""


def _record(sample: Sample, row: Fields, beside: Beside, source: Fields) -> tuple[Trace, str]:
    match = None if beside.golds is None else joined(beside.golds, row, sample.key)
    fields = _fields(sample, match.problem if match else None)
    task = _task(sample, match, fields, beside)
    record = {name: value for name, value in fields.items() if value is not None}
    line = json.dumps({**record, **sample.more, "source": source}, ensure_ascii=False, default=plain)
    trace = Trace(
        response=without_surrogates(sample.response),
        task=task,
        id=fields["id"],
        group=sample.group,
        finish_reason=sample.finish_reason or "",
    )
    return trace, one_line(without_surrogates(line))


def _fields(sample: Sample, problem: Problem | None) -> dict[str, Any]:
    return {
        "id": sample.id or f"{sample.group}/{sample.index}",
        "group": sample.group,
        "prompt": sample.prompt or (problem and problem.prompt),
        "response": sample.response,
        "domain": sample.domain or (problem and problem.domain),
        "difficulty": sample.difficulty or (problem and problem.difficulty),
        "finish_reason": sample.finish_reason,
        "sampling": sample.sampling,
        "prior_score": sample.prior_score,
    }


def _task(sample: Sample, match: Joined | None, fields: dict[str, Any], beside: Beside) -> pb.Task:
    """The task, which is also put into the fields, or named there where it is large."""
    if match is not None and match.task is None:
        raise FieldError("", f"{match.problem.id!r} has no gold in the file of golds")
    if match is None or sample.continues_prompt:
        fields["task"] = _own_task(sample, match, beside)
        return parse_task(fields["task"])
    assert match.task is not None  # noqa: S101  # for the type checker: refused above
    if match.task.ByteSize() > LARGE_TASK_BYTES:
        fields["task_key"] = sample.key or match.problem.id
    else:
        fields["task"] = match.problem.task
    return match.task


def _own_task(sample: Sample, match: Joined | None, beside: Beside) -> dict[str, Any]:
    if match is not None:
        return {**(match.problem.task or {}), "prefix": text(match.problem.prompt, "prompt")}
    if sample.task is not None:
        return dict(sample.task)
    if sample.gold is None:
        raise FieldError(sample.gold_field, "no gold: name a file that has them with --gold FILE")
    return task_of(sample.gold, beside.verifier, sample.gold_field)
