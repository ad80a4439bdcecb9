"""What is to be scored: every record of every input, read and checked before anything runs.

Checks what can be seen without judging: JSON, fields, tests, task keys and, once the service has said what it
knows, the names of verifiers, languages and checkers. Keeps no records: they are read again to be sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import starmap
from typing import TYPE_CHECKING

from rollout.errors import FieldError, InputError, NoResponse, Problem
from rollout.golds.join import read_golds
from rollout.rows.files import lines, text_of
from rollout.rows.table import container_of
from rollout.tasks.table import needs
from rollout.traces.model import Beside, Record
from rollout.traces.native import read_task_line
from rollout.traces.table import detect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rollout.rows.files import InputFile
    from rollout.rows.model import Container
    from rollout.tasks.table import Need
    from rollout.traces.model import Tasks, TraceFormat
    from verifier.v1 import verifier_pb2 as pb

_PROBLEMS_SHOWN = 20
"""A file of the wrong kind has as many problems as lines; these are enough to see why."""


@dataclass(frozen=True, slots=True)
class Source:
    """An input file, and how it is read."""

    file: InputFile
    rows: Container
    format: TraceFormat
    beside: Beside


@dataclass(frozen=True, slots=True)
class Wanted:
    """What inputs are read as and with, where the user says so."""

    format: TraceFormat | None = None
    """Of all files; None: each file's own, told by its content."""
    tasks: InputFile | None = None
    """The tasks that records name by key."""
    golds: tuple[InputFile, ...] = ()
    on: str | None = None
    """See `read_golds`."""
    verifier: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Checked inputs."""

    sources: tuple[Source, ...]
    records: int
    needs: Mapping[Need, str]
    """What the service must know, each with the place that names it first."""
    left_out: Mapping[str, str]
    """Rows without a response, such as failed requests: by place, why."""

    def read(self) -> Iterator[Record]:
        """Every record, in order.

        Raises:
            InputError: a file has changed since it was checked.
        """
        for source in self.sources:
            for row in source.rows(source.file):
                place = source.file.place(row.number)
                try:
                    for trace, text in source.format.read(row, source.beside):
                        yield Record(trace, text, place)
                except NoResponse:
                    continue
                except FieldError as error:
                    raise InputError([Problem(place, str(error))]) from None


def make_plan(files: Sequence[InputFile], wanted: Wanted, checked: Callable[[], None] = lambda: None) -> Plan:
    """Read everything once.

    Args:
        files: traces.
        wanted: as what, and with what.
        checked: told of each record.

    Raises:
        InputError: something cannot be scored; names the first problems.
    """
    problems: list[Problem] = []
    tasks = None if wanted.tasks is None else _read_tasks(wanted.tasks, problems)
    _refuse(problems)
    golds = read_golds(wanted.golds, wanted.on, wanted.verifier) if wanted.golds else None
    beside = Beside(tasks=tasks, golds=golds, verifier=wanted.verifier)
    check = _Check(checked)
    sources = []
    for file in files:
        source = _source(file, wanted.format, beside)
        check.read(source)
        sources.append(source)
    _refuse(check.problems)
    if not check.records:
        names = ", ".join(file.name for file in files)
        raise InputError([Problem(names, "no records"), *starmap(Problem, check.left_out.items())])
    return Plan(tuple(sources), check.records, check.needs, check.left_out)


def check_against(needed: Mapping[Need, str], capabilities: pb.GetCapabilitiesResponse) -> None:
    """Refuse names that the service does not know.

    A language that it knows and has not installed is no mistake in the input: its records stay unjudged.

    Args:
        needed: each with the place that names it first.
        capabilities: of the service.

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
    for need, place in needed.items():
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


def _source(file: InputFile, forced: TraceFormat | None, beside: Beside) -> Source:
    container = container_of(file)
    first = next(container(file), None)
    if first is None:
        raise InputError([Problem(file.name, "no records")])
    try:
        found = forced or detect(first)
        beside = replace(beside, file=file.short_name, first=first.fields())
    except FieldError as error:
        raise InputError([Problem(file.place(first.number), str(error))]) from None
    return Source(file, container, found, beside)


class _Check:
    """Reads files once: notes what they need, what is wrong with them, and how many records they have."""

    def __init__(self, checked: Callable[[], None]) -> None:
        self._checked = checked
        self.problems: list[Problem] = []
        self.needs: dict[Need, str] = {}
        self.left_out: dict[str, str] = {}
        self.records = 0

    def read(self, source: Source) -> None:
        for row in source.rows(source.file):
            if len(self.problems) >= _PROBLEMS_SHOWN:
                break
            place = source.file.place(row.number)
            try:
                for trace, _ in source.format.read(row, source.beside):
                    self.records += 1
                    self._checked()
                    for need in needs(trace.task):
                        self.needs.setdefault(need, place)
            except NoResponse as nothing:
                self.left_out[place] = str(nothing)
            except FieldError as error:
                self.problems.append(Problem(place, str(error)))


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
