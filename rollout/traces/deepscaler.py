"""Results of the evaluation of DeepScaleR, which VibeThinker uses: a problem on each line, n responses in it.

Written by `verl.trainer.main_evaluation` of rllm's branch `deepcoder` with `to_json(orient="records",
lines=True)` under a name that ends in `.json`. Special tokens are left in; golds may be numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rollout.traces.foreign import Foreign
from rollout.traces.verl import samples_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.rows.model import Fields
    from rollout.traces.model import Beside, Sample


def _samples(row: Fields, beside: Beside) -> Iterator[Sample]:
    return samples_of(row, beside, prior_scores=row["correctness"])


DEEPSCALER = Foreign(
    "deepscaler",
    "lists `responses` and `correctness`, `reward_model`",
    lambda row: isinstance(row.get("responses"), list) and isinstance(row.get("correctness"), list),
    _samples,
)
