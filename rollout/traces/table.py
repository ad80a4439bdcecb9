"""Every format of trace files, in the order in which they are tried: what has fewest signs comes last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rollout.errors import FieldError
from rollout.traces.deepscaler import DEEPSCALER
from rollout.traces.evalplus import EVALPLUS
from rollout.traces.inspect import INSPECT
from rollout.traces.livecodebench import LIVECODEBENCH
from rollout.traces.lm_eval import LM_EVAL
from rollout.traces.native import Native
from rollout.traces.nemo_gym import NEMO_GYM
from rollout.traces.openai_batch import OPENAI_BATCH
from rollout.traces.qwen_math import QWEN_MATH
from rollout.traces.trl import TRL
from rollout.traces.verifiers import VERIFIERS
from rollout.traces.verl import VERL
from rollout.traces.verl_dump import VERL_DUMP

if TYPE_CHECKING:
    from rollout.rows.model import Row
    from rollout.traces.model import TraceFormat

FORMATS: tuple[TraceFormat, ...] = (
    DEEPSCALER,
    VERL,
    VERL_DUMP,
    NEMO_GYM,
    OPENAI_BATCH,
    LM_EVAL,
    LIVECODEBENCH,
    INSPECT,
    QWEN_MATH,
    VERIFIERS,
    TRL,
    EVALPLUS,
    Native(),
)


def format_named(name: str) -> TraceFormat | None:
    """The format of this name; None where there is none."""
    return next((entry for entry in FORMATS if entry.name == name), None)


def detect(first: Row) -> TraceFormat:
    """The format of a file, told by its first row.

    Raises:
        FieldError: it is of none; says what was looked for.
    """
    fields = first.fields()
    for entry in FORMATS:
        if entry.recognises(fields):
            return entry
    looked_for = "; ".join(f"{entry.name}: {entry.signs}" for entry in FORMATS)
    found = ", ".join(list(fields)[:20])
    raise FieldError(
        "", f"not a record of a known format: it has {found or 'no fields'} (looked for {looked_for})"
    )
