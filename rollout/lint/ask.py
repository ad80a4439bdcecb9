"""Asks a service whether golds can be judged against: each is sent as the answer to its own task.

A service says what it cannot parse, and what is too hard to compare with itself is too hard for any answer.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rollout.lint.model import Finding
from rollout.model import Trace, Verdict
from rollout.tasks.table import parse_task

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from rollout.client import Client
    from rollout.lint.model import Item


class Golds:
    """The different golds of all items, each with the place where it was first seen."""

    def __init__(self) -> None:
        """None yet."""
        self._seen: dict[str, tuple[str, Mapping[str, object]]] = {}

    def note(self, item: Item) -> None:
        """Keep the task of this item, if it is one with a gold answer and new."""
        if item.task is not None and item.golds and item.first_of_group:
            self._seen.setdefault(json.dumps(item.task, sort_keys=True), (item.place, item.task))

    async def ask(self, client: Client) -> AsyncIterator[Finding]:
        """What the service says of those that it cannot use.

        Raises:
            ServiceError: it cannot be asked.
        """
        places = [place for place, _ in self._seen.values()]
        traces = [_own_answer(task) for _, task in self._seen.values()]
        async for answer in client.verify_stream(traces):
            score = answer.score
            if score.verdict is Verdict.UNJUDGED:
                yield Finding(places[answer.index], score.failure_reason or "the service gave no reason")
            elif not score.correct:
                yield Finding(places[answer.index], f"its own gold is {score.verdict.name}: {score.detail}")


def _own_answer(task: Mapping[str, object]) -> Trace:
    answer = task["answer"]
    golds = answer if isinstance(answer, list) else [answer]
    joined = "".join(map(str, golds)) if task["verifier"] == "choice" else str(golds[0])
    return Trace(f"\\boxed{{{joined}}}", parse_task(dict(task)))
