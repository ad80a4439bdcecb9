"""Outputs of OpenAI's batch service and of `vllm run-batch`: responses by `custom_id`, in any order.

Neither prompt nor gold is in them: a file of golds has the golds, and the file of requests the prompts, both
by `custom_id`. Requests that failed hold no response.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rollout.errors import NoResponse
from rollout.traces.foreign import Foreign, with_thoughts
from rollout.traces.model import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.rows.model import Fields
    from rollout.traces.model import Beside

_SUCCESS = range(200, 300)


def _samples(row: Fields, beside: Beside) -> Iterator[Sample]:  # noqa: ARG001  # seam
    body = _body(row)
    replies = [_of_choice(choice) for choice in body["choices"]] if "choices" in body else [output_of(body)]
    for index, (response, reason) in enumerate(replies):
        yield Sample(
            response=response,
            group=str(row["custom_id"]),
            index=index,
            key=str(row["custom_id"]),
            gold_field="custom_id",
            finish_reason=reason,
            more={name: body[name] for name in ("model", "usage") if body.get(name)},
        )


def output_of(body: Fields) -> tuple[str, str | None]:
    """Text of a Responses object, thoughts in front, and why it ended."""
    thoughts, said = "", ""
    for item in body["output"]:
        parts = item.get("content") or ()
        if item.get("type") == "message":
            said += "".join(part["text"] for part in parts if part.get("type") == "output_text")
        elif item.get("type") == "reasoning":
            thoughts += "".join(part.get("text") or "" for part in parts)
    reason = (body.get("incomplete_details") or {}).get("reason")
    return with_thoughts({"content": said, "reasoning_content": thoughts}), _REASONS.get(reason, reason)


_REASONS: dict[str | None, str | None] = {"max_output_tokens": "length", None: None}
"""As chat completions call them."""


def _of_choice(choice: Fields) -> tuple[str, str | None]:
    if "message" in choice:
        return with_thoughts(choice["message"]), choice.get("finish_reason")
    return choice["text"], choice.get("finish_reason")


def _body(row: Fields) -> dict[str, Any]:
    response = row.get("response") or {}
    failed = row.get("error") or response.get("status_code", 200) not in _SUCCESS
    body: dict[str, Any] = response.get("body") or {}
    if failed or not body:
        error = row.get("error") or body.get("error") or {}
        said = error.get("message") if isinstance(error, dict) else error
        status = response.get("status_code")
        raise NoResponse("response", f"the request failed: {said or f'status {status}'}")
    return body


OPENAI_BATCH = Foreign(
    "openai-batch",
    "`custom_id` with `response` and `error`",
    lambda row: "custom_id" in row and not {"response", "error"}.isdisjoint(row),
    _samples,
)
