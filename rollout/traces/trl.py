"""Completions that TRL's trainers log (`log_completions=True`): `completions_{step}.parquet`.

Prompts and completions are texts, or lists of messages. Each reward function has a column of its name; one of
them is the prior score where there is but one. A gold is there only where a reward function logged it
(`log_extra`), else it is joined, for instance by prompt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rollout.golds.kinds import GOLD_FIELDS
from rollout.traces.foreign import Foreign, group_of_prompt, last_reply
from rollout.traces.model import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.rows.model import Fields
    from rollout.traces.model import Beside

_READ = {"step", "prompt", "completion", "advantage", "image", "images", "mode"}


def _samples(row: Fields, beside: Beside) -> Iterator[Sample]:  # noqa: ARG001  # seam
    gold = next((name for name in GOLD_FIELDS if row.get(name) is not None), None)
    extra = {name: row[name] for name in row if name not in _READ and name != gold}
    rewards = [value for value in extra.values() if isinstance(value, float)]
    prompt = row["prompt"]
    yield Sample(
        response=last_reply(row["completion"], "completion"),
        group=f"step-{row['step']}/{group_of_prompt(prompt)}",
        key=prompt if isinstance(prompt, str) else None,
        gold=None if gold is None else row[gold],
        gold_field=gold or "solution",
        prompt=prompt,
        prior_score=rewards[0] if len(rewards) == 1 else None,
        more={"step": row["step"], "advantage": row.get("advantage"), "extra": extra},
    )


TRL = Foreign(
    "trl",
    "`step`, `prompt`, `completion` and `advantage`",
    lambda row: {"step", "prompt", "completion"} <= set(row),
    _samples,
)
