"""From a task to the verifier that judges it, and from a response to a judgement worth sending.

Knows no verifier by name and nothing of the wire. Enforces what holds for all verifiers: the pinned ruleset,
the minimum assurance, rules about form, turns in lanes, and that a score is one. Answers and programs have
lanes of their own, so that a cheap answer is never stuck behind slow programs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from verifier.errors import AssuranceTooWeak, InvalidTask, JudgingFailed, OtherRuleset
from verifier.form import table as form
from verifier.model import AnswerTask, CodeTask, Comparer, Glancing
from verifier.sharing import Sharing
from verifier.version import RULESET

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from verifier.model import Clusters, Judgement, Options, Shape, Task, Verifier
    from verifier.turns import Caller, Turns

    Observer = Callable[["Assigned", Judgement, float], None]
    """Told what was judged, what came of it, and after how many seconds."""

WORTH_REPORTING_SECONDS = 0.001
"""Less than this in a queue is nobody's waiting."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """A task that its verifier has checked and will judge."""

    task: Task
    verifier: Verifier
    fingerprint: bytes
    """Equal for equal tasks."""


class Dispatch:
    """The verifiers of a server, and the turns at them."""

    def __init__(
        self,
        verifiers: Mapping[str, Verifier],
        defaults: Mapping[type[Shape], str],
        lanes: Mapping[type[Shape], Turns],
        observers: Sequence[Observer] = (),
    ) -> None:
        """Judge as many responses of each shape at once as its lane has turns; a lane may serve several.

        Observers are told of every judgement.
        """
        self.verifiers = verifiers
        self._glancing = {name: each for name, each in verifiers.items() if isinstance(each, Glancing)}
        self._defaults = defaults
        self._lanes = lanes
        self._observers = tuple(observers)
        self._programs: Sharing[Judgement] = Sharing()

    def assign(self, task: Task, fingerprint: bytes) -> Assigned:
        """Find the verifier of a task and let it check the task.

        Raises:
            InvalidTask: no such verifier, or none for this shape, or the task cannot be judged.
            Unsupported: not on this server.
        """
        verifier = self._verifier(task)
        verifier.check(task)
        form.check(task.format)
        return Assigned(task, verifier, fingerprint)

    def _verifier(self, task: Task) -> Verifier:
        name = task.verifier or self._defaults.get(type(task.shape), "")
        if not name:
            raise InvalidTask("task.verifier", "this server has no verifier for this shape of task")
        if name not in self.verifiers:
            raise InvalidTask(
                "task.verifier", f"no such verifier; this server has {', '.join(self.verifiers)}"
            )
        verifier = self.verifiers[name]
        if not isinstance(task.shape, verifier.shape):
            raise InvalidTask("task.verifier", f"{name} does not take this shape of task")
        return verifier

    async def compare(
        self, name: str, responses: Sequence[str], choices: tuple[str, ...], caller: Caller
    ) -> Clusters:
        """Group responses by the meaning of their answers, once it is its turn.

        Raises:
            InvalidTask: no such verifier, or none that compares answers.
            VerifierError: see `verifier.model.Comparer`.
        """
        name = name or self._defaults[AnswerTask]
        comparers = {each: v for each, v in self.verifiers.items() if isinstance(v, Comparer)}
        if name not in comparers:
            raise InvalidTask("verifier", f"answers are compared by {', '.join(comparers) or 'none here'}")
        async with self._lanes[AnswerTask].turn(caller, name):
            return await comparers[name].cluster(responses, choices)

    def at_a_glance(self, assigned: Assigned, response: str, options: Options) -> Judgement | None:
        """What `judge` comes to, where that takes no waiting, and so no turn; None elsewhere.

        Raises:
            VerifierError: as `judge`.
        """
        verifier = self._glancing.get(assigned.verifier.name)
        if verifier is None:
            return None
        came_seconds = time.monotonic()
        _check_ruleset(options)
        judgement = verifier.at_a_glance(response, assigned.task)
        if judgement is None:
            return None
        judgement = _finished(judgement, assigned, response, options)
        self._tell(assigned, judgement, came_seconds)
        return judgement

    async def judge(self, assigned: Assigned, response: str, options: Options, caller: Caller) -> Judgement:
        """Judge one response, once it is its turn. Equal programs that are here together are judged once.

        Raises:
            OtherRuleset: the caller pins a ruleset that is not ours.
            AssuranceTooWeak: the judgement would be easier to forge than the caller accepts.
            Overloaded: its turn would come later than the caller waits.
            VerifierError: nothing is known about the response.
        """
        _check_ruleset(options)
        came_seconds = time.monotonic()
        if isinstance(assigned.task.shape, CodeTask):
            key = (assigned.fingerprint, response, options, caller.patience_seconds)
            judgement = await self._programs.once(
                key, lambda: self._judge(assigned, response, options, caller)
            )
        else:
            judgement = await self._judge(assigned, response, options, caller)
        self._tell(assigned, judgement, came_seconds)
        return judgement

    def _tell(self, assigned: Assigned, judgement: Judgement, came_seconds: float) -> None:
        lasted_seconds = time.monotonic() - came_seconds
        for observe in self._observers:
            observe(assigned, judgement, lasted_seconds)

    async def _judge(self, assigned: Assigned, response: str, options: Options, caller: Caller) -> Judgement:
        lane = self._lanes[type(assigned.task.shape)]
        async with lane.turn(caller, assigned.fingerprint) as queued_seconds:
            judgement = await assigned.verifier.verify(response, assigned.task, options)
        return _queued(_finished(judgement, assigned, response, options), queued_seconds)


def _check_ruleset(options: Options) -> None:
    if options.pin_ruleset not in ("", RULESET):
        raise OtherRuleset(f"this server runs ruleset {RULESET}, another one is pinned")


def _finished(judgement: Judgement, assigned: Assigned, response: str, options: Options) -> Judgement:
    """With the rules about form, and sound."""
    if assigned.task.format:
        judgement = form.apply(assigned.task.format, response, judgement)
    if not 0 <= judgement.score <= 1:  # also refuses NaN, which would spread through a trainer
        raise JudgingFailed("a verifier gave a score outside 0 to 1")
    if judgement.assurance < options.minimum_assurance:
        raise AssuranceTooWeak(
            f"this task is judged with assurance {judgement.assurance.name}, "
            f"below the minimum {options.minimum_assurance.name}"
        )
    return judgement


def _queued(judgement: Judgement, queued_seconds: float) -> Judgement:
    if queued_seconds < WORTH_REPORTING_SECONDS:
        return judgement
    usage = replace(judgement.usage, queued_seconds=judgement.usage.queued_seconds + queued_seconds)
    return replace(judgement, usage=usage)
