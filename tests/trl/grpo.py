"""Ten steps of GRPO by TRL, with rewards from a `verifier serve` that is down during two of them.

`python grpo.py MODEL OUT ADDRESS COMMAND...`: COMMAND starts the verifier at ADDRESS. Writes what was seen in
each step to OUT, as JSON lines. Runs in the environment of TRL; the verifier runs in its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasets import Dataset
from transformers import TrainerCallback
from trl import GRPOConfig, GRPOTrainer

from rollout.trainers.trl import VerifierReward

if TYPE_CHECKING:
    import torch

STEPS, DOWN = 10, (4, 6)
"""Counted from 0; DOWN: stopped before the first step of these, and back before the second."""
OUTAGE_SECONDS = 5.0
"""How long a step waits for a verifier that is not there; long enough for one that is there and busy."""
NO_COMMA = {"verifier": "instruction", "constraints": [{"id": "punctuation:no_comma"}]}


class Service:
    """The verifier."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Return when it is ready."""
        command = [*self.command, f"--with-parent={os.getpid()}"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline(), "the verifier did not start"

    def stop(self) -> None:
        """Return when it is gone."""
        assert self.process is not None
        self.process.terminate()
        self.process.communicate()


class Reward(VerifierReward):
    """The adapter, watched."""

    def __init__(self, target: str) -> None:
        super().__init__(target)
        self.given: list[float | None] = []

    def __call__(self, completions: Any, **columns: Any) -> list[float | None]:
        self.given = super().__call__(completions, **columns)
        return self.given


class Watch(TrainerCallback):
    """Stops and starts the verifier, and writes down what each step did."""

    def __init__(self, service: Service, reward: Reward, out: Path) -> None:
        self.service, self.reward, self.out = service, reward, out
        self.before = 0.0

    def on_step_begin(self, args: Any, state: Any, control: Any, model: Any = None, **more: Any) -> None:
        if state.global_step == DOWN[0]:
            self.service.stop()
            self.reward._timeout_seconds = OUTAGE_SECONDS
        if state.global_step == DOWN[1]:
            self.service.start()
            self.reward._timeout_seconds = VerifierReward("")._timeout_seconds
        self.before = checksum(model)

    def on_step_end(self, args: Any, state: Any, control: Any, model: Any = None, **more: Any) -> None:
        seen = {
            "step": state.global_step - 1,
            "rewards": self.reward.given,
            "moved": checksum(model) != self.before,
        }
        with self.out.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(seen) + "\n")


def checksum(model: torch.nn.Module) -> float:
    """Of all weights."""
    return sum(float(weights.detach().double().abs().sum()) for weights in model.parameters())


def main(model: str, out: str, address: str, *command: str) -> None:
    """Train."""
    service, reward = Service(list(command)), Reward(address)
    config = GRPOConfig(
        output_dir=f"{out}.d",
        use_cpu=True,
        bf16=False,
        per_device_train_batch_size=8,
        num_generations=4,
        max_completion_length=64,
        max_steps=STEPS,
        optim="sgd",  # no momentum: a step without rewards must leave the weights alone
        learning_rate=0.1,
        lr_scheduler_type="constant",
        report_to="none",
        save_strategy="no",
        disable_tqdm=True,
        seed=0,
    )
    rows = [{"prompt": [{"role": "user", "content": f"Say {n}."}], "task": NO_COMMA} for n in range(40)]
    service.start()
    try:
        GRPOTrainer(
            model=model,
            reward_funcs=[reward],
            args=config,
            train_dataset=Dataset.from_list(rows),
            callbacks=[Watch(service, reward, Path(out))],
        ).train()
    finally:
        service.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
