"""Looks at every row of every file with every rule. Nothing is scored.

A file is read as traces where it is one, else as problems: golds, prompts, rows of data sets.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from rollout.errors import FieldError, InputError, NoResponse, Problem
from rollout.golds.kinds import problem_of
from rollout.jsontext import loads
from rollout.lint.model import Finding, Item
from rollout.lint.table import RULES, UNREADABLE
from rollout.rows.table import container_of
from rollout.traces.table import detect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rollout.lint.model import Rule
    from rollout.rows.files import InputFile
    from rollout.rows.model import Container, Fields, Row
    from rollout.traces.model import Beside, TraceFormat

EXAMPLES = 3
"""Findings of one kind that are kept to be shown; the rest is counted."""


@dataclass(slots=True)
class Report:
    """What was found."""

    items: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    examples: defaultdict[str, list[Finding]] = field(default_factory=lambda: defaultdict(list))

    def add(self, rule: str, finding: Finding) -> None:
        """Count one, and keep it if it is among the first."""
        self.counts[rule] += 1
        if len(self.examples[rule]) < EXAMPLES:
            self.examples[rule].append(finding)

    def to_json(self) -> Mapping[str, Any]:
        """The object that `--json` prints."""
        findings = [
            {
                "rule": rule,
                "count": count,
                "examples": [{"place": one.place, "reason": one.reason} for one in self.examples[rule]],
            }
            for rule, count in self.counts.most_common()
        ]
        return {"items": self.items, "findings": findings}


def lint(
    files: Sequence[InputFile],
    beside: Beside,
    format_: TraceFormat | None,
    ignored: Sequence[str],
    looked_at: Callable[[Item], None],
) -> Report:
    """Look at everything.

    Args:
        files: traces, or problems.
        beside: what they are read with.
        format_: of all files, which are traces then; None: told by their content.
        ignored: names of rules that are left out.
        looked_at: told of each item.

    Raises:
        InputError: a file is neither traces nor problems.
    """
    report = Report()
    rules: list[Rule] = [rule() for name, rule in RULES.items() if name not in ignored]
    for file in files:
        for item in _items(file, beside, format_, report):
            report.items += 1
            looked_at(item)
            for rule in rules:
                for finding in rule.look(item):
                    report.add(rule.name, finding)
    for rule in rules:
        for finding in rule.conclude():
            report.add(rule.name, finding)
    if UNREADABLE in ignored:
        del report.counts[UNREADABLE]
    return report


def _items(file: InputFile, beside: Beside, format_: TraceFormat | None, report: Report) -> Iterator[Item]:
    container = container_of(file)
    first = next(container(file), None)
    if first is None:
        raise InputError([Problem(file.name, "no records")])
    read = _reader(file, first, format_, beside)
    groups: set[str] = set()
    for row in _rows(container, file):
        place = file.place(row.number)
        try:
            for item in read(row, place):
                yield replace(item, first_of_group=item.group not in groups)
                groups.add(item.group)
        except NoResponse:
            continue
        except FieldError as error:
            report.add(UNREADABLE, Finding(place, str(error)))


def _rows(container: Container, file: InputFile) -> Iterator[Row]:
    return container(file)


def _reader(
    file: InputFile, first: Row, format_: TraceFormat | None, beside: Beside
) -> Callable[[Row, str], Iterator[Item]]:
    """How this file is read: as traces, else as problems.

    Raises:
        InputError: as neither.
    """
    try:
        fields = first.fields()
        beside = replace(beside, file=file.short_name, first=fields)
        found = format_ or _trace_format(first)
        if found is None:
            problem_of(fields, first.number, beside.verifier)
            return lambda row, place: _problem(file, row, place, beside)
    except FieldError as error:
        raise InputError([Problem(file.place(first.number), str(error))]) from None
    return lambda row, place: _traces(file, found, row, place, beside)


def _trace_format(first: Row) -> TraceFormat | None:
    """Rows with a task and no response are problems, though they look native."""
    try:
        found = detect(first)
    except FieldError:
        return None
    return None if found.name == "native" and "response" not in first.fields() else found


def _problem(file: InputFile, row: Row, place: str, beside: Beside) -> Iterator[Item]:
    problem = problem_of(row.fields(), row.number, beside.verifier)
    yield Item(
        file=file.name,
        place=place,
        id=problem.id,
        group=place,
        first_of_group=True,
        task=problem.task,
        gold=problem.gold,
        prompt=problem.prompt,
        response=None,
        finish_reason=None,
    )


def _traces(file: InputFile, format_: TraceFormat, row: Row, place: str, beside: Beside) -> Iterator[Item]:
    for trace, text in format_.read(row, beside):
        record = loads(text)
        task = record.get("task")
        yield Item(
            file=file.name,
            place=place,
            id=trace.id,
            group=place if trace.group is None else trace.group,
            first_of_group=True,
            task=task,
            gold=_raw_gold(row.fields(), task),
            prompt=record.get("prompt"),
            response=trace.response,
            finish_reason=trace.finish_reason,
        )


def _raw_gold(fields: Fields, task: Mapping[str, Any] | None) -> Any:
    for place in ("reward_model", "reward_spec"):
        if isinstance(fields.get(place), dict):
            return fields[place].get("ground_truth")
    return fields.get("gts", (task or {}).get("answer"))
