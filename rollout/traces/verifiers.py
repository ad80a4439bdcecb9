"""Traces of verifiers: episodes in `traces.jsonl`, and the older `results.jsonl`.

An episode holds the traces of its agents, a trace its messages as a graph: the last one that a model sampled
is judged. A reward of None did not run, and is no prior score.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rollout.errors import NoResponse
from rollout.golds.kinds import GOLD_FIELDS
from rollout.traces.foreign import Foreign, last_reply, with_thoughts
from rollout.traces.model import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.rows.model import Fields
    from rollout.traces.model import Beside


def _samples(row: Fields, beside: Beside) -> Iterator[Sample]:
    if "traces" in row:
        return _of_episode(row)
    if "nodes" in row:
        return iter((_of_trace(row, row.get("group")),))
    return iter((_of_result(row, beside),))


def _of_episode(row: Fields) -> Iterator[Sample]:
    if not row["traces"]:
        errors = row.get("errors") or [{}]
        raise NoResponse("traces", f"the episode has none: {errors[-1].get('message', 'it did not run')}")
    return (_of_trace(trace, row.get("group")) for trace in row["traces"])


def _of_trace(trace: Fields, group: Fields | None) -> Sample:
    replies = [node["message"] for node in trace["nodes"] if node.get("sampled")]
    if not replies:
        raise NoResponse("nodes", "no model has said anything")
    task = trace["task"]
    data, calls = task["data"], trace.get("calls") or [{}]
    name = task.get("key") or data.get("id") or data.get("idx")
    gold = next((field for field in GOLD_FIELDS if data.get(field) is not None), None)
    rewards = [reward for reward in (trace.get("rewards") or {}).values() if reward is not None]
    return Sample(
        response=with_thoughts(replies[-1]),
        group=str((group or {}).get("id") or name),
        id=trace["id"],
        key=None if name is None else str(name),
        gold=None if gold is None else data[gold],
        gold_field=f"task.data.{gold or 'answer'}",
        prompt=data.get("prompt"),
        finish_reason=calls[-1].get("finish_reason"),
        prior_score=sum(map(_value, rewards)) if rewards else None,
        more={"agent": (trace.get("agent") or {}).get("name")},
    )


def _value(reward: Any) -> float:
    """A score with its weight; earlier releases of the format have the bare number."""
    if isinstance(reward, dict):
        return float(reward["score"]) * float(reward.get("weight", 1.0))
    return float(reward)


def _of_result(row: Fields, beside: Beside) -> Sample:
    return Sample(
        response=last_reply(row["completion"], "completion"),
        group=beside.local(row["example_id"]),
        index=row.get("rollout_idx") or 0,
        key=str(row["example_id"]),
        gold=row.get("answer") or None,
        gold_field="answer",
        prompt=row.get("prompt"),
        finish_reason="length" if row.get("is_truncated") else None,
        prior_score=None if row.get("reward") is None else float(row["reward"]),
    )


def _recognises(row: Fields) -> bool:
    episode = isinstance(row.get("traces"), list) and isinstance(row.get("task"), dict)
    trace = isinstance(row.get("nodes"), list) and isinstance(row.get("task"), dict)
    return episode or trace or {"example_id", "prompt", "completion"} <= set(row)


VERIFIERS = Foreign(
    "verifiers", "`task` with `traces` or `nodes`, or `example_id` and `completion`", _recognises, _samples
)
