"""A progress bar on a terminal, and nothing elsewhere: logs are no place for one."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console


@contextlib.contextmanager
def counting(what: str, console: Console) -> Iterator[Callable[[], None]]:
    """A count of what is through, where nobody knows how much there is; told of each one.

    Args:
        what: is being done, in a word.
        console: on standard error; where it is no terminal, nothing is drawn.
    """
    columns = (SpinnerColumn(), TextColumn(what), TextColumn("{task.completed:.0f}"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda: bar.advance(task)


@contextlib.contextmanager
def progress_bar(total: int, console: Console, what: str = "scoring") -> Iterator[Callable[[int], None]]:
    """A bar that is told how many of the total are through.

    Args:
        total: number of records.
        console: on standard error; where it is no terminal, nothing is drawn.
        what: is being done, in a word.
    """
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda through: bar.update(task, completed=through)
