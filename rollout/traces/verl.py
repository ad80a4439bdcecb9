"""Data of verl with responses, from Parquet or JSON Lines: `responses` beside the columns of its data sets.

Also SkyRL's variant of the columns (`reward_spec`). The gold may be a text, a number, a list, or the JSON of
tests. `data_source` may be empty, as in VibeThinker's files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rollout.errors import FieldError
from rollout.traces.foreign import Foreign, domain_of, last_reply
from rollout.traces.model import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rollout.rows.model import Fields
    from rollout.traces.model import Beside


def samples_of(row: Fields, beside: Beside, prior_scores: Sequence[Any]) -> Iterator[Sample]:
    """One for each response of a problem; `prior_scores` is empty, or has one for each."""
    responses = row["responses"]
    if prior_scores and len(prior_scores) != len(responses):
        raise FieldError("responses", f"{len(responses)} responses with {len(prior_scores)} scores")
    place = "reward_model" if row.get("reward_model") else "reward_spec"
    name = problem_name(row, beside)
    for index, response in enumerate(responses):
        yield Sample(
            response=last_reply(response, f"responses[{index}]"),
            group=name,
            index=index,
            key=key_of(row),
            gold=(row.get(place) or {}).get("ground_truth"),
            gold_field=f"{place}.ground_truth",
            prompt=row.get("prompt"),
            domain=domain_of(row.get("ability")) or domain_of(row.get("data_source")),
            prior_score=float(prior_scores[index]) if prior_scores else None,
        )


def key_of(row: Fields) -> str | None:
    """What a row calls its problem."""
    index = (row.get("extra_info") or {}).get("index")
    return None if index is None else str(index)


def problem_name(row: Fields, beside: Beside) -> str:
    """A name for the problem of a row: indices begin anew in each file."""
    info = row.get("extra_info") or {}
    parts = (row.get("data_source") or beside.file.split(".")[0], info.get("split"), info.get("index"))
    return "/".join(str(part) for part in parts if part not in (None, ""))


VERL = Foreign(
    "verl",
    "a list `responses` beside `reward_model` or `reward_spec`",
    lambda row: isinstance(row.get("responses"), list) and ("reward_model" in row or "reward_spec" in row),
    lambda row, beside: samples_of(row, beside, prior_scores=()),
)
