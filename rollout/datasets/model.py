"""What a loader of a data set is: from one row to a code task in native form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
"""One row, as the data set publishes it."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set of programming problems."""

    name: str
    columns: tuple[str, ...]
    """Columns that a row has to have."""
    key: str
    """The column that names a row; empty where none does."""
    task: Callable[[Row], dict[str, Any]]
    """The task of a row, as `rollout.tasks.table.parse_task` takes it. Raises FieldError."""
