"""Where in a request a task lay, so that an error names the field as the caller wrote it.

Parsers and verifiers name fields from `task` on (`task.code.language`); a path here replaces that `task`.
"""

from __future__ import annotations

from verifier.errors import InvalidTask

_KEY_CHARACTERS = 64
"""Of a key, in an error text: enough to know it by, while the text has to fit into HTTP headers."""


def key_path(key: str) -> str:
    """Path of a task that items name by key."""
    shown = key if len(key) <= _KEY_CHARACTERS else key[:_KEY_CHARACTERS] + "…"
    return f'tasks["{shown}"]'


class located:  # noqa: N801 - reads as a statement; a generator would cost every item a microsecond
    """Let errors about the task name their field as the caller wrote it.

    Raises:
        InvalidTask: what was raised inside, relocated.
    """

    __slots__ = ("_task_path",)

    def __init__(self, task_path: str) -> None:
        """Where the task lay."""
        self._task_path = task_path

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Relocate what is relocated."""
        if isinstance(error, InvalidTask):
            field = error.field.removeprefix("task")
            joint = "" if not field or field[0] in ".[" else "."
            raise InvalidTask(self._task_path + joint + field, error.reason) from None
