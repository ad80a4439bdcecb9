"""Joins: golds, prompts and tests that stand in other files than the responses."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from rollout.errors import FieldError, InputError
from rollout.golds.kinds import ID_FIELDS, problem_of, text_of
from rollout.golds.model import Golds, Joined
from rollout.rows.model import plain
from rollout.rows.table import read_each
from rollout.tasks.table import parse_task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rollout.golds.model import Problem
    from rollout.rows.files import InputFile
    from rollout.rows.model import Fields, Row


def read_golds(files: Sequence[InputFile], on: str | None, verifier: str | None) -> Golds:
    """The problems of these files, all of them in memory.

    Files may complete each other: one has the prompts, another the golds.

    Args:
        files: golds, prompts or tests, in any kind of file.
        on: `FIELD`, or `FIELD-OF-TRACES=FIELD-OF-GOLDS`; paths with dots. None: what names a problem in both.
        verifier: what judges golds; None: told by the gold.

    Raises:
        InputError: rows without golds, or two golds for one problem.
    """
    trace_path, _, gold_path = (on or "").partition("=")
    path = _path(gold_path or trace_path)
    found: dict[str, Joined] = {}
    wrong = read_each(files, lambda row, _file: _add(found, *_named(row, path, verifier)))
    if wrong:
        raise InputError(wrong)
    return Golds(found, _path(trace_path))


def joined(golds: Golds, row: Fields, key: str | None) -> Joined:
    """The problem that a trace is about.

    Args:
        golds: to look in.
        row: the trace's.
        key: by which its format names problems.

    Raises:
        FieldError: the trace names none, or one that is not there.
    """
    field = ".".join(golds.trace_path) or "key"
    value = at(row, golds.trace_path) if golds.trace_path else key
    if value is None:
        raise FieldError(
            field, "names no problem; say with --on FIELD what joins traces to the file of golds"
        )
    if key_text(value) not in golds.problems:
        raise FieldError(field, f"{_short(key_text(value))} is not in the file of golds")
    return golds.problems[key_text(value)]


def key_text(value: Any) -> str:
    """What is compared in a join: texts and integers by their text, everything else by its JSON."""
    if isinstance(value, str | int):
        return str(value)
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=plain)


def at(row: Any, path: Sequence[str]) -> Any:
    """The value at a path; None where there is none."""
    for name in path:
        if isinstance(row, list):
            row = row[int(name)] if name.isdigit() and int(name) < len(row) else None
        else:
            row = row.get(name) if isinstance(row, dict) else None
    return row


def _named(row: Row, path: tuple[str, ...], verifier: str | None) -> tuple[str, Problem]:
    fields = row.fields()
    problem = problem_of(fields, row.number, verifier)
    value = at(fields, path) if path else text_of(fields, ID_FIELDS)
    if value is None:
        known = ".".join(path) if path else " or ".join(ID_FIELDS)
        raise FieldError(known, "missing: nothing to join by (see --on)")
    return key_text(value), problem


def _add(found: dict[str, Joined], key: str, problem: Problem) -> None:
    task = None if problem.task is None else parse_task(dict(problem.task))
    if key not in found:
        found[key] = Joined(problem, task)
        return
    known = found[key]
    if task is not None and known.task is not None and task != known.task:
        raise FieldError("", f"{_short(key)} has two different golds")
    merged = {
        field.name: getattr(known.problem, field.name) or getattr(problem, field.name)
        for field in dataclasses.fields(problem)
    }
    found[key] = Joined(dataclasses.replace(problem, **merged), known.task or task)


def _path(text: str) -> tuple[str, ...]:
    return tuple(text.split(".")) if text else ()


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}...")
