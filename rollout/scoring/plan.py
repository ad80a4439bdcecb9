"""What is to be scored: every record of every input, read and checked before anything runs.

Checks what can be seen without judging: JSON, fields, tests, task keys and, once the service has said what it
knows, the names of verifiers, languages and checkers. Keeps no records: they are read again to be sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rollout.errors import FieldError, InputError, Problem
from rollout.scoring.files import lines, text_of
from rollout.tasks.table import needs
from rollout.traces.model import Record
from rollout.traces.native import read_task_line
from rollout.traces.table import detect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rollout.scoring.files import InputFile
    from rollout.tasks.table import Need
    from rollout.traces.model import Tasks, TraceFormat
    from verifier.v1 import verifier_pb2 as pb

_PROBLEMS_SHOWN = 20
"""A file of the wrong kind has as many problems as lines; these are enough to see why."""


@dataclass(frozen=True, slots=True)
class Source:
    """An input file and its format."""

    file: InputFile
    format: TraceFormat


@dataclass(frozen=True, slots=True)
class Plan:
    """Checked inputs."""

    sources: tuple[Source, ...]
    tasks: Tasks | None
    records: int
    needs: Mapping[Need, str]
    """What the service must know, each with the place that names it first."""

    def read(self) -> Iterator[Record]:
        """Every record, in order.

        Raises:
            InputError: a file has changed since it was checked.
        """
        for source in self.sources:
            for number, line in lines(source.file):
                place = source.file.place(number)
                try:
                    trace, text = source.format.read(text_of(line), self.tasks)
                except FieldError as error:
                    raise InputError([Problem(place, str(error))]) from None
                yield Record(trace, text, place)


def make_plan(files: Sequence[InputFile], tasks_file: InputFile | None, forced: TraceFormat | None) -> Plan:
    """Read everything once.

    Args:
        files: traces.
        tasks_file: the tasks that records name by key.
        forced: the format of all files; None: each file's own, told by its content.

    Raises:
        InputError: something cannot be scored; names the first problems.
    """
    problems: list[Problem] = []
    tasks = None if tasks_file is None else _read_tasks(tasks_file, problems)
    _refuse(problems)
    plan_needs: dict[Need, str] = {}
    sources, records = [], 0
    for file in files:
        source = Source(file, forced or _detected(file))
        records += _check(source, tasks, plan_needs, problems)
        sources.append(source)
    _refuse(problems)
    if not records:
        raise InputError([Problem(", ".join(file.name for file in files), "no records")])
    return Plan(tuple(sources), tasks, records, plan_needs)


def check_against(plan: Plan, capabilities: pb.GetCapabilitiesResponse) -> None:
    """Refuse names that the service does not know.

    A language that it knows and has not installed is no mistake in the input: its records stay unjudged.

    Raises:
        InputError: some names are unknown; says which are known.
    """
    known = {
        "verifier": {entry.name for entry in capabilities.verifiers},
        "language": {entry.name for entry in capabilities.languages},
        "checker": set(capabilities.checkers),
    }
    shapes = {(entry.name, entry.shape) for entry in capabilities.verifiers}
    problems = []
    for need, place in plan.needs.items():
        if need.name not in known[need.what]:
            names = ", ".join(sorted(known[need.what])) or "none"
            reason = f"{need.field}: unknown {need.what} {need.name!r} (this service has: {names})"
            problems.append(Problem(place, reason))
        elif need.shape and (need.name, need.shape) not in shapes:
            problems.append(Problem(place, f"{need.field}: {need.name!r} judges no {need.shape} tasks"))
    _refuse(problems[:_PROBLEMS_SHOWN])


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise InputError(problems)


def _detected(file: InputFile) -> TraceFormat:
    for number, line in lines(file):
        try:
            return detect(text_of(line))
        except FieldError as error:
            raise InputError([Problem(file.place(number), str(error))]) from None
    raise InputError([Problem(file.name, "no records")])


def _check(source: Source, tasks: Tasks | None, found: dict[Need, str], problems: list[Problem]) -> int:
    """Read a file, note what it needs and what is wrong; returns its number of records."""
    count = 0
    for number, line in lines(source.file):
        if len(problems) >= _PROBLEMS_SHOWN:
            break
        place = source.file.place(number)
        try:
            trace, _ = source.format.read(text_of(line), tasks)
        except FieldError as error:
            problems.append(Problem(place, str(error)))
            continue
        for need in needs(trace.task):
            found.setdefault(need, place)
        count += 1
    return count


def _read_tasks(file: InputFile, problems: list[Problem]) -> Tasks:
    tasks: dict[str, pb.Task] = {}
    for number, line in lines(file):
        if len(problems) >= _PROBLEMS_SHOWN:
            break
        try:
            key, task = read_task_line(text_of(line))
        except FieldError as error:
            problems.append(Problem(file.place(number), str(error)))
            continue
        if key in tasks:
            problems.append(Problem(file.place(number), f"key: {key!r} is defined twice"))
        tasks[key] = task
    return tasks
