"""Where in a request a task lay, so that an error names the field as the caller wrote it.

Parsers and verifiers name fields from `task` on (`task.code.language`); a path here replaces that `task`.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from verifier.errors import InvalidTask

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEY_CHARACTERS = 64
"""Of a key, in an error text: enough to know it by, while the text has to fit into HTTP headers."""


def key_path(key: str) -> str:
    """Path of a task that items name by key."""
    shown = key if len(key) <= _KEY_CHARACTERS else key[:_KEY_CHARACTERS] + "…"
    return f'tasks["{shown}"]'


@contextlib.contextmanager
def located(task_path: str) -> Iterator[None]:
    """Let errors about the task name their field as the caller wrote it.

    Raises:
        InvalidTask: what was raised inside, relocated.
    """
    try:
        yield
    except InvalidTask as error:
        field = error.field.removeprefix("task")
        joint = "" if not field or field[0] in ".[" else "."
        raise InvalidTask(task_path + joint + field, error.reason) from None
