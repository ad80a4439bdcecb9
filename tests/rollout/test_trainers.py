"""Adapters, called as their trainers call them, against a service over gRPC."""

from __future__ import annotations

import inspect
import pickle
from pathlib import Path
from typing import Any

import pytest

import rollout.trainers
from rollout.errors import FieldError
from rollout.trainers.table import TRAINERS, adapters
from rollout.trainers.trl import AsyncVerifierReward, VerifierReward
from rollout.trainers.verl import NotJudgedError, compute_score, compute_score_async

TASKS = [{"verifier": "math", "answer": "4"}, {"verifier": "math", "answer": "unparsable"}, "4", 4]
CALL: dict[str, Any] = {
    "prompts": ["2+2"] * 4,
    "completions": ["4", "4", "5", [{"role": "assistant", "content": "4"}]],
    "completion_ids": [[1]] * 4,
    "trainer_state": None,
    "log_extra": lambda *_: None,
    "log_metric": lambda *_: None,
    "task": TASKS,
}
"""As TRL 1.16 calls reward functions."""


def test_every_adapter_has_a_file_and_a_line_in_the_table() -> None:
    files = {path.stem for path in Path(rollout.trainers.__file__).parent.glob("*.py")}

    assert set(TRAINERS) == files - {"__init__", "table"}
    for trainer in TRAINERS:
        plain, awaited = adapters(trainer)
        assert callable(plain)
        assert inspect.iscoroutinefunction(awaited) or inspect.iscoroutinefunction(awaited.__call__)


def test_trl_gets_a_reward_for_each_completion_and_none_where_there_is_no_verdict(target: str) -> None:
    reward = pickle.loads(pickle.dumps(VerifierReward(target)))

    assert reward(**CALL) == [1.0, None, 0.0, 1.0]
    assert pickle.loads(pickle.dumps(reward))(**CALL) == [1.0, None, 0.0, 1.0]
    assert reward.__name__ == "verifier"


async def test_trl_may_await_it(target: str) -> None:
    assert await AsyncVerifierReward(target)(**CALL) == [1.0, None, 0.0, 1.0]


def test_a_data_set_without_golds_is_an_error_and_no_reward(target: str) -> None:
    with pytest.raises(KeyError, match="no column 'gold'"):
        VerifierReward(target, column="gold")(**CALL)
    with pytest.raises(FieldError, match=r"task\[0\]"):
        VerifierReward(target)(completions=["4"], task=[None])


async def test_verl_gets_numbers_or_an_exception(target: str) -> None:
    """The signature of verl; reward_kwargs come as keywords."""
    right = {"score": 1.0, "acc": 1.0, "verdict": "ACCEPTED"}

    assert compute_score("", "4", 4, extra_info={"num_turns": 1}, target=target) == right
    assert await compute_score_async("", "4", "4", None, target=target, reward_router_address=None) == right
    with pytest.raises(NotJudgedError, match="invalid_task"):
        compute_score("", "4", "unparsable", target=target)
    with pytest.raises(NotJudgedError, match="invalid_task"):
        await compute_score_async("", "4", "unparsable", target=target)
